"""Rows of the job tables, read as jobs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, get_args

import sqlalchemy as sa

from diascribe.engine.options import SAMPLES
from diascribe.errors import InputError, UnknownJobError
from diascribe.jobs.identity import canonical
from diascribe.jobs.job import (
    Depth,
    Failure,
    Job,
    JobPage,
    Priority,
    Source,
    Stage,
    State,
    Submission,
    Webhook,
)
from diascribe.jobs.vault import VOICES
from diascribe.jobs.webhooks.standing import standing
from diascribe.store.job_schema import EXECUTORS, JOBS, STAGES

PRIORITIES: tuple[Priority, ...] = get_args(Priority)
MOST_LISTED = 1000

Row = sa.RowMapping


@dataclass(frozen=True, slots=True)
class StageRecord:
    """A stage as its row has it."""

    name: str
    state: State
    key: str | None
    """What its findings depend on, as a hash; null for a stage that has not begun."""
    files: tuple[str, ...]
    """Names below the job's artefacts."""

    @property
    def ended(self) -> bool:
        """Whether it need not be done again: it has succeeded, or was lost and says why."""
        return self.state == "succeeded" or (self.state == "failed" and bool(self.files))


def read_job(connection: sa.Connection, tenant: str, job: str, *, to_change: bool = False) -> Row:
    """A job's row; `to_change` lets nobody else change it before the transaction ends.

    Raises:
        UnknownJobError: the tenant has none of that id.
    """
    which = sa.select(JOBS).where(JOBS.c.id == job, JOBS.c.tenant == tenant)
    if to_change:
        which = which.with_for_update()
    row = connection.execute(which).mappings().first()
    if row is None:
        raise UnknownJobError(f"there is no job {job}")
    return row


def found(connection: sa.Connection, rows: Sequence[Row]) -> list[Job]:
    """Jobs with their stages, in the order of their rows."""
    ids = [row["id"] for row in rows]
    parts: dict[str, list[Stage]] = {one: [] for one in ids}
    which = sa.select(STAGES).where(STAGES.c.job.in_(ids)).order_by(STAGES.c.place)
    for row in connection.execute(which).mappings() if ids else ():
        parts[row["job"]].append(_stage(row))
    hooks = standing(connection, rows)
    return [_job(row, tuple(parts[row["id"]]), hooks.get(row["id"])) for row in rows]


def list_jobs(
    connection: sa.Connection,
    tenant: str,
    states: Sequence[State],
    limit: int,
    after: str | None,
) -> JobPage:
    """A tenant's jobs, newest first."""
    which = sa.select(JOBS).where(JOBS.c.tenant == tenant).order_by(JOBS.c.number.desc())
    if states:
        which = which.where(JOBS.c.state.in_(states))
    if after is not None:
        which = which.where(JOBS.c.number < _number(after))
    most = max(1, min(limit, MOST_LISTED))
    rows = connection.execute(which.limit(most + 1)).mappings().all()
    page = rows[:most]
    following = str(page[-1]["number"]) if len(rows) > most else None
    return JobPage(jobs=tuple(found(connection, page)), following=following)


def read_stages(connection: sa.Connection, job: str) -> list[StageRecord]:
    """The stages of a job, in order."""
    which = sa.select(STAGES).where(STAGES.c.job == job).order_by(STAGES.c.place)
    return [
        StageRecord(row["name"], row["state"], row["key"], tuple(json.loads(row["files"])))
        for row in connection.execute(which).mappings()
    ]


def read_depth(connection: sa.Connection, now: float, dead_s: float, clock: Any) -> Depth:  # noqa: ANN401 - an SQL expression
    """How much there is to do; `clock` is the database's own, by which executors are seen."""
    counted = sa.select(JOBS.c.state, sa.func.count(), sa.func.min(JOBS.c.created))
    states = JOBS.c.state.in_(("queued", "running"))
    rows = {row[0]: row for row in connection.execute(counted.where(states).group_by(JOBS.c.state))}
    alive = sa.select(sa.func.count()).where(
        EXECUTORS.c.role == "worker", EXECUTORS.c.seen >= clock - dead_s
    )
    return Depth(
        queued=rows["queued"][1] if "queued" in rows else 0,
        running=rows["running"][1] if "running" in rows else 0,
        slots=connection.execute(alive).scalar_one(),
        oldest_s=max(0.0, now - rows["queued"][2]) if "queued" in rows else None,
    )


def source_of(row: Row, secrets: Mapping[str, Any]) -> Source:
    """A job's source, with what is secret of it."""
    return Source(**{**json.loads(row["source"]), **secrets.get("source", {})})


def options_of(row: Row, secrets: Mapping[str, Any]) -> dict[str, Any]:
    """A job's options, secret ones included, and samples of voices as they were given."""
    voices = {SAMPLES: secrets[VOICES]} if VOICES in secrets else {}
    return {**json.loads(row["options"]), **secrets.get("options", {}), **voices}


def submission_of(row: Row, secrets: Mapping[str, Any]) -> Submission:
    """What was asked for; what was secret and has been forgotten lacks."""
    return Submission(
        tenant=row["tenant"],
        source=source_of(row, secrets),
        options=options_of(row, secrets),
        priority=row["priority"],
        webhook=secrets.get("webhook"),
        **json.loads(row["details"]),
    )


def source_text(source: Source, *, secret: bool) -> str:
    """A source for its row; without its address where that is kept apart."""
    fields = asdict(source)
    return canonical({**fields, "uri": ""} if secret else fields)


def failure_text(failure: Failure) -> str:
    """A failure for its row."""
    return canonical(asdict(failure))


def when(seconds: float | None) -> datetime | None:
    """A time of a row."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _number(after: str) -> int:
    if not (after.isascii() and after.isdigit() and len(after) < 19):
        raise InputError("after: wanted what a page gave, got something else")
    return int(after)


def _stage(row: Row) -> Stage:
    return Stage(
        name=row["name"],
        state=row["state"],
        progress=row["progress"],
        seconds=row["seconds"],
        attempts=row["attempts"],
    )


def _job(row: Row, stages: tuple[Stage, ...], webhook: Webhook | None) -> Job:
    created = when(row["created"])
    assert created is not None, "every job was created once"
    return Job(
        id=row["id"],
        tenant=row["tenant"],
        state=row["state"],
        source=json.loads(row["source"])["shown"],
        options=json.loads(row["options"]),
        priority=row["priority"],
        created=created,
        started=when(row["started"]),
        ended=when(row["ended"]),
        duration=row["duration"],
        progress=row["progress"],
        stages=stages,
        attempt=row["attempt"],
        dead_letter=row["dead_letter"],
        failure=Failure(**json.loads(row["failure"])) if row["failure"] else None,
        parent=row["parent"],
        metadata=json.loads(row["details"])["metadata"],
        results=tuple(json.loads(row["places"])),
        webhook=webhook,
    )
