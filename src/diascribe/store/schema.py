"""The tables, as queries name them; `migrations` makes them."""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()

TENANTS = sa.Table(
    "tenant",
    METADATA,
    sa.Column("tenant", sa.Text, primary_key=True),
    sa.Column("voices", sa.Integer, nullable=False),  # how many unnamed ones have been met
    sa.Column("changes", sa.Integer, nullable=False),  # raised by every change: caches compare it
)

PEOPLE = sa.Table(
    "person",
    METADATA,
    sa.Column("tenant", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text),  # null while nobody has said whose voice it is
    sa.Column("created", sa.DateTime(timezone=True), nullable=False),
)

NUMBERS = sa.Table(
    "voice_number",
    METADATA,
    sa.Column("tenant", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
)

SAMPLES = sa.Table(
    "voice_sample",
    METADATA,
    sa.Column("tenant", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("encoder", sa.Text, nullable=False),
    sa.Column("revision", sa.Text, nullable=False),
    sa.Column("vector", sa.LargeBinary, nullable=False),  # float32, little endian
    sa.Column("seconds", sa.Double, nullable=False),
    sa.Column("level_db", sa.Double),
    sa.Column("snr_db", sa.Double),
    sa.Column("clipped", sa.Double),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("created", sa.DateTime(timezone=True), nullable=False),
)
