"""Whoever sends slowly, or waits for a lock, keeps nobody waiting who only reads."""

import socket
import sqlite3
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import serve
from tests import schema
from tests.views.test_outages import Site

SLOW = b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\nname="


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Of one worker with the threads that it has."""
    monkeypatch.setenv("WEB_CONCURRENCY", "1")
    file = tmp_path / "instance" / "registry.db"
    file.parent.mkdir()
    with Site(tmp_path, schema.file(file)).running() as running:
        yield running


def post(site: Site) -> tuple[int, str, dict[str, str]]:
    try:
        answer = urllib.request.urlopen(urllib.request.Request(site.url + "/logout", data=b"x=1", method="POST"), timeout=30)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.read().decode(), dict(answer.headers)


def test_slow_bodies_and_waiting_saves_leave_threads_to_readers(site: Site) -> None:
    with ExitStack() as held:
        for number in range(12):
            sender = held.enter_context(socket.create_connection((urlsplit(site.url).hostname, urlsplit(site.url).port)))
            sender.sendall(SLOW if number % 2 else SLOW.replace(b"POST", b"GET"))
        time.sleep(0.5)
        for _ in range(5):
            began = time.monotonic()
            assert site.get("/pins.json")[0] == 200 and time.monotonic() - began < 5
        status, text, headers = post(site)
        assert status == 503 and "Retry-After" in headers and "もう一度送って" in text and "知らせの番号" in text
    site.until(lambda: post(site)[0] == 200)
    assert "busy" in site.log.read_text()
    with sqlite3.connect(site.instance / "registry.db", isolation_level=None) as other, ExitStack() as held:
        other.execute("BEGIN IMMEDIATE")  # as a long import
        whole = SLOW.replace(b"5000", b"5")
        for _ in range(12):
            sender = held.enter_context(socket.create_connection((urlsplit(site.url).hostname, urlsplit(site.url).port)))
            sender.sendall(whole)
        began = time.monotonic()
        assert site.get("/")[0] == 200 and time.monotonic() - began < 5
        other.execute("ROLLBACK")
    other.close()


def test_who_sends_for_too_long_makes_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve.Reserve, "LONGEST", 0.0)
    monkeypatch.setattr(serve.Reserve, "WAIT", 0.05)
    reserve, (ours, theirs) = serve.Reserve(3), socket.socketpair()
    with ours, theirs, reserve.place(ours) as first:
        assert first and ours.gettimeout() == serve.Reserve.PART
        time.sleep(0.01)
        with reserve.place(theirs) as second:
            assert not second
        assert ours.recv(1) == b""  # nothing more comes of it
        ours.sendall(b"an answer")
    with reserve.place(socket.socket()) as third:
        assert third
