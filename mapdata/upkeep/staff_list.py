"""The list from which staff keep entries true: filters with their counts, marks of what wants a look, and orders.

Within a filter any choice suffices, except the marks, all of which must hold; across filters all must hold.
A count beside a choice ignores its own filter's choices.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from geocode import ward
from mapdata import storage, words
from mapdata.claims import publishing, stale
from mapdata.claims.entry import SELF
from mapdata.claims.projection import Record, source_label
from mapdata.fields import schedules
from mapdata.fields.folding import fold, fold_words
from mapdata.search.query import Arguments
from mapdata.search.snapshot import Snapshot

#: What wants somebody's look. What has ended wants none.
MARKS: Mapping[str, str] = {
    "overdue": f"{stale.FOR_LONG}確認していない", "unplaced": "地図に置けていない", "no_consent": "掲載同意がない",
    "unclear_times": "曜日や時刻が読み取れない",
}
SORTS: Mapping[str, str] = {
    "name": "名前の順", "assured": "確認が古い順", "changed": "変更が新しい順", "status": "状態の順",
}

_LONGEST = 100
Bits = NDArray[np.bool_]


@dataclass(frozen=True)
class Filter:
    """One filter: its name in the query string, its heading and its choices as code → label."""

    name: str
    label: str
    choices: Mapping[str, str]
    all_of: bool = False


def filters() -> tuple[Filter, ...]:
    """`source`: who says anything of the entry; `office`: in whose list it stands."""
    offices = {o.code: o.name for o in ward.load().offices}
    return (
        Filter("status", words.STATUS.label, {t.code: t.label for t in words.STATUS.terms}),
        Filter("source", "出どころ", {code: source_label(code) for code in (*offices, SELF)}),
        Filter("office", "どの一覧にあるか", offices),
        Filter("mark", "見なおすもの", MARKS, all_of=True),
    )


@dataclass(frozen=True)
class Asked:
    """The question as the query string has it; what it does not know it passes over."""

    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    q: str = ""
    sort: str = "name"
    page: int = 1

    @classmethod
    def read(cls, args: Arguments) -> "Asked":
        chosen = {f.name: tuple(c for c in f.choices if c in args.getlist(f.name)) for f in filters()}
        first = {key: next(iter(args.getlist(key)), "").strip() for key in ("q", "sort", "page")}
        page = int(first["page"]) if re.fullmatch("[0-9]{1,6}", first["page"]) else 1
        sort = first["sort"] if first["sort"] in SORTS else "name"
        chosen = {name: codes for name, codes in chosen.items() if codes}
        return cls(chosen, first["q"][:_LONGEST], sort, min(max(page, 1), 99_999))

    def with_page(self, page: int) -> "Asked":
        return replace(self, page=page)

    def string(self) -> str:
        """The query string that `read` takes back as the same question."""
        pairs = [(name, code) for name, codes in self.choices.items() for code in codes]
        pairs += [("q", self.q)] if self.q else []
        pairs += [("sort", self.sort)] if self.sort != "name" else []
        return urlencode(pairs + ([("page", str(self.page))] if self.page > 1 else []))


@dataclass(frozen=True)
class Line:
    """One entry in the list, with its marks and its last change (None: by nobody that is known)."""

    record: Record
    marks: tuple[str, ...]
    changed_at: datetime | None
    changed_by: str


@dataclass(frozen=True)
class Found:
    """What a question finds. `ids` are all that match, in order, for selecting them; `counts` by filter and choice."""

    asked: Asked
    ids: tuple[str, ...]
    counts: Mapping[str, Mapping[str, int]]
    lines: tuple[Line, ...]
    pages: int


@dataclass(frozen=True)
class _Columns:
    """What is asked of each record of a snapshot, made once."""

    holds: Mapping[str, Mapping[str, Bits]]
    texts: Sequence[str]
    changes: Mapping[str, tuple[datetime, str]]


def staff_list(engine: Engine, snapshot: Snapshot, asked: Asked, per_page: int = 50) -> Found:
    """Ask a snapshot that was made for an office's staff."""
    columns = snapshot.indexes.get("staff list", lambda: _columns(engine, snapshot))
    text = _matches(columns.texts, asked.q)
    passes = {f.name: _passes(columns.holds[f.name], asked.choices.get(f.name, ()), f.all_of) for f in filters()}
    rows = np.flatnonzero(np.logical_and.reduce([text, *passes.values()]))
    ordered = sorted((int(row) for row in rows), key=_order(asked.sort, snapshot.records, columns.changes))
    pages = max(1, -(-len(ordered) // per_page))
    start = (min(asked.page, pages) - 1) * per_page
    lines = tuple(_line(snapshot.records[row], row, columns) for row in ordered[start:start + per_page])
    ids = tuple(snapshot.records[row].id for row in ordered)
    return Found(asked, ids, _counts(columns, text, passes), lines, pages)


def _passes(holds: Mapping[str, Bits], chosen: Sequence[str], all_of: bool) -> Bits:
    if not chosen:
        return np.ones(len(next(iter(holds.values()))), dtype=bool)
    return (np.logical_and if all_of else np.logical_or).reduce([holds[code] for code in chosen])


def _matches(texts: Sequence[str], q: str) -> Bits:
    wanted = fold_words(q)
    return np.array([all(word in text for word in wanted) for text in texts], dtype=bool)


def _counts(columns: _Columns, text: Bits, passes: Mapping[str, Bits]) -> dict[str, dict[str, int]]:
    counts = {}
    for name, holds in columns.holds.items():
        others = np.logical_and.reduce([text, *(mask for other, mask in passes.items() if other != name)])
        counts[name] = {code: int(np.count_nonzero(others & mask)) for code, mask in holds.items()}
    return counts


def _order(
    sort: str, records: Sequence[Record], changes: Mapping[str, tuple[datetime, str]]
) -> Callable[[int], tuple[float, int]]:
    """Records stand in the order of their names already, which settles ties."""
    statuses = words.STATUS.codes
    keys: dict[str, Callable[[Record], float]] = {
        "name": lambda r: 0,
        "assured": lambda r: (r.assured_on or date.min).toordinal(),
        "changed": lambda r: -changes[r.id][0].timestamp() if r.id in changes else 0,
        "status": lambda r: statuses.index(r.status) if r.status in statuses else len(statuses),
    }
    return lambda row: (keys[sort](records[row]), row)


def _line(record: Record, row: int, columns: _Columns) -> Line:
    marks = tuple(mark for mark, bits in columns.holds["mark"].items() if bits[row])
    at, by = columns.changes.get(record.id, (None, ""))
    return Line(record, marks, at, by)


def _columns(engine: Engine, snapshot: Snapshot) -> _Columns:
    records = snapshot.records
    tests: dict[str, Callable[[Record, str], bool]] = {
        "status": lambda r, code: r.status == code,
        "source": lambda r, code: r.staff is not None and code in r.staff.sources.values(),
        "office": lambda r, code: r.staff is not None and code in r.staff.local_ids,
        "mark": lambda r, code: _TESTS[code](r),
    }
    holds = {
        f.name: {code: _bits(tests[f.name](r, code) for r in records) for code in f.choices} for f in filters()
    }
    texts = [f"{text}\n{_more(record)}" for text, record in zip(snapshot.texts, records, strict=True)]
    with storage.reading(engine) as connection:
        return _Columns(holds, texts, storage.last_changes(connection, snapshot.audience))


def _bits(answers: Iterable[bool]) -> Bits:
    return np.fromiter(answers, dtype=bool)


def _more(record: Record) -> str:
    """What staff also search by: 管理番号, and what was noted of visits."""
    numbers = record.staff.local_ids.values() if record.staff else ()
    return "\n".join(fold(text) for text in (*numbers, *(v.text for v in record.visits)) if text)


def is_overdue(record: Record) -> bool:
    return record.stale and not record.state.has_ended


def is_unplaced(record: Record) -> bool:
    """An address that found no point, or no place at all where it is not online either."""
    if record.state.has_ended:
        return False
    if not record.places:
        return not record.is_remote
    return any(place.point is None for place in record.places)


def lacks_consent(record: Record) -> bool:
    consented = record.staff is not None and publishing.may_publish(record.staff.consent)
    return not consented and not record.state.has_ended


def has_unclear_times(record: Record) -> bool:
    """開催日時 that says no day or no time. One that says nothing is another matter: not everything has hours."""
    return not record.state.has_ended and not all(schedules.tells_when(text) for text in record.schedules)


_TESTS: Mapping[str, Callable[[Record], bool]] = {
    "overdue": is_overdue, "unplaced": is_unplaced, "no_consent": lacks_consent,
    "unclear_times": has_unclear_times,
}
