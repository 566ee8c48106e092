"""What a write tells of the entries that it changed is what is read of them afterwards."""

from pathlib import Path

from sqlalchemy import Connection

from mapdata import clock, storage
from mapdata.claims.projection import PUBLIC, Record
from mapdata.editing import bulk, visits
from mapdata.editing.saving import save
from mapdata.history import undo
from mapdata.registry import Registry
from mapdata.search import record_store
from mapdata.storage import Stamp
from mapdata.words import Level
from tests.factories import import_rows, published
from tests.mapdata.lists.test_importing import FULL_ROW


def test_it_need_not_be_read_again(registry: Registry, tmp_path: Path) -> None:
    told: list[dict[str, Record | None]] = []

    def witness(connection: Connection, before: Stamp, after: Stamp) -> object:
        ids, on = storage.changed_since(connection, before.revision), clock.today()
        found = record_store.just_changed(connection, before, after, ids, on)
        assert found == record_store.changes(connection, before.revision, PUBLIC, on)
        told.append(found)
        return lambda: None

    storage.witnessed(registry.engine, witness)  # type: ignore[arg-type]
    import_rows(registry, tmp_path, [FULL_ROW, published(管理番号="2", 名称="こかげ", 運営団体="ＮＰＯ法人ひなた", 開催日時="月曜", 住所="葛飾区立石5-13-1；葛飾区亀有3-2-1")])
    ids = sorted(registry.snapshots.current(PUBLIC).by_id)
    today = clock.today()
    for says in ({"remarks": "一"}, {"organization": "ＮＰＯ法人　ひなた"}, {"ease": {"silent_ok": True}, "min_age": "any"}, {"places": None}):
        save(registry.engine, ids[0], registry.revision(), says, {}, "kuramaru", "花子", today)
    visits.write(registry.engine, ids[0], today, "見てきた", Level.SUPPORTER, "kuramaru", "花子")
    done = bulk.set_status(registry.engine, ids, "paused", "kuramaru", "花子", today)
    undo.undo(registry.engine, done.operation or 0, "花子", "kuramaru")
    import_rows(registry, tmp_path, [published(管理番号=f"n{n}", 名称=f"場所{n}") for n in range(60)], "shakyo")
    assert len(told) == 9 and len(told[-1]) == 60
