"""Work on a sent list that breaks off is told with its cause, and tried again or thrown away at once; lists take turns."""

import errno
import io
import os
import signal
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mapdata import storage
from mapdata.errors import ListRefused, Unavailable, what_is_behind
from mapdata.lists import taking_in
from mapdata.lists.sent import import_job, staging, turns, workers
from mapdata.lists.sent.staging import NotNow
from mapdata.lists.sent.uploads import Upload
from mapdata.registry import Registry
from tests.mapdata.lists.test_staging import ROWS, Desk, at_once, names, never, wait


@pytest.fixture
def desk(registry: Registry, tmp_path: Path) -> Desk:
    return Desk(registry, tmp_path)


def test_a_lock_is_never_held_on_by_whoever_could_not_begin(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database away, no process to be had: what was sent can be tried again, or thrown away, at once."""
    token = desk.send(ROWS)

    def away(*_: Any, **__: Any) -> None:
        raise Unavailable("away")

    with monkeypatch.context() as patch:
        patch.setattr(storage, "change_job", away)
        with pytest.raises(Unavailable):
            desk.apply(token)
    desk.run = staging.in_background
    with monkeypatch.context() as patch:
        patch.setattr("subprocess.Popen", lambda *_, **__: (_ for _ in ()).throw(OSError(errno.EAGAIN, "no process")))
        with pytest.raises(OSError, match="no process"):
            desk.apply(token)
    assert desk.status(token).state == "died"
    desk.run = at_once
    assert desk.apply(token).state == "done"


FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(("error", "cause"), [(FULL, "full"), (Unavailable("away"), "away"), (ValueError("ours"), "")])
def test_why_work_ended_is_told_whatever_is_away(desk: Desk, monkeypatch: pytest.MonkeyPatch, error: Exception, cause: str) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(taking_in, "preview_list", lambda *_, **__: (_ for _ in ()).throw(error))
        patch.setattr(import_job._Work, "note", lambda *_, **__: (_ for _ in ()).throw(Unavailable("away")))
        with pytest.raises(type(error)):
            desk.send(ROWS)
    (_, seen), = staging.kept(desk.registry.engine, desk.folder, ["kuramaru"])
    assert (seen.state, seen.cause) == ("died", cause) and not list((desk.folder / "uploads").glob("*.new"))
    assert desk.again(seen.token).state == "ready" and desk.status(seen.token).cause == ""


def test_a_process_that_could_not_even_say_it_is_asked_of_the_disk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.run = never
    token = desk.send(ROWS)
    assert desk.status(token).cause == ""
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=4_096))
    assert (desk.status(token).state, desk.status(token).cause) == ("died", "full")


def test_a_file_for_which_there_is_no_room_leaves_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mapdata.lists.sheets.check_kind", lambda _: (_ for _ in ()).throw(FULL))
    with pytest.raises(OSError, match="No space"):
        desk.send(ROWS)
    assert list((desk.folder / "uploads").glob("*")) == [] and staging.kept(desk.registry.engine, desk.folder, ["kuramaru"]) == []


def test_what_is_thrown_away_makes_room_before_the_database_needs_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    token = desk.send(ROWS)
    monkeypatch.setattr(storage, "delete_jobs", lambda *_: (_ for _ in ()).throw(Unavailable("full")))
    with pytest.raises(Unavailable):
        staging.discard(desk.registry.engine, desk.folder, token, "kuramaru")
    assert list((desk.folder / "uploads").glob("*")) == [] and staging.kept(desk.registry.engine, desk.folder, ["kuramaru"]) == []


def test_a_list_tries_again_while_another_one_is_taken_in(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []
    real = taking_in.import_list

    def busy(*arguments: Any, **more: Any) -> Any:
        tried.append(1)
        if len(tried) < 3:
            raise Unavailable("busy") from BlockingIOError()
        return real(*arguments, **more)

    monkeypatch.setattr(import_job, "_BETWEEN_TRIES", 0)
    monkeypatch.setattr(import_job, "what_is_behind", lambda _: "locked")
    monkeypatch.setattr(taking_in, "import_list", busy)
    assert desk.apply(desk.send(ROWS)).state == "done" and len(tried) == 3


def test_what_is_behind_an_error_is_found_however_it_was_told() -> None:
    import sqlite3

    from sqlalchemy.exc import OperationalError

    def wrapped(code: str) -> Unavailable:
        driver = sqlite3.OperationalError("…")
        setattr(driver, "sqlite_errorname" if code.startswith("SQLITE") else "sqlstate", code)
        told = Unavailable("…")
        told.__cause__ = OperationalError("insert", {}, driver)
        return told

    assert [what_is_behind(wrapped(code)) for code in ("SQLITE_FULL", "53100", "SQLITE_BUSY", "55P03", "08006")] == ["full", "full", "locked", "locked", "away"]
    assert (what_is_behind(FULL), what_is_behind(KeyError()), what_is_behind(None)) == ("full", "", "")


# --- turns, and ending what one does not want to wait for


def test_two_lists_of_a_source_are_read_at_once_and_others_wait(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    held: dict[str, int] = {}
    desk.run = lambda engine, folder, upload, task, lock: held.update({upload.token: lock})
    first, second, third, fourth = (desk.send(ROWS) for _ in range(4))
    assert [desk.status(token).waits_for for token in (first, second, third, fourth)] == [0, 0, 1, 2]
    os.close(held[second])
    assert [desk.status(token).waits_for for token in (first, third, fourth)] == [0, 0, 1]
    monkeypatch.setattr(workers, "MOST_WAITING", 1)
    with pytest.raises(ListRefused, match="順番を待っています"):
        desk.send(ROWS)
    other = staging.stage(desk.registry.engine, desk.folder, io.BytesIO("名称\n甲\n".encode()), "a.csv", "shakyo", "佐藤", run=desk.run)
    assert staging.status(desk.registry.engine, desk.folder, other, "shakyo").waits_for == 0
    threading.Timer(0.1, os.close, [held[first]]).start()
    turns.wait(Upload(desk.folder / "uploads", fourth))
    for token in (third, fourth, other):
        os.close(held[token])


def test_a_process_that_was_killed_says_so_at_once_and_one_that_nobody_waits_for_is_ended(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "JOB", (sys.executable, "-c", "import time; time.sleep(600)"))
    desk = Desk(registry, tmp_path, staging.in_background)
    token = desk.send(ROWS)
    assert desk.status(token).is_working
    os.kill(Upload(tmp_path / "uploads", token).worker(), signal.SIGKILL)
    wait(lambda: not desk.status(token).is_working)
    assert (desk.status(token).state, desk.again(token).is_working) == ("died", True)
    with pytest.raises(NotNow):
        desk.apply(token)
    staging.discard(registry.engine, tmp_path, token, "kuramaru")
    assert list((tmp_path / "uploads").glob("*")) == [] and names(registry) == []


def test_another_process_of_the_same_number_is_left_alone(desk: Desk) -> None:
    held: list[int] = []
    desk.run = lambda engine, folder, upload, task, lock: held.append(lock)
    token = desk.send(ROWS)
    Upload(desk.folder / "uploads", token).note_worker(os.getpid())
    with pytest.raises(NotNow):
        staging.discard(desk.registry.engine, desk.folder, token, "kuramaru")
    os.close(held[0])


def test_what_was_taken_in_before_it_could_be_stopped_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    token = desk.send(ROWS)
    desk.run = never
    desk.apply(token)

    def too_late(_: Upload) -> bool:
        staging.apply(desk.registry.engine, desk.folder, token, "kuramaru", run=at_once)
        return True

    monkeypatch.setattr(Upload, "is_locked", lambda _: True)
    monkeypatch.setattr(workers, "stop", too_late)
    with pytest.raises(NotNow, match="取り込みが終わりました"):
        staging.discard(desk.registry.engine, desk.folder, token, "kuramaru")
    assert len(names(desk.registry)) == 2
