"""One line in the log for each job that ends: figures, and nothing of what was heard."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
import structlog

from diascribe.errors import DatabaseError
from diascribe.store.database import Database
from diascribe.store.job_schema import JOBS

LOG = structlog.get_logger("diascribe.jobs")


def tell_end(database: Database, job: str) -> None:
    """Tell the log of a job that has ended.

    What is erased by now, or cannot be read, is not told: the job's end does not hang on that.
    """
    which, row = sa.select(JOBS).where(JOBS.c.id == job), None
    with suppress(DatabaseError), database.reading() as connection:
        row = connection.execute(which).mappings().first()
    if row is None or row["ended"] is None:
        return
    failure = json.loads(row["failure"]) if row["failure"] else {}
    told: dict[str, Any] = {"code": failure.get("code"), "stage": failure.get("stage")}
    LOG.info(
        "job_ended",
        job=job,
        tenant=row["tenant"],
        state=row["state"],
        seconds=_seconds(row["started"], row["ended"]),
        waited_s=_seconds(row["created"], row["started"] or row["ended"]),
        audio_s=_rounded(row["duration"]),
        attempt=row["attempt"],
        **{name: said for name, said in told.items() if said},
    )


def _seconds(since: float | None, until: float) -> float | None:
    """How long something took; null where it never began."""
    return None if since is None else _rounded(max(0.0, until - since))


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
