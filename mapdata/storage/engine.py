"""Connections: SQLite by default, PostgreSQL by `DATABASE_URL`; writers take turns, readers see one revision."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DataError, IntegrityError, ProgrammingError

from commands import private
from mapdata.errors import Unavailable
from mapdata.storage.tables import models as m

_BUSY_MS = 60_000
_AT_ONCE_MS = 100

#: cache_spill: a long write must not lock readers out before its commit. secure_delete: what is erased is gone.
_PRAGMAS = (
    "journal_mode=DELETE", "synchronous=FULL", f"busy_timeout={_BUSY_MS}", "foreign_keys=ON", "cache_spill=OFF",
    "secure_delete=ON",
)


#: Engines of this process: two processes that write on one connection would break it.
_engines: WeakSet[Engine] = WeakSet()


def _forget_connections() -> None:
    """In a process that was forked: those of its parent are left to it, not closed."""
    for engine in list(_engines):
        engine.dispose(close=False)


os.register_at_fork(after_in_child=_forget_connections)


def open_engine(url: str) -> Engine:
    """An engine with the journal, locking and isolation that the registry relies on.

    `postgresql://` and `postgres://` mean the driver that is installed (psycopg 3). Raises Unavailable
    for a URL that names no database of these two kinds.
    """
    try:
        address = make_url(re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url))
    except ArgumentError as error:
        raise Unavailable(str(error)) from error
    if address.get_backend_name() not in ("sqlite", "postgresql"):
        raise Unavailable(f"{address.get_backend_name()} is neither SQLite nor PostgreSQL")
    if address.get_backend_name() == "sqlite":
        engine = create_engine(address, connect_args={"timeout": _BUSY_MS / 1000, "check_same_thread": False},
                               hide_parameters=True)
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        engine = create_engine(address, isolation_level="REPEATABLE READ", pool_pre_ping=True, hide_parameters=True)
    _engines.add(engine)
    return engine


def _sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late for our locking
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    for _, _, file in connection.execute("PRAGMA database_list").fetchall():
        if file:  # there is none in memory
            private.tighten_database(file)


def _sqlite_begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def answering() -> Iterator[None]:
    """Raises Unavailable for whatever a database says that is not there, broken or closed to us."""
    try:
        yield
    except DatabaseError as error:
        if isinstance(error, IntegrityError | ProgrammingError | DataError):
            raise
        raise Unavailable(str(error.orig)) from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view of one revision. Raises Unavailable when the database does not answer."""
    with answering(), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction, alone among writers: all of it is kept or none.

    Raises Unavailable when the database does not answer, or cannot be written to.
    """
    with answering(), engine.connect() as connection, alone(connection).begin():
        connection.execute(select(m.registry_state.c.revision).with_for_update()).scalar()
        yield connection


@contextmanager
def beside(engine: Engine) -> Iterator[Connection]:
    """One transaction on what is not the registry itself (accounts, sessions, the record of what was done).

    PostgreSQL does not make it wait for a long import; SQLite has one writer at a time. Raises Unavailable.
    """
    with answering(), engine.connect() as connection, alone(connection).begin():
        yield connection


@contextmanager
def at_once(engine: Engine) -> Iterator[Connection]:
    """As `beside`, for what can as well be written later: raises Unavailable while another writes."""
    with answering(), engine.connect() as connection:
        _patience(connection, _AT_ONCE_MS)
        try:
            with alone(connection).begin():
                yield connection
        finally:
            _patience(connection, _BUSY_MS)


def _patience(connection: Connection, milliseconds: int) -> None:
    """How long SQLite waits for other writers; the connection goes back to others afterwards."""
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.execute(f"PRAGMA busy_timeout={milliseconds}")


def alone(connection: Connection) -> Connection:
    """The connection, its next transaction to be one that waits its turn and then sees the newest."""
    if connection.dialect.name == "sqlite":
        return connection.execution_options(writing=True)
    return connection.execution_options(isolation_level="READ COMMITTED")
