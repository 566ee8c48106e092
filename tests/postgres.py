"""A throw-away PostgreSQL server, and databases on it."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

# Nothing here outlives the tests, so nothing is worth waiting for the disk. No port: a socket in its folder.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "shared_buffers": "32MB",
    "max_connections": "60",
}


class Server:
    """A server that a test may end and start again; `url` (postgresql://…) is of one who may do everything."""

    #: As PostgreSQL calls its two ways to end at once: connections are closed first, or nothing is waited for.
    FAST, IMMEDIATE = signal.SIGINT, signal.SIGQUIT

    def __init__(self, bin_folder: Path, folder: Path, account: dict[str, Any], settings: dict[str, str]):
        self._made_of = bin_folder, folder, account, settings
        self._log, self.url = folder / "log", f"postgresql://postgres@/postgres?host={folder}"
        self.start()

    def start(self) -> None:
        """Raises RuntimeError with the server's own words if it does not start within 60 s."""
        self._process = _start(*self._made_of)
        _wait(self.url, self._process, self._log)

    def end(self, how: signal.Signals = FAST) -> None:
        self._process.send_signal(how)
        self._process.wait(30)

    def stop(self) -> None:
        if self._process.poll() is None:
            _stop(self._process)


@contextmanager
def own_server(bin_folder: Path, **settings: str) -> Iterator[Server]:
    """A running server, with these settings over the others."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        account = _account(folder)
        _initialise(bin_folder, folder, account)
        running = Server(bin_folder, folder, account, SETTINGS | settings)
        try:
            yield running
        finally:
            running.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def server(bin_folder: Path) -> Iterator[str]:
    """A running server; its URL (postgresql://…), as one who may do everything.

    Raises RuntimeError with the server's own words if it does not start within 60 s.
    """
    with own_server(bin_folder) as running:
        yield running.url


@contextmanager
def database(server_url: str, like: str = "") -> Iterator[str]:
    """A new database on that server, empty or a copy of the one at the URL `like`; gone afterwards.

    Yields its URL as SQLAlchemy writes it. Nothing may be connected to `like` meanwhile.
    """
    name = f"test_{uuid.uuid4().hex[:12]}"
    template = urlsplit(like).path.removeprefix("/") or "template1"
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        parts = urlsplit(server_url)
        yield urlunsplit(("postgresql+psycopg", parts.netloc, f"/{name}", parts.query, ""))
    finally:
        with psycopg.connect(server_url, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _account(folder: Path) -> dict[str, Any]:
    """Who runs the server, as arguments for subprocess: PostgreSQL refuses to be run by root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _initialise(bin_folder: Path, folder: Path, account: dict[str, Any]) -> None:
    options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    command = [str(bin_folder / "initdb"), "-D", str(folder / "data"), *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, **account)
    if done.returncode:
        raise RuntimeError(f"initdb failed: {done.stderr}")


def _start(
    bin_folder: Path, folder: Path, account: dict[str, Any], settings: dict[str, str]
) -> subprocess.Popen[bytes]:
    settings = settings | {"unix_socket_directories": str(folder)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [bin_folder / "postgres", "-D", folder / "data", *options],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C ends the tests first, then they end the server
            **account,
        )


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(url, connect_timeout=5).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """SIGINT closes the connections and stops; SIGQUIT does not wait for anything."""
    for ending in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        process.send_signal(ending)
        try:
            process.wait(timeout=15)
            return
        except subprocess.TimeoutExpired:
            continue
