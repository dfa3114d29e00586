"""Progress comes as events, and nothing is told twice."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import anyio
import pytest
from asking import Hands, client_of, submitted
from fake_jobs import FakeJobs
from fastapi.testclient import TestClient
from pydantic import TypeAdapter
from starlette.requests import ClientDisconnect

from diascribe.errors import DatabaseError
from diascribe.jobs.job import Job
from diascribe.server.limits import Limits
from diascribe.server.parts import JobPart
from diascribe.server.routes.events import EventResponse
from diascribe.server.service import Service

PART = TypeAdapter(JobPart)


@dataclass(frozen=True)
class Told:
    """An event as a client reads it."""

    id: str
    kind: str
    job: JobPart | None


def events_in(text: str) -> Iterator[Told]:
    for block in text.split("\n\n"):
        fields = dict(line.partition(": ")[::2] for line in block.splitlines() if line[0] != ":")
        if fields:
            data = fields["data"]
            job = None if data == "{}" else PART.validate_json(data)
            yield Told(fields.get("id", ""), fields["event"], job)


@dataclass
class Plan:
    """What happens to a job while somebody follows it, one thing each time they look away."""

    steps: list[Callable[[], object]] = field(default_factory=list)

    def __call__(self, _: float) -> None:
        if self.steps:
            self.steps.pop(0)()


@dataclass
class FlakyJobs(FakeJobs):
    """Jobs whose database goes away."""

    refusals: int = 0
    """How often it will be away yet."""

    def leave_for(self, looks: int) -> None:
        self.refusals = looks

    def get(self, tenant: str, job: str) -> Job:
        if self.refusals:
            self.refusals -= 1
            raise DatabaseError("the database is away")
        return super().get(tenant, job)


def following(jobs: FakeJobs, *steps: Callable[[], object]) -> tuple[TestClient, Service]:
    hands = Hands(meanwhile=Plan(list(steps)))
    service = Service(jobs=jobs, clock=hands.clock, limits=Limits(streams_each=1))
    return client_of(service), service


def test_a_job_is_followed_to_its_end() -> None:
    jobs = FakeJobs()
    client, _ = following(
        jobs,
        lambda: jobs.begin(job, "decoding"),
        lambda: None,
        lambda: jobs.advance(job, "decoding", 0.5),
        lambda: jobs.finish(job, b"{}"),
    )
    job = submitted(client)

    answer = client.get(f"/v1/jobs/{job}/events")

    told = list(events_in(answer.text))
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert [one.kind for one in told] == ["progress", "progress", "progress", "end"]
    assert [one.job.progress for one in told if one.job] == [0, 0, 0.5, 1]
    assert len({one.id for one in told}) == 4


def test_whoever_comes_back_to_another_process_is_told_what_is_new_only() -> None:
    jobs = FakeJobs()
    first, ending = following(jobs, lambda: ending.closing.set())  # noqa: PLW0108 - not there yet
    second, _ = following(jobs, lambda: None, lambda: jobs.finish(job, b"{}"))
    job = submitted(first)
    (seen,) = events_in(first.get(f"/v1/jobs/{job}/events").text)

    answer = second.get(f"/v1/jobs/{job}/events", headers={"Last-Event-ID": seen.id})

    assert [one.kind for one in events_in(answer.text)] == ["end"]


def test_whoever_was_told_the_end_is_told_to_stay_away() -> None:
    jobs = FakeJobs()
    client, _ = following(jobs)
    job = submitted(client)
    jobs.finish(job, b"{}")
    (end,) = events_in(client.get(f"/v1/jobs/{job}/events").text)

    answer = client.get(f"/v1/jobs/{job}/events", headers={"Last-Event-ID": end.id})

    assert answer.status_code == 204


def test_silence_is_filled_so_that_nobody_hangs_up() -> None:
    jobs = FakeJobs()
    quiet = [lambda: None] * 80
    client, _ = following(jobs, *quiet, lambda: jobs.finish(job, b"{}"))
    job = submitted(client)

    answer = client.get(f"/v1/jobs/{job}/events")

    assert answer.text.count(": still there") == 2  # 40 s in all, one after every 15 s


def test_an_erased_job_s_stream_ends() -> None:
    jobs = FakeJobs()
    client, _ = following(jobs, lambda: jobs.erase("local", job))
    job = submitted(client)

    told = list(events_in(client.get(f"/v1/jobs/{job}/events").text))

    assert [one.kind for one in told] == ["progress", "erased"]


def test_a_service_that_ends_lets_streams_go() -> None:
    jobs = FakeJobs()
    client, service = following(jobs, lambda: service.closing.set())  # noqa: PLW0108 - not there yet
    job = submitted(client)

    told = list(events_in(client.get(f"/v1/jobs/{job}/events").text))

    assert [one.kind for one in told] == ["progress"]


def test_a_database_that_is_away_for_a_while_is_waited_for() -> None:
    jobs = FlakyJobs()
    client, _ = following(
        jobs, lambda: jobs.leave_for(2), lambda: None, lambda: jobs.finish(job, b"{}")
    )
    job = submitted(client)

    told = list(events_in(client.get(f"/v1/jobs/{job}/events").text))

    assert [one.kind for one in told] == ["progress", "end"]
    assert jobs.refusals == 0


def test_a_job_that_there_is_not_has_no_events() -> None:
    assert client_of().get("/v1/jobs/nothing/events").status_code == 404


def test_places_at_streams_are_given_back() -> None:
    jobs = FakeJobs()
    client, _ = following(jobs)
    job = submitted(client)
    jobs.finish(job, b"{}")

    statuses = [client.get(f"/v1/jobs/{job}/events").status_code for _ in range(3)]

    assert statuses == [200, 200, 200]


def test_who_leaves_before_the_first_event_gives_the_place_back() -> None:
    given_back: list[bool] = []
    place = ExitStack()
    place.callback(given_back.append, True)

    async def leaving(message: object) -> None:
        raise OSError(message)

    async def silent() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def nothing() -> AsyncIterator[str]:
        yield "never sent"

    async def follow() -> None:
        scope = {"type": "http", "asgi": {"spec_version": "2.4"}}
        await EventResponse(nothing(), place)(scope, silent, leaving)

    with pytest.raises(ClientDisconnect):
        anyio.run(follow)
    assert given_back == [True]


def test_more_streams_than_places_are_refused() -> None:
    jobs = FakeJobs()
    client, service = following(jobs)
    job = submitted(client)

    with service.streams.one("local"):
        answer = client.get(f"/v1/jobs/{job}/events")

    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "rate_limit")
