"""Results are had in every format, as often as wanted."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from asking import client_of, submitted
from fake_jobs import FakeJobs
from fastapi.testclient import TestClient
from meeting import MEETING

from diascribe.formats.rules import CueRules
from diascribe.formats.table import FORMATS, write
from diascribe.jobs.job import Failure
from diascribe.wire.decode import from_json
from diascribe.wire.encode import to_json

WIRE = to_json(MEETING)


@pytest.fixture(name="jobs")
def _jobs() -> FakeJobs:
    return FakeJobs()


@pytest.fixture(name="client")
def _client(jobs: FakeJobs) -> TestClient:
    return client_of(jobs=jobs)


@pytest.fixture(name="job")
def _job(jobs: FakeJobs, client: TestClient) -> str:
    job = submitted(client)
    jobs.finish(job, WIRE.encode())
    return job


def test_json_is_what_the_job_wrote_byte_for_byte(client: TestClient, job: str) -> None:
    answer = client.get(f"/v1/jobs/{job}/result")

    assert answer.content == WIRE.encode()
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_as_the_library_writes_it(client: TestClient, job: str, name: str) -> None:
    answer = client.get(f"/v1/jobs/{job}/result", params={"format": name})

    assert answer.status_code == 200
    assert answer.content.decode() == write(name, from_json(WIRE), name="talk")
    assert answer.headers["Content-Disposition"].endswith(f"talk{FORMATS[name].suffix}")


def test_subtitles_take_the_caller_s_limits(client: TestClient, job: str) -> None:
    answer = client.get(
        f"/v1/jobs/{job}/result", params={"format": "srt", "max_line_chars": 20, "max_lines": 1}
    )

    rules = CueRules(max_line_chars=20, max_lines=1)
    assert answer.text == write("srt", from_json(WIRE), name="", rules=rules)


@pytest.mark.parametrize(
    "wrong", [{"format": "docx"}, {"max_lines": 0}, {"max_gap_s": "nan"}, {"partial": "maybe"}]
)
def test_what_no_result_can_be_is_refused(
    client: TestClient, job: str, wrong: dict[str, str]
) -> None:
    answer = client.get(f"/v1/jobs/{job}/result", params=wrong)

    assert answer.status_code == 422
    assert next(iter(wrong)) in answer.json()["error"]["message"]


def test_an_unfinished_job_has_no_result_but_a_part(jobs: FakeJobs, client: TestClient) -> None:
    job = submitted(client)
    nothing = client.get(f"/v1/jobs/{job}/result", params={"partial": "true"})
    jobs.begin(job, "recognition")
    jobs.show(job, WIRE.encode())

    whole = client.get(f"/v1/jobs/{job}/result")
    part = client.get(f"/v1/jobs/{job}/result", params={"partial": "true", "format": "txt"})

    assert (nothing.status_code, nothing.json()["error"]["code"]) == (409, "unfinished_job")
    assert (whole.status_code, whole.json()["error"]["code"]) == (409, "unfinished_job")
    assert (part.status_code, part.text) == (200, write("txt", from_json(WIRE), name=""))


def test_turns_that_were_not_looked_for_are_not_written_as_none(
    jobs: FakeJobs, client: TestClient
) -> None:
    job = submitted(client, diarization="false")
    silent = replace(MEETING, applied={"diarization": False}, turns=(), exclusive_turns=())
    jobs.finish(job, to_json(replace(silent, segments=(), speakers=())).encode())

    answer = client.get(f"/v1/jobs/{job}/result", params={"format": "rttm"})

    assert answer.status_code == 422
    assert "diarization off" in answer.json()["error"]["message"]


def test_a_file_s_name_cannot_write_headers(jobs: FakeJobs, client: TestClient) -> None:
    name = 'ta"lk;\u00e9\u2028.wav'
    made = client.post("/v1/jobs", files={"file": (name, b"sound")}).json()
    jobs.finish(made["id"], WIRE.encode())

    answer = client.get(f"/v1/jobs/{made['id']}/result")

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].isascii()
    assert '"' not in answer.headers["Content-Disposition"]
    assert json.loads(answer.content)["duration"] == 10.0


@pytest.mark.parametrize("name", ["json", "srt"])
def test_a_result_has_an_address_for_those_without_a_key(
    client: TestClient, jobs: FakeJobs, job: str, name: str
) -> None:
    asked = {"format": name, "valid_s": "600"}
    answer = client.get(f"/v1/jobs/{job}/result/address", params=asked).json()

    whole = client.get(f"/v1/jobs/{job}/result", params={"format": name})
    until = datetime.fromisoformat(answer["expires"]) - datetime.now(UTC)
    assert jobs.given[answer["url"]] == whole.content
    assert answer["url"].endswith(f".{name}?valid=600")
    assert timedelta(seconds=500) < until <= timedelta(seconds=600)


def test_a_folder_has_no_addresses(client: TestClient, jobs: FakeJobs, job: str) -> None:
    jobs.presigns = False

    answer = client.get(f"/v1/jobs/{job}/result/address")

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_input")
    assert "folder" in answer.json()["error"]["message"]


def test_what_has_not_ended_has_no_address(client: TestClient) -> None:
    unfinished = submitted(client, num_speakers="2")

    assert client.get(f"/v1/jobs/{unfinished}/result/address").status_code == 409


@pytest.mark.parametrize("seconds", ["0", "604801", "soon"])
def test_an_address_is_good_for_a_minute_to_a_week(
    client: TestClient, job: str, seconds: str
) -> None:
    answer = client.get(f"/v1/jobs/{job}/result/address", params={"valid_s": seconds})

    assert answer.status_code == 422


def test_an_unfinished_result_is_told_with_the_way_on() -> None:
    jobs = FakeJobs()
    client = client_of(jobs=jobs)
    running, failed = submitted(client), submitted(client, num_speakers="2")
    jobs.begin(running, "decoding")
    jobs.fail(failed, Failure(code="no_audio", message="no sound", stage="decoding"))

    hints = [
        client.get(f"/v1/jobs/{job}/result", params=more).json()["error"]["details"]["hint"]
        for job, more in ((running, {}), (running, {"partial": "true"}), (failed, {}))
    ]

    told = f"GET /v1/jobs/{running}/events tells when it has ended"
    assert hints == [
        f"partial=true gives the words so far; {told}",
        "no words are recognized so far: ask again later",
        f"POST /v1/jobs/{failed}/retry lets it go on",
    ]
