"""Results by address: of the object store that jobs keep theirs in, erased with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from aws import ACCOUNT, Cloud, private_cloud
from job_service import JobService, job_service

from diascribe.errors import InputError, UnknownJobError


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with private_cloud() as running:
        running.bucket("kept")
        yield running


def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'jobs.sqlite'}"


def test_an_address_gives_the_result_until_the_job_is_erased(cloud: Cloud, tmp_path: Path) -> None:
    settings = {"AWS_ENDPOINT_URL": cloud.address, **ACCOUNT}
    settings["DIASCRIBE_ARTEFACTS"] = "s3://kept/jobs"
    with job_service(database(tmp_path), tmp_path / "data", **settings) as running:
        job = running.submit()

        address = running.jobs.address("tenant", job.id, b"1\n", ".srt", valid_s=600)
        given = httpx2.get(address)
        running.jobs.erase("tenant", job.id)
        after = httpx2.get(address)

    assert (given.status_code, given.content) == (200, b"1\n")
    assert "X-Amz-Expires=600" in address
    assert after.status_code == 404


def test_nobody_gets_an_address_of_another_tenant_s_job(running: JobService) -> None:
    job = running.submit()

    with pytest.raises(UnknownJobError):
        running.jobs.address("stranger", job.id, b"1", ".srt", valid_s=600)


@pytest.mark.parametrize("said", [None, "file://{}/store/"])
def test_folders_have_no_addresses_and_say_what_to_do(tmp_path: Path, said: str | None) -> None:
    settings = {} if said is None else {"DIASCRIBE_ARTEFACTS": said.format(tmp_path)}
    with job_service(database(tmp_path), tmp_path / "data", **settings) as running:
        job = running.submit()

        with pytest.raises(InputError, match="kept in a folder") as told:
            running.jobs.address("tenant", job.id, b"1", ".srt", valid_s=600)

    assert "DIASCRIBE_ARTEFACTS" in told.value.hint
