"""The site as `make run` serves it, in a process of its own, for the browser to look at."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


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
            _command(listener.fileno()),
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


def _command(listener: int) -> list[str]:
    options = ["--bind", f"fd://{listener}", "--workers", "2", "--threads", "4"]
    quiet = ["--no-control-socket", "--log-level", "warning"]
    return [sys.executable, "-m", "gunicorn", "app:create_app()", *options, *quiet]


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
