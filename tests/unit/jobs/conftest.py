"""A service without processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from job_service import JobService, job_service


@pytest.fixture
def running(tmp_path: Path) -> Iterator[JobService]:
    """Jobs in a file, on which nobody works."""
    with job_service(f"sqlite:///{tmp_path / 'jobs.sqlite'}", tmp_path / "data") as service:
        yield service
