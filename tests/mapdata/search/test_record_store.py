"""A site is served by any store that has records for each audience, also by one that never had a claim."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from mapdata.claims.projection import PUBLIC, STAFF, SUPPORTER, Audience, PlaceView, Record
from mapdata.clock import today
from mapdata.errors import Unavailable
from mapdata.registry import Registry
from mapdata.search import asking
from mapdata.search.query import Query
from mapdata.search.record_store import ClaimedRecords, RecordStore, State
from mapdata.search.snapshot import Snapshot, Snapshots
from mapdata.storage import Stamp
from tests.factories import import_rows, published


def record(it: str, name: str, **said: object) -> Record:
    return Record(id=it, name=name, status="active", precision="exact", **said)  # type: ignore[arg-type]


class Frozen:
    """Finished records by audience, as they might be read from a file; another edition may take their place."""

    def __init__(self, **editions: Sequence[Record]):
        self.asked: list[str] = []
        self.away = False
        self.put(1, **editions)

    def put(self, revision: int, **records: Sequence[Record]) -> None:
        self.state, self.kept = State(revision, called={("need", "work"): "はたらく"}), records

    def stamp(self) -> Stamp:
        if self.away:
            raise Unavailable("no such file")
        return self.state.stamp

    def records(self, audience: Audience, on: date) -> tuple[State, Sequence[Record]]:
        self.asked.append(f"all {audience.level}")
        return self.state, self.kept.get(audience.level, ())

    def changed_since(
        self, then: State, audience: Audience, on: date
    ) -> tuple[State, Mapping[str, Record | None]] | None:
        if self.state.revision < then.revision:
            return None
        self.asked.append(f"since {then.revision}")
        return self.state, {"c": None, **{r.id: r for r in self.kept.get(audience.level, ()) if r.id == "d"}}


A = record("a", "あおぞら", needs=("work",), places=(PlaceView(town="立石5丁目", lat=35.743, lng=139.847, level="chome"),))
B = record("b", "ぼたん", needs=("money",), assured_on=date(2026, 4, 1))
C = record("c", "ちとせ", needs=("work", "money"))
D = record("d", "どんぐり", needs=("work",))


def ask(snapshot: Snapshot, **asked: str) -> list[str]:
    return [r.id for r in asking.ask(snapshot, Query.read(MultiDict(asked))).records]


def test_finished_records_are_served_and_searched() -> None:
    store: RecordStore = Frozen(public=[C, B, A], staff=[C, B, A, D])
    public, staff = (Snapshots(store).current(audience) for audience in (PUBLIC, STAFF))
    assert ask(public) == ["a", "c", "b"] and ask(staff) == ["a", "c", "d", "b"]
    assert ask(public, need="work") == ["a", "c"] and ask(public, q="ぼたん") == ["b"]
    assert ask(public, q="はたらく") == ["a", "c"]  # what the store calls a term is searched by
    assert ask(public, near="立石", sort="near")[0] == "a" and ask(public, sort="assured")[0] == "b"
    answer = asking.ask(public, Query.read(MultiDict({"need": "work"})))
    assert answer.counts["need"]["money"] == 2 and [public.points.row[i] for i in answer.points] == [0]
    assert ask(Snapshots(store).current(SUPPORTER)) == []


def test_a_later_edition_is_read_by_its_changes() -> None:
    store = Frozen(public=[A, B, C])
    snapshots = Snapshots(store)
    old = snapshots.current(PUBLIC)
    assert snapshots.current(PUBLIC) is old and store.asked == ["all public"]
    store.put(2, public=[A, B, D])
    new = snapshots.current(PUBLIC)
    assert store.asked == ["all public", "since 1"] and new.revision == 2
    assert ask(new) == ["a", "d", "b"] and ask(new, need="work") == ["a", "d"] and ask(new, q="ちとせ") == []
    assert new.by_id["a"] is A
    store.put(1, public=[C])
    assert ask(snapshots.current(PUBLIC)) == ["c"] and store.asked[-1] == "all public"


def test_a_store_that_is_away_says_so() -> None:
    store = Frozen(public=[A])
    snapshots = Snapshots(store)
    snapshots.current(PUBLIC)
    store.away = True
    with pytest.raises(Unavailable):
        snapshots.current(PUBLIC)


def test_the_registrys_store_tells_changes_alone(registry: Registry, tmp_path: Path) -> None:
    store = ClaimedRecords(registry.engine)
    import_rows(registry, tmp_path, [published(管理番号="1", 名称="あ"), published(管理番号="2", 名称="い")])
    then, found = store.records(PUBLIC, today())
    assert sorted(r.name for r in found) == ["あ", "い"] and then.revision == store.revision()
    import_rows(registry, tmp_path, [published(管理番号="2", 名称="い", 公開範囲="両職員まで")])
    now, changed = store.changed_since(then, PUBLIC, today()) or (then, {})
    assert now.revision == then.revision + 1 and list(changed.values()) == [None]
    assert store.changed_since(State(now.revision + 1), PUBLIC, today()) is None
    assert store.changed_since(State(now.revision, called={("need", "work"): "しごと"}), PUBLIC, today()) is None
