"""All records of one revision as one audience sees them on one day, ready to be asked.

Everything is answered from here: filters, counts, search, order, likeness.
"""

import gc
import hashlib
import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import chain
from typing import Any, TypeVar

import numpy as np
import orjson
from numpy.typing import NDArray

from mapdata import words
from mapdata.claims.projection import PUBLIC, Audience, Record
from mapdata.clock import today
from mapdata.errors import Cause, Unavailable
from mapdata.fields.folding import fold, fold_all
from mapdata.search.cache import Cache
from mapdata.search.columns import Points, Splice
from mapdata.search.record_store import RecordStore, State
from mapdata.search.texts import Offers, Texts, codes_of, offers
from mapdata.storage import Stamp

_T = TypeVar("_T")

#: Answers kept ready: the questions of a busy hour, not every text that someone ever typed; of a large registry
#: fewer, so that what they hold stays within so many bytes. Each audience has its own.
_MOST_KEPT = 64
_MOST_BYTES = 64 * 1024 * 1024
#: Rows of lists kept ready, about 2 kB each.
_DRAWN_KEPT, _DRAWN_BYTES = 10_000, 32 * 1024 * 1024

#: What a file that is just being put back may look like; it is waited for a moment, in seconds.
_MOMENTARY, _PAUSES = frozenset({Cause.DAMAGED, Cause.WRONG, Cause.TORN}), (0.1, 0.2, 0.4)

#: How a record sorts by name: unnamed last, then its reading or name folded; the id settles ties.
NameKey = tuple[bool, str, str]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Records in the order of their names; columns are aligned with them. Shared by threads, never changed."""

    revision: int
    audience: Audience
    on: date
    records: tuple[Record, ...]
    holds_samples: bool = False
    called: Mapping[tuple[str, str], str] = field(default_factory=dict)  # terms that have another label here
    mark: str = ""
    kept_from: datetime | None = None  # when its store was last in order: it is what was kept of it
    left_out: frozenset[str] = frozenset()  # ids of which nobody can say now who may see them

    @cached_property
    def answers(self) -> Cache:
        """What searches found, by question."""
        return Cache(_MOST_KEPT, _MOST_BYTES)

    @cached_property
    def payloads(self) -> Cache:
        """Answers in the form that is sent, by question."""
        return Cache(_MOST_KEPT, _MOST_BYTES)

    @cached_property
    def indexes(self) -> Cache:
        """What other modules make of all records, by its name: nobody can ask for more of them."""
        return Cache(8, None)

    @cached_property
    def _drawn(self) -> Cache:
        return Cache(_DRAWN_KEPT, _DRAWN_BYTES)

    def drawn(self, record: Record, variant: Hashable, make: Callable[[], _T]) -> _T:
        """What `make` makes of this record and of nothing else; later snapshots that hold the record have it too."""
        # the record is kept with it: as long as it is, no other has its identity
        return self._drawn.get((id(record), variant), lambda: (record, make()))[1]

    @cached_property
    def by_id(self) -> dict[str, Record]:
        return {r.id: r for r in self.records}

    def row_of(self, record: Record) -> int:
        """Where one of these records stands among them."""
        return bisect_left(self.name_keys, name_keys([record])[0])

    @cached_property
    def name_keys(self) -> list[NameKey]:
        return name_keys(self.records)

    @cached_property
    def bits(self) -> Mapping[str, NDArray[np.int32]]:
        """The terms of each record as bits: by filter, or several columns a filter (`words.Vocabulary.columns`)."""
        return _bits(self.records)

    @cached_property
    def days(self) -> NDArray[np.int32]:
        """When each record was last confirmed, as a count of days; 1 for never."""
        return _days(self.records)

    @cached_property
    def texts(self) -> Texts:
        """What a search looks through: only what this audience may see."""
        return Texts.of(self.records, self.called)

    @cached_property
    def offers(self) -> list[Offers]:
        """What each record adds to the words that may be offered to someone who found nothing."""
        return offers(self.records)

    @cached_property
    def offered(self) -> Mapping[str, str]:
        """All of these words, and those of the filters, each with itself folded."""
        terms = [(term.label, fold(term.label)) for vocabulary in words.FILTERS for term in vocabulary.terms]
        return dict(chain(chain.from_iterable(self.offers), terms))

    @cached_property
    def points(self) -> Points:
        """Every shown point, record by record."""
        return Points.of(self.records)

    @property
    def metres(self) -> NDArray[np.float64]:
        """x, y (the ward's plane, metres) of every shown point, see `point_owner`."""
        return self.points.metres

    @property
    def point_owner(self) -> NDArray[np.int64]:
        """The record each row of `metres` belongs to."""
        return self.points.row

    @cached_property
    def has_point(self) -> NDArray[np.bool_]:
        """Whether a point of the record is shown at all."""
        found = np.zeros(len(self.records), dtype=bool)
        found[self.point_owner] = True
        return found

    def distances(self, lat: float, lng: float) -> NDArray[np.float64]:
        """Metres from a WGS84 point to each record's nearest shown point; NaN where none is shown."""
        return self.points.nearest(lat, lng, len(self.records))

    @cached_property
    def digests(self) -> list[bytes]:
        """What each record says, in short."""
        return _digests(self.records)

    @cached_property
    def version(self) -> str:
        """The same for the same records, terms and day: it tells a reader of no change that this reader may not see."""
        whole = hashlib.blake2b(b"".join(self.digests), digest_size=10)
        whole.update(repr((self.on, self.holds_samples, sorted(self.called.items()), self.kept_from)).encode())
        return whole.hexdigest()

    @property
    def state(self) -> State:
        """Its store's, when it was made."""
        return State(self.revision, self.holds_samples, self.called, self.mark)

    @property
    def stamp(self) -> Stamp:
        return self.state.stamp

    def without(self, unknown: Iterable[str]) -> "Snapshot":
        """The same; of these ids, which it does not hold, nobody can say anything now."""
        return self._again(left_out=frozenset(unknown))

    def kept(self, seen: datetime) -> "Snapshot":
        """The same, to be shown as what was kept. What is sent of it says so too."""
        return self._again(kept_from=seen)

    def _again(self, **said: Any) -> "Snapshot":
        """With its columns, but without what others made of it."""
        made = copy(self)
        made.__dict__.update(said)
        for name in ("answers", "payloads", "indexes", "version"):
            made.__dict__.pop(name, None)
        return made

    def renewed(self, state: State, projected: Mapping[str, Record | None]) -> "Snapshot":
        """The same reader's on the same day in a later state; `projected`, by id, are all that have changed since,
        None for those that this reader does not see."""
        changed, keys = in_name_order([record for record in projected.values() if record is not None])
        gone = name_keys([self.by_id[it] for it in projected if it in self.by_id])
        rows_gone, before = ([bisect_left(self.name_keys, key) for key in some] for some in (gone, keys))
        splice = Splice.of(len(self.records), rows_gone, before)
        records = tuple(splice.items(self.records, changed))
        made = made_of(state, self.audience, self.on, records)
        made.__dict__["by_id"] = by_id = dict(self.by_id)
        for it in projected:
            by_id.pop(it, None)
        by_id.update((record.id, record) for record in changed)
        made.__dict__["name_keys"] = splice.items(self.name_keys, keys)
        for name, carry in _CARRIED.items():
            if name in self.__dict__:
                made.__dict__[name] = carry(splice, getattr(self, name), changed)
        return made


def _bits(records: Sequence[Record]) -> dict[str, NDArray[np.int32]]:
    found = {}
    for v in words.FILTERS:
        masks = [v.mask(codes_of(r, v.name)) for r in records]
        for number, column in enumerate(v.columns):
            found[column] = np.array([v.part(mask, number) for mask in masks], dtype=np.int32)
    return found


def _digests(records: Sequence[Record]) -> list[bytes]:
    return [hashlib.blake2b(orjson.dumps(record), digest_size=16).digest() for record in records]


def _days(records: Sequence[Record]) -> NDArray[np.int32]:
    return np.array([(r.assured_on or date.min).toordinal() for r in records], dtype=np.int32)


#: Columns that a later snapshot takes over, whichever have been made: how to, from those of the changed records.
_CARRIED: dict[str, Callable[[Splice, Any, Sequence[Record]], Any]] = {
    "bits": lambda rows, old, new: {name: rows.column(old[name], column) for name, column in _bits(new).items()},
    "days": lambda rows, old, new: rows.column(old, _days(new)),
    "points": lambda rows, old, new: old.spliced(rows, Points.of(new)),
    "texts": lambda rows, old, new: old.spliced(rows, new),
    "offers": lambda rows, old, new: rows.items(old, offers(new)),
    "_drawn": lambda rows, old, new: old,
    "digests": lambda rows, old, new: rows.items(old, _digests(new)),
}


def name_keys(records: Sequence[Record]) -> list[NameKey]:
    """By reading where there is one (あ before ア's width), then by name; unnamed last; the id settles ties."""
    folded = fold_all([record.name_kana or record.name for record in records])
    return [(not record.name, text, record.id) for record, text in zip(records, folded, strict=True)]


def in_name_order(records: Sequence[Record]) -> tuple[list[Record], list[NameKey]]:
    """The records sorted, and their keys."""
    keys = name_keys(records)
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return [records[i] for i in order], [keys[i] for i in order]


def made_of(state: State, audience: Audience, on: date, records: tuple[Record, ...]) -> Snapshot:
    """`records` in the order of their names."""
    return Snapshot(state.revision, audience, on, records, state.holds_samples, state.called, state.mark)


def build(store: RecordStore, audience: Audience, on: date) -> Snapshot:
    """Of all that the store has for this audience on that day."""
    with _no_search_for_garbage():
        state, found = store.records(audience, on)
        records, keys = in_name_order(found)
        made = made_of(state, audience, on, tuple(records))
        made.__dict__["name_keys"] = keys
        return made


def renew(store: RecordStore, old: Snapshot) -> Snapshot:
    """The same reader's snapshot of the same day as the store is now, of what has changed since."""
    found = store.changed_since(old.state, old.audience, old.on)
    return build(store, old.audience, old.on) if found is None else old.renewed(*found)


@contextmanager
def _no_search_for_garbage() -> Iterator[None]:
    """A hundred thousand records are no garbage: looking through them again and again would take half of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if was_on:
            gc.enable()


class Snapshots:
    """The newest snapshot of each audience, checked against its store on every request.

    While the store does not answer, everyone is shown what `instead` says; it is given the newest snapshot of this
    process and why there is no newer one, which it raises where there is nothing to show.
    """

    def __init__(self, store: RecordStore, instead: Callable[[Snapshot | None, Unavailable], Snapshot] | None = None):
        self._store, self._instead = store, instead
        self._kept: dict[Audience, Snapshot] = {}
        self._building = threading.Lock()

    def current(self, audience: Audience) -> Snapshot:
        """Raises Unavailable when the store does not answer."""
        try:
            return self.newest(audience)
        except Unavailable as away:
            if self._instead is None or audience != PUBLIC:
                raise
            return self._shown(away, _PAUSES)

    def _shown(self, away: Unavailable, pauses: Sequence[float]) -> Snapshot:
        """What there is to be shown to everyone, if it is only for a moment that there is nothing."""
        assert self._instead is not None
        try:
            return self._instead(self._kept.get(PUBLIC), away)
        except Unavailable:
            if not pauses or away.cause not in _MOMENTARY:
                raise
        time.sleep(pauses[0])
        try:
            return self.newest(PUBLIC)
        except Unavailable as still:
            return self._shown(still, pauses[1:])

    def newest(self, audience: Audience) -> Snapshot:
        """As the store is now, and nothing else. Raises Unavailable."""
        on, stamp = today(), self._store.stamp()
        if fresh := self._fresh(audience, stamp, on):
            return fresh
        with self._building:
            if fresh := self._fresh(audience, self._store.stamp(), on):
                return fresh
            self._kept[audience] = made = self._made(audience, on)
            return made

    def _made(self, audience: Audience, on: date) -> Snapshot:
        old = self._kept.get(audience)
        return renew(self._store, old) if old and old.on == on else build(self._store, audience, on)

    def _fresh(self, audience: Audience, stamp: Stamp, on: date) -> Snapshot | None:
        kept = self._kept.get(audience)
        is_fresh = kept and kept.on == on and kept.revision == stamp.revision and kept.mark == stamp.mark
        return kept if is_fresh else None
