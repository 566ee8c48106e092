"""The pages of pairs: looked at side by side, made one field by field, found to be two, decided anew."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from mapdata.claims.projection import PUBLIC, STAFF, Record
from mapdata.clock import today
from mapdata.editing.saving import save
from mapdata.merging import merge
from mapdata.registry import Registry
from mapdata.words import Level
from tests.factories import PUBLISHED, published
from tests.sent import contents
from tests.views.conftest import send

SignedIn = Callable[..., FlaskClient]
Fill = Callable[..., dict[str, str]]

HINATA = published(管理番号="1", 名称="ひなたサロン", 料金="無料", 説明="静かな部屋です。", 住所="葛飾区立石5-13-1", 電話番号="03-0000-0001", 確認日="2026-04-01")
SUNNY = {**PUBLISHED, "管理番号": "S-7", "名称": "サロン・ひなた", "料金": "100円", "説明": "静かな和室です。", "住所": "葛飾区立石五丁目13番1号",
         "電話番号": "03-0000-0001", "公開範囲": "両職員まで", "確認日": "2026-05-01"}


@pytest.fixture
def two(fill: Fill) -> tuple[str, str]:
    fill(HINATA)
    ids = fill(SUNNY, source="shakyo")
    return ids["ひなたサロン"], ids["サロン・ひなた"]


def record(registry: Registry, it: str) -> Record:
    return registry.snapshots.current(STAFF).by_id[it]


def text_of(answer: TestResponse) -> str:
    return re.sub(r"</?mark>", "", answer.text)


def opened(client: FlaskClient, path: str) -> MultiDict[str, str]:
    return contents(client.get(path).text, "pair-form")


def press(client: FlaskClient, path: str, form: MultiDict[str, str], **more: str) -> TestResponse:
    sent = MultiDict(form)
    for name, text in more.items():
        sent[name] = text
    return client.post(path, data=sent)


def test_the_list_says_why_and_leads_to_the_pair(signed_in: SignedIn, two: tuple[str, str]) -> None:
    editor = signed_in("editor")
    page = editor.get("/staff/pairs").text
    assert "ひなたサロン" in page and "住所が同じです（立石5丁目13-1）" in page and f"/staff/pairs/{two[0]}/{two[1]}" in page
    assert "管理番号 S-7" in page and "同じところのようです<strong>1組" in page
    assert "この種類の組は" in editor.get("/staff/pairs?decision=review").text
    assert editor.get("/staff/pairs?decision=zzz&page=99").status_code == 200
    assert re.search(r"同じところかもしれない組.*?(1件|数えています)", editor.get("/staff/").text, re.S)


def test_side_by_side_with_differences_marked_and_the_newer_chosen(signed_in: SignedIn, two: tuple[str, str]) -> None:
    page = signed_in("editor").get(f"/staff/pairs/{two[0]}/{two[1]}").text
    assert "静かな<mark>部屋</mark>です。" in page and "静かな<mark>和室</mark>です。" in page
    form = contents(page, "pair-form")
    assert (form["pick-name"], form["pick-fees_description"]) == ("right", "right")
    assert "pick-audience" not in form and "見える人は増えません" in page  # each office's binds its own values
    assert "pick-contacts" not in form and "同じ内容のところ" in page and 'data-left="35.' in page
    assert "2026年5月1日" in page and "葛飾区社会福祉協議会" in page


def test_made_one_field_by_field(signed_in: SignedIn, two: tuple[str, str], registry: Registry) -> None:
    editor, path = signed_in("editor"), f"/staff/pairs/{two[0]}/{two[1]}"
    answer = press(editor, path, opened(editor, path), **{"pick-name": "left", "do": "merge"})
    assert answer.status_code == 302
    page = editor.get(answer.location).text
    assert "ひとつにまとめました" in page and "元にもどす" in page and f"/staff/pairs/{two[0]}" not in page
    one = record(registry, two[0])
    assert (one.name, one.fees_description) == ("ひなたサロン", "100円")
    assert one.staff and one.staff.audience == Level.PUBLIC
    public = registry.snapshots.current(PUBLIC).by_id[two[0]]
    assert (public.name, public.fees_description) == ("ひなたサロン", "無料")
    shown = editor.get(f"/staff/entries/{two[0]}").text
    assert "管理番号 1" in shown and "管理番号 S-7" in shown and "所属によって内容がちがうところ" in shown
    assert "まとめる前の「サロン・ひなた」" in shown
    undo = re.search(r'action="(/staff/changes/\d+/undo)"', page)
    assert undo and editor.post(undo[1], data={"csrf_token": contents(page, "")["csrf_token"]}).status_code == 302
    assert record(registry, two[1]).name == "サロン・ひなた"


def test_a_whole_side_by_one_press_without_script(signed_in: SignedIn, two: tuple[str, str], registry: Registry) -> None:
    editor, path = signed_in("editor"), f"/staff/pairs/{two[0]}/{two[1]}"
    answer = press(editor, path, opened(editor, path), do="left")
    form = contents(answer.text, "pair-form")
    assert answer.status_code == 200 and {form[name] for name in form if name.startswith("pick-")} == {"left"}
    assert press(editor, path, form, do="merge").status_code == 302
    one = record(registry, two[0])
    assert (one.name, one.fees_description, one.description) == ("ひなたサロン", "無料", "静かな部屋です。")
    assert one.staff and one.staff.audience == Level.PUBLIC  # somebody said so


def test_two_that_are_two_are_remembered_with_the_reason(signed_in: SignedIn, two: tuple[str, str]) -> None:
    editor, path = signed_in("editor"), f"/staff/pairs/{two[0]}/{two[1]}"
    answer = press(editor, path, opened(editor, path), do="distinct", reason="<b>曜日</b>が\x00ちがう")
    page = editor.get(answer.location).text
    assert "別のものとして覚えました" in page and "見くらべる組は、いまはありません" in page
    assert "&lt;b&gt;曜日&lt;/b&gt;がちがう" in editor.get(path).text


def test_a_change_meanwhile_is_shown_before_anything_is_done(
    signed_in: SignedIn, two: tuple[str, str], registry: Registry
) -> None:
    editor, path = signed_in("editor"), f"/staff/pairs/{two[0]}/{two[1]}"
    form = opened(editor, path)
    save(registry.engine, two[1], registry.revision(), {"fees_description": "500円"}, {}, "shakyo", "太郎", today())
    answer = press(editor, path, form, **{"do": "merge", "pick-name": "left"})
    assert answer.status_code == 409 and "内容が変わりました" in answer.text and "500円" in text_of(answer)
    again = contents(answer.text, "pair-form")
    assert again["pick-name"] == "left" and press(editor, path, again, do="merge").status_code == 302
    assert "もうひとつにまとめてあります" in editor.get(editor.get(path).location).text


def test_a_form_of_an_old_page_comes_back_with_what_was_chosen(signed_in: SignedIn, two: tuple[str, str]) -> None:
    editor, path = signed_in("editor"), f"/staff/pairs/{two[0]}/{two[1]}"
    answer = press(editor, path, opened(editor, path), **{"csrf_token": "x", "pick-name": "left", "do": "merge"})
    assert answer.status_code == 400 and contents(answer.text, "pair-form")["pick-name"] == "left"


def test_two_rows_of_one_list_say_where_to_mend_it(signed_in: SignedIn, fill: Fill) -> None:
    ids = fill(HINATA, {**HINATA, "管理番号": "2", "名称": "ひなたサロン2"})
    page = signed_in("editor").get(f"/staff/pairs/{ids['ひなたサロン']}/{ids['ひなたサロン2']}").text
    assert "一覧のほうでひとつにしてください" in page and "ひとつにまとめる</button>" not in page


@pytest.mark.parametrize("pair", ["{0}/{0}", "{0}/zzzzzz", "zzzzzz/{0}", "%00/{0}", "decide/%00", "decide/zzzzzz"])
def test_what_is_no_pair_is_not_found(signed_in: SignedIn, two: tuple[str, str], pair: str) -> None:
    assert signed_in("editor").get("/staff/pairs/" + pair.format(*two)).status_code == 404


# --- where the merged one went


def merged(registry: Registry, two: tuple[str, str], **choices: str) -> int:
    done = merge.merge(registry.engine, *two, choices, "花子", "kuramaru", today(), registry.revision())
    return done.operation


def test_the_old_address_leads_on_for_whoever_sees_the_one(
    client: FlaskClient, signed_in: SignedIn, two: tuple[str, str], registry: Registry
) -> None:
    merged(registry, two, audience="kuramaru")
    for path in ("/resources/{}", "/cards/{}"):
        answer = client.get(path.format(two[1]) + "?lang=easy")
        assert answer.status_code == 301 and answer.location == path.format(two[0]) + "?lang=easy"
        assert answer.headers["Cache-Control"] == "no-cache"
        assert client.get(answer.location).status_code == 200
    editor = signed_in("editor")
    for path in ("/staff/entries/{}", "/staff/entries/{}/edit", "/staff/entries/{}/visits"):
        assert editor.get(path.format(two[1])).location == path.format(two[0])


def test_what_was_being_typed_of_the_merged_one_is_shown_again(
    signed_in: SignedIn, two: tuple[str, str], registry: Registry
) -> None:
    editor, path = signed_in("editor", "shakyo"), f"/staff/entries/{two[1]}/edit"
    form = contents(editor.get(path).text)
    merged(registry, two)
    answer = press(editor, path, form, description="<i>書いていた</i>説明", **{"places-0-address": "葛飾区亀有3-1"})
    assert answer.status_code == 409 and "ひとつにまとめられました" in answer.text
    assert "&lt;i&gt;書いていた&lt;/i&gt;説明" in answer.text and "葛飾区亀有3-1" in answer.text
    assert f"/staff/entries/{two[0]}" in answer.text
    assert press(editor, f"/staff/entries/{two[1]}/confirm", form).status_code == 409
    assert record(registry, two[0]).description != "<i>書いていた</i>説明"


def test_whoever_does_not_see_the_one_is_told_nothing(
    client: FlaskClient, two: tuple[str, str], registry: Registry
) -> None:
    merged(registry, two)
    save(registry.engine, two[0], registry.revision(), {"audience": "staff"}, {}, "kuramaru", "花子", today())
    assert client.get(f"/resources/{two[0]}").status_code == client.get(f"/resources/{two[1]}").status_code == 404


# --- decided anew


def test_only_what_both_lists_changed_is_asked(
    signed_in: SignedIn, two: tuple[str, str], registry: Registry, fill: Fill
) -> None:
    merged(registry, two, name="kuramaru")
    editor, path = signed_in("editor"), f"/staff/pairs/decide/{two[0]}"
    assert "決めなおすもの" not in editor.get("/staff/pairs").text
    fill({**HINATA, "料金": "200円", "説明": "広い部屋です。", "確認日": "2026-10-01"})
    fill({**SUNNY, "料金": "300円", "確認日": "2026-10-02"}, source="shakyo")
    page = editor.get("/staff/pairs").text
    assert "決めなおすもの" in page and "新しい内容がちがうところ：料金" in page and path in page
    assert "どちらにするか決める" in editor.get(f"/staff/entries/{two[0]}").text
    form = contents(editor.get(path).text, "decide-form")
    assert "pick-fees_description" not in form and form["pick-description"] == "kuramaru"
    assert send(editor, path, **dict(form) | {"pick-fees_description": "kuramaru"}).status_code == 302
    assert record(registry, two[0]).fees_description == "200円"
    assert "決めなおすもの" not in editor.get("/staff/pairs").text
    assert editor.get("/staff/pairs/decide/zzzzzz").status_code == 404


def test_a_choice_from_an_old_page_is_asked_again(
    signed_in: SignedIn, two: tuple[str, str], registry: Registry
) -> None:
    merged(registry, two)
    editor, path = signed_in("editor"), f"/staff/pairs/decide/{two[0]}"
    form = contents(editor.get(path).text, "decide-form")
    save(registry.engine, two[0], registry.revision(), {"remarks": "きょう"}, {}, "shakyo", "太郎", today())
    answer = editor.post(path, data=dict(form) | {"pick-name": "kuramaru"})
    assert answer.status_code == 409 and contents(answer.text, "decide-form")["pick-name"] == "kuramaru"


def test_what_one_office_keeps_for_itself_is_on_no_page(
    signed_in: SignedIn, two: tuple[str, str], registry: Registry
) -> None:
    save(registry.engine, two[1], registry.revision(), {"description": "社協だけの話", "staff_note": "社協だけのメモ"},
         {"description": Level.OFFICE}, "shakyo", "太郎", today())
    editor = signed_in("editor")
    pages = [editor.get(f"/staff/pairs/{two[0]}/{two[1]}").text]
    merged(registry, two)
    pages += [editor.get(path).text for path in (
        "/staff/pairs", f"/staff/pairs/decide/{two[0]}", f"/staff/entries/{two[0]}", "/staff/changes")]
    assert all("社協だけ" not in page for page in pages)
    theirs = signed_in("editor", "shakyo")
    assert "社協だけのメモ" in theirs.get(f"/staff/entries/{two[0]}").text


def test_where_residents_are_shown_another_value_both_are_told(
    signed_in: SignedIn, two: tuple[str, str], registry: Registry
) -> None:
    merged(registry, two)
    for office in ("kuramaru", "shakyo"):
        editor = signed_in("editor", office)
        page = editor.get(f"/staff/entries/{two[0]}").text
        assert "いま、だれでも見られます。" in page
        assert "一般の人に見えているのは、くらしのまると相談課の内容です：無料" in page and "100円" in page
        form = editor.get(f"/staff/entries/{two[0]}/edit").text
        assert "一般の人に、いま見えているのは「静かな部屋です。」（くらしのまると相談課の内容）です。" in form
    assert editor.get(f"/resources/{two[0]}").status_code == 200
