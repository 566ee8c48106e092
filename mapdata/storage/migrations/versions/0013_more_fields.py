"""What an entry says in fields that have no column of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("resource", sa.Column("more", sa.JSON(), server_default="{}", nullable=False))
