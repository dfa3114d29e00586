"""The job service with its real processes: databases, slots that work on toy stages, waiting."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa

from diascribe.jobs.durable import DurableJobs
from diascribe.jobs.job import Job, Source, Submission
from diascribe.jobs.opening import Service, open_service
from diascribe.settings import read_settings

TESTS = Path(__file__).parent
TOY = "toy_stages:open_stages"
DEAD_S = 2.0
PATIENCE_S = 60.0
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - no secret
"""What the secrets of tenants are made of, with which webhooks are signed."""


@dataclass
class JobService:
    """One service: `jobs` asks, `start_slot` gives it somebody who works."""

    service: Service
    environment: Mapping[str, str]
    data: Path
    slots: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def jobs(self) -> DurableJobs:
        return self.service.jobs()

    def start_slot(self, number: int = 0, *more: str) -> subprocess.Popen[bytes]:
        """A process that is slot NUMBER."""
        slot = subprocess.Popen(
            [sys.executable, "-m", "diascribe.jobs.slot", str(number), "--stages", TOY, *more],
            env=self.environment,
            stdin=subprocess.PIPE,
        )
        self.slots.append(slot)
        return slot

    def close(self) -> None:
        for slot in self.slots:
            if slot.poll() is None:
                os.kill(slot.pid, signal.SIGCONT)
                slot.kill()
            slot.wait()
            if slot.stdin is not None:
                slot.stdin.close()
        self.service.close()

    def upload(self, tenant: str, content: bytes = b"sound") -> Source:
        """A source whose bytes have been handed over."""
        kept = self.jobs.keep(tenant, iter([content]), name="a.wav", most_bytes=1 << 20)
        return Source(
            kind="upload", uri=kept.key, shown="a.wav", version=kept.sha256, size=kept.size
        )

    def submit(self, tenant: str = "tenant", content: bytes = b"sound", **options: object) -> Job:
        """A new job with toy options."""
        source = self.upload(tenant, content)
        wanted = Submission(tenant=tenant, source=source, options=options)
        return self.jobs.submit(wanted).job

    def ended(self, job: Job, within_s: float = PATIENCE_S) -> Job:
        """The job once it is over."""
        return self.when(job, lambda one: one.over, within_s)

    def when(self, job: Job, true: Callable[[Job], bool], within_s: float = PATIENCE_S) -> Job:
        """The job once something is true of it."""
        jobs, until = self.jobs, time.monotonic() + within_s
        while not true(now := jobs.get(job.tenant, job.id)):
            assert time.monotonic() < until, f"still {now.state}: {now.stages}"
            time.sleep(0.05)
        return now


@contextmanager
def job_service(database: str, data: Path, **settings: str) -> Iterator[JobService]:
    """A service of its own, whose processes end with it."""
    environment = {
        **os.environ,  # noqa: TID251 - our processes need what this one has
        "DIASCRIBE_DATABASE": database,
        "DIASCRIBE_DATA": str(data),
        "DIASCRIBE_DEAD_S": str(DEAD_S),
        "PYTHONPATH": str(TESTS),
        **settings,
    }
    service = open_service(read_settings(environment), stages=TOY)
    running = JobService(replace(service, check=dict), environment, data)
    try:
        yield running
    finally:
        running.close()


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """The address of a new database on a PostgreSQL server; gone afterwards."""
    name = f"test_{uuid4().hex[:12]}"
    url = sa.make_url(server)
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        isolation_level="AUTOCOMMIT",
        pool_pre_ping=True,  # a test may restart the server
    )
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        yield url.set(database=name).render_as_string(hide_password=False)
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        engine.dispose()


def stage_of(job: Job, name: str) -> str | None:
    """The state of a stage; null while there is none."""
    return next((stage.state for stage in job.stages if stage.name == name), None)
