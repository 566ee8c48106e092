"""Two entries made one: nothing lost, whose value holds, next year's lists, and the way back."""

from pathlib import Path

import pytest

from mapdata import storage
from mapdata.claims.projection import STAFF, office
from mapdata.editing import bulk, visits
from mapdata.editing.saving import save
from mapdata.errors import NotFound
from mapdata.history import erasing
from mapdata.history.timeline import history
from mapdata.history.undo import NotUndoable, Skipped
from mapdata.lists.exporting import source_rows
from mapdata.merging import merge as merging
from mapdata.merging.merge import MergeConflict, MergeRefused
from mapdata.people.account import Actor
from mapdata.registry import Registry
from mapdata.upkeep import freshness
from mapdata.words import Level
from tests.factories import import_rows
from tests.mapdata.merging.two import HINATA, ON, SUNNY, Two


@pytest.fixture
def two(registry: Registry, tmp_path: Path) -> Two:
    return Two(registry, tmp_path)


# --- made one


def test_the_one_keeps_both_numbers_and_every_claim(two: Two) -> None:
    visits.write(two.engine, two.other, ON, "開いていた", Level.STAFF, "shakyo", "太郎")
    with storage.reading(two.engine) as connection:
        before = storage.claims_of_resources(connection, [two.keep, two.other])
    two.merge()
    with storage.reading(two.engine) as connection:
        after = storage.claims_of_resources(connection, [two.keep, two.other])
    told = lambda claims: {(c.field, c.source, str(c.value), c.audience, c.assured_on, c.recorded_at, c.recorded_by) for c in claims}  # noqa: E731
    assert told(after[two.keep]) == told([*before[two.keep], *before[two.other]]) and two.other not in after
    assert list(two.entries()) == [two.keep]
    assert two.entry.local_ids == {"kuramaru": "1", "shakyo": "S-7"} and [v.text for v in two.entry.visits] == ["開いていた"]
    with storage.reading(two.engine) as connection:
        assert storage.merged_into(connection, two.other) == two.keep == storage.merged_into(connection, two.keep)


def test_calls_that_nobody_answered_go_along(two: Two) -> None:
    def attempts() -> dict[str, list[str]]:
        with storage.reading(two.engine) as connection:
            return {it: [one.note for one in some] for it, some in storage.attempts(connection, STAFF).items()}

    for it, note in ((two.keep, "話し中"), (two.other, "留守番電話")):
        freshness.no_answer(two.engine, it, ON, "", note, "kuramaru", "花子", ON)
    operation = two.merge()
    assert {it: sorted(notes) for it, notes in attempts().items()} == {two.keep: ["留守番電話", "話し中"]}
    two.undo(operation)
    assert attempts() == {two.keep: ["話し中"], two.other: ["留守番電話"]}


def test_of_what_differs_the_chosen_holds_else_the_newest_assured(two: Two) -> None:
    two.merge(name="kuramaru")
    assert (two.entry.name, two.entry.fees_description) == ("ひなたサロン", "100円")
    assert two.entry.provenance["fees_description"].source == "shakyo"
    assert two.entry.contacts[0].value == "03-0000-0001" and two.entry.places[0].address == "葛飾区立石5-1-1"


def test_lists_come_again_and_change_nothing(two: Two) -> None:
    two.merge(name="kuramaru")
    before = two.entries()
    two.take("kuramaru", HINATA)
    two.take("shakyo", SUNNY)
    two.take("shakyo", SUNNY, 管理番号="")  # known by its name as well
    assert two.entries() == before
    for source in ("kuramaru", "shakyo"):
        import_rows(two.registry, two.folder, source_rows(two.engine, source), source)
    assert two.entries() == before


def test_a_row_that_lost_its_number_and_was_renamed_comes_to_no_new_entry(registry: Registry, tmp_path: Path) -> None:
    two = Two.__new__(Two)
    two.registry, two.engine, two.folder = registry, registry.engine, tmp_path
    two.take("kuramaru", HINATA)
    two.take("shakyo", {**SUNNY, "管理番号": ""})
    two.keep, two.other = two.id("ひなたサロン"), two.id("サロンひなた")
    two.edit(two.other, "shakyo", name="あたらしい名前")
    two.merge()
    two.edit(two.keep, "shakyo", name="もっと新しい名前")
    two.take("shakyo", {**SUNNY, "管理番号": ""}, 料金="300円")
    assert list(two.entries()) == [two.keep] and two.entry.fees_description == "300円"


# --- next year


def test_one_list_that_says_something_new_is_heard_even_against_a_choice(two: Two) -> None:
    two.merge(name="kuramaru", fees_description="kuramaru")
    assert two.entry.fees_description == "無料"
    two.take("shakyo", SUNNY, 料金="200円", 確認日="2026-03-01")  # older, and yet what is new
    assert two.entry.fees_description == "200円" and two.undecided() == {}


def test_two_lists_that_say_something_new_are_asked_about(two: Two) -> None:
    two.merge(name="kuramaru")
    two.take("shakyo", SUNNY, 料金="200円", 名称="ひなたサロン", 確認日="2026-10-01")
    two.take("kuramaru", HINATA, 料金="300円", 説明="広くなった", 確認日="2026-11-01")
    assert two.undecided() == {two.keep: ["fees_description"]}
    assert two.entry.fees_description == "300円"
    merging.choose(two.engine, two.keep, {"fees_description": "shakyo"}, "花子", "kuramaru", ON, two.registry.revision())
    assert two.entry.fees_description == "200円" and two.undecided() == {}


def test_what_both_said_alike_is_asked_about_when_both_change_it(two: Two) -> None:
    two.take("shakyo", SUNNY, 料金="無料")
    two.merge()
    two.take("shakyo", SUNNY, 料金="200円")
    assert two.entry.fees_description == "200円" and two.undecided() == {}
    two.take("kuramaru", HINATA, 料金="300円")
    assert two.undecided() == {two.keep: ["fees_description"]}


def test_what_one_list_is_silent_of_is_not_asked_until_both_say_something_new(two: Two) -> None:
    two.take("kuramaru", HINATA, 備考="階段があります")
    two.merge()
    two.take("shakyo", SUNNY, 備考="階段なし", 対象者="どなたでも", 確認日="2026-03-01")
    assert two.entry.remarks == "階段があります" and two.undecided() == {}  # older
    two.take("shakyo", SUNNY, 備考="階段なし", 対象者="どなたでも", 確認日="2026-06-01")
    assert two.entry.remarks == "階段なし" and two.undecided() == {}
    two.take("kuramaru", HINATA, 備考="手すりがあります", 対象者="区内の方")
    assert two.undecided() == {two.keep: ["eligibility_description", "remarks"]}


def test_writing_on_the_screen_is_choosing(two: Two) -> None:
    two.merge(fees_description="kuramaru")
    two.edit(two.keep, "shakyo", fees_description="100円")  # what its list says already
    assert (two.entry.fees_description, two.entry.provenance["fees_description"].source) == ("100円", "shakyo")
    bulk.set_status(two.engine, [two.keep], "paused", "kuramaru", "花子", ON)
    assert two.entry.status == "paused"
    bulk.confirm(two.engine, [two.keep], "kuramaru", "花子", ON)
    assert two.entry.fees_description == "100円"


def test_a_withdrawn_value_leaves_the_other_s(two: Two) -> None:
    two.merge(fees_description="shakyo")
    two.take("shakyo", SUNNY, 料金="")
    assert two.entry.fees_description == "無料"


# --- refused


def test_two_rows_of_one_list_are_not_made_one(two: Two) -> None:
    two.take("kuramaru", HINATA, {**HINATA, "管理番号": "2", "名称": "ひなた2"})
    with pytest.raises(MergeRefused, match="一覧のほうでひとつに"):
        two.merge_two(two.keep, two.id("ひなた2"))
    typed = save(two.engine, None, 0, {"name": "ひなた（画面）"}, {}, "shakyo", "花子", ON)
    with pytest.raises(MergeRefused, match="終了"):
        two.merge_two(two.other, typed.entry_id)


def test_of_two_people_the_second_is_told(two: Two) -> None:
    base = two.registry.revision()
    two.edit(two.other, "shakyo", remarks="今日かわった")
    with pytest.raises(MergeConflict):
        merging.merge(two.engine, two.keep, two.other, {}, "花子", "kuramaru", ON, base)
    operation = two.merge()
    with pytest.raises(NotFound):
        two.merge()
    with pytest.raises(NotFound):
        two.edit(two.other, "shakyo", remarks="まとめたあとに")
    with pytest.raises(ValueError):
        two.merge_two(two.keep, two.keep)
    with pytest.raises(NotFound):
        merging.choose(two.engine, two.keep, {"remarks": "self"}, "花子", "kuramaru", ON, two.registry.revision())
    with pytest.raises(MergeConflict):
        merging.choose(two.engine, two.keep, {"remarks": "shakyo"}, "花子", "kuramaru", ON, base)
    assert operation


def test_what_one_office_keeps_for_itself_stays_so(two: Two) -> None:
    two.edit(two.keep, "kuramaru", description="みんなの話")
    save(two.engine, two.other, two.registry.revision(), {"description": "社協だけの話", "staff_note": "社協のメモ"},
         {"description": Level.OFFICE}, "shakyo", "太郎", ON)
    two.merge()
    assert two.entry.description == "みんなの話"
    assert "社協だけの話" not in str(history(two.engine, two.keep, office("kuramaru")))
    with pytest.raises(NotFound):
        two.merge_two(two.keep, two.other)
    assert two.entry.staff_notes == {"shakyo": "社協のメモ"}


# --- the way back


def test_undone_the_two_are_as_before_and_redone_they_are_one(two: Two) -> None:
    visits.write(two.engine, two.other, ON, "開いていた", Level.STAFF, "shakyo", "太郎")
    before = two.entries()
    operation = two.merge(name="kuramaru")
    one = two.entries()
    back = two.undo(operation)
    assert two.entries() == before and back.skipped == ()
    two.undo(back.operation)
    assert two.entries() == one
    two.undo(operation)
    assert two.entries() == before


def test_what_its_list_said_since_goes_back_with_its_row(two: Two) -> None:
    kept = two.entry
    operation = two.merge(name="kuramaru")
    two.take("shakyo", SUNNY, 料金="200円", 説明="新しく書いた", 住所="葛飾区立石5-1-2", 名称="サロンひなた館", 公開範囲="公開")
    note = visits.write(two.engine, two.keep, ON, "見た", Level.STAFF, "shakyo", "太郎").note
    two.take("shakyo", SUNNY, 料金="", 説明="新しく書いた", 名称="サロンひなた館")
    done = two.undo(operation)
    other = two.entries()[two.other]
    assert (other.name, other.fees_description, other.description) == ("サロンひなた館", "", "新しく書いた")
    assert other.local_ids == {"shakyo": "S-7"} and done.skipped == ()
    assert two.entry.name == kept.name and two.entry.fees_description == "無料" and two.entry.description == ""
    assert [v.note for v in two.entry.visits] == [note]  # written of the one: nobody can tell of which of the two
    two.take("shakyo", SUNNY, 名称="サロンひなた館", 説明="新しく書いた", 料金="500円")
    two.undo(done.operation)  # and once more together, with what was said meanwhile
    assert list(two.entries()) == [two.keep] and two.entry.fees_description == "500円"


def test_what_nobody_can_tell_apart_stays_and_is_listed(two: Two) -> None:
    two.edit(two.keep, "shakyo", remarks="社協から見たひなた")
    two.take("shakyo", SUNNY, 備考="社協の一覧の備考", 確認日="2026-11-10")
    operation = two.merge()
    two.edit(two.keep, "shakyo", remarks="まとめたあとの備考")
    done = two.undo(operation)
    assert done.skipped == (Skipped(two.keep, ("備考",)),)
    assert two.entry.remarks == "まとめたあとの備考" and two.entries()[two.other].remarks == "社協の一覧の備考"


def test_three_become_one_and_the_way_back_is_in_order(two: Two) -> None:
    two.take("self", {"名称": "ひなたの会", "料金": "50円", "住所": "葛飾区立石5-1-1", "確認日": "2026-06-01"})
    third = two.id("ひなたの会")
    before = two.entries()
    first = two.merge(fees_description="kuramaru")
    second = two.merge_two(third, two.keep, fees_description="self")
    assert two.entries().keys() == {third}
    assert two.entries()[third].local_ids == {"kuramaru": "1", "shakyo": "S-7", "self": ""}
    with storage.reading(two.engine) as connection:
        assert storage.merged_into(connection, two.other) == third
    with pytest.raises(NotUndoable, match="さらに"):
        two.undo(first)
    two.undo(second)
    two.undo(first)
    assert two.entries() == before


def test_an_older_import_taken_back_makes_no_ghost_of_the_merged(two: Two) -> None:
    two.take("shakyo", SUNNY, 料金="")
    with storage.reading(two.engine) as connection:
        withdrawn = storage.latest_operations(connection, 1, None, ())[0].id
    two.merge()
    done = two.undo(withdrawn)
    assert done.operation is None and done.skipped[0].entry_id == two.keep
    assert list(two.entries()) == [two.keep]


# --- two that are two


def test_two_are_remembered_as_two_until_somebody_knows_better(two: Two) -> None:
    operation = merging.find_distinct(two.engine, two.other, two.keep, "曜日がちがう", "花子", "kuramaru", ON)
    assert merging.find_distinct(two.engine, two.keep, two.other, "", "花子", "kuramaru", ON) is None
    pair = tuple(sorted((two.keep, two.other)))

    def known() -> dict[tuple[str, str], str]:
        with storage.reading(two.engine) as connection:
            return storage.distinct_pairs(connection)

    assert known() == {pair: "曜日がちがう"}
    merged = two.merge()
    assert known() == {}
    two.undo(merged)
    assert known() == {pair: "曜日がちがう"}
    two.undo(operation)
    assert known() == {}


# --- history, erasing


def test_the_history_of_the_one_tells_of_both(two: Two) -> None:
    two.edit(two.other, "shakyo", fees_description="80円")
    merge = two.merge(fees_description="kuramaru")
    told = history(two.engine, two.keep, office("kuramaru"))
    assert [c.how for c in told] == ["ひとつにまとめる", "画面での編集", "一覧の取り込み", "一覧の取り込み"]
    assert [c.of for c in told] == ["", "サロンひなた", "サロンひなた", ""]
    lines = {(f.heading, f.before, f.after) for f in told[0].fields}
    assert ("まとめ", "", "「サロンひなた」とひとつにした") in lines and "料金" not in {heading for heading, *_ in lines}
    two.undo(merge)
    told = history(two.engine, two.other, office("shakyo"))
    assert [f.heading for f in told[0].fields] == ["まとめ"] and "ひなたサロン" in told[0].fields[0].before


def test_erasing_the_one_erases_both_and_the_way_back(two: Two) -> None:
    merge = two.merge()
    erasing.erase(two.engine, two.keep, Actor("admin"), "request")
    with storage.reading(two.engine) as connection:
        assert storage.history(connection, two.other) == storage.history(connection, two.keep) == []
    with pytest.raises(NotUndoable, match="消去"):
        two.undo(merge)
    assert two.registry.snapshots.current(STAFF).records == ()


def test_erasing_one_that_was_parted_again_leaves_nothing_of_it_in_the_other(two: Two) -> None:
    merge = two.merge()
    two.take("shakyo", SUNNY, 説明="まとめているあいだの話")
    back = two.undo(merge)
    erasing.erase(two.engine, two.other, Actor("admin"), "request")
    with storage.reading(two.engine) as connection:
        told = storage.history(connection, two.keep)
    assert {t.claim.source for t in told} == {"kuramaru"} and two.entry.name == "ひなたサロン"
    with pytest.raises(NotUndoable, match="消去"):
        two.undo(back.operation)
