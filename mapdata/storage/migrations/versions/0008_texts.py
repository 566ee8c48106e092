"""The site's own texts and what taxonomy terms are called, as an admin wrote them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    _statements("site_text", "key",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
    )
    _statements("term_label", "vocabulary",
        sa.Column("vocabulary", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
    )


def _statements(name: str, indexed: str, *columns: sa.Column) -> None:
    op.create_table(name,
        sa.Column("id", sa.Integer(), nullable=False),
        *columns,
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name=f"fk_{name}_operation_id"),
        sa.ForeignKeyConstraint(["ended_by"], ["operation.id"], name=f"fk_{name}_ended_by"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}")
    )
    for column in (indexed, "operation_id", "ended_by"):
        op.create_index(f"ix_{name}_{column}", name, [column])
