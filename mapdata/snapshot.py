"""All records of one revision as one audience sees them on one day, ready to be asked.

Everything is answered from here: filters, counts, search, order, likeness.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from geocode import space
from mapdata import storage, words
from mapdata.normal import fold
from mapdata.projection import Audience, Record, project, today
from mapdata.searchwords import extra_words

_T = TypeVar("_T")

#: Who imports the sample lists: as long as a claim of this actor's is current, pages say so.
SAMPLE_ACTOR = "sample"

_CODES_OF = {
    "need": lambda r: r.needs,
    "age": lambda r: r.ages,
    "activity": lambda r: r.activities,
    "way": lambda r: r.ways,
    "ease": lambda r: [code for code, yes in r.ease.items() if yes],
    "kind": lambda r: [r.kind] if r.kind else [],
}


#: Answers kept ready: the questions of a busy hour, not every text that someone ever typed.
_KEPT_ANSWERS = 64


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Records in the order of their names; columns are aligned with them."""

    revision: int
    audience: Audience
    on: date
    records: tuple[Record, ...]
    holds_samples: bool = False

    @cached_property
    def _answers(self) -> OrderedDict[Hashable, Any]:
        return OrderedDict()

    def kept(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """What `make` once made for this key; it goes when the snapshot goes, or for a newer key."""
        made: _T | None = self._answers.get(key)
        if made is None:
            made = self._answers[key] = make()
            while len(self._answers) > _KEPT_ANSWERS:
                self._answers.popitem(last=False)
        return made

    @cached_property
    def by_id(self) -> Mapping[str, int]:
        return {r.id: i for i, r in enumerate(self.records)}

    @cached_property
    def bits(self) -> Mapping[str, NDArray[np.int64]]:
        """By filter, the terms of each record as bits (order: `words`)."""
        return {
            v.name: np.array([v.mask(_CODES_OF[v.name](r)) for r in self.records], dtype=np.int64)
            for v in words.FILTERS
        }

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """What a search looks through, folded: only what this audience may see."""
        return tuple(_searched(r) for r in self.records)

    @cached_property
    def metres(self) -> NDArray[np.float64]:
        """x, y (EPSG:6677, metres) of every shown point, record by record, see `point_owner`."""
        return np.asarray(space.metres([p for _, p in self._points]), dtype=float).reshape(-1, 2)

    @cached_property
    def point_owner(self) -> NDArray[np.int64]:
        """The record each row of `metres` belongs to."""
        return np.array([i for i, _ in self._points], dtype=np.int64)

    @cached_property
    def has_point(self) -> NDArray[np.bool_]:
        """Whether a point of the record is shown at all."""
        found = np.zeros(len(self.records), dtype=bool)
        found[self.point_owner] = True
        return found

    @cached_property
    def _points(self) -> list[tuple[int, tuple[float, float]]]:
        return [(i, p.point) for i, r in enumerate(self.records) for p in r.places if p.point]

    def distances(self, lat: float, lng: float) -> NDArray[np.float64]:
        """Metres from a WGS84 point to each record's nearest shown point; NaN where none is shown."""
        x, y = np.asarray(space.metres([(lat, lng)]), dtype=float)[0]
        found = np.full(len(self.records), np.inf)
        if len(self.point_owner):
            each = np.hypot(self.metres[:, 0] - x, self.metres[:, 1] - y)
            np.minimum.at(found, self.point_owner, each)
        found[np.isinf(found)] = np.nan
        return found


def _searched(record: Record) -> str:
    """One folded text a record; a separator keeps a word from running over two fields."""
    terms = [
        vocabulary.label_of(code)
        for vocabulary in words.FILTERS if vocabulary.name != "age"
        for code in _CODES_OF[vocabulary.name](record)
    ]
    parts = [
        record.name, record.name_kana, record.organization, record.description, record.eligibility_description,
        record.service_area, record.fees_description, record.application_process, record.accessibility,
        record.remarks, *record.languages, *record.schedules, *terms, record.supporter_note,
        *record.staff_notes.values(),
    ]
    for place in record.places:
        parts += [place.address, place.address_2, place.station, place.town]
    parts += extra_words(record, "\n".join(parts))
    return "\n".join(fold(part) for part in parts if part)


def build(engine: Engine, audience: Audience, on: date) -> Snapshot:
    """Read the registry once and project every entry for this audience and day."""
    with storage.reading(engine) as connection:
        revision, entries = storage.revision(connection), storage.load_entries(connection)
        holds_samples = storage.still_speaks(connection, SAMPLE_ACTOR)
    records = [r for r in (project(e, audience, on) for e in entries) if r is not None]
    records.sort(key=name_order)
    return Snapshot(revision, audience, on, tuple(records), holds_samples)


def name_order(record: Record) -> tuple[bool, str, str]:
    """By reading where there is one (あ before ア's width), then by name; the id settles ties."""
    return (not record.name, fold(record.name_kana or record.name), record.id)


class Snapshots:
    """The newest snapshot of each audience, checked against the registry on every request."""

    def __init__(self, engine: Engine):
        self._engine = engine
        self._kept: dict[Audience, Snapshot] = {}
        self._building = threading.Lock()

    def current(self, audience: Audience) -> Snapshot:
        on = today()
        with storage.reading(self._engine) as connection:
            revision = storage.revision(connection)
        if fresh := self._fresh(audience, revision, on):
            return fresh
        with self._building:
            if fresh := self._fresh(audience, revision, on):
                return fresh
            self._kept[audience] = build(self._engine, audience, on)
            return self._kept[audience]

    def _fresh(self, audience: Audience, revision: int, on: date) -> Snapshot | None:
        kept = self._kept.get(audience)
        return kept if kept and kept.on == on and kept.revision == revision else None

