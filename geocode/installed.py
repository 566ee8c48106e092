"""Where the tables lie that `geocode install` brought, and which folder of them this process reads.

The folder is the site's (its instance folder), so it is told to this package once, by `use`.
"""

import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from geocode import caches, ward
from geocode.ward import Ward

SOURCE_OF_TOWNS = "国土交通省 位置参照情報（大字・町丁目レベル）"
SOURCE_OF_BLOCKS = "国土交通省 位置参照情報（街区レベル）"

Rows = Iterable[Sequence[object]]


@dataclass(frozen=True)
class Tables:
    """The installed tables of one ward in an instance folder; none at all when `folder` is None."""

    folder: Path | None
    code: str

    @property
    def towns(self) -> Path | None:
        """The table of 町丁目, `town,kana,chome,lat,lng`; None until one is installed."""
        return self._file("towns")

    @property
    def blocks(self) -> Path | None:
        """The table of 街区, `town,chome,number,lat,lng,displayed`; None until one is installed."""
        return self._file("blocks")

    def _file(self, name: str) -> Path | None:
        path = path_of(self.folder, name, self.code) if self.folder else None
        return path if path and path.is_file() else None


def path_of(folder: Path, name: str, code: str) -> Path:
    """Where the table `towns` or `blocks` of a municipality lies in an instance folder."""
    return folder / "geocode" / f"{name}_{code}.csv"


_current: Tables | None = None
_read: tuple[Ward, list[object]] | None = None


def use(folder: Path | None) -> None:
    """Read the installed tables of this instance folder from now on (None: the built-in ones only).

    Forgets what was read of others, so it is also how a process notices a new installation.
    """
    global _current, _read
    _current = Tables(folder, ward.load().code)
    found = ward.load(), [_state(path) for path in (_current.towns, _current.blocks) if path]
    if _read != found:
        _read = found
        caches.forget()


def _state(path: Path) -> object:
    """The same as long as nobody put another file in its place."""
    about = path.stat()
    return path, about.st_ino, about.st_mtime_ns, about.st_size


def current() -> Tables:
    """The tables in use, of the ward in use; none before anyone has said which."""
    if _current is None or _current.code != ward.load().code:
        use(_current.folder if _current else None)
        return current()
    return _current


class Replacement:
    """A new file beside an old one, complete on the disk before it takes its place in one step."""

    def __init__(self, path: Path, content: str) -> None:
        """Write it under a name of its own. Raises OSError; then nothing is left behind."""
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        self._path, self._new = path, Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            self._new.chmod(0o644)  # mkstemp lets only its owner read
        except BaseException:
            self.discard()
            raise

    def take_place(self) -> None:
        """Raises OSError; then the old file is still the one that counts."""
        os.replace(self._new, self._path)

    def discard(self) -> None:
        """Leave the old file as it is. Does nothing after `take_place`."""
        self._new.unlink(missing_ok=True)
