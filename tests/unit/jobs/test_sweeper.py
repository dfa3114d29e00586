"""Dead workers are noticed by a clock that the tests turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
import sqlalchemy as sa
from job_service import JobService

from diascribe.errors import OutputError
from diascribe.jobs.sweeper import Sweeper
from diascribe.store.job_schema import EXECUTORS, JOBS


@pytest.fixture
def database(tmp_path: Path) -> str:
    """A file: nothing here hangs on which database it is."""
    return f"sqlite:///{tmp_path / 'jobs.sqlite'}"


class Clock:
    """A monotonic clock that is turned by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sweeper(running: JobService, clock: Clock) -> Iterator[Sweeper]:
    service = running.service
    one = Sweeper(
        database=service.database,
        queue=service.queue,
        me="me",
        role="api",
        beat_s=5.0,
        dead_s=30.0,
        clock=clock,
    )
    one.join()
    yield one
    one.leave()


def held(running: JobService, job: str, holder: str) -> None:
    """A job's workflow, as if an executor had claimed it."""
    with running.service.database.writing() as connection:
        connection.execute(
            sa.text(
                "UPDATE workflow_status SET status = 'PENDING', executor_id = :holder"
                " WHERE workflow_uuid = :flow"
            ),
            {"holder": holder, "flow": f"{job}-1"},
        )


def seen(running: JobService, executor: str, ago_s: float) -> None:
    with running.service.database.writing() as connection:
        now = sa.text(f"(julianday('now') - 2440587.5) * 86400.0 - {ago_s}")
        connection.execute(
            sa.insert(EXECUTORS).values(id=executor, role="worker", started=0.0, seen=now)
        )


def beat(sweeper: Sweeper, clock: Clock, seconds: float) -> list[str]:
    """All that is handed on while time passes, beat by beat."""
    handed = []
    for _ in range(int(seconds / sweeper.beat_s) + 1):
        handed += sweeper.tick()
        clock.now += sweeper.beat_s
    return handed


def test_a_silent_executor_s_work_is_handed_on(
    running: JobService, sweeper: Sweeper, clock: Clock
) -> None:
    job = running.submit().id
    held(running, job, "silent")
    seen(running, "silent", ago_s=31.0)

    assert beat(sweeper, clock, 30) == [f"{job}-1"]


def test_an_executor_nobody_has_heard_of_is_dead(
    running: JobService, sweeper: Sweeper, clock: Clock
) -> None:
    job = running.submit().id
    held(running, job, "unheard of")

    assert beat(sweeper, clock, 30) == [f"{job}-1"]


def test_who_was_seen_lately_keeps_its_work(
    running: JobService, sweeper: Sweeper, clock: Clock
) -> None:
    held(running, running.submit().id, "lively")
    seen(running, "lively", ago_s=20.0)

    assert beat(sweeper, clock, 30) == []


def test_a_new_sweeper_trusts_no_silence_before_a_whole_interval(
    running: JobService, sweeper: Sweeper, clock: Clock
) -> None:
    held(running, running.submit().id, "silent")
    seen(running, "silent", ago_s=31.0)

    assert beat(sweeper, clock, 20) == []


def test_after_the_database_was_away_everybody_gets_a_whole_interval_again(
    running: JobService, sweeper: Sweeper, clock: Clock
) -> None:
    job = running.submit().id
    beat(sweeper, clock, 40)
    held(running, job, "silent")
    seen(running, "silent", ago_s=31.0)

    clock.now += 14.0  # no beat could be written for so long
    early = beat(sweeper, clock, 20)
    late = beat(sweeper, clock, 10)

    assert early == []
    assert late == [f"{job}-1"]


def test_chores_that_fail_or_take_long_end_no_beat(running: JobService) -> None:
    begun, release = Event(), Event()

    def chore() -> None:
        begun.set()
        release.wait(60)
        raise OutputError("wanted to remove a file")

    service = running.service
    one = Sweeper(
        database=service.database,
        queue=service.queue,
        me="busy",
        role="worker",
        beat_s=0.05,
        dead_s=30.0,
        chores=(chore,),
    )
    one.start()
    assert begun.wait(30)
    with service.database.writing() as connection:
        connection.execute(sa.update(EXECUTORS).values(seen=0.0))

    seen_again = awaited(lambda: beats(running, "busy") > 0)
    release.set()
    with service.database.writing() as connection:
        connection.execute(sa.update(EXECUTORS).values(seen=0.0))
    seen_after_failure = awaited(lambda: beats(running, "busy") > 0)
    one.stop()
    one.leave()

    assert seen_again
    assert seen_after_failure


def beats(running: JobService, executor: str) -> float:
    """When an executor was last seen."""
    with running.service.database.reading() as connection:
        which = sa.select(EXECUTORS.c.seen).where(EXECUTORS.c.id == executor)
        return float(connection.execute(which).scalar_one())


def awaited(true: Callable[[], bool]) -> bool:
    """Whether something becomes true within half a minute."""
    until = time.monotonic() + 30
    while not true() and time.monotonic() < until:
        time.sleep(0.02)
    return true()


def test_work_is_handed_on_once(running: JobService, sweeper: Sweeper, clock: Clock) -> None:
    held(running, running.submit().id, "silent")

    assert len(beat(sweeper, clock, 30)) == 1
    assert beat(sweeper, clock, 30) == []


def test_a_job_that_the_queue_does_not_know_is_queued(running: JobService) -> None:
    job = running.submit()
    running.service.queue.forget([f"{job.id}-1"])

    settled = running.service.settling().settle(patience_s=-1)

    with running.service.database.reading() as connection:
        flows = running.service.queue.find(connection, [f"{job.id}-1"])
    assert settled == [job.id]
    assert flows[f"{job.id}-1"].status == "ENQUEUED"
    assert running.jobs.get("tenant", job.id).state == "queued"


@pytest.mark.parametrize(
    ("status", "dead"), [("ERROR", False), ("MAX_RECOVERY_ATTEMPTS_EXCEEDED", True)]
)
def test_a_job_whose_workflow_ended_without_a_word_has_failed(
    running: JobService,
    status: str,
    dead: bool,  # noqa: FBT001 - a case
) -> None:
    job = running.submit()
    with running.service.database.writing() as connection:
        connection.execute(sa.text("UPDATE workflow_status SET status = :s"), {"s": status})

    running.service.settling().settle(patience_s=-1)
    found = running.jobs.get("tenant", job.id)

    assert (found.state, found.dead_letter) == ("failed", dead)


def test_a_job_that_somebody_works_on_is_left_alone(running: JobService) -> None:
    job = running.submit()
    held(running, job.id, "somebody")

    assert running.service.settling().settle(patience_s=-1) == []
    with running.service.database.reading() as connection:
        assert connection.execute(sa.select(JOBS.c.state)).scalar_one() == "queued"
