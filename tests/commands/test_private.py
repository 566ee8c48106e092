"""Files that nobody but their owner reads, wherever they lie."""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app import create_app
from commands import private
from mapdata.accounts import secret
from mapdata.lists.sent.uploads import Upload
from mapdata.registry import Registry
from mapdata.storage import open_engine
from tests import schema

FOR_ALL, OWNER_S = 0o644, 0o600


@pytest.fixture(autouse=True)
def _as_most_machines_are() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    """Of every file below."""
    return {str(path.relative_to(folder)): path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()}


def test_a_new_database_is_its_owner_s_wherever_it_lies(tmp_path: Path) -> None:
    Registry(f"sqlite:///{tmp_path / 'elsewhere.db'}").engine.dispose()
    assert modes(tmp_path) == {"elsewhere.db": OWNER_S}


def test_a_database_that_others_could_read_is_closed_to_them_with_its_journal(tmp_path: Path) -> None:
    path = tmp_path / "elsewhere.db"
    path.write_bytes(schema._made())
    for ending in ("", "-journal", "-wal", "-shm"):
        beside = tmp_path / f"elsewhere.db{ending}"
        beside.touch()
        beside.chmod(0o664)
    engine = open_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        assert set(modes(tmp_path).values()) == {OWNER_S}
    engine.dispose()


def test_what_sqlite_lays_beside_it_has_its_mode(tmp_path: Path) -> None:
    registry = Registry(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    with registry.engine.connect() as connection, connection.begin():
        connection.execute(text("UPDATE registry_state SET revision = revision + 1"))
        assert modes(tmp_path) == {"elsewhere.db": OWNER_S, "elsewhere.db-journal": OWNER_S}
    registry.engine.dispose()


def test_a_key_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    key = secret.load(tmp_path)
    (tmp_path / secret.FILE).chmod(FOR_ALL)
    assert secret.load(tmp_path) == key and modes(tmp_path) == {secret.FILE: OWNER_S}


def test_all_of_what_was_sent_is_its_owner_s(tmp_path: Path) -> None:
    upload = Upload(tmp_path, "t" * 24)
    upload.keep(io.BytesIO("名称\nこかげ\n".encode()))
    upload.tell(1, 2)
    with upload.writing(["new"]) as found:
        found.add("new", {"name": "こかげ"})
    os.close(upload.lock() or -1)
    assert upload.progress() == (1, 2) and upload.findings("new", 0, 9) == [{"name": "こかげ"}]
    assert len(modes(tmp_path)) >= 4 and set(modes(tmp_path).values()) == {OWNER_S}


def test_what_is_not_there_or_not_ours_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    private.tighten(tmp_path / "none")
    theirs = tmp_path / "theirs"
    theirs.touch()
    theirs.chmod(FOR_ALL)

    def refuse(*_: object) -> None:
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr(Path, "chmod", refuse)
        private.tighten(theirs)
    assert modes(tmp_path) == {"theirs": FOR_ALL}


# --- what commands write


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    made = create_app({"INSTANCE_DIR": schema.instance(tmp_path / "instance"), "DATABASE_URL": ""})
    yield made
    made.extensions["registry"].engine.dispose()


@pytest.mark.parametrize(("folder", "mode"), [("instance/exports", OWNER_S), ("elsewhere", FOR_ALL)])
def test_what_is_written_below_the_instance_folder_is_for_nobody_else(app: Flask, tmp_path: Path, folder: str, mode: int) -> None:
    out, a = tmp_path / folder, tmp_path / "a.csv"
    out.mkdir()
    a.write_text("名称\nこかげ\n", encoding="utf-8")
    (out / "again.csv").touch()  # which others could read
    for args in (
        ("registry", "export", "list.csv"), ("registry", "export", "again.csv"), ("registry", "export", "list.geojson"),
        ("registry", "match", str(a), str(a), "--out", "pairs.csv"), ("map", "export", "map.html"),
    ):
        named = [str(out / arg) if "." in arg and "/" not in arg else arg for arg in args]
        assert app.test_cli_runner().invoke(args=named).exit_code == 0, args
    assert set(modes(out)) == {"list.csv", "again.csv", "list.geojson", "pairs.csv", "map.html"}
    assert set(modes(out).values()) == {mode} and os.umask(0o022) == 0o022


def test_it_is_so_from_its_first_letter_on(tmp_path: Path) -> None:
    with private.writing(tmp_path / "out.csv", tmp_path):
        (tmp_path / "out.csv").touch()
        assert modes(tmp_path) == {"out.csv": OWNER_S}
