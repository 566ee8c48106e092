"""What a row is known as is a statement like any other: one operation begins it, one ends it. Undoing finds both."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_CURRENT = sa.text("ended_by IS NULL")


def upgrade() -> None:
    # in place: other tables refer to this one
    undoes = sa.Column("undoes", sa.Integer(), sa.ForeignKey("operation.id", name="fk_operation_undoes"))
    op.add_column("operation", undoes, inline_references=True)
    op.create_index("ix_operation_undoes", "operation", ["undoes"])
    op.create_index("ix_claim_operation_id", "claim", ["operation_id"])
    with op.batch_alter_table("known_as") as table:
        table.add_column(sa.Column("operation_id", sa.Integer()))
        table.add_column(sa.Column("ended_by", sa.Integer()))
        table.drop_constraint("uq_known_as_source", type_="unique")
    # a row was first known when its source first spoke of the entry
    op.execute(
        "UPDATE known_as SET operation_id = (SELECT min(claim.operation_id) FROM claim"
        " WHERE claim.resource_id = known_as.resource_id AND claim.source = known_as.source)"
    )
    with op.batch_alter_table("known_as") as table:
        table.alter_column("operation_id", existing_type=sa.Integer(), nullable=False)
        table.create_foreign_key("fk_known_as_operation_id", "operation", ["operation_id"], ["id"])
        table.create_foreign_key("fk_known_as_ended_by", "operation", ["ended_by"], ["id"])
    op.create_index("ix_known_as_operation_id", "known_as", ["operation_id"])
    op.create_index("ix_known_as_ended_by", "known_as", ["ended_by"])
    op.create_index(
        "uq_known_as_source", "known_as", ["source", "local_id"], unique=True,
        sqlite_where=_CURRENT, postgresql_where=_CURRENT,
    )
