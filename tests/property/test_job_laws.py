"""Whatever is asked in whatever order, durable jobs are where the fake in memory says they are."""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from databases import private_postgres
from fake_jobs import FakeJobs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from job_service import fresh_database, job_service

from diascribe.errors import DiascribeError
from diascribe.jobs import holding
from diascribe.jobs.holding import Hold
from diascribe.jobs.job import Failure, Job, Priority, Source, Submission, Submitted

MOST = 6
FAILURE = Failure(code="invalid_media", message="noise")

tenants = st.sampled_from(["a", "b"])
priorities = st.sampled_from(["interactive", "normal", "bulk"])
speakers = st.integers(1, 3)
keys = st.sampled_from([None, "k", "l"])


class JobLaws(RuleBasedStateMachine):
    """Two kinds of jobs side by side; what one answers or refuses, the other does too."""

    jobs = Bundle("jobs")

    def __init__(self) -> None:
        super().__init__()
        self.opened = ExitStack()
        data = Path(self.opened.enter_context(tempfile.TemporaryDirectory()))
        limit = {"DIASCRIBE_TENANT_JOBS": str(MOST)}
        running = job_service(self.database(data), data, **limit)
        self.running = self.opened.enter_context(running)
        self.fake = FakeJobs(most_unfinished=MOST)
        self.known: set[tuple[str, str]] = set()

    def database(self, data: Path) -> str:
        return f"sqlite:///{data / 'jobs.sqlite'}"

    def teardown(self) -> None:
        self.opened.close()

    @rule(target=jobs, tenant=tenants, count=speakers, priority=priorities, key=keys)
    def submit(
        self, tenant: str, count: int, priority: Priority, key: str | None
    ) -> tuple[str, str]:
        wanted = Submission(
            tenant=tenant,
            source=Source(kind="web", uri="https://a.org/a", shown="a", version="1"),
            options={"num_speakers": count},
            priority=priority,
            idempotency_key=key,
        )
        submitted = self.both("submit", wanted)
        if submitted is None:
            return tenant, "0" * 32
        self.known.add((tenant, submitted.job.id))
        return tenant, submitted.job.id

    @rule(one=jobs)
    def cancel(self, one: tuple[str, str]) -> None:
        self.both("cancel", *one)

    @rule(one=jobs)
    def retry(self, one: tuple[str, str]) -> None:
        self.both("retry", *one)

    @rule(one=jobs)
    def erase(self, one: tuple[str, str]) -> None:
        self.both("erase", *one)
        self.known.discard(one)

    @rule(one=jobs)
    def ask_for_a_result(self, one: tuple[str, str]) -> None:
        assert (self.refused("result", *one)) == (self.fake_refused("result", *one))

    @rule(one=jobs)
    def begin(self, one: tuple[str, str]) -> None:
        """A slot takes it."""
        if one not in self.known or self.fake.get(*one).state != "queued":
            return
        with self.running.service.database.writing() as connection:
            taken = holding.take(connection, self.hold(one), time.time())
        assert taken is not None
        self.fake.begin(one[1])

    @rule(one=jobs, well=st.booleans())
    def end(self, one: tuple[str, str], well: bool) -> None:  # noqa: FBT001 - drawn
        """The slot that has it ends it."""
        if one not in self.known or self.fake.get(*one).state != "running":
            return
        with self.running.service.database.writing() as connection:
            if well:
                holding.succeed(connection, self.hold(one), (), time.time())
            else:
                holding.fail(connection, self.hold(one), FAILURE, time.time())
        if well:
            self.fake.finish(one[1], b"{}")
            self.put_result(one)
        else:
            self.fake.fail(one[1], FAILURE)

    @invariant()
    def both_show_the_same(self) -> None:
        for tenant in ("a", "b"):
            shown = [essence(job) for job in self.running.jobs.list(tenant).jobs]
            assert shown == [essence(job) for job in self.fake.list(tenant).jobs]

    @invariant()
    def the_queue_has_what_is_queued(self) -> None:
        depth, expected = self.running.jobs.depth(), self.fake.depth()
        assert (depth.queued, depth.running) == (expected.queued, expected.running)

    def hold(self, one: tuple[str, str]) -> Hold:
        return Hold(one[1], self.fake.get(*one).attempt, "slot")

    def put_result(self, one: tuple[str, str]) -> None:
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"{}")
            file.flush()
            key = f"{one[0]}/jobs/{one[1]}/result.json"
            self.running.service.artefacts.put(key, Path(file.name))

    def both(self, call: str, *values: object):  # type: ignore[no-untyped-def]  # noqa: ANN201 - either's answer
        """What both answer; null where both refuse for the same reason."""
        try:
            answer = getattr(self.running.jobs, call)(*values)
        except DiascribeError as error:
            with pytest.raises(type(error)):
                getattr(self.fake, call)(*values)
            return None
        expected = getattr(self.fake, call)(*values)
        if isinstance(answer, Submitted):
            assert answer.created == expected.created
        return answer

    def refused(self, call: str, *values: object) -> str | None:
        return reason(self.running.jobs, call, *values)

    def fake_refused(self, call: str, *values: object) -> str | None:
        return reason(self.fake, call, *values)


def reason(jobs: object, call: str, *values: object) -> str | None:
    try:
        getattr(jobs, call)(*values)
    except DiascribeError as error:
        return error.code
    return None


def essence(job: Job) -> tuple[object, ...]:
    """All of a job that no clock decides."""
    failure = job.failure and job.failure.code
    return job.id, job.state, job.priority, job.attempt, dict(job.options), failure


class PostgresLaws(JobLaws):
    """The same in PostgreSQL."""

    server = ""

    def database(self, data: Path) -> str:  # noqa: ARG002 - a file's place for SQLite only
        return self.opened.enter_context(fresh_database(self.server))


@pytest.mark.slow
def test_sqlite_is_where_memory_is() -> None:
    run(JobLaws, examples=25)


@pytest.mark.slow
def test_postgres_is_where_memory_is() -> None:
    with private_postgres() as PostgresLaws.server:
        run(PostgresLaws, examples=8)


def run(laws: type[JobLaws], examples: int) -> None:

    run_state_machine_as_test(
        laws, settings=settings(max_examples=examples, stateful_step_count=25, deadline=None)
    )
