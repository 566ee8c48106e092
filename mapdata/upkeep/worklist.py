"""The entries that are to be confirmed again, as an office works through them by telephone or by letter.

First those that somebody promised to ring today, then by how long they are overdue, last those to be rung later.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from sqlalchemy import Engine

from geocode import ward
from mapdata import storage
from mapdata.claims.projection import Record
from mapdata.fields.folding import fold, fold_words
from mapdata.search.query import Arguments
from mapdata.search.snapshot import Snapshot
from mapdata.storage import Attempt
from mapdata.upkeep import freshness
from mapdata.upkeep.freshness import USUAL, Due

#: The choice of office that is none: the lines of all.
ALL = "all"
_LONGEST = 100


@dataclass(frozen=True)
class Asked:
    """Whose lines (an office's code, or ALL), and words to look for."""

    office: str
    q: str = ""
    page: int = 1

    @classmethod
    def read(cls, args: Arguments, own: str) -> "Asked":
        """What a query string asks; the reader's own office where it names none."""
        first = {key: next(iter(args.getlist(key)), "").strip() for key in ("office", "q", "page")}
        known = (ALL, *(o.code for o in ward.load().offices))
        chosen = first["office"] if first["office"] in known else own if own in known else ALL
        page = int(first["page"]) if first["page"].isascii() and first["page"].isdigit() else 1
        return cls(chosen, first["q"][:_LONGEST], min(max(page, 1), 99_999))

    def with_page(self, page: int) -> "Asked":
        return replace(self, page=page)

    def string(self) -> str:
        """The query string that `read` takes back as the same question."""
        pairs = {"office": self.office, "q": self.q, "page": str(self.page) if self.page > 1 else ""}
        return urlencode({name: text for name, text in pairs.items() if text})


@dataclass(frozen=True)
class Line:
    """An entry with what is due of it, the office that sees to it, and the newest call that nobody answered since."""

    record: Record
    due: tuple[Due, ...]
    office: str
    attempt: Attempt | None

    @property
    def since(self) -> date | None:
        """Since when the longest overdue of it is due; None: nobody ever made sure of it."""
        return self.due[0].since

    @property
    def by_day(self) -> list[tuple[date | None, list[str]]]:
        """What is due, gathered by the day since when it is."""
        days = dict.fromkeys(one.since for one in self.due)
        return [(day, [one.heading for one in self.due if one.since == day]) for day in days]

    def is_promised(self, on: date) -> bool:
        return self.attempt is not None and self.attempt.try_again_on <= on

    def waits(self, on: date) -> bool:
        return self.attempt is not None and self.attempt.try_again_on > on

    def order(self, on: date) -> tuple[int, date]:
        return (0 if self.is_promised(on) else 2 if self.waits(on) else 1, self.due[0].order)


@dataclass(frozen=True)
class Found:
    """What a question finds: all ids in order, one page of the lines, and how many each office has (ALL: together)."""

    asked: Asked
    ids: tuple[str, ...]
    lines: tuple[Line, ...]
    pages: int
    counts: Mapping[str, int]

    def next_after(self, entry_id: str, meant: str = "") -> str:
        """The entry to go on with, "" for none: the one that was meant, as long as it is here, else the next one; for
        an entry that is no longer here the first."""
        if meant in self.ids and meant != entry_id:
            return meant
        later = self.ids[self.ids.index(entry_id) + 1:] if entry_id in self.ids else self.ids
        return later[0] if later else ""


def worklist(engine: Engine, snapshot: Snapshot, asked: Asked, per_page: int = 50) -> Found:
    """Ask a snapshot that was made for an office's staff."""
    lines = _lines(engine, snapshot)
    matching = list(_matching(snapshot, lines, asked.q))
    counts = {ALL: len(matching)}
    for line in matching:
        counts[line.office] = counts.get(line.office, 0) + 1
    mine = [line for line in matching if asked.office in (ALL, line.office)]
    pages = max(1, -(-len(mine) // per_page))
    start = (min(asked.page, pages) - 1) * per_page
    return Found(asked, tuple(line.record.id for line in mine), tuple(mine[start:start + per_page]), pages, counts)


def count(engine: Engine, snapshot: Snapshot, office: str) -> int:
    """How many lines an office has."""
    return sum(line.office == office for line in _lines(engine, snapshot))


def _lines(engine: Engine, snapshot: Snapshot) -> Sequence[Line]:
    """Every line, in order; made once for each snapshot."""
    found: Sequence[Line] = snapshot.indexes.get("worklist", lambda: _make(engine, snapshot))
    return found


def _make(engine: Engine, snapshot: Snapshot) -> Sequence[Line]:
    with storage.reading(engine) as connection:
        days = storage.days_of(connection, freshness.MATTERS, snapshot.audience)
        cares, attempts = storage.cares(connection), storage.attempts(connection, snapshot.audience)
    lines = []
    for record in snapshot.records:
        care = cares.get(record.id, USUAL)
        if due := freshness.due(record, days.get(record.id, {}), care, snapshot.on):
            attempt = _since(attempts.get(record.id, ()), record, due)
            lines.append(Line(record, due, freshness.office_of(record, care), attempt))
    return sorted(lines, key=lambda line: line.order(snapshot.on))


def _since(attempts: Iterable[Attempt], record: Record, due: Sequence[Due]) -> Attempt | None:
    """The newest call, unless the entry was confirmed after it or became due only later."""
    newest = next(iter(attempts), None)
    after = max(due[0].order, record.assured_on or date.min)
    return newest if newest and newest.tried_on >= after else None


def _matching(snapshot: Snapshot, lines: Sequence[Line], q: str) -> Iterable[Line]:
    """Those in which every word stands, in 管理番号 too."""
    words = fold_words(q)
    if not words:
        return lines
    holding = {word: snapshot.texts.holding(word) for word in words}
    return [
        line for line in lines
        if all(mask[snapshot.row_of(line.record)] or word in _numbers(line.record) for word, mask in holding.items())
    ]


def _numbers(record: Record) -> str:
    numbers = record.staff.local_ids.values() if record.staff else ()
    return "\n".join(fold(number) for number in (*numbers, record.id) if number)
