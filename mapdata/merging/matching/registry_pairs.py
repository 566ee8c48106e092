"""Pairs among the registry's own entries, kept in memory and renewed only for what has changed."""

import threading
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import log

from sqlalchemy import Engine

from geocode import ward
from mapdata import storage
from mapdata.claims.projection import STAFF, Record
from mapdata.merging.matching.facts import Facts
from mapdata.merging.matching.judging import Decision, Judgement, judge
from mapdata.merging.matching.pairing import CROWD, LEAST_SHARED, PARTNERS, grams_of, keys_of, outdone
from mapdata.search.snapshot import Snapshot, Snapshots

Key = tuple[str, str]


@dataclass(frozen=True)
class EntryPair:
    """Two entries that are, or may be, one. The left one is in the list of the office that ward.toml names first."""

    left: Record
    right: Record
    judgement: Judgement

    @property
    def key(self) -> Key:
        return self.left.id, self.right.id


class RegistryPairs:
    """The pairs that somebody is to look at, the likeliest first; threads may share it.

    They are found in what the staff of both offices see, so that no pair tells what one office keeps for itself.
    """

    def __init__(self, engine: Engine, snapshots: Snapshots):
        self._engine, self._snapshots = engine, snapshots
        self._index = _Index()
        self._records: dict[str, Record] = {}
        self._seen: Snapshot | None = None
        self._pairs: tuple[EntryPair, ...] = ()
        self._lock = threading.Lock()
        self._starting = threading.Lock()
        self._starter: threading.Thread | None = None

    def current(self) -> tuple[EntryPair, ...]:
        """Of a large registry the first call takes some seconds. Raises Unavailable."""
        with self._lock:
            snapshot = self._snapshots.current(STAFF)
            if self._seen is not snapshot:
                self._renew(snapshot)
                self._pairs = tuple(self._asked())
                self._seen = snapshot
            return self._pairs

    def soon(self, seconds: float = 0) -> tuple[EntryPair, ...] | None:
        """The same within so many seconds, else None: the first look goes on beside this thread. Raises Unavailable."""
        if self._seen is None:
            with self._starting:
                if self._starter is None or not self._starter.is_alive():
                    self._starter = threading.Thread(target=self.current, daemon=True)
                    self._starter.start()
            self._starter.join(seconds)
        return self.current() if self._seen is not None else None

    def _renew(self, snapshot: Snapshot) -> None:
        """Records are the same objects from snapshot to snapshot as long as their entries do not change."""
        changed = [r for r in snapshot.records if self._records.get(r.id) is not r]
        gone = self._records.keys() - snapshot.by_id.keys()
        self._records = dict(snapshot.by_id)
        self._index.update({r.id: facts_of(r) for r in changed}, gone)

    def _asked(self) -> Iterator[EntryPair]:
        with storage.reading(self._engine) as connection:
            merged = storage.all_merged(connection)
            two = {frozenset(merged.get(it, it) for it in key) for key in storage.distinct_pairs(connection)}
        found = [
            EntryPair(*self._in_order(key), judged) for key, judged in self._index.judged.items()
            if frozenset(key) not in two
        ]
        yield from _best_only(sorted(filter(_is_asked, found), key=lambda p: (-p.judgement.score, p.key)))

    def _in_order(self, key: Key) -> tuple[Record, Record]:
        first, second = sorted((self._records[it] for it in key), key=lambda r: (_office(r), r.id))
        return first, second


def _office(record: Record) -> int:
    """Where the first of the offices in whose list an entry stands comes in ward.toml."""
    offices = [office.code for office in ward.load().offices]
    return min((offices.index(code) for code in _lists(record) if code in offices), default=len(offices))


def _lists(record: Record) -> frozenset[str]:
    """The sources in whose lists an entry stands."""
    return frozenset(record.staff.local_ids) if record.staff else frozenset()


def _is_asked(pair: EntryPair) -> bool:
    """Nobody is asked about what has ended, nor whether two rows of one list may be one: that list holds them apart."""
    if pair.left.state.has_ended or pair.right.state.has_ended:
        return False
    return pair.judgement.decision == Decision.SAME or not _lists(pair.left) & _lists(pair.right)


def _best_only(ranked: Iterable[EntryPair]) -> Iterator[EntryPair]:
    """An entry is one of another list's entries: a second `same` of it there is for a person to look at."""
    taken: set[tuple[str, str]] = set()
    again = []
    for pair in ranked:
        slots = {(one.id, source) for one, other in ((pair.left, pair.right), (pair.right, pair.left))
                 for source in _lists(other)}
        if pair.judgement.decision == Decision.SAME and slots & taken:
            again.append(replace(pair, judgement=outdone(pair.judgement)))
            continue
        if pair.judgement.decision == Decision.SAME:
            taken |= slots
        again.append(pair)
    yield from sorted(again, key=lambda p: (-p.judgement.score, p.key))


def facts_of(record: Record) -> Facts:
    """What is compared of an entry. The point of a 町丁目 is no point of the entry."""
    places = []
    for place in record.places:
        part = {"address": place.address, "address_2": place.address_2}
        places.append(part | ({"lat": place.lat, "lng": place.lng} if place.level == "point" else {}))
    return Facts.of({
        "name": record.name, "name_kana": record.name_kana, "organization": record.organization, "kind": record.kind,
        "remarks": record.remarks, "needs": record.needs, "activities": record.activities,
        "description": record.description, "eligibility_description": record.eligibility_description,
        "places": places, "contacts": [{"type": c.type, "value": c.value} for c in record.contacts],
    })


@dataclass
class _Index:
    """Facts by entry, found by what they share; and every pair judged so far."""

    facts: dict[str, Facts] = field(default_factory=dict)
    holders: dict[Hashable, set[str]] = field(default_factory=lambda: defaultdict(set))
    grams: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    judged: dict[Key, Judgement] = field(default_factory=dict)
    partners: dict[str, set[Key]] = field(default_factory=lambda: defaultdict(set))
    weights: dict[str, float] = field(default_factory=dict)  # of letters and of whole names, during one update
    heavy: dict[str, float] = field(default_factory=dict)

    def update(self, changed: Mapping[str, Facts], gone: Iterable[str]) -> None:
        for it in (*gone, *changed):
            self._remove(it)
        for it, facts in changed.items():
            self._add(it, facts)
        self.weights, self.heavy = {}, {}
        for it in changed:
            for other in self._candidates(it):
                self._judge(*sorted((it, other)))

    def _remove(self, it: str) -> None:
        if facts := self.facts.pop(it, None):
            for key in keys_of(facts):
                self.holders[key].discard(it)
            for gram in grams_of(facts):
                self.grams[gram].discard(it)
        for key in self.partners.pop(it, ()):
            self.judged.pop(key, None)
            for other in key:
                if other != it:
                    self.partners[other].discard(key)

    def _add(self, it: str, facts: Facts) -> None:
        self.facts[it] = facts
        for key in keys_of(facts):
            self.holders[key].add(it)
        for gram in grams_of(facts):
            self.grams[gram].add(it)

    def _judge(self, a: str, b: str) -> None:
        if (a, b) not in self.judged and (judged := judge(self.facts[a], self.facts[b])):
            self.judged[a, b] = judged
            self.partners[a].add((a, b))
            self.partners[b].add((a, b))

    def _candidates(self, it: str) -> set[str]:
        """As `pairing.candidates` has it: a number, an address, or much of the name in common."""
        near = [self.holders[key] for key in keys_of(self.facts[it])]
        return {other for some in near if len(some) <= CROWD for other in some} - {it} | set(self._by_name(it))

    def _by_name(self, it: str) -> list[str]:
        mine, scores = grams_of(self.facts[it]), Counter[str]()
        for gram in mine:
            weight = self._weight(gram)
            for other in self.grams[gram]:
                scores[other] += weight  # type: ignore[assignment]
        own = scores.pop(it, 0) or 1.0
        close = {other: score / min(own, self._heavy(other)) for other, score in scores.most_common(_LOOKED_AT)}
        best = sorted((other for other in close if close[other] >= LEAST_SHARED), key=lambda o: (-close[o], o))
        return best[:2 * PARTNERS]  # those of its own list among them

    def _weight(self, gram: str) -> float:
        """Rare letters count most."""
        if (found := self.weights.get(gram)) is None:
            found = self.weights[gram] = log(1 + len(self.facts) / max(1, len(self.grams[gram])))
        return found

    def _heavy(self, it: str) -> float:
        if (found := self.heavy.get(it)) is None:
            found = self.heavy[it] = sum(map(self._weight, grams_of(self.facts[it]))) or 1.0
        return found


#: Of the entries that share letters with a name, those that share the heaviest are weighed.
_LOOKED_AT = 200
