"""What one office asks another to let be widened."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "widening_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(128), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("offices", sa.JSON(), nullable=False),
        sa.Column("agreed", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(128), nullable=True),
        sa.Column("operation_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name=op.f("fk_widening_request_operation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_widening_request")),
    )
    op.create_index(op.f("ix_widening_request_source"), "widening_request", ["source"])
    op.create_index(op.f("ix_widening_request_state"), "widening_request", ["state"])
    op.create_table(
        "widening_request_entry",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.String(16), nullable=False),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["widening_request.id"], name=op.f("fk_widening_request_entry_request_id")
        ),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_widening_request_entry_resource_id")),
        sa.PrimaryKeyConstraint("request_id", "resource_id", name=op.f("pk_widening_request_entry")),
    )
    op.create_index(op.f("ix_widening_request_entry_resource_id"), "widening_request_entry", ["resource_id"])
