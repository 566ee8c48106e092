"""Servers for the benchmarks, all alike: gunicorn with 2 workers of 4 threads on loopback, as `make run` has it."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode, urlsplit

from benchmarks import processes
from settings import SETTINGS

ROOT = Path(__file__).resolve().parents[1]
SITE = "app:create_app()"
OTHERS = "benchmarks.compared:create_app()"

_OPTIONS = ["--workers", "2", "--threads", "4", "--no-control-socket", "--log-level", "warning"]
#: A developer's own settings must not reach what is measured, nor those of the `make` and the Python that ask for it.
_OWN = (
    *SETTINGS, "CASEWORK", "CASEWORK_DATABASE_URL", "GUNICORN_CMD_ARGS", "WEB_CONCURRENCY", "MAKEFLAGS", "MFLAGS",
    "MAKELEVEL", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV",
)


class Server:
    """A running site: its URL without a slash at the end, and the process that started it."""

    def __init__(self, url: str, process: subprocess.Popen[bytes]):
        self.url, self._process = url, process

    def warm(self, paths: Sequence[str], **headers: str) -> None:
        """Each path so often at once, each time on a connection of its own, that either worker has answered it."""
        with ThreadPoolExecutor(16) as many:
            for path in paths:
                list(many.map(lambda url: fetch(url, **headers), [self.url + path] * 32))

    def cpu_seconds(self) -> float:
        """Of the site since it started, its master's among them."""
        return processes.cpu_seconds(self._process.pid)

    def memory(self) -> float:
        """MB that the largest worker holds; 0 where the system does not tell."""
        with suppress(OSError):
            return max(map(processes.resident_mb, processes.leaves(self._process.pid)), default=0.0)
        return 0.0

    def shared_memory(self) -> float:
        """MB that all workers hold together, what several processes share counted in parts."""
        return sum(map(processes.proportional_mb, processes.leaves(self._process.pid)))

    def whole_memory(self) -> float:
        """The same with the master, which holds what its workers find there when they start."""
        return sum(map(processes.proportional_mb, processes.tree(self._process.pid)))


@contextmanager
def serve(app: str, first: str, **settings: str) -> Iterator[Server]:
    """The app at a free port until the context ends; the path `first` has been answered by then.

    Raises RuntimeError, with what it printed, if it does not start within five minutes.
    """
    # The listening socket is ours and handed on, so that no other process can take its port in between.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        command = [sys.executable, "-m", "gunicorn", app, "--bind", f"fd://{listener.fileno()}", *_OPTIONS]
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with started(command, ROOT, url, first, [listener.fileno()], **settings) as server:
            yield server


@contextmanager
def started(
    command: Sequence[str], folder: Path, url: str, first: str, handed_on: Sequence[int] = (), **settings: str
) -> Iterator[Server]:
    """What the command starts in this folder and answers at this URL, until the context ends; else as `serve`."""
    with TemporaryDirectory() as scratch:
        log = Path(scratch, "log")
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=folder, env=environment(**settings), stdin=subprocess.DEVNULL, stdout=output,
                stderr=output, pass_fds=handed_on, start_new_session=True,
            )
        try:
            _wait(url + first, process, log)
            yield Server(url, process)
        finally:
            _stop(process)


def environment(**settings: str) -> dict[str, str]:
    """The environment for a site or a command of it: ours without a developer's settings, and with these."""
    return {name: value for name, value in os.environ.items() if name not in _OWN} | settings


def free_port() -> int:
    """A port that nobody listens on now, for a program that wants to be told one."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def fetch(url: str, **headers: str) -> tuple[bytes, dict[str, str]]:
    """Body and headers (names in lower case) of a plain GET. Raises OSError unless it succeeds."""
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=300) as answer:
        return answer.read(), {name.lower(): value for name, value in answer.headers.items()}


def some_ids(server: Server, count: int) -> list[str]:
    """Ids of about so many entries, chosen by their names: ids are drawn by chance in each registry."""
    body, _ = fetch(f"{server.url}/resources.geojson")
    features = sorted(json.loads(body)["features"], key=lambda feature: str(feature["properties"]["name"]))
    return [str(feature["id"]) for feature in features[:: max(1, len(features) // count)]]


def sign_in(url: str, name: str, password: str) -> str:
    """The session's cookie of this account, got by the form as a browser does."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    connection.request("GET", "/login")
    answer = connection.getresponse()
    form, cookie = answer.read().decode(), (answer.getheader("Set-Cookie") or "").partition(";")[0]
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', form)
    assert token
    body = urlencode({"csrf_token": token[1], "name": name, "password": password, "next": "", "kept": ""})
    connection.request("POST", "/login", body, {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    cookies = [value.partition(";")[0] for name, value in answer.getheaders() if name == "Set-Cookie"]
    found = next((c for c in cookies if c.startswith("session=")), "")
    assert found, f"nobody is signed in: {answer.status}"
    return found


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 300
    while process.poll() is None and time.monotonic() < deadline:
        try:
            fetch(url)
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"The server does not answer at {url}:\n{log.read_text(errors='replace')}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Its own end first: a master ends its workers, `make` ends what it runs. What is left of them is killed."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=15)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
