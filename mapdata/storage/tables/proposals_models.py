"""The tables of what organisations and readers tell, beside the registry's own: personal links, what was told, and what
staff decided of it. Of a link stands only a digest here (SHA-256). Times are UTC."""

from sqlalchemy import JSON, Column, DateTime, ForeignKey, Integer, String, Table, Text

from mapdata.storage.tables.models import metadata


def _resource_id() -> Column[str]:
    return Column("resource_id", String(16), ForeignKey("resource.id"), nullable=False, index=True)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, default="", server_default="")


#: A link with which one organisation confirms one entry; `source` is the office that gave it. `reach`: the widest
#: circle that might see the entry then, `location_precision` as it was then.
organization_link = Table(
    "organization_link", metadata,
    Column("digest", String(64), primary_key=True),
    _resource_id(),
    Column("source", String(32), nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("made_by", String(128), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("answered_at", DateTime(timezone=True)),
    Column("answer", String(16)),
    Column("reach", String(16), nullable=False, server_default="office"),
    Column("location_precision", String(16), nullable=False, server_default="hidden"),
    Column("opened_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
    Column("ended_by", String(128), nullable=False, default="", server_default=""),
    # why it ended before its time: revoked, or what became of the entry
    Column("ended_why", String(16), nullable=False, default="", server_default=""),
)

#: What somebody told of an entry. `says` are claim values by field, `seen` what stood there then; `office`: whose it
#: is to decide, "" for any; `form`: of the page it came from, so that one page tells once.
proposal = Table(
    "proposal", metadata,
    Column("id", Integer, primary_key=True),
    _resource_id(),
    Column("kind", String(16), nullable=False),
    Column("origin", String(16), nullable=False),
    Column("office", String(32), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("says", JSON, nullable=False),
    Column("seen", JSON, nullable=False),
    Column("about", String(32), nullable=False),
    _text("text"),
    _text("contact"),
    Column("form", String(64), unique=True),
    # why nobody can decide of it any more
    Column("closed", String(16)),
)

#: What staff decided of a proposal, a statement on the entry that it was decided for (see storage/statements.py).
proposal_decision = Table(
    "proposal_decision", metadata,
    Column("id", Integer, primary_key=True),
    _resource_id(),
    Column("proposal_id", ForeignKey("proposal.id"), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("fields", JSON, nullable=False),
    _text("reason"),
    Column("decided_at", DateTime(timezone=True), nullable=False),
    Column("decided_by", String(128), nullable=False),
    Column("operation_id", ForeignKey("operation.id"), nullable=False, index=True),
    Column("ended_by", ForeignKey("operation.id"), index=True),
)
