"""変更の知らせ: the inbox, one proposal, deciding of it, and the link that an organisation is given."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from mapdata.claims.projection import PUBLIC
from mapdata.clock import today
from mapdata.editing import bulk, saving
from mapdata.history import erasing
from mapdata.people.account import Actor
from mapdata.registry import Registry
from mapdata.upkeep import org_links, proposals
from mapdata.words import Level
from tests import schema
from tests.factories import published
from tests.views.conftest import token_of

SignedIn = Callable[..., FlaskClient]
ROW = published(管理番号="1", 料金="無料", 説明="静かな部屋で、木曜に開いています", 確認日="2026-04-01")


@pytest.fixture
def it(fill: Callable[..., dict[str, str]]) -> str:
    return fill(ROW)["ひなた"]


def told(registry: Registry, it: str, text: str = "", **says: Any) -> int:
    token = org_links.make(registry.engine, it, "user:花子", "kuramaru")
    org_links.tell_changes(registry.engine, token, org_links.open_link(registry.engine, token).seen, says, text)
    return newest(registry, it)


def newest(registry: Registry, it: str, office: str = "kuramaru") -> int:
    return proposals.waiting_for(registry.engine, it, office)[-1].proposal.id


def send(client: FlaskClient, page: str, **fields: str | list[str]) -> TestResponse:
    """Press a button of a page: `do`, with `taken` and `reason`."""
    text = client.get(page).text
    return again(client, page, text, **fields)


def again(client: FlaskClient, page: str, text: str, **fields: str | list[str]) -> TestResponse:
    mark = re.search(r'name="mark"[^>]* value="([^"]*)"', text)
    return client.post(page, data={"csrf_token": token_of(text), "mark": mark[1] if mark else "", **fields})


def fees(registry: Registry) -> str:
    return registry.snapshots.current(PUBLIC).records[0].fees_description


def test_from_the_home_page_to_a_decision_and_back(signed_in: SignedIn, registry: Registry, it: str) -> None:
    number = told(registry, it, "お茶代が要ります", fees_description="100円", description="静かな部屋で、金曜に開いています")
    editor, path = signed_in("editor"), f"/staff/proposals/{number}"
    assert re.search(r'href="/staff/proposals".*?1件', editor.get("/staff/").text, re.S)
    assert "説明、料金、ことば" in editor.get("/staff/proposals").text
    page = editor.get(path).text
    assert "お茶代が要ります" in page and "<mark>金</mark>" in page and "木曜" in page
    answer = send(editor, path, do="accept", taken=["fees_description"], reason="木曜のままと聞きました")
    assert answer.status_code == 302 and fees(registry) == "100円"
    after = editor.get(answer.location).text
    assert "一部を取り入れました" in after and "木曜のままと聞きました" in unescape(after) and "返事の文" in after
    undo = re.search(r'action="(/staff/changes/\d+/undo)"', after)
    assert undo
    editor.post(undo[1], data={"csrf_token": token_of(after)})
    assert fees(registry) == "無料" and "取り入れるところ" in editor.get(path).text
    assert path in editor.get(f"/staff/entries/{it}").text


def test_what_is_missing_is_said_and_stays_ticked(signed_in: SignedIn, registry: Registry, it: str) -> None:
    path = f"/staff/proposals/{told(registry, it, fees_description='100円', description='にぎやか')}"
    editor = signed_in("editor")
    page = editor.get(path).text
    assert page.count(" checked") == 2
    for fields, target in (({"do": "accept", "taken": ["fees_description"]}, "#reason"), ({"do": "decline"}, "#reason"),
                           ({"do": "accept"}, "#taken")):
        answer = send(editor, path, **fields)
        assert answer.status_code == 422 and f'href="{target}' in answer.text, fields
        assert re.search(f'id="{target[1:]}', answer.text)
    answer = send(editor, path, do="accept", taken=["fees_description"])
    assert re.findall(r'value="(\w+)" checked', answer.text) == ["fees_description"]
    assert fees(registry) == "無料"


def test_declined_with_a_reason_to_copy(signed_in: SignedIn, registry: Registry, it: str) -> None:
    path = f"/staff/proposals/{told(registry, it, fees_description='100円')}"
    editor = signed_in("editor", "shakyo")
    answer = send(editor, path, do="decline", reason="会則では無料です")
    page = editor.get(answer.location).text
    assert "見送りました" in page and 'data-copy="reply"' in page and "理由：会則では無料です" in page
    assert path in editor.get("/staff/proposals?state=done").text and path not in editor.get("/staff/proposals").text


def test_all_is_right_takes_one_press_in_the_inbox(signed_in: SignedIn, registry: Registry, it: str) -> None:
    token = org_links.make(registry.engine, it, "user:花子", "kuramaru")
    org_links.confirm(registry.engine, token, org_links.open_link(registry.engine, token).seen)
    path = f"/staff/proposals/{newest(registry, it)}"
    assert path not in signed_in("editor", "shakyo").get("/staff/proposals").text
    editor = signed_in("editor")
    page = editor.get("/staff/proposals").text
    assert path in page and "確認日を付ける" in page
    assert editor.post(path, data={"csrf_token": token_of(page), "do": "accept"}).status_code == 302
    assert registry.snapshots.current(PUBLIC).records[0].assured_on == today()


def test_another_office_is_told_whose_words_they_are(signed_in: SignedIn, registry: Registry, it: str) -> None:
    token = org_links.make(registry.engine, it, "user:花子", "kuramaru")
    org_links.confirm(registry.engine, token, org_links.open_link(registry.engine, token).seen)
    answer = send(signed_in("editor", "shakyo"), f"/staff/proposals/{newest(registry, it)}", do="accept")
    assert answer.status_code == 422 and "くらしのまると相談課の人が確認日を付けます" in answer.text


def test_of_two_who_decide_the_second_sees_what_the_first_did(signed_in: SignedIn, registry: Registry, it: str) -> None:
    path = f"/staff/proposals/{told(registry, it, fees_description='100円')}"
    first, second = signed_in("editor"), signed_in("editor", "shakyo")
    seen = second.get(path).text
    assert send(first, path, do="accept", taken=["fees_description"]).status_code == 302
    answer = again(second, path, seen, do="decline", reason="ちがうと思います")
    assert answer.status_code == 409 and "先に決めていました" in answer.text and "editor.kuramaru" in answer.text
    assert fees(registry) == "100円"


def test_who_looked_at_an_older_value_sees_the_new_one(signed_in: SignedIn, registry: Registry, it: str) -> None:
    path = f"/staff/proposals/{told(registry, it, fees_description='100円')}"
    editor = signed_in("editor")
    seen = editor.get(path).text
    saving.save(registry.engine, it, registry.revision(), {"fees_description": "50円"}, {}, "shakyo", "次郎", today())
    answer = again(editor, path, seen, do="accept", taken=["fees_description"], reason="書いた理由")
    assert answer.status_code == 409 and "50円" in answer.text and "そのとき見えていた内容：無料" in answer.text
    assert "書いた理由" in answer.text and fees(registry) == "50円"
    assert again(editor, path, answer.text, do="accept", taken=["fees_description"]).status_code == 302


def test_a_report_leads_to_the_form_and_is_seen_to(signed_in: SignedIn, registry: Registry, it: str) -> None:
    proposals.report(registry.engine, it, "schedule", "土曜は休み", "a@example.jp", "192.0.2.1", "p")
    path = f"/staff/proposals/{newest(registry, it)}"
    editor = signed_in("editor")
    page = editor.get(path).text
    assert f"/staff/entries/{it}/edit" in page and "土曜は休み" in page and "a@example.jp" in page and "日時" in page
    answer = send(editor, path, do="accept")
    assert "対応しました" in editor.get(answer.location).text


def test_on_an_erased_entry_it_is_over_in_words(signed_in: SignedIn, registry: Registry, it: str) -> None:
    path = f"/staff/proposals/{told(registry, it, 'うちの話', fees_description='100円')}"
    editor = signed_in("editor")
    seen = editor.get(path).text
    erasing.erase(registry.engine, it, Actor("管理", "kuramaru"), "request")
    page = editor.get(path).text
    assert "消去されたので、終わりにしました" in page and "うちの話" not in page and "100円" not in page
    assert again(editor, path, seen, do="accept", taken=["fees_description"]).status_code == 409
    assert "消去された項目" in editor.get("/staff/proposals?state=done").text


def test_an_old_page_is_shown_again_with_what_was_written(signed_in: SignedIn, registry: Registry, it: str) -> None:
    path = f"/staff/proposals/{told(registry, it, fees_description='100円')}"
    answer = signed_in("editor").post(path, data={"csrf_token": "old", "do": "decline", "reason": "書いた理由"})
    assert answer.status_code == 400 and "書いた理由" in answer.text and fees(registry) == "無料"


def test_a_link_is_shown_once_and_then_only_that_it_was_given(signed_in: SignedIn, client: FlaskClient, it: str) -> None:
    editor, path = signed_in("editor"), f"/staff/proposals/links/{it}"
    assert path in editor.get(f"/staff/entries/{it}").text
    made = send(editor, path).text
    url = re.search(r">(/o/[\w-]+)<", made)
    assert url and "はがきには書かない" in editor.get(path).text
    after = editor.get(path).text
    assert url[1] not in after and "まだ開かれていません。まだ答えがありません" in after
    assert "静かな部屋" in client.get(url[1]).text and "に開かれました。まだ答えがありません" in editor.get(path).text


def test_each_link_of_an_entry_is_told_and_taken_back_on_its_page(
    signed_in: SignedIn, client: FlaskClient, registry: Registry, it: str
) -> None:
    editor, tokens = signed_in("editor", "shakyo"), [org_links.make(registry.engine, it, "user:花子", "kuramaru") for _ in range(2)]
    page = editor.get(f"/staff/entries/{it}").text
    assert page.count("花子さん（くらしのまると相談課）が渡しました") == 2 and page.count("このリンクを取り消す") == 2
    assert not any(token in page for token in tokens)
    path, name = f"/staff/proposals/links/{it}/revoke", org_links.digest(tokens[0])[:12]
    answer = editor.post(path, data={"csrf_token": token_of(page), "link": name})
    assert answer.status_code == 302 and [client.get(f"/o/{token}").status_code for token in tokens] == [410, 200]
    assert "このリンクは、使えなくなりました" in client.get(f"/o/{tokens[0]}").text
    page = editor.get(f"/staff/entries/{it}").text
    assert "リンクを取り消しました" in page and "editor.shakyoさんが取り消しました" in page and page.count("このリンクを取り消す") == 1
    assert editor.post(path, data={"csrf_token": token_of(page), "link": "none"}).status_code == 404
    bulk.set_audience(registry.engine, [it], Level.STAFF, "kuramaru", "花子", today())
    page = editor.get(f"/staff/entries/{it}").text
    assert "使えなくなりました" in page and "このリンクを取り消す" not in page and client.get(f"/o/{tokens[1]}").status_code == 410


def test_of_what_is_not_public_a_link_is_asked_for_first(signed_in: SignedIn, client: FlaskClient, fill: Callable[..., dict[str, str]]) -> None:
    it = fill(published(説明="まだ内緒の説明", 公開範囲="両職員まで", 職員向けメモ="内々の話"))["ひなた"]
    editor, path = signed_in("editor"), f"/staff/proposals/links/{it}"
    page = editor.get(path).text
    assert "まだ載っていません" in page and "まだ内緒の説明" in page and "内々" not in page and "両職員まで" in page
    unasked = editor.post(path, data={"csrf_token": token_of(page)})
    assert unasked.status_code == 409 and "まだリンクは作っていません" in unasked.text and ">/o/" not in unasked.text
    made = editor.post(path, data={"csrf_token": token_of(page), "agreed": "1"}).text
    url = re.search(r">(/o/[\w-]+)<", made)
    assert url and "地図にはまだ載っていません" in made
    opened = client.get(url[1]).text
    assert "まだ載っていません" in opened and "まだ内緒の説明" in opened and "内々" not in opened


@pytest.mark.parametrize("cells", [{"掲載同意": "なし"}, {"状態": "終了"}])
def test_where_there_can_be_no_link_it_is_said_why(signed_in: SignedIn, fill: Callable[..., dict[str, str]], cells: dict[str, str]) -> None:
    it, editor = fill({**published(), **cells})["ひなた"], signed_in("editor")
    page = editor.get(path := f"/staff/proposals/links/{it}").text
    assert "リンクは渡せません" in page and "リンクを作る" not in page
    answer = editor.post(path, data={"csrf_token": token_of(page := editor.get("/staff/entries/" + it).text), "agreed": "1"})
    assert answer.status_code == 409 and "リンクは渡せません" in answer.text and "/o/" not in answer.text


def test_there_must_be_such_a_proposal(signed_in: SignedIn, it: str) -> None:
    for number in ("0", "999", str(2**40)):
        assert signed_in("editor").get(f"/staff/proposals/{number}").status_code == 404


@pytest.mark.parametrize(("public", "begins"), [("", "/o/"), ("https://map.example.jp/tsunagari/", "https://map.example.jp/tsunagari/o/")])
def test_a_link_is_given_under_the_address_that_the_organisation_opens(
    app: Flask, signed_in: Callable[..., FlaskClient], it: str, public: str, begins: str
) -> None:
    app.config["PUBLIC_URL"] = public
    path = f"/staff/proposals/links/{it}"
    editor = signed_in("editor")
    token = token_of(editor.get(path).text)
    cookie = editor.get_cookie("session")
    named = app.test_client(use_cookies=False)
    page = named.post(
        path, data={"csrf_token": token}, headers={"Host": "elsewhere.example", "Cookie": f"{cookie.key}={cookie.value}"}).text
    assert "elsewhere" not in page and ("PUBLIC_URL" in page) == (not public)
    key = re.search(">" + re.escape(begins) + r"([\w-]+)<", page)
    assert key and app.test_client().get(f"/o/{key[1]}").status_code == 200


@pytest.mark.parametrize("wrong", ["map.example.jp", "javascript:alert(1)", "https://"])
def test_a_public_address_that_is_none_is_refused_at_the_start(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(ValueError, match="PUBLIC_URL"):
        create_app({"INSTANCE_DIR": schema.instance(tmp_path), "DATABASE_URL": "", "PUBLIC_URL": wrong})
