"""What a new entry may already be, with the reasons in words."""

from pathlib import Path

import pytest

from mapdata.claims.projection import office
from mapdata.search.likely import ALIKE_NAME, SAME_ADDRESS, SAME_NAME, SAME_PHONE, likely_duplicates
from mapdata.search.snapshot import Snapshot
from tests import schema
from tests.factories import import_rows, published

ROWS = [
    published(管理番号="1", 名称="ひだまりサロン立石", 住所="葛飾区立石5-13-1", 電話番号="03-0000-0001"),
    published(管理番号="2", 名称="こもれびの会", 名称_カナ="コモレビノカイ", 住所="葛飾区亀有3-1-1"),
    published(管理番号="3", 名称="家族会ともしび", 住所="葛飾区亀有3-1-1 2階"),
    published(管理番号="4", 名称="社協だけの会", 公開範囲="自所属のみ"),
]


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    registry = schema.in_memory()
    import_rows(registry, tmp_path, ROWS, "shakyo")
    return registry.snapshots.current(office("kuramaru"))


@pytest.mark.parametrize(("typed", "found"), [
    ({"name": "ヒダマリ・サロン立石"}, [("ひだまりサロン立石", [SAME_NAME])]),
    ({"name": "ひだまりサロン"}, [("ひだまりサロン立石", [ALIKE_NAME])]),
    ({"name": "コモレビノカイ"}, [("こもれびの会", [SAME_NAME])]),
    ({"name": "まったく別", "phone": "０３（００００）０００１"}, [("ひだまりサロン立石", [SAME_PHONE])]),
    ({"name": "家族会ともし火", "address": "亀有三丁目1番1号"},
     [("家族会ともしび", [ALIKE_NAME, SAME_ADDRESS]), ("こもれびの会", [SAME_ADDRESS])]),
    ({"name": "ひ"}, []), ({"name": ""}, []), ({"name": "社協だけの会"}, []), ({"name": "別", "address": "葛飾区"}, []),
])
def test_likely_ones_with_reasons(snapshot: Snapshot, typed: dict[str, str], found: list[tuple[str, list[str]]]) -> None:
    assert [(one.record.name, list(one.reasons)) for one in likely_duplicates(snapshot, **typed)] == found


def test_an_entry_is_not_its_own_duplicate(snapshot: Snapshot) -> None:
    it = snapshot.records[0].id
    assert likely_duplicates(snapshot, snapshot.records[0].name, without=it) == []
