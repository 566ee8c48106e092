"""What is no registry of ours is told in a sentence, and nothing is written to it or put in its place."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from mapdata import storage
from mapdata.errors import WrongDatabase
from mapdata.registry import Registry
from mapdata.storage import migrations
from mapdata.storage.migrations import condition
from tests import schema
from tests.factories import import_rows, published


def _foreign(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE shopping (item)")
    connection.close()


def _run(statement: str) -> Callable[[Path], None]:
    def do(file: Path) -> None:
        schema.file(file)
        with sqlite3.connect(file) as connection:
            connection.execute(statement)
        connection.close()

    return do


CASES: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (lambda file: file.write_bytes(b""), "空です"),
    "another's": (_foreign, "ほかのプログラム"),
    "newer": (_run("UPDATE alembic_version SET version_num = '9999'"), "新しい版"),
    "no version": (_run("DELETE FROM alembic_version"), "版の記録"),
    "no table of versions": (_run("DROP TABLE alembic_version"), "版の記録"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_no_registry_is_left_as_it_is(tmp_path: Path, case: str) -> None:
    make, said = CASES[case]
    file = tmp_path / "registry.db"
    make(file)
    before = file.read_bytes()
    with pytest.raises(WrongDatabase, match=said):
        Registry(f"sqlite:///{file}")
    assert file.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["registry.db"]


@pytest.mark.parametrize("statement", [
    "CREATE TABLE shopping (item TEXT)", "UPDATE alembic_version SET version_num = '9999'", "DROP TABLE alembic_version",
])
def test_the_same_on_a_server(empty_database_url: str, statement: str) -> None:
    engine = storage.open_engine(empty_database_url)
    if "alembic" in statement:
        migrations.upgrade(engine)
    elif engine.dialect.name == "sqlite":
        Path(str(engine.url.database)).touch()
    with engine.begin() as connection:
        connection.execute(text(statement))
    with pytest.raises(WrongDatabase):
        migrations.upgrade(engine)
    engine.dispose()


def test_a_first_database_appears_whole_and_for_its_owner_only(tmp_path: Path) -> None:
    registry = Registry(f"sqlite:///{tmp_path / 'registry.db'}")
    assert registry.revision() == 0 and [p.name for p in tmp_path.iterdir()] == ["registry.db"]
    assert (tmp_path / "registry.db").stat().st_mode & 0o777 == 0o600
    registry.engine.dispose()


def test_a_damaged_page_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "registry.db"
    registry = Registry(schema.file(file))
    import_rows(registry, tmp_path, [published(管理番号=str(n), 名称=f"場所{n}" * 9) for n in range(60)])
    with storage.connected(registry.engine) as connection:
        condition.require_whole(connection)
        root = connection.execute(text("SELECT rootpage FROM sqlite_master WHERE name = 'claim'")).scalar_one()
        size = connection.execute(text("PRAGMA page_size")).scalar_one()
    registry.engine.dispose()
    with file.open("r+b") as content:
        content.seek((root - 1) * size)
        content.write(b"\x55" * size)
    with storage.connected(registry.engine) as connection, pytest.raises(WrongDatabase, match="こわれて"):
        condition.require_whole(connection)
    registry.engine.dispose()


def test_a_server_s_database_is_read_through(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published()])
    with storage.connected(registry.engine) as connection:
        condition.require_whole(connection, thorough=True)
