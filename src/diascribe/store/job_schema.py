"""The tables of jobs, as queries name them; times are seconds since 1970, UTC."""

from __future__ import annotations

import sqlalchemy as sa

from diascribe.store.schema import METADATA

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # SQLite counts up only INTEGER

JOBS = sa.Table(
    "job",
    METADATA,
    sa.Column("number", NUMBER, primary_key=True),  # in the order of submission
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("tenant", sa.Text, nullable=False),
    sa.Column("mark", sa.Text, nullable=False),  # what is wanted, as a hash
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("priority", sa.Text, nullable=False),
    sa.Column("turn", sa.Integer, nullable=False),  # among jobs of its priority: lower goes first
    sa.Column("source", sa.Text, nullable=False),  # JSON, without what may be secret
    sa.Column("options", sa.Text, nullable=False),  # JSON, without secrets
    sa.Column("details", sa.Text, nullable=False),  # JSON: metadata, prefix and formats of results
    sa.Column("parent", sa.Text),
    sa.Column("created", sa.Double, nullable=False),
    sa.Column("started", sa.Double),
    sa.Column("ended", sa.Double),
    sa.Column("touched", sa.Double, nullable=False),
    sa.Column("duration", sa.Double),
    sa.Column("progress", sa.Double, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("deaths", sa.Integer, nullable=False),  # of processes, in the stage that runs
    sa.Column("holder", sa.Text),  # who works on it
    sa.Column("asked", sa.Integer, nullable=False),  # requests for it, less those that left
    sa.Column("dead_letter", sa.Boolean, nullable=False),
    sa.Column("failure", sa.Text),  # JSON
    sa.Column("places", sa.Text, nullable=False),  # JSON: where results were written besides
)

STAGES = sa.Table(
    "job_stage",
    METADATA,
    sa.Column("job", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("progress", sa.Double, nullable=False),
    sa.Column("share", sa.Double, nullable=False),  # of the whole job, as far as is known
    sa.Column("seconds", sa.Double),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("key", sa.Text),  # what its findings depend on, as a hash
    sa.Column("files", sa.Text, nullable=False),  # JSON: names below the job's artefacts
)

KEYS = sa.Table(
    "idempotency_key",
    METADATA,
    sa.Column("tenant", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("request", sa.Text, nullable=False),  # a hash
    sa.Column("job", sa.Text, nullable=False),
)

UPLOADS = sa.Table(
    "upload",
    METADATA,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("tenant", sa.Text, nullable=False),
    sa.Column("created", sa.Double, nullable=False),
    sa.Column("job", sa.Text),  # null while no job has taken it
)

SECRETS = sa.Table(
    "job_secret",
    METADATA,
    sa.Column("job", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),  # encrypted
)

ERASED = sa.Table(
    "erased_job",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),  # so that no other gets it while somebody may write
    sa.Column("erased", sa.Double, nullable=False),
    sa.Column("tenant", sa.Text),  # null once nobody can have left anything there any more
    sa.Column("attempts", sa.Integer),
)

EXECUTORS = sa.Table(
    "executor",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("started", sa.Double, nullable=False),
    sa.Column("seen", sa.Double, nullable=False),  # by the database's clock
)

NOTICES = sa.Table(
    "webhook_notice",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),  # the receiver sees it: the same for every try
    sa.Column("job", sa.Text, nullable=False),
    sa.Column("tenant", sa.Text, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # waiting, delivered or given up
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("status", sa.Integer),  # what the receiver answered last; null for nothing
    sa.Column("round", sa.Integer, nullable=False),  # raised by every redelivery
    sa.Column("created", sa.Double, nullable=False),
)
