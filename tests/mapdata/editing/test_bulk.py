"""One change to many entries: all or none, and never more made sure of than somebody made sure of."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from mapdata import storage
from mapdata.claims.entry import Entry
from mapdata.claims.projection import PUBLIC
from mapdata.editing import bulk
from mapdata.editing.bulk import BulkChange, BulkRefused
from mapdata.editing.saving import save
from mapdata.errors import NotFound
from mapdata.registry import Registry
from mapdata.storage.speaking.acting import Agreed, MustAsk
from mapdata.words import Level
from tests.factories import import_rows, published

ON = date(2026, 10, 1)
ROWS = [
    published(管理番号="1", 名称="甲", 状態="準備中", 料金="無料", 確認日="2026-04-01"),
    published(管理番号="2", 名称="乙", 状態="公開中", 確認日="2026-04-01"),
    published(管理番号="3", 名称="丙", 状態="準備中", 掲載同意="", 確認日="2026-04-01"),
]


@pytest.fixture
def filled(registry: Registry, tmp_path: Path) -> Registry:
    import_rows(registry, tmp_path, ROWS)
    return registry


def entries(registry: Registry) -> dict[str, Entry]:
    with storage.reading(registry.engine) as connection:
        return {e.name: e for e in storage.load_entries(connection)}


def ids(registry: Registry, *names: str) -> list[str]:
    return [entries(registry)[name].id for name in names]


def test_a_status_is_one_operation_and_makes_sure_of_nothing(filled: Registry) -> None:
    done = bulk.set_status(filled.engine, ids(filled, "甲", "乙"), "active", "kuramaru", "山田", ON)
    assert replace(done, widened=()) == BulkChange(2, 1, 1)
    assert [w.as_dict() for w in done.widened] == [{"id": ids(filled, "甲")[0], "what": "entry", "to": "public"}]
    assert {e.status for e in entries(filled).values()} == {"active", "preparing"}
    assert entries(filled)["甲"].assured_on == date(2026, 4, 1)
    assert [r.name for r in filled.snapshots.current(PUBLIC).records] == ["乙", "甲"]


def test_what_another_office_keeps_it_opens_itself(filled: Registry) -> None:
    before = entries(filled)
    with pytest.raises(MustAsk) as asked:
        bulk.set_status(filled.engine, ids(filled, "甲", "乙"), "active", "shakyo", "山田", ON)
    assert asked.value.offices == ("kuramaru",) and [w.name for w in asked.value.widenings] == ["甲"]
    assert entries(filled) == before and filled.revision() == 1
    bulk.set_status(filled.engine, ids(filled, "乙"), "paused", "shakyo", "山田", ON)
    bulk.set_status(filled.engine, ids(filled, "乙"), "closed", "shakyo", "山田", ON)
    assert entries(filled)["乙"].status == "closed"
    bulk.set_status(filled.engine, ids(filled, "乙"), "active", "shakyo", "山田", ON)  # its own narrowing, taken back
    assert entries(filled)["乙"].status == "active"
    bulk.set_status(filled.engine, ids(filled, "乙"), "closed", "shakyo", "山田", ON)
    bulk.set_status(filled.engine, ids(filled, "乙"), "active", "kuramaru", "花子", ON)  # its keeper lifts it
    assert entries(filled)["乙"].status == "active"
    agreed = Agreed(None, frozenset({"kuramaru"}))
    bulk.set_status(filled.engine, ids(filled, "甲"), "active", "shakyo", "山田", ON, agreed)
    assert entries(filled)["甲"].status == "active"


@pytest.mark.parametrize("how", ["status", "audience"])
def test_without_consent_none_is_published_and_they_are_named(filled: Registry, how: str) -> None:
    if how == "audience":
        bulk.set_audience(filled.engine, ids(filled, "甲", "丙"), Level.STAFF, "kuramaru", "t", ON)
        bulk.set_status(filled.engine, ids(filled, "甲", "丙"), "active", "kuramaru", "t", ON)
    before = entries(filled)
    with pytest.raises(BulkRefused) as refused:
        if how == "status":
            bulk.set_status(filled.engine, ids(filled, "甲", "丙"), "active", "kuramaru", "t", ON)
        else:
            bulk.set_audience(filled.engine, ids(filled, "甲", "丙"), Level.PUBLIC, "kuramaru", "t", ON)
    assert [name for _, name in refused.value.entries] == ["丙"] and entries(filled) == before


def test_an_office_never_takes_an_entry_out_of_the_other_s_sight(filled: Registry) -> None:
    it = ids(filled, "甲")[0]
    save(filled.engine, it, filled.revision(), {"remarks": "社協より"}, {}, "shakyo", "佐藤", ON)
    for source in ("kuramaru", "shakyo"):
        with pytest.raises(BulkRefused, match="甲"):
            bulk.set_audience(filled.engine, ids(filled, "甲", "乙"), Level.OFFICE, source, "t", ON)
    assert bulk.set_audience(filled.engine, ids(filled, "乙"), Level.OFFICE, "kuramaru", "t", ON).changed == 1
    with pytest.raises(NotFound):
        bulk.confirm(filled.engine, ids(filled, "乙"), "shakyo", "t", ON)


def test_confirming_makes_sure_of_one_s_own_words_alone_and_says_how_many(filled: Registry) -> None:
    it = ids(filled, "甲")[0]
    save(filled.engine, it, filled.revision(), {"remarks": "社協より"}, {}, "shakyo", "佐藤", date(2026, 5, 1))
    done = bulk.confirm(filled.engine, ids(filled, "甲", "乙", "丙"), "shakyo", "佐藤", ON)
    assert (done.changed, done.partly, done.others, done.unchanged) == (1, 1, 2, 0)
    with storage.reading(filled.engine) as connection:
        days = {(c.source, c.assured_on) for c in storage.claims_of_resources(connection, [it])[it]}
    assert days == {("kuramaru", date(2026, 4, 1)), ("shakyo", ON)}
    again = bulk.confirm(filled.engine, ids(filled, "甲", "乙"), "kuramaru", "山田", ON)
    assert (again.changed, again.partly, again.others) == (2, 1, 0)
    assert bulk.confirm(filled.engine, ids(filled, "乙"), "kuramaru", "山田", ON).operation is None


def test_confirming_changes_nothing_that_is_shown(filled: Registry) -> None:
    it = ids(filled, "甲")[0]
    save(filled.engine, it, filled.revision(), {"fees_description": "100円"}, {}, "shakyo", "佐藤", date(2026, 5, 1))
    bulk.confirm(filled.engine, [it], "kuramaru", "山田", ON)
    entry = entries(filled)["甲"]
    assert entry.fees_description == "100円" and entry.provenance["fees_description"].source == "shakyo"
    assert entry.assured_on == ON


def test_confirming_never_widens_what_the_other_office_kept_to_fewer(filled: Registry) -> None:
    it = ids(filled, "甲")[0]
    save(filled.engine, it, filled.revision(), {}, {"fees_description": Level.STAFF}, "shakyo", "佐藤", date(2026, 5, 1))
    bulk.confirm(filled.engine, [it], "kuramaru", "山田", ON)
    assert entries(filled)["甲"].provenance["fees_description"].audience == Level.STAFF


def test_an_unknown_entry_stops_all(filled: Registry) -> None:
    with pytest.raises(NotFound):
        bulk.set_status(filled.engine, [*ids(filled, "甲"), "zzzzzz"], "closed", "kuramaru", "t", ON)
    with pytest.raises(ValueError, match="たぶん"):
        bulk.set_status(filled.engine, ids(filled, "甲"), "たぶん", "kuramaru", "t", ON)
    assert filled.revision() == 1
