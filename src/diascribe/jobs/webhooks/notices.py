"""Notices of a job's end: one for each, kept with the end itself, tried over three days."""

from __future__ import annotations

import hashlib
import time

import sqlalchemy as sa

from diascribe.errors import JobStateError
from diascribe.jobs.identity import canonical
from diascribe.jobs.queue import Queue
from diascribe.jobs.vault import WEBHOOK
from diascribe.jobs.webhooks.schedule import wait_s
from diascribe.jobs.webhooks.sending import Delivery
from diascribe.jobs.webhooks.standing import DELIVERED, GIVEN_UP, WAITING, notice_of
from diascribe.store.job_schema import JOBS, NOTICES, SECRETS


def announce(connection: sa.Connection, queue: Queue, job: str) -> None:
    """Queue the notice that a job has ended, as part of the transaction that ends it."""
    wanted = sa.select(SECRETS.c.job).where(SECRETS.c.job == job, SECRETS.c.name == WEBHOOK)
    if connection.execute(wanted).first() is None:
        return
    which = sa.select(JOBS.c.tenant, JOBS.c.state, JOBS.c.attempt).where(JOBS.c.id == job)
    tenant, state, attempt = connection.execute(which).one()
    notice = notice_of(job, attempt, state)
    row = {
        "id": notice,
        "job": job,
        "tenant": tenant,
        "event": f"job.{state}",
        "state": WAITING,
        "tries": 0,
        "round": 0,
        "created": time.time(),
    }
    connection.execute(sa.insert(NOTICES), row)
    queue.add_notice(connection, notice, turn_of(0, 0), 0.0)


def turn_of(round_: int, tries: int) -> str:
    """The name of a notice's next try."""
    return f"{round_}-{tries}"


def body_of(connection: sa.Connection, notice: str) -> bytes | None:
    """What the receiver is told, the same for every try; null where the job was erased."""
    which = (
        sa.select(NOTICES.c.event, NOTICES.c.created, NOTICES.c.job)
        .join(JOBS, JOBS.c.id == NOTICES.c.job)
        .where(NOTICES.c.id == notice)
    )
    row = connection.execute(which).first()
    if row is None:
        return None
    event, ended, job = row
    attempt, _, state = notice.removeprefix(f"{job}-").partition("-")
    data = {"id": job, "state": state, "attempt": int(attempt)}
    return canonical({"type": event, "timestamp": ended, "data": data}).encode()


def record_try(
    connection: sa.Connection, queue: Queue, notice: str, turn: str, sent: Delivery
) -> None:
    """A try has ended. The next one is queued, if there is any.

    A try that was recorded before, by a worker that died right then, is not recorded again.
    """
    which = sa.select(NOTICES).where(NOTICES.c.id == notice).with_for_update()
    row = connection.execute(which).mappings().first()
    if row is None or turn_of(row["round"], row["tries"]) != turn:
        return
    tries = row["tries"] + 1
    next_s = None if sent.final else wait_s(tries, _jitter(notice, turn), sent.retry_after_s)
    state = DELIVERED if sent.ok else GIVEN_UP if next_s is None else WAITING
    connection.execute(
        sa.update(NOTICES)
        .where(NOTICES.c.id == notice)
        .values(state=state, tries=tries, status=sent.status)
    )
    if next_s is not None:
        queue.add_notice(connection, notice, turn_of(row["round"], tries), next_s)


def redeliver(connection: sa.Connection, queue: Queue, tenant: str, job: str) -> int:
    """Send a job's notices again, from the first wait on; how many there are.

    Raises:
        JobStateError: the address was forgotten, as the notice arrived or was long given up.
    """
    kept = sa.select(SECRETS.c.job).where(SECRETS.c.job == job, SECRETS.c.name == WEBHOOK)
    if connection.execute(kept).first() is None:
        raise JobStateError(f"job {job}: its webhook was forgotten")
    which = sa.select(NOTICES).where(NOTICES.c.job == job, NOTICES.c.tenant == tenant)
    rows = connection.execute(which).mappings().all()
    for row in rows:
        fresh = row["round"] + 1
        connection.execute(
            sa.update(NOTICES)
            .where(NOTICES.c.id == row["id"])
            .values(state=WAITING, tries=0, round=fresh)
        )
        queue.add_notice(connection, row["id"], turn_of(fresh, 0), 0.0)
    return len(rows)


def _jitter(notice: str, turn: str) -> float:
    """From 0 to 1, another for each try."""
    return int(hashlib.sha256(f"{notice} {turn}".encode()).hexdigest()[:8], 16) / 0xFFFFFFFF
