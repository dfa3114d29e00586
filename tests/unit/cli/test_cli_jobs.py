"""`diascribe jobs` looks at the jobs of one tenant, and says where others are."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_command import Ran, run_process
from job_service import JobService, job_service


@pytest.fixture(name="running")
def _running(tmp_path: Path) -> JobService:
    with job_service(f"sqlite:///{tmp_path / 'diascribe.sqlite'}", tmp_path) as running:
        running.submit("ada")
        running.submit("bob")
        return running


def jobs(folder: Path, *arguments: str) -> Ran:
    return run_process(
        "jobs", *arguments, env={"PATH": "/usr/bin:/bin", "DIASCRIBE_DATA": str(folder)}
    )


def test_a_tenant_without_jobs_is_told_whose_there_are(running: JobService, tmp_path: Path) -> None:
    del running

    ran = jobs(tmp_path, "list")

    assert (ran.status, ran.out) == (0, "")
    assert ran.err == "no jobs of local; there are some of ada, bob: --tenant says whose\n"


def test_jobs_of_a_tenant_are_listed_without_a_word_of_others(
    running: JobService, tmp_path: Path
) -> None:
    del running

    ran = jobs(tmp_path, "list", "--tenant", "ada")

    assert len(ran.out.splitlines()) == 1
    assert ran.err == ""


def test_a_job_of_another_tenant_is_not_found_and_the_option_is_named(
    running: JobService, tmp_path: Path
) -> None:
    (job,) = running.jobs.list("ada").jobs

    ran = jobs(tmp_path, "show", job.id)

    assert ran.status == 2
    assert "--tenant" in ran.err
