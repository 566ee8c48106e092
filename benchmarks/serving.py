"""Servers for the benchmarks, all alike: gunicorn with 2 workers of 4 threads on loopback, as `make run` has it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
SITE = "app:create_app()"
OTHERS = "benchmarks.compared:create_app()"

_OPTIONS = ["--workers", "2", "--threads", "4", "--no-control-socket", "--log-level", "warning"]
#: A developer's own settings must not reach what is measured.
_OWN = ("DATABASE_URL", "TILE_URL", "TILE_ATTRIBUTION", "INSTANCE_DIR")


class Server:
    """A running gunicorn: its URL without a slash at the end, and its process."""

    def __init__(self, url: str, process: subprocess.Popen[bytes]):
        self.url, self._process = url, process

    def warm(self, paths: Sequence[str]) -> None:
        """Each path so often at once, each time on a connection of its own, that either worker has answered it."""
        with ThreadPoolExecutor(16) as many:
            for path in paths:
                list(many.map(fetch, [self.url + path] * 32))

    def memory(self) -> float:
        """MB that the largest worker holds; 0 where the system does not tell."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        if not children.exists():
            return 0.0
        return max((_resident(pid) for pid in children.read_text().split()), default=0.0)


def _resident(pid: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


@contextmanager
def serve(app: str, first: str, **settings: str) -> Iterator[Server]:
    """The app at a free port until the context ends; the path `first` has been answered by then.

    Raises RuntimeError, with what it printed, if it does not start within five minutes.
    """
    environment = {k: v for k, v in os.environ.items() if k not in _OWN} | settings
    # The listening socket is ours and handed on, so that no other process can take its port in between.
    with TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listener:
        command = [sys.executable, "-m", "gunicorn", app, "--bind", f"fd://{listener.fileno()}", *_OPTIONS]
        log = Path(folder, "log")
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                pass_fds=[listener.fileno()],
            )
        try:
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            _wait(url + first, process, log)
            yield Server(url, process)
        finally:
            _stop(process)


def fetch(url: str, **headers: str) -> tuple[bytes, dict[str, str]]:
    """Body and headers (names in lower case) of a plain GET. Raises OSError unless it succeeds."""
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=300) as answer:
        return answer.read(), {name.lower(): value for name, value in answer.headers.items()}


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 300
    while process.poll() is None and time.monotonic() < deadline:
        try:
            fetch(url)
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The server does not answer at {url}:\n{log.read_text(errors='replace')}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
