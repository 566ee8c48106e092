"""Builds of this project that are measured beside each other: the code as it stands, and that of an earlier commit.

A build is a checkout with a .venv of its own. It is known by what it promises to whoever runs it, its Makefile,
commands and pages, and nothing of it is imported here, so that both may be of any age.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import serving
from benchmarks.report import tell

_LIST = """
import csv, sys
from benchmarks import synthetic
made = list(synthetic.rows(int(sys.argv[1])))
with open(sys.argv[2], "w", encoding="utf-8", newline="") as file:
    writer = csv.DictWriter(file, list(made[0]))
    writer.writeheader()
    writer.writerows(made)
"""


@dataclass(frozen=True)
class Build:
    """A checkout whose `make setup` has been run."""

    name: str
    folder: Path

    def python(self, *words: str, said: str = "", **settings: str) -> float:
        """CPU seconds (user and system) of its Python with these words, `said` being its standard input.

        Raises RuntimeError, with what it printed, unless it ends well.
        """
        return _used([".venv/bin/python", *words], self.folder, said, **settings)

    def flask(self, *words: str, instance: Path, said: str = "") -> float:
        """The same of one of the site's commands."""
        return self.python("-m", "flask", "--app", "app", *words, said=said, INSTANCE_DIR=str(instance))

    @contextmanager
    def run(self, instance: Path) -> Iterator[serving.Server]:
        """The site as `make run` starts it, `/` having been answered."""
        port = serving.free_port()
        url, command = f"http://127.0.0.1:{port}", ["make", "run", f"PORT={port}"]
        with serving.started(command, self.folder, url, "/", INSTANCE_DIR=str(instance)) as server:
            yield server

    def write_list(self, path: Path, count: int) -> None:
        """The list of so many synthetic entries that this build makes, as a CSV file."""
        partial = path.with_suffix(".partial")
        self.python("-c", _LIST, str(count), str(partial))
        partial.rename(path)

    def commit(self) -> str:
        """Raises RuntimeError where it is no checkout."""
        return _git(self.folder, "rev-parse", "--short", "HEAD")

    def changed(self) -> bool:
        """Whether a file differs from what was committed."""
        return bool(_git(self.folder, "status", "--porcelain", "--untracked-files=no"))


def today() -> Build:
    """The code as it stands. Raises RuntimeError where `make setup` has something left to do."""
    return _ready(Build("today", serving.ROOT))


@contextmanager
def earlier(commit: str, folder: str = "", cache: str = "", root: Path = serving.ROOT) -> Iterator[Build]:
    """The build of a commit: as a worktree, made in the cache and kept there, or else gone afterwards.

    With `folder` the build that is set up there is taken, and left as it is. Raises RuntimeError if it is not set up,
    and if the worktree cannot be made.
    """
    if folder:
        yield _ready(Build("earlier", Path(folder).resolve()))
        return
    with TemporaryDirectory() as scratch:
        home = Path(cache or scratch).resolve() / f"build-{commit}"
        try:
            yield _made(root, commit, home)
        finally:
            if not cache and home.exists():
                _git(root, "worktree", "remove", "--force", str(home))


def _made(root: Path, commit: str, home: Path) -> Build:
    """The worktree, set up with the Python that runs now, so that both builds are of one Python."""
    if not home.exists():
        tell(f"making a worktree of {commit}")
        _git(root, "worktree", "add", "--quiet", "--force", "--detach", str(home), commit)
    _used(["make", "setup", f"PYTHON={os.path.realpath(sys.executable)}"], home)
    return Build("earlier", home)


def _ready(build: Build) -> Build:
    """`make run` sets up what is missing, which must not be what is measured, nor done to a folder unasked."""
    command = ["make", "--dry-run", "setup"]
    done = subprocess.run(command, cwd=build.folder, env=serving.environment(), capture_output=True, text=True)
    if done.returncode or done.stdout.strip() not in ("", ":"):
        raise RuntimeError(f"Run `make setup` in {build.folder} first.\n{done.stderr}")
    return build


def _used(command: list[str], folder: Path, said: str = "", **settings: str) -> float:
    """CPU seconds of the command and of what it starts and waits for."""
    before = _of_children()
    done = subprocess.run(
        command, cwd=folder, env=serving.environment(**settings), input=said, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} in {folder} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return _of_children() - before


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"git {' '.join(words)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout.strip()
