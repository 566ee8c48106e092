"""The doctor names all that is wrong with an installation, each with the way to mend it, and changes nothing."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.cli import FlaskGroup

from app import create_app
from doctor import looking
from mapdata.accounts import secret
from mapdata.errors import Cause
from mapdata.registry import Registry
from tests import schema, wards
from tests.factories import import_rows, published


def doctor(**environment: str) -> Result:
    return CliRunner().invoke(FlaskGroup(create_app=create_app), ["doctor"], env={"DATABASE_URL": "", **environment})


def told(result: Result) -> str:
    """What it found, as it is said; its JSON says the same."""
    problems = json.loads(result.stdout)["problems"]
    assert result.exit_code == (1 if problems else 0), result.output
    for one in problems:
        assert one["part"] and one["what"] in result.stderr and len(one["mend"]) > 8 and one["mend"] in result.stderr
    return result.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An instance in which nothing is wrong."""
    made = tmp_path / "instance"
    made.mkdir(mode=0o700)
    schema.instance(made)
    (made / "registry.db").chmod(0o600)
    secret.load(made)
    return made


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_nothing_is_wrong_and_nothing_is_changed(folder: Path) -> None:
    before = everything(folder)
    assert "見つかりませんでした" in told(doctor(INSTANCE_DIR=str(folder)))
    assert everything(folder) == before


def test_what_is_not_made_yet_is_not_wrong_and_not_made(tmp_path: Path) -> None:
    assert "見つかりませんでした" in told(doctor(INSTANCE_DIR=str(tmp_path / "new" / "er")))
    assert list(tmp_path.iterdir()) == []


def test_all_settings_that_are_wrong(folder: Path) -> None:
    said = told(doctor(INSTANCE_DIR=str(folder), PORT="80000", TRUSTED_PROXIES="one", TILE_URL="https://a.example/{z}/{x}/{y}.png"))
    assert all(f"{name} " in said or f"{name}=" in said for name in ("PORT", "TRUSTED_PROXIES", "TILE_ATTRIBUTION"))


def _page(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'operation'").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    with file.open("r+b") as content:
        content.seek((root - 1) * size)
        content.write(b"\x55" * size)


def _run(statement: str) -> Callable[[Path], None]:
    def do(file: Path) -> None:
        with sqlite3.connect(file) as connection:
            connection.execute(statement)
        connection.close()

    return do


@pytest.mark.parametrize(("break_it", "said"), [
    (_page, "こわれています"), (lambda file: file.write_bytes(b""), "空です"), (lambda file: file.write_bytes(b"no database" * 99), "使えません"),
    (_run("UPDATE alembic_version SET version_num = '9999'"), "新しい版"), (_run("DELETE FROM alembic_version"), "版の記録"),
    (_run("UPDATE alembic_version SET version_num = '0013'"), "版がサイトとちがいます"),
    (lambda file: file.chmod(0o644), "chmod 600"), (lambda file: file.parent.chmod(0o755), "chmod 700"),
    (lambda file: (file.parent / secret.FILE).chmod(0o640), secret.FILE),
], ids=["page", "empty", "garbage", "newer", "no version", "older", "file", "folder", "key"])
def test_what_is_wrong_with_the_database_and_its_folder(folder: Path, break_it: Callable[[Path], None], said: str) -> None:
    break_it(folder / "registry.db")
    before = everything(folder)
    found = told(doctor(INSTANCE_DIR=str(folder)))
    assert said in found and found.count("→") == 1
    assert everything(folder) == before


def test_a_database_that_is_gone(folder: Path) -> None:
    registry = Registry(f"sqlite:///{folder / 'registry.db'}", folder)
    import_rows(registry, folder.parent, [published()])
    assert registry.keeper
    registry.keeper.look(registry.snapshots)
    registry.engine.dispose()
    assert "見つかりませんでした" in told(doctor(INSTANCE_DIR=str(folder)))
    (folder / "registry.db").unlink()
    assert "データベースがありません" in told(doctor(INSTANCE_DIR=str(folder))) and not (folder / "registry.db").exists()


def test_a_server_that_is_away_and_one_that_is_not_ready(folder: Path, empty_database_url: str) -> None:
    found = told(doctor(INSTANCE_DIR=str(folder), DATABASE_URL="postgresql://a:secret@127.0.0.1:1/d"))
    assert "動いているか" in found and "secret" not in found
    assert "データベースがありません" in told(doctor(INSTANCE_DIR=str(folder), DATABASE_URL=empty_database_url))
    Registry(empty_database_url).engine.dispose()
    assert "見つかりませんでした" in told(doctor(INSTANCE_DIR=str(folder), DATABASE_URL=empty_database_url))


def test_a_wrong_ward_a_full_disk_and_files_that_are_missing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = tmp_path / "ward.toml"
    wrong.write_text("[ward]\nname = 1\n", encoding="utf-8")
    monkeypatch.setattr(looking, "LEAST_FREE", shutil.disk_usage(tmp_path).free * 2)
    monkeypatch.setattr(looking, "_ROOT", tmp_path)
    said = told(doctor(INSTANCE_DIR=str(folder), WARD_FILE=str(wrong)))
    assert all(part in said for part in ("ward.toml", "ディスクの空き", "make setup"))


@pytest.fixture(autouse=True)
def _the_ward_again() -> Iterator[None]:
    yield
    with wards.using(wards.KATSUSHIKA):
        pass


def test_each_cause_has_a_way_on() -> None:
    assert set(looking._WAYS) == set(Cause)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_nobody_may_write_to(folder: Path) -> None:
    folder.chmod(0o500)
    try:
        assert "読み書きできません" in told(doctor(INSTANCE_DIR=str(folder)))
    finally:
        folder.chmod(0o700)
