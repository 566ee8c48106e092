"""訪問記録: writing, rewriting and withdrawing a dated note on an entry. Each is an operation of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Engine

from mapdata import identity, storage
from mapdata.claims.entry import Visit
from mapdata.claims.projection import office
from mapdata.clock import today
from mapdata.errors import EditRefused, NotFound
from mapdata.fields import limits, values
from mapdata.storage.speaking import Speaker, refresh
from mapdata.words import Level

#: Whom a note may be for; what everyone may read belongs into the entry itself.
AUDIENCES: tuple[Level, ...] = (Level.SUPPORTER, Level.STAFF, Level.OFFICE)


@dataclass(frozen=True)
class NoteSaved:
    """Which note was written or withdrawn, and by which operation."""

    entry_id: str
    note: str
    operation: int


def write(
    engine: Engine, entry_id: str, visited_on: date, text: str, audience: Level, source: str, actor: str
) -> NoteSaved:
    """Add a note. Raises EditRefused, or NotFound for an entry that this office does not see."""
    _check(visited_on, text, audience)
    with _writing(engine, entry_id, source, actor) as work:
        taken = {told.visit.note for told in storage.visits_of(work.connection, entry_id)}
        note = identity.new_id(taken.__contains__)
        return work.save(note, [], work.visit(note, visited_on, text, audience))


def rewrite(
    engine: Engine, entry_id: str, note: str, visited_on: date, text: str, audience: Level, source: str, actor: str
) -> NoteSaved:
    """Write a note of one's own office anew; what it said before stays in the history. Raises as `write` does."""
    _check(visited_on, text, audience)
    with _writing(engine, entry_id, source, actor) as work:
        return work.save(note, work.own(note), work.visit(note, visited_on, text, audience))


def withdraw(engine: Engine, entry_id: str, note: str, source: str, actor: str) -> NoteSaved:
    """Take a note of one's own office off the entry. Raises NotFound."""
    with _writing(engine, entry_id, source, actor) as work:
        return work.save(note, work.own(note), None)


def _check(visited_on: date, text: str, audience: Level) -> None:
    errors: dict[str, list[str]] = {}
    if visited_on > today():
        errors["visited_on"] = ["まだ来ていない日です。訪問した日を書いてください"]
    if not text.strip():
        errors["text"] = ["見たこと、聞いたことを書いてください"]
    if beyond := limits.text_beyond(text):
        errors["text"] = [beyond]
    if audience not in AUDIENCES:
        errors["audience"] = ["だれに見せるかを選んでください"]
    if errors:
        raise EditRefused(errors)


@contextmanager
def _writing(engine: Engine, entry_id: str, source: str, actor: str) -> "Iterator[_Work]":
    with storage.writing(engine) as connection:
        storage.see(connection, entry_id, office(source), today())
        yield _Work(connection, entry_id, Speaker.now(source, actor))


@dataclass(frozen=True)
class _Work:
    connection: Connection
    entry_id: str
    who: Speaker

    def visit(self, note: str, visited_on: date, text: str, audience: Level) -> Visit:
        return Visit(note, visited_on, values.clean(text), audience, self.who.source, self.who.at, self.who.actor)

    def own(self, note: str) -> list[int]:
        """The current rows of a note. Raises NotFound where this office has no such note."""
        told = [t for t in storage.visits_of(self.connection, self.entry_id) if t.ended is None]
        ids = [t.id for t in told if (t.visit.note, t.visit.source) == (note, self.who.source)]
        if not ids:
            raise NotFound(note)
        return ids

    def save(self, note: str, ended: list[int], begun: Visit | None) -> NoteSaved:
        operation = storage.begin_operation(self.connection, "visit", self.who.actor, self.who.source)
        storage.end_visits(self.connection, ended, operation)
        if begun:
            storage.add_visit(self.connection, self.entry_id, begun, operation)
        refresh(self.connection, [self.entry_id])
        storage.end_operation(self.connection, operation, {"entries": 1})
        return NoteSaved(self.entry_id, note, operation)
