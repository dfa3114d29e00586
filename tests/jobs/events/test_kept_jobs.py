"""Messages become jobs that are really kept, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from threading import Thread

import sqlalchemy as sa
from bucket_events import bus_event, notice, record, wrapped
from fake_queue import FakeQueue
from job_service import JobService
from manifests import written

from diascribe.jobs.events.ingest import Ingester
from diascribe.jobs.events.intake import Intake

INTAKE = Intake(tenant="ada", prefixes=("s3://talks/in/",))


def ingest(running: JobService, *bodies: str) -> FakeQueue:
    """What an ingester leaves of a queue with these messages."""
    queue = FakeQueue()
    for body in bodies:
        queue.send(body)
    Ingester(queue, running.jobs, INTAKE).take()
    return queue


def test_one_write_is_one_job_however_often_and_by_whichever_way_it_is_told(
    running: JobService,
) -> None:
    told = notice(record("in/a+b.wav"), record("in/c.wav"))

    queue = ingest(running, told, wrapped(told), json.dumps(bus_event("in/a b.wav")))

    jobs = running.jobs.list("ada").jobs
    assert sorted(one.source for one in jobs) == ["s3://talks/in/a b.wav", "s3://talks/in/c.wav"]
    assert queue.kept == {}


def test_a_write_whose_job_was_cancelled_stays_that_job_and_the_next_write_is_another(
    running: JobService,
) -> None:
    ingest(running, notice(record("in/a.wav")))
    (job,) = running.jobs.list("ada").jobs
    running.jobs.cancel("ada", job.id)

    ingest(running, notice(record("in/a.wav")))
    again = running.jobs.list("ada").jobs
    ingest(running, notice(record("in/a.wav", sequencer="FF")))

    assert [one.id for one in again] == [job.id]
    assert len(running.jobs.list("ada").jobs) == 2


def test_ingesters_side_by_side_make_no_job_twice(running: JobService) -> None:
    told = [notice(record(f"in/{name}.wav")) for name in "abcdefgh"]
    threads = [Thread(target=ingest, args=(running, *told)) for _ in range(4)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    sources = [one.source for one in running.jobs.list("ada").jobs]
    assert sorted(sources) == [f"s3://talks/in/{name}.wav" for name in "abcdefgh"]


def test_the_scaler_of_the_manifests_sees_the_backlog(running: JobService) -> None:
    (scaled,) = (one for one in written() if one["kind"] == "ScaledJob")
    (trigger,) = scaled["spec"]["triggers"]
    ingest(running, notice(*(record(f"in/{name}.wav") for name in "abc")))
    running.jobs.cancel("ada", running.jobs.list("ada").jobs[0].id)

    with running.service.database.reading() as connection:
        (counted,) = connection.execute(sa.text(trigger["metadata"]["query"])).one()

    assert counted == running.jobs.depth().backlog == 2
    assert trigger["metadata"]["targetQueryValue"] == "1"
