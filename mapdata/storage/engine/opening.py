"""An engine as the registry relies on it: its journal, its locks, its patience."""

import os
import re
from functools import partial
from typing import Any
from weakref import WeakSet

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from commands import private
from mapdata.errors import Cause, Unavailable
from mapdata.storage.engine import sqlite_file

#: How long anybody waits for a lock.
BUSY_MS = 10_000

#: cache_spill: a long write must not lock readers out before its commit. secure_delete: what is erased is gone.
_PRAGMAS = (
    "journal_mode=DELETE", "synchronous=FULL", f"busy_timeout={BUSY_MS}", "foreign_keys=ON", "cache_spill=OFF",
    "secure_delete=ON",
)
#: Seconds: for a server to answer a call, and for the network to carry what is said; milliseconds for the last.
_POSTGRESQL = {
    "connect_timeout": 3, "keepalives_idle": 10, "keepalives_interval": 3, "keepalives_count": 3,
    "tcp_user_timeout": 5_000,
}

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
        raise Unavailable(str(error), Cause.WRONG) from error
    if address.get_backend_name() not in ("sqlite", "postgresql"):
        raise Unavailable(f"{address.get_backend_name()} is neither SQLite nor PostgreSQL", Cause.WRONG)
    engine = _sqlite(address) if address.get_backend_name() == "sqlite" else _postgresql(address)
    _engines.add(engine)
    return engine


def _sqlite(address: URL) -> Engine:
    path, patience = sqlite_file.path_of(address), BUSY_MS / 1000
    if path:
        creator = partial(sqlite_file.connect, path, patience)
        engine = create_engine(address, creator=creator, pool_timeout=patience, hide_parameters=True)
        sqlite_file.watch(engine)
    else:
        said: dict[str, Any] = {"timeout": patience, "check_same_thread": False}
        engine = create_engine(address, connect_args=said, hide_parameters=True)
    event.listen(engine, "connect", _sqlite_connect)
    event.listen(engine, "begin", _sqlite_begin)
    return engine


def _postgresql(address: URL) -> Engine:
    """What the URL says by itself stands."""
    said: dict[str, int | str] = {name: value for name, value in _POSTGRESQL.items() if name not in address.query}
    if "options" not in address.query:
        said |= {"options": f"-c lock_timeout={BUSY_MS}"}
    return create_engine(
        address, isolation_level="REPEATABLE READ", pool_pre_ping=True, pool_timeout=BUSY_MS / 1000, connect_args=said,
        hide_parameters=True,
    )


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
