"""The tables of making one entry of two, beside the registry's own. All hold statements (see storage/statements.py)."""

from sqlalchemy import JSON, Column, ForeignKey, String, Table, Text

from mapdata.storage.tables.models import metadata, of_entry, statement

#: That an entry is part of another now: what was said of it is said of that one.
merged = Table(
    "merged", metadata,
    *of_entry(),
    Column("into", String(16), ForeignKey("resource.id"), nullable=False, index=True),
    *statement(),
)

#: 別のもの: that somebody looked at two entries and found them to be two; the smaller id stands first.
distinct_pair = Table(
    "distinct_pair", metadata,
    *of_entry(),
    Column("other_id", String(16), ForeignKey("resource.id"), nullable=False, index=True),
    Column("reason", Text, nullable=False, default="", server_default=""),
    *statement(),
)

#: Whose value a person chose for a field; `seen` is a short digest of what each source said at that time.
choice = Table(
    "choice", metadata,
    *of_entry(),
    Column("field", String(32), nullable=False),
    Column("source", String(32), nullable=False),
    Column("seen", JSON, nullable=False),
    *statement(),
)
