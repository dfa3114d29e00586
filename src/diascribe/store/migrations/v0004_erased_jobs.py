"""Whose erased jobs were, until what workers still kept of them is removed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("erased_job", sa.Column("tenant", sa.Text))
    op.add_column("erased_job", sa.Column("attempts", sa.Integer))
