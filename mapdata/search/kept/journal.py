"""The journal of writes: what each write changes for everyone, noted before it is kept and confirmed after.

A note is there before the registry has the write, so nobody who reads the journal shows less than was narrowed. Each
note says from which state its write began and which it makes, so the notes that follow from a state are found by its
mark, and a note that follows from none is known as such.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from commands.whole import write_whole
from mapdata.search.kept import plain


@dataclass(frozen=True)
class Note:
    """One write. `records`: by id, what everyone sees of an entry from that day on, None for nothing; `without`: ids of
    entries that changed, too many to say how. `kept`: whoever wrote it knows that the registry has it."""

    token: str
    before: str
    revision: int
    mark: str
    on: str
    records: Mapping[str, Any]
    without: Sequence[str] = ()
    kept: bool = False

    @property
    def ids(self) -> list[str]:
        return [*self.records, *self.without]


class Way(NamedTuple):
    """Where notes lead from a state. `steps`: one after the other, each kept; `unsure`: what may have been kept after
    the last of them; `beside`: what does not follow from that state."""

    steps: list[Note]
    unsure: list[Note]
    beside: list[Note]


def way(mark: str, notes: Sequence[Note]) -> Way:
    """From the state with this mark. A note that another write began from was kept, confirmed or not."""
    begun, steps = {note.before for note in notes}, list[Note]()
    while True:
        here = [note for note in notes if note.before == mark]
        sure = next((note for note in here if note.kept or note.mark in begun), None)
        if sure is None:
            break
        steps.append(sure)
        mark = sure.mark
    tried = {step.before for step in steps}  # where a write was kept, no other that began there was
    beside = [note for note in notes if note not in here and note.before not in tried]
    return Way(steps, here, beside)


class Journal:
    """In one file, which every process that writes to the registry shares. Nothing is noted before it is there."""

    def __init__(self, file: Path):
        self.file, self._lock = file, file.with_name(file.name + ".lock")

    def is_kept(self) -> bool:
        return self.file.exists()

    def begin(self) -> None:
        """Have the journal kept from now on. Raises OSError."""
        os.close(os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else writes in it meanwhile. Raises OSError."""
        handle = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def note(self, note: Note) -> None:
        """On the disk when this returns. Raises OSError; then the write must not be kept."""
        self._append(plain.dumps(note))

    def confirm(self, token: str) -> None:
        """That the registry has it. Where even this cannot be written, the note stays unsure, which hides more."""
        with suppress(OSError):
            self._append(plain.dumps({"kept": token}), is_sure=False)

    def _append(self, line: bytes, is_sure: bool = True) -> None:
        with self.alone():
            handle = os.open(self.file, os.O_WRONLY | os.O_APPEND)
            try:
                content = b"\n" + line + b"\n"  # whatever stands before it, torn by a crash, is a line of its own
                if os.write(handle, content) != len(content):
                    raise OSError("not all of it was written")
                if is_sure:
                    os.fdatasync(handle)
            finally:
                os.close(handle)

    def read(self) -> list[Note]:
        """All notes, the oldest first. What a crash tore was never kept: it is passed over. Raises OSError."""
        found, kept = [], set()
        for line in self.file.read_bytes().splitlines():
            with suppress(orjson.JSONDecodeError, TypeError):
                said = orjson.loads(line)
                if set(said) == {"kept"}:
                    kept.add(said["kept"])
                else:
                    found.append(said)
        return [Note(**{**said, "kept": said["token"] in kept}) for said in found]

    def rewrite(self, notes: Iterable[Note]) -> None:
        """Only these; to be called while `alone`. Raises OSError."""
        lines = (line for note in notes for line in self._lines(note))
        write_whole(self.file, b"\n".join(lines), private=True)

    @staticmethod
    def _lines(note: Note) -> list[bytes]:
        said = plain.dumps(note)
        return [said, plain.dumps({"kept": note.token}), b""] if note.kept else [said, b""]
