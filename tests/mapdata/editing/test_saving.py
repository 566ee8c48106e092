"""Saving an entry: only what differs becomes a claim, it wins, and nothing is written over what came meanwhile."""

import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from mapdata import storage
from mapdata.claims.entry import Entry
from mapdata.claims.projection import PUBLIC, office
from mapdata.editing import saving
from mapdata.editing.edit import EditConflict
from mapdata.editing.saving import Saved, save
from mapdata.errors import EditRefused, NotFound
from mapdata.lists import exporting, importing
from mapdata.lists.taking_in import ListChange
from mapdata.registry import Registry
from mapdata.storage.speaking import Speaker
from mapdata.storage.speaking.acting import Agreed, MustAsk, WouldWiden
from mapdata.words import Level
from tests import scale
from tests.factories import PUBLISHED, import_rows, published

ON = date(2026, 10, 1)
ROW = published(管理番号="1", 料金="無料", 説明="静かな部屋", 確認日="2026-04-01", 電話番号="03-0000-0001", 住所="葛飾区立石5-13-1")


def edit(
    registry: Registry, it: str | None, says: Mapping[str, Any], source: str = "kuramaru", base: int | None = None,
    audiences: Mapping[str, Level] | None = None, **options: Any,
) -> Saved:
    at = registry.revision() if base is None else base
    return save(registry.engine, it, at, says, audiences or {}, source, "山田", ON, **options)


def entries(registry: Registry) -> dict[str, Entry]:
    with storage.reading(registry.engine) as connection:
        return {e.name: e for e in storage.load_entries(connection) if e.provenance}


def only(registry: Registry) -> Entry:
    return next(iter(entries(registry).values()))


def claims(registry: Registry, source: str) -> dict[str, Any]:
    with storage.reading(registry.engine) as connection:
        return {c.field: c for c in storage.claims_of_source(connection, source)}


def test_only_what_differs_becomes_a_claim_of_the_office_and_wins(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [ROW], "shakyo")
    it = only(registry).id
    saved = edit(registry, it, {"name": "ひなた", "description": "静かな部屋", "fees_description": "100円"})
    assert saved.changed == ("fees_description",) and saved.revision == 2
    mine = claims(registry, "kuramaru")
    assert list(mine) == ["fees_description"]
    assert (mine["fees_description"].assured_on, mine["fees_description"].recorded_by) == (ON, "山田")
    assert claims(registry, "shakyo")["fees_description"].value == "無料"
    assert only(registry).fees_description == "100円" and only(registry).provenance["fees_description"].source == "kuramaru"


def test_nothing_new_writes_nothing(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [ROW])
    shown = saving.open_entry(registry.engine, only(registry).id, "kuramaru", ON)
    saved = edit(registry, shown.entry_id, {name: s.value for name, s in shown.shown.items()}, base=shown.base)
    assert (saved.operation, saved.changed) == (None, ()) and registry.revision() == 1


def test_a_field_emptied_on_purpose_stays_empty(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [ROW], "shakyo")
    edit(registry, only(registry).id, {"fees_description": None, "places": None, "contacts": []})
    entry = only(registry)
    assert (entry.fees_description, entry.places, entry.contacts) == ("", (), ())
    assert claims(registry, "kuramaru")["fees_description"].value is None
    assert registry.snapshots.current(PUBLIC).records[0].fees_description == ""


def test_a_blank_cell_leaves_what_was_emptied_and_a_written_one_fills_it(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [ROW])
    edit(registry, only(registry).id, {"fees_description": None, "contacts": None})
    blank = {**ROW, "料金": "", "電話番号": ""}
    assert import_rows(registry, tmp_path, [{**blank, "確認日": "2026-10-01"}]).change == ListChange(0, 0, 1, 0)
    exporting.write_list(tmp_path / "out.csv", exporting.source_rows(registry.engine, "kuramaru"))
    again = importing.import_file(registry.engine, tmp_path / "out.csv", "kuramaru", "tester")
    assert (again.change, again.warnings) == (ListChange(0, 0, 1, 0), ())
    import_rows(registry, tmp_path, [{**ROW, "料金": "50円", "確認日": "2026-10-02"}])
    assert only(registry).fees_description == "50円" and [c.value for c in only(registry).contacts] == ["03-0000-0001"]


def test_a_list_sent_again_says_which_newer_values_it_takes_back(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [ROW])
    edit(registry, only(registry).id, {"fees_description": "100円"})
    report = import_rows(registry, tmp_path, [ROW], dry_run=True)
    assert report.change == ListChange(0, 1, 0, 0)
    assert [w.message for w in report.warnings] == ["この一覧の確認日よりあとに確かめられた値を、一覧の値に戻します：料金 1件"]


def test_its_own_list_after_an_edit_changes_nothing(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [{**ROW, "管理番号": ""}])
    edit(registry, only(registry).id, {"name": "こもれび", "fees_description": "100円"})
    exporting.write_list(tmp_path / "out.csv", exporting.source_rows(registry.engine, "kuramaru"))
    again = importing.import_file(registry.engine, tmp_path / "out.csv", "kuramaru", "tester")
    assert (again.change, again.warnings) == (ListChange(0, 0, 1, 0), ())
    old = import_rows(registry, tmp_path, [{**ROW, "管理番号": ""}], dry_run=True)
    assert old.change == ListChange(0, 1, 0, 0), "an older list still knows the entry by its former name"


def test_a_new_entry_is_known_to_the_list_of_its_office(registry: Registry, tmp_path: Path) -> None:
    saved = edit(registry, None, {"name": "こもれび", "places": [{"address": "葛飾区亀有3-1"}]})
    with storage.reading(registry.engine) as connection:
        known = storage.known_of(connection, "kuramaru")
    assert [(k.local_id, k.resource_id) for k in known] == [(None, saved.entry_id)]
    report = import_rows(registry, tmp_path, [{"名称": "こもれび", "住所": "葛飾区亀有３－１", "管理番号": "7"}])
    assert report.change == ListChange(0, 1, 0, 0) and only(registry).local_ids == {"kuramaru": "7"}


def test_the_same_new_form_sent_twice_makes_one_entry(registry: Registry) -> None:
    it = saving.fresh_id(registry.engine)
    first, second = (edit(registry, None, {"name": "こもれび"}, new_id=it) for _ in range(2))
    assert first.entry_id == second.entry_id == it and second.operation is None and len(entries(registry)) == 1
    with pytest.raises(EditConflict):
        edit(registry, None, {"name": "別の名"}, new_id=it)


def test_the_second_of_two_is_shown_both_versions(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [ROW])
    it, base = only(registry).id, registry.revision()
    edit(registry, it, {"fees_description": "100円", "remarks": "猫がいます"}, "shakyo", base)
    with pytest.raises(EditConflict) as conflict:
        edit(registry, it, {"fees_description": "200円", "description": "広い部屋"}, base=base)
    told = {d.field: (d.base, d.theirs, d.mine, d.who, d.source) for d in conflict.value.fields}
    assert told == {
        "description": ("静かな部屋", "静かな部屋", "広い部屋", "", ""),
        "fees_description": ("無料", "100円", "200円", "山田", "shakyo"),
        "remarks": (None, "猫がいます", None, "山田", "shakyo"),
    }
    assert [d.is_mine_alone for d in conflict.value.fields] == [True, False, False]
    assert only(registry).fees_description == "100円" and registry.revision() == 2
    chosen = {"fees_description": "200円", "description": "広い部屋"}
    assert edit(registry, it, chosen, base=conflict.value.base).changed == ("description", "fees_description")
    assert only(registry).remarks == "猫がいます"


def test_resolving_anew_or_another_entry_is_no_conflict(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [ROW, published(管理番号="2", 名称="乙")])
    base = registry.revision()
    edit(registry, entries(registry)["乙"].id, {"remarks": "別のところ"})
    edit(registry, entries(registry)["ひなた"].id, {"fees_description": "100円"})
    assert edit(registry, entries(registry)["ひなた"].id, {"fees_description": "100円"}, base=base).operation is None


def test_what_only_the_other_office_sees_makes_no_conflict_and_is_not_told(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [ROW])
    it, base = only(registry).id, registry.revision()
    edit(registry, it, {"staff_note": "社協のメモ", "remarks": "ないしょ"}, "shakyo", audiences={"remarks": Level.OFFICE})
    opened = saving.open_entry(registry.engine, it, "kuramaru", ON)
    assert "staff_note" not in opened.shown and opened.value("remarks") is None and opened.others == ()
    assert edit(registry, it, {"remarks": None, "staff_note": None, "fees_description": "1円"}, base=base).changed == (
        "fees_description",)
    assert claims(registry, "shakyo")["remarks"].value == "ないしょ"


RACES = scale.of(30, 200)


def test_races_leave_one_winner_and_one_who_is_shown_both(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [ROW])
    it = only(registry).id
    for race in range(RACES):
        base, outcomes, start = registry.revision(), [], threading.Barrier(2)

        def run(value: str, source: str, base: int = base, outcomes: list[object] = outcomes, start: threading.Barrier = start) -> None:
            start.wait()
            try:
                outcomes.append(edit(registry, it, {"fees_description": value}, source, base))
            except EditConflict as conflict:
                outcomes.append(conflict)

        threads = [threading.Thread(target=run, args=(f"{race}-{s}", s)) for s in ("kuramaru", "shakyo")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        winners = [o for o in outcomes if isinstance(o, Saved)]
        losers = [o for o in outcomes if isinstance(o, EditConflict)]
        assert (len(winners), len(losers)) == (1, 1)
        both = losers[0].fields[0]
        assert {both.theirs, both.mine} == {f"{race}-kuramaru", f"{race}-shakyo"}
        assert only(registry).fees_description == both.theirs


def test_a_value_may_be_kept_to_fewer_and_its_keeper_lifts_that(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [ROW], "shakyo")
    it = only(registry).id
    for who in ("shakyo", "kuramaru"):
        edit(registry, it, {}, "kuramaru", audiences={"contacts": Level.STAFF})
        assert registry.snapshots.current(PUBLIC).records[0].contacts == ()
        assert registry.snapshots.current(office("shakyo")).records[0].contacts
        edit(registry, it, {}, who, audiences={"contacts": Level.PUBLIC})
        assert registry.snapshots.current(PUBLIC).records[0].contacts


@pytest.mark.parametrize("says", [{}, {"remarks": "合鍵は隣。"}])
def test_an_edit_of_what_another_office_keeps_back_is_kept_back(registry: Registry, tmp_path: Path, says: dict[str, str]) -> None:
    """Through any number of saves; and nothing is told of it that its editor does not see."""
    import_rows(registry, tmp_path, [ROW], "shakyo")
    it = only(registry).id
    edit(registry, it, {"remarks": "合鍵は隣"}, "shakyo", audiences={"remarks": Level.STAFF})
    if says:
        edit(registry, it, says, "kuramaru")
        edit(registry, it, {"remarks": "合鍵は隣。！"}, "kuramaru")
    assert registry.snapshots.current(PUBLIC).records[0].remarks == ""
    with pytest.raises(MustAsk) as asked:
        edit(registry, it, {}, "kuramaru", audiences={"remarks": Level.PUBLIC})
    assert asked.value.offices == ("shakyo",) and [(w.what, w.to) for w in asked.value.widenings] == [("remarks", Level.PUBLIC)]
    edit(registry, it, {}, "kuramaru", audiences={"remarks": Level.PUBLIC}, agreed=Agreed(None, frozenset({"shakyo"})))
    assert registry.snapshots.current(PUBLIC).records[0].remarks.startswith("合鍵は隣")


def test_what_its_writer_cannot_see_is_not_told_by_a_refusal(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [ROW], "shakyo")
    it = only(registry).id
    edit(registry, it, {"remarks": "合鍵は隣"}, "shakyo", audiences={"remarks": Level.OFFICE})
    saved = edit(registry, it, {"remarks": "合鍵は隣"}, "kuramaru", audiences={"remarks": Level.STAFF})
    assert saved.operation and registry.snapshots.current(office("kuramaru")).records[0].remarks == "合鍵は隣"


def test_what_is_named_is_agreed_or_nothing_is_written(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [ROW | {"位置の公開": "非公開"}], "kuramaru")
    it, before = only(registry).id, registry.revision()
    for said in ("", "something else"):
        with pytest.raises(WouldWiden) as named:
            edit(registry, it, {"location_precision": "exact"}, "kuramaru", agreed=Agreed(said))
    assert {(w.what, w.to, w.cause) for w in named.value.widenings} == {("places", Level.PUBLIC, "location_precision")}
    assert registry.revision() == before and only(registry).location_precision == "hidden"
    edit(registry, it, {"location_precision": "exact"}, "kuramaru", agreed=Agreed(named.value.digest))
    assert only(registry).location_precision == "exact"
    edit(registry, it, {"remarks": "書き足した"}, "kuramaru", agreed=Agreed(""))  # what one writes anew is no widening


@pytest.mark.parametrize(("says", "audiences", "at"), [
    ({"name": None}, {}, "name"),
    ({"location_precision": None}, {}, "location_precision"),
    ({"audience": "office"}, {}, "audience"),
    ({}, {"name": Level.STAFF}, "name"),
    ({}, {"staff_note": Level.PUBLIC}, "staff_note"),
    ({"audience": "public", "status": "active"}, {}, "consent"),
])
def test_rules_are_told_at_their_field(
    registry: Registry, tmp_path: Path, says: dict[str, Any], audiences: dict[str, Level], at: str
) -> None:
    import_rows(registry, tmp_path, [{**ROW, **dict.fromkeys(PUBLISHED, ""), "位置の公開": "非公開"}], "shakyo")
    with pytest.raises(EditRefused) as refused:
        edit(registry, only(registry).id, says, audiences=audiences)
    assert list(refused.value.errors) == [at] and registry.revision() == 1


def test_consent_may_be_taken_back_from_what_is_public(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [ROW])
    edit(registry, only(registry).id, {"consent": "no"})
    assert registry.snapshots.current(PUBLIC).records == ()
    edit(registry, only(registry).id, {"fees_description": "100円"})


def test_without_being_made_sure_of_a_value_is_shown_and_its_day_stays(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [ROW], "shakyo")
    edit(registry, only(registry).id, {"description": "静かな 部屋"}, assure=False)
    assert (only(registry).description, only(registry).assured_on) == ("静かな 部屋", date(2026, 4, 1))


def test_an_entry_of_the_other_office_alone_is_not_found(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [{**ROW, "公開範囲": "自所属のみ"}], "shakyo")
    for it in (only(registry).id, "zzzzzz"):
        with pytest.raises(NotFound):
            edit(registry, it, {"name": "名"})


def test_a_clock_that_is_slow_does_not_hide_an_edit(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import_rows(registry, tmp_path, [{**ROW, "確認日": "2026-10-01"}], "shakyo")
    slow = Speaker("kuramaru", "山田", datetime(2020, 1, 1, tzinfo=UTC))
    monkeypatch.setattr(Speaker, "now", lambda *_: slow)
    edit(registry, only(registry).id, {"fees_description": "100円"})
    assert only(registry).fees_description == "100円"
