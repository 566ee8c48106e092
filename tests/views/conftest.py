"""One client for all page tests: it checks on every GET what must hold of every page."""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from mapdata.accounts import managing
from mapdata.people.roles import Role
from mapdata.registry import Registry
from tests import accounts, schema
from tests.accounts import quick_passwords
from tests.factories import import_rows
from tests.sent import contents

SAFE_TAGS_WITHOUT_SRC = frozenset({"application/ld+json"})


class _Page(HTMLParser):
    """Collects what `check_page` looks at."""

    def __init__(self, text: str):
        super().__init__()
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.controls: list[dict[str, str]] = []
        self.inline: list[str] = []
        self.headings = 0
        self.title = ""
        self._in_title = False
        self._in_label = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if "id" in found:
            self.ids.append(found["id"])
        self.inline += [f"{tag} {name}" for name in found if name.startswith("on") or name == "style"]
        if (tag == "script" and "src" not in found) or tag == "style":
            self.inline.append(tag)
        self.headings += tag == "h1"
        self._in_title = tag == "title" or self._in_title
        self._in_label += tag == "label"
        if tag == "label" and "for" in found:
            self.labelled.add(found["for"])
        if tag in ("input", "select", "textarea") and found.get("type") not in ("hidden", "submit"):
            self.controls.append(found | {"wrapped": "1" if self._in_label else ""})

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "title"
        self._in_label -= tag == "label"

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data


#: Where a form needs a cookie; no other page sets one.
WITH_COOKIE = re.compile(r"/(login|link|password|staff)\b")


def check_page(response: TestResponse, whole: bool) -> None:
    """Title, one h1, unique ids, a label for every control, nothing inline, safe headers, no cookie for the public."""
    page = _Page(response.text)
    assert len(page.ids) == len(set(page.ids)), f"an id stands twice: {[i for i in page.ids if page.ids.count(i) > 1]}"
    assert page.inline == []
    for control in page.controls:
        assert control["wrapped"] or "aria-label" in control or control.get("id") in page.labelled, control
    if whole:
        assert "かつしか つながりマップ" in page.title and page.headings == 1
        assert re.search(r"<html[^>]* lang=\"ja\"", response.text)
    headers = response.headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "no-referrer"
    assert WITH_COOKIE.match(response.request.path) or "Set-Cookie" not in headers


class CheckedClient(FlaskClient):
    """`get` checks every HTML answer; fragments (no <html>) are checked as such."""

    def get(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().get(*args, **kwargs)
        if response.mimetype == "text/html" and response.status_code not in (301, 302, 304, 308):
            check_page(response, whole="<html" in response.text)
        return response


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    made = create_app({"INSTANCE_DIR": schema.instance(tmp_path / "instance"), "DATABASE_URL": "", "TESTING": True})
    made.test_client_class = CheckedClient
    yield made
    made.extensions["registry"].engine.dispose()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick_passwords(monkeypatch)


@pytest.fixture
def signed_in(app: Flask) -> Callable[..., FlaskClient]:
    """signed_in("caseworker editor", "shakyo") → a client of its own, signed in as an account of those roles and that office."""

    def _sign_in(roles: str, office: str = "kuramaru") -> FlaskClient:
        name = f"{roles}.{office}"
        engine = app.extensions["registry"].engine
        if name not in [one.account.name for one in managing.listed(engine)]:
            accounts.account(engine, name, map(Role, roles.split()), office)
        client = app.test_client()
        answer = send(client, "/login", name=name, password=accounts.PASSWORD)
        assert answer.status_code == 302, answer.text
        return client

    return _sign_in


def token_of(text: str) -> str:
    """The token in a page's form."""
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', text)
    assert found, "the page has no form"
    return found[1]


def send(client: FlaskClient, path: str, page: str = "", **fields: str | list[str]) -> TestResponse:
    """Open the page of a form (its own path unless told) and send it, filled."""
    return client.post(path, data={"csrf_token": token_of(client.get(page or path).text), **fields})


def agree(client: FlaskClient, asked: TestResponse) -> TestResponse:
    """Press the button of the page that names what would become visible."""
    assert asked.status_code == 200 and "見られる人が増えます" in asked.text, asked.text
    form = contents(asked.text, "widening-form")
    action = re.search(r'<form method="post" action="([^"]*)"[^>]*id="widening-form"', asked.text)
    assert action
    return client.post(html.unescape(action[1]), data=form)


@pytest.fixture
def registry(app: Flask) -> Registry:
    found: Registry = app.extensions["registry"]
    return found


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def fill(registry: Registry, tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Import rows as a list; returns the id of each entry by name."""

    def _fill(*rows: Mapping[str, str], source: str = "kuramaru") -> dict[str, str]:
        report = import_rows(registry, tmp_path, rows, source)
        assert not report.problems
        from mapdata import storage
        with storage.reading(registry.engine) as connection:
            return {e.name: e.id for e in storage.load_entries(connection)}

    return _fill
