"""What is erased is gone from everywhere but the record that something was."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import MetaData, select

from mapdata import storage
from mapdata.accounts import audit
from mapdata.claims.projection import STAFF, office
from mapdata.editing import saving, visits
from mapdata.errors import NotFound
from mapdata.history import erasing, timeline, undo
from mapdata.history.undo import NotUndoable
from mapdata.people.account import Actor
from mapdata.registry import Registry
from mapdata.words import Level
from tests.factories import import_rows, published

ADMIN = Actor("管理", "kuramaru")
ON = date(2026, 10, 1)
SECRET = "ゆりかごの葉山"
ROW = published(管理番号="7", 名称=f"{SECRET}会", 運営団体=f"{SECRET}家", 説明=f"{SECRET}さんの自宅", 住所="葛飾区立石5-13-1", 電話番号=f"03-0000-0001（{SECRET}）")


@pytest.fixture
def it(registry: Registry, tmp_path: Path) -> str:
    import_rows(registry, tmp_path, [ROW, published(管理番号="8", 名称="のこる会", 運営団体="のこる団体")])
    found = next(r.id for r in registry.snapshots.current(STAFF).records if SECRET in r.name)
    saving.save(registry.engine, found, 1, {"remarks": SECRET, "description": None}, {}, "shakyo", "山田", ON)
    visits.write(registry.engine, found, ON, f"{SECRET}さんに会った", Level.STAFF, "shakyo", "山田")
    return found


def everything(registry: Registry) -> str:
    """All that all tables hold."""
    found = MetaData()
    found.reflect(registry.engine)
    with registry.engine.connect() as connection:
        return repr([connection.execute(select(table)).all() for table in found.sorted_tables])


def test_nothing_of_it_is_left_in_any_table(registry: Registry, it: str) -> None:
    assert SECRET in everything(registry)
    done = erasing.erase(registry.engine, it, ADMIN, "request")
    assert (done.entry_id, done.actor, done.reason) == (it, "管理", "request") and erasing.erased(registry.engine) == [done]
    found = audit.find(registry.engine, audit.AuditQuery(), 1).rows
    assert [(row.kind, row.subject, row.actor) for row in found] == [(audit.Kind.ERASURE, it, "管理")]
    assert SECRET not in everything(registry) and "のこる団体" in everything(registry)
    assert [r.name for r in registry.snapshots.current(STAFF).records] == ["のこる会"]
    if registry.engine.dialect.name == "sqlite":
        data = Path(registry.engine.url.database or "").read_bytes()
        assert SECRET.encode() not in data and SECRET.encode("unicode_escape") not in data


def test_there_is_no_way_back_and_the_id_is_never_given_again(registry: Registry, tmp_path: Path, it: str) -> None:
    operation = erasing.erase(registry.engine, it, ADMIN, "law").operation
    with pytest.raises(NotUndoable):
        undo.undo(registry.engine, operation, "管理")
    for older in (3, 2):
        assert undo.undo(registry.engine, older, "管理").operation is None
    with pytest.raises(NotFound):
        erasing.erase(registry.engine, it, ADMIN, "law")
    with pytest.raises(NotFound):
        timeline.history(registry.engine, it, office("shakyo"))
    with pytest.raises(NotFound):
        saving.save(registry.engine, None, 0, {"name": "甲"}, {}, "shakyo", "山田", ON, new_id=it)
    assert import_rows(registry, tmp_path, [ROW]).change.added == 1
    with storage.reading(registry.engine) as connection:
        known = [k.resource_id for k in storage.known_of(connection, "kuramaru") if k.local_id == "7"]
    assert known and it not in known


def test_only_for_a_reason_and_only_what_there_is(registry: Registry, it: str) -> None:
    with pytest.raises(ValueError, match="なんとなく"):
        erasing.erase(registry.engine, it, ADMIN, "なんとなく")
    with pytest.raises(NotFound):
        erasing.erase(registry.engine, "zzzzzz", ADMIN, "law")
