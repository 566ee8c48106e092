"""Every URL × every role × nobody: closed unless it says otherwise; and nothing is written without its form's token."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app import create_app
from mapdata import storage
from mapdata.accounts import managing
from mapdata.clock import today
from mapdata.editing import bulk, visits
from mapdata.history import requests
from mapdata.lists.sent import staging
from mapdata.people.roles import PERMISSIONS, Role
from mapdata.registry import Registry
from mapdata.storage.speaking.acting import MustAsk
from mapdata.storage.tables import models
from mapdata.upkeep import org_links, proposals
from mapdata.words import Level
from tests import schema
from tests.accounts import TESTER, account
from tests.factories import published
from tests.mapdata.lists.test_exporting import MAY_HOLD, SECRET_ROWS
from tests.mapdata.lists.test_staging import at_once
from views import access
from views.login import local_path

SignedIn = Callable[..., FlaskClient]

#: What each endpoint is for, written down a second time: one that is not here fails the test.
PUBLIC, ANYONE, STAFF = "public", "signed in", "of an office"
EDIT, MANAGE = "edit_registry", "manage_users"
ERASE = f"{EDIT} {MANAGE}"
EXPECTED = {
    "static": PUBLIC, "health.healthz": PUBLIC, "health.readyz": PUBLIC, "maps.base": PUBLIC, "data.pins": PUBLIC, "data.marks": PUBLIC,
    "data.resources_geojson": PUBLIC,
    "public.index": PUBLIC, "public.results": PUBLIC, "public.card": PUBLIC, "public.resource": PUBLIC,
    "public.about": PUBLIC,
    "login.sign_in": PUBLIC, "login.sign_out": PUBLIC, "login.link": PUBLIC, "login.office": PUBLIC,
    "login.password": ANYONE,
    "staff.home": ANYONE,
    "users.index": MANAGE, "users.add": MANAGE, "users.edit": MANAGE, "users.link": MANAGE, "users.disable": MANAGE,
    "users.enable": MANAGE, "users.end_sessions": MANAGE, "audit.index": MANAGE, "audit.download": MANAGE,
    "entries.new": EDIT, "entries.edit": EDIT, "entries.preview": EDIT, "entries.outlook": EDIT,
    "entries.duplicates": EDIT, "entry.show": EDIT, "entry.set_status": EDIT, "entry.confirm": EDIT, "entry.erase": ERASE,
    "places.candidates": EDIT, "places.distance": EDIT,
    "visits.index": STAFF, "visits.edit": STAFF, "visits.withdraw": STAFF,
    "requests.index": EDIT, "requests.show": EDIT,
    "changes.index": EDIT, "changes.show": EDIT, "changes.undo": EDIT,
    "entry_list.index": EDIT, "chosen.choose": EDIT, "chosen.carry_out": EDIT,
    "imports.index": EDIT, "imports.show": EDIT, "imports.progress": EDIT, "imports.look": EDIT, "imports.again": EDIT,
    "imports.apply": EDIT, "imports.discard": EDIT,
    "fresh.index": EDIT, "fresh.show": EDIT, "fresh.no_answer": EDIT, "fresh.care": EDIT, "slips.show": EDIT,
    "pairs.index": EDIT, "pairs.show": EDIT, "pairs.decide": EDIT,
    "texts.index": MANAGE, "texts.preview": MANAGE, "texts.labels": MANAGE,
    "report.report": PUBLIC, "report.thanks": PUBLIC, "orglink.show": PUBLIC, "orglink.change": PUBLIC,
    "orglink.gone": PUBLIC, "proposals.index": EDIT, "proposals.show": EDIT, "proposals.link": EDIT,
    "proposals.revoke": EDIT,
}
#: Who reads: nobody, or roles (parted by blanks) and an office.
BOTH = "caseworker editor"
READERS = [None, *((roles, office) for roles in (*map(str, Role), BOTH) for office in ("kuramaru", "shakyo"))]


def may_open(reader: tuple[str, str] | None, endpoint: str) -> bool:
    need = EXPECTED[endpoint]
    if need == PUBLIC or reader is None:
        return need == PUBLIC
    if need in (ANYONE, STAFF):
        return need == ANYONE or reader[0] != "supporter"
    may: set[str] = set().union(*(PERMISSIONS[Role(code)] for code in reader[0].split()))
    return may.issuperset(need.split())


@pytest.fixture
def filled(app: Flask, fill: Callable[..., dict[str, str]]) -> dict[str, str]:
    """A value for each variable part of an address, of something that is there."""
    engine = app.extensions["registry"].engine
    someone, ids = account(engine, "だれか"), fill(published(), published(名称="こかげ", 状態="準備中"))
    entry = ids["ひなた"]
    noted = visits.write(engine, entry, today(), "見てきた", Level.STAFF, "kuramaru", "tester")
    folder, file = Path(app.config["INSTANCE_DIR"]), io.BytesIO("名称\nこかげ\n".encode())
    return {
        "sent": staging.stage(engine, folder, file, "一覧.csv", "kuramaru", "tester", run=at_once), "action": "confirm",
        "resource_id": entry, "entry_id": entry, "other_id": ids["こかげ"], "note": noted.note, "operation_id": str(noted.operation),
        "account_id": str(someone.id),
        "key": org_links.make(engine, entry, "tester", "kuramaru"), "proposal_id": told(engine, entry),
        "request_id": asked(engine, ids["こかげ"]), "token": managing.make_link(engine, TESTER, someone.id).token, "version": "x", "filename": "css/base.css",
    }


def asked(engine: Engine, entry_id: str) -> str:
    """The id of what 社協 asks くらまる課."""
    with pytest.raises(MustAsk) as must:
        bulk.set_status(engine, [entry_id], "active", "shakyo", "tester", today())
    assert must.value.act
    return str(requests.ask(engine, must.value.act, must.value.offices, "shakyo", "tester", ""))


def told(engine: Engine, entry_id: str) -> str:
    """The id of something that a reader told of an entry."""
    proposals.report(engine, entry_id, "", "日時がちがう", "", "192.0.2.9", "page")
    return str(proposals.waiting_for(engine, entry_id, "kuramaru")[0].proposal.id)


def requests_of(app: Flask, filled: dict[str, str]) -> Iterator[tuple[Rule, str, str]]:
    """(rule, method, path) of everything the site answers."""
    for rule in app.url_map.iter_rules():
        missing = rule.arguments - filled.keys()
        assert not missing, f"{rule.rule}: the fixture `filled` has no {missing}"
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: filled[part[1]], rule.rule)
        for method in sorted(rule.methods or ()):
            yield rule, method, path


def test_every_endpoint_is_written_down(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(EXPECTED)
    assert {endpoint for endpoint, need in EXPECTED.items() if need == PUBLIC} == access.PUBLIC


@pytest.mark.parametrize("reader", READERS, ids=lambda r: ".".join(r) if r else "nobody")
def test_every_url_opens_for_whom_it_is_for(
    app: Flask, signed_in: SignedIn, filled: dict[str, str], reader: tuple[str, str] | None
) -> None:
    opened, client, before = 0, app.test_client(), "login."
    for rule, method, path in requests_of(app, filled):
        if reader and before.startswith("login."):  # which may have signed somebody out
            client = signed_in(*reader)
        before = rule.endpoint
        answer = client.open(path, method=method)
        case = f"{method} {path} {answer.status}"
        assert answer.status_code < 500, case
        if may_open(reader, rule.endpoint):
            assert answer.status_code not in (401, 403) and not _asks_to_sign_in(answer, rule), case
            opened += 1
        elif reader:
            assert answer.status_code == 403, case
        else:
            assert answer.status_code == 401 or _asks_to_sign_in(answer, rule), case
    assert opened > 20


def _asks_to_sign_in(answer: TestResponse, rule: Rule) -> bool:
    return answer.location is not None and answer.location.startswith("/login?next=") and rule.endpoint != "login.sign_in"


def test_what_declares_nothing_is_closed_to_all(app: Flask, signed_in: SignedIn) -> None:
    admin = signed_in("admin")
    app.view_functions["staff.home"] = lambda: "open"
    assert admin.get("/staff/").status_code == 403
    assert app.test_client().get("/staff/").status_code == 302


# --- writing


def everything(registry: Registry) -> str:
    """All that is kept, but for the sessions' own rows."""
    with storage.reading(registry.engine) as connection:
        tables = [t for t in models.metadata.sorted_tables if t.name not in ("login_session", "sign_in_failure")]
        return str([(t.name, connection.execute(select(t)).all()) for t in tables])


@pytest.mark.parametrize("token", [None, "", "made-up", "another's"])
def test_nothing_is_written_without_the_form_s_token(
    app: Flask, signed_in: SignedIn, filled: dict[str, str], registry: Registry, token: str | None
) -> None:
    admin = signed_in("admin")
    if token == "another's":
        found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', signed_in("admin", "shakyo").get("/password").text)
        assert found
        token = found[1]
    fields = {"name": "次郎", "role": "editor", "office": "kuramaru", "password": "x" * 12, "password_again": "x" * 12}
    fields |= {} if token is None else {"csrf_token": token}
    before, tried = everything(registry), 0
    for rule, method, path in requests_of(app, filled):
        if method in ("GET", "HEAD", "OPTIONS") or rule.endpoint == "login.sign_out":
            continue
        answer = admin.open(path, method=method, data=fields)
        assert answer.status_code == 400, f"{method} {path} {answer.status}"
        assert everything(registry) == before, f"{method} {path}"
        tried += 1
    assert tried >= 8


def test_signing_out_needs_no_token_because_the_cookie_does_not_travel(signed_in: SignedIn) -> None:
    client = signed_in("editor")
    assert client.post("/logout").location == "/login?signed_out=1"
    assert client.get("/staff/").location.startswith("/login")
    assert client.get("/logout").status_code == 405


# --- across offices


@pytest.mark.parametrize(("role", "office", "level"), [
    ("supporter", "ひだまりの会", "supporter"), ("caseworker", "kuramaru", "own"), ("editor", "kuramaru", "own"),
    ("admin", "kuramaru", "own"), ("caseworker", "shakyo", "staff"), ("editor", "shakyo", "staff"), ("admin", "shakyo", "staff"),
    ("casework_lead", "kuramaru", "own"), ("casework_lead", "shakyo", "staff"), (BOTH, "kuramaru", "own"), (BOTH, "shakyo", "staff"),
])
def test_each_sees_what_is_for_them_and_for_their_office(
    signed_in: SignedIn, fill: Callable[..., dict[str, str]], role: str, office: str, level: str
) -> None:
    ids = fill(*SECRET_ROWS)
    client = signed_in(role, office)
    texts = [client.get(path).text for path in ("/", "/list", "/pins.json", "/resources.geojson")]
    texts += [client.get(path + it).text for path in ("/resources/", "/cards/") for it in ids.values()]
    everything = "\n".join(texts).replace("sec-supporter-entry", "S-E")
    for word, who in MAY_HOLD.items():
        if word not in ("P-OPEN", "両職員まで", "sec-supporter-entry"):
            seen = word in everything
            assert seen <= (level in who), word
            assert seen or level not in who or word in ("124-0077", "35.728261", "139.865871", "sec-staff-entry"), word


# --- on from signing in


@pytest.mark.parametrize("path", ["/", "/staff/", "/staff/users?x=1&y=%E3%81%82", "/resources/abc#top"])
def test_a_path_of_this_site_is_followed(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize("wanted", [
    "", "https://example.com/", "//example.com", "///example.com", "/\\example.com", "\\\\example.com", "javascript:alert(1)",
    "/\t/example.com", "/\n/example.com", "/\r\nSet-Cookie: a=b", " //example.com", "http:example.com", "staff/", "/あ", "/ /x",
    "/x\x00", "data:text/html,x", "/\x0b/example.com", "\x01//example.com",
])
def test_no_other_is(wanted: str) -> None:
    assert local_path(wanted) == ""


# --- headers


@pytest.mark.parametrize("path", ["/", "/about", "/pins.json", "/resources.geojson", "/list", "/static/x/css/base.css", "/healthz"])
def test_the_public_gets_neither_a_cookie_nor_a_page_that_varies_with_one(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert "Set-Cookie" not in answer.headers and "Cookie" not in answer.headers.get("Vary", "")


def test_whoever_is_signed_in_leaves_no_page_in_caches_but_keeps_files(signed_in: SignedIn) -> None:
    client = signed_in("editor")
    for path in ("/", "/about", "/pins.json", "/resources.geojson", "/list", "/staff/", "/nowhere", "/staff/users"):
        assert "no-store" in client.get(path).headers["Cache-Control"], path
    found = re.search(r'href="(/static/[^"]+)"', client.get("/").text)
    assert found and "immutable" in client.get(found[1]).headers["Cache-Control"]
    assert "Cookie" not in client.get(found[1]).headers.get("Vary", "")


def test_files_are_sent_without_asking_who_reads(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in("editor")
    found = re.search(r'href="(/static/[^"]+)"', client.get("/").text)
    monkeypatch.setattr("views.sessions.account", lambda: 1 / 0)
    assert found and client.get(found[1]).status_code == 200


def test_a_page_says_who_reads_and_the_error_page_stands_without_a_database(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mapdata.errors import Unavailable

    client = signed_in("editor", "shakyo")
    text = client.get("/").text
    assert "editor.shakyo" in text and "社協" in text and "職員に見える内容" in text and 'action="/logout"' in text

    def broken(*_: object) -> None:
        raise Unavailable("gone")

    monkeypatch.setattr("mapdata.accounts.signing_in.find_session", broken)
    for path in ("/", "/staff/"):
        answer = client.get(path)
        assert answer.status_code == 503 and "editor.shakyo" not in answer.text and "gone" not in answer.text


@pytest.mark.parametrize("proxies", ["x", "-1.5"])
def test_a_number_of_proxies_that_is_none_is_refused(tmp_path: Path, proxies: str) -> None:
    with pytest.raises(ValueError):
        create_app({"INSTANCE_DIR": schema.instance(tmp_path), "DATABASE_URL": "", "TRUSTED_PROXIES": proxies})
