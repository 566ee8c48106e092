"""Personal links: for how many the entry was when they were given, whether they were opened, and why they ended."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0016"

_TABLE = "organization_link"


def upgrade() -> None:
    for name, length, usual in (
        ("reach", 16, "office"), ("location_precision", 16, "hidden"), ("ended_by", 128, ""), ("ended_why", 16, ""),
    ):
        op.add_column(_TABLE, sa.Column(name, sa.String(length=length), server_default=usual, nullable=False))
    for name in ("opened_at", "ended_at"):
        op.add_column(_TABLE, sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    _as_the_entries_are_now()


def _as_the_entries_are_now() -> None:
    """How entries stood when links were given before is not known: these end with what is narrowed from now on."""
    of_entry = "FROM resource r WHERE r.id = organization_link.resource_id"
    public = "r.audience = 'public' AND r.status IN ('active', 'paused') AND r.consent IN ('yes', 'oral')"
    op.execute(
        f"UPDATE organization_link SET location_precision = (SELECT r.location_precision {of_entry}), "
        f"reach = (SELECT CASE WHEN {public} THEN 'public' ELSE 'office' END {of_entry})"
    )
