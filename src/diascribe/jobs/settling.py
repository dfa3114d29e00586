"""Where our rows and the queue's disagree, because somebody died between two writes: put right."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass

import sqlalchemy as sa

from diascribe.errors import DiascribeError
from diascribe.jobs.holding import Hold, fail
from diascribe.jobs.intake import place_of
from diascribe.jobs.job import Failure, Submission
from diascribe.jobs.places import Places
from diascribe.jobs.queue import LOST, Queue
from diascribe.jobs.records import Row, submission_of
from diascribe.jobs.telling import tell_end
from diascribe.jobs.vault import Vault
from diascribe.jobs.webhooks.notices import announce
from diascribe.store.database import Database
from diascribe.store.job_schema import JOBS

PATIENCE_S = 60.0
"""A job that was written to more recently is left to whoever works on it."""

DIED = Failure(code="stage_died", message="its workers died too often")
STOPPED = Failure(code="internal", message="its worker stopped without a reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """Settles what is astray, in any process. One instance serves all threads."""

    database: Database
    queue: Queue
    vault: Vault
    places: Places
    """Where failures are written besides."""

    def settle(self, *, patience_s: float = PATIENCE_S) -> list[str]:
        """Settle jobs that are unfinished for us and over, or unknown, for the queue; their ids.

        One whose workflow is unknown is queued; one whose workflow ended without a word has
        failed.

        Raises:
            DatabaseError: the database refuses.
        """
        with self.database.reading() as connection:
            found = self.queue.astray(connection, time.time() - patience_s)
        for row, status in found:
            if status is None:
                self._queue_again(row)
            else:
                self._fail(row, dead=status == LOST)
        return [row["id"] for row, _ in found]

    def _queue_again(self, row: Row) -> None:
        with self.database.writing() as connection:
            if _is_left(connection, row):
                values = {"touched": time.time(), "state": "queued", "holder": None}
                mine = JOBS.c.id == row["id"]
                connection.execute(sa.update(JOBS).where(mine).values(**values))
                self.queue.add(connection, row["id"], row["attempt"], place_of(row).number)

    def _fail(self, row: Row, *, dead: bool) -> None:
        """Say so where results would be, then write it down, so that neither is ever left out."""
        failure = DIED if dead else STOPPED
        if not self._left(row):
            return
        with suppress(DiascribeError):  # the job's row says it in any case
            self.places.give_failure(self._submission(row), row["id"], failure)
        with self.database.writing() as connection:
            if not _is_left(connection, row):
                return
            now, hold = time.time(), Hold(row["id"], row["attempt"], "settling")
            values = {"touched": now, "state": "running", "holder": hold.holder}
            connection.execute(sa.update(JOBS).where(JOBS.c.id == row["id"]).values(**values))
            fail(connection, hold, failure, now, dead=dead)
            announce(connection, self.queue, row["id"])
        tell_end(self.database, row["id"])

    def _left(self, row: Row) -> bool:
        """Whether it is still astray: others may have settled it, and its owner gone on with it."""
        with self.database.writing() as connection:
            return _is_left(connection, row)

    def _submission(self, row: Row) -> Submission:
        with self.database.reading() as connection:
            return submission_of(row, self.vault.read(connection, row["id"]))


def _is_left(connection: sa.Connection, row: Row) -> bool:
    """Whether nobody has written to a job since; nobody does before the transaction ends."""
    same = sa.select(JOBS).where(JOBS.c.id == row["id"], JOBS.c.touched == row["touched"])
    return connection.execute(same.with_for_update()).first() is not None
