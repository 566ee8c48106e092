"""The tables of making one entry of two, beside the registry's own. All hold statements (see storage/statements.py)."""

from sqlalchemy import JSON, Column, ForeignKey, Integer, String, Table, Text

from mapdata.models import metadata


def _of_entry() -> tuple[Column[int], Column[str]]:
    return (
        Column("id", Integer, primary_key=True),
        Column("resource_id", String(16), ForeignKey("resource.id"), nullable=False, index=True),
    )


def _statement() -> tuple[Column[int], Column[int]]:
    return (
        Column("operation_id", ForeignKey("operation.id"), nullable=False, index=True),
        Column("ended_by", ForeignKey("operation.id"), index=True),
    )


#: That an entry is part of another now: what was said of it is said of that one.
merged = Table(
    "merged", metadata,
    *_of_entry(),
    Column("into", String(16), ForeignKey("resource.id"), nullable=False, index=True),
    *_statement(),
)

#: 別のもの: that somebody looked at two entries and found them to be two; the smaller id stands first.
distinct_pair = Table(
    "distinct_pair", metadata,
    *_of_entry(),
    Column("other_id", String(16), ForeignKey("resource.id"), nullable=False, index=True),
    Column("reason", Text, nullable=False, default="", server_default=""),
    *_statement(),
)

#: Whose value a person chose for a field; `seen` is a short digest of what each source said at that time.
choice = Table(
    "choice", metadata,
    *_of_entry(),
    Column("field", String(32), nullable=False),
    Column("source", String(32), nullable=False),
    Column("seen", JSON, nullable=False),
    *_statement(),
)
