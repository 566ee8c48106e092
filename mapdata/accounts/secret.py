"""The key that cookies are sealed with: made on first run, kept in the instance folder, its owner's only."""

import fcntl
import os
import secrets
from pathlib import Path

from commands import private

FILE = "secret-key"
_BYTES = 32


def load(folder: Path) -> str:
    """The key, made if there is none; of several workers that start at once, one makes it. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    private.tighten(folder / FILE)
    with os.fdopen(descriptor, "r+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        key = file.read().strip()
        if len(key) < 2 * _BYTES:
            key = secrets.token_hex(_BYTES)
            file.seek(0)
            file.truncate()
            file.write(key + "\n")
            file.flush()
            os.fsync(descriptor)
    return key
