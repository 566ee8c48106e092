"""An entry as staff keep it: whose word is what, its state, taking changes back, visits, erasing."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mapdata import storage
from mapdata.registry import Registry
from tests.accounts import recorded
from tests.factories import published
from tests.sent import contents
from tests.views.conftest import agree, token_of
from tests.views.staff.test_entry_editing import changed, open_form
from tests.views.staff.test_entry_editing import send as press

SignedIn = Callable[..., FlaskClient]
Fill = Callable[..., dict[str, str]]


def send(client: FlaskClient, path: str, page: str, **fields: str) -> TestResponse:
    """Press a button of a page; the page that comes of it."""
    token = token_of(client.get(page).text)
    return client.post(path, data={"csrf_token": token, **fields}, follow_redirects=True)


def plain(answer: TestResponse) -> str:
    """The words of the page."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text.split("<main")[1]).split())


def write_over(client: FlaskClient, it: str, **fields: str) -> None:
    path = f"/staff/entries/{it}/edit"
    assert press(client, path, changed(open_form(client, path), **fields), agree=True).status_code == 302


# --- whose word is what


def test_each_value_tells_whose_it_is_and_for_whom(signed_in: SignedIn, fill: Fill) -> None:
    it = fill(published(説明="説明", 料金="100円", 確認日="2026-04-01"))["ひなた"]
    editor = signed_in("editor", "shakyo")
    write_over(editor, it, fees_description="200円", level__fees_description="supporter", assure="y")
    text = plain(editor.get(f"/staff/entries/{it}"))
    assert "くらしのまると相談課が 2026年4月1日 に確かめた内容です" in text
    assert re.search(r"料金 200円 葛飾区社会福祉協議会・ \d+年\d+月\d+日 に確認 支援者まで", text)
    assert "まだ書かれていないところ： 名称のかな、種別" in text.replace("：", "： ").replace("：  ", "： ")
    assert re.search(r"前： 100円 → 後： 200円 料金の公開範囲 前： 公開 → 後： 支援者まで", text)


def test_of_what_another_office_keeps_for_itself_the_page_says_nothing(signed_in: SignedIn, fill: Fill) -> None:
    it = fill(published(職員向けメモ="内々の話"))["ひなた"]
    text = plain(signed_in("editor", "shakyo").get(f"/staff/entries/{it}"))
    assert "内々の話" not in text and "職員向けメモ" not in text and "だけの内容" not in text
    assert "内々の話" in plain(signed_in("editor").get(f"/staff/entries/{it}"))


def test_an_editor_finds_the_way_from_the_public_page(signed_in: SignedIn, fill: Fill, client: FlaskClient) -> None:
    it = fill(published())["ひなた"]
    ways = {role: re.findall(r'href="(/staff/entries/[^"]+)"', signed_in(role).get(f"/resources/{it}").text)
            for role in ("editor", "caseworker", "supporter")}
    assert f"/staff/entries/{it}/edit" in ways["editor"]
    assert ways["caseworker"] == [f"/staff/entries/{it}/visits"] and ways["supporter"] == []
    assert "/staff/entries" not in client.get(f"/resources/{it}").text


# --- state


def test_buttons_change_the_state(signed_in: SignedIn, fill: Fill, client: FlaskClient) -> None:
    it = fill(published())["ひなた"]
    editor, page = signed_in("editor"), f"/staff/entries/{it}"
    answer = send(editor, f"{page}/status", page, status="closed")
    assert "「終了」にしました。いま、職員（くらまる課と社協）だけが見られます。" in answer.text
    assert client.get(f"/resources/{it}").status_code == 404
    assert "再開する（公開中）" in answer.text and "公開中にすると、だれでも見られるようになります。" in answer.text
    asked = send(editor, f"{page}/status", page, status="active")
    assert client.get(f"/resources/{it}").status_code == 404
    assert "この項目の全体" in asked.text and "だれでも見られるようになります（状態が変わるため）" in asked.text
    assert agree(editor, asked).status_code == 302
    assert client.get(f"/resources/{it}").status_code == 200
    assert send(editor, f"{page}/status", page, status="open").status_code == 400


def test_nothing_is_published_without_consent_by_a_button_either(signed_in: SignedIn, fill: Fill) -> None:
    it = fill(published(状態="下書き", 掲載同意="未確認"))["ひなた"]
    answer = send(signed_in("editor"), f"/staff/entries/{it}/status", f"/staff/entries/{it}", status="active")
    assert answer.status_code == 422 and "掲載の同意が必要です" in answer.text


def test_confirming_says_what_it_confirmed(signed_in: SignedIn, fill: Fill) -> None:
    it = fill(published(確認日="2020-01-01"))["ひなた"]
    page = f"/staff/entries/{it}"
    assert "その所属に頼んでください" in send(signed_in("editor", "shakyo"), f"{page}/confirm", page).text
    editor = signed_in("editor")
    assert "今日確かめたことにしました。" in send(editor, f"{page}/confirm", page).text
    assert "もう、今日確かめた" in send(editor, f"{page}/confirm", page).text


# --- taking back


def test_the_last_change_is_taken_back_from_the_entry_s_page(signed_in: SignedIn, fill: Fill) -> None:
    it = fill(published(説明="前の説明"))["ひなた"]
    editor, page = signed_in("editor"), f"/staff/entries/{it}"
    write_over(editor, it, description="まちがい")
    undo = re.findall(r'action="(/staff/changes/\d+/undo)"', editor.get(page).text)
    asked = send(editor, undo[0], page, entry=it)
    assert "前の説明" in asked.text  # is read again by everybody
    answer = agree(editor, asked)
    assert answer.location == page and "元にもどしました（1件）。" in editor.get(page).text
    assert open_form(editor, f"{page}/edit")["description"] == "前の説明"
    assert "もう取り消されています" in send(editor, undo[0], page, entry=it).text


def test_what_was_changed_since_stays_and_is_said(signed_in: SignedIn, fill: Fill) -> None:
    it = fill(published(説明="一", 料金="一円"))["ひなた"]
    editor, page = signed_in("editor"), f"/staff/entries/{it}"
    write_over(editor, it, description="二", fees_description="二円")
    first = re.findall(r'action="(/staff/changes/\d+/undo)"', editor.get(page).text)[0]
    write_over(editor, it, description="三")
    answer = agree(editor, send(editor, first, page, entry=it))
    assert "「ひなた」の説明は、あとから変えられているので、そのままにしました。" in editor.get(answer.location).text
    form = open_form(editor, f"{page}/edit")
    assert (form["description"], form["fees_description"]) == ("三", "一円")


def test_another_office_s_change_is_for_it_and_admins(signed_in: SignedIn, fill: Fill) -> None:
    it = fill(published(説明="前の説明"))["ひなた"]
    write_over(signed_in("editor"), it, description="後の説明")
    undo = re.findall(r'action="(/staff/changes/\d+/undo)"', signed_in("editor").get(f"/staff/entries/{it}").text)[0]
    other, page = signed_in("editor", "shakyo"), f"/staff/entries/{it}"
    assert undo not in other.get(page).text
    assert send(other, undo, page, entry=it).status_code == 422
    asked = send(signed_in("admin", "shakyo"), undo, page, entry=it)
    assert asked.status_code == 409 and "くらしのまると相談課に頼むことです" in asked.text  # it would show what that office took back
    assert open_form(other, f"{page}/edit")["description"] == "後の説明"


def test_a_whole_import_says_first_how_much_it_takes_back(signed_in: SignedIn, fill: Fill) -> None:
    fill(published(), published(名称="こかげ"))
    editor = signed_in("editor")
    shown = re.search(r'href="(/staff/changes/\d+)">元にもどす', editor.get("/staff/changes").text)
    assert shown
    assert "追加 2件の全部が、前の内容にもどります" in plain(editor.get(shown[1]))
    answer = send(editor, f"{shown[1]}/undo", shown[1])
    assert "元にもどしました（2件）。" in answer.text and "いまはありません" in answer.text
    assert "取り消し済み" in answer.text and editor.get("/staff/changes/99").status_code == 404


def test_recent_changes_go_on_page_by_page(signed_in: SignedIn, fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("views.staff.changes._PER_PAGE", 1)
    it = fill(published())["ひなた"]
    editor = signed_in("editor")
    write_over(editor, it, description="説明")
    first = editor.get("/staff/changes")
    older = re.search(r'href="(/staff/changes\?before=\d+)"', first.text)
    assert older and "画面での編集" in plain(first) and "一覧の取り込み" not in plain(first)
    last = editor.get(older[1])
    assert "一覧の取り込み" in plain(last) and "before=" not in last.text


# --- visits


def test_a_caseworker_writes_rewrites_and_withdraws_a_visit(signed_in: SignedIn, fill: Fill, client: FlaskClient) -> None:
    it = fill(published())["ひなた"]
    worker, page = signed_in("caseworker"), f"/staff/entries/{it}/visits"
    said = {"visited_on": "2026-05-01", "text": "木曜は休み\n<b>と聞いた", "audience": "staff"}
    answer = send(worker, page, page, **said)
    assert "訪問記録を書きました" in answer.text and "木曜は休み" in answer.text and "<b>と" not in answer.text
    note = re.search(rf'href="({page}/\w+)"', answer.text)
    assert note and contents(worker.get(note[1]).text, "")["text"] == said["text"]
    assert "書きなおしました" in send(worker, note[1], note[1], **{**said, "text": "水曜も休み"}).text
    assert "水曜も休み" in worker.get(f"/resources/{it}").text
    assert "水曜も休み" not in client.get(f"/resources/{it}").text + signed_in("supporter", "会").get(f"/resources/{it}").text
    other = signed_in("editor", "shakyo")
    assert "水曜も休み" in other.get(page).text and other.get(note[1]).status_code == 404
    assert other.post(f"{note[1]}/withdraw", data={"csrf_token": token_of(other.get(page).text)}).status_code == 404
    answer = send(worker, f"{note[1]}/withdraw", page)
    assert "取り下げました" in answer.text and "水曜も休み" not in answer.text
    assert signed_in("supporter", "会").get(page).status_code == 403


@pytest.mark.parametrize(("fields", "target"), [
    ({"visited_on": ""}, "visited_on"), ({"visited_on": "2999-01-01"}, "visited_on"), ({"visited_on": "2026-02-31"}, "visited_on"),
    ({"text": " "}, "text"), ({"audience": "public"}, "audience-0"), ({"audience": "x"}, "audience-0"),
])
def test_a_visit_that_is_not_one_is_asked_for_again(signed_in: SignedIn, fill: Fill, fields: dict[str, str], target: str) -> None:
    page = f"/staff/entries/{fill(published())['ひなた']}/visits"
    said = {"visited_on": "2026-05-01", "text": "書いたこと", "audience": "staff"} | fields
    answer = send(signed_in("caseworker"), page, page, **said)
    assert answer.status_code == 422 and f'href="#{target}"' in answer.text
    assert said["text"].strip() in answer.text


# --- erasing


def test_an_admin_erases_with_a_reason_and_the_name(signed_in: SignedIn, fill: Fill, registry: Registry) -> None:
    it = fill(published(説明="消える説明"))["ひなた"]
    admin, page = signed_in("admin"), f"/staff/entries/{it}/erase"
    assert "この項目を消去する" in admin.get(f"/staff/entries/{it}").text
    assert "この項目を消去する" not in signed_in("editor").get(f"/staff/entries/{it}").text
    for fields in ({"reason": "law"}, {"reason": "law", "name": "ひなたぼっこ"}, {"name": "ひなた"}):
        assert send(admin, page, page, **fields).status_code == 422
    assert "消去しました" in send(admin, page, page, reason="law", name=" ヒナタ ").text
    assert [admin.get(path).status_code for path in (f"/staff/entries/{it}", f"/resources/{it}")] == [404, 404]
    assert ("erasure", "user:admin.kuramaru", it) in recorded(registry.engine)
    assert "法令による" in admin.get("/staff/audit").text
    with storage.reading(registry.engine) as connection:
        assert not storage.history(connection, it)
