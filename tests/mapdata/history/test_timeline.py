"""What happened, told in words, and to nobody more than they may see."""

from datetime import date
from pathlib import Path

import pytest

from mapdata.claims.projection import PUBLIC, SUPPORTER, Audience, office
from mapdata.editing import bulk, visits
from mapdata.editing.saving import save
from mapdata.errors import NotFound
from mapdata.history import undo
from mapdata.history.recent_changes import look_up, recent
from mapdata.history.timeline import FieldChange, history
from mapdata.merging import merge
from mapdata.registry import Registry
from mapdata.words import Level
from tests.factories import import_rows, published

ON = date(2026, 10, 1)
KURAMARU, SHAKYO = office("kuramaru"), office("shakyo")
ROW = published(管理番号="1", 料金="無料", 説明="静かな部屋", 住所="葛飾区立石5-13-1", 電話番号="03-0000-0001", 確認日="2026-04-01")


@pytest.fixture
def it(registry: Registry, tmp_path: Path) -> str:
    import_rows(registry, tmp_path, [ROW])
    return registry.snapshots.current(KURAMARU).records[0].id


def told(registry: Registry, it: str, reader: Audience = KURAMARU) -> list[list[tuple[str, str, str]]]:
    return [[(f.heading, f.before, f.after) for f in change.fields] for change in history(registry.engine, it, reader)]


def test_who_when_how_and_before_and_after_in_words(registry: Registry, it: str) -> None:
    says = {"fees_description": None, "needs": ["hikikomori"], "places": [{"address": "葛飾区亀有3-1", "schedule": "毎週木曜"}]}
    save(registry.engine, it, 1, says, {"contacts": Level.STAFF}, "shakyo", "山田", ON)
    change, first = history(registry.engine, it, KURAMARU)
    assert (change.who, change.how, change.source, change.can_undo) == ("山田", "画面での編集", "葛飾区社会福祉協議会", True)
    assert [(f.heading, f.before, f.after) for f in change.fields] == [
        ("困りごと", "", "ひきこもり"), ("料金", "無料", ""), ("場所", "葛飾区立石5-13-1", "葛飾区亀有3-1／毎週木曜"),
        ("連絡先の公開範囲", "公開", "両職員まで")]
    assert first.how == "一覧の取り込み" and ("連絡先", "", "電話番号 03-0000-0001") in told(registry, it)[1]


def test_a_value_that_is_not_shown_says_so(registry: Registry, tmp_path: Path, it: str) -> None:
    save(registry.engine, it, 1, {"fees_description": "100円"}, {}, "shakyo", "山田", ON)
    import_rows(registry, tmp_path, [{**ROW, "料金": "50円"}])
    fields = history(registry.engine, it, KURAMARU)[0].fields
    assert fields == (FieldChange("fees_description", "料金", "無料", "50円", "kuramaru", is_shown=False),)


def test_numbers_confirmations_visits_and_undoing(registry: Registry, tmp_path: Path, it: str) -> None:
    import_rows(registry, tmp_path, [{**ROW, "管理番号": "77", "名称": "ひなた2"}, published(管理番号="1", 名称="ひなた2")])
    bulk.confirm(registry.engine, [it], "kuramaru", "山田", ON)
    note = visits.write(registry.engine, it, date(2026, 9, 1), "開いていた", Level.STAFF, "kuramaru", "山田")
    undo.undo(registry.engine, note.operation, "佐藤")
    lines = told(registry, it)
    assert lines[:3] == [[("訪問記録", "2026-09-01 開いていた", "")], [("訪問記録", "", "2026-09-01 開いていた")],
                         [("確認日", "", "2026-10-01")]]
    assert [c.how for c in history(registry.engine, it, KURAMARU)][:3] == ["取り消し", "訪問記録", "確認"]
    assert [c.can_undo for c in history(registry.engine, it, KURAMARU)][:2] == [True, False]


def test_of_what_is_for_another_office_not_even_that_it_changed(registry: Registry, it: str) -> None:
    save(registry.engine, it, 1, {"staff_note": "鍵は隣", "remarks": "ないしょ"}, {"remarks": Level.OFFICE}, "shakyo", "山田", ON)
    visits.write(registry.engine, it, ON, "ひみつの訪問", Level.OFFICE, "shakyo", "山田")
    assert ("職員向けメモ", "", "鍵は隣") in told(registry, it, SHAKYO)[1]
    changes = history(registry.engine, it, KURAMARU)
    assert [c.how for c in changes] == ["一覧の取り込み"] and len(history(registry.engine, it, SHAKYO)) == 3
    for word in ("鍵は隣", "ないしょ", "ひみつ", "職員向けメモ", "備考"):
        assert word not in repr([c.fields for c in changes])


def test_of_the_time_when_the_entry_was_for_one_office_nothing(registry: Registry, tmp_path: Path) -> None:
    row = published(名称="社協だけ", 説明="なかの話", 公開範囲="自所属のみ")
    import_rows(registry, tmp_path, [row], "shakyo")
    it = registry.snapshots.current(SHAKYO).records[0].id
    with pytest.raises(NotFound):
        history(registry.engine, it, KURAMARU)
    save(registry.engine, it, 1, {"audience": "staff", "description": "きれいな話"}, {}, "shakyo", "山田", ON)
    save(registry.engine, it, 2, {"description": "みんなの話"}, {}, "kuramaru", "佐藤", ON)
    assert "なかの話" not in repr(told(registry, it)) and ("説明", "きれいな話", "みんなの話") in told(registry, it)[0]
    assert "なかの話" in repr(told(registry, it, SHAKYO))


@pytest.mark.parametrize("reader", [PUBLIC, SUPPORTER])
def test_it_is_for_staff(registry: Registry, it: str, reader: Audience) -> None:
    with pytest.raises(NotFound):
        history(registry.engine, it, reader)


def test_the_registry_s_own_log(registry: Registry, tmp_path: Path, it: str) -> None:
    import_rows(registry, tmp_path, [ROW, published(管理番号="2", 名称="乙")])
    save(registry.engine, it, 2, {"remarks": "猫"}, {}, "shakyo", "山田", ON)
    seen = registry.snapshots.current(KURAMARU).by_id
    log = recent(registry.engine, KURAMARU, seen)
    assert [(r.how, r.outcome) for r in log] == [("画面での編集", ""), ("一覧の取り込み", "追加 1件"), ("一覧の取り込み", "追加 1件")]
    assert log[0].entry_ids == (it,)
    assert [r.operation.id for r in recent(registry.engine, KURAMARU, seen, 1, before=3)] == [2]
    assert [look_up(registry.engine, KURAMARU, seen, number) for number in (4, 0)] == [None, None]


def test_what_another_office_does_for_itself_is_neither_listed_nor_counted(registry: Registry, tmp_path: Path, it: str) -> None:
    """Told as if it had not been done: the same list for くらまる課 with and without it."""
    public = [published(名称=f"社協{n}", 管理番号=f"S{n}", 説明="はじめ") for n in range(3)]
    secret = [{**row, "名称": f"ひみつ{n}", "管理番号": f"H{n}", "公開範囲": "自所属のみ"} for n, row in enumerate(public)]
    import_rows(registry, tmp_path, [*public, *secret], "shakyo")
    ids = {r.name: r.id for r in registry.snapshots.current(SHAKYO).records}
    import_rows(registry, tmp_path, [*public, *({**row, "説明": "つぎ"} for row in secret)], "shakyo")
    save(registry.engine, ids["社協0"], registry.revision(), {"staff_note": "うちだけの話"}, {}, "shakyo", "山田", ON)
    visits.write(registry.engine, it, ON, "うちだけの訪問", Level.OFFICE, "shakyo", "山田")
    bulk.set_status(registry.engine, [ids["社協1"], ids["ひみつ1"]], "paused", "shakyo", "山田", ON)

    def listed(reader: Audience) -> list[tuple[str, str, str, int]]:
        seen = registry.snapshots.current(reader).by_id
        return [(r.source, r.how, r.outcome, len(r.entry_ids)) for r in recent(registry.engine, reader, seen)]

    other, own = "葛飾区社会福祉協議会", "くらしのまると相談課"
    assert listed(KURAMARU) == [
        (other, "状態をまとめて変更", "対象 1件", 1), (other, "一覧の取り込み", "対象 3件", 3), (own, "一覧の取り込み", "追加 1件", 1)]
    assert [(how, outcome) for _, how, outcome, _ in listed(SHAKYO)[:5]] == [
        ("状態をまとめて変更", "対象 2件"), ("訪問記録", "対象 1件"), ("画面での編集", ""), ("一覧の取り込み", "変更 3件"),
        ("一覧の取り込み", "追加 6件")]
    assert all("ひみつ" not in str(history(registry.engine, ids[name], KURAMARU)) for name in ("社協0", "社協1"))
    assert len(history(registry.engine, ids["社協0"], KURAMARU)) == 1


def test_a_merge_does_not_name_what_another_office_kept_for_itself(registry: Registry, tmp_path: Path, it: str) -> None:
    """Neither what it was called then, nor what it was called before that."""
    import_rows(registry, tmp_path, [published(管理番号="S1", 名称="かくれた名前", 公開範囲="自所属のみ")], "shakyo")
    other = next(r.id for r in registry.snapshots.current(SHAKYO).records if r.id != it)
    save(registry.engine, other, 2, {"name": "かくれた家"}, {}, "shakyo", "山田", ON)
    choices = {"audience": "kuramaru", "name": "kuramaru"}
    made = merge.merge(registry.engine, it, other, choices, "山田", "shakyo", ON, registry.revision())
    one = history(registry.engine, it, KURAMARU)
    assert [f.after for change in one for f in change.fields if f.heading == "まとめ"] == []
    assert [c.of for c in one if c.of] == [] and "かくれた" not in str(one)
    assert "「かくれた家」とひとつにした" in str(history(registry.engine, it, SHAKYO))
    undo.undo(registry.engine, made.operation, "山田")
    assert "かくれた" not in str(history(registry.engine, it, KURAMARU))


def test_a_day_on_which_a_hidden_value_was_made_sure_of_moves_nothing(registry: Registry, it: str) -> None:
    bulk.confirm(registry.engine, [it], "kuramaru", "山田", ON)
    save(registry.engine, it, registry.revision(), {"staff_note": "鍵は隣"}, {}, "kuramaru", "山田", date(2026, 11, 2))
    bulk.confirm(registry.engine, [it], "kuramaru", "山田", date(2026, 10, 20))
    assert told(registry, it, SHAKYO)[:2] == [[("確認日", "2026-10-01", "2026-10-20")], [("確認日", "2026-04-01", "2026-10-01")]]
