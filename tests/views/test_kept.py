"""A save that fails keeps what was typed: in the answer itself, for the account that typed it and for no other."""

import base64
import io
import logging
import re
import sqlite3
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import BadSignature
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from mapdata.claims.projection import STAFF
from mapdata.errors import Unavailable
from mapdata.people.roles import Role
from mapdata.registry import Registry
from tests.accounts import PASSWORD, account
from tests.sent import contents
from tests.views.conftest import check_page, send, token_of
from views import forms, kept, seals
from views.access import PUBLIC

SignedIn = Callable[..., FlaskClient]
Later = Callable[..., None]
NEW, TYPED = "/staff/entries/new", "縁側でお茶を\n飲みます <b>&amp;"
SAVE = "mapdata.editing.saving.save"


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app


@pytest.fixture
def editor(signed_in: SignedIn) -> FlaskClient:
    return signed_in("editor")


def failing(error: Exception) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def database(code: str) -> Unavailable:
    """As the database says it, told by us."""
    driver = sqlite3.OperationalError("kept to ourselves")
    driver.sqlite_errorname = code
    told = Unavailable("kept to ourselves")
    told.__cause__ = OperationalError("insert", {}, driver)
    return told


def typed(client: FlaskClient) -> MultiDict[str, str]:
    form = contents(client.get(NEW).text)
    for name, text in (("name", "ひなた"), ("description", TYPED), ("contacts-0-value", "03-0000-0001"), ("do", "save"), ("needs", "work")):
        form[name] = text
    return form


def block(text: str) -> str:
    found = re.search(r'<section class="kept-form".*?</section>', text, re.S)
    return found[0] if found else ""


def again(client: FlaskClient, text: str, token: bool = True) -> TestResponse:
    """Press もう一度保存, or the other button."""
    inside = block(text)
    fields = MultiDict((unescape(n), unescape(v)) for n, v in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', inside))
    if token:
        fields["csrf_token"] = re.search(r'name="csrf_token" value="([^"]+)"', inside)[1]  # type: ignore[index]
    return client.post(unescape(re.search(r'formaction="([^"]+)"', inside)[1]), data=fields)  # type: ignore[index]


@pytest.mark.parametrize(("error", "status", "said"), [
    (database("SQLITE_FULL"), 503, "サーバーの空きがなくなったため"), (database("SQLITE_BUSY"), 503, "10秒待っても保存できませんでした"),
    (Unavailable("x"), 503, "つながりが切れているため"), (RuntimeError("x"), 500, "こちらの不具合で"),
], ids=["full", "locked", "away", "ours"])
def test_a_failed_save_answers_with_the_form_and_is_saved_by_one_press(
    editor: FlaskClient, registry: Registry, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception, status: int, said: str
) -> None:
    form = typed(editor)
    with monkeypatch.context() as patch, caplog.at_level(logging.DEBUG):
        patch.setattr(SAVE, failing(error))
        answer = editor.post(NEW, data=form)
    check_page(answer, whole=True)
    assert answer.status_code == status and said in block(answer.text) and "もう一度保存" in block(answer.text)
    told = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", block(answer.text), re.S))
    assert told == {"名称": "ひなた", "説明": "縁側でお茶を\n飲みます &lt;b&gt;&amp;amp;", "連絡先1の番号・アドレス": "03-0000-0001"}
    assert answer.headers["Cache-Control"] == "no-store" and "kept to ourselves" not in answer.text
    assert "すぐ閉じる" not in answer.text and "もう一度ひらく" not in answer.text
    assert "縁側" not in caplog.text and all("縁側" not in seen and base64.b64encode("縁側".encode())[:6].decode() not in seen
                                           for seen in answer.headers.getlist("Set-Cookie"))
    shown = again(editor, answer.text, token=False)
    assert shown.status_code == 400 and "縁側でお茶を" in contents(shown.text)["description"]
    saved = again(editor, answer.text)
    assert saved.status_code == 302
    record = registry.snapshots.current(STAFF).records[0]
    assert (record.name, record.description, record.needs) == ("ひなた", TYPED, ("work",))
    assert again(editor, answer.text).status_code == 302 and len(registry.snapshots.current(STAFF).records) == 1


@pytest.mark.parametrize("what", ["views.sessions.account", "views.error_pages.render_template"])
def test_with_the_database_gone_the_barest_page_keeps_it_too(editor: FlaskClient, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    form = typed(editor)
    with monkeypatch.context() as patch:
        patch.setattr(SAVE, failing(Unavailable("x")))
        patch.setattr(what, failing(Unavailable("x")))
        answer = editor.post(NEW, data=form)
    check_page(answer, whole=True)
    assert answer.status_code == 503 and again(editor, answer.text).status_code == 302


def test_every_form_of_staff_keeps_what_was_typed(app: Flask, editor: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [r for r in app.url_map.iter_rules() if "POST" in (r.methods or ()) and r.endpoint not in PUBLIC and r.endpoint not in kept._LOOKS]
    assert len(rules) > 30
    monkeypatch.setattr("views.sessions.account", failing(Unavailable("x")))
    for rule in rules:
        path = re.sub(r"<(?:\w+:)?\w+>", "1", rule.rule)
        answer = editor.post(f"{path}?q=1", data={"text": TYPED, "csrf_token": "old", "new_password": "ひみつ"})
        inside = unescape(block(answer.text))
        assert answer.status_code == 503 and f'formaction="{path}?q=1&kept_for=' in inside, rule
        assert TYPED in inside and "ひみつ" not in answer.text and '"old"' not in answer.text, rule


def test_every_form_that_can_be_shown_again_travels_through_signing_in(app: Flask, editor: FlaskClient, later: Later) -> None:
    rules = [r for r in app.url_map.iter_rules() if "POST" in (r.methods or ()) and r.endpoint not in PUBLIC and hasattr(app.view_functions[r.endpoint], "shows_again")]
    assert len(rules) > 15
    later(hours=3)
    for rule in rules:
        answer = editor.post(re.sub(r"<(?:\w+:)?\w+>", "1", rule.rule), data={"text": TYPED})
        assert answer.status_code == 401 and contents_of(answer, "kept") and TYPED not in unescape(answer.text), rule


def test_what_is_asked_for_in_the_background_is_not_kept(editor: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("views.sessions.account", failing(Unavailable("x")))
    for path, headers in (("/staff/entries/outlook", {}), ("/staff/entries/preview", {}), (NEW, {"Sec-Fetch-Dest": "empty"})):
        assert block(editor.post(path, data={"name": "ひなた"}, headers=headers).text) == ""
    assert block(editor.get(NEW).text) == "" and block(editor.application.test_client().post(NEW, data={"name": "ひなた"}).text) == ""


def test_files_are_named_and_asked_for_again(editor: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    token = token_of(editor.get("/staff/import").text)
    monkeypatch.setattr("mapdata.lists.sent.staging.stage", failing(Unavailable("x")))
    form = {"csrf_token": token, "source": "kuramaru", "file": (io.BytesIO(b"secret,1"), "../一覧 <b>.csv")}
    answer = editor.post("/staff/import", data=form, content_type="multipart/form-data")
    check_page(answer, whole=True)
    inside = block(answer.text)
    assert answer.status_code == 503 and 'enctype="multipart/form-data"' in inside and "secret" not in inside
    assert "一覧のファイル（「一覧 &lt;b&gt;.csv」を、もう一度選んでください）" in inside and 'type="file" id="kept-file-1" name="file" required' in inside


# --- through signing in again


def ended(client: FlaskClient, later: Later) -> tuple[TestResponse, dict[str, str]]:
    """The answer to a form that came too late, and what its page sends on."""
    form = typed(client)
    later(hours=3)
    answer = client.post(NEW, data=form)
    check_page(answer, whole=True)
    return answer, {"kept": contents_of(answer, "kept")}


def contents_of(answer: TestResponse, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', answer.text)
    assert found
    return unescape(found[1])


def test_a_lost_session_gives_it_back_to_the_same_account(editor: FlaskClient, registry: Registry, later: Later) -> None:
    answer, sent_on = ended(editor, later)
    assert answer.status_code == 401 and "書きかけの内容は残っています" in answer.text and sent_on["kept"]
    wrong = send(editor, "/login", name="editor.kuramaru", password="ちがうことば", **sent_on)
    assert contents_of(wrong, "kept") == sent_on["kept"]
    back = send(editor, "/login", name="editor.kuramaru", password=PASSWORD, **sent_on)
    check_page(back, whole=True)
    assert back.status_code == 200 and "ログインが切れる前に書いていた内容" in block(back.text) and "縁側でお茶を" in block(back.text)
    assert again(editor, back.text).status_code == 302
    assert registry.snapshots.current(STAFF).records[0].description == TYPED


def test_nobody_else_is_shown_it_nor_reads_it_out_of_the_page(app: Flask, editor: FlaskClient, registry: Registry, later: Later) -> None:
    account(registry.engine, "太郎", Role.EDITOR, "kuramaru")
    answer, sent_on = ended(editor, later)
    decoded = base64.urlsafe_b64decode(sent_on["kept"] + "==")
    for seen in (answer.text, sent_on["kept"], *answer.headers.getlist("Set-Cookie")):
        assert "縁側" not in seen and "ひなた" not in seen
    assert "縁側".encode() not in decoded and b"description" not in decoded
    other = send(editor, "/login", name="太郎", password=PASSWORD, **sent_on)
    assert other.status_code == 302
    home = editor.get(other.location).text
    assert "別のアカウントで書かれたもの" in home and "縁側" not in home


def test_whoever_signed_in_meanwhile_does_not_send_it(app: Flask, editor: FlaskClient, registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    account(registry.engine, "太郎", Role.EDITOR, "kuramaru")
    form = typed(editor)
    with monkeypatch.context() as patch:
        patch.setattr(SAVE, failing(Unavailable("x")))
        answer = editor.post(NEW, data=form)
    send(editor, "/login", "/password", name="太郎", password=PASSWORD)
    refused = again(editor, answer.text)
    check_page(refused, whole=True)
    assert refused.status_code == 403 and "別のアカウントで書かれた内容です" in refused.text and "縁側" not in refused.text
    assert again(editor, answer.text.replace("kept_for=", "kept_for=x")).status_code == 403
    send(editor, "/login", "/password", name="editor.kuramaru", password=PASSWORD)
    assert again(editor, answer.text).status_code == 400, "an old token shows the form once more"


def test_a_form_of_somebody_else_s_session_is_not_kept(editor: FlaskClient, signed_in: SignedIn, later: Later) -> None:
    form = typed(signed_in("admin"))
    later(hours=3)
    answer = editor.post(NEW, data=form)
    assert answer.status_code == 401 and contents_of(answer, "kept") == "" and "書きかけの内容" not in answer.text


def test_what_is_too_long_to_travel_is_said_to_be(editor: FlaskClient, later: Later, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_MOST", 100)
    answer, sent_on = ended(editor, later)
    assert sent_on["kept"] == "" and "長すぎてこの画面には残せませんでした" in answer.text


def test_signing_in_that_fails_keeps_what_travels_through_it(editor: FlaskClient, later: Later, monkeypatch: pytest.MonkeyPatch) -> None:
    _, sent_on = ended(editor, later)
    token = token_of(editor.get("/login").text)
    with monkeypatch.context() as patch:
        patch.setattr("mapdata.accounts.signing_in.sign_in", failing(Unavailable("x")))
        fields = {"csrf_token": token, "name": "editor.kuramaru", "password": PASSWORD, **sent_on}
        answer = editor.post("/login", data=fields)
    check_page(answer, whole=True)
    assert answer.status_code == 503 and PASSWORD not in answer.text
    back = editor.post("/login", data=dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text)))
    assert contents_of(back, "kept") == sent_on["kept"] and 'value="editor.kuramaru"' in back.text
    monkeypatch.setattr("views.sessions.choosing", failing(Unavailable("x")))
    choosing = editor.post("/login/office", data={"csrf_token": token_of(back.text), "office": "kuramaru", **sent_on})
    assert choosing.status_code == 503 and contents_of(choosing, "kept") == sent_on["kept"] and 'action="/login"' in choosing.text


# --- the parts


def test_what_is_shut_opens_for_its_own_purpose_and_time(app: Flask, later: Later) -> None:
    with app.app_context():
        text = seals.shut("a", ["縁側", 1])
        assert seals.opened("a", text, 10) == ["縁側", 1] and "縁側".encode() not in base64.urlsafe_b64decode(text)
        for purpose, tried in (("b", text), ("a", text[:-4] + "AAAA"), ("a", ""), ("a", "あ"), ("a", "x" * 101)):
            with pytest.raises(BadSignature):
                seals.opened(purpose, tried, 10)
        later(seconds=11)
        with pytest.raises(BadSignature):
            seals.opened("a", text, 10)


@pytest.mark.parametrize(("module", "name", "label"), [
    ("views.staff.entries", "contacts-2-label", "連絡先3の説明"), ("views.staff.entries", "places-0-schedule", "場所と日時1の開催日時"),
    ("views.staff.entries", "new_id", ""), ("views.staff.entries", "status", ""), ("views.staff.entries", "level-name", ""),
    ("views.staff.entries", "agreed", ""), ("views.staff.entries", "contacts-x-label", ""), ("views.staff.entries", "contacts-1", ""),
    ("views.staff.visits", "text", "見たこと、聞いたこと"), ("views.staff.texts", "windows-0-note", "窓口1のひとこと"),
    ("views.login", "current_password", ""), ("nowhere", "name", ""),
])
def test_boxes_are_called_as_their_form_calls_them(module: str, name: str, label: str) -> None:
    assert forms.called(module, name) == label
