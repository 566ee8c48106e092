"""Personal links of organisations, what they and readers told, and what staff decided of it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    _links()
    _proposals()
    _decisions()


def _links() -> None:
    op.create_table("organization_link",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("resource_id", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=128), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name="fk_organization_link_resource_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_organization_link")
    )
    op.create_index("ix_organization_link_resource_id", "organization_link", ["resource_id"])


def _proposals() -> None:
    op.create_table("proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("office", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("says", sa.JSON(), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("about", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("contact", sa.Text(), server_default="", nullable=False),
        sa.Column("form", sa.String(length=64), nullable=True),
        sa.Column("closed", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name="fk_proposal_resource_id"),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
        sa.UniqueConstraint("form", name="uq_proposal_form")
    )
    op.create_index("ix_proposal_resource_id", "proposal", ["resource_id"])


def _decisions() -> None:
    name = "proposal_decision"
    op.create_table(name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.String(length=16), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=128), nullable=False),
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=f"fk_{name}_resource_id"),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=f"fk_{name}_proposal_id"),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name=f"fk_{name}_operation_id"),
        sa.ForeignKeyConstraint(["ended_by"], ["operation.id"], name=f"fk_{name}_ended_by"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}")
    )
    for column in ("resource_id", "proposal_id", "operation_id", "ended_by"):
        op.create_index(f"ix_{name}_{column}", name, [column])
