"""Waiting for work that others have a hand in: who left, who cancelled, a service that ends."""

from typing import Any

import pytest
from asking import client_of
from fastapi.testclient import TestClient
from openai_service import KEY, SOUND, Played

from diascribe.errors import DatabaseError
from diascribe.jobs.job import Job
from diascribe.server.service import Service

PATH = "/openai/v1/audio/transcriptions"


@pytest.fixture
def played() -> Played:
    return Played()


def client(service: Service) -> TestClient:
    return client_of(service, key=KEY)


def asked(service: Service, **fields: str) -> Any:  # noqa: ANN401 - an answer
    files = {"file": ("talk.wav", SOUND)}
    return client(service).post(PATH, data={"model": "gpt-4o-transcribe", **fields}, files=files)


def test_work_that_somebody_else_made_and_left_is_begun_anew(played: Played) -> None:
    played.steps = [
        played.begin,  # the other one's
        lambda job: _cancel(played, job),
        played.finish,
    ]
    first = _submitted_before(played)

    answered = asked(played.service)

    assert answered.status_code == 200
    assert played.jobs.kept[first].job.state == "cancelled"
    assert len(played.jobs.kept) == 2


def test_work_that_its_tenant_cancelled_is_told_so_and_not_begun_anew(played: Played) -> None:
    played.steps = [lambda job: _cancel(played, job)]

    answered = asked(played.service)

    assert answered.status_code == 409
    assert answered.headers["x-should-retry"] == "false"
    assert len(played.jobs.kept) == 1


def test_a_service_that_ends_leaves_the_work_to_go_on(played: Played) -> None:
    service = played.service
    played.steps = [lambda _: service.closing.set()]

    answered = asked(service)

    assert answered.status_code == 503
    assert answered.json()["error"]["type"] == "server_error"
    assert "x-should-retry" not in answered.headers
    assert played.job.state == "queued"


def test_a_stream_is_never_silent_for_long(played: Played) -> None:
    def nothing(_: Job) -> None:
        """A second passes in which nothing is found."""

    played.steps = [played.begin, *[nothing] * 40, played.finish]

    answered = asked(played.service, stream="true")

    assert answered.text.startswith(": still working\n\n")
    assert answered.text.endswith("data: [DONE]\n\n")


def test_a_database_that_goes_away_during_a_stream_is_told_in_it(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> Job:
        raise DatabaseError("the database is gone")

    def lose(_: Job) -> None:
        monkeypatch.setattr(played.jobs, "get", gone)

    played.steps = [played.begin, *[lambda _: None] * 40, lose]

    answered = asked(played.service, stream="true")

    assert answered.status_code == 200
    assert '"code": "database"' in answered.text.splitlines()[-2]


def _cancel(played: Played, job: Job) -> None:
    played.jobs.cancel(job.tenant, job.id)


def _submitted_before(played: Played) -> str:
    """The id of the same work, which somebody else waits for."""
    waiting = client(played.service).post(
        "/v1/jobs", files={"file": ("talk.wav", SOUND)}, data={"diarization": "false"}
    )
    assert waiting.status_code == 201, waiting.text
    return str(waiting.json()["id"])
