"""The key that cookies are sealed with."""

import threading
from pathlib import Path

import pytest

from mapdata.accounts import secret


def test_workers_that_start_at_once_have_one_key(tmp_path: Path) -> None:
    for number in range(30):
        folder, keys, together = tmp_path / str(number) / "instance", set(), threading.Barrier(6)

        def start(folder: Path = folder, keys: set[str] = keys, together: threading.Barrier = together) -> None:
            together.wait()
            keys.add(secret.load(folder))

        workers = [threading.Thread(target=start) for _ in range(6)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert keys == {secret.load(folder)} and {len(key) for key in keys} == {64}
        assert (folder / secret.FILE).stat().st_mode & 0o777 == 0o600
        assert folder.stat().st_mode & 0o777 == 0o700


def test_two_installations_have_two_keys(tmp_path: Path) -> None:
    assert secret.load(tmp_path / "a") != secret.load(tmp_path / "b") and secret.load(tmp_path / "a") == secret.load(tmp_path / "a")


@pytest.mark.parametrize("broken", ["", "abc", "\n"])
def test_half_a_key_is_none(tmp_path: Path, broken: str) -> None:
    (tmp_path / secret.FILE).write_text(broken)
    assert len(secret.load(tmp_path)) == 64 and secret.load(tmp_path) == secret.load(tmp_path)
