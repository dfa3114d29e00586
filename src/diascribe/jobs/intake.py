"""One transaction takes a request in: found again, refused, or a new job with its place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from diascribe.errors import IdempotencyError, InputError, JobStateError, QuotaError
from diascribe.jobs.identity import (
    canonical,
    fingerprint,
    job_id,
    mark_of,
    request_hash,
    shown_options,
)
from diascribe.jobs.job import Priority, Submission
from diascribe.jobs.keys import FETCH
from diascribe.jobs.places import ANEW, FORGOTTEN
from diascribe.jobs.records import PRIORITIES, Row, source_text
from diascribe.jobs.vault import REQUEST, has_secret
from diascribe.store.job_schema import ERASED, JOBS, KEYS, SECRETS, STAGES, UPLOADS
from diascribe.store.voices import changes_of

UNFINISHED = ("queued", "running")
USEFUL = (*UNFINISHED, "succeeded")
"""States of jobs that may be the answer to a new request."""
CLASS_ROOM = 700_000_000
"""Turns of one priority before the next one begins; the engine's numbers end at 2³¹."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a job stands in the queue."""

    priority: Priority
    turn: int

    @property
    def number(self) -> int:
        """Its place as the engine of queues counts: from 1, the lower goes first."""
        return 1 + PRIORITIES.index(self.priority) * CLASS_ROOM + min(self.turn, CLASS_ROOM - 1)


def known_job(connection: sa.Connection, submission: Submission) -> Row | None:
    """The job that the same request made before; null where a new one is due.

    Until the transaction ends, nobody else takes in the same request, or one with its key.

    Raises:
        IdempotencyError: the key was used for another request.
    """
    _take_turns(connection, submission)
    keyed = _by_key(connection, submission)
    if keyed is not None:
        return keyed if _join(connection, keyed) else _by_key(connection, submission)
    marked = _by_mark(connection, submission)
    return marked if marked is not None and _join(connection, marked) else None


def remember_key(connection: sa.Connection, submission: Submission, job: str) -> None:
    """The key now means that job, where the request has one and it means none that there is."""
    key = submission.idempotency_key
    if key is None:
        return
    told = _key_row(connection, submission.tenant, key)
    if told is not None and told["job"] == job:
        return
    if told is not None:  # its job was erased while the key was being written down
        same = (KEYS.c.tenant == submission.tenant, KEYS.c.key == key)
        connection.execute(sa.delete(KEYS).where(*same))
    connection.execute(
        sa.insert(KEYS),
        {
            "tenant": submission.tenant,
            "key": key,
            "request": request_hash(submission),
            "job": job,
        },
    )


def check_quota(connection: sa.Connection, tenant: str, most: int) -> None:
    """Refuse more unfinished work than a tenant may have.

    Until the transaction ends, nobody else takes in work of the tenant: two that were counted at
    once would both find room.

    Raises:
        QuotaError: there is as much as may be.
    """
    _lock(connection, [f"work of {tenant}"])
    count = connection.execute(
        sa.select(sa.func.count()).where(JOBS.c.tenant == tenant, JOBS.c.state.in_(UNFINISHED))
    ).scalar_one()
    if count >= most:
        raise QuotaError(
            f"wanted at most {most} unfinished jobs, got one more", hint="wait for some to end"
        )


def check_upload(connection: sa.Connection, submission: Submission) -> None:
    """An upload is of the tenant that names it.

    Raises:
        InputError: it is not, or it is gone.
    """
    if submission.source.kind != "upload":
        return
    which = sa.select(UPLOADS.c.tenant).where(UPLOADS.c.key == submission.source.uri)
    if connection.execute(which).scalar() != submission.tenant:
        raise InputError(f"{submission.source.shown}: there is no such upload")


def check_source(connection: sa.Connection, row: Row) -> None:
    """What is to be tried again can still be had.

    Raises:
        JobStateError: its address held a secret, and was forgotten before anything was fetched.
    """
    if json.loads(row["source"])["uri"] or row["parent"] is not None:
        return  # a parent has fetched it
    kept = sa.select(SECRETS.c.job).where(SECRETS.c.job == row["id"], SECRETS.c.name == REQUEST)
    fetched = sa.select(STAGES.c.job).where(
        STAGES.c.job == row["id"], STAGES.c.name == FETCH, STAGES.c.state == "succeeded"
    )
    if connection.execute(kept.union_all(fetched)).first() is None:
        raise JobStateError(f"job {row['id']}: {FORGOTTEN}", hint=ANEW)


def insert_job(connection: sa.Connection, submission: Submission, now: float, **more: Any) -> Row:  # noqa: ANN401 - values of columns
    """A new job's row, queued at its place; the upload it names is taken."""
    mark = _mark(connection, submission)
    values = {
        **_fresh(submission, now),
        "id": _free_id(connection, mark),
        "mark": mark,
        "turn": next_turn(connection, submission.tenant, submission.priority),
        **more,
    }
    connection.execute(sa.insert(JOBS), values)
    connection.execute(
        sa.update(UPLOADS)
        .where(UPLOADS.c.key == submission.source.uri, UPLOADS.c.job.is_(None))
        .values(job=values["id"])
    )
    which = sa.select(JOBS).where(JOBS.c.id == values["id"])
    return connection.execute(which).mappings().one()


def _fresh(submission: Submission, now: float) -> dict[str, object]:
    """What a submission says of a job on which nobody has worked."""
    details = {
        "metadata": dict(submission.metadata),
        "results": submission.results,
        "formats": submission.formats,
    }
    return {
        "tenant": submission.tenant,
        "state": "queued",
        "priority": submission.priority,
        "source": source_text(submission.source, secret=has_secret(submission.source.uri)),
        "options": canonical(shown_options(submission.options)),
        "details": canonical(details),
        "created": now,
        "touched": now,
        "progress": 0.0,
        "attempt": 1,
        "asked": 1,
        "deaths": 0,
        "dead_letter": False,
        "places": "[]",
    }


def next_turn(connection: sa.Connection, tenant: str, priority: Priority) -> int:
    """The turn of a tenant's next job, so that tenants take turns however much one brings.

    Fair queueing by start tags: a tenant's jobs follow one another, and its first one goes where
    the queue is now, not where the busiest tenant's end is (Goyal, Vin & Cheng 1997).
    """
    queued = (JOBS.c.priority == priority, JOBS.c.state == "queued")
    started = (JOBS.c.priority == priority, JOBS.c.state == "running")
    mine = sa.select(sa.func.max(JOBS.c.turn)).where(
        JOBS.c.tenant == tenant, JOBS.c.priority == priority, JOBS.c.state.in_(UNFINISHED)
    )
    last = connection.execute(mine).scalar()
    first = connection.execute(sa.select(sa.func.min(JOBS.c.turn)).where(*queued)).scalar()
    if first is None:
        first = connection.execute(sa.select(sa.func.max(JOBS.c.turn)).where(*started)).scalar()
    return max(-1 if last is None else last, (first or 0) - 1) + 1


def place_of(row: Row) -> Place:
    """Where a job's row stands in the queue."""
    return Place(row["priority"], row["turn"])


def without_key(submission: Submission) -> Submission:
    """The same request, as if it had no idempotency key."""
    return replace(submission, idempotency_key=None)


def _take_turns(connection: sa.Connection, submission: Submission) -> None:
    """Wait for others with the same request or key."""
    names = {fingerprint(submission)}
    if submission.idempotency_key is not None:
        names.add(f"{submission.tenant} {submission.idempotency_key}")
    _lock(connection, names)


def _lock(connection: sa.Connection, names: Collection[str]) -> None:
    """Wait for others that lock one of the names; on SQLite whoever writes waits anyway."""
    if connection.dialect.name != "postgresql":
        return
    for number in sorted(map(_lock_number, names)):  # in one order, so that nobody waits in a ring
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))


def _lock_number(name: str) -> int:
    """A number of 64 bits for a name, as locks have them."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def _join(connection: sa.Connection, row: Row) -> bool:
    """One more asks for a job; false where it was of use, and was stopped meanwhile."""
    if row["state"] not in UNFINISHED:
        return True
    same = (JOBS.c.id == row["id"], JOBS.c.state.in_(USEFUL))
    joined = sa.update(JOBS).where(*same).values(asked=JOBS.c.asked + 1)
    return bool(connection.execute(joined).rowcount)


def _by_key(connection: sa.Connection, submission: Submission) -> Row | None:
    if submission.idempotency_key is None:
        return None
    told = _key_row(connection, submission.tenant, submission.idempotency_key)
    if told is None:
        return None
    if told["request"] != request_hash(submission):
        raise IdempotencyError("the idempotency key was used for another request")
    which = sa.select(JOBS).where(JOBS.c.id == told["job"])
    return connection.execute(which).mappings().first()


def _key_row(connection: sa.Connection, tenant: str, key: str) -> Row | None:
    which = sa.select(KEYS).where(KEYS.c.tenant == tenant, KEYS.c.key == key)
    return connection.execute(which).mappings().first()


def _by_mark(connection: sa.Connection, submission: Submission) -> Row | None:
    if submission.source.version is None:
        return None
    mark = _mark(connection, submission)
    which = sa.select(JOBS).where(JOBS.c.mark == mark, JOBS.c.state.in_(USEFUL))
    return connection.execute(which.order_by(JOBS.c.number)).mappings().first()


def _mark(connection: sa.Connection, submission: Submission) -> str:
    return mark_of(submission, changes_of(connection, submission.tenant))


def _free_id(connection: sa.Connection, mark: str) -> str:
    """The id of the first generation that nobody has, or had until a short while ago."""
    generation = connection.execute(
        sa.select(sa.func.count()).where(JOBS.c.mark == mark)
    ).scalar_one()
    while True:
        name = job_id(mark, generation)
        taken = connection.execute(
            sa.select(JOBS.c.id)
            .where(JOBS.c.id == name)
            .union_all(sa.select(ERASED.c.id).where(ERASED.c.id == name))
        ).first()
        if taken is None:
            return name
        generation += 1
