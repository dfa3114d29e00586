"""The log has one line for each job that ended, and nothing of what was heard."""

from __future__ import annotations

from pathlib import Path

import pytest
from job_service import JobService
from structlog.testing import capture_logs

from diascribe.jobs import holding
from diascribe.jobs.holding import Found, Hold
from diascribe.jobs.job import Failure, Job
from diascribe.jobs.telling import tell_end


@pytest.fixture
def database(tmp_path: Path) -> str:
    """A file: nothing here hangs on which database it is."""
    return f"sqlite:///{tmp_path / 'jobs.sqlite'}"


def ended(running: JobService, job: Job, failure: Failure | None = None) -> None:
    """End a job as a worker does that took it two seconds after it came, and had it for three."""
    hold, came = Hold(job.id, 1, "me"), job.created.timestamp()
    with running.service.database.writing() as connection:
        holding.take(connection, hold, came + 2)
        holding.plan_stages(connection, hold, {"decode": 1.0}, came + 2)
        holding.begin_stage(connection, hold, "decode", "key", came + 2)
        found = Found(stage="decode", files=(), seconds=1.0, duration=60.0)
        holding.end_stage(connection, hold, found, came + 3)
        if failure is None:
            holding.succeed(connection, hold, (), came + 5)
        else:
            holding.fail(connection, hold, failure, came + 5)


def told(running: JobService, job: Job) -> dict[str, object]:
    with capture_logs() as lines:
        tell_end(running.service.database, job.id)
    (line,) = lines
    return dict(line)


def test_a_job_that_succeeded_is_told_with_its_times(running: JobService) -> None:
    job = running.submit("ada", num_speakers=2)
    ended(running, job)

    assert told(running, job) == {
        "event": "job_ended",
        "log_level": "info",
        "job": job.id,
        "tenant": "ada",
        "state": "succeeded",
        "seconds": pytest.approx(3, abs=0.01),
        "waited_s": pytest.approx(2, abs=0.01),
        "audio_s": 60.0,
        "attempt": 1,
    }


def test_a_job_that_failed_is_told_with_its_reason_and_no_words(running: JobService) -> None:
    job = running.submit("ada")
    ended(running, job, Failure(code="no_audio", message="hush.wav: nothing", stage="decode"))

    line = told(running, job)

    assert (line["state"], line["code"], line["stage"]) == ("failed", "no_audio", "decode")
    assert "hush" not in str(line)


def test_a_cancelled_job_is_told_once(running: JobService) -> None:
    job = running.submit("ada")

    with capture_logs() as lines:
        running.jobs.cancel("ada", job.id)
        running.jobs.cancel("ada", job.id)

    assert [(one["event"], one["state"], one["seconds"]) for one in lines] == [
        ("job_ended", "cancelled", None)
    ]


def test_a_job_that_goes_on_or_is_gone_is_not_told(running: JobService) -> None:
    job = running.submit("ada")

    with capture_logs() as lines:
        tell_end(running.service.database, job.id)
        running.jobs.erase("ada", job.id)
        tell_end(running.service.database, job.id)

    assert lines == []
