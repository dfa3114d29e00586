"""Two at once: the second sees what the first has done, on every database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaitingError
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from job_service import JobService

from diascribe.errors import JobStateError, QuotaError
from diascribe.jobs.identity import request_hash
from diascribe.jobs.job import Failure, Job, Submission
from diascribe.jobs.working import take
from diascribe.store.job_schema import JOBS, KEYS


def failed(running: JobService) -> Job:
    job = running.submit()
    with running.service.database.writing() as connection:
        connection.execute(sa.update(JOBS).values(state="failed", ended=0.0))
    return job


def test_of_two_retries_at_once_one_begins_an_attempt(running: JobService) -> None:
    job = failed(running)
    with ThreadPoolExecutor(1) as threads:
        with running.service.database.writing() as connection:
            row = connection.execute(sa.select(JOBS)).mappings().one()
            running.jobs._queue_again(connection, row)
            second = threads.submit(running.jobs.retry, "tenant", job.id)
            with pytest.raises(StillWaitingError):
                second.result(0.3)

        with pytest.raises(JobStateError):
            second.result(30)
    assert running.jobs.get("tenant", job.id).attempt == 2


def test_of_two_requests_at_once_for_the_last_place_one_is_refused(running: JobService) -> None:
    few = replace(running.service.limits, tenant_jobs=1)
    jobs = replace(running.jobs, limits=few)
    first, second = (
        Submission(tenant="tenant", source=running.upload("tenant", content), options={})
        for content in (b"first", b"second")
    )
    with ThreadPoolExecutor(1) as threads:
        with running.service.database.writing() as connection:
            jobs._take_in(connection, first)
            later = threads.submit(jobs.submit, second)
            with pytest.raises(StillWaitingError):
                later.result(0.3)

        with pytest.raises(QuotaError):
            later.result(30)
    assert len(jobs.list("tenant").jobs) == 1


def test_a_key_whose_job_was_erased_names_the_next_one(running: JobService) -> None:
    source = running.upload("tenant")
    wanted = Submission(
        tenant="tenant",
        source=replace(source, kind="web", uri="https://example.org/a", version=None),
        options={},
        idempotency_key="k",
    )
    gone = running.jobs.submit(wanted).job
    running.jobs.erase("tenant", gone.id)
    with running.service.database.writing() as connection:
        told = request_hash(wanted)
        row = {"tenant": "tenant", "key": "k", "request": told, "job": gone.id}
        connection.execute(sa.insert(KEYS), row)  # as somebody writes it who found the job before

    first, second = running.jobs.submit(wanted), running.jobs.submit(wanted)

    assert first.created
    assert not second.created
    assert first.job.id == second.job.id


class Told:
    """Stands for tenants' buckets: remembers which failures were written there."""

    def __init__(self) -> None:
        self.failures: list[str] = []

    def fetch(self, tenant: str, uri: str, path: Path) -> None:
        raise NotImplementedError

    def give(self, submission: Submission, job: str, result: bytes) -> tuple[str, ...]:
        raise NotImplementedError

    def give_failure(self, submission: Submission, job: str, failure: Failure) -> str:
        self.failures.append(f"{failure.code} of {submission.tenant}")
        return job


def test_a_job_that_is_given_up_says_so_where_its_results_would_be(
    running: JobService, tmp_path: Path
) -> None:
    wanted = Submission(
        tenant="tenant", source=running.upload("tenant"), options={}, results="s3://b/out/"
    )
    job = running.jobs.submit(wanted).job
    with running.service.database.writing() as connection:
        connection.execute(sa.update(JOBS).values(deaths=running.service.limits.most_deaths))
    told = Told()
    bench = replace(running.service, buckets=told).bench("me", tmp_path)

    work = take(bench, job.id, 1)

    assert work is None
    assert told.failures == ["stage_died of tenant"]
    assert running.jobs.get("tenant", job.id).dead_letter
