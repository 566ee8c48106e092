"""Questions to a snapshot: which records match, in which order, and what each further choice would give.

The filter rules (docs/decisions/filters.md): within a filter any choice suffices, except `ease`,
where all must hold; across filters all must hold; a record of unknown age passes every age.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from geocode import caches
from geocode import places as gazetteer
from geocode.places import NamedPoint
from mapdata.claims.projection import Record
from mapdata.fields.folding import fold, fold_words
from mapdata.search.query import Query
from mapdata.search.snapshot import Snapshot
from mapdata.words import ACTIVITY, AGE_GROUP, EASE, FILTERS, NEED, WAY, Vocabulary

_ALL_OF = EASE.name


@dataclass(frozen=True)
class Found:
    """What a question finds in a snapshot, on whichever page of the list.

    The snapshot keeps it, so it must not hold the snapshot: both would stay for ever.
    """

    near: NamedPoint | None
    rows: NDArray[np.int32]
    counts: Mapping[str, Mapping[str, int]]
    distances: NDArray[np.float64] | None
    point_owner: NDArray[np.int64]

    def __sizeof__(self) -> int:
        """Bytes of what is its own, the points that it may be asked for among them; their owners are the snapshot's."""
        columns = self.rows.nbytes + (0 if self.distances is None else self.distances.nbytes)
        return object.__sizeof__(self) + columns + self.point_owner.nbytes // 2 + caches.weight(self.counts)

    @cached_property
    def points(self) -> NDArray[np.int32]:
        """The shown points of the rows, in their order, by their place in the snapshot's."""
        last = max(self.rows.max(initial=-1), self.point_owner.max(initial=-1))
        place = np.full(last + 1, -1, dtype=np.int64)
        place[self.rows] = np.arange(len(self.rows))
        found = np.flatnonzero(place[self.point_owner] >= 0).astype(np.int32)
        placed = place[self.point_owner[found]]
        return found if bool(np.all(placed[1:] >= placed[:-1])) else found[np.argsort(placed, kind="stable")]


@dataclass(frozen=True)
class Answer:
    """What a query finds in a snapshot; `rows` are positions in it, in the asked order."""

    snapshot: Snapshot
    query: Query
    found: Found

    @property
    def near(self) -> NamedPoint | None:
        return self.found.near

    @property
    def rows(self) -> NDArray[np.int32]:
        return self.found.rows

    @property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        return self.found.counts

    @property
    def points(self) -> NDArray[np.int32]:
        return self.found.points

    @property
    def near_unknown(self) -> bool:
        return bool(self.query.near) and self.near is None

    @cached_property
    def records(self) -> tuple[Record, ...]:
        return tuple(self.snapshot.records[row] for row in self.rows)

    def distance(self, row: int) -> float | None:
        """Metres from the asked place, None where nothing is asked or no point is shown."""
        metres = None if self.found.distances is None else float(self.found.distances[row])
        return None if metres is None or np.isnan(metres) else metres


def ask(snapshot: Snapshot, query: Query) -> Answer:
    asked = replace(query, page=1)
    return Answer(snapshot, query, snapshot.answers.get(asked.string(), lambda: _find(snapshot, asked)))


def _find(snapshot: Snapshot, query: Query) -> Found:
    text = _text_matches(snapshot, query.q)
    passes = {v.name: _passes(snapshot, v, query.chosen(v.name)) for v in FILTERS}
    found = np.logical_and.reduce([text, *passes.values()])
    near = gazetteer.find(query.near) if query.near else None
    distances = snapshot.distances(near.lat, near.lng) if near else None
    rows = _ordered(snapshot, np.flatnonzero(found).astype(np.int32), sort_of(query, near), distances)
    return Found(near, rows, _counts(snapshot, text, passes), distances, snapshot.point_owner)


def sort_of(query: Query, near: NamedPoint | None) -> str:
    """The order in force: by distance when a place is named and nothing else is asked."""
    if query.sort == "near" and near is None:
        return "name"
    return query.sort or ("near" if near else "name")


def _passes(snapshot: Snapshot, vocabulary: Vocabulary, chosen: tuple[str, ...]) -> NDArray[np.bool_]:
    if not chosen:
        return np.ones(len(snapshot.records), dtype=bool)
    whole, is_all = vocabulary.mask(chosen), vocabulary.name == _ALL_OF
    masks = ((snapshot.bits[name], vocabulary.part(whole, number)) for number, name in enumerate(vocabulary.columns))
    passes = [(bits & mask) == mask if is_all else (bits & mask) != 0 for bits, mask in masks]
    return np.logical_and.reduce(passes) if is_all else np.logical_or.reduce(passes)


def _text_matches(snapshot: Snapshot, q: str) -> NDArray[np.bool_]:
    """Every word stands somewhere in the record's text."""
    wanted = fold_words(q)
    if not wanted:
        return np.ones(len(snapshot.records), dtype=bool)
    holding = [snapshot.answers.get(("word", word), partial(snapshot.texts.holding, word)) for word in wanted]
    return np.logical_and.reduce(holding)


def _ordered(
    snapshot: Snapshot, rows: NDArray[np.int32], sort: str, distances: NDArray[np.float64] | None
) -> NDArray[np.int32]:
    """Stable on the order by name; unknown distances and dates come last."""
    if sort == "near" and distances is not None:
        return rows[np.argsort(distances[rows], kind="stable")]
    if sort == "assured":
        return rows[np.argsort(-snapshot.days[rows], kind="stable")]
    return rows


def _counts(
    snapshot: Snapshot, text: NDArray[np.bool_], passes: Mapping[str, NDArray[np.bool_]]
) -> dict[str, dict[str, int]]:
    """By filter and choice: how many would match if it alone were chosen in that filter."""
    counts: dict[str, dict[str, int]] = {}
    for vocabulary in FILTERS:
        others = [mask for name, mask in passes.items() if name != vocabulary.name]
        open_to = np.logical_and.reduce([text, *others])
        found: dict[str, int] = {}
        counts[vocabulary.name] = found
        for number, name in enumerate(vocabulary.columns):
            bits = snapshot.bits[name][open_to]
            found.update((code, int(np.count_nonzero(bits & bit))) for code, bit in vocabulary.bits_in(number))
    return counts


def suggestions(snapshot: Snapshot, q: str, limit: int = 3) -> list[str]:
    """Words near to a text that found nothing: names, towns and terms of this snapshot, best first."""
    if not fold(q):
        return []
    scored = process.extract(fold(q), snapshot.offered, scorer=fuzz.ratio, limit=limit, score_cutoff=60)
    return [label for _, _, label in scored]


def similar(snapshot: Snapshot, record: Record, limit: int = 4) -> list[int]:
    """Rows of records that someone looking at this one may also want, best first.

    Shared needs count most, then activities and ways, then age; nearness settles what is level:
    a kilometre costs half a shared need. Only shown points are measured.
    """
    row = snapshot.row_of(record)
    score = np.zeros(len(snapshot.records))
    for vocabulary, weight in ((NEED, 2.0), (ACTIVITY, 1.5), (WAY, 1.0), (AGE_GROUP, 0.3)):
        for column in vocabulary.columns:
            shared = snapshot.bits[column] & snapshot.bits[column][row]
            score += weight * np.bitwise_count(shared)
    likeness = score.copy()
    if record.point:
        score -= np.nan_to_num(snapshot.distances(*record.point), nan=3000.0) / 1000
    score[row] = -np.inf
    return [i for i in _first(-score, limit) if i != row and likeness[i] >= 2.0]


def _first(cost: NDArray[np.float64], count: int) -> list[int]:
    """The rows that cost least, of equal ones the first; all others are not put in order for that."""
    if count >= len(cost):
        return np.argsort(cost, kind="stable").tolist()
    rows = np.flatnonzero(cost <= np.partition(cost, count - 1)[count - 1])
    found: list[int] = rows[np.argsort(cost[rows], kind="stable")][:count].tolist()
    return found
