"""What whoever works on a job writes down; refused to those who have lost it to another.

Whoever writes to a job locks its own row first, then those of its stages: nobody waits in a ring.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa

from diascribe.jobs.identity import canonical
from diascribe.jobs.job import Failure
from diascribe.jobs.records import Row, StageRecord, failure_text
from diascribe.jobs.vault import REQUEST, forget
from diascribe.store.job_schema import JOBS, STAGES

NEARLY = 0.99
"""All stages are done, the result is not yet given."""


class LostJobError(Exception):
    """Somebody else has the job now, or it was stopped: what was found counts no more."""


@dataclass(frozen=True, slots=True)
class Hold:
    """One holder's claim to a job's attempt."""

    job: str
    attempt: int
    holder: str


def take(connection: sa.Connection, hold: Hold, now: float) -> Row | None:
    """The job, held from now on; null where it is over or another attempt is due.

    Whoever had it before and did not let go has died over it.
    """
    which = sa.select(JOBS).where(JOBS.c.id == hold.job).with_for_update()
    row = connection.execute(which).mappings().first()
    if row is None or row["attempt"] != hold.attempt or row["state"] not in {"queued", "running"}:
        return None
    died = row["holder"] is not None
    values = {
        "state": "running",
        "holder": hold.holder,
        "started": row["started"] or now,
        "touched": now,
        "deaths": row["deaths"] + died,
    }
    connection.execute(sa.update(JOBS).where(JOBS.c.id == hold.job).values(**values))
    return connection.execute(which).mappings().one()


def let_go(connection: sa.Connection, holder: str) -> list[tuple[str, int]]:
    """Give up all that a holder has, without its having died; ids and attempts of the jobs."""
    mine = JOBS.c.holder == holder
    rows = connection.execute(sa.select(JOBS.c.id, JOBS.c.attempt).where(mine)).all()
    connection.execute(sa.update(JOBS).where(mine).values(holder=None))
    return [(row[0], row[1]) for row in rows]


def count_death(connection: sa.Connection, hold: Hold, now: float) -> int:
    """One more process has died over the stage that runs; how many that makes."""
    _hold(connection, hold, touched=now, deaths=JOBS.c.deaths + 1)
    which = sa.select(JOBS.c.deaths).where(JOBS.c.id == hold.job)
    return int(connection.execute(which).scalar_one())


def plan_stages(
    connection: sa.Connection, hold: Hold, shares: Mapping[str, float], now: float
) -> None:
    """The stages that there will be, as far as is known, each with its share of the whole."""
    _hold(connection, hold, touched=now)
    mine = STAGES.c.job == hold.job
    there = set(connection.execute(sa.select(STAGES.c.name).where(mine)).scalars())
    for place, (name, share) in enumerate(shares.items()):
        if name in there:
            connection.execute(_of(hold, name).values(place=place, share=share))
        else:
            row = {**_stage_row(hold.job, name, place), "share": share}
            connection.execute(sa.insert(STAGES), row)
    gone = there - shares.keys()
    connection.execute(sa.delete(STAGES).where(mine, STAGES.c.name.in_(gone)))


def begin_stage(connection: sa.Connection, hold: Hold, stage: str, key: str, now: float) -> None:
    """A stage has begun."""
    _hold(connection, hold, touched=now)
    connection.execute(
        _of(hold, stage).values(
            state="running", progress=0.0, key=key, attempts=STAGES.c.attempts + 1, files="[]"
        )
    )


def report_stage(
    connection: sa.Connection, hold: Hold, stage: str, share: float, now: float
) -> None:
    """A stage has come so far."""
    _hold(connection, hold, touched=now)
    connection.execute(_of(hold, stage).values(progress=max(0.0, min(1.0, share))))
    _hold(connection, hold, touched=now, progress=_share(hold.job))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a stage has left."""

    stage: str
    files: tuple[str, ...]
    seconds: float
    duration: float | None
    lost: bool = False
    """Whether it failed, and the job goes on without."""


def end_stage(connection: sa.Connection, hold: Hold, found: Found, now: float) -> None:
    """A stage has ended; deaths are counted anew for the next one."""
    _hold(connection, hold, touched=now)
    connection.execute(
        _of(hold, found.stage).values(
            state="failed" if found.lost else "succeeded",
            progress=1.0,
            seconds=found.seconds,
            files=canonical(found.files),
        )
    )
    more = {} if found.duration is None else {"duration": found.duration}
    _hold(connection, hold, touched=now, deaths=0, progress=_share(hold.job), **more)


def adopt_stage(connection: sa.Connection, hold: Hold, record: StageRecord, now: float) -> None:
    """A planned stage needs no doing: another job's findings are there."""
    _hold(connection, hold, touched=now)
    connection.execute(
        _of(hold, record.name).values(
            state="succeeded", progress=1.0, key=record.key, files=canonical(record.files)
        )
    )
    _hold(connection, hold, touched=now, progress=_share(hold.job))


def succeed(connection: sa.Connection, hold: Hold, places: Iterable[str], now: float) -> None:
    """The job has its result."""
    _hold(
        connection,
        hold,
        state="succeeded",
        ended=now,
        touched=now,
        progress=1.0,
        holder=None,
        places=canonical(list(places)),
    )
    forget(connection, hold.job, REQUEST)


def fail(
    connection: sa.Connection, hold: Hold, failure: Failure, now: float, *, dead: bool = False
) -> None:
    """The job has none; `dead` where it was given up. Its secrets wait for a retry a while."""
    _hold(connection, hold, touched=now)
    if failure.stage is not None:
        connection.execute(_of(hold, failure.stage).values(state="failed"))
    _hold(
        connection,
        hold,
        state="failed",
        ended=now,
        touched=now,
        holder=None,
        failure=failure_text(replace(failure, message=failure.message[:2000])),
        dead_letter=dead,
    )


def cancel(connection: sa.Connection, job: str, now: float) -> bool:
    """Stop a job whoever holds it; false where it is over."""
    which = sa.update(JOBS).where(JOBS.c.id == job, JOBS.c.state.in_(("queued", "running")))
    done = connection.execute(
        which.values(state="cancelled", ended=now, touched=now, holder=None)
    ).rowcount
    if done:
        running = (STAGES.c.job == job, STAGES.c.state == "running")
        connection.execute(sa.update(STAGES).where(*running).values(state="cancelled"))
    return bool(done)


def _hold(connection: sa.Connection, hold: Hold, **values: object) -> None:
    """Write to the job's row, where it is still ours.

    Raises:
        LostJobError: it is not.
    """
    mine = (
        JOBS.c.id == hold.job,
        JOBS.c.attempt == hold.attempt,
        JOBS.c.holder == hold.holder,
        JOBS.c.state == "running",
    )
    if not connection.execute(sa.update(JOBS).where(*mine).values(**values)).rowcount:
        raise LostJobError(hold.job)


def _of(hold: Hold, stage: str) -> sa.Update:
    return sa.update(STAGES).where(STAGES.c.job == hold.job, STAGES.c.name == stage)


def _share(job: str) -> sa.ColumnElement[float]:
    """The share of the whole that is done; never less than before, and 1 only at the end."""
    done = (
        sa.select(sa.func.coalesce(sa.func.sum(STAGES.c.progress * STAGES.c.share), 0.0))
        .where(STAGES.c.job == job)
        .scalar_subquery()
    )
    return sa.case((done > NEARLY, NEARLY), (done > JOBS.c.progress, done), else_=JOBS.c.progress)


def _stage_row(job: str, name: str, place: int) -> dict[str, object]:
    return {
        "job": job,
        "name": name,
        "place": place,
        "state": "queued",
        "progress": 0.0,
        "attempts": 0,
        "files": "[]",
    }
