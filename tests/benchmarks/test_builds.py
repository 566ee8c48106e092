import shutil
import subprocess
from pathlib import Path

import pytest

from benchmarks import builds
from benchmarks.builds import Build

pytestmark = pytest.mark.skipif(not (shutil.which("git") and shutil.which("make")), reason="git or make is missing")
_MAKEFILE = """setup: made
	@:
made:
	@touch made
"""
_PYTHON = """#!/bin/sh
i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done
read -r line; echo "heard $line, $INSTANCE_DIR"; exit "$1"
"""


def git(folder: Path, *words: str) -> str:
    own = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    return subprocess.run(["git", *own, *words], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository of two commits, the second of which does away with `said`."""
    folder = tmp_path / "root"
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / "Makefile").write_text(_MAKEFILE)
    (folder / "said").write_text("earlier")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    git(folder, "rm", "-q", "said")
    git(folder, "commit", "-qm", "second")
    return folder


def test_a_worktree_is_made_set_up_and_gone_afterwards(root: Path) -> None:
    commit = git(root, "rev-parse", "--short", "HEAD~1")
    with builds.earlier(commit, root=root) as build:
        assert (build.folder / "said").read_text() == "earlier"
        assert (build.folder / "made").exists()
        assert (build.commit(), build.changed()) == (commit, False)
    assert not build.folder.exists()
    assert len(git(root, "worktree", "list").splitlines()) == 1


def test_it_is_gone_too_when_its_setup_fails(root: Path) -> None:
    (root / "Makefile").write_text("setup:\n\t@exit 3\n")
    git(root, "commit", "-qam", "broken")
    with pytest.raises(RuntimeError, match="make setup"), builds.earlier("HEAD", root=root):
        pass
    assert len(git(root, "worktree", "list").splitlines()) == 1


def test_a_cache_keeps_it(root: Path, tmp_path: Path) -> None:
    for _ in range(2):
        with builds.earlier("HEAD~1", cache=str(tmp_path / "cache"), root=root) as build:
            assert (build.folder / "made").exists()
        assert build.folder.exists()


def test_a_commit_that_is_not_there(root: Path) -> None:
    with pytest.raises(RuntimeError, match="deadbeef"), builds.earlier("deadbeef", root=root):
        pass


def test_a_folder_of_its_own_is_taken_as_it_is(root: Path) -> None:
    with pytest.raises(RuntimeError, match="Run `make setup`"), builds.earlier("HEAD", str(root)):
        pass
    (root / "made").touch()
    with builds.earlier("HEAD", str(root)) as build:
        assert build.folder == root
    assert (root / "made").exists()


def test_a_command_tells_what_it_took_and_why_it_failed(tmp_path: Path) -> None:
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").write_text(_PYTHON)
    (tmp_path / ".venv/bin/python").chmod(0o755)
    build = Build("earlier", tmp_path)
    assert 0.005 < build.python("0") < 5
    with pytest.raises(RuntimeError, match="ended with 3:\nheard a word, here"):
        build.python("3", said="a word\n", INSTANCE_DIR="here")
