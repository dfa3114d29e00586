"""How the webhooks of jobs stand: to be told yet, told, or given up."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import sqlalchemy as sa

from diascribe.jobs.job import State, Webhook, WebhookState
from diascribe.jobs.vault import WEBHOOK
from diascribe.store.job_schema import NOTICES, SECRETS

WAITING, DELIVERED, GIVEN_UP = "waiting", "delivered", "given up"
"""States of notices."""

STATES: MappingProxyType[str, WebhookState] = MappingProxyType(
    {WAITING: "pending", DELIVERED: "delivered", GIVEN_UP: "failed"}
)
"""What tenants read of them."""


def notice_of(job: str, attempt: int, state: State) -> str:
    """The name of the notice that an attempt at a job has ended."""
    return f"{job}-{attempt}-{state}"


def standing(connection: sa.Connection, rows: Sequence[sa.RowMapping]) -> dict[str, Webhook]:
    """How the webhook of each job stands, by the jobs' ids; those without one are left out.

    It is that of the job's last attempt: a retry is to be told anew.
    """
    if not rows:
        return {}
    names = {notice_of(row["id"], row["attempt"], row["state"]): row["id"] for row in rows}
    nobody = sa.cast(sa.null(), sa.Integer)
    wanted = sa.select(SECRETS.c.job, sa.literal(WAITING), nobody).where(
        SECRETS.c.job.in_(names.values()), SECRETS.c.name == WEBHOOK
    )
    told = sa.select(NOTICES.c.id, NOTICES.c.state, NOTICES.c.status).where(NOTICES.c.id.in_(names))
    found = connection.execute(sa.union_all(wanted, told)).all()
    ordered = sorted(found, key=lambda one: one[0] in names)  # what was told counts more
    return {
        names.get(name, name): Webhook(state=STATES[state], status=status)
        for name, state, status in ordered
    }
