"""Jobs name whom their tenant knows, though the process with the models sees no database."""

from __future__ import annotations

import json

import sqlalchemy as sa
from job_service import JobService
from made_up_voices import direction, voiceprint

from diascribe.jobs.job import Job
from diascribe.jobs.seam import VOICES
from diascribe.jobs.workspace import folder_of
from diascribe.store import Voices
from diascribe.store.job_schema import JOBS


def names(running: JobService, job: Job) -> list[str]:
    """Whom the ended job looked for."""
    assert running.ended(job).state == "succeeded"
    result = json.loads(running.jobs.result(job.tenant, job.id))
    return list(result["known"])


def know(running: JobService, tenant: str, *people: str) -> Voices:
    voices = Voices(running.service.database, tenant)
    for name in people:
        voices.add(name, [voiceprint(direction(0))])
    return voices


def deaths(running: JobService, job: Job) -> int:
    """How many processes the job has ended."""
    with running.service.database.reading() as connection:
        which = sa.select(JOBS.c.deaths).where(JOBS.c.id == job.id)
        return int(connection.execute(which).scalar_one())


def test_a_job_looks_for_whom_its_tenant_knows_and_for_nobody_else(running: JobService) -> None:
    know(running, "mine", "Ada")
    know(running, "theirs", "Eva", "Bob")
    running.start_slot(0)

    mine = running.submit("mine", speaker_verification=True)
    theirs = running.submit("theirs", speaker_verification=True)

    assert names(running, mine) == ["Ada"]
    assert sorted(names(running, theirs)) == ["Bob", "Eva"]


def test_known_voices_are_not_kept_with_what_a_job_found(running: JobService) -> None:
    know(running, "tenant", "Ada")
    running.start_slot(0)

    job = running.submit(speaker_verification=True)

    assert names(running, job) == ["Ada"]
    kept = running.service.artefacts.list(folder_of("tenant", job.id))
    assert kept
    assert not [key for key in kept if key.endswith(VOICES)]
    assert not list(running.data.rglob(VOICES))


def test_after_somebody_was_enrolled_the_same_request_is_another_job(running: JobService) -> None:
    know(running, "tenant", "Ada")
    before = running.submit(speaker_verification=True)
    same = running.submit(speaker_verification=True)
    plain = running.submit()

    know(running, "tenant", "Eva")
    after = running.submit(speaker_verification=True)
    plain_again = running.submit()

    assert same.id == before.id
    assert after.id != before.id
    assert plain_again.id == plain.id


def test_a_finished_job_is_run_again_for_who_was_enrolled_since(running: JobService) -> None:
    voices = know(running, "tenant", "Ada")
    running.start_slot(0)
    job = running.submit(speaker_verification=True)
    assert names(running, job) == ["Ada"]

    voices.remove(["Ada"])
    know(running, "tenant", "Eva")
    again = running.jobs.rerun("tenant", job.id, {}).job

    assert again.id != job.id
    assert names(running, again) == ["Eva"]
    done = {stage.name: stage.attempts for stage in running.jobs.get("tenant", again.id).stages}
    assert {name for name, attempts in done.items() if attempts} == {"result"}


def test_a_process_that_dies_over_known_voices_is_shown_them_again(running: JobService) -> None:
    know(running, "tenant", "Ada")
    mended = running.data / "mended"
    running.start_slot(0)

    job = running.submit(speaker_verification=True, crash="result", until=str(mended), slow_s=0.5)
    running.when(job, lambda one: deaths(running, one) > 0)
    mended.touch()

    assert names(running, job) == ["Ada"]
