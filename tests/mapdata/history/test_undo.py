"""Taking back: what an operation did is undone, what came after stays, and everything can be taken back to the start."""

from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mapdata import storage
from mapdata.claims.entry import Entry
from mapdata.claims.projection import STAFF
from mapdata.editing import bulk, saving, visits
from mapdata.editing.saving import save
from mapdata.errors import NotFound
from mapdata.history import undo
from mapdata.history.undo import NotUndoable, Skipped
from mapdata.lists.taking_in import ListChange
from mapdata.registry import Registry
from mapdata.storage.speaking import resolve_again
from mapdata.storage.speaking.acting import MustAsk
from mapdata.words import Level
from tests import scale, schema
from tests.factories import import_rows, published

ON = date(2026, 10, 1)
ROWS = [published(管理番号="1", 名称="ひなた", 料金="無料"), published(管理番号="2", 名称="こかげ", 住所="葛飾区立石5-1")]


def shown(registry: Registry) -> dict[str, Entry]:
    with storage.reading(registry.engine) as connection:
        return {e.name: e for e in storage.load_entries(connection) if e.provenance}


def log(registry: Registry) -> list[storage.Operation]:
    """Every operation, the newest first."""
    with storage.reading(registry.engine) as connection:
        return storage.latest_operations(connection, 100, None, ())


def newest(registry: Registry) -> int:
    return log(registry)[0].id


def edit(registry: Registry, it: str, source: str = "kuramaru", **says: Any) -> int:
    saved = save(registry.engine, it, registry.revision(), says, {}, source, "山田", ON)
    assert saved.operation
    return saved.operation


def test_an_import_taken_back_is_gone_and_revives_its_ids(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, ROWS)
    before = shown(registry)
    done = undo.undo(registry.engine, newest(registry), "山田")
    assert (done.entries, done.skipped) == (2, ())
    assert shown(registry) == {} and registry.snapshots.current(STAFF).records == ()
    assert import_rows(registry, tmp_path, ROWS).change == ListChange(2, 0, 0, 0)
    assert shown(registry) == before


def test_an_import_taken_back_gives_the_older_values_and_numbers_back(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [{**ROWS[0], "管理番号": "", "確認日": "2026-04-01"}])
    before = shown(registry)
    import_rows(registry, tmp_path, [{**ROWS[0], "料金": "100円", "説明": "増えた", "確認日": "2026-05-01"}, ROWS[1]])
    assert shown(registry)["ひなた"].local_ids == {"kuramaru": "1"}
    undo.undo(registry.engine, newest(registry), "山田")
    assert shown(registry) == before
    with storage.reading(registry.engine) as connection:
        claims = storage.claims_of_source(connection, "kuramaru")
    assert {(c.recorded_by, c.assured_on) for c in claims} == {("tester", date(2026, 4, 1))}


def test_what_was_changed_since_stays_and_is_listed(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, ROWS)
    it = shown(registry)["ひなた"].id
    first = edit(registry, it, fees_description="100円", remarks="猫")
    edit(registry, it, fees_description="200円")
    done = undo.undo(registry.engine, first, "佐藤")
    assert done.skipped == (Skipped(it, ("料金",)),)
    assert (shown(registry)["ひなた"].fees_description, shown(registry)["ひなた"].remarks) == ("200円", "")


def test_an_entry_is_never_left_without_a_name(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, ROWS)
    taken_back = newest(registry)
    it = shown(registry)["ひなた"].id
    edit(registry, it, fees_description="100円")
    visits.write(registry.engine, shown(registry)["こかげ"].id, ON, "開いていた", Level.STAFF, "shakyo", "佐藤")
    before = shown(registry)
    done = undo.undo(registry.engine, taken_back, "佐藤")
    assert done.entries == 0 and {s.entry_id for s in done.skipped} == {e.id for e in before.values()}
    assert shown(registry) == before


def test_taking_back_is_taken_back(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, ROWS)
    import_rows(registry, tmp_path, [{**ROWS[0], "料金": "100円"}])
    first, after = newest(registry), shown(registry)
    again = undo.undo(registry.engine, first, "山田").operation
    assert again and shown(registry) != after
    with pytest.raises(NotUndoable, match="もう取り消されて"):
        undo.undo(registry.engine, first, "山田")
    undo.undo(registry.engine, again, "山田")
    assert shown(registry) == after
    undo.undo(registry.engine, first, "山田")
    assert shown(registry)["ひなた"].fees_description == "無料"


def test_a_new_entry_taken_back_and_forth(registry: Registry) -> None:
    saved = save(registry.engine, None, 0, {"name": "こもれび"}, {}, "shakyo", "山田", ON)
    assert saved.operation
    back = undo.undo(registry.engine, saved.operation, "山田").operation
    assert shown(registry) == {} and back
    with pytest.raises(NotFound):
        saving.open_entry(registry.engine, saved.entry_id, "shakyo", ON)
    undo.undo(registry.engine, back, "山田")
    assert shown(registry)["こもれび"].id == saved.entry_id


def test_a_number_that_another_entry_has_by_now_is_not_given_back(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [{**ROWS[0], "管理番号": ""}])
    import_rows(registry, tmp_path, ROWS[:1])
    back = undo.undo(registry.engine, newest(registry), "山田").operation
    import_rows(registry, tmp_path, [published(管理番号="1", 名称="別のところ", 住所="葛飾区亀有3-1")])
    done = undo.undo(registry.engine, back or 0, "山田")
    assert done.skipped == (Skipped(shown(registry)["ひなた"].id, ("管理番号",)),)
    assert {name: e.local_ids["kuramaru"] for name, e in shown(registry).items()} == {"ひなた": "", "別のところ": "1"}


def test_some_operations_are_never_taken_back(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, ROWS)
    resolve_again(registry.engine, "cli")
    with pytest.raises(NotUndoable):
        undo.undo(registry.engine, newest(registry), "山田")
    with pytest.raises(NotFound):
        undo.undo(registry.engine, 99, "山田")


NAMES, SOURCES = ["甲", "乙", "丙"], ["kuramaru", "shakyo"]
VALUE = st.sampled_from(["", "無料", "100円", "200円"])
LIST = st.lists(st.tuples(st.sampled_from(NAMES), VALUE, VALUE, st.booleans()), min_size=1, max_size=3, unique_by=lambda r: r[0])
STEP = st.one_of(
    st.tuples(st.just("import"), st.sampled_from(SOURCES), LIST),
    st.tuples(st.just("edit"), st.sampled_from(SOURCES), st.integers(0, 5), VALUE, VALUE),
    st.tuples(st.just("new"), st.sampled_from(SOURCES), st.sampled_from(NAMES)),
    st.tuples(st.just("status"), st.sampled_from(SOURCES), st.sampled_from(["draft", "active", "closed"])),
    st.tuples(st.just("confirm"), st.sampled_from(SOURCES)),
    st.tuples(st.just("visit"), st.sampled_from(SOURCES), st.integers(0, 5)),
    st.tuples(st.just("undo"), st.integers(0, 5)),
)


def take_step(registry: Registry, folder: Path, step: tuple[Any, ...]) -> None:
    kind, *what = step
    entries = sorted(shown(registry).values(), key=lambda e: e.id)
    ids = [e.id for e in entries]
    if kind == "import":
        rows = [{"管理番号": name if numbered else "", "名称": name, "料金": fee, "備考": more} for name, fee, more, numbered in what[1]]
        import_rows(registry, folder, rows, what[0])
    elif kind == "new":
        save(registry.engine, None, 0, {"name": what[1]}, {}, what[0], "t", ON)
    elif kind == "undo":
        if done := [o for o in log(registry) if not o.undone_by]:
            undo.undo(registry.engine, done[what[0] % len(done)].id, "t")
    elif ids and kind == "edit":
        says = {"fees_description": what[2] or None, "remarks": what[3] or None}
        save(registry.engine, ids[what[1] % len(ids)], registry.revision(), says, {}, what[0], "t", ON)
    elif ids and kind == "status":
        with suppress(MustAsk):
            bulk.set_status(registry.engine, ids, what[1], what[0], "t", ON)
    elif ids and kind == "confirm":
        bulk.confirm(registry.engine, ids, what[0], "t", ON)
    elif ids and kind == "visit":
        visits.write(registry.engine, ids[what[1] % len(ids)], ON, "見た", Level.STAFF, what[0], "t")


def everything(registry: Registry) -> list[Entry]:
    with storage.reading(registry.engine) as connection:
        return [e for e in storage.load_entries(connection) if e.provenance]


@given(st.lists(STEP, min_size=1, max_size=4), st.lists(STEP, min_size=1, max_size=8))
@settings(max_examples=scale.of(50, 300), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_taking_everything_back_newest_first_restores_the_start(tmp_path: Path, first: list[Any], then: list[Any]) -> None:
    registry = schema.in_memory()
    for step in first:
        take_step(registry, tmp_path, step)
    start, at = everything(registry), len(log(registry))
    for step in then:
        take_step(registry, tmp_path, step)
    for operation in log(registry)[:-at or None]:
        assert undo.undo(registry.engine, operation.id, "t").skipped == ()
    assert everything(registry) == start
