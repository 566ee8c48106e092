"""That entries were erased, and why."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table("erasure",
        sa.Column("resource_id", sa.String(length=16), nullable=False),
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name="fk_erasure_resource_id"),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name="fk_erasure_operation_id"),
        sa.PrimaryKeyConstraint("resource_id", name="pk_erasure")
    )
