"""Signing in as a browser does it: cookies, what is kept and what is told, links, the own password."""

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from mapdata.accounts import managing
from mapdata.people.account import Account
from mapdata.people.roles import Role
from mapdata.registry import Registry
from tests import schema
from tests.accounts import PASSWORD, TESTER, account, recorded
from tests.factories import import_rows, published
from tests.views.conftest import send

OTHER = "別のことば四つつなげてみる"
Later = Callable[..., None]


@pytest.fixture
def hanako(registry: Registry) -> Account:
    return account(registry.engine, roles=Role.ADMIN)


def sign_in(client: FlaskClient, name: str = "花子", password: str = PASSWORD, **fields: str) -> TestResponse:
    return send(client, "/login", name=name, password=password, **fields)


def cookies(answer: TestResponse) -> dict[str, str]:
    """The cookies that an answer sets, each with its attributes."""
    return {line.partition("=")[0]: line.partition("; ")[2] for line in answer.headers.getlist("Set-Cookie")}


def values(client: FlaskClient) -> set[str]:
    """What its session's cookie holds."""
    return {cookie.value for cookie in client._cookies.values() if cookie.key == "session"}  # type: ignore[union-attr]


# --- the cookie


@pytest.mark.parametrize(("url", "secure"), [("http://localhost", False), ("https://localhost", True)])
def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client: FlaskClient, hanako: Account, url: str, secure: bool) -> None:
    page = client.get("/login", base_url=url)
    token = re.search(r'csrf_token"[^>]* value="([^"]+)"', page.text)[1]  # type: ignore[index]
    answer = client.post("/login", base_url=url, data={"csrf_token": token, "name": "花子", "password": PASSWORD})
    assert answer.status_code == 302
    assert cookies(page).keys() == {"session"} and cookies(answer).keys() == {"session", "devices"}
    for attributes in [*cookies(page).values(), *cookies(answer).values()]:
        assert "HttpOnly" in attributes and "SameSite=Lax" in attributes and ("Secure" in attributes) == secure
    assert "Path=/login" in cookies(answer)["devices"] and "Max-Age" in cookies(answer)["devices"]
    # the session goes with the browser, and to the whole site
    assert "Expires" not in cookies(answer)["session"] and re.search(r"Path=/(;|$)", cookies(answer)["session"])


@pytest.mark.parametrize(("proxies", "secure", "address"), [(0, False, "127.0.0.1"), (1, True, "198.51.100.2"), (2, True, "203.0.113.1")])
def test_a_reverse_proxy_is_believed_as_far_as_the_setting_says(
    tmp_path: Path, proxies: int, secure: bool, address: str
) -> None:
    app = create_app({"INSTANCE_DIR": schema.instance(tmp_path), "DATABASE_URL": "", "TRUSTED_PROXIES": str(proxies)})
    headers = {"X-Forwarded-For": "203.0.113.1, 198.51.100.2", "X-Forwarded-Proto": "https, https"}
    answer = app.test_client().get("/login", headers=headers)
    assert ("Secure" in cookies(answer)["session"]) == secure
    seen: list[str] = []
    app.before_request_funcs[None].insert(0, lambda: seen.append(request.remote_addr or ""))
    app.test_client().get("/healthz", headers=headers)
    assert seen == [address]


def test_below_a_path_the_cookie_is_sent_there_only(client: FlaskClient, hanako: Account) -> None:
    page = client.get("/login", base_url="http://localhost/map")
    assert "Path=/map;" in cookies(page)["session"] and 'action="/map/login"' in page.text


def test_every_sign_in_has_an_id_of_its_own(client: FlaskClient, hanako: Account) -> None:
    client.get("/login")
    before = values(client)
    sign_in(client)
    first = values(client)
    assert not before & first
    send(client, "/login", "/password", name="花子", password=PASSWORD)
    assert not first & values(client)


def test_a_session_that_was_given_to_a_reader_is_not_the_one_they_sign_in_with(app: Flask, hanako: Account) -> None:
    """Fixation: whoever planted a cookie knows nothing of what comes after."""
    attacker, victim = app.test_client(), app.test_client()
    attacker.get("/login")
    victim.set_cookie("session", values(attacker).pop())
    assert sign_in(victim).status_code == 302
    assert victim.get("/staff/").status_code == 200 and attacker.get("/staff/").status_code == 302


def test_signing_in_as_another_ends_the_first(app: Flask, registry: Registry, hanako: Account, client: FlaskClient) -> None:
    account(registry.engine, "太郎")
    sign_in(client)
    kept = app.test_client()
    kept.set_cookie("session", values(client).pop())
    send(client, "/login", "/password", name="太郎", password=PASSWORD)
    assert "太郎" in client.get("/staff/").text
    assert [one.signed_in for one in managing.listed(registry.engine)] == [0, 1]


def test_an_altered_cookie_is_nobody_s(client: FlaskClient, hanako: Account) -> None:
    sign_in(client)
    cookie = client.get_cookie("session")
    assert cookie
    client.set_cookie("session", cookie.value[:-2] + "xx")
    assert client.get("/staff/").status_code == 302 and client.get("/").status_code == 200


# --- on the way in


def test_where_they_wanted_to_go(client: FlaskClient, hanako: Account) -> None:
    asked = client.get("/staff/audit?kind=sign_in&since=2026-01-01")
    page = client.get(asked.location)
    wanted = html.unescape(re.search(r'name="next"[^>]* value="([^"]*)"', page.text)[1])  # type: ignore[index]
    assert sign_in(client, next=wanted).location == "/staff/audit?kind=sign_in&since=2026-01-01"
    assert client.get("/login?next=/staff/users").location == "/staff/users"


@pytest.mark.parametrize("wanted", ["https://example.com/", "//example.com", "/\\example.com", "javascript:alert(1)", "/\t/example.com"])
def test_no_link_leads_elsewhere_after_signing_in(client: FlaskClient, hanako: Account, wanted: str) -> None:
    assert sign_in(client, next=wanted).location == "/staff/"
    assert client.get("/login", query_string={"next": wanted}).location == "/staff/"


@pytest.mark.parametrize(("role", "home"), [
    ("supporter", "/"), ("caseworker", "/"), ("casework_lead", "/"), ("editor", "/staff/"), ("admin", "/staff/"),
    ("caseworker editor", "/staff/"),
])
def test_where_each_begins(client: FlaskClient, registry: Registry, role: str, home: str) -> None:
    account(registry.engine, roles=map(Role, role.split()))
    assert sign_in(client).location == home


def test_what_is_wrong_is_told_and_the_name_is_kept(client: FlaskClient, hanako: Account) -> None:
    empty = send(client, "/login", name=" ", password="")
    assert empty.status_code == 422 and "名前を書いてください" in empty.text and 'href="#password"' in empty.text
    wrong = sign_in(client, password="ちがうことば")
    assert wrong.status_code == 422 and "名前かパスワードがちがいます" in wrong.text
    assert 'value="花子"' in wrong.text and "ちがうことば" not in wrong.text and "<title>エラー：ログイン" in wrong.text


def test_an_old_page_is_shown_again_filled(app: Flask, client: FlaskClient, hanako: Account) -> None:
    other = app.test_client()
    answer = other.post("/login", data={"name": "花子", "password": PASSWORD, "csrf_token": "old"})
    assert answer.status_code == 400 and 'value="花子"' in answer.text and "もう一度ボタンを押して" in answer.text
    assert PASSWORD not in answer.text


def test_after_five_failures_the_page_says_how_long_to_wait(client: FlaskClient, hanako: Account) -> None:
    for _ in range(5):
        assert sign_in(client, password="wrong").status_code == 422
    answer = sign_in(client)
    assert answer.status_code == 429 and re.search(r"あと\d+秒ほど", answer.text) and 'value="花子"' in answer.text


def test_a_device_that_is_known_does_not_wait_for_a_stranger_at_the_same_address(app: Flask, hanako: Account) -> None:
    mine, stranger = app.test_client(), app.test_client()
    sign_in(mine)
    mine.post("/logout")
    for _ in range(6):
        sign_in(stranger, password="guess")
    assert sign_in(stranger).status_code == 429
    assert sign_in(mine).status_code == 302


def test_a_device_is_forgotten_after_half_a_year(app: Flask, hanako: Account, later: Later) -> None:
    mine, stranger = app.test_client(), app.test_client()
    sign_in(mine)
    mine.post("/logout")
    later(days=181)
    for _ in range(6):
        sign_in(stranger, password="guess")
    assert sign_in(mine).status_code == 429


def test_a_device_cannot_be_made_up(app: Flask, hanako: Account) -> None:
    stranger = app.test_client()
    for number in range(5):
        stranger.set_cookie("devices", f'[[{hanako.id},"made-up-{number}"]]', path="/login")
        sign_in(stranger, password="guess")
    assert sign_in(stranger).status_code == 429


# --- on the way out


def test_signing_out_says_so_and_leaves_nothing(client: FlaskClient, hanako: Account) -> None:
    sign_in(client)
    page = client.get(client.post("/logout").location)
    assert "ログアウトしました" in page.text
    assert client.get("/staff/").status_code == 302 and "花子" not in client.get("/").text


@pytest.mark.parametrize(("what", "said"), [
    ("idle", "2時間のあいだ"), ("disabled", "いま使えません"), ("role", "役割か所属が変わった"), ("ended", "管理者がログアウト"),
    ("password", "パスワードが変わった"),
])
def test_a_session_that_ended_says_why_and_where_to_go_on(
    client: FlaskClient, registry: Registry, hanako: Account, later: Later, what: str, said: str
) -> None:
    engine, mine = registry.engine, account(registry.engine, "太郎")
    sign_in(client, "太郎")
    assert client.get("/staff/").status_code == 200
    if what == "idle":
        later(hours=2, minutes=1)
    elif what == "disabled":
        managing.disable(engine, TESTER, mine.id)
    elif what == "role":
        managing.change(engine, TESTER, mine.id, roles=[Role.SUPPORTER], office="shakyo", expires_on=None)
    elif what == "ended":
        managing.end_sessions(engine, TESTER, mine.id)
    else:
        managing.set_password(engine, TESTER, mine.id, OTHER)
    public = client.get("/about")
    assert said in public.text and "だれにでも見える内容" in public.text and "太郎" not in public.text
    assert "no-store" in public.headers["Cache-Control"]
    asked = client.get("/staff/?x=1")
    assert asked.location == "/login?next=/staff/?x%3D1"
    assert said in client.get(asked.location).text
    client.post("/logout")
    assert said not in client.get("/about").text and "session" not in {c.key for c in client._cookies.values()}  # type: ignore[union-attr]


def test_disabled_in_the_middle_nothing_more_is_seen_or_done(app: Flask, registry: Registry, hanako: Account, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(公開範囲="両職員まで")])
    mine = account(registry.engine, "太郎", Role.ADMIN)
    client = app.test_client()
    sign_in(client, "太郎")
    assert "ひなた" in client.get("/").text
    form = client.get("/staff/users/add").text
    managing.disable(registry.engine, TESTER, mine.id)
    assert "ひなた" not in client.get("/").text and client.get("/pins.json").json["id"] == []  # type: ignore[index]
    token = re.search(r'csrf_token"[^>]* value="([^"]+)"', form)[1]  # type: ignore[index]
    answer = client.post("/staff/users/add", data={"csrf_token": token, "name": "次郎", "role": "admin", "office": "kuramaru"})
    assert answer.status_code == 401
    assert [one.account.name for one in managing.listed(registry.engine)] == ["太郎", "花子"]


# --- what was typed is not lost


def test_what_was_typed_when_the_session_ran_out_comes_back(
    client: FlaskClient, registry: Registry, hanako: Account, later: Later
) -> None:
    sign_in(client)
    token = re.search(r'csrf_token"[^>]* value="([^"]+)"', client.get("/staff/users/add").text)[1]  # type: ignore[index]
    later(hours=3)
    typed = {"csrf_token": token, "name": "\"<b>次郎", "role": "editor", "office": "shakyo", "organization": "x", "expires_on": ""}
    answer = client.post("/staff/users/add", data=typed)
    assert answer.status_code == 401 and "書きかけの内容は残っています" in answer.text
    assert answer.text.count("2時間のあいだ") == 1 and "もう一度ログイン" not in answer.text  # a link would lose it
    fields = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', answer.text))
    wrong = client.post("/login", data=fields | {"name": "花子", "password": "wrong"})
    fields = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', wrong.text))
    go_on = client.post("/login", data=fields | {"name": "花子", "password": PASSWORD})
    assert go_on.status_code == 200 and 'action="/staff/users/add"' in go_on.text and "まだ保存していません" in go_on.text
    hidden = {name: html.unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', go_on.text)}
    assert hidden == {name: value for name, value in typed.items() if name != "csrf_token"}
    again = client.post("/staff/users/add", data=hidden)
    assert again.status_code == 400 and "&#34;&lt;b&gt;次郎" in again.text and "もう一度ボタンを押して" in again.text
    assert len(managing.listed(registry.engine)) == 1


@pytest.mark.parametrize(("hours", "status"), [(11, 200), (13, 302)])
def test_what_was_typed_is_kept_for_half_a_day(client: FlaskClient, hanako: Account, later: Later, hours: int, status: int) -> None:
    sign_in(client)
    later(hours=3)
    kept = client.post("/staff/users/add", data={"name": "次郎", "role": ["caseworker", "editor"]})
    sealed = re.search(r'name="kept"[^>]* value="([^"]+)"', kept.text)
    assert sealed
    later(hours=hours)
    answer = sign_in(client, kept=sealed[1])
    assert answer.status_code == status
    assert re.findall(r'name="role" value="(\w+)"', answer.text) == (["caseworker", "editor"] if status == 200 else [])


def test_passwords_are_never_kept(client: FlaskClient, hanako: Account, later: Later) -> None:
    sign_in(client)
    later(hours=3)
    answer = client.post("/password", data={"current_password": PASSWORD, "password": OTHER, "password_again": OTHER})
    assert answer.status_code == 401 and "書きかけ" not in answer.text
    assert re.search(r'name="kept"[^>]* value=""', answer.text)


def test_another_site_s_form_is_not_kept(client: FlaskClient, hanako: Account) -> None:
    """It comes without our cookie, so nobody whose session ended has typed it."""
    answer = client.post("/staff/users/add", data={"name": "次郎", "role": "admin"})
    assert answer.status_code == 401 and "書きかけ" not in answer.text
    assert re.search(r'name="kept"[^>]* value=""', answer.text)


@pytest.mark.parametrize("sealed", ["x", "WyIvc3RhZmYiLFtdXQ.aaaa.bbbb", "https://example.com"])
def test_what_is_not_ours_is_not_gone_on_with(client: FlaskClient, hanako: Account, sealed: str) -> None:
    assert sign_in(client, kept=sealed).location == "/staff/"


def test_a_script_that_asks_for_data_is_told_and_not_led_away(client: FlaskClient) -> None:
    assert client.get("/staff/users", headers={"Accept": "application/json"}).status_code == 401


def test_a_body_that_no_sign_in_needs_is_refused(client: FlaskClient) -> None:
    for path in ("/login", "/staff/users/add"):
        assert client.post(path, data={"name": "x" * 1_100_000}).status_code in (401, 413)


# --- the own password


def test_changing_the_own_password_signs_out_elsewhere(app: Flask, hanako: Account) -> None:
    here, there = app.test_client(), app.test_client()
    sign_in(here)
    sign_in(there)
    fields = {"current_password": PASSWORD, "password": OTHER, "password_again": OTHER}
    wrong = send(here, "/password", **fields | {"current_password": "x"})
    assert wrong.status_code == 422 and "いまのパスワードがちがいます" in wrong.text and 'href="#current_password"' in wrong.text
    assert "上のパスワードとちがいます" in send(here, "/password", **fields | {"password_again": "x"}).text
    before = values(here)
    done = send(here, "/password", **fields)
    assert done.location == "/staff/" and "パスワードを変えました" in here.get("/staff/").text
    assert not values(here) & before and there.get("/staff/").status_code == 302


def test_guessing_the_own_password_is_slow_too(client: FlaskClient, hanako: Account) -> None:
    sign_in(client)
    fields = {"current_password": "x", "password": OTHER, "password_again": OTHER}
    assert [send(client, "/password", **fields).status_code for _ in range(6)] == [422] * 5 + [429]


# --- one-time links


@pytest.fixture
def link(registry: Registry) -> str:
    waiting = account(registry.engine, "次郎", Role.SUPPORTER, "ひだまりの会", password=None)
    return f"/link/{managing.make_link(registry.engine, TESTER, waiting.id).token}"


def test_opening_a_link_does_not_use_it_up(app: Flask, link: str) -> None:
    for _ in range(3):
        page = app.test_client().get(link)
        assert page.status_code == 200 and "次郎" in page.text and "no-store" in page.headers["Cache-Control"]
    client = app.test_client()
    assert client.head(link).status_code == 200
    weak = send(client, link, password="short", password_again="short")
    assert weak.status_code == 422 and "12文字以上" in weak.text
    done = send(client, link, password=OTHER, password_again=OTHER)
    assert done.location == "/staff/" and "次郎" in client.get("/staff/").text
    again = app.test_client().get(link)
    assert again.status_code == 410 and "新しいリンクを頼んで" in again.text and "次郎" not in again.text


def test_a_link_that_is_altered_or_old_says_the_same(client: FlaskClient, link: str, later: Later) -> None:
    altered = client.get(link[:-1] + "_")
    later(hours=73)
    old = client.get(link)
    assert altered.status_code == old.status_code == 410 and altered.text == old.text


def test_a_link_signs_in_anew_whoever_was_signed_in(client: FlaskClient, registry: Registry, hanako: Account, link: str) -> None:
    sign_in(client)
    send(client, link, password=OTHER, password_again=OTHER)
    assert "次郎" in client.get("/staff/").text
    assert {one.account.name: one.signed_in for one in managing.listed(registry.engine)} == {"花子": 0, "次郎": 1}


# --- nothing hostile comes through


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "${7*7}{{7*7}}", "\"'><img src=x>", "' OR 1=1 --", "\x00", "あ" * 5000])
def test_whatever_is_typed_is_text(client: FlaskClient, hanako: Account, name: str) -> None:
    answer = sign_in(client, name)
    assert answer.status_code == 422 and "<script>alert" not in answer.text and "<img src=x" not in answer.text
    assert "{{7*7}}" in html.unescape(answer.text) or "7*7" not in name


def test_every_way_in_and_out_is_recorded(client: FlaskClient, registry: Registry, hanako: Account, link: str) -> None:
    sign_in(client, password="wrong")
    sign_in(client)
    client.post("/logout")
    send(client, link, password=OTHER, password_again=OTHER)
    assert recorded(registry.engine)[3:] == [
        ("sign_in_failed", "", "user:花子"), ("sign_in", "user:花子", ""), ("sign_out", "user:花子", ""),
        ("link_used", "user:次郎", ""),
    ]
