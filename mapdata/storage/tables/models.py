"""The tables of the registry (SQLAlchemy Core).

Claims say who says what; `resource` and its children hold the view resolved from them.
Claims are never changed in what they say: one that no longer holds is ended by an operation.
Points are WGS84 degrees.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData(naming_convention={
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
})


def _resource_id() -> Column[str]:
    return Column("resource_id", String(16), ForeignKey("resource.id"), nullable=False, index=True)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, default="", server_default="")


def _statement() -> tuple[Column[int], Column[int]]:
    """Which operation began a row, and which one ended it: nothing that was said is changed or lost."""
    return (
        Column("operation_id", ForeignKey("operation.id"), nullable=False, index=True),
        Column("ended_by", ForeignKey("operation.id"), index=True),
    )


#: One row: the number that every write raises and every cache is checked against, and what is drawn by chance with it.
registry_state = Table(
    "registry_state", metadata,
    Column("id", Integer, primary_key=True),
    Column("revision", Integer, nullable=False),
    # the rules by which all entries were last resolved (`speaking.RULES_OF_VIEW`)
    Column("rules", Integer, nullable=False, server_default="0"),
    Column("mark", String(16), nullable=False, server_default=""),
)

#: One row per write: who did what, when, and what came of it.
operation = Table(
    "operation", metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("actor", String(128), nullable=False),
    Column("source", String(32)),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("revision", Integer, nullable=False, index=True),
    Column("mark", String(16), nullable=False, server_default=""),
    Column("summary", JSON, nullable=False),
    # the operation whose difference this one took back
    Column("undoes", ForeignKey("operation.id"), index=True),
)

organization = Table(
    "organization", metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
)

resource = Table(
    "resource", metadata,
    Column("id", String(16), primary_key=True),
    Column("organization_id", ForeignKey("organization.id"), index=True),
    _text("name"),
    _text("name_kana"),
    Column("kind", String(32), nullable=False),
    Column("status", String(16), nullable=False),
    Column("audience", String(16), nullable=False),
    Column("consent", String(16), nullable=False),
    Column("location_precision", String(16), nullable=False),
    _text("description"),
    Column("min_age", Integer),
    Column("max_age", Integer),
    Column("any_age", Boolean, nullable=False),
    _text("eligibility_description"),
    _text("service_area"),
    _text("fees_description"),
    _text("application_process"),
    Column("languages", JSON, nullable=False),
    _text("accessibility"),
    _text("remarks"),
    Column("publish_from", Date),
    Column("publish_until", Date),
    Column("assured_on", Date),
    _text("supporter_note"),
    Column("staff_notes", JSON, nullable=False),
    Column("provenance", JSON, nullable=False),
    # what the entry says in fields that have no column of their own: name → value as its claim has it
    Column("more", JSON, nullable=False, server_default="{}"),
    # what of it differs from reader to reader; mostly nothing (`ByReader`)
    Column("by_reader", JSON, nullable=False, server_default="{}"),
    # the registry's revision when the entry was last resolved: what has a newer one has changed since
    Column("revision", Integer, nullable=False, default=0, server_default="0", index=True),
)

#: An entry has none, one or several; `level` and `town` are found when the claim is resolved.
place = Table(
    "place", metadata,
    Column("id", Integer, primary_key=True),
    _resource_id(),
    Column("position", Integer, nullable=False),
    _text("postal_code"),
    _text("address"),
    _text("address_2"),
    _text("station"),
    Column("lat", Float),
    Column("lng", Float),
    Column("level", String(16), nullable=False),
    _text("town"),
)

schedule = Table(
    "schedule", metadata,
    Column("id", Integer, primary_key=True),
    _resource_id(),
    Column("place_position", Integer),
    Column("position", Integer, nullable=False),
    _text("description"),
)

contact = Table(
    "contact", metadata,
    Column("id", Integer, primary_key=True),
    _resource_id(),
    Column("position", Integer, nullable=False),
    Column("type", String(16), nullable=False),
    _text("value"),
    _text("label"),
)

#: Taxonomy terms of an entry; `holds` is false where a source says no (個室なし).
resource_term = Table(
    "resource_term", metadata,
    Column("id", Integer, primary_key=True),
    _resource_id(),
    Column("vocabulary", String(16), nullable=False),
    Column("code", String(32), nullable=False),
    Column("holds", Boolean, nullable=False),
)


#: How a source's row is known again: by its 管理番号, else by name and address.
known_as = Table(
    "known_as", metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String(32), nullable=False),
    Column("local_id", Text),
    _text("name_key"),
    _resource_id(),
    *_statement(),
    Index("ix_known_as_name", "source", "name_key"),
)
Index(
    "uq_known_as_source", known_as.c.source, known_as.c.local_id, unique=True,
    sqlite_where=known_as.c.ended_by.is_(None), postgresql_where=known_as.c.ended_by.is_(None),
)

claim = Table(
    "claim", metadata,
    Column("id", Integer, primary_key=True),
    _resource_id(),
    Column("field", String(32), nullable=False),
    Column("source", String(32), nullable=False),
    Column("value", JSON, nullable=False),
    Column("audience", String(16), nullable=False),
    Column("assured_on", Date),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", String(128), nullable=False),
    # the office whose value this one began as an edit of, and who might see that one
    Column("bound_by", String(32), nullable=False, server_default=""),
    Column("bound_level", String(16), nullable=False, server_default="public"),
    *_statement(),
    Index("ix_claim_current", "source", "resource_id", "field"),
)

#: 訪問記録: what somebody saw or heard of an entry on a day; `note` stays when it is written anew.
visit = Table(
    "visit", metadata,
    Column("id", Integer, primary_key=True),
    _resource_id(),
    Column("note", String(16), nullable=False),
    Column("visited_on", Date, nullable=False),
    _text("text"),
    Column("audience", String(16), nullable=False),
    Column("source", String(32), nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", String(128), nullable=False),
    *_statement(),
)

#: A list that somebody sent in the browser, until it is a day old; the file lies beside under its token.
import_job = Table(
    "import_job", metadata,
    Column("token", String(64), primary_key=True),
    Column("filename", Text, nullable=False),
    Column("source", String(32), nullable=False),
    Column("actor", String(128), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("state", String(16), nullable=False),
    # what the sender chose: where the headings stand, what columns are, what fills blank cells
    Column("settings", JSON, nullable=False),
    # how the file's columns were understood, and what came of the last run
    Column("columns", JSON, nullable=False),
    Column("outcome", JSON, nullable=False),
    Column("operation_id", ForeignKey("operation.id")),
)

#: That an entry was erased, and why; its row in `resource` stays blank, so that the id is never given again.
erasure = Table(
    "erasure", metadata,
    Column("resource_id", String(16), ForeignKey("resource.id"), primary_key=True),
    Column("operation_id", ForeignKey("operation.id"), nullable=False),
    Column("reason", String(16), nullable=False),
)

#: The site's own texts as somebody wrote them; what is not here is said by ward.toml.
site_text = Table(
    "site_text", metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(32), nullable=False, index=True),
    Column("value", JSON, nullable=False),
    *_statement(),
)

#: What taxonomy terms are called on the screen where it is not what `words` says.
term_label = Table(
    "term_label", metadata,
    Column("id", Integer, primary_key=True),
    Column("vocabulary", String(32), nullable=False, index=True),
    Column("code", String(32), nullable=False),
    Column("label", Text, nullable=False),
    *_statement(),
)


def of_entry() -> tuple[Column[int], Column[str]]:
    """The first columns of a table that says something of an entry."""
    return (
        Column("id", Integer, primary_key=True),
        Column("resource_id", String(16), ForeignKey("resource.id"), nullable=False, index=True),
    )


def statement() -> tuple[Column[int], Column[int]]:
    """The last columns of a table of statements (see storage/statements.py)."""
    return (
        Column("operation_id", ForeignKey("operation.id"), nullable=False, index=True),
        Column("ended_by", ForeignKey("operation.id"), index=True),
    )
