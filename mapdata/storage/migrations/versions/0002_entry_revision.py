"""Each entry knows the registry's revision at which it was last resolved."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    column = sa.Column("revision", sa.Integer(), nullable=False, server_default="0")
    op.add_column("resource", column)
    op.create_index("ix_resource_revision", "resource", ["revision"])
    op.execute("UPDATE resource SET revision = (SELECT max(revision) FROM registry_state)")
