"""What everyone may see is kept for the time in which the database is away: never older than what was narrowed."""

import os
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from mapdata import clock, storage
from mapdata.claims.projection import PUBLIC, STAFF
from mapdata.errors import Unavailable, WrongDatabase
from mapdata.registry import Registry
from mapdata.search.kept import keeper as keeping
from mapdata.search.kept import plain
from mapdata.search.kept.journal import Journal, Note, way
from mapdata.search.snapshot import Snapshot
from mapdata.storage import Stamp
from mapdata.storage.engine import witnesses
from tests.factories import import_rows, published
from tests.mapdata.search.test_snapshot import some_row, state


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "instance").mkdir()
    return tmp_path / "instance"


@pytest.fixture
def site(database_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """One worker's registry. An edition may be followed by another at once."""
    monkeypatch.setattr(keeping, "_STANDS", -1.0)
    made = Registry(database_url, folder)
    yield made
    made.engine.dispose()


@pytest.fixture
def other(database_url: str, folder: Path) -> Iterator[Registry]:
    made = Registry(database_url, folder)
    yield made
    made.engine.dispose()


def away(*registries: Registry) -> None:
    """From now on the database does not answer them."""
    def gone() -> None:
        raise Unavailable("away")

    for registry in registries:
        registry.engine.dispose()
        storage.before_use(registry.engine, gone)


def look(registry: Registry) -> None:
    assert registry.keeper
    registry.keeper.look(registry.snapshots)


def names(registry: Registry) -> list[str]:
    return [record.name for record in registry.snapshots.current(PUBLIC).records]


def write(registry: Registry, folder: Path, *rows: dict[str, str]) -> None:
    import_rows(registry, folder.parent, rows)


ROWS = [published(管理番号="1", 名称="ひなた"), published(管理番号="2", 名称="こかげ")]


def test_what_is_kept_is_what_was_seen(site: Registry, folder: Path) -> None:
    chance = random.Random(7)
    write(site, folder, *(some_row(chance, n) for n in range(30)))
    look(site)
    whole = site.snapshots.current(PUBLIC)
    assert len(whole.records) > 5 and whole.kept_from is None
    away(site)
    site.snapshots._kept.clear()  # as a worker that has only begun
    kept = site.snapshots.current(PUBLIC)
    told = [{name: part for name, part in state(one).items() if name != "version"} for one in (kept, whole)]
    assert told[0] == told[1] and kept.kept_from is not None and kept.version != whole.version
    with pytest.raises(Unavailable):
        site.snapshots.current(STAFF)
    kept_files = sorted(p.name for p in (folder / "kept").iterdir())
    assert [p for p in kept_files if p.startswith("public-")] == [f"public-{clock.today()}.json"]
    assert {(folder / "kept" / name).stat().st_mode & 0o777 for name in kept_files} == {0o600}


def test_ten_minutes_and_no_longer(site: Registry, folder: Path, later: Callable[..., None]) -> None:
    write(site, folder, *ROWS)
    look(site)
    later(hours=1)
    look(site)
    away(site)
    later(minutes=9, seconds=58)
    assert names(site) == ["こかげ", "ひなた"]
    later(seconds=3)
    with pytest.raises(Unavailable):
        names(site)


@pytest.mark.parametrize("confirmed", [True, False])
def test_no_worker_shows_what_another_narrowed(
    site: Registry, other: Registry, folder: Path, confirmed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the writer lived to say that its write was kept, or was killed in between."""
    write(site, folder, *ROWS)
    look(site)
    assert names(other) == names(site) == ["こかげ", "ひなた"]
    if not confirmed:
        monkeypatch.setattr(Journal, "confirm", lambda *_: None)
    write(other, folder, {**ROWS[0], "公開範囲": "両職員まで"}, {**ROWS[1], "説明": "静か"})
    away(site, other)
    assert names(site) == names(other) == (["こかげ"] if confirmed else [])
    snapshot = site.snapshots.current(PUBLIC)
    assert len(snapshot.left_out) == (0 if confirmed else 2)
    assert not confirmed or snapshot.records[0].description == "静か"
    site.snapshots._kept.clear()
    assert names(site) == (["こかげ"] if confirmed else [])


def test_many_that_changed_at_once_are_left_out_until_they_are_kept(
    site: Registry, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mapdata.search.kept.telling._MOST_TOLD", 1)
    write(site, folder, *ROWS, published(管理番号="3", 名称="もみじ"))
    look(site)
    write(site, folder, *({**row, "説明": "静か"} for row in ROWS))
    kept = site.snapshots.current(PUBLIC)
    site.snapshots._kept.clear()
    away(site)
    assert names(site) == ["もみじ"] and len(site.snapshots.current(PUBLIC).left_out) == 2
    site.snapshots._kept[PUBLIC] = kept  # whoever saw it itself shows it
    assert site.keeper
    site.keeper._held = None
    assert names(site) == ["こかげ", "ひなた", "もみじ"]


def test_a_write_that_was_not_kept_changes_nothing(site: Registry, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its note is there; the next write that begins where it began proves that it was not kept."""
    write(site, folder, *ROWS)
    look(site)
    with pytest.raises(ZeroDivisionError), storage.writing(site.engine) as connection:
        storage.begin_operation(connection, "test", "tester", None)
        connection.exec_driver_sql("UPDATE resource SET revision = 2")
        before, after = Stamp(1, _mark(site)), storage.stamp(connection)
        witness = witnesses.of(site.engine).witness
        assert witness
        witness(connection, before, after)
        raise ZeroDivisionError
    away_now = site.snapshots.current(PUBLIC)
    assert [r.name for r in away_now.records] == ["こかげ", "ひなた"]
    write(site, folder, published(管理番号="3", 名称="もみじ"))
    away(site)
    assert names(site) == ["こかげ", "ひなた", "もみじ"]


def _mark(registry: Registry) -> str:
    with storage.reading(registry.engine) as connection:
        return storage.stamp(connection).mark


def test_of_another_history_nothing_is_shown(site: Registry, other: Registry, folder: Path) -> None:
    write(site, folder, *ROWS)
    look(site)
    with other.engine.begin() as connection:  # as a backup that was put back
        connection.exec_driver_sql("UPDATE registry_state SET mark = 'another'")
    write(other, folder, {**ROWS[0], "公開範囲": "両職員まで"})
    away(site)
    with pytest.raises(Unavailable):
        names(site)


def test_a_write_that_cannot_be_noted_is_not_kept(site: Registry, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(site, folder, *ROWS)
    look(site)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Journal, "note", full)
    with pytest.raises(Unavailable):
        write(site, folder, {**ROWS[0], "公開範囲": "両職員まで"})
    assert names(site) == ["こかげ", "ひなた"]


def test_at_midnight_tomorrow_s_edition_is_shown(site: Registry, folder: Path) -> None:
    """What ends today is not shown tomorrow, and what begins then is."""
    now = [datetime(2026, 11, 28, 14, 45, tzinfo=UTC)]  # a quarter to midnight in Japan
    clock.run_by(lambda: now[0])
    try:
        write(site, folder, {**ROWS[0], "掲載終了日": "2026-11-28"}, {**ROWS[1], "掲載開始日": "2026-11-29"})
        now[0] += timedelta(minutes=10)
        look(site)
        away(site)
        assert names(site) == ["ひなた"]
        now[0] += timedelta(minutes=6)
        assert names(site) == ["こかげ"]
    finally:
        clock.run_by()


def test_one_process_keeps_and_the_journal_stays_short(site: Registry, other: Registry, folder: Path) -> None:
    write(site, folder, *ROWS)
    look(site)
    edition = next((folder / "kept").glob("public-*.json"))
    made = edition.stat().st_ino
    look(other)
    assert edition.stat().st_ino == made  # it is there already
    for number in range(5):
        write(other, folder, {**ROWS[0], "説明": f"{number}回目"})
        look(site)
    assert site.keeper and site.keeper._journal and site.keeper._journal.read() == []
    away(site, other)
    assert {r.description for r in other.snapshots.current(PUBLIC).records} == {"4回目", ""}


def test_without_a_server_nothing_is_noted(site: Registry, folder: Path) -> None:
    write(site, folder, *ROWS)
    assert not list(folder.glob("**/*writes*")) and not (folder / "kept").exists()
    away(site)
    with pytest.raises(Unavailable):
        names(site)


def test_nothing_new_begins_where_something_was(site: Registry, folder: Path, database_url: str) -> None:
    write(site, folder, *ROWS)
    look(site)
    site.engine.dispose()
    if site.engine.dialect.name == "sqlite":
        file = Path(database_url.removeprefix("sqlite:///"))
        file.unlink()
    else:
        with site.engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
    with pytest.raises(WrongDatabase, match="なくなっています"):
        Registry(database_url, folder, may_be_away=True)


def test_a_site_begins_without_its_database_and_goes_on_with_it(site: Registry, folder: Path) -> None:
    write(site, folder, *ROWS)
    look(site)
    with pytest.MonkeyPatch.context() as patch:
        def gone(*_: object, **__: object) -> None:
            raise Unavailable("away")

        patch.setattr("mapdata.storage.newest._REST", -1.0)
        patch.setattr("mapdata.storage.migrations.upgrade", gone)
        patch.setattr("mapdata.storage.migrations.standing", lambda _: "0000")
        with pytest.raises(Unavailable):
            Registry(str(site.engine.url.render_as_string(False)), folder)
        begun = Registry(str(site.engine.url.render_as_string(False)), folder, may_be_away=True)
        assert names(begun) == ["こかげ", "ひなた"] and begun.snapshots.current(PUBLIC).kept_from
        with pytest.raises(Unavailable):
            begun.is_empty()
    assert begun.snapshots.newest(PUBLIC).kept_from is None and not begun.is_empty()
    begun.engine.dispose()


# --- the journal by itself


def note(before: str, mark: str, kept: bool = False) -> Note:
    return Note(f"{before}{mark}", before, 1, mark, "2026-04-01", {}, kept=kept)


@pytest.mark.parametrize(("notes", "steps", "unsure", "beside"), [
    ([], "", "", ""),
    ([note("a", "b", True), note("b", "c", True)], "bc", "", ""),
    ([note("a", "b", True), note("b", "c")], "b", "c", ""),
    ([note("a", "x"), note("a", "b", True)], "b", "", ""),          # x began where b did: it was not kept
    ([note("a", "b"), note("b", "c", True)], "bc", "", ""),         # c began at b: it was kept
    ([note("z", "a", True), note("a", "b", True)], "b", "", "a"),
    ([note("a", "b", True), note("y", "z", True)], "b", "", "z"),
    ([note("a", "b"), note("a", "c")], "", "bc", ""),
])
def test_the_way_of_writes(notes: list[Note], steps: str, unsure: str, beside: str) -> None:
    found = way("a", notes)
    assert tuple("".join(n.mark for n in some) for some in found) == (steps, unsure, beside)


def test_what_a_crash_tore_is_passed_over(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "writes")
    journal.begin()
    journal.note(note("a", "b"))
    with journal.file.open("ab") as file:
        file.write(b'\n{"token": "x", "bef')
    journal.note(note("b", "c"))
    journal.confirm("bc")
    assert [(n.mark, n.kept) for n in journal.read()] == [("b", False), ("c", True)]
    with journal.alone():
        journal.rewrite(journal.read()[1:])
    assert [(n.mark, n.kept) for n in journal.read()] == [("c", True)]
    assert os.stat(journal.file).st_mode & 0o777 == 0o600


def test_records_come_back_as_they_were(site: Registry, folder: Path) -> None:
    chance = random.Random(3)
    write(site, folder, *({**some_row(chance, n), "電話番号": "03-0000-0001（平日）", "はじめての日_人数": "5人"} for n in range(40)))
    snapshot: Snapshot = site.snapshots.current(PUBLIC)
    assert snapshot.records and any(r.places for r in snapshot.records) and any(r.more for r in snapshot.records)
    assert tuple(plain.record(orjson.loads(plain.dumps(r))) for r in snapshot.records) == snapshot.records
