"""How often and by whom entries are confirmed, and calls that nobody answered."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    _statements("care",
        sa.Column("interval_months", sa.Integer(), nullable=False),
        sa.Column("schedule_interval_months", sa.Integer(), nullable=False),
        sa.Column("office", sa.String(length=32), nullable=False),
    )
    _statements("contact_attempt",
        sa.Column("attempt", sa.String(length=16), nullable=False),
        sa.Column("tried_on", sa.Date(), nullable=False),
        sa.Column("try_again_on", sa.Date(), nullable=False),
        sa.Column("try_again_at", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=128), nullable=False),
    )


def _statements(name: str, *columns: sa.Column) -> None:
    op.create_table(name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.String(length=16), nullable=False),
        *columns,
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=f"fk_{name}_resource_id"),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name=f"fk_{name}_operation_id"),
        sa.ForeignKeyConstraint(["ended_by"], ["operation.id"], name=f"fk_{name}_ended_by"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}")
    )
    for column in ("resource_id", "operation_id", "ended_by"):
        op.create_index(f"ix_{name}_{column}", name, [column])
