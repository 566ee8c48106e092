"""The site begins where nobody else is, and Ctrl-C ends it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests import schema

ROOT = Path(__file__).parents[1]


GUNICORN = ["gunicorn", "app:create_app()", "--workers", "2", "--threads", "4", "--no-control-socket", "--log-level", "warning", "--access-logfile", "-"]
SERVE = ["flask", "--app", "app", "serve", "--samples"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=60):
            return
        time.sleep(0.05)
    raise AssertionError("the site does not answer")


@contextmanager
def started(command: list[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """In a session of its own, as from a terminal; whatever of it has not ended by itself is killed."""
    with log.open("wb") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, env=environment, stdout=told, stderr=told, start_new_session=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@pytest.mark.parametrize("command", [GUNICORN, SERVE], ids=["gunicorn", "serve"])
def test_ctrl_c_ends_the_site_without_force(tmp_path: Path, command: list[str]) -> None:
    port = free_port()
    environment = os.environ | {"INSTANCE_DIR": schema.instance(tmp_path / "instance"), "DATABASE_URL": "", "PORT": str(port)}
    with started(command, environment, tmp_path / "log") as process:
        wait_for(port, process)
        for _ in range(8):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/about?q=needle", timeout=60) as answer:
                assert answer.status == 200
        with socket.create_connection(("127.0.0.1", port), timeout=60) as odd:
            odd.sendall(b"GET /needle HTTP/1.1\r\nno header: needle\r\n\r\n")
            assert b"400" in odd.recv(100)
        os.killpg(process.pid, signal.SIGINT)
        process.wait(90)
    told = (tmp_path / "log").read_text(encoding="utf-8")
    assert process.returncode == 0 and "SIGKILL" not in told and "rror" not in told
    assert "needle" not in told and "[WARNING] gunicorn: …" in told  # neither what was asked nor what was not understood
    assert "serve" in command or '"GET /about HTTP/1.1" 200' in told
    assert "serve" not in command or f"http://127.0.0.1:{port}" in told


@pytest.mark.parametrize("word", [signal.SIGINT, signal.SIGTERM])
def test_a_worker_that_is_told_before_it_listens_ends_too(tmp_path: Path, word: signal.Signals) -> None:
    """What the master tells a worker that has only just been forked waits for it; each worker here is slow to begin."""
    slow = tmp_path / "slow.py"
    slow.write_text(
        f"exec(compile(open({str(ROOT / 'gunicorn.conf.py')!r}).read(), 'gunicorn.conf.py', 'exec'))\n"
        "import pathlib, time\ngraceful_timeout = 600\n"
        f"def post_fork(server, worker): pathlib.Path({str(tmp_path / 'forked')!r}).touch(); time.sleep(2)\n",
    )
    environment = os.environ | {"INSTANCE_DIR": schema.instance(tmp_path / "instance"), "DATABASE_URL": "", "PORT": str(free_port())}
    with started([*GUNICORN, "--config", str(slow)], environment, tmp_path / "log") as process:
        deadline = time.monotonic() + 60
        while not (tmp_path / "forked").exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        os.kill(process.pid, word)
        process.wait(90)
    told = (tmp_path / "log").read_text(encoding="utf-8")
    assert (tmp_path / "forked").exists() and process.returncode == 0 and "SIGKILL" not in told and "rror" not in told


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        environment = os.environ | {"INSTANCE_DIR": str(tmp_path / "instance"), "DATABASE_URL": "", "PORT": str(port)}
        done = subprocess.run([sys.executable, "-m", *SERVE], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 1 and f"ポート {port} は、ほかで使われています" in done.stderr and done.stderr.count("\n") == 1
    assert not (tmp_path / "instance").exists()
