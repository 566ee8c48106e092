"""What no page of ours ever sends is refused in words: numbers without end, files for texts, parts without a name."""

import html
import io
import random
import re
import string
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app import create_app
from mapdata.lists.sent import workers
from tests import postgres, schema
from tests.factories import published
from tests.test_house import HOUSE, read
from tests.views.conftest import CheckedClient, token_of
from tests.views.test_access import filled, told  # noqa: F401  (a fixture)

SignedIn = Callable[..., FlaskClient]
MANY = "9" * 5_000
#: What may stand for a number, a text, a choice.
ODD = [
    "", "0", "-1", "1.5", "1e9", "nan", "inf", "-inf", "1e400", "٣", "²", "2147483647", "2147483648", "9" * 19, "9" * 25, "9" * 300,
    MANY, "x" * 20_000, "\x00", "a\x00b", "\x1f", "\u2028", "\ufffd", "🗾", "é", "'", "\"", "%", "%00", "../..", "<b>", "{{7*7}}",
    "2026-02-30", "0000-00-00", "99999-12-31", "令和99年99月99日", "on", "true", "null", "[]", "{}", "1,2", "35.7,139.8", "1e400,1e400",
    "add-places", "remove-places:0", f"remove-places:{MANY}", "find-places:0", f"find-places:{MANY}", "save", "decline", "merge",
]
NAMES = [
    "page", "before", "done", "sort", "q", "near", "need", "zoom", "south", "west", "north", "east", "lat", "lng", "address", "kind", "id",
    "do", "which", "on_page", "asked", "base", "see", "entry_id", "entry", "back", "next", "status", "reason", "sheet", "row", "column-0",
    "form", "reply_by", "agreed", "state", "decision", "role", "office", "roles", "until", "expires_on", "name", "password", "note", "text",
    "visited_on", "places-0-lat", "places-0-lng", "places-0-pick", "contacts-0-value", "windows-0-name", f"places-{MANY}-lat", "places-²-lat",
    "places-99999-address", "seal", "website", "interval_months", "try_again_on", "tried_on", "min_age", "max_age", "file", "x" * 300, "é", "",
]


def refused(answer: TestResponse) -> bool:
    return answer.status_code == 400 and "読み取れない" in answer.text and "<h1>" in answer.text


@pytest.mark.parametrize("path", [
    "/?q=%00", "/?q=%E3%81", "/pins.json?need=%FF", "/list?q=a%00b", "/?page=1&q=%C0%AF",
])
def test_what_is_no_text_is_refused_in_words(client: FlaskClient, path: str) -> None:
    assert refused(client.get(path))
    assert client.get("/?q=%E3%81%82").status_code == 200  # あ
    assert [client.get(it).status_code for it in ("/%00", "/resources/%00", "/resources/%E3%81")] == [404] * 3


def test_numbers_without_end_are_refused(signed_in: SignedIn) -> None:
    admin = signed_in("admin")
    for path in ("users/{0}", "changes/{0}", "changes?before={0}", "audit?page={0}", "entries?done={0}", "pairs?page={0}", "proposals/{0}"):
        assert refused(admin.get("/staff/" + path.format(MANY))), path
        usual = 200 if "?" in path else 404
        assert [admin.get("/staff/" + path.format(it)).status_code for it in ("2147483647", "2147483648", "9" * 25)] == [usual] * 3, path
    assert admin.get(f"/marks.json?zoom={MANY}&south=1&west=1&north=2&east=2").status_code == 400


def sent(client: FlaskClient, path: str, body: bytes, kind: str) -> TestResponse:
    return client.post(path, data=body, content_type=kind)


def test_a_form_that_no_page_of_ours_sends_is_refused(signed_in: SignedIn, fill: Callable[..., dict[str, str]]) -> None:
    editor, entry = signed_in("editor"), fill(published())["ひなた"]
    path = f"/staff/entries/{entry}/edit"
    token = token_of(editor.get(path).text)
    assert refused(editor.post(path, data={"csrf_token": token, "name": (io.BytesIO(b"x"), "x.txt")}))
    assert "a\0b" not in editor.post(path, data={"csrf_token": token, "name": "a\0b"}).text
    assert refused(editor.post(path, data={"csrf_token": token, f"places-{MANY}-lat": "1"}))
    assert refused(editor.post(path, data={"csrf_token": token, "places-²-lat": "1"}))
    assert refused(sent(editor, path, f"csrf_token={token}&name=%FF%FE".encode(), "application/x-www-form-urlencoded"))
    parts = f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n'
    assert refused(sent(editor, path, parts.encode(), "multipart/form-data; boundary=b"))
    assert refused(editor.post("/staff/import", data={"csrf_token": token, "name": (io.BytesIO(b"x"), "x.txt")}))
    good = editor.post("/staff/import", data={"csrf_token": token, "source": "kuramaru", "file": (io.BytesIO("名称\nこかげ\n".encode()), "x.csv")})
    assert good.status_code == 302, good.text


def test_a_form_of_a_session_that_ended_may_be_odd_too(app: Flask, signed_in: SignedIn, later: Callable[..., None]) -> None:
    editor = signed_in("editor")
    later(days=1)
    parts = b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"
    assert refused(sent(editor, "/staff/entries/new", parts, "multipart/form-data; boundary=b"))


def test_numbers_are_read_in_one_place() -> None:
    reading = re.compile(r"type=(int|float)\b|\bint\(.*\.isdecimal\(|\.isdecimal\(.*\bint\(|\.isdigit\(|\.isnumeric\(|isdecimal\(\)\):")
    assert [path for path in HOUSE if path.startswith("views/") and reading.search(read(path))] == ["views/asked/numbers.py"]


# --- anything, anywhere


class Fuzz:
    """Requests by chance over all addresses, methods and readers; none may be answered by a 5xx."""

    def __init__(self, app: Flask, readers: list[FlaskClient], known: dict[str, str], seed: int):
        self.chance, self.readers, self.known = random.Random(seed), readers, known
        self.rules = [(rule, method) for rule in app.url_map.iter_rules() if rule.endpoint != "static" for method in sorted(rule.methods or ())]
        self.tokens = {reader: token_of(reader.get("/password").text) for reader in readers[1:]}
        self.forms: dict[tuple[FlaskClient, str], list[tuple[str, str]]] = {}

    def value(self) -> str:
        pick = self.chance.random()
        if pick < 0.6:
            return self.chance.choice(ODD)
        if pick < 0.8:
            return self.chance.choice(list(self.known.values()))
        return "".join(self.chance.choice(string.printable + "あ漢ー①\x00") for _ in range(self.chance.randint(0, 30)))

    def path(self, rule: Rule) -> str:
        def part(found: re.Match[str]) -> str:
            it = self.known[found[2]] if self.chance.random() < 0.7 else self.value()
            return re.sub(r"[^\w.~-]", lambda c: "".join(f"%{b:02X}" for b in c[0].encode("utf-8", "surrogatepass")), it)[:6_000] or "-"

        return re.sub(r"<(?:(\w+):)?(\w+)>", part, rule.rule)

    def fields(self) -> MultiDict[str, Any]:
        found: MultiDict[str, Any] = MultiDict()
        for _ in range(self.chance.randint(0, 8)):
            name = self.chance.choice(NAMES)
            is_file = self.chance.random() < 0.03
            found.add(name, (io.BytesIO(b"\xff\x00a,b\n1,2"), self.chance.choice(["a.csv", "", "../x.xlsx"])) if is_file else self.value())
        return found

    def form(self, reader: FlaskClient, path: str) -> MultiDict[str, Any]:
        """What stands in the forms of the page at this address, some of it changed."""
        if (reader, path) not in self.forms:
            text = FlaskClient.open(reader, path).get_data(as_text=True)
            self.forms[reader, path] = [
                (found[1], html.unescape(value[1]) if (value := re.search(r' value="([^"]*)"', found[0])) else "")
                for found in re.finditer(r'<(?:input|select|textarea|button)[^>]* name="([^"]+)"[^>]*>', text)]
        fields = MultiDict(self.forms[reader, path])
        for name in self.chance.sample(sorted(fields), min(len(fields), self.chance.randint(1, 3))):
            fields.setlist(name, [self.value() for _ in range(self.chance.choice((1, 1, 1, 2)))])
        return fields

    def body(self, reader: FlaskClient, path: str) -> dict[str, Any]:
        pick = self.chance.random()
        if pick < 0.1:
            return {"data": bytes(self.chance.randrange(256) for _ in range(50)), "content_type": self.chance.choice(
                ["application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "multipart/form-data", "x"])}
        if pick < 0.15:
            return {"data": b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n", "content_type": "multipart/form-data; boundary=b"}
        fields = self.form(reader, path) if len(path) < 100 and self.chance.random() < 0.6 else self.fields()
        if reader in self.tokens and self.chance.random() < 0.9:
            fields["csrf_token"] = self.tokens[reader]
        return {"data": fields}

    def ask(self) -> str:
        """What was asked, where it is a fault; else ""."""
        rule, method = self.chance.choice([one for one in self.rules if one[1] in self.chance.choice((("GET", "HEAD", "OPTIONS"), ("POST",), ("GET", "POST")))])
        reader, path = self.chance.choice(self.readers), self.path(rule)
        if rule.endpoint in ("login.sign_out", "users.disable", "users.end_sessions", "users.edit", "login.password"):
            reader = self.readers[0]  # whoever reads on must stay signed in
        query = {self.chance.choice(NAMES): self.value() for _ in range(self.chance.randint(0, 3))}
        more = self.body(reader, path) if method in ("POST", "PUT", "DELETE") else {}
        answer = FlaskClient.open(reader, path, method=method, query_string=query, **more)
        text = answer.get_data(as_text=True) if answer.status_code >= 500 else ""
        answer.close()
        return f"{method} {path[:200]} {str(query)[:300]} {str(more)[:300]}: {answer.status_code} {text[:0]}" if answer.status_code >= 500 else ""


@pytest.fixture
def fuzz(app: Flask, signed_in: SignedIn, filled: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Fuzz]:  # noqa: F811
    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr(workers, "JOB", ("true",))  # what works on a sent list is no request
    readers = [app.test_client(), *(signed_in(roles) for roles in ("supporter", "caseworker", "editor", "admin")), signed_in("admin", "shakyo")]
    return lambda seed: Fuzz(app, readers, {**filled, "number": "1"}, seed)


@pytest.fixture
def postgres_app(postgres_server: str, postgres_registry: str, tmp_path: Path) -> Iterator[Flask]:
    with postgres.database(postgres_server, postgres_registry) as url:
        made = create_app({"INSTANCE_DIR": schema.instance(tmp_path / "other"), "DATABASE_URL": url, "TESTING": True})
        made.test_client_class = CheckedClient
        yield made
        made.extensions["registry"].engine.dispose()


def _none_fails(fuzz: Callable[[int], Fuzz], times: int, seed: int) -> None:
    asking = fuzz(seed)
    assert [fault for _ in range(times) if (fault := asking.ask())] == []


def test_a_thousand_requests_by_chance(fuzz: Callable[[int], Fuzz]) -> None:
    _none_fails(fuzz, 1_000, random.randrange(10**6))


@pytest.mark.full
def test_twenty_thousand_requests_by_chance(fuzz: Callable[[int], Fuzz]) -> None:
    _none_fails(fuzz, 20_000, random.randrange(10**6))


class TestOnPostgresql:
    @pytest.fixture
    def app(self, postgres_app: Flask) -> Flask:
        return postgres_app

    @pytest.mark.full
    def test_twenty_thousand_requests_by_chance(self, fuzz: Callable[[int], Fuzz]) -> None:
        _none_fails(fuzz, 20_000, random.randrange(10**6))

    def test_some_requests_by_chance(self, fuzz: Callable[[int], Fuzz]) -> None:
        _none_fails(fuzz, 300, random.randrange(10**6))
