"""The registry: claims, the view resolved from them, operations and the revision."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table("operation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_operation")
    )
    op.create_table("organization",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organization"),
        sa.UniqueConstraint("name_key", name="uq_organization_name_key")
    )
    op.create_table("registry_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_registry_state")
    )
    op.create_table("resource",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("name_kana", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("consent", sa.String(length=16), nullable=False),
        sa.Column("location_precision", sa.String(length=16), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("min_age", sa.Integer(), nullable=True),
        sa.Column("max_age", sa.Integer(), nullable=True),
        sa.Column("any_age", sa.Boolean(), nullable=False),
        sa.Column("eligibility_description", sa.Text(), server_default="", nullable=False),
        sa.Column("service_area", sa.Text(), server_default="", nullable=False),
        sa.Column("fees_description", sa.Text(), server_default="", nullable=False),
        sa.Column("application_process", sa.Text(), server_default="", nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("accessibility", sa.Text(), server_default="", nullable=False),
        sa.Column("remarks", sa.Text(), server_default="", nullable=False),
        sa.Column("publish_from", sa.Date(), nullable=True),
        sa.Column("publish_until", sa.Date(), nullable=True),
        sa.Column("assured_on", sa.Date(), nullable=True),
        sa.Column("supporter_note", sa.Text(), server_default="", nullable=False),
        sa.Column("staff_notes", sa.JSON(), nullable=False),
        sa.Column("provenance", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_resource_organization_id"),
        sa.PrimaryKeyConstraint("id", name="pk_resource")
    )
    op.create_index("ix_resource_organization_id", "resource", ["organization_id"])
    op.create_table("claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.String(length=16), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("assured_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=128), nullable=False),
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["ended_by"], ["operation.id"], name="fk_claim_ended_by"),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name="fk_claim_operation_id"),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name="fk_claim_resource_id"),
        sa.PrimaryKeyConstraint("id", name="pk_claim")
    )
    op.create_index("ix_claim_current", "claim", ["source", "resource_id", "field"])
    op.create_index("ix_claim_ended_by", "claim", ["ended_by"])
    op.create_index("ix_claim_resource_id", "claim", ["resource_id"])
    op.create_table("contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Text(), server_default="", nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name="fk_contact_resource_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contact")
    )
    op.create_index("ix_contact_resource_id", "contact", ["resource_id"])
    op.create_table("known_as",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("local_id", sa.Text(), nullable=True),
        sa.Column("name_key", sa.Text(), server_default="", nullable=False),
        sa.Column("resource_id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name="fk_known_as_resource_id"),
        sa.PrimaryKeyConstraint("id", name="pk_known_as"),
        sa.UniqueConstraint("source", "local_id", name="uq_known_as_source")
    )
    op.create_index("ix_known_as_name", "known_as", ["source", "name_key"])
    op.create_index("ix_known_as_resource_id", "known_as", ["resource_id"])
    op.create_table("place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("postal_code", sa.Text(), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("address_2", sa.Text(), server_default="", nullable=False),
        sa.Column("station", sa.Text(), server_default="", nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lng", sa.Float(), nullable=True),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("town", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name="fk_place_resource_id"),
        sa.PrimaryKeyConstraint("id", name="pk_place")
    )
    op.create_index("ix_place_resource_id", "place", ["resource_id"])
    op.create_table("resource_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.String(length=16), nullable=False),
        sa.Column("vocabulary", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name="fk_resource_term_resource_id"),
        sa.PrimaryKeyConstraint("id", name="pk_resource_term")
    )
    op.create_index("ix_resource_term_resource_id", "resource_term", ["resource_id"])
    op.create_table("schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.String(length=16), nullable=False),
        sa.Column("place_position", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name="fk_schedule_resource_id"),
        sa.PrimaryKeyConstraint("id", name="pk_schedule")
    )
    op.create_index("ix_schedule_resource_id", "schedule", ["resource_id"])
    op.execute("INSERT INTO registry_state (id, revision) VALUES (1, 0)")
