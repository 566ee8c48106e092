"""The site as `make run` serves it, in a process of its own, for the browser to look at."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from mapdata.registry import Registry, default_url
from tests.browser import clocked

ROOT = Path(__file__).parents[2]
WORKERS = 2


@dataclass(frozen=True)
class ClockedSite:
    """A site with the sample lists by a clock that the test moves; `registry` is what it shows."""

    url: str
    registry: Registry
    clock: clocked.Clock

    def of_each_worker(self, path: str, cookie: str = "") -> list[tuple[int, str]]:
        """(status, text) of what each of the site's processes answers now, after whatever redirects."""
        met: dict[str, tuple[int, str]] = {}
        deadline = time.monotonic() + 60
        with ThreadPoolExecutor(8) as several:  # whoever is busy leaves the next to another
            while len(met) < WORKERS and time.monotonic() < deadline:
                met.update(several.map(_ask, [self.url + path] * 8, [cookie] * 8))
        assert len(met) == WORKERS, "a worker never answered"
        return list(met.values())


def _ask(url: str, cookie: str) -> tuple[str, tuple[int, str]]:
    """(worker, (status, text))."""
    wanted = urllib.request.Request(url, headers={"Cookie": cookie} if cookie else {})
    try:
        answer = urllib.request.urlopen(wanted, timeout=30)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.headers[clocked.WORKER], (answer.status, answer.read().decode())


@contextmanager
def clocked_site(start: Callable[..., str], folder: Path) -> Iterator[ClockedSite]:
    """The site in this folder by a clock of its own; `start` as `serve` gives it."""
    clock = clocked.Clock(folder / "clock")
    url = start(**{"INSTANCE_DIR": str(folder / "instance"), clocked.SETTING: str(clock.file)})
    registry = Registry(default_url(folder / "instance"))
    yield ClockedSite(url, registry, clock)
    registry.engine.dispose()


@contextmanager
def serve(folders: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """A function that starts a site with these settings (once for each) and gives its URL.

    All end with the context. Raises RuntimeError, with what it printed, for a site that does not start.
    """
    started: dict[tuple[tuple[str, str], ...], str] = {}
    with ExitStack() as running:

        def start(**settings: str) -> str:
            key = tuple(sorted(settings.items()))
            if key not in started:
                started[key] = running.enter_context(_site(folders.mktemp("site"), settings))
            return started[key]

        yield start


@contextmanager
def _site(folder: Path, settings: dict[str, str]) -> Iterator[str]:
    environment = os.environ | {"INSTANCE_DIR": str(folder)} | settings
    _load_sample(environment)
    # The listening socket is ours and handed on, so that no other process can take its port in between.
    with socket.create_server(("127.0.0.1", 0)) as listener, (folder / "log").open("wb") as log:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        process = subprocess.Popen(
            _command(listener.fileno(), "tests.browser.clocked" if clocked.SETTING in settings else "app"),
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[listener.fileno()],
        )
        try:
            _wait(f"{url}/healthz", process, folder / "log")
            yield url
        finally:
            _stop(process)


def _load_sample(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "flask", "--app", "app", "registry", "load-sample"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"registry load-sample failed:\n{done.stdout}{done.stderr}")


def _command(listener: int, module: str) -> list[str]:
    options = ["--bind", f"fd://{listener}", "--workers", str(WORKERS), "--threads", "4"]
    quiet = ["--no-control-socket", "--log-level", "warning"]
    return [sys.executable, "-m", "gunicorn", f"{module}:create_app()", *options, *quiet]


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=10):
                return
        except OSError:  # URLError is one
            time.sleep(0.1)
    raise RuntimeError(f"The site does not answer at {url}:\n{log.read_text(errors='replace')}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
