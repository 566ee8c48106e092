"""Whose value an edit began from, and what of an entry differs from reader to reader, by which rules."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("claim", sa.Column("bound_by", sa.String(32), server_default="", nullable=False))
    op.add_column("claim", sa.Column("bound_level", sa.String(16), server_default="public", nullable=False))
    op.add_column("resource", sa.Column("by_reader", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("registry_state", sa.Column("rules", sa.Integer(), server_default="0", nullable=False))
