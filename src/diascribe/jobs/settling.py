"""Where our rows and the queue's disagree, because somebody died between two writes: put right."""

from __future__ import annotations

import time

import sqlalchemy as sa

from diascribe.jobs.holding import Hold, fail
from diascribe.jobs.intake import place_of
from diascribe.jobs.job import Failure
from diascribe.jobs.queue import LOST, Queue
from diascribe.jobs.records import Row
from diascribe.jobs.telling import tell_end
from diascribe.jobs.webhooks.notices import announce
from diascribe.store.database import Database
from diascribe.store.job_schema import JOBS

PATIENCE_S = 60.0
"""A job that was written to more recently is left to whoever works on it."""

DIED = Failure(code="stage_died", message="its workers died too often")
STOPPED = Failure(code="internal", message="its worker stopped without a reason")


def settle(database: Database, queue: Queue, *, patience_s: float = PATIENCE_S) -> list[str]:
    """Settle jobs that are unfinished for us and over, or unknown, for the queue; their ids.

    One whose workflow is unknown is queued; one whose workflow ended without a word has failed.
    """
    with database.reading() as connection:
        found = queue.astray(connection, time.time() - patience_s)
    for row, status in found:
        _settle_one(database, queue, row, status)
    return [row["id"] for row, _ in found]


def _settle_one(database: Database, queue: Queue, row: Row, status: str | None) -> None:
    with database.writing() as connection:
        same = sa.select(JOBS).where(JOBS.c.id == row["id"], JOBS.c.touched == row["touched"])
        if connection.execute(same.with_for_update()).first() is None:
            return  # somebody was faster
        now, mine = time.time(), JOBS.c.id == row["id"]
        if status is None:
            values = {"touched": now, "state": "queued", "holder": None}
            connection.execute(sa.update(JOBS).where(mine).values(**values))
            queue.add(connection, row["id"], row["attempt"], place_of(row).number)
            return
        hold = Hold(row["id"], row["attempt"], "settling")
        values = {"touched": now, "state": "running", "holder": hold.holder}
        connection.execute(sa.update(JOBS).where(mine).values(**values))
        dead = status == LOST
        fail(connection, hold, DIED if dead else STOPPED, now, dead=dead)
        announce(connection, queue, row["id"])
    tell_end(database, row["id"])
