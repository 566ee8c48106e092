"""A database that was put back in the place of the one in use is noticed at the next question, by whoever asks."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from mapdata import storage
from mapdata.claims.projection import PUBLIC
from mapdata.editing.confirmed import ConfirmedPoints
from mapdata.errors import Cause, OddValue, Unavailable
from mapdata.registry import Registry
from mapdata.search.record_store import ClaimedRecords
from mapdata.sitetexts import CurrentTexts, write_texts
from mapdata.storage.engine import at_once, witnesses
from tests import schema
from tests.factories import import_rows, published


def by_cp(backup: Path, file: Path) -> None:
    """As `cp`: over the same file, without asking anybody."""
    with backup.open("rb") as source, file.open("r+b") as target:
        target.truncate(0)
        shutil.copyfileobj(source, target)


def by_mv(backup: Path, file: Path) -> None:
    shutil.copyfile(backup, backup.with_suffix(".new"))
    backup.with_suffix(".new").replace(file)


def names(registry: Registry) -> list[str]:
    return [record.name for record in registry.snapshots.current(PUBLIC).records]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    schema.file(tmp_path / "registry.db")
    return tmp_path / "registry.db"


@pytest.mark.parametrize("put", [by_cp, by_mv])
def test_a_backup_that_went_on_by_itself_is_no_state_that_was_seen(
    file: Path, tmp_path: Path, put: Callable[[Path, Path], None]
) -> None:
    """At the same revision, by as many changes of the file: only what is drawn by chance tells them apart."""
    ours, other = Registry(f"sqlite:///{file}"), Registry(f"sqlite:///{file}")
    point = {"住所": "葛飾区立石5-13-1", "緯度": "35.743", "経度": "139.8485"}
    import_rows(other, tmp_path, [published(管理番号="1", 名称="はじめ", **point)])
    backup = tmp_path / "backup.db"
    shutil.copyfile(file, backup)
    texts, points = CurrentTexts(ours.engine), ConfirmedPoints(ours.snapshots)

    def go_on(name: str, lat: str) -> None:
        import_rows(other, tmp_path, [published(管理番号="1", 名称=name, **{**point, "緯度": lat})])
        write_texts(other.engine, {"notice": name}, "tester")

    go_on("前の歩み", "35.744")
    assert names(ours) == ["前の歩み"] and ours.revision() == 3 and texts().text("notice") == "前の歩み"
    tag, before = ours.snapshots.current(PUBLIC).stamp, points("立石5丁目", "13-1")
    put(backup, file)
    other.engine.dispose()
    go_on("別の歩み", "35.745")
    assert names(ours) == ["別の歩み"] and ours.revision() == 3
    assert ours.snapshots.current(PUBLIC).stamp != tag
    assert texts().text("notice") == "別の歩み" and points("立石5丁目", "13-1") != before
    with storage.reading(ours.engine) as connection:
        assert [e.name for e in storage.load_entries(connection)] == ["別の歩み"]
    import_rows(ours, tmp_path, [published(管理番号="1", 名称="つづき")])
    assert names(ours) == names(other) == ["つづき"]
    for registry in (ours, other):
        registry.engine.dispose()


@pytest.mark.parametrize("put", [by_cp, by_mv])
def test_a_file_put_back_while_it_is_read_is_not_taken_for_one(
    file: Path, tmp_path: Path, put: Callable[[Path, Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = Registry(f"sqlite:///{file}")
    import_rows(registry, tmp_path, [published(名称="前")])
    backup = tmp_path / "backup.db"
    shutil.copyfile(file, backup)
    store = ClaimedRecords(registry.engine)
    real = storage.stream_entries

    def disturbed(connection: object) -> object:
        put(backup, file)
        return real(connection)  # type: ignore[arg-type]

    monkeypatch.setattr(storage, "stream_entries", disturbed)
    with pytest.raises(Unavailable, match="replaced"):
        store.records(PUBLIC, registry.snapshots.current(PUBLIC).on)
    monkeypatch.undo()
    assert names(registry) == ["前"]
    registry.engine.dispose()


def test_where_the_file_is_gone_no_empty_one_is_made(file: Path) -> None:
    registry = Registry(f"sqlite:///{file}")
    assert names(registry) == []
    away = file.rename(file.with_name("elsewhere.db"))
    for ask in (registry.revision, lambda: names(registry), registry.is_empty):
        with pytest.raises(Unavailable):
            ask()
    assert not file.exists()
    away.rename(file)
    assert names(registry) == [] and registry.is_empty()
    registry.engine.dispose()


def test_another_program_s_or_version_s_file_put_there_is_unavailable(file: Path, tmp_path: Path) -> None:
    registry = Registry(f"sqlite:///{file}")
    import_rows(registry, tmp_path, [published()])
    older = tmp_path / "older.db"
    shutil.copyfile(file, older)
    with sqlite3.connect(older) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0013'")
        connection.execute("UPDATE registry_state SET mark = 'other'")
    connection.close()
    strange = tmp_path / "strange.db"
    with sqlite3.connect(strange) as connection:
        connection.execute("CREATE TABLE shopping (item)")
    connection.close()
    for put in (strange, older):
        by_mv(put, file)
        with pytest.raises(Unavailable) as told:
            names(registry)
        assert told.value.cause == Cause.WRONG
    registry.engine.dispose()


# --- what databases say


def test_what_no_database_takes_is_no_fault_of_ours(registry: Registry) -> None:
    is_file = registry.engine.dialect.name == "sqlite"
    asked = ("SELECT id FROM operation WHERE id = :it", {"it": 10**30}) if is_file else ("SELECT CAST(:it AS INTEGER)", {"it": "9" * 30})
    with pytest.raises(OddValue), storage.reading(registry.engine) as connection:
        connection.execute(text(asked[0]), asked[1]).all()


def test_each_cause_is_told_apart(registry: Registry, database_url: str) -> None:
    def cause(run: Callable[[], object]) -> Cause:
        with pytest.raises(Unavailable) as told:
            run()
        assert "registry_state" not in told.value.code and told.value.code
        return told.value.cause

    def ask(statement: str) -> None:
        with storage.reading(registry.engine) as connection:
            connection.execute(text(statement)).all()

    def write_beside() -> None:
        other = storage.open_engine(database_url)
        with storage.writing(registry.engine), at_once(other):
            pass

    assert cause(lambda: ask("SELECT x FROM nowhere")) == Cause.WRONG
    if registry.engine.dialect.name == "sqlite":
        assert cause(write_beside) == Cause.LOCKED
        Path(database_url.removeprefix("sqlite:///")).unlink()
        assert cause(lambda: ask("SELECT 1")) == Cause.AWAY
    else:
        with storage.reading(registry.engine) as connection:
            assert connection.execute(text("SHOW lock_timeout")).scalar() == "10s"
        assert cause(lambda: ask("SELECT pg_terminate_backend(pg_backend_pid())")) == Cause.AWAY


def test_a_server_that_did_not_answer_is_left_alone_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, clock, called = storage.open_engine("postgresql://nobody@127.0.0.1:1/none?connect_timeout=2"), [100.0], []
    monkeypatch.setattr(witnesses.time, "monotonic", lambda: clock[0])
    real = engine.connect
    monkeypatch.setattr(engine, "connect", lambda: called.append(1) or real())
    for _ in range(3):
        with pytest.raises(Unavailable), storage.reading(engine):
            pass
    assert len(called) == 1
    clock[0] += 5
    with pytest.raises(Unavailable), storage.reading(engine):
        pass
    assert len(called) == 2
