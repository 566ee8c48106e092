"""The registry's schema, step by step (Alembic)."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from mapdata import storage

_HERE = Path(__file__).parent
#: Any number that nothing else on the database locks.
_POSTGRES_LOCK = 131_229


def upgrade(engine: Engine, to: str | None = None) -> None:
    """Bring the database to the newest schema, or the one named; several processes may ask at once.

    When it is there already, this is one look at one row.
    """
    aim = to or newest()
    with engine.connect() as connection, connection.begin():
        if _current(connection) == aim:
            return
    with engine.connect() as connection, storage.alone(connection).begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
        if _current(connection) != aim:
            _run(connection, aim)


def newest() -> str:
    """The newest revision: file names in `versions/` begin with it and sort by it."""
    return max(path.name.split("_")[0] for path in (_HERE / "versions").glob("[0-9]*.py"))


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _run(connection: Connection, aim: str) -> None:
    from alembic import command  # not for a database that is up to date
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.attributes["connection"] = connection
    command.upgrade(config, aim)
