"""Accounts of several offices, the office that a session acts for, and where a name signed in before."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("account", sa.Column("more_offices", sa.Text(), server_default="", nullable=False))
    op.add_column("login_session", sa.Column("office", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "sign_in_place",
        sa.Column("bucket", sa.String(64), primary_key=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_sign_in_place_last_at", "sign_in_place", ["last_at"])
