"""The tables of what one office asks another to let be widened. Times are UTC."""

from sqlalchemy import JSON, Column, DateTime, ForeignKey, Integer, String, Table, Text

from mapdata.storage.tables.models import metadata

#: An act that waits for offices: `kind` and `params` do it again, in the name of `source`. `agreed` holds, by office,
#: who agreed; `entries` of an act that was accepted are those that were.
widening_request = Table(
    "widening_request", metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("params", JSON, nullable=False),
    Column("source", String(32), nullable=False, index=True),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("made_by", String(128), nullable=False),
    Column("note", Text, nullable=False, default="", server_default=""),
    Column("offices", JSON, nullable=False),
    Column("agreed", JSON, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("reason", Text, nullable=False, default="", server_default=""),
    Column("decided_at", DateTime(timezone=True)),
    Column("decided_by", String(128)),
    Column("operation_id", ForeignKey("operation.id")),
)

#: The entries of such an act, each with a mark of what was said of it then: it lapses where that has changed.
widening_request_entry = Table(
    "widening_request_entry", metadata,
    Column("request_id", ForeignKey("widening_request.id"), primary_key=True),
    Column("resource_id", String(16), ForeignKey("resource.id"), primary_key=True, index=True),
    Column("mark", String(32), nullable=False),
)
