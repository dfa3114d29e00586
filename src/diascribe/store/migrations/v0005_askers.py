"""How many requests have asked for a job and not left: the last one that leaves stops it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column; jobs that are there were asked for once."""
    op.add_column("job", sa.Column("asked", sa.Integer, nullable=False, server_default="1"))
