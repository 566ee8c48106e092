"""The registry's state, asked for on every request: one statement on a connection that each thread keeps."""

import os
import threading
import time
from contextlib import suppress
from typing import Any
from weakref import WeakSet

from sqlalchemy import Engine, event, select
from sqlalchemy.pool import SingletonThreadPool

from mapdata.errors import Cause, Unavailable
from mapdata.storage.engine import answering, reading, witnesses
from mapdata.storage.engine.faults import told
from mapdata.storage.engine.sqlite_file import FileConnection, Replaced
from mapdata.storage.revision import Stamp, stamp
from mapdata.storage.tables import models as m

_QUERY = str(select(m.registry_state.c.revision, m.registry_state.c.mark))
#: Who only reads waits less for a lock than who has something to save, and then does without for a while, in seconds.
_BUSY_MS, _REST = 2_000, 1.0


class RevisionCheck:
    """`check()` → the revision of the newest write that was kept, whichever process made it; `check.stamp()` → with
    its mark.

    It goes past the engine's pool and its transactions, which take longer than the question itself. Every call is
    a transaction of its own, so that it sees the newest state. The connections end with their thread, or when the
    engine is disposed of. While the database does not answer, one thread asks and the others are told so at once.
    """

    def __init__(self, engine: Engine):
        self._engine = engine
        self._of_thread = threading.local()
        self._all: WeakSet[_Kept] = WeakSet()
        self._away: Unavailable | None = None
        self._rest_until = 0.0
        self._asking = threading.Lock()
        # in memory: the pool's connection is the database
        self._in_memory = isinstance(engine.pool, SingletonThreadPool)
        event.listen(engine, "engine_disposed", lambda _: self._close())

    def __call__(self) -> int:
        """Raises Unavailable when the database does not answer."""
        return self.stamp().revision

    def stamp(self) -> Stamp:
        """Raises Unavailable when the database does not answer."""
        if self._away is not None:
            return self._once_more(self._away)
        try:
            return self._stamp()
        except Unavailable as away:
            if self._is_worth_a_rest(away):
                self._away, self._rest_until = away, time.monotonic() + _REST
            raise

    def _is_worth_a_rest(self, away: Unavailable) -> bool:
        """A file is opened in no time; what takes time is a server that says nothing, and a lock."""
        return away.cause == Cause.LOCKED or self._engine.dialect.name == "postgresql"

    def _once_more(self, away: Unavailable) -> Stamp:
        if time.monotonic() < self._rest_until or not self._asking.acquire(blocking=False):
            raise Unavailable(str(away), away.cause, away.code)
        try:
            found = self._stamp()
            self._away = None
            return found
        except Unavailable:
            self._rest_until = time.monotonic() + _REST
            raise
        finally:
            self._asking.release()

    def _stamp(self) -> Stamp:
        if self._in_memory:
            with reading(self._engine) as connection:
                return stamp(connection)
        kept: _Kept | None = getattr(self._of_thread, "kept", None)
        if kept and kept.process == os.getpid():
            try:
                return kept.stamp()
            except Replaced:
                kept.close()
            except self._error as error:  # the database was restarted, or the engine disposed of: once more, anew
                kept.close()
                if (away := told(error)).cause == Cause.LOCKED:
                    raise away from error
        return self._asked_anew()

    def _asked_anew(self) -> Stamp:
        around = witnesses.of(self._engine)
        around.ready()
        try:
            with answering():
                kept = self._of_thread.kept = _Kept(self._engine)
                self._all.add(kept)
                return kept.stamp()
        except Unavailable as away:
            if self._engine.dialect.name == "postgresql":
                around.did_not_answer(away)
            raise

    @property
    def _error(self) -> type[Exception]:
        found: type[Exception] = self._engine.dialect.loaded_dbapi.Error
        return found

    def _close(self) -> None:
        for kept in list(self._all):
            kept.close()


class _Kept:
    """A connection of the driver's, made as the engine makes them, but out of its pool."""

    def __init__(self, engine: Engine):
        self.process = os.getpid()
        self._proxy = engine.raw_connection()
        driver: Any = self._proxy.driver_connection
        self._proxy.detach()
        if engine.dialect.name == "postgresql":
            driver.autocommit = True
        else:
            driver.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        self._file = driver if isinstance(driver, FileConnection) else None
        self._cursor = driver.cursor()

    def stamp(self) -> Stamp:
        if self._file is not None:
            self._file.look()
        (only,) = self._cursor.execute(_QUERY).fetchall()  # to the end: a statement left open holds SQLite's lock
        return Stamp._make(only)

    def close(self) -> None:
        if self.process != os.getpid():
            return  # it is the parent's, who may be asking on it right now
        with suppress(Exception):  # it may be broken or closed already; there is nothing left to save
            self._proxy.close()
