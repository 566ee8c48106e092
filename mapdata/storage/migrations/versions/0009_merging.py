"""What people decide about pairs of entries: that two are one, that they are two, whose value holds."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    _statements("merged", _entry("merged", "into"))
    reason = sa.Column("reason", sa.Text(), server_default="", nullable=False)
    _statements("distinct_pair", _entry("distinct_pair", "other_id"), reason)
    _statements("choice",
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
    )
    op.create_index("ix_merged_into", "merged", ["into"])
    op.create_index("ix_distinct_pair_other_id", "distinct_pair", ["other_id"])


def _entry(table: str, name: str) -> sa.Column:
    entry = sa.ForeignKey("resource.id", name=f"fk_{table}_{name}")
    return sa.Column(name, sa.String(length=16), entry, nullable=False)


def _statements(name: str, *columns: sa.Column) -> None:
    op.create_table(name,
        sa.Column("id", sa.Integer(), nullable=False),
        _entry(name, "resource_id"),
        *columns,
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name=f"fk_{name}_operation_id"),
        sa.ForeignKeyConstraint(["ended_by"], ["operation.id"], name=f"fk_{name}_ended_by"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}")
    )
    for column in ("resource_id", "operation_id", "ended_by"):
        op.create_index(f"ix_{name}_{column}", name, [column])
