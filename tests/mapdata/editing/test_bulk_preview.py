"""What a change to many entries would do is told of those alone that one's office sees."""

from pathlib import Path

from mapdata.claims.projection import office
from mapdata.clock import today
from mapdata.editing.bulk_preview import Prospects
from mapdata.registry import Registry
from tests.factories import import_rows, published


def test_nothing_is_told_of_what_another_office_keeps_for_itself(registry: Registry, tmp_path: Path) -> None:
    shut = {"公開範囲": "自所属のみ", "掲載同意": "", "状態": "下書き"}
    import_rows(registry, tmp_path, [published(管理番号="1", 名称="社協だけの場所", **shut)], "shakyo")
    import_rows(registry, tmp_path, [published(管理番号="1", 名称="みんなの場所", 掲載同意="", 状態="下書き")])
    ids = [r.id for source in ("kuramaru", "shakyo") for r in registry.snapshots.current(office(source)).records]
    told = Prospects(registry.engine, ids, "kuramaru", today()).of_status("active")
    assert [name for _, name in told.refused] == ["みんなの場所"] and told.changed == sum(told.seen.values()) == 1
