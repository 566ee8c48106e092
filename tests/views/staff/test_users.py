"""利用者 and 記録 as an admin uses them."""

import csv
import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from mapdata.accounts import managing
from mapdata.people.roles import MEANINGS, Permission, Role
from mapdata.registry import Registry
from tests.accounts import PASSWORD, account
from tests.views.conftest import send

SignedIn = Callable[..., FlaskClient]
NEW = {"name": "次郎", "role": "editor", "office": "kuramaru", "organization": "", "expires_on": ""}


@pytest.fixture
def admin(signed_in: SignedIn) -> FlaskClient:
    return signed_in("admin")


def press(client: FlaskClient, page: str, path: str) -> str:
    """Press a button of a page, and read the page it leads to."""
    answer = send(client, path, page)
    return client.get(answer.location).text if answer.location else answer.text


def test_from_an_empty_form_to_someone_signed_in(admin: FlaskClient, app: object, registry: Registry) -> None:
    made = send(admin, "/staff/users/add", **NEW)
    page = admin.get(made.location).text
    assert "次郎さんを加えました" in page and "まだパスワードがありません" in page
    shown = send(admin, f"{made.location}/link", made.location)
    found = re.search(r">(/link/[\w-]+)<", shown.text)
    assert "PUBLIC_URL" in shown.text and "localhost" not in shown.text  # what a browser calls the site may be anybody's
    assert found and "no-store" in shown.headers["Cache-Control"] and found[1] not in admin.get(made.location).text
    person = admin.application.test_client()
    send(person, found[1], password="別のことば四つつなげてみる", password_again="別のことば四つつなげてみる")
    assert "くらしのまると相談課・編集担当" in person.get("/staff/").text
    assert re.search(r"次郎</a>.*?編集担当.*?ログイン中", admin.get("/staff/users").text, re.S)


def test_a_password_s_link_leads_to_the_site_that_the_settings_name(admin: FlaskClient) -> None:
    admin.application.config["PUBLIC_URL"] = "https://map.example.jp/tsunagari"
    made = send(admin, "/staff/users/add", **NEW)
    shown = send(admin, f"{made.location}/link", made.location).text
    assert re.search(r">https://map\.example\.jp/tsunagari/link/[\w-]+<", shown) and "PUBLIC_URL" not in shown


@pytest.mark.parametrize(("fields", "said", "where"), [
    ({"name": ""}, "名前を書いてください", "name"), ({"role": ""}, "役割を一つ以上選んで", "role-0"), ({"role": "king"}, "一覧の中から", "role-0"),
    ({"office": ""}, "所属を選んで", "office"), ({"office": "city"}, "一覧の中から", "office"), ({"office": "-"}, "窓口から", "organization"),
    ({"role": "supporter", "office": "-"}, "団体の名前", "organization"), ({"expires_on": "2月30日ごろ"}, "日付は", "expires_on"),
    ({"expires_on": "2027-02-30"}, "という日は", "expires_on"), ({"name": "admin.kuramaru"}, "もう使われて", "name"),
])
def test_what_is_wrong_stands_at_its_field_and_in_the_summary(
    admin: FlaskClient, registry: Registry, fields: dict[str, str], said: str, where: str
) -> None:
    answer = send(admin, "/staff/users/add", **NEW | fields)
    assert answer.status_code == 422 and said in answer.text
    assert f'href="#{where}"' in answer.text and f'id="{where}"' in answer.text and 'role="alert"' in answer.text
    typed = {name: text for name, text in (NEW | fields).items() if text and name in ("name", "organization", "expires_on")}
    assert all(f'value="{text}"' in answer.text for text in typed.values())
    assert len(managing.listed(registry.engine)) == 1


def test_an_old_form_is_shown_again_filled_and_not_taken(admin: FlaskClient, registry: Registry) -> None:
    answer = admin.post("/staff/users/add", data=NEW | {"csrf_token": "old"})
    assert answer.status_code == 400 and 'value="次郎"' in answer.text
    assert re.search(r'<input checked [^>]*value="editor"', answer.text)
    assert "まだ受け取っていません" in answer.text and len(managing.listed(registry.engine)) == 1


def test_a_button_of_an_old_page_does_nothing_and_leads_back(admin: FlaskClient, registry: Registry) -> None:
    someone = account(registry.engine)
    answer = admin.post(f"/staff/users/{someone.id}/disable")
    assert answer.status_code == 400 and f'href="/staff/users/{someone.id}"' in answer.text
    assert managing.one(registry.engine, someone.id).account.enabled


def test_role_office_and_last_day_are_changed(admin: FlaskClient, registry: Registry) -> None:
    someone = account(registry.engine)
    fields = {"role": "supporter", "office": "-", "organization": "ひだまりの会", "expires_on": "令和9年3月31日"}
    page = admin.get(send(admin, f"/staff/users/{someone.id}", **fields).location).text
    changed = managing.one(registry.engine, someone.id).account
    assert (changed.roles, changed.office, str(changed.expires_on)) == ((Role.SUPPORTER,), "ひだまりの会", "2027-03-31")
    assert "保存しました" in page and "2027年3月31日" in page
    form = admin.get(f"/staff/users/{someone.id}").text
    assert 'value="ひだまりの会"' in form and 'value="2027-03-31"' in form and '<option selected value="-">' in form


def test_several_roles_are_chosen_kept_and_shown(admin: FlaskClient, registry: Registry) -> None:
    both = ["caseworker", "editor"]
    again = send(admin, "/staff/users/add", **NEW | {"name": "", "role": both})
    assert again.status_code == 422 and chosen(again.text) == both
    made = send(admin, "/staff/users/add", **NEW | {"role": both})
    form = admin.get(made.location).text
    assert chosen(form) == both and all(escape(MEANINGS[role]) in form for role in Role)
    assert re.search(r"<fieldset[^>]*aria-describedby=\"role-hint\">\s*<legend[^>]*>役割<span", form)
    assert re.search(r"次郎\s*役割\s*相談員・編集担当", re.sub(r"<[^>]+>", "", admin.get("/staff/users").text))
    send(admin, made.location, role=["casework_lead", "caseworker"], office="kuramaru")
    assert managing.by_name(registry.engine, "次郎").roles == (Role.CASEWORKER, Role.CASEWORK_LEAD)
    assert "相談員・編集担当 → 相談員・相談員のまとめ役" in admin.get("/staff/audit").text


def chosen(text: str) -> list[str]:
    return re.findall(r'<input checked [^>]*name="role"[^>]* value="(\w+)"', text)


@pytest.mark.parametrize(("roles", "said"), [(["supporter", "editor"], "職員にも見えます"), (["editor", "king", "queen"], "一覧の中から")])
def test_roles_that_cannot_be_had_are_refused_with_what_was_typed(
    admin: FlaskClient, registry: Registry, roles: list[str], said: str
) -> None:
    answer = send(admin, "/staff/users/add", **NEW | {"role": roles})
    assert answer.status_code == 422 and said in answer.text and 'href="#role-0"' in answer.text
    assert chosen(answer.text) == [code for code in roles if code in list(Role)] and 'value="次郎"' in answer.text
    assert len(managing.listed(registry.engine)) == 1


def test_stopping_and_going_on(admin: FlaskClient, signed_in: SignedIn, registry: Registry) -> None:
    person = signed_in("editor")
    number = managing.by_name(registry.engine, "editor.kuramaru").id
    page = f"/staff/users/{number}"
    assert "すべての端末でログアウト" in press(admin, page, f"{page}/sign-out") and person.get("/staff/").status_code == 302
    assert "止めました" in press(admin, page, f"{page}/disable") and "停止中" in admin.get("/staff/users").text
    assert "いまはログインできません" in admin.get(page).text
    assert "先に使えるように" in press(admin, page, f"{page}/link")
    assert "また使えます" in press(admin, page, f"{page}/enable")


def test_the_last_admin_cannot_go(admin: FlaskClient, registry: Registry) -> None:
    number = managing.by_name(registry.engine, "admin.kuramaru").id
    answer = send(admin, f"/staff/users/{number}/disable", f"/staff/users/{number}")
    assert answer.status_code == 422 and "管理者がいなくなって" in answer.text
    answer = send(admin, f"/staff/users/{number}", role="editor", office="kuramaru")
    assert answer.status_code == 422 and 'href="#role-0"' in answer.text


def test_nobody_of_that_number(admin: FlaskClient) -> None:
    assert admin.get("/staff/users/99").status_code == 404


@pytest.mark.parametrize("role", Role)
def test_the_home_page_offers_what_one_may_do_and_nothing_else(signed_in: SignedIn, role: Role) -> None:
    client = signed_in(str(role))
    links = re.findall(r'class="task-name" href="([^"]+)">([^<]+)<', client.get("/staff/").text)
    titles = {title for _, title in links}
    assert {"パスワードを変える", "地図と一覧を見る"} <= titles
    assert ("利用者" in titles) == ("記録" in titles) == (Permission.MANAGE_USERS in role.permissions)
    assert [path for path, _ in links if client.get(path).status_code != 200] == []


def test_the_home_page_says_all_roles_and_offers_what_any_of_them_may(signed_in: SignedIn) -> None:
    text = signed_in("casework_lead admin", "shakyo").get("/staff/").text
    assert "葛飾区社会福祉協議会・相談員のまとめ役・管理者" in text and "利用者</a>" in text and "新しく登録する</a>" in text


# --- 記録


def test_records_are_filtered_and_taken_along(admin: FlaskClient, signed_in: SignedIn) -> None:
    signed_in("editor", "shakyo")
    assert "編集担当" in admin.get("/staff/audit").text
    only = admin.get("/staff/audit?kind=sign_in&person=user:editor.shakyo").text
    assert "1件" in only and "editor.shakyo" in only
    assert "0件" in admin.get("/staff/audit?until=2020-01-01").text
    answer = admin.get("/staff/audit/records.csv?kind=sign_in")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    assert [row[1] for row in rows[1:]] == ["editor.shakyo", "admin.kuramaru"] and rows[1][3] == "ログイン"
    assert "書き出し" in admin.get("/staff/audit?kind=export").text


@pytest.mark.parametrize(("query", "status"), [
    ("kind=nonsense", 422), ("person=user:nobody", 422), ("since=someday", 422), ("page=999", 200), ("page=x", 200), ("", 200),
    ("since=R8.4.1&until=2026/12/31", 200),
])
def test_any_question_has_a_page(admin: FlaskClient, query: str, status: int) -> None:
    assert admin.get(f"/staff/audit?{query}").status_code == status


def test_the_password_of_the_tests_is_in_no_page(admin: FlaskClient) -> None:
    assert all(PASSWORD not in admin.get(path).text for path in ("/staff/users", "/staff/audit"))
