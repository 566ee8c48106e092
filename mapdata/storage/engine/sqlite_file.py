"""The file of an SQLite database: opened but never made here, and known again when another lies in its place.

`mv` puts another file there, which a connection that is open does not see. `cp` writes over the same file without
asking SQLite for its locks: a connection then believes what it remembers of the pages, if the count of changes in the
file's head happens to be the one that it knows.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.exc import DisconnectionError

from mapdata.errors import Cause, Unavailable


class FileState(NamedTuple):
    """Which file lies at a path, and how it was last written to: by SQLite or by anybody else."""

    device: int
    inode: int
    size: int
    written: int

    @property
    def place(self) -> tuple[int, int]:
        return self.device, self.inode


class Replaced(DisconnectionError):
    """Another file lies where the connection's was."""


def path_of(url: URL) -> str | None:
    """Where the database's file is; None for one in memory, or on a server."""
    plain = url.database or ""
    is_file = url.get_backend_name() == "sqlite" and plain not in ("", ":memory:") and not plain.startswith("file:")
    return os.path.abspath(plain) if is_file else None


def file_of(engine: Engine) -> str | None:
    """As `path_of`."""
    return path_of(engine.url)


def state_of(path: str) -> FileState:
    """Raises Unavailable when there is no such file."""
    try:
        found = os.stat(path)
    except OSError as error:
        raise Unavailable(error.strerror or "", Cause.AWAY, type(error).__name__) from error
    return FileState(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


class FileConnection(sqlite3.Connection):
    """A connection that knows the file that it was opened on."""

    path: str
    file: FileState

    def look(self) -> None:
        """Put right what it remembers of its file. Raises Replaced when another lies there."""
        try:
            found = os.stat(self.path)
        except OSError:
            found = None
        was = self.file
        if found and found.st_mtime_ns == was.written and found.st_ino == was.inode and found.st_size == was.size:
            return  # as at nearly every request
        now = state_of(self.path)
        if now != was:
            if now.place != self.file.place:
                raise Replaced
            self.execute("PRAGMA shrink_memory")  # forgets every page
            self.file = now


def connect(path: str, patience: float) -> FileConnection:
    """To the file that is there; SQLite would make an empty one where there is none."""
    before = state_of(path)
    address = f"file:{quote(path)}?mode=rw"
    made = sqlite3.connect(address, uri=True, timeout=patience, check_same_thread=False, factory=FileConnection)
    if state_of(path).place != before.place:  # another was put there meanwhile
        made.close()
        return connect(path, patience)
    made.path, made.file = path, before
    return made


def watch(engine: Engine) -> None:
    """From now on a connection of the pool is to the file that is there when it is taken."""
    event.listen(engine, "checkout", lambda connection, _record, _proxy: connection.look())


@contextmanager
def undisturbed(connection: Connection) -> Iterator[None]:
    """Within a transaction that has read something already, by which SQLite keeps all who ask it from writing: raises
    Unavailable when the file was written to all the same, so that what was read may be of two files."""
    path = path_of(connection.engine.url)
    before = state_of(path) if path else None
    try:
        yield
    finally:
        if path and state_of(path) != before:
            raise Unavailable("the file was replaced while it was read", Cause.TORN, "replaced")
