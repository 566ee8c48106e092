"""What is drawn by chance with each revision, so that two histories are never taken for one."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    for table in ("registry_state", "operation"):
        op.add_column(table, sa.Column("mark", sa.String(length=16), server_default="", nullable=False))
    op.create_index("ix_operation_revision", "operation", ["revision"])
    mark = {"mark": secrets.token_hex(8)}
    connection = op.get_bind()
    connection.execute(sa.text("UPDATE registry_state SET mark = :mark"), mark)
    connection.execute(sa.text(
        "UPDATE operation SET mark = :mark WHERE revision = (SELECT revision FROM registry_state)"
    ), mark)
