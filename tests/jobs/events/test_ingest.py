"""Messages about objects become jobs, once each, and none is lost."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from threading import Event

import pytest
from bucket_events import TEST_EVENT, notice, record, wrapped
from fake_jobs import FakeJobs
from fake_queue import FakeQueue

from diascribe.errors import DatabaseError, QueueError
from diascribe.jobs.events.ingest import HIDDEN_S, Ingester, Patience
from diascribe.jobs.events.intake import Intake
from diascribe.jobs.job import Failure, Submission, Submitted

INTAKE = Intake(tenant="ada", prefixes=("s3://talks/in",), results="s3://talks/out")


@dataclass
class FailingJobs(FakeJobs):
    """A database that is away for some calls."""

    away: int = 0

    def submit(self, submission: Submission) -> Submitted:
        if self.away:
            self.away -= 1
            raise DatabaseError("the database is away")
        return super().submit(submission)


@dataclass
class Work:
    """An ingester and all it works with; a pause lets time go by."""

    queue: FakeQueue = field(default_factory=lambda: FakeQueue(most_deliveries=3))
    jobs: FakeJobs = field(default_factory=FakeJobs)
    intake: Intake = INTAKE
    stopping: Event = field(default_factory=Event)
    pause_s: float = 5.0
    pauses: int = 0
    most_pauses: int = 100
    stolen: bool = False
    """Whether another ingester receives what it can during a pause."""

    def ingester(self) -> Ingester:
        patience = Patience(
            stopping=self.stopping,
            pause_s=self.pause_s,
            clock=lambda: self.queue.now,
            pause=self.pause,
        )
        return Ingester(self.queue, self.jobs, self.intake, patience)

    def pause(self, seconds: float) -> None:
        self.queue.now += seconds
        self.pauses += 1
        if self.pauses >= self.most_pauses:
            self.stopping.set()
        if self.stolen:
            self.queue.receive()

    def sources(self) -> list[str]:
        return [one.job.source for one in self.jobs.kept.values()]


def test_each_object_becomes_a_job_and_its_message_goes() -> None:
    work = Work()
    work.queue.send(notice(record("in/a+1.wav"), record("in/b.wav")))
    work.queue.send(wrapped(notice(record("in/c.wav"))))

    done = work.ingester().take()

    assert done == 2
    assert work.sources() == ["s3://talks/in/a 1.wav", "s3://talks/in/b.wav", "s3://talks/in/c.wav"]
    assert work.queue.kept == {}


def test_a_message_that_comes_twice_is_one_job_even_when_that_has_failed() -> None:
    work = Work()
    work.queue.send(notice(record("in/a.wav")))
    work.ingester().take()
    (job,) = work.jobs.kept
    work.jobs.fail(job, Failure(code="no_audio", message="there is none"))

    work.queue.send(notice(record("in/a.wav")))
    work.ingester().take()

    assert list(work.jobs.kept) == [job]
    assert work.queue.kept == {}


def test_an_object_that_is_written_again_after_its_job_failed_is_a_new_job() -> None:
    work = Work()
    work.queue.send(notice(record("in/a.wav")))
    work.ingester().take()
    (job,) = work.jobs.kept
    work.jobs.fail(job, Failure(code="no_audio", message="there is none"))

    work.queue.send(notice(record("in/a.wav", sequencer="FF")))
    work.ingester().take()

    assert len(work.jobs.kept) == 2


def test_a_message_that_comes_again_after_options_have_changed_is_no_second_job() -> None:
    work = Work()
    work.queue.send(notice(record("in/a.wav")))
    work.ingester().take()

    work.intake = Intake(tenant="ada", prefixes=INTAKE.prefixes, options={"language": "en"})
    work.queue.send(notice(record("in/a.wav")))
    work.ingester().take()

    assert len(work.jobs.kept) == 1
    assert work.queue.kept == {}


def test_tests_and_objects_of_others_are_done_with_at_once() -> None:
    work = Work()
    for body in (
        json.dumps(TEST_EVENT),
        notice(record("in/a.wav", event="ObjectRemoved:Delete")),
        notice(record("theirs/a.wav"), record("out/a.wav"), record("in/"), record("in/a.txt")),
    ):
        work.queue.send(body)

    assert work.ingester().take() == 3
    assert work.jobs.kept == {}


def test_what_cannot_be_read_becomes_a_dead_letter_and_the_queue_goes_on() -> None:
    work = Work()
    work.queue.send("poison")
    work.queue.send(notice(record("in/a.wav")))

    for _ in range(4):
        work.ingester().take()
        work.queue.now += 10_000

    assert work.queue.dead == ["poison"]
    assert work.sources() == ["s3://talks/in/a.wav"]
    assert work.queue.hides == [(1, HIDDEN_S), (1, 2 * HIDDEN_S), (1, 4 * HIDDEN_S)]


def test_a_record_that_cannot_be_read_keeps_the_message_and_its_good_ones_are_one_job_each() -> (
    None
):
    work = Work()
    work.queue.send(notice(record("in/a.wav"), record("%FF")))

    work.ingester().take()

    assert work.jobs.kept == {}
    assert len(work.queue.kept) == 1


def test_while_the_database_is_away_a_message_waits_and_is_not_counted_against_it() -> None:
    work = Work(jobs=FailingJobs(away=30))
    work.queue.send(notice(record("in/a.wav")))
    work.queue.send(notice(record("in/b.wav")))

    work.ingester().take()

    assert work.sources() == ["s3://talks/in/a.wav", "s3://talks/in/b.wav"]
    assert work.queue.now == 150
    assert set(work.queue.hides) == {(2, HIDDEN_S)}  # renewed, so nobody else has received them
    assert work.queue.kept == {}


def test_a_tenant_with_too_much_unfinished_work_is_waited_for() -> None:
    work = Work(jobs=FakeJobs(most_unfinished=1), most_pauses=3)
    work.queue.send(notice(record("in/a.wav"), record("in/b.wav")))

    work.ingester().take()

    assert work.pauses == 3
    assert work.sources() == ["s3://talks/in/a.wav"]
    (message,) = work.queue.kept.values()
    assert (message.deliveries, message.hidden_until) == (1, work.queue.now)


def test_being_stopped_gives_back_what_is_not_done_with() -> None:
    work = Work(jobs=FailingJobs(away=1), most_pauses=1)
    work.queue.send(notice(record("in/a.wav")))
    work.queue.send(notice(record("in/b.wav")))

    work.ingester().take()

    assert work.jobs.kept == {}
    assert [one.hidden_until for one in work.queue.kept.values()] == [work.queue.now] * 2


def test_a_message_that_cannot_be_deleted_comes_again_and_is_the_same_job() -> None:
    work = Work()
    work.queue.send(notice(record("in/a.wav")))
    work.queue.failures["delete"] = 1

    with pytest.raises(QueueError):
        work.ingester().take()
    work.ingester().take()

    assert len(work.jobs.kept) == 1
    assert work.queue.kept == {}


def test_a_queue_that_is_away_is_asked_again() -> None:
    work = Work(most_pauses=2)
    work.queue.failures["receive"] = 2

    work.ingester().run()

    assert work.pauses == 2


def test_a_message_that_another_has_meanwhile_is_left_to_it() -> None:
    work = Work(jobs=FailingJobs(away=30), pause_s=HIDDEN_S + 1, stolen=True)
    work.queue.send(notice(record("in/a.wav")))

    with pytest.raises(QueueError, match="delivered again"):
        work.ingester().take()

    assert work.jobs.kept == {}
