"""What lies in a database before anything is done with it: a registry, nothing at all, or something of somebody else's.

What is not a registry of ours is never written to, and nothing new takes its place.
"""

from collections.abc import Collection

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DatabaseError

from mapdata.errors import Cause, WrongDatabase
from mapdata.storage.engine.faults import told

#: Tables that every registry has had from its first day.
_OURS = frozenset({"registry_state", "operation", "claim", "resource"})
_VERSION = "alembic_version"
#: Of the extensions that a server's template may bring along.
_OTHERS_ASIDE = text(
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema() AND NOT EXISTS"
    " (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')"
)

_BACKUP = "バックアップを戻すか、正しい場所を設定してください"
EMPTY = f"データベースのファイルが空です。何かの途中でこわれたか、ちがうファイルです。{_BACKUP}"
NOT_OURS = f"つながりマップのデータベースではありません（ほかのプログラムのものです）。{_BACKUP}"
NEWER = (
    "新しい版のつながりマップが使っていたデータベースです（この版は {version} を知りません）。"
    "サイトをその版か、それより新しい版にしてください"
)
NO_VERSION = f"データベースの版の記録（alembic_version）がなくなっています。{_BACKUP}"
DAMAGED = f"データベースがこわれています（{{found}}）。{_BACKUP}"
GONE = (
    "前に使っていたデータベースがなくなっています（ファイルがないか、空のデータベースです）。"
    "バックアップを戻してください。新しく始めるときは、{folder} を別の名前にしてください"
)
MISSING = "データベースがありません（ファイルがないか、空のデータベースです）"
OTHER_VERSION = "データベースの版がサイトとちがいます。サイトを始めなおしてください"


def version(connection: Connection, known: Collection[str]) -> str | None:
    """The schema's version; None where there is nothing yet. Raises WrongDatabase for whatever is no registry."""
    tables = _tables(connection)
    if not tables:
        return None
    if _VERSION not in tables:
        raise WrongDatabase(NO_VERSION if tables >= _OURS else NOT_OURS)
    found = connection.execute(text(f"SELECT version_num FROM {_VERSION}")).scalars().all()
    if not found and tables == {_VERSION}:
        return None  # as alembic leaves it when its first step fails
    if not tables >= _OURS:
        raise WrongDatabase(NOT_OURS)
    if len(found) != 1:
        raise WrongDatabase(NO_VERSION)
    if found[0] not in known:
        raise WrongDatabase(NEWER.format(version=found[0][:32]))
    return str(found[0])


def _tables(connection: Connection) -> set[str]:
    if connection.dialect.name == "postgresql":
        return set(connection.execute(_OTHERS_ASIDE).scalars())
    return set(inspect(connection).get_table_names())


def require_whole(connection: Connection, thorough: bool = False) -> None:
    """Read through all of it. Raises WrongDatabase for a page that is damaged; `thorough`: and for an index that does
    not fit its table. PostgreSQL looks at its pages by itself when they are read."""
    if connection.dialect.name == "postgresql":
        for table in sorted(_tables(connection)):
            connection.execute(text(f'SELECT sum(length(t::text)) FROM "{table}" t'))
        return
    check = "integrity_check" if thorough else "quick_check"
    try:
        found = connection.exec_driver_sql(f"PRAGMA {check}(3)").scalars().all()
    except DatabaseError as error:  # it cannot even be walked through
        if told(error.orig).cause != Cause.DAMAGED:
            raise
        found = [str(error.orig)]
    if found != ["ok"]:
        raise WrongDatabase(DAMAGED.format(found=" ".join(str(found[0]).split())[:80]), Cause.DAMAGED)
