"""The registry's schema, step by step (Alembic)."""

import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from mapdata import storage
from mapdata.errors import WrongDatabase
from mapdata.storage.engine import sqlite_file
from mapdata.storage.migrations import condition

_HERE = Path(__file__).parent
#: Any number that nothing else on the database locks.
_POSTGRES_LOCK = 131_229
#: Alembic knows one run at a time in a process.
_running = threading.Lock()


def upgrade(engine: Engine, to: str | None = None) -> None:
    """Bring the database to the newest schema, or the one named; several processes may ask at once.

    When it is there already, this is one look at one row. Raises WrongDatabase, having changed nothing, for what is
    no registry; a file that is not there yet appears whole.
    """
    aim = to or newest()
    path = sqlite_file.path_of(engine.url)
    if path and not os.path.exists(path):
        _make_file(path, aim)
    if standing(engine) == aim:
        return
    with engine.connect() as connection, storage.alone(connection).begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
        if _current(connection) != aim:
            _run(connection, aim)


def standing(engine: Engine) -> str | None:
    """The schema's version as it is; None where there is nothing yet, and `upgrade` would begin a new registry.
    Raises WrongDatabase for what is no registry."""
    path = sqlite_file.path_of(engine.url)
    if path and not os.path.exists(path):
        return None
    if path and os.path.getsize(path) == 0:
        raise WrongDatabase(condition.EMPTY)
    with engine.connect() as connection, connection.begin():
        return _current(connection)


def newest() -> str:
    """The newest revision: file names in `versions/` begin with it and sort by it."""
    return _versions()[-1]


def require_newest(connection: Connection) -> None:
    """Raises WrongDatabase for a database of another version, which was put in the place of the site's own."""
    if connection.execute(text("SELECT version_num FROM alembic_version")).scalar() != newest():
        raise WrongDatabase(condition.OTHER_VERSION)


@cache
def _versions() -> list[str]:
    return sorted(path.name.split("_")[0] for path in (_HERE / "versions").glob("[0-9]*.py"))


def _current(connection: Connection) -> str | None:
    return condition.version(connection, _versions())


def _make_file(path: str, aim: str) -> None:
    """A new registry, made beside and put there when it is whole: an empty file there is never ours. Where another
    process was faster, its own stays. Raises OSError."""
    with _beside(path) as new:
        made = storage.open_engine(f"sqlite:///{new}")
        try:
            with made.connect() as connection, storage.alone(connection).begin():
                _run(connection, aim)
        finally:
            made.dispose()
        _put(new, path)


@contextmanager
def _beside(path: str) -> Iterator[str]:
    """An empty file in the same folder, for its owner only; gone afterwards."""
    new = f"{path}.new-{secrets.token_hex(4)}"
    os.close(os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield new
    finally:
        for left in (new, f"{new}-journal"):
            if os.path.exists(left):
                os.unlink(left)


def _put(new: str, path: str) -> None:
    try:
        os.link(new, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without second names
        if not os.path.exists(path):
            os.replace(new, path)


def _run(connection: Connection, aim: str) -> None:
    from alembic import command  # not for a database that is up to date
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.attributes["connection"] = connection
    with _running:
        command.upgrade(config, aim)
