"""Connections: SQLite by default, PostgreSQL by `DATABASE_URL`; writers take turns, readers see one revision."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine

from mapdata.errors import Unavailable
from mapdata.storage.engine import witnesses
from mapdata.storage.engine.faults import answering
from mapdata.storage.engine.opening import BUSY_MS, open_engine
from mapdata.storage.engine.witnesses import Witness
from mapdata.storage.revision import lock_state, stamp, write_again

__all__ = [
    "Witness", "alone", "answering", "at_once", "before_use", "beside", "connected", "open_engine", "reading",
    "try_to_write", "witnessed", "writing",
]

_AT_ONCE_MS, _TRY_MS = 100, 2_000


def before_use(engine: Engine, prepare: Callable[[], None]) -> None:
    """Have this done, once, before the engine is next used; it is tried again as long as it raises Unavailable."""
    witnesses.of(engine).prepare = prepare


def witnessed(engine: Engine, witness: Witness) -> None:
    """Have every write to the registry told to this witness while it is made."""
    witnesses.of(engine).witness = witness


@contextmanager
def connected(engine: Engine) -> Iterator[Connection]:
    """A connection. Raises Unavailable for whatever the database says that is no answer, and while it rests."""
    around = witnesses.of(engine)
    around.ready()
    with answering():
        try:
            with answering():
                connection = engine.connect()
        except Unavailable as away:
            if engine.dialect.name == "postgresql":
                around.did_not_answer(away)
            raise
        with connection:
            yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view of one revision. Raises Unavailable when the database does not answer."""
    with connected(engine) as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction, alone among writers: all of it is kept or none.

    Raises Unavailable when the database does not answer, or cannot be written to.
    """
    kept: Callable[[], None] | None = None
    with connected(engine) as connection, alone(connection).begin():
        before = lock_state(connection)
        yield connection
        if (witness := witnesses.of(engine).witness) and (after := stamp(connection)) != before:
            kept = witness(connection, before, after)
    if kept:
        kept()


@contextmanager
def beside(engine: Engine) -> Iterator[Connection]:
    """One transaction on what is not the registry itself (accounts, sessions, the record of what was done).

    PostgreSQL does not make it wait for a long import; SQLite has one writer at a time. Raises Unavailable.
    """
    with connected(engine) as connection, alone(connection).begin():
        yield connection


@contextmanager
def at_once(engine: Engine, milliseconds: int = _AT_ONCE_MS) -> Iterator[Connection]:
    """As `beside`, for what can as well be written later: raises Unavailable while another writes."""
    with connected(engine) as connection:
        _patience(connection, milliseconds)
        try:
            with alone(connection).begin():
                yield connection
        finally:
            _patience(connection, BUSY_MS)


def try_to_write(engine: Engine) -> None:
    """Write what is there already, to the disk. Raises Unavailable when that cannot be done within two seconds."""
    with at_once(engine, _TRY_MS) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_TRY_MS}")
        write_again(connection)


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
