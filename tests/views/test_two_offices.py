"""Somebody who serves two offices: for which they act is said after signing in, and all that follows is that office's."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app import create_app
from geocode import ward
from mapdata.accounts import audit, managing
from mapdata.people.account import Account
from mapdata.people.roles import Role
from mapdata.registry import Registry
from mapdata.storage.people.audit_rows import AuditQuery
from tests import wards
from tests.accounts import PASSWORD, TESTER, account, attempt
from tests.factories import published
from tests.views.conftest import send, token_of

Later = Callable[..., None]
OTHER = "別のことば四つつなげてみる"
NOTES = {"kuramaru": "くらまるのメモ", "shakyo": "しゃきょうのメモ"}


@pytest.fixture
def both(registry: Registry, fill: Callable[..., dict[str, str]]) -> Account:
    """花子, an admin of both offices, each of which keeps an entry with a note of its own."""
    for office, note in NOTES.items():
        fill(published(名称=office, 職員向けメモ=note), source=office)
    return account(registry.engine, "花子", Role.ADMIN, "kuramaru", more_offices=["shakyo"])


def sign_in(client: FlaskClient, **fields: str) -> str:
    """The page that comes after signing in."""
    answer = send(client, "/login", name="花子", password=PASSWORD, **fields)
    assert answer.status_code == 200, answer.headers.get("Location")
    return answer.text


def choose(client: FlaskClient, office: str, page: str = "/login/office", **fields: str) -> str:
    """Where the choice leads."""
    answer = send(client, "/login/office", page, office=office, **fields)
    return answer.location or answer.text


def notes_seen(client: FlaskClient, registry: Registry) -> set[str]:
    """Whose notes are read by this client on the entries' own pages."""
    pages = client.get("/list").text
    ids = set(re.findall(r"/resources/([a-z0-9]+)", pages))
    text = "".join(client.get(f"/staff/entries/{it}/page").text + client.get(f"/resources/{it}").text for it in ids)
    return {office for office, note in NOTES.items() if note in text}


def test_before_it_is_said_nothing_is_seen_or_done(client: FlaskClient, registry: Registry, both: Account) -> None:
    page = sign_in(client)
    assert "どの窓口の人として使いますか" in page and "くらしのまると相談課" in page and "葛飾区社会福祉協議会" in page
    assert client.get("/staff/users").location == "/login/office?next=/staff/users"
    assert client.get("/login?next=/staff/users").location == "/login/office?next=/staff/users"
    public = client.get("/")
    assert "職員に見える内容" not in public.text and "窓口を選ぶ" in public.text and "no-store" in public.headers["Cache-Control"]
    assert notes_seen(client, registry) == set()
    token = token_of(client.get("/login/office").text)
    posted = client.post("/staff/users/add", data={"csrf_token": token, "name": "次郎", "role": "admin", "office": "kuramaru"})
    assert posted.status_code == 401 and len(managing.listed(registry.engine)) == 1


@pytest.mark.parametrize("office", NOTES)
def test_what_is_chosen_says_what_is_seen_and_written(client: FlaskClient, registry: Registry, both: Account, office: str) -> None:
    sign_in(client, next="/staff/")
    page = client.get("/login/office?next=/staff/users/add").text
    assert 'name="next" value="/staff/users/add"' in page
    assert choose(client, office, "/login/office", next="/staff/users/add") == "/staff/users/add"
    assert notes_seen(client, registry) == {office}
    client.post("/staff/users/add", data={
        "csrf_token": token_of(client.get("/staff/users/add").text), "name": "次郎", "role": "editor", "office": office})
    assert managing.by_name(registry.engine, "次郎").office == office
    rows = audit.find(registry.engine, AuditQuery(), 1).rows
    assert [(row.kind, row.office) for row in reversed(rows)][1:] == [
        ("sign_in", ""), ("office_chosen", office), ("account_added", office)]


def test_the_band_changes_it_and_a_form_of_before_is_too_old(client: FlaskClient, registry: Registry, both: Account) -> None:
    sign_in(client)
    choose(client, "kuramaru")
    form = client.get("/staff/users/add").text
    assert "社協の人として使う" in form and 'name="next" value="/staff/users/add"' in form
    assert choose(client, "shakyo", "/about", next="/about") == "/about"
    assert "（社協）" in client.get("/about").text and "くらまる課の人として使う" in client.get("/about").text
    assert notes_seen(client, registry) == {"shakyo"}
    typed = {"csrf_token": token_of(form), "name": "次郎", "role": "editor", "office": "kuramaru"}
    answer = client.post("/staff/users/add", data=typed)
    assert answer.status_code == 400 and 'value="次郎"' in answer.text and len(managing.listed(registry.engine)) == 1


def test_of_several_sessions_each_acts_for_its_own(app: Flask, registry: Registry, both: Account) -> None:
    clients = {office: app.test_client() for office in NOTES}
    for office, one in clients.items():
        sign_in(one)
        choose(one, office)
    assert {office: notes_seen(one, registry) for office, one in clients.items()} == {office: {office} for office in NOTES}


@pytest.mark.parametrize("office", ["", "self", "ひだまりの会", "kuramaru shakyo"])
def test_only_what_one_serves_can_be_chosen(client: FlaskClient, registry: Registry, both: Account, office: str) -> None:
    sign_in(client)
    answer = send(client, "/login/office", office=office)
    assert answer.status_code == 422 and "受け持つ窓口から" in answer.text
    assert client.get("/staff/").location.startswith("/login/office")


def test_who_serves_one_office_is_asked_nothing_and_gets_no_other(client: FlaskClient, registry: Registry) -> None:
    account(registry.engine, "花子", Role.EDITOR)
    assert send(client, "/login", name="花子", password=PASSWORD).location == "/staff/"
    assert client.get("/login/office?next=/about").location == "/about" and "の人として使う" not in client.get("/").text
    answer = client.post("/login/office", data={"csrf_token": token_of(client.get("/password").text), "office": "shakyo"})
    assert answer.status_code == 422 and "（くらまる課）" in client.get("/").text


def test_another_site_cannot_choose(client: FlaskClient, both: Account) -> None:
    sign_in(client)
    assert client.post("/login/office", data={"office": "shakyo"}).status_code == 400
    assert client.get("/staff/").location.startswith("/login/office")


def test_nobody_who_is_not_signed_in_is_asked(client: FlaskClient) -> None:
    assert client.get("/login/office?next=/staff/").location == "/login?next=/staff/"


def test_changing_it_makes_a_session_no_longer(client: FlaskClient, both: Account, later: Later) -> None:
    sign_in(client)
    for office in ["kuramaru", "shakyo"] * 4:
        choose(client, office)
        later(minutes=100)
    assert client.get("/staff/").location.startswith("/login?next=") and "12時間" in client.get("/about").text


def test_signing_out_before_choosing(client: FlaskClient, registry: Registry, both: Account) -> None:
    sign_in(client)
    assert client.post("/logout").location == "/login?signed_out=1"
    assert managing.one(registry.engine, both.id).signed_in == 0 and client.get("/staff/").location.startswith("/login?next=")


def test_a_new_password_keeps_the_office_and_a_link_asks_for_it(client: FlaskClient, registry: Registry, both: Account) -> None:
    sign_in(client)
    choose(client, "shakyo")
    send(client, "/password", current_password=PASSWORD, password=OTHER, password_again=OTHER)
    assert "（社協）" in client.get("/about").text
    link = f"/link/{managing.make_link(registry.engine, TESTER, both.id).token}"
    assert "くらしのまると相談課・葛飾区社会福祉協議会" in client.get(link).text
    assert client.get(send(client, link, password=PASSWORD, password_again=PASSWORD).location).location.startswith("/login/office")


def test_what_was_typed_comes_along(client: FlaskClient, both: Account, later: Later) -> None:
    sign_in(client)
    choose(client, "shakyo")
    later(hours=3)
    kept = client.post("/staff/users/add", data={"name": "次郎", "role": "editor"}).text
    sealed = re.search(r'name="kept"[^>]* value="([^"]+)"', kept)
    assert sealed
    page = sign_in(client, kept=sealed[1])
    again = re.search(r'name="kept" value="([^"]+)"', page)
    assert again and "書きかけの内容は残っています" in page
    assert 'name="name" value="次郎"' in choose(client, "shakyo", kept=again[1])


def test_an_office_taken_away_ends_the_sessions(client: FlaskClient, registry: Registry, both: Account) -> None:
    sign_in(client)
    choose(client, "shakyo")
    managing.change(registry.engine, TESTER, both.id, roles=both.roles, office="kuramaru", expires_on=None)
    assert client.get("/staff/").location.startswith("/login?next=") and "役割か所属が変わった" in client.get("/about").text


# --- offices that ward.toml no longer names


@pytest.fixture
def only_one_office(tmp_path: Path) -> str:
    """A ward.toml whose office is the first of ours alone."""
    text = wards.KATSUSHIKA.read_text("utf-8")
    first, _, rest = text.partition('[[offices]]\ncode = "shakyo"')
    after = re.sub("shakyo = .*\n", "", rest[rest.index("[samples]"):])
    path = tmp_path / "ward.toml"
    path.write_text((first + after).replace("../../..", str(wards.KATSUSHIKA.parents[3])), "utf-8")
    return str(path)


def test_an_office_that_is_gone_lets_nobody_in(tmp_path: Path, only_one_office: str, client: FlaskClient, both: Account, registry: Registry) -> None:
    engine, folder = registry.engine, client.application.config["INSTANCE_DIR"]
    gone, waiting = account(engine, "社協の人", Role.EDITOR, "shakyo"), account(engine, "待つ人", Role.EDITOR, "shakyo", password=None)
    supporter = account(engine, "支援の人", Role.SUPPORTER, "shakyo")
    token, link = attempt(engine, "社協の人").token, managing.make_link(engine, TESTER, waiting.id).token
    before = client.get("/").status_code
    app = create_app({"INSTANCE_DIR": folder, "DATABASE_URL": "", "WARD_FILE": only_one_office})
    try:
        later_on(app, engine, before, (gone, supporter), token, link)
    finally:
        app.extensions["registry"].engine.dispose()
        ward.use(wards.KATSUSHIKA)


def later_on(app: Flask, engine: Engine, before: int, people: tuple[Account, Account], token: str, link: str) -> None:
    from mapdata.accounts import signing_in

    gone, supporter = people
    one, two, three = (app.test_client() for _ in range(3))
    assert before == one.get("/").status_code == 200 and signing_in.find_session(engine, token).ended == "office"
    refused = send(one, "/login", name=gone.name, password=PASSWORD)
    assert refused.status_code == 422 and "いまのサイトの窓口にありません" in refused.text
    wrong = send(one, "/login", name=gone.name, password="ちがうことば")
    assert "窓口にありません" not in wrong.text and one.get(f"/link/{link}").status_code == 410
    assert send(two, "/login", name=supporter.name, password=PASSWORD).status_code == 302
    # who served it besides another acts for that other one, and is asked nothing
    assert send(three, "/login", name="花子", password=PASSWORD).location == "/staff/"
    page = three.get("/staff/users").text
    assert "所属がない" in page and "（くらまる課）" in page
    assert managing.change(engine, managing.by_name(engine, "花子").seated("").acting(), gone.id, roles=[Role.EDITOR], office="kuramaru", expires_on=None).office == "kuramaru"
