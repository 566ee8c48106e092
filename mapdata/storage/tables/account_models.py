"""The tables of accounts, beside the registry's own: who may sign in, who is signed in, what was done.

Secrets stand here as digests only: of a password (argon2id), a session's id and a one-time link (SHA-256).
Times are UTC.
"""

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, ForeignKey, Integer, String, Table, Text

from mapdata.storage.tables.models import metadata


def _account_id() -> Column[int]:
    return Column("account_id", Integer, ForeignKey("account.id"), nullable=False, index=True)


#: Accounts are never deleted, only disabled: what they did keeps its author. `password` is null until a link is used.
#: `roles` are codes parted by blanks. They stand in the account's own row, so that who locks the row locks what it may
#: do, and who waited for that lock sees what it became; a request reads one row to know its reader. `more_offices`
#: are codes parted by blanks: those that somebody of staff serves besides `office`.
account = Table(
    "account", metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False),
    Column("name_key", String(64), nullable=False, unique=True),
    Column("roles", Text, nullable=False),
    Column("office", Text, nullable=False),
    Column("more_offices", Text, nullable=False, server_default=""),
    Column("password", Text),
    Column("enabled", Boolean, nullable=False),
    Column("expires_on", Date),
    Column("demo", Boolean, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("made_by", String(128), nullable=False),
    Column("last_sign_in_at", DateTime(timezone=True)),
)

#: One row per sign-in, for as long as a reader may want to know why it ended. `office`: the one that it acts for; ""
#: while nobody has chosen, and where the account has but one.
login_session = Table(
    "login_session", metadata,
    Column("digest", String(64), primary_key=True),
    _account_id(),
    Column("begun_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("ended_how", String(16)),
    Column("office", Text, nullable=False, server_default=""),
)

one_time_link = Table(
    "one_time_link", metadata,
    Column("digest", String(64), primary_key=True),
    _account_id(),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("made_by", String(128), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
)

#: Failed sign-ins, counted per bucket; a bucket is the digest of what it counts.
sign_in_failure = Table(
    "sign_in_failure", metadata,
    Column("bucket", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", DateTime(timezone=True), nullable=False, index=True),
)

#: From which networks which names signed in, and when last; a bucket is the digest of both.
sign_in_place = Table(
    "sign_in_place", metadata,
    Column("bucket", String(64), primary_key=True),
    Column("last_at", DateTime(timezone=True), nullable=False, index=True),
)

audit = Table(
    "audit", metadata,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
    Column("actor", String(128), nullable=False, index=True),
    Column("office", Text, nullable=False),
    Column("kind", String(32), nullable=False, index=True),
    Column("subject", Text, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("address", String(64), nullable=False),
)
