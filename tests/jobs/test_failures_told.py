"""Whatever makes a job fail, why it did lies where its results would."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from aws import ACCOUNT, Cloud, private_cloud
from job_service import JobService, job_service

from diascribe.jobs.job import Job, Submission
from diascribe.jobs.queue import LOST
from diascribe.store.keys import Keys


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with private_cloud() as running:
        running.bucket("out")
        yield running


@pytest.fixture
def giving(database: str, cloud: Cloud, tmp_path: Path) -> Iterator[JobService]:
    """A service without slots, whose tenant may write to a bucket."""
    settings = {"AWS_ENDPOINT_URL": cloud.address, **ACCOUNT}
    with job_service(database, tmp_path / "data", **settings) as running:
        Keys(running.service.database).allow("tenant", "s3://out/")
        yield running


def abandoned(giving: JobService, status: str) -> Job:
    """A job whose workflow is over, and nobody has written down why."""
    source = giving.upload("tenant")
    wanted = Submission(tenant="tenant", source=source, options={}, results="s3://out/results/")
    job = giving.jobs.submit(wanted).job
    database = giving.service.database
    table = "workflow_status" if database.local else "dbos.workflow_status"
    with database.writing() as connection:
        connection.execute(sa.text(f"UPDATE {table} SET status = :status"), {"status": status})  # noqa: S608 - a table of the test's choosing
    return job


@pytest.mark.parametrize(("status", "code"), [("ERROR", "internal"), (LOST, "stage_died")])
def test_a_job_that_is_settled_as_failed_says_why_in_its_bucket(
    giving: JobService, cloud: Cloud, status: str, code: str
) -> None:
    job = abandoned(giving, status)

    settled = giving.service.settling().settle(patience_s=-1)

    key = f"results/_jobs/{job.id}/a.wav.failure"
    written = cloud.client("s3").get_object(Bucket="out", Key=key)["Body"].read()
    found = giving.jobs.get("tenant", job.id)
    assert settled == [job.id]
    assert found.failure is not None
    assert (found.state, found.failure.code) == ("failed", code)
    assert json.loads(written)["error"]["code"] == code


def test_a_bucket_that_is_away_keeps_no_job_from_being_settled(
    giving: JobService, cloud: Cloud
) -> None:
    job = abandoned(giving, "ERROR")
    cloud.client("s3").delete_bucket(Bucket="out")

    giving.service.settling().settle(patience_s=-1)

    assert giving.jobs.get("tenant", job.id).state == "failed"


def test_nobody_settles_what_another_has_settled(giving: JobService) -> None:
    job = abandoned(giving, "ERROR")
    settling = giving.service.settling()
    with giving.service.database.reading() as connection:
        ((row, _),) = giving.service.queue.astray(connection, job.created.timestamp() + 60)
    settling.settle(patience_s=-1)
    giving.jobs.retry("tenant", job.id)

    settling._fail(row, dead=False)

    assert giving.jobs.get("tenant", job.id).state == "queued"
