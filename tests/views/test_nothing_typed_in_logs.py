"""What anybody types, on whichever page, is in no line of a log, also when the database breaks at it."""

import io
import logging
import sqlite3
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.datastructures import MultiDict

from commands import logs
from mapdata import storage
from mapdata.registry import Registry
from mapdata.storage.tables import models
from tests.views.test_access import filled, requests_of

__all__ = ["filled"]

CANARY = "カナリア09012345678"
SignedIn = Callable[..., FlaskClient]


class _Forms(HTMLParser):
    """Every form of a page as a browser would send it, with our word in whatever can be typed into."""

    def __init__(self, text: str):
        super().__init__()
        self.forms: list[tuple[str, str, MultiDict[str, str]]] = []
        self.typed = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((found.get("action", ""), found.get("method", "get").upper(), MultiDict()))
        name, kind = found.get("name", ""), found.get("type", "text" if tag == "input" else tag)
        if not self.forms or not name or kind in ("submit", "file") or (kind in ("radio", "checkbox") and "checked" not in found):
            return
        if tag == "button":
            return
        is_typed = kind in ("text", "textarea", "search", "email", "tel", "url", "password")
        self.typed += is_typed
        if name not in self.forms[-1][2] or kind == "checkbox":
            self.forms[-1][2].add(name, CANARY if is_typed else found.get("value", ""))


def _send_all(client: FlaskClient, app: Flask, filled: dict[str, str]) -> int:
    """Open every page and send every form on it; how many boxes were typed into."""
    typed, sent = 0, set[tuple[str, str]]()
    for rule, method, path in requests_of(app, filled):
        if method != "GET" or rule.endpoint in ("static", "login.sign_out", "login.password"):
            continue
        found = _Forms(client.get(path).text)
        for action, how, fields in found.forms:
            target = action or path
            if (how, target) in sent or target.startswith(("/logout", "/password")):
                continue
            sent.add((how, target))
            typed += sum(value == CANARY for value in fields.values())
            client.open(target, method=how, **{"query_string" if how == "GET" else "data": fields})
    return typed


@pytest.fixture
def written(app: Flask) -> Iterator[io.StringIO]:
    """All that the loggers of the site and of its libraries write, down to the least of it."""
    out, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(out), root.level
    handler.setFormatter(logs.PlainFormatter())
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    app.testing = False
    yield out
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.parametrize("broken", [False, True], ids=["whole", "broken"])
def test_nothing_that_is_typed_is_in_any_line(
    app: Flask, signed_in: SignedIn, filled: dict[str, str], registry: Registry, written: io.StringIO, broken: bool
) -> None:
    """With every write refused as psycopg refuses it, which repeats what was to be saved; and with none."""
    client = signed_in("admin editor")

    def refuse(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if CANARY in repr(parameters):
            raise sqlite3.IntegrityError(f"DETAIL: Key {parameters} in {statement}")

    if broken:
        event.listen(registry.engine, "before_cursor_execute", refuse)
    typed = _send_all(client, app, filled)
    app.view_functions["public.index"] = lambda: int(CANARY)
    assert client.get(f"/?q={CANARY}").status_code == 500
    for path in (f"/resources/{CANARY}?q={CANARY}", f"/o/{CANARY}", f"/{CANARY}", f"/link/{CANARY}"):
        client.get(path)
    lines = written.getvalue()
    assert typed > 40 and "ValueError" in lines and "Exception on / [GET]" in lines
    assert ("IntegrityError" in lines) == broken
    assert CANARY not in lines and CANARY[:4] not in lines and CANARY[4:] not in lines


def test_what_an_operation_came_to_is_told_in_numbers_and_codes(
    app: Flask, signed_in: SignedIn, filled: dict[str, str], registry: Registry
) -> None:
    _send_all(signed_in("admin editor"), app, filled)
    with storage.reading(registry.engine) as connection:
        found = connection.execute(select(models.operation.c.kind, models.operation.c.summary)).all()
    assert len({kind for kind, _ in found}) > 4
    assert all(isinstance(value, int) for _, summary in found for name, value in summary.items() if name != "reason")
    assert CANARY not in repr(found)
