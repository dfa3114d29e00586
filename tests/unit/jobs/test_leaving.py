"""What leaves: old jobs, uploads that nobody took, secrets; and what stays."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from job_service import JobService

from diascribe.errors import (
    JobStateError,
    OptionsError,
    OutputError,
    SourceError,
    UnknownJobError,
)
from diascribe.jobs.artefacts import FolderArtefacts
from diascribe.jobs.erasing import AT_ONCE, DAY_S, HOUR_S, Retention
from diascribe.jobs.job import Source, Submission
from diascribe.jobs.records import options_of
from diascribe.jobs.vault import open_vault
from diascribe.jobs.workspace import remove_left
from diascribe.store.job_schema import JOBS, SECRETS, STAGES

SIGNED = "https://example.org/a.wav?signature=s3cr3t"
HOOK = "https://example.org/hook/s3cr3t"


@pytest.fixture
def database(tmp_path: Path) -> str:
    """A file: nothing here hangs on which database it is."""
    return f"sqlite:///{tmp_path / 'jobs.sqlite'}"


@dataclass(frozen=True)
class Stubborn(FolderArtefacts):
    """A folder that keeps what it has."""

    only: str = ""
    """What the keys that stay hold."""

    def delete(self, prefix: str) -> None:
        if self.only in prefix:
            raise OutputError(f"{prefix}: cannot be removed")
        FolderArtefacts.delete(self, prefix)


def retention(running: JobService) -> Retention:
    service = running.service
    return Retention(service.database, service.queue, service.artefacts, service.limits)


def end(running: JobService, job: str, ago_days: float) -> None:
    with running.service.database.writing() as connection:
        when = time.time() - ago_days * DAY_S
        connection.execute(
            sa.update(JOBS).where(JOBS.c.id == job).values(state="failed", ended=when)
        )


def signed(running: JobService, place: int = 0) -> str:
    """A job with secrets in its address, its webhook and its options."""
    uri = f"{SIGNED}{place or ''}"
    source = Source(kind="web", uri=uri, shown="https://example.org/a.wav")
    options = {"huggingface_access_token": "hf_s3cr3t"}
    wanted = Submission(tenant="tenant", source=source, options=options, webhook=HOOK)
    return running.jobs.submit(wanted).job.id


def secrets(running: JobService, job: str) -> dict[str, object]:
    with running.service.database.reading() as connection:
        return running.service.vault.read(connection, job)


def test_secrets_are_found_in_no_file(running: JobService, tmp_path: Path) -> None:
    job = signed(running)
    told = secrets(running, job)

    files = [one for one in tmp_path.rglob("*") if one.is_file()]

    assert told["webhook"] == HOOK
    assert told["source"] == {"uri": SIGNED}
    assert told["options"] == {"huggingface_access_token": "hf_s3cr3t"}
    assert files
    assert not any(b"s3cr3t" in one.read_bytes() for one in files)


def test_addresses_of_voices_are_kept_for_reruns_and_in_no_file(
    running: JobService, tmp_path: Path
) -> None:
    samples = [{"url": f"{SIGNED}#ada"}, {"url": "data:audio/wav;base64,czNjcjN0", "name": "bob"}]
    job = running.submit(speaker_samples=samples)
    end(running, job.id, ago_days=1.5)
    retention(running).remove_old(time.time())

    with running.service.database.reading() as connection:
        row = connection.execute(sa.select(JOBS)).mappings().one()
        kept = options_of(row, running.service.vault.read(connection, job.id))

    held = [one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()]
    assert kept == {"speaker_samples": samples}
    assert job.options == {"speaker_samples": ["ada (https://example.org/a.wav)", "bob (data URI)"]}
    assert not any(b"s3cr3t" in one or b"czNjcjN0" in one for one in held)


def test_secrets_want_the_key_that_they_were_kept_with(running: JobService, tmp_path: Path) -> None:
    job = signed(running)
    other = open_vault(tmp_path / "elsewhere", None)

    with running.service.database.reading() as connection, pytest.raises(OptionsError):
        other.read(connection, job)


def test_a_key_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionsError):
        open_vault(tmp_path, "short")


def test_a_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    open_vault(tmp_path, None)
    made = (tmp_path / "secrets.key").read_bytes()
    open_vault(tmp_path, None)

    assert (tmp_path / "secrets.key").read_bytes() == made
    assert (tmp_path / "secrets.key").stat().st_mode & 0o077 == 0


def test_a_retry_says_that_the_recording_is_gone_and_how_to_ask_anew(running: JobService) -> None:
    early, late, fetched = (signed(running, place) for place in range(3))
    for job, ago_days in ((early, 0.5), (late, 1.5), (fetched, 1.5)):
        end(running, job, ago_days)
    with running.service.database.writing() as connection:
        done = {"job": fetched, "name": "fetch", "place": 0, "state": "succeeded"}
        more = {"progress": 1.0, "share": 1.0, "attempts": 1, "files": "[]"}
        connection.execute(sa.insert(STAGES), {**done, **more})
    retention(running).remove_old(time.time())

    again = [running.jobs.retry("tenant", one).state for one in (early, fetched)]
    with pytest.raises(JobStateError, match="the recording is gone") as gone:
        running.jobs.retry("tenant", late)

    assert again == ["queued", "queued"]
    assert "POST /v1/jobs" in gone.value.hint
    assert running.jobs.get("tenant", late).state == "failed"


def test_what_was_forgotten_before_it_was_fetched_is_said_so(
    running: JobService, tmp_path: Path
) -> None:
    forgotten = Source(kind="web", uri="", shown="https://example.org/a.wav")

    with pytest.raises(SourceError, match="the recording is gone"):
        running.service.places().bring("tenant", forgotten, tmp_path / "media")


def test_secrets_of_a_failed_job_are_forgotten_after_a_day(running: JobService) -> None:
    fresh, old = signed(running), signed(running)
    end(running, fresh, ago_days=0.5)
    end(running, old, ago_days=1.5)

    retention(running).remove_old(time.time())

    assert secrets(running, fresh)
    assert not secrets(running, old)


def test_old_jobs_leave_with_everything_they_kept(running: JobService) -> None:
    old = running.submit(content=b"old")
    fresh = running.submit(content=b"fresh")
    end(running, old.id, ago_days=31)
    end(running, fresh.id, ago_days=29)

    retention(running).remove_old(time.time())

    with pytest.raises(UnknownJobError):
        running.jobs.get("tenant", old.id)
    assert running.jobs.get("tenant", fresh.id).id == fresh.id
    assert len(running.service.artefacts.list("tenant/uploads/")) == 1


def test_where_nothing_is_to_leave_nothing_does(running: JobService) -> None:
    job = running.submit()
    end(running, job.id, ago_days=10_000)
    for_ever = replace(running.service.limits, keep_days=0)

    service = running.service
    Retention(service.database, service.queue, service.artefacts, for_ever).remove_old(time.time())

    assert running.jobs.get("tenant", job.id).id == job.id


def test_an_upload_that_nobody_took_leaves_after_a_day(running: JobService) -> None:
    taken = running.submit(content=b"taken")
    running.upload("tenant", b"forgotten")

    retention(running).remove_old(time.time() + 1.1 * DAY_S)

    assert len(running.service.artefacts.list("tenant/uploads/")) == 1
    assert running.jobs.get("tenant", taken.id).state == "queued"


def test_retention_looks_once_an_hour(running: JobService) -> None:
    chores = retention(running)
    chores.chore()
    job = running.submit()
    end(running, job.id, ago_days=31)

    chores.chore()

    assert running.jobs.get("tenant", job.id).id == job.id


def test_an_erased_job_leaves_no_secret_and_no_file(running: JobService) -> None:
    job = signed(running)
    upload = running.submit()

    running.jobs.erase("tenant", job)
    running.jobs.erase("tenant", upload.id)

    with running.service.database.reading() as connection:
        assert connection.execute(sa.select(SECRETS)).first() is None
        assert running.service.queue.find(connection, [f"{job}-1", f"{upload.id}-1"]) == {}
    assert running.service.artefacts.list("tenant/") == []


def test_while_a_file_cannot_be_removed_its_job_can_be_erased_again(running: JobService) -> None:
    job = running.submit()
    jobs = replace(running.jobs, artefacts=Stubborn(running.data / "artefacts"))

    with pytest.raises(OutputError):
        jobs.erase("tenant", job.id)

    assert running.jobs.get("tenant", job.id).state == "cancelled"
    running.jobs.erase("tenant", job.id)
    with pytest.raises(UnknownJobError):
        running.jobs.get("tenant", job.id)


def test_one_job_that_cannot_be_removed_stands_in_no_other_s_way(running: JobService) -> None:
    jobs = [running.submit(content=str(number).encode()) for number in range(2)]
    for job in jobs:
        end(running, job.id, ago_days=31)
    service = running.service
    stubborn = Stubborn(running.data / "artefacts", only=jobs[0].id)

    Retention(service.database, service.queue, stubborn, service.limits).remove_old(time.time())

    assert running.jobs.get("tenant", jobs[0].id).id == jobs[0].id
    with pytest.raises(UnknownJobError):
        running.jobs.get("tenant", jobs[1].id)


def test_what_a_worker_kept_of_an_erased_job_leaves_later(running: JobService) -> None:
    job = running.submit()
    with running.service.database.writing() as connection:
        connection.execute(sa.update(JOBS).values(state="running", holder="somebody"))
    running.jobs.erase("tenant", job.id)
    late = running.data / "late"
    late.write_bytes(b"speech")
    running.service.artefacts.put(f"tenant/jobs/{job.id}/late.bin", late)
    with running.service.database.reading() as connection:
        flows = running.service.queue.find(connection, [f"{job.id}-1"])

    retention(running).remove_old(time.time() + 2 * HOUR_S)

    assert flows[f"{job.id}-1"].status == "CANCELLED"  # for the worker to read
    assert running.service.artefacts.list("tenant/jobs/") == []
    with running.service.database.reading() as connection:
        assert running.service.queue.find(connection, [f"{job.id}-1"]) == {}


def test_what_killed_processes_left_goes_and_what_is_fresh_stays(tmp_path: Path) -> None:
    for name in ("upload-old", "upload-fresh"):
        (tmp_path / name).write_bytes(b"half")
    (tmp_path / "old-rerun").mkdir()
    for name in ("upload-old", "old-rerun"):
        os.utime(tmp_path / name, (1000.0, 1000.0))

    remove_left(tmp_path, before=2000.0)
    remove_left(tmp_path / "absent", before=2000.0)

    assert [one.name for one in tmp_path.iterdir()] == ["upload-fresh"]


def test_where_there_is_more_to_remove_retention_goes_on_at_once(running: JobService) -> None:
    for number in range(AT_ONCE + 1):
        end(running, running.submit(content=str(number).encode()).id, ago_days=31)
    chores = retention(running)

    chores.chore()
    left = len(running.jobs.list("tenant", limit=200).jobs)
    chores.chore()

    assert left == 1
    assert running.jobs.list("tenant").jobs == ()
