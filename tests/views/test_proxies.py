"""What a request says of proxies counts as far as TRUSTED_PROXIES says, whoever passes it on."""

import os
import runpy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, request
from gunicorn.config import Config
from gunicorn.http import wsgi
from gunicorn.http.message import Request
from gunicorn.http.unreader import IterUnreader

from app import create_app
from tests import schema
from tests.test_house import ROOT

FORGED = {
    "X-Forwarded-For": "203.0.113.1", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "other.example",
    "X-Forwarded-Port": "8443", "X-Forwarded-Prefix": "/map", "X-Forwarded-Ssl": "on", "X-Forwarded-Protocol": "ssl",
    "Forwarded": "for=203.0.113.1;proto=https;host=other.example", "X-Script-Name": "/map", "X-Real-Ip": "203.0.113.1",
}


def seen(app: Flask, headers: dict[str, str]) -> tuple[str, str]:
    """(the whole address of a page as the site would write it, the client's address)."""
    found: list[tuple[str, str]] = []
    app.before_request_funcs[None].insert(0, lambda: found.append((request.url_root, request.remote_addr or "")))
    app.test_client().get("/healthz", headers=headers)
    app.before_request_funcs[None].pop(0)
    return found[0]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], Flask]]:
    """A site behind so many proxies."""
    folder, made = schema.instance(tmp_path_factory.mktemp("instance")), {}

    def behind(proxies: int) -> Flask:
        if proxies not in made:
            made[proxies] = create_app({"INSTANCE_DIR": folder, "DATABASE_URL": "", "TRUSTED_PROXIES": str(proxies)})
        return made[proxies]

    yield behind
    for one in made.values():
        one.extensions["registry"].engine.dispose()


def test_without_a_trusted_proxy_nothing_counts(site: Callable[[int], Flask]) -> None:
    assert seen(site(0), FORGED) == ("http://localhost/", "127.0.0.1")


def test_with_one_it_is_believed(site: Callable[[int], Flask]) -> None:
    assert seen(site(1), FORGED) == ("https://other.example/map/", "203.0.113.1")
    page = site(1).test_client().get("/about", headers=FORGED)
    assert 'href="/map/static/' in page.text and 'href="/static/' not in page.text


def test_what_came_before_the_trusted_ones_is_not(site: Callable[[int], Flask]) -> None:
    forged = {name: f"{value}, {ours}" for (name, value), ours in zip(
        FORGED.items(), ["198.51.100.2", "http", "ours.example", "", "/ours", "", "", "", "", ""], strict=True)}
    assert seen(site(1), forged) == ("http://ours.example/ours/", "198.51.100.2")
    assert seen(site(2), FORGED) == ("http://localhost/", "127.0.0.1")


@pytest.mark.parametrize(("name", "value"), [
    ("X-Forwarded-Proto", "javascript"), ("X-Forwarded-Proto", "HTTPS"), ("X-Forwarded-Prefix", "//evil.example"),
    ("X-Forwarded-Prefix", "/a\"><script>"), ("X-Forwarded-Prefix", "map"), ("X-Forwarded-Prefix", "/a//b"),
    ("X-Forwarded-Host", "evil.example/path"), ("X-Forwarded-Host", "a b"), ("X-Forwarded-Host", "a@b.example"),
    ("X-Forwarded-Host", "\"a, b\""),
])
def test_what_cannot_be_is_as_if_not_said(site: Callable[[int], Flask], name: str, value: str) -> None:
    assert seen(site(1), {name: value})[0] == "http://localhost/"


@pytest.mark.parametrize(("said", "root"), [("/map/", "http://localhost/map/"), ("/", "http://localhost/"), ("/a/b-c", "http://localhost/a/b-c/")])
def test_a_path_is_one_path(site: Callable[[int], Flask], said: str, root: str) -> None:
    assert seen(site(1), {"X-Forwarded-Prefix": said})[0] == root


# --- gunicorn


@pytest.fixture
def gunicorn(monkeypatch: pytest.MonkeyPatch) -> Config:
    """As its file configures it, with an environment that says where the site lies."""
    monkeypatch.setenv("SCRIPT_NAME", "/elsewhere")
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    found = Config()
    for name, value in runpy.run_path(str(ROOT / "gunicorn.conf.py")).items():
        if name in found.settings:
            found.set(name, value)
    return found


class _Socket:
    def getsockname(self) -> tuple[str, int]:
        return "127.0.0.1", 5000


@pytest.mark.parametrize("peer", [("127.0.0.1", 50123), ("::1", 50123), ("203.0.113.9", 50123), ""])
def test_gunicorn_believes_nobody_by_itself(gunicorn: Config, peer: Any) -> None:
    forged = {**FORGED, "SCRIPT_NAME": "/healthz", "PATH_INFO": "/staff", "X_Forwarded_For": "203.0.113.1", "Host": "localhost"}
    head = "".join(f"{name}: {value}\r\n" for name, value in forged.items())
    asked = Request(gunicorn, IterUnreader(iter([f"GET /healthz HTTP/1.1\r\n{head}\r\n".encode()])), peer)
    _, environ = wsgi.create(asked, _Socket(), peer or "", ("127.0.0.1", 5000), gunicorn)
    assert (environ["wsgi.url_scheme"], environ["SCRIPT_NAME"], environ["PATH_INFO"]) == ("http", "", "/healthz")
    assert environ["HTTP_X_FORWARDED_FOR"] == "203.0.113.1"  # once, as the proxy's, for whom TRUSTED_PROXIES names


def test_by_itself_gunicorn_would_believe_this_machine() -> None:
    """What the file is there for; red when gunicorn has changed its mind."""
    head = "X-Forwarded-Proto: https\r\nSCRIPT_NAME: /healthz\r\nHost: localhost\r\n"
    asked = Request(Config(), IterUnreader(iter([f"GET /healthz HTTP/1.1\r\n{head}\r\n".encode()])), ("127.0.0.1", 1))
    _, environ = wsgi.create(asked, _Socket(), ("127.0.0.1", 1), ("127.0.0.1", 5000), Config())
    assert (environ["wsgi.url_scheme"], environ["SCRIPT_NAME"]) == ("https", "/healthz")


def test_the_environment_says_no_longer_where_the_site_lies(gunicorn: Config) -> None:
    assert "SCRIPT_NAME" not in os.environ and gunicorn.forwarded_allow_ips == []
