"""Another speaker count on a finished recording of an hour: here, now, and within two seconds."""

from __future__ import annotations

import time
from pathlib import Path

from job_service import JobService

WITHIN_S = 2.0

UNTOUCHED = {"fetch", "decode", "activity", "recognize-0", "recognize-1", "prepare"}


def test_a_rerun_that_needs_no_model_is_answered_by_whoever_is_asked(
    running: JobService, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    slot = running.start_slot(0)
    job = running.submit(log=str(log), num_speakers=2, hour=True)
    running.ended(job)
    slot.terminate()
    slot.wait(20)  # nobody works: only the process that is asked can answer
    before = log.read_text().splitlines()

    begun = time.monotonic()
    again = running.jobs.rerun("tenant", job.id, {"num_speakers": 3}).job
    took_s = time.monotonic() - begun

    stages = {stage.name: stage for stage in again.stages}
    fresh = log.read_text().splitlines()[len(before) :]
    assert again.state == "succeeded"
    assert took_s < WITHIN_S
    assert {line.split()[1] for line in fresh} == {"cluster", "result"}
    assert {name for name, stage in stages.items() if not stage.attempts} == UNTOUCHED
    assert b'"speakers": 3' in running.jobs.result("tenant", again.id)
    assert b'"speakers": 2' in running.jobs.result("tenant", job.id)


def test_a_rerun_that_needs_a_model_is_queued_and_keeps_what_holds(
    running: JobService, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    running.start_slot(0)
    job = running.submit(log=str(log), words=1)
    running.ended(job)
    before = log.read_text().splitlines()

    queued = running.jobs.rerun("tenant", job.id, {"words": 2}).job
    running.ended(queued)

    fresh = [line.split()[1] for line in log.read_text().splitlines()[len(before) :]]
    assert queued.state == "queued"
    assert "decode" not in fresh
    assert "prepare" not in fresh
    assert {"recognize-0", "recognize-1", "result"} <= set(fresh)


def test_findings_outlive_the_job_they_came_from(running: JobService) -> None:
    running.start_slot(0)
    job = running.submit(num_speakers=2)
    running.ended(job)
    again = running.jobs.rerun("tenant", job.id, {"num_speakers": 3}).job

    running.jobs.erase("tenant", job.id)
    third = running.jobs.rerun("tenant", again.id, {"num_speakers": 4}).job

    assert third.state == "succeeded"
    assert b'"speakers": 4' in running.jobs.result("tenant", third.id)
