"""Files that were sent in the browser: kept beside the database, looked at by nobody but the import, gone in a day.

Under each token lie the file itself, what was found in it (a line of JSON each), how far the work is, why it ended, and
a lock that is held as long as somebody works on it.
"""

import fcntl
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from commands import private
from mapdata.lists import sheets
from mapdata.lists.sheets import MAX_BYTES

_CHUNK = _SOME_ROOM = 1024 * 1024
_NO_CAUSE = b" " * 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")


def new_token() -> str:
    return secrets.token_urlsafe(18)


@dataclass(frozen=True)
class Upload:
    """What lies under one token. Raises ValueError for a token that is none: it becomes a file's name."""

    folder: Path
    token: str

    def __post_init__(self) -> None:
        if not _TOKEN.fullmatch(self.token):
            raise ValueError(self.token)

    @property
    def file(self) -> Path:
        return self._path("list")

    def _path(self, what: str) -> Path:
        return self.folder / f"{self.token}.{what}"

    def keep(self, stream: BinaryIO) -> None:
        """Copy a stream. Raises ListRefused for one that is too large, empty or plainly no list, and OSError, with
        nothing left behind, where there is no room for it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        size = 0
        try:
            with os.fdopen(os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    sheets.check_size(size, MAX_BYTES)
                    if size == len(chunk):
                        sheets.check_kind(chunk)
                    file.write(chunk)
            if not size:
                raise sheets.refused("ファイルが空です。一覧のファイルを選んでください")
            with private.opened(self._path("cause")) as room:
                room.write(_NO_CAUSE.decode())
        except BaseException:
            self.remove()
            raise

    def remove(self) -> None:
        for path in self.folder.glob(f"{self.token}.*"):
            path.unlink(missing_ok=True)

    def age(self) -> timedelta:
        """How long ago anything under this token was written, by the machine's own clock, which dates the files."""
        newest = max((path.stat().st_mtime for path in self.folder.glob(f"{self.token}.*")), default=0.0)
        return timedelta(seconds=time.time() - newest)

    # what was found, a line of JSON each

    @contextmanager
    def writing(self, kinds: Iterable[str]) -> "Iterator[Findings]":
        """New findings in the place of the old ones, once all of them are written."""
        findings = Findings({kind: self._path(f"{kind}.new") for kind in kinds})
        try:
            with findings:
                yield findings
        except BaseException:
            for path in findings.paths.values():
                path.unlink(missing_ok=True)
            raise
        for kind, path in findings.paths.items():
            path.replace(self._path(kind))

    def findings(self, kind: str, start: int, count: int) -> list[Any]:
        path = self._path(kind)
        if not path.exists():
            return []
        with path.open(encoding="utf-8") as lines:
            return [json.loads(line) for line in islice(lines, start, start + count)]

    # how far the work is, and why it ended: not in the database, which an import keeps locked, or which is away

    def begin(self, source: str) -> None:
        """Before the work: nothing of an earlier one is told any more, and its place in the row is taken."""
        self.because("")
        self.tell(0, 0)
        self._note("worker", 0)
        self._note("ticket", [source, time.time_ns()])

    def tell(self, done: int, total: int) -> None:
        """Say how far the work is."""
        self._note("progress", [done, total])

    def _note(self, what: str, said: Any) -> None:
        """What cannot be written is not told: no reason to end the work."""
        new = self._path(f"{what}.new")
        with suppress(OSError):
            with private.opened(new) as file:
                json.dump(said, file)
            new.replace(self._path(what))

    def _noted(self, what: str, unless: Any) -> Any:
        try:
            return json.loads(self._path(what).read_text("ascii"))
        except (OSError, ValueError):
            return unless

    def progress(self) -> tuple[int, int]:
        """(done, total) rows; (0, 0) before anything was counted."""
        done, total = self._noted("progress", [0, 0])
        return int(done), int(total)

    def ticket(self) -> tuple[str, int, str] | None:
        """Whose list it is and when it was sent to be worked on: its place in the row."""
        said = self._noted("ticket", None)
        return (str(said[0]), int(said[1]), self.token) if said else None

    def note_worker(self, pid: int) -> None:
        self._note("worker", pid)

    def worker(self) -> int:
        """The number of the process that was begun last, 0 for none."""
        return int(self._noted("worker", 0))

    def because(self, cause: str) -> None:
        """Why the work ended, as `mapdata.errors.what_is_behind` says it, written over what was kept free for it: a
        full disk has room for that."""
        with suppress(OSError), self._path("cause").open("r+b") as file:
            file.write(cause.encode().ljust(len(_NO_CAUSE)))

    def cause(self) -> str:
        try:
            return self._path("cause").read_text("ascii").strip()
        except OSError:
            return ""

    def has_room(self) -> bool:
        """Whether anything could be written beside the file."""
        return shutil.disk_usage(self.folder).free > _SOME_ROOM

    def lock(self) -> int | None:
        """A file descriptor that holds the lock, and hands it on to a process that inherits it; None while it is
        held. The system lets it go when its last holder ends, however it ends."""
        descriptor = os.open(self._path("lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def is_locked(self) -> bool:
        if (descriptor := self.lock()) is None:
            return True
        os.close(descriptor)
        return False


class Findings:
    """Open files of findings by kind, counted."""

    def __init__(self, paths: dict[str, Path]):
        self.paths = paths
        self.counts = dict.fromkeys(paths, 0)

    def __enter__(self) -> "Findings":
        self._files = {kind: private.opened(path) for kind, path in self.paths.items()}
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            file.close()

    def add(self, kind: str, found: Any) -> None:
        self._files[kind].write(json.dumps(found, ensure_ascii=False) + "\n")
        self.counts[kind] += 1

    def clear(self, kinds: Iterable[str]) -> None:
        for kind in kinds:
            self._files[kind].seek(0)
            self._files[kind].truncate()
            self.counts[kind] = 0


def tokens(folder: Path) -> set[str]:
    """Every token of which anything lies here."""
    names = {path.name.split(".")[0] for path in folder.glob("*.*")} if folder.is_dir() else set()
    return {name for name in names if _TOKEN.fullmatch(name)}
