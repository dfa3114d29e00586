"""Jobs: what was asked for, how far it is, what was handed over, and who works."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    _make_jobs()
    _make_parts()
    _make_notices()
    _make_others()


def _make_jobs() -> None:
    op.create_table(
        "job",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("mark", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("priority", sa.Text, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("options", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("parent", sa.Text),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("started", sa.Double),
        sa.Column("ended", sa.Double),
        sa.Column("touched", sa.Double, nullable=False),
        sa.Column("duration", sa.Double),
        sa.Column("progress", sa.Double, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("deaths", sa.Integer, nullable=False),
        sa.Column("holder", sa.Text),
        sa.Column("dead_letter", sa.Boolean, nullable=False),
        sa.Column("failure", sa.Text),
        sa.Column("places", sa.Text, nullable=False),
    )
    op.create_index("job_of", "job", ["tenant", "number"])
    op.create_index("job_marked", "job", ["mark"])
    op.create_index("job_waiting", "job", ["state", "priority", "turn"])
    op.create_index("job_unfinished", "job", ["tenant", "state", "priority"])


def _make_parts() -> None:
    op.create_table(
        "job_stage",
        sa.Column("job", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("progress", sa.Double, nullable=False),
        sa.Column("share", sa.Double, nullable=False),
        sa.Column("seconds", sa.Double),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("key", sa.Text),
        sa.Column("files", sa.Text, nullable=False),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("tenant", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("job", sa.Text, nullable=False),
    )
    op.create_index("idempotency_key_of", "idempotency_key", ["job"])
    op.create_table(
        "job_secret",
        sa.Column("job", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.LargeBinary, nullable=False),
    )


def _make_notices() -> None:
    op.create_table(
        "webhook_notice",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("job", sa.Text, nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("created", sa.Double, nullable=False),
    )
    op.create_index("webhook_notice_of", "webhook_notice", ["job"])


def _make_others() -> None:
    op.create_table(
        "upload",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("job", sa.Text),
    )
    op.create_table(
        "erased_job",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("erased", sa.Double, nullable=False),
    )
    op.create_table(
        "executor",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("started", sa.Double, nullable=False),
        sa.Column("seen", sa.Double, nullable=False),
    )
