"""What leaves: erased jobs, old ones, uploads that nobody took, secrets that nobody needs."""

from __future__ import annotations

import time
from dataclasses import dataclass

import sqlalchemy as sa
import structlog

from diascribe.errors import DiascribeError
from diascribe.jobs import holding
from diascribe.jobs.artefacts import Artefacts
from diascribe.jobs.limits import Limits
from diascribe.jobs.queue import Queue, flow_of
from diascribe.jobs.records import Row
from diascribe.jobs.vault import VOICES, forget
from diascribe.jobs.workspace import folder_of
from diascribe.store.database import Database
from diascribe.store.job_schema import ERASED, JOBS, KEYS, NOTICES, SECRETS, STAGES, UPLOADS

DAY_S = 86_400.0
HOUR_S = 3_600.0

SECRETS_DAYS = 1.0
"""How long what a failed job would need for a retry is kept, and a webhook's address."""

ERASED_DAYS = 7.0
"""How long an erased job's id stays taken: nobody who still works on it may write to another."""

CANCELLED_S = 60.0
"""So long after its end somebody may still be at work on a job."""

AT_ONCE = 100
"""Jobs that one round of retention removes."""

LOG = structlog.get_logger()


def erase_job(database: Database, queue: Queue, artefacts: Artefacts, row: Row) -> None:
    """Stop a job, and remove everything it kept and its rows; again, where that failed before.

    The rows go last: while a file is left, there is a job by which to ask for its erasure.

    Raises:
        OutputError: a file cannot be removed.
    """
    job, tenant = row["id"], row["tenant"]
    with database.writing() as connection:
        holding.cancel(connection, job, time.time())
        taken = sa.select(UPLOADS.c.key).where(UPLOADS.c.job == job)
        uploads = list(connection.execute(taken).scalars())
    queue.cancel(flows_of(job, row["attempt"]))
    for prefix in (folder_of(tenant, job), *uploads):
        artefacts.delete(prefix)
    with database.writing() as connection:
        gone = sa.select(ERASED.c.id).where(ERASED.c.id == job)
        if connection.execute(gone).first() is None:
            told = {"id": job, "erased": time.time(), "tenant": tenant, "attempts": row["attempt"]}
            connection.execute(sa.insert(ERASED).values(**told))
        forget(connection, job)
        for table in (STAGES, KEYS, NOTICES, UPLOADS):
            connection.execute(sa.delete(table).where(table.c.job == job))
        connection.execute(sa.delete(JOBS).where(JOBS.c.id == job))
    lately = row["ended"] is not None and row["ended"] > time.time() - CANCELLED_S
    if row["holder"] is None and not lately:  # else a worker has yet to read that it is cancelled
        queue.forget(flows_of(job, row["attempt"]))


def flows_of(job: str, attempts: int) -> list[str]:
    """The workflows of all attempts at a job."""
    return [flow_of(job, attempt) for attempt in range(1, attempts + 1)]


@dataclass(slots=True)
class Retention:
    """Removes what is too old, once an hour, and at the next beat where there is more."""

    database: Database
    queue: Queue
    artefacts: Artefacts
    limits: Limits
    _due: float = 0.0

    def chore(self) -> None:
        """Remove what is too old, if the last time is an hour ago.

        Raises:
            DiascribeError: the database refuses, or a file cannot be removed.
        """
        now = time.time()
        if now >= self._due:
            self._due = now + HOUR_S
            if self.remove_old(now):
                self._due = now

    def remove_old(self, now: float) -> bool:
        """Remove what is too old, so many jobs at once; whether there may be more."""
        rows = self._old_jobs(now)
        erased = sum(map(self._erase, rows))
        for key in self._old_uploads(now):
            self.artefacts.delete(key)
            with self.database.writing() as connection:
                connection.execute(sa.delete(UPLOADS).where(UPLOADS.c.key == key))
        self._sweep_erased(now)
        with self.database.writing() as connection:
            self._forget(connection, now)
        return erased > 0 and len(rows) == AT_ONCE

    def _erase(self, row: Row) -> bool:
        """Erase one job; one whose files cannot be removed now stands in no other's way."""
        try:
            erase_job(self.database, self.queue, self.artefacts, row)
        except DiascribeError as error:
            LOG.warning("jobs.not_erased", job=row["id"], code=error.code)
            return False
        return True

    def _sweep_erased(self, now: float) -> None:
        """Remove what workers kept of jobs that were erased under their hands."""
        unswept = (ERASED.c.tenant.is_not(None), ERASED.c.erased < now - HOUR_S)
        with self.database.reading() as connection:
            rows = connection.execute(sa.select(ERASED).where(*unswept)).mappings().all()
        for row in rows:
            self.artefacts.delete(folder_of(row["tenant"], row["id"]))
            self.queue.forget(flows_of(row["id"], row["attempts"] or 0))
            with self.database.writing() as connection:
                swept = sa.update(ERASED).where(ERASED.c.id == row["id"])
                connection.execute(swept.values(tenant=None))

    def _old_jobs(self, now: float) -> list[Row]:
        if self.limits.keep_days <= 0:
            return []
        before = now - self.limits.keep_days * DAY_S
        which = sa.select(JOBS).where(JOBS.c.ended < before).limit(AT_ONCE)
        with self.database.reading() as connection:
            return list(connection.execute(which).mappings())

    def _old_uploads(self, now: float) -> list[str]:
        before = now - self.limits.upload_days * DAY_S
        which = sa.select(UPLOADS.c.key).where(UPLOADS.c.job.is_(None), UPLOADS.c.created < before)
        with self.database.reading() as connection:
            return list(connection.execute(which).scalars())

    def _forget(self, connection: sa.Connection, now: float) -> None:
        """Secrets of jobs that ended long ago and have told everybody; ids of erased jobs."""
        waiting = sa.select(NOTICES.c.job).where(NOTICES.c.state == "waiting")
        ended = sa.select(JOBS.c.id).where(JOBS.c.ended < now - SECRETS_DAYS * DAY_S)
        over = (SECRETS.c.job.in_(ended), SECRETS.c.job.notin_(waiting), SECRETS.c.name != VOICES)
        connection.execute(sa.delete(SECRETS).where(*over))
        connection.execute(sa.delete(ERASED).where(ERASED.c.erased < now - ERASED_DAYS * DAY_S))
