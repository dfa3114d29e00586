"""What leaves: erased jobs, old ones, uploads that nobody took, secrets that nobody needs."""

from __future__ import annotations

import time
from dataclasses import dataclass

import sqlalchemy as sa

from diascribe.jobs.artefacts import Artefacts
from diascribe.jobs.limits import Limits
from diascribe.jobs.queue import Queue, flow_of
from diascribe.jobs.records import Row
from diascribe.jobs.vault import forget
from diascribe.jobs.workspace import folder_of
from diascribe.store.database import Database
from diascribe.store.job_schema import ERASED, JOBS, KEYS, NOTICES, SECRETS, STAGES, UPLOADS

DAY_S = 86_400.0
HOUR_S = 3_600.0

SECRETS_DAYS = 1.0
"""How long what a failed job would need for a retry is kept, and a webhook's address."""

ERASED_DAYS = 7.0
"""How long an erased job's id stays taken: nobody who still works on it may write to another."""

AT_ONCE = 100
"""Jobs that one round of retention removes."""


def erase_job(database: Database, queue: Queue, artefacts: Artefacts, row: Row) -> None:
    """Stop a job, and remove its rows and everything it kept; again, where that failed before."""
    job = row["id"]
    flows = [flow_of(job, attempt) for attempt in range(1, row["attempt"] + 1)]
    with database.writing() as connection:
        gone = sa.select(ERASED.c.id).where(ERASED.c.id == job)
        if connection.execute(gone).first() is None:
            connection.execute(sa.insert(ERASED).values(id=job, erased=time.time()))
        uploads = list(
            connection.execute(sa.select(UPLOADS.c.key).where(UPLOADS.c.job == job)).scalars()
        )
        forget(connection, job)
        for table in (STAGES, KEYS, NOTICES, UPLOADS):
            connection.execute(sa.delete(table).where(table.c.job == job))
        connection.execute(sa.delete(JOBS).where(JOBS.c.id == job))
    queue.cancel(flows)
    for prefix in (folder_of(row["tenant"], job), *uploads):
        artefacts.delete(prefix)
    queue.forget(flows)


@dataclass(slots=True)
class Retention:
    """Removes what is too old, at most once an hour."""

    database: Database
    queue: Queue
    artefacts: Artefacts
    limits: Limits
    _due: float = 0.0

    def chore(self) -> None:
        """Remove what is too old, if the last time is an hour ago.

        Raises:
            DatabaseError: the database refuses.
        """
        now = time.time()
        if now >= self._due:
            self._due = now + HOUR_S
            self.remove_old(now)

    def remove_old(self, now: float) -> None:
        """Remove what is too old."""
        for row in self._old_jobs(now):
            erase_job(self.database, self.queue, self.artefacts, row)
        for key in self._old_uploads(now):
            self.artefacts.delete(key)
            with self.database.writing() as connection:
                connection.execute(sa.delete(UPLOADS).where(UPLOADS.c.key == key))
        with self.database.writing() as connection:
            self._forget(connection, now)

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
        connection.execute(
            sa.delete(SECRETS).where(SECRETS.c.job.in_(ended), SECRETS.c.job.notin_(waiting))
        )
        connection.execute(sa.delete(ERASED).where(ERASED.c.erased < now - ERASED_DAYS * DAY_S))
