"""Files that nobody but their owner reads: the database wherever it lies, keys, lists that were sent or written."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

_OWNER_S = 0o600
#: What SQLite lays beside a database as long as it needs it.
_BESIDE = ("", "-journal", "-wal", "-shm")


def opened(path: Path) -> TextIO:
    """The file to be written anew (UTF-8): one that is made is its owner's only from its first letter on."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_S)
    return os.fdopen(descriptor, "w", encoding="utf-8")


def tighten(path: Path) -> None:
    """Take from others what they may. What is not there, or not ours to change, stays as it is."""
    with suppress(OSError):
        mode = path.stat().st_mode & 0o777
        if mode & ~_OWNER_S:
            path.chmod(mode & _OWNER_S)


def tighten_database(path: str) -> None:
    """The same of an SQLite file and what lies beside it: what SQLite makes later has the mode of the file."""
    for ending in _BESIDE:
        tighten(Path(path + ending))


@contextmanager
def writing(path: Path, folder: Path) -> Iterator[None]:
    """What a command writes meanwhile is its owner's only if it is to lie in this folder, the site's own; elsewhere
    it is as its owner's other files are. It is the whole process that writes so: not for the site."""
    if not path.resolve().is_relative_to(folder.resolve()):
        yield
        return
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
        tighten(path)
