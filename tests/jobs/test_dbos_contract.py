"""What we rely on of the engine of queues, and what it lacks and we add: with real processes."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import sqlalchemy as sa
from job_service import DEAD_S, JobService, stage_of

from diascribe.jobs.queue import PIPELINE

HAND_OVER_S = DEAD_S + DEAD_S / 6 + 0.5 + 6.0
"""Dead interval, one beat, one look at the queue, and the time that two busy cores may take."""


def lines(log: Path) -> list[str]:
    return log.read_text().splitlines() if log.exists() else []


def test_a_killed_worker_s_job_goes_on_elsewhere_after_its_last_stage(
    running: JobService, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    first = running.start_slot(0)
    job = running.submit(log=str(log), slow_s=1.0)
    running.when(job, lambda one: stage_of(one, "recognize-0") == "running")

    running.start_slot(1)
    time.sleep(DEAD_S)  # a new process trusts nobody's silence before
    first.kill()
    killed = time.monotonic()
    running.when(job, lambda _: len(lines(log)) > 2)
    handed_s = time.monotonic() - killed
    ended = running.ended(job)

    assert ended.state == "succeeded"
    assert len(lines(log)) == len(set(lines(log))) == 7, "no finished stage ran again"
    assert handed_s < HAND_OVER_S


def test_a_slot_that_comes_back_goes_on_at_once(running: JobService, tmp_path: Path) -> None:
    log = tmp_path / "log"
    first = running.start_slot(0)
    job = running.submit(log=str(log), slow_s=0.5)
    running.when(job, lambda one: stage_of(one, "recognize-0") == "running")

    first.kill()
    first.wait()
    running.start_slot(0)
    ended = running.ended(job)

    assert ended.state == "succeeded"
    assert len(lines(log)) == len(set(lines(log))) == 7


def test_a_worker_that_only_seemed_dead_changes_nothing(
    running: JobService, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    zombie = running.start_slot(0)
    undisturbed = running.submit(content=b"sound")
    expected = running.jobs.result("tenant", running.ended(undisturbed).id)
    job = running.submit(log=str(log), slow_s=1.0)
    running.when(job, lambda one: stage_of(one, "recognize-0") == "running")

    os.kill(zombie.pid, signal.SIGSTOP)
    running.start_slot(1)
    running.when(job, lambda one: stage_of(one, "prepare") == "running")
    os.kill(zombie.pid, signal.SIGCONT)
    ended = running.ended(job)
    time.sleep(1.0)  # what the zombie might still do

    assert ended.state == "succeeded"
    assert running.jobs.get("tenant", job.id) == ended
    assert running.jobs.result("tenant", job.id) == expected


def test_a_job_that_kills_its_workers_is_given_up_and_the_queue_goes_on(
    running: JobService,
) -> None:
    poison = running.submit(poison="recognize-0")
    healthy = running.submit()

    def over() -> bool:
        return all(running.jobs.get("tenant", one.id).over for one in (poison, healthy))

    deaths = 0
    while not over():
        slot = running.start_slot(0)
        while slot.poll() is None and not over():
            time.sleep(0.1)
        deaths += slot.poll() is not None
    ended = running.jobs.get("tenant", poison.id)

    assert running.jobs.get("tenant", healthy.id).state == "succeeded"
    assert ended.state == "failed"
    assert ended.dead_letter
    assert deaths == 3


def test_a_stage_that_ends_its_process_is_lost_where_the_result_can_do_without(
    running: JobService,
) -> None:
    job = running.submit(crash="prepare")
    running.start_slot(0)

    ended = running.ended(job)
    told = json.loads(running.jobs.result("tenant", job.id))

    assert (ended.state, ended.dead_letter) == ("succeeded", False)
    assert told["lost"] == ["prepare"]
    assert "recognize-1.bin" in told["findings"]


def test_cancelling_ends_a_running_stage_and_frees_its_slot_within_two_seconds(
    running: JobService,
) -> None:
    running.start_slot(0)
    job = running.submit(hang="recognize-0")
    running.when(job, lambda one: stage_of(one, "recognize-0") == "running")
    following = running.submit(words=2)

    begun = time.monotonic()
    cancelled = running.jobs.cancel("tenant", job.id)
    running.when(following, lambda one: one.state != "queued")
    freed_s = time.monotonic() - begun

    assert cancelled.state == "cancelled"
    assert freed_s < 2.0
    assert running.ended(following).state == "succeeded"


def test_a_worker_works_on_one_job_at_a_time(running: JobService) -> None:
    jobs = [running.submit(slow_s=0.2, words=number) for number in range(4)]
    running.start_slot(0)

    most = 0
    while not all(running.jobs.get("tenant", job.id).over for job in jobs):
        most = max(most, running.jobs.depth().running)

    assert most == 1


def test_a_worker_told_to_leave_hands_its_job_on_at_once(
    running: JobService, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    first = running.start_slot(0)
    job = running.submit(log=str(log), slow_s=1.0)
    running.when(job, lambda one: stage_of(one, "recognize-0") == "running")

    first.terminate()
    first.wait(20)
    handed = running.jobs.get("tenant", job.id)
    running.start_slot(1)
    ended = running.ended(job)

    assert first.returncode == 0
    assert handed.state == "running"
    assert ended.state == "succeeded"
    assert len(lines(log)) == len(set(lines(log))) == 7


def test_a_slot_leaves_when_there_has_been_nothing_to_do(running: JobService) -> None:
    job = running.submit()

    slot = running.start_slot(0, "--idle-s", "1")
    status = slot.wait(60)

    assert status == 0
    assert running.jobs.get("tenant", job.id).state == "succeeded"


def test_jobs_are_queued_for_the_version_of_their_pipeline(running: JobService) -> None:
    running.submit()

    schema = "" if running.service.database.local else "dbos."
    with running.service.database.reading() as connection:
        versions = connection.execute(
            sa.text(f"SELECT DISTINCT application_version FROM {schema}workflow_status")  # noqa: S608 - our own schema
        ).scalars()
        found = set(versions)

    assert found == {PIPELINE}


def test_what_the_engine_of_queues_keeps_is_json_without_secrets(running: JobService) -> None:
    running.start_slot(0)
    job = running.submit(fail="decode", huggingface_access_token="hf_secret")  # noqa: S106 - no secret
    running.ended(job)

    schema = "" if running.service.database.local else "dbos."
    with running.service.database.reading() as connection:
        kept = [
            str(row)
            for table in ("workflow_status", "operation_outputs")
            for row in connection.execute(sa.text(f"SELECT * FROM {schema}{table}"))  # noqa: S608 - our own schema
        ]

    assert any("diascribe_json" in row for row in kept)
    assert not any("hf_secret" in row or "py_pickle" in row for row in kept)
