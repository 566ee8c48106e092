"""Writers take turns, readers see one revision, the schema is made once, on both databases."""

import gc
import os
import sys
import threading
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import inspect, select

from mapdata import storage
from mapdata.claims.projection import PUBLIC, STAFF, office
from mapdata.editing.saving import save
from mapdata.errors import Unavailable
from mapdata.people.roles import Role
from mapdata.registry import Registry
from mapdata.storage import migrations
from mapdata.storage.people import account_rows
from mapdata.storage.speaking import Speaker
from mapdata.storage.tables import account_models, models
from mapdata.words import Level
from tests import schema
from tests.factories import import_rows, published


def test_the_migrations_make_the_tables_of_the_models(registry: Registry) -> None:
    found = inspect(registry.engine)
    assert account_models.account.metadata is models.metadata
    for table in models.metadata.tables.values():
        made = {c["name"]: c["nullable"] for c in found.get_columns(table.name)}
        assert made == {c.name: c.nullable for c in table.columns}, table.name
        indexes = {i["name"] for i in found.get_indexes(table.name)}
        assert {i.name for i in table.indexes} <= indexes


def test_many_processes_may_open_an_empty_database_at_once(empty_database_url: str) -> None:
    faults: list[BaseException] = []

    def open_it() -> None:
        try:
            Registry(empty_database_url).engine.dispose()
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    registry = Registry(empty_database_url)
    assert registry.revision() == 0
    migrations.upgrade(registry.engine)
    registry.engine.dispose()


def test_writers_take_turns_and_each_raises_the_revision(registry: Registry, tmp_path: Path) -> None:
    def write(number: int) -> None:
        folder = tmp_path / str(number)
        folder.mkdir()
        import_rows(registry, folder, [published(管理番号=str(number), 名称=f"場所{number}")])

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with storage.reading(registry.engine) as connection:
        assert len(storage.load_entries(connection)) == 8 and storage.revision(connection) == 8


def test_a_failed_write_leaves_nothing(registry: Registry, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage, "save_entries", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            import_rows(registry, tmp_path, [published()])
    assert registry.is_empty() and registry.revision() == 0


def test_an_entry_carries_the_revision_of_its_last_change(registry: Registry, tmp_path: Path) -> None:
    rows = [published(管理番号="1", 名称="ひなた"), published(管理番号="2", 名称="こかげ")]
    import_rows(registry, tmp_path, rows)
    import_rows(registry, tmp_path, [rows[0], published(管理番号="2", 名称="こかげ", 説明="静かな部屋")])
    with storage.reading(registry.engine) as connection:
        changed = connection.execute(select(models.resource.c.name, models.resource.c.revision)).all()
    assert dict(map(tuple, changed)) == {"ひなた": 1, "こかげ": 2}


def test_a_reader_sees_one_revision_throughout(registry: Registry, tmp_path: Path) -> None:
    if registry.engine.dialect.name == "sqlite":
        # the rollback journal makes a writer wait for readers instead: the read is whole by itself
        with storage.reading(registry.engine) as connection:
            assert storage.revision(connection) == 0 and storage.load_entries(connection) == []
        return
    with storage.reading(registry.engine) as connection:
        assert storage.revision(connection) == 0
        import_rows(registry, tmp_path, [published()])
        assert storage.revision(connection) == 0 and storage.load_entries(connection) == []
    assert registry.revision() == 1


def test_sqlite_keeps_its_rollback_journal_and_syncs_fully(tmp_path: Path) -> None:
    registry = Registry(schema.file(tmp_path / 'r.db'))
    with registry.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "delete"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    registry.engine.dispose()


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_by_any_of_its_names(scheme: str) -> None:
    engine = storage.open_engine(f"{scheme}://someone@localhost/registry")
    assert (engine.dialect.name, engine.dialect.driver) == ("postgresql", "psycopg")


def test_a_registry_of_an_older_shape_keeps_what_it_holds(empty_database_url: str) -> None:
    engine = storage.open_engine(empty_database_url)
    migrations.upgrade(engine, "0003")
    blank = ("'', 'draft', 'staff', 'yes', 'exact', false, '[]', '{}', '{}'")
    with engine.begin() as connection:
        for statement in (
            "INSERT INTO operation (id, kind, actor, source, at, revision, summary)"
            " VALUES (7, 'import', 'a', 'shakyo', '2026-04-01 00:00:00', 1, '{}')",
            "INSERT INTO resource (id, kind, status, audience, consent, location_precision, any_age, languages,"
            f" staff_notes, provenance) VALUES ('abc234', {blank})",
            "INSERT INTO known_as (source, local_id, name_key, resource_id) VALUES ('shakyo', '1', 'k', 'abc234')",
            "INSERT INTO claim (resource_id, field, source, value, audience, recorded_at, recorded_by, operation_id)"
            " VALUES ('abc234', 'name', 'shakyo', '\"ひなた\"', 'public', '2026-04-01 00:00:00', 'a', 7)",
        ):
            connection.exec_driver_sql(statement)
    migrations.upgrade(engine)
    with storage.reading(engine) as connection:
        known = connection.execute(select(models.known_as.c.local_id, models.known_as.c.operation_id)).all()
        assert list(map(tuple, known)) == [("1", 7)]
        assert [c.value for c in storage.claims_of_source(connection, "shakyo")] == ["ひなた"]
    engine.dispose()


def test_accounts_of_one_role_keep_it_and_may_hold_more(empty_database_url: str) -> None:
    engine = storage.open_engine(empty_database_url)
    migrations.upgrade(engine, "0011")
    with engine.begin() as connection:
        for code in ("supporter", "caseworker", "editor", "admin"):
            connection.exec_driver_sql(
                "INSERT INTO account (name, name_key, role, office, enabled, demo, made_at, made_by)"
                f" VALUES ('{code}', '{code}', '{code}', 'shakyo', true, false, '2026-04-01 00:00:00', 'x')")
        connection.exec_driver_sql(
            "INSERT INTO login_session (digest, account_id, begun_at, seen_at)"
            " VALUES ('d', 1, '2026-04-01 00:00:00', '2026-04-01 00:00:00')")
    migrations.upgrade(engine)
    every = list(Role)[1:]
    with storage.writing(engine) as connection:
        arrived = account_rows.all_accounts(connection)
        assert {one.name: one.roles for one in arrived} == {str(r): (r,) for r in Role if r != Role.CASEWORK_LEAD}
        assert account_rows.session(connection, "d").account.roles == (Role.SUPPORTER,)
        for one in arrived:
            account_rows.change_account(connection, one.id, {"roles": every})
        assert {one.roles for one in account_rows.lock_admins(connection)} == {tuple(every)}
    engine.dispose()


def test_the_revision_is_the_newest_whoever_wrote(registry: Registry, database_url: str, tmp_path: Path) -> None:
    check, other = storage.RevisionCheck(registry.engine), Registry(database_url)
    assert check() == 0
    for number in (1, 2, 3):
        import_rows(other if number % 2 else registry, tmp_path, [published(名称=f"場所{number}")])
        assert check() == registry.revision() == number
    other.engine.dispose()


def test_the_revision_is_told_again_after_the_connection_broke(registry: Registry, tmp_path: Path) -> None:
    check = storage.RevisionCheck(registry.engine)
    assert check() == 0
    registry.engine.dispose()
    import_rows(registry, tmp_path, [published()])
    assert check() == 1
    if registry.engine.dialect.name == "postgresql":  # as when the server is restarted
        with registry.engine.connect() as connection:
            connection.exec_driver_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        assert check() == 1
    with registry.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE registry_state")
    with pytest.raises(Unavailable):
        check()


def test_a_server_that_is_away_is_told_as_such(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check keeps a driver's connection of its own: what the driver says of it is no SQLAlchemy's error."""
    def refused(_engine: object) -> None:
        raise registry.engine.dialect.loaded_dbapi.OperationalError("connection refused")

    monkeypatch.setattr("mapdata.storage.newest._Kept", refused)
    with pytest.raises(Unavailable):
        storage.RevisionCheck(registry.engine)()


def test_a_thread_s_connection_ends_with_it(registry: Registry) -> None:
    check, told = storage.RevisionCheck(registry.engine), []
    for _ in range(3):
        thread = threading.Thread(target=lambda: told.append(check()))
        thread.start()
        thread.join()
    gc.collect()
    assert told == [0, 0, 0] and len(check._all) == 0
    assert registry.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_many_entries_come_in_parts_and_the_changed_ones_alone(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [published(管理番号=str(n), 名称=f"場所{n}", 住所="葛飾区立石5-13-1；葛飾区亀有3-2-1", 開催日時="月曜；火曜") for n in range(25)]
    import_rows(registry, tmp_path, rows)
    with storage.reading(registry.engine) as connection:
        whole = storage.load_entries(connection)
        monkeypatch.setattr(sys.modules["mapdata.storage.revision"], "_CHUNK", 4)
        assert storage.load_entries(connection) == whole and [e.id for e in whole] == sorted(e.id for e in whole)
        assert len(whole) == 25 and all(len(e.places) == 2 and e.places[1].schedule == "火曜" for e in whole)
        assert storage.load_entries(connection, since=1) == []
    import_rows(registry, tmp_path, [{**row, "説明": "新しい"} for row in rows[:9]])
    with storage.reading(registry.engine) as connection:
        assert {e.name for e in storage.load_entries(connection, since=1)} == {f"場所{n}" for n in range(9)}
        assert all(e.description == "新しい" and len(e.places) == 2 for e in storage.load_entries(connection, since=1))


def test_a_process_that_was_forked_leaves_its_parent_s_connections_alone(registry: Registry) -> None:
    assert registry.snapshots.current(PUBLIC).revision == 0
    with registry.engine.connect() as kept:
        kept.execute(select(models.registry_state.c.revision)).scalar()
        child = os.fork()
        if not child:
            fine = registry.engine.pool.checkedout() == registry.engine.pool.checkedin() == 0 and registry.revision() == 0
            registry.engine.dispose()
            os._exit(0 if fine else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert kept.execute(select(models.registry_state.c.revision)).scalar() == 0
    assert registry.snapshots.current(PUBLIC).revision == registry.revision() == 0


def test_when_an_entry_last_changed_is_told_by_what_its_reader_sees(registry: Registry, tmp_path: Path) -> None:
    """A change that is for another office alone moves neither the day nor the name, and its day of confirmation is not told."""
    import_rows(registry, tmp_path, [published(管理番号="1", 確認日="2026-04-01")])
    it = registry.snapshots.current(STAFF).records[0].id
    save(registry.engine, it, 1, {"staff_note": "うちだけ", "remarks": "これも"}, {"remarks": Level.OFFICE}, "shakyo", "山田", date(2026, 5, 1))
    readers = office("kuramaru"), office("shakyo"), STAFF
    with storage.reading(registry.engine) as connection:
        assert [storage.last_changes(connection, reader)[it][1] for reader in readers] == ["tester", "山田", "tester"]
        told = [storage.days_of(connection, ["remarks", "staff_note", "name"], reader)[it] for reader in readers]
    assert [sorted(days) for days in told] == [[("name", "kuramaru")], [("name", "kuramaru"), ("remarks", "shakyo"), ("staff_note", "shakyo")], [("name", "kuramaru")]]


def test_of_a_list_that_its_office_keeps_to_itself_no_change_is_told(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(管理番号="1")])
    it = registry.snapshots.current(STAFF).records[0].id
    save(registry.engine, it, 1, {"remarks": "話"}, {}, "shakyo", "山田", date(2026, 5, 1))
    with storage.writing(registry.engine) as connection:
        operation = storage.begin_operation(connection, "form", "山田", "shakyo")
        own = Speaker.now("shakyo", "山田").claim(it, "audience", "office", Level.PUBLIC, None)
        storage.add_claims(connection, [own], operation)
        assert storage.last_changes(connection, office("kuramaru"))[it][1] == "tester"
        assert storage.last_changes(connection, office("shakyo"))[it][1] == "山田"
