"""When something is to be confirmed again and by whom, and what comes of a call: confirmed, corrected, no answer."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from mapdata import storage
from mapdata.claims.projection import STAFF, Record, office, project
from mapdata.clock import today
from mapdata.editing import bulk, saving
from mapdata.errors import EditRefused, NotFound
from mapdata.history import erasing, undo
from mapdata.merging import merge
from mapdata.people.account import Actor
from mapdata.registry import Registry
from mapdata.upkeep import freshness
from mapdata.upkeep.freshness import USUAL, Care, SheetChanged
from mapdata.upkeep.worklist import ALL, Asked, Found, count, worklist
from mapdata.words import Level
from tests.factories import entry, import_rows, published

ON = today()
OLD = "2020-01-01"
FULL = {"住所": "葛飾区立石5-13-1", "開催日時": "毎週木曜 13時から", "電話番号": "03-0000-0001", "料金": "無料"}


# --- the rule, on worked dates


def record(**values: object) -> Record:
    made = project(entry(**values), STAFF, date(2026, 11, 23))
    assert made
    return made


def test_each_value_is_due_an_interval_after_it_was_made_sure_of_and_opening_hours_sooner() -> None:
    from tests.factories import FULL_PLACE

    it = record(places=(FULL_PLACE,), fees_description="無料")
    days = {(name, "kuramaru"): date(2026, 4, 1) for name in freshness.MATTERS}
    days["name", "kuramaru"], days["fees_description", "kuramaru"] = date(2025, 11, 23), None

    def told(on: date, care: Care = USUAL) -> list[tuple[str, date | None]]:
        return [(d.what, d.since) for d in freshness.due(it, days, care, on)]

    assert told(date(2026, 9, 30)) == [("fees_description", None)]
    assert told(date(2026, 10, 1)) == [("fees_description", None), ("schedule", date(2026, 10, 1))]
    assert ("name", date(2026, 11, 23)) in told(date(2026, 11, 23)) and ("name", None) not in told(date(2026, 11, 22))
    assert [what for what, _ in told(date(2027, 3, 31), Care(36, 12))] == ["fees_description"]


@pytest.mark.parametrize("values", [{"status": "closed"}, {"id": "abc234", "name": "", "status": ""}])
def test_nothing_is_due_of_what_is_closed_or_not_told(values: dict[str, str]) -> None:
    assert freshness.due(record(**values), {}, USUAL, ON) == ()


@pytest.mark.parametrize(("source", "lists", "chosen", "expected"), [
    ("shakyo", {"kuramaru": "1"}, "", "kuramaru"), ("shakyo", {"kuramaru": "1", "shakyo": "2"}, "", "shakyo"),
    ("self", {"kuramaru": "1", "shakyo": "2"}, "", "kuramaru"), ("shakyo", {}, "", "shakyo"), ("self", {}, "", "kuramaru"),
    ("shakyo", {"shakyo": "2"}, "kuramaru", "kuramaru"), ("shakyo", {"shakyo": "2"}, "closed_office", "shakyo"),
])
def test_the_office_that_sees_to_an_entry(source: str, lists: dict[str, str], chosen: str, expected: str) -> None:
    assert freshness.office_of(record(source=source, local_ids=lists), Care(12, 6, chosen)) == expected


# --- the worklist


def found(registry: Registry, own: str = "kuramaru", chosen: str = ALL, q: str = "") -> Found:
    return worklist(registry.engine, registry.snapshots.current(office(own)), Asked(chosen, q))


def names(some: Found) -> list[str]:
    return [line.record.name for line in some.lines]


def ids(registry: Registry) -> dict[str, str]:
    return {r.name: r.id for r in registry.snapshots.current(STAFF).records}


def test_the_worklist_is_of_what_is_due_the_longest_overdue_first(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [
        published(名称="新しい", 管理番号="1", 確認日=str(ON), **FULL), published(名称="三年まえ", 管理番号="2", 確認日=str(ON - timedelta(1100))),
        published(名称="一度もない", 管理番号="3"), published(名称="二年まえ", 管理番号="4", 確認日=str(ON - timedelta(800))),
        published(名称="終わった", 管理番号="5", 状態="終了"),
        published(名称="時間だけ", 管理番号="6", 確認日=str(ON - timedelta(200)), **FULL),
    ])
    import_rows(registry, tmp_path, [published(名称="社協の", 管理番号="ねこ9", 確認日=OLD)], "shakyo")
    everything = found(registry)
    assert names(everything) == ["一度もない", "社協の", "三年まえ", "二年まえ", "時間だけ"]
    assert [d.what for d in everything.lines[-1].due] == ["schedule"]
    assert names(found(registry, chosen="shakyo")) == ["社協の"] and everything.counts == {ALL: 5, "kuramaru": 4, "shakyo": 1}
    assert names(found(registry, q="年まえ")) == ["三年まえ", "二年まえ"] and names(found(registry, q="ネコ９")) == ["社協の"]
    assert count(registry.engine, registry.snapshots.current(office("shakyo")), "shakyo") == 1
    assert found(registry).next_after(ids(registry)["三年まえ"]) == ids(registry)["二年まえ"]
    assert found(registry).next_after(ids(registry)["新しい"], ids(registry)["時間だけ"]) == ids(registry)["時間だけ"]
    assert found(registry).next_after(ids(registry)["時間だけ"]) == "" and found(registry).next_after("zzzzzz", "zzzzzz") == found(registry).ids[0]
    assert found(registry).next_after(ids(registry)["時間だけ"], ids(registry)["二年まえ"]) == ids(registry)["二年まえ"]


def test_a_page_at_a_time_and_its_question_comes_back(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(名称=f"場所{n}", 管理番号=str(n)) for n in range(5)])
    asked = Asked("kuramaru", "場所", 2)
    page = worklist(registry.engine, registry.snapshots.current(STAFF), asked, per_page=2)
    assert (len(page.lines), page.pages, len(page.ids)) == (2, 3, 5)

    class Args(dict[str, str]):
        def getlist(self, key: str) -> list[str]:
            return [self[key]] if key in self else []

    from urllib.parse import parse_qsl
    assert Asked.read(Args(parse_qsl(asked.string())), "shakyo") == asked
    assert Asked.read(Args(office="nobody", page="x"), "shakyo") == Asked("shakyo")
    assert Asked.read(Args(), "ひだまりの会") == Asked(ALL)


def test_another_interval_and_another_office_hold_until_they_are_taken_back(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(確認日=str(ON - timedelta(500)))])
    it = ids(registry)["ひなた"]
    done = freshness.set_care(registry.engine, it, Care(24, 6, "shakyo"), "kuramaru", "user:花子", ON)
    assert found(registry).ids == ()
    later = freshness.set_care(registry.engine, it, Care(12, 6, "shakyo"), "kuramaru", "user:花子", ON)
    assert found(registry, chosen="shakyo").ids == (it,)
    assert freshness.set_care(registry.engine, it, Care(12, 6, "shakyo"), "kuramaru", "user:花子", ON) is None
    for operation in (later, done):
        assert operation
        undo.undo(registry.engine, operation, "user:花子")
    assert found(registry, chosen="kuramaru").ids == (it,)
    with pytest.raises(EditRefused) as refused:
        freshness.set_care(registry.engine, it, Care(7, 0, "nobody"), "kuramaru", "user:花子", ON)
    assert list(refused.value.errors) == ["interval_months", "schedule_interval_months", "office"]


# --- calls


def sheet(registry: Registry, it: str, source: str = "kuramaru") -> freshness.Sheet:
    return freshness.call_sheet(registry.engine, registry.snapshots.current(office(source)).by_id[it], source, ON)


def seen(registry: Registry, it: str, *fields: str, source: str = "kuramaru") -> dict[str, str]:
    return {q.field: q.seen for q in sheet(registry, it, source).questions if q.field in fields or (not fields and q.is_told)}


def claims(registry: Registry, it: str) -> dict[tuple[str, str], tuple[object, date | None]]:
    with storage.reading(registry.engine) as connection:
        found = storage.claims_of_resources(connection, [it])[it]
    return {(c.field, c.source): (c.value, c.assured_on) for c in found}


@pytest.fixture
def both(registry: Registry, tmp_path: Path) -> str:
    """An entry of which くらまる課 says all, but 社協 knew the telephone number last."""
    import_rows(registry, tmp_path, [published(確認日=OLD, **FULL)])
    it = ids(registry)["ひなた"]
    base = saving.open_entry(registry.engine, it, "shakyo", ON).base
    number = [{"type": "phone", "value": "03-0000-0002", "label": ""}]
    saving.save(registry.engine, it, base, {"contacts": number}, {}, "shakyo", "user:次郎", date(2021, 1, 1))
    return it


def test_a_call_asks_for_all_that_matters_what_is_due_first(registry: Registry, both: str) -> None:
    saving.save(
        registry.engine, both, saving.open_entry(registry.engine, both, "kuramaru", ON).base,
        {"name": "ひなた２"}, {}, "kuramaru", "user:花子", ON,
    )
    made = sheet(registry, both)
    assert [q.field for q in made.questions] == [
        "status", "places", "contacts", "fees_description", "name", "application_process", "intake", "first_day_greeter",
        "first_day_attendance", "first_day_activity", "first_day_optional", "first_day_message", "first_day_directions",
        "women_only_place",
    ]
    assert [d.what for q in made.questions if q.field == "places" for d in q.due] == ["schedule", "places"]
    assert made.office == "kuramaru" and not made.questions[-1].is_told and made.questions[-2].due == ()


def test_what_was_heard_is_confirmed_claim_by_claim_and_can_be_taken_back(registry: Registry, both: str) -> None:
    before = claims(registry, both)
    done = freshness.confirm(registry.engine, both, seen(registry, both, "status", "places"), "kuramaru", "user:花子", ON)
    after = claims(registry, both)
    assert done.fields == ("status", "places") and done.operation
    assert {slot for slot in after if after[slot] != before[slot]} == {("status", "kuramaru"), ("places", "kuramaru")}
    assert after["places", "kuramaru"] == (before["places", "kuramaru"][0], ON)
    again = freshness.confirm(registry.engine, both, seen(registry, both, "status"), "kuramaru", "user:花子", ON)
    assert (again.operation, again.fields) == (None, ())
    undo.undo(registry.engine, done.operation, "user:花子")
    assert claims(registry, both) == before


def test_another_office_s_value_becomes_one_s_own_and_theirs_stays_as_it_is(registry: Registry, both: str) -> None:
    before = claims(registry, both)
    done = freshness.confirm(registry.engine, both, seen(registry, both), "kuramaru", "user:花子", ON)
    after = claims(registry, both)
    assert "contacts" in done.fields
    assert after["contacts", "shakyo"] == before["contacts", "shakyo"]
    assert after["contacts", "kuramaru"] == (before["contacts", "shakyo"][0], ON)
    assert found(registry).ids == ()


def test_where_another_s_value_was_chosen_one_s_own_confirmation_counts_and_their_next_list_is_heard(
    registry: Registry, tmp_path: Path
) -> None:
    cells = {"確認日": OLD, "名称": "ひなた"}
    import_rows(registry, tmp_path, [published(管理番号="1", 電話番号="03-0000-0001", **cells)])
    keep = ids(registry)["ひなた"]
    import_rows(registry, tmp_path, [published(管理番号="A", 電話番号="03-0000-0002", **cells)], "shakyo")
    other = next(r.id for r in registry.snapshots.current(STAFF).records if r.id != keep)
    freshness.set_care(registry.engine, keep, Care(24, 6, ""), "kuramaru", "user:花子", ON)
    freshness.set_care(registry.engine, other, Care(1, 1, ""), "kuramaru", "user:花子", ON)
    freshness.no_answer(registry.engine, other, ON, "", "留守", "kuramaru", "user:花子", ON)
    merge.merge(registry.engine, keep, other, {"contacts": "shakyo"}, "user:花子", "kuramaru", ON, registry.revision())
    assert sheet(registry, keep).care == Care(24, 6, "") and sheet(registry, keep).attempts[0].note == "留守"
    freshness.confirm(registry.engine, keep, seen(registry, keep), "kuramaru", "user:花子", ON)
    shown = saving.open_entry(registry.engine, keep, "kuramaru", ON).shown["contacts"]
    assert (shown.source, shown.value[0]["value"], found(registry).ids) == ("kuramaru", "03-0000-0002", ())
    import_rows(registry, tmp_path, [published(管理番号="A", 電話番号="03-0000-0003", **cells)], "shakyo")
    assert registry.snapshots.current(STAFF).by_id[keep].contacts[0].value == "03-0000-0003"


def test_what_another_office_keeps_to_staff_stays_so(registry: Registry, both: str) -> None:
    base = saving.open_entry(registry.engine, both, "shakyo", ON).base
    number = [{"type": "phone", "value": "03-0000-0009", "label": ""}]
    saving.save(registry.engine, both, base, {"contacts": number}, {"contacts": Level.STAFF}, "shakyo", "user:次郎", date(2021, 2, 2))
    freshness.confirm(registry.engine, both, seen(registry, both), "kuramaru", "user:花子", ON)
    shown = saving.open_entry(registry.engine, both, "kuramaru", ON).shown["contacts"]
    assert (shown.source, shown.audience, shown.value) == ("kuramaru", Level.STAFF, number)


def test_what_changed_meanwhile_is_not_confirmed(registry: Registry, both: str) -> None:
    then = seen(registry, both)
    base = saving.open_entry(registry.engine, both, "shakyo", ON).base
    saving.save(registry.engine, both, base, {"fees_description": "100円"}, {}, "shakyo", "user:次郎", ON)
    before = claims(registry, both)
    with pytest.raises(SheetChanged) as changed:
        freshness.confirm(registry.engine, both, then, "kuramaru", "user:花子", ON)
    assert changed.value.fields == ("fees_description",) and str(changed.value) == "料金"
    assert claims(registry, both) == before
    rest = {name: it for name, it in then.items() if name != "fees_description"}
    assert freshness.confirm(registry.engine, both, rest, "kuramaru", "user:花子", ON).operation


def test_two_who_heard_the_same_do_not_stand_in_each_other_s_way(registry: Registry, both: str) -> None:
    mine, theirs = seen(registry, both), seen(registry, both, source="shakyo")
    assert freshness.confirm(registry.engine, both, mine, "kuramaru", "user:花子", ON).operation
    assert set(freshness.confirm(registry.engine, both, theirs, "shakyo", "user:次郎", ON).fields) == set(theirs)
    assert freshness.confirm(registry.engine, both, mine, "kuramaru", "user:花子", ON).fields == ()


def test_confirming_many_in_the_list_empties_the_worklist_too(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(確認日=OLD, **FULL)])
    bulk.confirm(registry.engine, list(ids(registry).values()), "kuramaru", "user:花子", ON)
    assert found(registry).ids == ()


def test_no_answer_moves_an_entry_to_the_day_of_the_next_call(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(名称=name, 管理番号=name, 確認日=OLD) for name in ("あ", "い", "う")])
    known, tomorrow = ids(registry), ON + timedelta(1)
    late = freshness.no_answer(registry.engine, known["あ"], tomorrow, "morning", "留守番電話", "kuramaru", "user:花子", ON)
    freshness.no_answer(registry.engine, known["う"], ON, "", "", "kuramaru", "user:花子", ON)
    assert names(found(registry)) == ["う", "い", "あ"]
    line = found(registry).lines[-1]
    assert line.attempt and line.waits(ON) and line.is_promised(tomorrow) and line.attempt.note == "留守番電話"
    undo.undo(registry.engine, late, "user:花子")
    assert names(found(registry)) == ["う", "あ", "い"] and sheet(registry, known["あ"]).attempts == ()
    freshness.confirm(registry.engine, known["う"], seen(registry, known["う"]), "kuramaru", "user:花子", ON)
    assert names(found(registry)) == ["あ", "い"] and len(sheet(registry, known["う"]).attempts) == 1


def test_a_call_of_before_it_was_due_is_no_longer_waited_for(registry: Registry, tmp_path: Path) -> None:
    then = ON - timedelta(400)
    import_rows(registry, tmp_path, [published(確認日=str(then - timedelta(20)))])
    it = ids(registry)["ひなた"]
    freshness.no_answer(registry.engine, it, then, "", "", "kuramaru", "user:花子", then)
    assert found(registry).lines[0].attempt is None


@pytest.mark.parametrize(("again_on", "again_at", "note", "wrong"), [
    (None, "", "", ["try_again_on"]), (ON - timedelta(1), "", "", ["try_again_on"]),
    (ON + timedelta(900), "x", "あ" * 1001, ["try_again_on", "try_again_at", "note"]),
])
def test_what_is_wrong_with_the_next_call_is_told(
    registry: Registry, tmp_path: Path, again_on: date | None, again_at: str, note: str, wrong: list[str]
) -> None:
    import_rows(registry, tmp_path, [published()])
    with pytest.raises(EditRefused) as refused:
        freshness.no_answer(registry.engine, ids(registry)["ひなた"], again_on, again_at, note, "kuramaru", "user:花子", ON)
    assert list(refused.value.errors) == wrong


def test_nobody_confirms_what_is_for_another_office_alone(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(公開範囲="自所属のみ")], "shakyo")
    with storage.reading(registry.engine) as connection:
        it = storage.load_entries(connection)[0].id
    assert found(registry).ids == () and found(registry, own="shakyo", chosen="shakyo").ids == (it,)
    for act in (
        lambda: freshness.confirm(registry.engine, it, {}, "kuramaru", "user:花子", ON),
        lambda: freshness.no_answer(registry.engine, it, ON, "", "", "kuramaru", "user:花子", ON),
        lambda: freshness.set_care(registry.engine, it, Care(24, 6, ""), "kuramaru", "user:花子", ON),
    ):
        with pytest.raises(NotFound):
            act()


def test_erasing_an_entry_leaves_nothing_of_its_calls(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published()])
    it = ids(registry)["ひなた"]
    freshness.no_answer(registry.engine, it, ON, "", "山田さんは火曜に留守", "kuramaru", "user:花子", ON)
    freshness.set_care(registry.engine, it, Care(24, 6, ""), "kuramaru", "user:花子", ON)
    erasing.erase(registry.engine, it, Actor("user:花子"), next(iter(erasing.REASONS)))
    with storage.reading(registry.engine) as connection:
        assert storage.attempts(connection, STAFF) == {} and storage.cares(connection) == {}
