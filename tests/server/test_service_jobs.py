"""Jobs are asked for, watched, stopped, run again and erased."""

import hashlib
import json

import pytest
from asking import FILE, SOUND, TALK, Keys, client_of, submitted
from fake_jobs import FakeJobs
from meeting import MEETING

from diascribe.jobs.job import Failure
from diascribe.wire.encode import to_json


def test_a_form_with_a_file_is_a_job() -> None:
    jobs = FakeJobs()

    answer = client_of(jobs=jobs).post("/v1/jobs", files=FILE, data={"language": "en"})

    job = answer.json()
    (kept,) = jobs.kept.values()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/v1/jobs/{job['id']}"
    assert (job["state"], job["source"], job["options"]) == (
        "queued",
        "talk.wav",
        {"language": "en"},
    )
    assert jobs.uploads[kept.submission.source.uri] == SOUND
    assert kept.submission.source.version == hashlib.sha256(SOUND).hexdigest()
    assert kept.submission.source.size == len(SOUND)


def test_an_address_is_a_job_and_its_secret_is_not_shown() -> None:
    jobs = FakeJobs()
    samples = ["https://example.org/ada.wav?signature=secret"]

    answer = client_of(jobs=jobs).post(
        "/v1/jobs", json={"audio_file": TALK, "speaker_samples": samples}
    )

    (kept,) = jobs.kept.values()
    assert answer.status_code == 201
    assert kept.submission.source.uri == TALK
    assert answer.json()["source"] == "https://example.org/talk.wav"
    assert "secret" not in answer.text


def test_a_data_uri_is_kept_like_a_file() -> None:
    jobs = FakeJobs()

    answer = client_of(jobs=jobs).post(
        "/v1/jobs", json={"audio_file": "data:audio/wav;base64,UklGRg=="}
    )

    (kept,) = jobs.kept.values()
    assert answer.status_code == 201
    assert jobs.uploads[kept.submission.source.uri] == b"RIFF"
    assert answer.json()["source"] == "data URI"


def test_an_object_below_the_tenant_s_prefix_is_a_job() -> None:
    jobs = FakeJobs()
    client = client_of(jobs=jobs, prefixes=lambda _: ("s3://bucket/ada/",))

    answer = client.post("/v1/jobs", json={"audio_file": "s3://bucket/ada/talk 1.wav"})

    (kept,) = jobs.kept.values()
    assert answer.status_code == 201
    assert kept.submission.source.kind == "object"


@pytest.mark.parametrize(
    "uri",
    [
        "s3://bucket/bob/talk.wav",
        "s3://bucket/adam/talk.wav",
        "s3://bucket/ada/../bob/talk.wav",
        "s3://bucket/ada/%2e%2e/bob/talk.wav",
        "s3://bucket/ada//../bob/talk.wav",
        "s3://bucket/ada/./talk.wav",
        "s3://other/ada/talk.wav",
        "s3://user@bucket/ada/talk.wav",
        "s3://bucket/",
        "s3://bucket/ada\\..\\bob.wav",
        "gs://bucket/ada/talk.wav",
        "s3:///ada/talk.wav",
    ],
)
def test_other_objects_are_refused(uri: str) -> None:
    client = client_of(prefixes=lambda _: ("s3://bucket/ada/",))

    told = [client.post("/v1/jobs", json={"audio_file": uri})]
    told += [client.post("/v1/jobs", json={"audio_file": TALK, "results": uri})]

    assert [one.status_code for one in told] == [422, 422]
    assert {one.json()["error"]["code"] for one in told} == {"address_refused"}


def test_results_lie_beside_what_comes_from_a_bucket_only() -> None:
    jobs = FakeJobs()
    client = client_of(jobs=jobs, prefixes=lambda _: ("s3://bucket/ada/",))
    body = {"results": "beside"}

    kept = client.post("/v1/jobs", json={**body, "audio_file": "s3://bucket/ada/a.mp3"})
    refused = client.post("/v1/jobs", json={**body, "audio_file": TALK})

    assert (kept.status_code, refused.status_code) == (201, 422)
    assert [one.submission.results for one in jobs.kept.values()] == ["beside"]


@pytest.mark.parametrize(
    "uri",
    [
        "/etc/passwd",
        "talk.wav",
        "file:///etc/passwd",
        "ftp://example.org/a.wav",
        "https://ada:pass@example.org/a.wav",
        "https:///a.wav",
        "http://[::1/a.wav",
        "-",
        "",
    ],
)
def test_paths_and_what_is_no_address_are_refused(uri: str) -> None:
    answer = client_of().post("/v1/jobs", json={"audio_file": uri})

    assert answer.status_code == 422
    assert answer.json()["error"]["details"]["problems"]
    assert "pass@" not in answer.text


@pytest.mark.parametrize(
    "given",
    [
        {"profile": "/etc/passwd"},
        {"profile": {"name": "x"}},
        {"speaker_samples": ["/etc/passwd"]},
        {"speaker_samples": [{"file_path": "/etc/passwd"}]},
        {"speaker_samples": [{"url": "data:,", "file_path": "/etc/passwd"}]},
        {"model": "/etc"},
        {"model": "../large-v3"},
        {"diarizer": "/etc"},
        {"diarizer": "large-v3"},
        {"languages": [{}]},
        {"model": "pyannote-segmentation"},
        {"no_such_option": 1},
        {"huggingface_access_token": "t"},
        {"vad_onset": 2},
        {"min_speakers": 3, "max_speakers": 2},
        {"webhook": "javascript:alert(1)"},
        {"priority": "first"},
        {"formats": ["docx"]},
        {"metadata": {"a": 1}},
        {"metadata": {str(i): "" for i in range(17)}},
    ],
)
def test_what_does_not_fit_is_refused_and_named(given: dict[str, object]) -> None:
    answer = client_of().post("/v1/jobs", json={"audio_file": TALK, **given})

    assert answer.status_code == 422
    assert next(iter(given)).split("_")[0] in answer.json()["error"]["message"]


def test_a_job_shows_how_its_webhook_stands() -> None:
    hooked = {"audio_file": TALK, "webhook": "https://example.org/hook?token=hidden"}

    told = client_of().post("/v1/jobs", json=hooked)
    untold = client_of().post("/v1/jobs", json={"audio_file": TALK})

    assert told.json()["webhook"] == {"state": "pending", "status": None}
    assert "hidden" not in told.text
    assert untold.json()["webhook"] is None


def test_a_webhook_that_cannot_be_signed_is_refused() -> None:
    jobs = FakeJobs(signs=False)
    hooked = {"audio_file": TALK, "webhook": "https://example.org/hook"}

    answer = client_of(jobs=jobs).post("/v1/jobs", json=hooked)

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_options")
    assert "webhook" in answer.json()["error"]["message"]
    assert jobs.kept == {}


def test_all_problems_are_named_at_once() -> None:
    answer = client_of().post(
        "/v1/jobs", json={"audio_file": TALK, "vad_onset": 2, "nothing": 1, "priority": "x"}
    )

    problems = answer.json()["error"]["details"]["problems"]
    assert [one.partition(":")[0] for one in problems] == ["priority", "nothing", "vad_onset"]


def test_the_same_request_is_the_same_job() -> None:
    client = client_of()

    first = client.post("/v1/jobs", files=FILE, data={"num_speakers": "2"})
    again = client.post("/v1/jobs", files=FILE, data={"num_speakers": "2"})
    other = client.post("/v1/jobs", files=FILE, data={"num_speakers": "3"})

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 201)
    assert first.json()["id"] == again.json()["id"] != other.json()["id"]


def test_an_idempotency_key_is_for_one_request() -> None:
    client, key = client_of(), {"Idempotency-Key": "k-1"}

    first = client.post("/v1/jobs", json={"audio_file": TALK}, headers=key)
    again = client.post("/v1/jobs", json={"audio_file": TALK}, headers=key)
    other = client.post("/v1/jobs", json={"audio_file": TALK, "num_speakers": 2}, headers=key)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert (other.status_code, other.json()["error"]["code"]) == (409, "idempotency_key_reused")


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "ä"])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    answer = client_of().post(
        "/v1/jobs", json={"audio_file": TALK}, headers={b"Idempotency-Key": key.encode("latin-1")}
    )

    assert answer.status_code == 422


def test_a_tenant_with_too_much_unfinished_work_is_told_when_to_come_back() -> None:
    client = client_of(jobs=FakeJobs(most_unfinished=1))

    submitted(client)
    answer = client.post("/v1/jobs", files=FILE, data={"num_speakers": "2"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "quota")
    assert int(answer.headers["Retry-After"]) > 0


def test_jobs_are_listed_page_by_page_newest_first() -> None:
    jobs = FakeJobs()
    client = client_of(jobs=jobs)
    made = [submitted(client, num_speakers=str(i)) for i in range(1, 6)]
    jobs.begin(made[2], "decoding")

    first = client.get("/v1/jobs", params={"limit": 2}).json()
    rest = client.get("/v1/jobs", params={"limit": 9, "after": first["following"]}).json()
    running = client.get("/v1/jobs", params={"state": ["running", "failed"]}).json()

    listed = [one["id"] for one in [*first["jobs"], *rest["jobs"]]]
    assert listed == made[::-1]
    assert rest["following"] is None
    assert [one["id"] for one in running["jobs"]] == [made[2]]


@pytest.mark.parametrize(
    "wrong", [{"limit": 0}, {"limit": 201}, {"state": "odd"}, {"after": "x"}, {"after": "a\0b"}]
)
def test_pages_that_there_are_not_are_refused(wrong: dict[str, object]) -> None:
    answer = client_of().get("/v1/jobs", params=wrong)  # type: ignore[arg-type]  # any scalar

    assert answer.status_code == 422
    assert answer.json()["error"]["code"] in {"invalid_options", "invalid_input"}


def test_a_job_says_how_far_it_is() -> None:
    jobs = FakeJobs()
    client = client_of(jobs=jobs)
    job = submitted(client)
    jobs.begin(job, "decoding", "recognition", duration=60)
    jobs.advance(job, "decoding", 1)

    told = client.get(f"/v1/jobs/{job}").json()

    assert (told["state"], told["progress"], told["duration"]) == ("running", 0.5, 60)
    assert [(one["name"], one["state"]) for one in told["stages"]] == [
        ("decoding", "succeeded"),
        ("recognition", "queued"),
    ]


def test_seconds_and_shares_are_given_to_the_thousandth() -> None:
    jobs = FakeJobs()
    client = client_of(jobs=jobs)
    job = submitted(client)
    jobs.begin(job, "decoding", duration=44.1623125)
    jobs.advance(job, "decoding", 1 / 3)

    told = client.get(f"/v1/jobs/{job}").json()

    assert (told["duration"], told["progress"]) == (44.162, 0.333)
    assert told["stages"][0]["progress"] == 0.333


def test_a_cancelled_job_can_be_retried_and_a_running_one_cannot() -> None:
    jobs = FakeJobs()
    client = client_of(jobs=jobs)
    job = submitted(client)

    early = client.post(f"/v1/jobs/{job}/retry")
    cancelled = client.post(f"/v1/jobs/{job}/cancel").json()
    retried = client.post(f"/v1/jobs/{job}/retry").json()

    assert (early.status_code, early.json()["error"]["code"]) == (409, "job_state")
    assert cancelled["state"] == "cancelled"
    assert (retried["state"], retried["attempt"]) == ("queued", 2)


def test_a_failed_job_says_why() -> None:
    jobs = FakeJobs()
    client = client_of(jobs=jobs)
    job = submitted(client)
    jobs.fail(job, Failure(code="no_audio", message="no sound", stage="decoding"), dead_letter=True)

    told = client.get(f"/v1/jobs/{job}").json()

    assert told["failure"] == {
        "code": "no_audio",
        "message": "no sound",
        "stage": "decoding",
        "hint": "",
    }
    assert told["dead_letter"] is True


def test_a_finished_job_is_run_again_with_changes() -> None:
    jobs = FakeJobs()
    client = client_of(jobs=jobs)
    job = submitted(client)

    early = client.post(f"/v1/jobs/{job}/rerun", json={"num_speakers": 2})
    jobs.finish(job, to_json(MEETING).encode())
    wrong = client.post(f"/v1/jobs/{job}/rerun", json={"num_speakers": 0, "priority": "bulk"})
    path = client.post(f"/v1/jobs/{job}/rerun", json={"speaker_samples": ["/etc/passwd"]})
    again = client.post(f"/v1/jobs/{job}/rerun", json={"num_speakers": 2})

    assert early.status_code == 409
    assert (wrong.status_code, path.status_code) == (422, 422)
    assert len(wrong.json()["error"]["details"]["problems"]) == 2
    assert again.status_code == 201
    assert (again.json()["parent"], again.json()["options"]) == (job, {"num_speakers": 2})


def test_an_erased_job_is_gone() -> None:
    client = client_of()
    job = submitted(client)

    erased = client.delete(f"/v1/jobs/{job}")

    assert (erased.status_code, erased.content) == (204, b"")
    assert client.get(f"/v1/jobs/{job}").status_code == 404
    assert client.delete(f"/v1/jobs/{job}").status_code == 404


@pytest.mark.parametrize("name", ["nothing", "a%00b", "%ff", "x" * 65, "..", "a b"])
def test_ids_that_no_job_has_are_not_found(name: str) -> None:
    answer = client_of().get(f"/v1/jobs/{name}")

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] in {"unknown_job", "not_found"}


def test_jobs_are_the_tenant_s_whose_key_it_is() -> None:
    jobs = FakeJobs()
    client = client_of(jobs=jobs, keys=Keys(), key="ada-key")

    job = submitted(client)

    assert jobs.kept[job].job.tenant == "ada"


def test_wrong_methods_and_addresses_have_the_same_body() -> None:
    client = client_of()

    answers = [client.put("/v1/jobs"), client.get("/v2")]

    assert [(one.status_code, one.json()["error"]["code"]) for one in answers] == [
        (405, "method_not_allowed"),
        (404, "not_found"),
    ]
    assert json.loads(answers[0].text)["error"].keys() == {"code", "message", "details"}
