"""The tables of keeping entries fresh, beside the registry's own: how often and by which office an entry is confirmed,
and calls that nobody answered. Both hold statements (see storage/statements.py)."""

from sqlalchemy import Column, Date, DateTime, Integer, String, Table, Text

from mapdata.storage.tables.models import metadata, of_entry, statement

#: How often an entry is to be confirmed, in months, and by which office; `office` is "" for the usual one.
care = Table(
    "care", metadata,
    *of_entry(),
    Column("interval_months", Integer, nullable=False),
    Column("schedule_interval_months", Integer, nullable=False),
    Column("office", String(32), nullable=False),
    *statement(),
)

#: A call that nobody answered, and when to try again.
contact_attempt = Table(
    "contact_attempt", metadata,
    *of_entry(),
    Column("attempt", String(16), nullable=False),
    Column("tried_on", Date, nullable=False),
    Column("try_again_on", Date, nullable=False),
    Column("try_again_at", String(16), nullable=False),
    Column("note", Text, nullable=False, default="", server_default=""),
    Column("source", String(32), nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", String(128), nullable=False),
    *statement(),
)
