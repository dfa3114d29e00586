"""Databases that jobs and known voices lie in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import Postgres, own_postgres
from job_service import SECRET, JobService, fresh_database, job_service

from diascribe.store.database import Database


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'jobs.sqlite'}"
        return
    with fresh_database(request.getfixturevalue("postgres")) as url:
        yield url


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def voices_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A database that a module's tests share, each with tenants of its own."""
    if request.param == "postgres":
        url = request.getfixturevalue("postgres")
    else:
        url = f"sqlite:///{tmp_path_factory.mktemp('voices') / 'voices.sqlite'}"
    with Database(url) as database:
        yield database


@pytest.fixture
def running(database: str, tmp_path: Path) -> Iterator[JobService]:
    """A service without slots, which could sign webhooks."""
    with job_service(database, tmp_path / "data", DIASCRIBE_WEBHOOK_SECRET=SECRET) as service:
        yield service


@pytest.fixture
def restartable() -> Iterator[Postgres]:
    """A PostgreSQL that may be restarted without disturbing other tests."""
    with own_postgres() as server:
        yield server
