"""An account holds several roles: the column of one becomes a column of codes parted by blanks."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.alter_column("account", "role", new_column_name="roles")
    if op.get_bind().dialect.name != "sqlite":  # which holds nobody to the length of a text
        op.alter_column("account", "roles", type_=sa.Text())
