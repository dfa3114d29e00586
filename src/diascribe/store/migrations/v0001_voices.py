"""Known voices: people, their samples, and what unnamed voices are called."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    _make_people()
    _make_samples()


def _make_people() -> None:
    op.create_table(
        "tenant",
        sa.Column("tenant", sa.Text, primary_key=True),
        sa.Column("voices", sa.Integer, nullable=False),
        sa.Column("changes", sa.Integer, nullable=False),
    )
    op.create_table(
        "person",
        sa.Column("tenant", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("tenant", "name", name="person_name"),
    )
    op.create_table(
        "voice_number",
        sa.Column("tenant", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        _of_person("voice_number_person"),
    )


def _make_samples() -> None:
    op.create_table(
        "voice_sample",
        sa.Column("tenant", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("encoder", sa.Text, nullable=False),
        sa.Column("revision", sa.Text, nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.Column("seconds", sa.Double, nullable=False),
        sa.Column("level_db", sa.Double),
        sa.Column("snr_db", sa.Double),
        sa.Column("clipped", sa.Double),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        _of_person("voice_sample_person"),
    )
    op.create_index("voice_sample_of", "voice_sample", ["tenant", "person", "encoder", "revision"])


def _of_person(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant", "person"], ["person.tenant", "person.id"], name=name, ondelete="CASCADE"
    )
