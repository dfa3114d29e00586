"""Short recordings are transcribed while the caller waits."""

from collections.abc import Callable

import pytest
from asking import FILE, TALK, Hands, client_of
from fake_jobs import FakeJobs
from fastapi.testclient import TestClient
from meeting import MEETING

from diascribe.formats.table import write
from diascribe.jobs.job import Failure
from diascribe.server.limits import Limits
from diascribe.server.service import Service
from diascribe.wire.decode import from_json
from diascribe.wire.encode import to_json

WIRE = to_json(MEETING)


def waiting(jobs: FakeJobs, then: Callable[[str], object], after_s: float = 0) -> TestClient:
    """A client, for whose job something happens once it has waited so long."""

    def meanwhile(time: float) -> None:
        if time >= 1000 + after_s:
            for one in list(jobs.kept.values()):
                if not one.job.over:
                    then(one.job.id)

    return client_of(jobs=jobs, clock=Hands(meanwhile=meanwhile).clock)


def test_the_answer_is_the_transcript() -> None:
    jobs = FakeJobs()
    client = waiting(jobs, lambda job: jobs.finish(job, WIRE.encode()), after_s=30)

    answer = client.post("/v1/transcribe", files=FILE, params={"format": "srt"})

    assert answer.status_code == 200
    assert answer.text == write("srt", from_json(WIRE), name="talk")
    assert [one.job.priority for one in jobs.kept.values()] == ["interactive"]


def test_whoever_wants_to_wait_longer_may() -> None:
    jobs = FakeJobs()
    client = waiting(jobs, lambda job: jobs.finish(job, WIRE.encode()))

    client.post("/v1/transcribe", json={"audio_file": TALK, "priority": "bulk"})

    assert [one.job.priority for one in jobs.kept.values()] == ["bulk"]


def test_a_job_that_takes_too_long_goes_on_and_the_same_request_finds_it() -> None:
    jobs = FakeJobs()
    client = waiting(jobs, lambda job: jobs.finish(job, WIRE.encode()), after_s=90)

    late = client.post("/v1/transcribe", files=FILE)
    again = client.post("/v1/transcribe", files=FILE)

    (job,) = jobs.kept
    assert (late.status_code, late.json()["error"]["code"]) == (504, "still_running")
    assert job in late.json()["error"]["message"]
    assert again.status_code == 200
    assert again.content == WIRE.encode()


def test_a_cancelled_job_is_a_conflict() -> None:
    jobs = FakeJobs()
    client = waiting(jobs, lambda job: jobs.cancel("local", job))

    answer = client.post("/v1/transcribe", files=FILE)

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "job_state")


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("no_audio", 422),
        ("media_limit", 413),
        ("source_unreadable", 404),
        ("spool_full", 507),
        ("model_failed", 500),
        ("download_failed", 500),
        ("key_refused", 500),
        ("of a later version", 500),
    ],
)
def test_a_failed_job_has_the_status_of_its_error(code: str, status: int) -> None:
    jobs = FakeJobs()
    failure = Failure(code=code, message="it failed", stage="decoding", hint="try again")
    client = waiting(jobs, lambda job: jobs.fail(job, failure))

    answer = client.post("/v1/transcribe", files=FILE)

    assert answer.status_code == status
    assert answer.json()["error"] == {
        "code": code,
        "message": "it failed",
        "details": {"stage": "decoding", "hint": "try again"},
    }


@pytest.mark.parametrize(
    "limits",
    [Limits(short_bytes=10, body_bytes=100), Limits(upload_bytes=10, body_bytes=100)],
    ids=["short", "any"],
)
def test_long_recordings_are_refused(limits: Limits) -> None:
    client = client_of(limits=limits)

    answer = client.post("/v1/transcribe", files={"file": ("a.wav", b"x" * 11)})

    assert answer.status_code == 413


def test_a_service_that_ends_does_not_wait() -> None:
    service = Service(jobs=FakeJobs())
    service.closing.set()

    answer = client_of(service).post("/v1/transcribe", files=FILE)

    assert answer.status_code == 504


def test_more_who_wait_than_there_are_places_for_are_refused() -> None:
    jobs = FakeJobs()
    service = Service(jobs=jobs, limits=Limits(streams_each=1))

    with service.streams.one("local"):
        answer = client_of(service).post("/v1/transcribe", files=FILE)

    assert answer.status_code == 429
    assert not jobs.kept
