"""利用者 of another office, as an admin sees them; and that no page of an admin tells what another office keeps."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mapdata.accounts import managing
from mapdata.clock import today
from mapdata.editing import visits
from mapdata.people.account import Account
from mapdata.people.roles import Role
from mapdata.registry import Registry
from mapdata.words import Level
from tests.accounts import account
from tests.factories import published
from tests.views.conftest import send, token_of

SignedIn = Callable[..., FlaskClient]


@pytest.fixture
def admin(signed_in: SignedIn) -> FlaskClient:
    return signed_in("admin")


@pytest.fixture
def theirs(registry: Registry) -> Account:
    return account(registry.engine, "社協の人", Role.EDITOR, "shakyo")


def test_their_page_offers_to_stop_them_and_nothing_else(admin: FlaskClient, registry: Registry, theirs: Account) -> None:
    account(registry.engine, "社協の管理", Role.ADMIN, "shakyo")
    page = f"/staff/users/{theirs.id}"
    text = admin.get(page).text
    assert "ほかの窓口の人です" in text and "止めることのほかは、その窓口の管理者がします" in text
    assert set(re.findall(r'method="post" action="([^"]+)"', text)) == {"/logout", f"{page}/disable"}
    for act, said in (("link", "その窓口の管理者"), ("disable", "")):
        answer = send(admin, f"{page}/{act}", page)
        assert answer.status_code == (422 if said else 302) and said in answer.text
    text = admin.get(page).text
    assert "また使えるようにする" in text and "ログインを止める" in text  # who stopped them may take it back
    managing.enable(registry.engine, managing.by_name(registry.engine, "社協の管理").acting(), theirs.id)
    managing.disable(registry.engine, managing.by_name(registry.engine, "社協の管理").acting(), theirs.id)
    assert "また使えるようにする" not in admin.get(page).text


def test_a_form_that_was_not_offered_changes_nothing(admin: FlaskClient, registry: Registry, theirs: Account) -> None:
    token = token_of(admin.get("/staff/users/add").text)
    for office in ("shakyo", "kuramaru"):
        fields = {"csrf_token": token, "role": ["editor", "admin"], "office": office}
        answer = admin.post(f"/staff/users/{theirs.id}", data=fields)
        assert answer.status_code == 422 and "その窓口の管理者がします" in answer.text
    added = admin.post("/staff/users/add", data={"csrf_token": token, "name": "次郎", "role": "editor", "office": "shakyo"})
    assert added.status_code == 422 and managing.one(registry.engine, theirs.id).account == theirs
    offered = re.findall(r'<option[^>]* value="([^"]*)"', admin.get("/staff/users/add").text)
    assert offered == ["", "kuramaru", "-"]


def test_a_supporter_of_another_office_keeps_it(admin: FlaskClient, registry: Registry) -> None:
    one = account(registry.engine, "支援の人", Role.SUPPORTER, "shakyo")
    page = f"/staff/users/{one.id}"
    assert '<option selected value="shakyo">' in admin.get(page).text
    assert send(admin, page, role="supporter", office="shakyo", expires_on="2099-03-31").status_code == 302
    assert str(managing.one(registry.engine, one.id).account.expires_on) == "2099-03-31"


def test_one_link_where_nobody_manages_and_the_office_is_shown_it(
    admin: FlaskClient, signed_in: SignedIn, registry: Registry, theirs: Account, later: Callable[..., None]
) -> None:
    page = f"/staff/users/{theirs.id}"
    assert "リンクを一つだけ作れます" in admin.get(page).text
    assert "/link/" in send(admin, f"{page}/link", page).text
    assert "一つ作っています" in admin.get(page).text and "一つ作っています" in send(admin, f"{page}/link", page).text
    told = "admin.kuramaruさん（くらしのまると相談課）が、社協の人さんのパスワードを決めるリンクを作りました。"
    managers = signed_in("admin", "shakyo")
    seen = {name: told in client.get(path).text for name, client, path in (
        ("their home", signed_in("caseworker", "shakyo"), "/staff/"), ("their list", managers, "/staff/users"),
        ("ours", admin, "/staff/users"), ("a supporter's", signed_in("supporter", "shakyo"), "/staff/"))}
    assert seen == {"their home": True, "their list": True, "ours": False, "a supporter's": False}
    later(days=31)
    assert told not in signed_in("caseworker", "shakyo").get("/staff/").text


def test_no_page_of_an_admin_tells_what_another_office_keeps(
    app: Flask, signed_in: SignedIn, registry: Registry, fill: Callable[..., dict[str, str]]
) -> None:
    rows = [
        published(管理番号="1", 名称="開いている所", 職員向けメモ="かくしメモ"),
        published(管理番号="2", 名称="かくし名称", 公開範囲="自所属のみ", 備考="かくし備考", 電話番号="03-9876-5432", 住所="東金町8-98-97"),
    ]
    ids = fill(*rows, source="shakyo")
    visits.write(registry.engine, ids["開いている所"], today(), "かくし訪問", Level.OFFICE, "shakyo", "user:社協の人")
    hidden, admin, opened = re.compile("かくし|9876|98-97"), signed_in("admin"), 0
    for path in {path for entry in ids.values() for path in pages(app, entry)}:
        answer = admin.get(path)
        assert not hidden.search(answer.text), path
        opened += answer.status_code == 200
    assert opened > 30 and hidden.search(signed_in("editor", "shakyo").get(f"/resources/{ids['かくし名称']}").text)


def pages(app: Flask, entry: str) -> Iterator[str]:
    """Every address of the site with this entry where one is named, and else the first of what is there."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.rule.startswith(("/login", "/link", "/static")):
            yield re.sub(r"<(?:\w+:)?(\w+)>", lambda part: entry if part[1] in ("entry_id", "resource_id", "other_id") else "1", rule.rule)
