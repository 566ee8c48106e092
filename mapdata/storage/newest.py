"""The registry's revision, asked for on every request: one statement on a connection that each thread keeps."""

import os
import threading
from contextlib import suppress
from typing import Any
from weakref import WeakSet

from sqlalchemy import Engine, event, select
from sqlalchemy.pool import SingletonThreadPool

from mapdata.errors import Unavailable
from mapdata.storage.engine import answering, reading
from mapdata.storage.revision import revision
from mapdata.storage.tables import models as m

_QUERY = str(select(m.registry_state.c.revision))


class RevisionCheck:
    """`check()` → the revision of the newest write that was kept, whichever process made it.

    It goes past the engine's pool and its transactions, which take longer than the question itself. Every call is
    a transaction of its own, so that it sees the newest state. The connections end with their thread, or when the
    engine is disposed of.
    """

    def __init__(self, engine: Engine):
        self._engine = engine
        self._of_thread = threading.local()
        self._all: WeakSet[_Kept] = WeakSet()
        event.listen(engine, "engine_disposed", lambda _: self._close())

    def __call__(self) -> int:
        """Raises Unavailable when the database does not answer."""
        if isinstance(self._engine.pool, SingletonThreadPool):  # in memory: the pool's connection is the database
            with reading(self._engine) as connection:
                return revision(connection)
        kept: _Kept | None = getattr(self._of_thread, "kept", None)
        if kept and kept.process == os.getpid():
            try:
                return kept.revision()
            except self._error:  # the database was restarted, or the engine disposed of: once more, anew
                kept.close()
        try:
            with answering():
                kept = self._of_thread.kept = _Kept(self._engine)
            self._all.add(kept)
            return kept.revision()
        except self._error as error:
            raise Unavailable(str(error)) from error

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
        self._cursor = driver.cursor()

    def revision(self) -> int:
        (only,) = self._cursor.execute(_QUERY).fetchall()  # to the end: a statement left open holds SQLite's lock
        return int(only[0])

    def close(self) -> None:
        if self.process != os.getpid():
            return  # it is the parent's, who may be asking on it right now
        with suppress(Exception):  # it may be broken or closed already; there is nothing left to save
            self._proxy.close()
