"""訪問記録: dated notes of visits on an entry."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table("visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=16), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=128), nullable=False),
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name="fk_visit_resource_id"),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name="fk_visit_operation_id"),
        sa.ForeignKeyConstraint(["ended_by"], ["operation.id"], name="fk_visit_ended_by"),
        sa.PrimaryKeyConstraint("id", name="pk_visit")
    )
    for column in ("resource_id", "operation_id", "ended_by"):
        op.create_index(f"ix_visit_{column}", "visit", [column])
