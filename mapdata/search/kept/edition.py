"""A file with all that everyone may see on one day: the first line says of which state, the second has the records."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine

from commands.whole import write_whole
from mapdata.claims.projection import PUBLIC
from mapdata.search.kept import plain
from mapdata.search.record_store import State
from mapdata.search.snapshot import Snapshot, in_name_order, made_of
from mapdata.sitetexts import SiteTexts

#: Of another form is as good as none.
_FORM = 1


@dataclass(frozen=True)
class Heading:
    """`of`: of which database; `passed`: marks of writes that it has already, so that they need not follow from it."""

    of: str
    revision: int
    mark: str
    passed: Collection[str]


def called(engine: Engine) -> str:
    """The database's address, without its password and unreadable: to be known again."""
    return hashlib.sha256(engine.url.render_as_string(hide_password=True).encode()).hexdigest()[:20]


def content(snapshot: Snapshot, texts: SiteTexts) -> bytes:
    """All but the heading; what is slow is done here, before anybody is kept waiting."""
    return plain.dumps({
        "samples": snapshot.holds_samples, "called": [[*key, label] for key, label in snapshot.called.items()],
        "texts": texts.texts, "labels": [[*key, label] for key, label in texts.labels.items()],
        "records": snapshot.records,
    })


class Edition:
    """The file of one day."""

    def __init__(self, folder: Path, on: date):
        self.on, self.file = on, folder / f"public-{on.isoformat()}.json"

    def state(self) -> object:
        """Another one when another file lies there; None for none."""
        try:
            found = self.file.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def heading(self) -> Heading | None:
        """None where there is none that this site understands."""
        try:
            with self.file.open("rb") as file:
                return _heading(file.readline())
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, heading: Heading, body: bytes) -> None:
        """Raises OSError; then an older one is still there."""
        said = {"form": _FORM, "of": heading.of, "revision": heading.revision, "mark": heading.mark}
        content = plain.dumps({**said, "passed": list(heading.passed)}) + b"\n" + body
        write_whole(self.file, content, private=True)

    def read(self) -> tuple[Heading, Snapshot, SiteTexts]:
        """What it holds. Raises OSError, and ValueError, KeyError or TypeError for what is no such file."""
        first, _, body = self.file.read_bytes().partition(b"\n")
        heading, said = _heading(first), orjson.loads(body)
        records, _ = in_name_order([plain.record(one) for one in said["records"]])
        state = State(heading.revision, said["samples"], _labels(said["called"]), heading.mark)
        texts = SiteTexts(heading.revision, said["texts"], _labels(said["labels"]), heading.mark)
        return heading, made_of(state, PUBLIC, self.on, tuple(records)), texts


def _heading(line: bytes) -> Heading:
    said: dict[str, Any] = orjson.loads(line)
    if said["form"] != _FORM:
        raise ValueError("of another form")
    return Heading(said["of"], said["revision"], said["mark"], said["passed"])


def _labels(said: list[list[str]]) -> dict[tuple[str, str], str]:
    return {(vocabulary, code): label for vocabulary, code, label in said}
