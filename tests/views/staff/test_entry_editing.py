"""The form of an entry: every field saved and shown again, nothing typed lost, nothing published unseen."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from mapdata import sitetexts, storage
from mapdata.claims.projection import STAFF
from mapdata.registry import Registry
from mapdata.words import EASE
from tests.factories import published
from tests.sent import contents

SignedIn = Callable[..., FlaskClient]
Fill = Callable[..., dict[str, str]]

#: Something in every field; the later of two places has no address.
FULL: dict[str, str | list[str]] = {
    "name": "ひなた 第2", "name_kana": "ヒナタ", "kind": "group", "organization": "ひなたの会", "description": "一行目\n\n二行目",
    "needs": ["hikikomori", "work"], "min_age": "18", "max_age": "39", "eligibility_description": "ご本人",
    "service_area": "葛飾区", "activities": ["meal", "online"], "ways": ["quiet_place"], "ease-silent_ok": "yes",
    "ease-private_room": "no", "ease-free": "", "accessibility": "段差なし", "languages": "日本語、英語",
    "places-0-address": "葛飾区立石5-13-1", "places-0-address_2": "2階", "places-0-postal_code": "124-0012",
    "places-0-station": "京成立石駅", "places-0-schedule": "毎週木曜 13時から", "places-0-lat": "35.744", "places-0-lng": "139.8455",
    "places-1-schedule": "第1日曜はオンライン", "contacts-0-type": "phone", "contacts-0-value": "03-0000-0001",
    "contacts-0-label": "平日", "contacts-1-type": "email", "contacts-1-value": "a@example.jp", "contacts-1-label": "",
    "fees_description": "100円", "application_process": "予約不要", "audience": "supporter", "status": "paused",
    "consent": "oral", "location_precision": "area", "publish_from": "2026-04-01", "publish_until": "2099-03-31",
    "supporter_note": "支援者へ", "staff_note": "職員へ", "remarks": "そのほか", "level-fees_description": "staff",
}


def changed(form: MultiDict[str, str], **fields: str | list[str]) -> MultiDict[str, str]:
    """The form with these fields typed over; `__` in a name stands for a hyphen."""
    made = form.copy()
    for name, value in fields.items():
        made.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    return made


def open_form(client: FlaskClient, path: str) -> MultiDict[str, str]:
    answer = client.get(path)
    assert answer.status_code == 200
    return contents(answer.text)


def send(client: FlaskClient, path: str, form: MultiDict[str, str], do: str = "save", agree: bool = False) -> TestResponse:
    """Press a button of the form; with `agree`, again where it asks to look again."""
    answer = client.post(path, data=changed(form, do=do))
    if agree and "look-again" in answer.text:
        answer = client.post(path, data=changed(contents(answer.text), do=do))
    return answer


def made(client: FlaskClient, **fields: str | list[str]) -> str:
    """The id of a new entry."""
    form = changed(open_form(client, "/staff/entries/new"), **fields)
    answer = send(client, "/staff/entries/new", form, agree=True)
    assert answer.status_code == 302, answer.text
    return str(answer.location).rpartition("/")[2]


def problems(answer: TestResponse) -> dict[str, str]:
    """What the summary says, by the id that each of its links leads to; every one of them is in the page."""
    summary = re.search(r'<div class="error-summary".*?</div>', answer.text, re.S)
    found = re.findall(r'<a href="#([^"]+)">(.*?)</a>', summary[0]) if summary else []
    assert all(f'id="{target}"' in answer.text for target, _ in found)
    return {target: unescape(text) for target, text in found}


# --- saving


def test_a_name_is_enough_and_nobody_else_sees_it(signed_in: SignedIn, client: FlaskClient) -> None:
    editor = signed_in("editor")
    it = made(editor, name="ひなた")
    page = editor.get(f"/staff/entries/{it}").text
    assert "登録しました。いま、職員（くらまる課と社協）だけが見られます。" in page and "下書き" in page
    assert client.get(f"/resources/{it}").status_code == 404


def test_every_field_is_saved_and_shown_again(signed_in: SignedIn) -> None:
    editor = signed_in("editor")
    form = changed(open_form(editor, "/staff/entries/new"), **FULL)  # type: ignore[arg-type]
    answer = send(editor, "/staff/entries/new", form, agree=True)
    assert answer.status_code == 302, answer.text
    again = open_form(editor, f"{answer.location}/edit")
    for name, value in FULL.items():
        assert again.getlist(name) == (value if isinstance(value, list) else [value]), name
    page = editor.get(answer.location).text
    for name, value in FULL.items():
        if isinstance(value, str) and value and not re.match(r"[a-z_]+$", value) and not name.startswith("publish"):
            assert value.splitlines()[-1] in page, name


def test_saving_what_is_there_changes_nothing(signed_in: SignedIn, fill: Fill, registry: Registry) -> None:
    path = f"/staff/entries/{fill({'名称': 'ひなた', '住所': '立石5-13-1', '電話番号': '03-0000-0001（平日）'})['ひなた']}/edit"
    editor = signed_in("editor")
    with storage.reading(registry.engine) as connection:
        before = storage.revision(connection)
    assert send(editor, path, open_form(editor, path)).status_code == 302
    with storage.reading(registry.engine) as connection:
        assert storage.revision(connection) == before


@pytest.mark.parametrize(("before", "fields", "after"), [
    ({"対象年齢_下限": "年齢不問"}, {}, {"any_age": "y", "min_age": ""}),
    ({"対象年齢_下限": "18"}, {"min_age": "", "any_age": "y"}, {"any_age": "y"}),
    ({"説明": "前"}, {"description": ""}, {"description": ""}),
    ({"料金": "100円"}, {"level-fees_description": "supporter"}, {"level-fees_description": "supporter", "fees_description": "100円"}),
    ({"参加しやすさ": "個室、無料"}, {"ease-private_room": "no", "ease-free": ""}, {"ease-private_room": "no", "ease-free": ""}),
    ({"緯度": "35.744", "経度": "139.8455", "住所": "立石5-13-1"}, {"places-0-lat": "", "places-0-lng": ""}, {"places-0-lat": ""}),
])
def test_a_change_stays(
    signed_in: SignedIn, fill: Fill, before: dict[str, str], fields: dict[str, str], after: dict[str, str]
) -> None:
    path = f"/staff/entries/{fill({'名称': 'ひなた'} | before)['ひなた']}/edit"
    editor = signed_in("editor")
    answer = send(editor, path, changed(open_form(editor, path), **fields))
    assert answer.status_code == 302, answer.text
    again = open_form(editor, path)
    assert {name: again.get(name) for name in after} == after


@pytest.mark.parametrize(("assure", "words"), [("y", "に確認"), (None, "まだ確認していません")])
def test_only_who_says_so_has_made_sure(signed_in: SignedIn, assure: str | None, words: str) -> None:
    editor = signed_in("editor")
    it = made(editor, name="ひなた", **({"assure": assure} if assure else {}))
    assert words in editor.get(f"/resources/{it}").text


def test_the_button_pressed_twice_makes_one_entry(signed_in: SignedIn, registry: Registry) -> None:
    editor = signed_in("editor")
    form = changed(open_form(editor, "/staff/entries/new"), name="ひなた")
    first, second = (send(editor, "/staff/entries/new", form, agree=True) for _ in range(2))
    assert first.location == second.location


# --- nothing typed is lost


@pytest.mark.parametrize(("fields", "target", "words"), [
    ({"name": ""}, "name", "名称を書いてください"),
    ({"min_age": "四十"}, "min_age", "何歳から：年齢として読めません"),
    ({"min_age": "40", "max_age": "18"}, "max_age", "40より小さく"),
    ({"min_age": "40", "any_age": "y"}, "any_age", "しるしを外して"),
    ({"places-0-postal_code": "12"}, "places-0-postal_code", "場所1の郵便番号"),
    ({"places-1-lat": "35.7", "places-1-address": "立石1"}, "places-1-lat", "場所2の緯度"),
    ({"contacts-1-type": "url", "contacts-1-value": "ftp://x"}, "contacts-1-value", "連絡先2の番号・アドレス：URLは"),
    ({"contacts-0-type": "fax", "contacts-0-label": "だけ"}, "contacts-0-value", "番号やアドレスを"),
    ({"publish_from": "2026-02-30"}, "publish_from", "暦にない"),
    ({"publish_from": "2026-05-01", "publish_until": "2026-04-01"}, "publish_until", "前の日"),
    ({"audience": "public", "status": "active"}, "consent-0", "掲載の同意が必要です"),
    ({"status": "open"}, "status-0", "状態として読めません"),
])
def test_an_error_stands_at_its_field_and_all_that_was_typed_is_kept(
    signed_in: SignedIn, fields: dict[str, str], target: str, words: str
) -> None:
    editor = signed_in("editor")
    form = changed(open_form(editor, "/staff/entries/new"), **{"name": "ひなた", "description": "長い\n\n説明", "needs": ["work"], **fields})
    answer = send(editor, "/staff/entries/new", form)
    assert answer.status_code == 422 and words in problems(answer)[target]
    assert "エラー：" in answer.text and editor.get("/staff/changes").text.count("画面での編集") == 0
    again = contents(answer.text)
    for name, value in fields.items():
        assert name == "status" or again.get(name) == value
    assert (again["description"], again.getlist("needs")) == ("長い\n\n説明", ["work"])
    wrong = re.search(rf'id="{re.sub("-0$", "", target) if target.endswith("-0") else target}-error"', answer.text)
    assert wrong, "the error is not beside its field"


def test_a_form_of_an_old_session_comes_back_filled(signed_in: SignedIn) -> None:
    editor = signed_in("editor")
    form = changed(open_form(editor, "/staff/entries/new"), name="ひなた", csrf_token="old")
    answer = send(editor, "/staff/entries/new", form)
    assert answer.status_code == 400 and "まだ受け取っていません" in answer.text
    assert contents(answer.text)["name"] == "ひなた"


def test_rows_come_and_go_without_a_module(signed_in: SignedIn) -> None:
    editor = signed_in("editor")
    form = changed(open_form(editor, "/staff/entries/new"), places__0__address="立石1", contacts__0__value="x")
    form = contents(send(editor, "/staff/entries/new", form, "add-places").text)
    assert form["places-0-address"] == "立石1" and form["places-1-address"] == ""
    form = changed(form, places__1__address="亀有1")
    answer = send(editor, "/staff/entries/new", form, "remove-places:0")
    form = contents(answer.text)
    assert form["places-0-address"] == "亀有1" and "places-1-address" not in form and form["contacts-0-value"] == "x"
    assert answer.status_code == 200 and re.search(r'<input[^>]* autofocus[^>]* id="places-0-address"', answer.text)


# --- the pin


def test_points_of_an_address_are_offered_and_taken_without_a_module(signed_in: SignedIn) -> None:
    editor = signed_in("editor")
    form = changed(open_form(editor, "/staff/entries/new"), name="ひなた", places__0__address="亀有駅")
    answer = send(editor, "/staff/entries/new", form, "find-place:0")
    assert "住所のまま（地図には出ません）" in answer.text and "亀有駅（駅の位置）" in answer.text
    station = re.search(r'name="places-0-pick"[^>]* value="([\d.,]+)"', answer.text)
    assert station
    form = changed(contents(answer.text), places__0__pick=station[1])
    it = str(send(editor, "/staff/entries/new", form, agree=True).location).rpartition("/")[2]
    form = open_form(editor, f"/staff/entries/{it}/edit")
    assert f"{form['places-0-lat']},{form['places-0-lng']}" == station[1]
    answer = send(editor, f"/staff/entries/{it}/edit", changed(form, places__0__pick="-"), "find-place:0")
    assert contents(answer.text)["places-0-lat"] == ""


def test_a_pin_far_from_its_address_is_asked_about_once(signed_in: SignedIn) -> None:
    editor = signed_in("editor")
    fields = {"places-0-address": "葛飾区立石5-13-1", "places-0-lat": "35.74", "places-0-lng": "139.8454"}
    form = changed(open_form(editor, "/staff/entries/new"), name="ひなた", **fields)
    answer = send(editor, "/staff/entries/new", form)
    assert answer.status_code == 200 and "町丁目の代表点から約440m離れています" in answer.text
    answer = send(editor, "/staff/entries/new", contents(answer.text))
    assert answer.status_code == 302
    assert send(editor, f"{answer.location}/edit", open_form(editor, f"{answer.location}/edit")).status_code == 302


def test_the_map_offers_no_point_of_another_office_s_own(signed_in: SignedIn, fill: Fill) -> None:
    """前に確かめた位置 of what one office keeps for itself is offered to that office alone."""
    shut = published(住所="葛飾区立石5-13-1", 緯度="35.7441", 経度="139.8455", 公開範囲="自所属のみ", 位置の公開="非公開")
    fill(shut, source="shakyo")
    ask = "/staff/places/candidates?address=葛飾区立石5-13-1"
    points = {office: signed_in("editor", office).get(ask).get_json()["points"] for office in ("kuramaru", "shakyo")}
    assert points["kuramaru"] == [] and [one["lat"] for one in points["shakyo"]] == [35.7441]


def test_the_map_s_questions(signed_in: SignedIn) -> None:
    editor = signed_in("editor")
    told = editor.get("/staff/places/candidates?address=葛飾区立石5-13-1").get_json()
    assert told["own"]["level"] == "chome" and told["points"] == [] and told["starts"] == []
    told = editor.get("/staff/places/candidates?address=立石").get_json()
    assert [one["label"] for one in told["starts"]][:2] == ["立石1丁目", "立石2丁目"]
    far = editor.get("/staff/places/distance?address=立石5丁目&lat=35.74&lng=139.84541").get_json()
    assert far == {"words": "住所（葛飾区立石5丁目）の町丁目の代表点から約440m", "far": True}
    for odd in ("", "lat=x&lng=1", "lat=nan&lng=nan", "lat=1e300&lng=0", "lat=35&lng=139"):
        assert editor.get(f"/staff/places/distance?{odd}").get_json() == {"words": "", "far": False}, odd


# --- publishing


def test_publishing_says_who_will_see_what_and_needs_consent(signed_in: SignedIn, client: FlaskClient) -> None:
    editor = signed_in("editor")
    public = {"audience": "public", "status": "active", "staff_note": "内々の話", "level-contacts": "supporter",
              "contacts-0-type": "phone", "contacts-0-value": "03-0000-0001", "description": "やってます"}
    form = changed(open_form(editor, "/staff/entries/new"), name="ひなた", **public)
    answer = send(editor, "/staff/entries/new", form)
    assert answer.status_code == 422 and "consent-0" in problems(answer)
    answer = send(editor, "/staff/entries/new", changed(form, consent="oral"))
    assert "保存すると、だれでも見られるようになります。連絡先、職員向けメモは、見えません。" in answer.text
    answer = send(editor, "/staff/entries/new", contents(answer.text))
    page = client.get(f"/resources/{str(answer.location).rpartition('/')[2]}").text
    assert "やってます" in page and "内々の話" not in page and "03-0000-0001" not in page


def test_a_draft_needs_no_consent(signed_in: SignedIn, client: FlaskClient) -> None:
    editor = signed_in("editor")
    form = changed(open_form(editor, "/staff/entries/new"), name="ひなた", audience="public", status="active")
    answer = send(editor, "/staff/entries/new", form, "draft")
    assert answer.status_code == 302 and open_form(editor, f"{answer.location}/edit")["status"] == "draft"


@pytest.mark.parametrize(("fields", "words"), [
    ({}, "保存すると、職員（くらまる課と社協）だけが見られるようになります。"),
    ({"audience": "office"}, "くらまる課の職員だけが"),
    ({"audience": "supporter", "status": "preparing"}, "支援者と職員だけが"),
    ({"audience": "public", "status": "active", "consent": "yes"}, "だれでも"),
    ({"audience": "public", "status": "draft", "consent": "yes"}, "公開範囲のとおりにならないのは、状態のためです"),
    ({"audience": "public", "status": "active", "consent": "no"}, "掲載同意のためです"),
    ({"audience": "public", "status": "active", "consent": "yes", "publish_until": "2020-01-01"}, "掲載終了日のためです"),
])
def test_the_form_tells_who_would_see_it_while_it_is_typed(signed_in: SignedIn, fields: dict[str, str], words: str) -> None:
    editor = signed_in("editor")
    form = changed(open_form(editor, "/staff/entries/new"), name="ひなた", **fields)
    assert words in editor.post("/staff/entries/outlook", data=form).text


def test_what_the_page_has_said_is_not_asked_again(signed_in: SignedIn) -> None:
    editor = signed_in("editor")
    form = changed(open_form(editor, "/staff/entries/new"), name="ひなた", audience="public", status="active", consent="yes")
    told = contents(f'<form id="entry-form">{editor.post("/staff/entries/outlook", data=form).text}</form>')
    assert send(editor, "/staff/entries/new", changed(form, agreed=told["agreed"])).status_code == 302


def test_a_preview_saves_nothing_and_keeps_back_what_its_reader_may_not_see(signed_in: SignedIn, fill: Fill) -> None:
    it = fill(published(説明="前の説明"))["ひなた"]
    editor, path = signed_in("editor"), f"/staff/entries/{it}/edit"
    form = changed(open_form(editor, path), description="新しい説明", supporter_note="支援者へ", staff_note="職員へ", status="paused")
    seen = {see: editor.post("/staff/entries/preview", data=changed(form, see=see)).text for see in ("public", "supporter", "office")}
    shown = {see: re.sub(r'<input type="hidden"[^>]*>', "", text) for see, text in seen.items()}
    assert all("新しい説明" in text and "休止中" in text for text in shown.values())
    assert [see for see, text in shown.items() if "支援者へ" in text] == ["supporter", "office"]
    assert [see for see, text in shown.items() if "職員へ" in text] == ["office"]
    assert "前の説明" in editor.get(f"/resources/{it}").text
    hidden = editor.post("/staff/entries/preview", data=changed(form, status="draft")).text
    assert "には何も見えません" in hidden and "状態を確かめてください" in hidden


# --- likely the same


def test_what_may_be_there_already_is_shown_once(signed_in: SignedIn, fill: Fill) -> None:
    fill({"名称": "ひなたぼっこ", "住所": "立石5-13-1"})
    editor = signed_in("editor")
    assert "ひなたぼっこ" in editor.get("/staff/entries/duplicates?name=ひなたぼっこの会").text
    assert editor.get("/staff/entries/duplicates?name=").text.strip() == ""
    answer = send(editor, "/staff/entries/new", changed(open_form(editor, "/staff/entries/new"), name="ひなたぼっこ"))
    assert answer.status_code == 200 and "それでも新しく登録する" in answer.text
    assert send(editor, "/staff/entries/new", contents(answer.text)).status_code == 302


# --- what is another office's


@pytest.mark.parametrize("suffix", ["", "/edit", "/visits", "/erase"])
def test_what_is_for_another_office_is_not_there(signed_in: SignedIn, fill: Fill, suffix: str) -> None:
    it = fill({"名称": "うちだけ", "公開範囲": "自所属のみ"})["うちだけ"]
    assert signed_in("admin").get(f"/staff/entries/{it}{suffix}").status_code == 200
    assert signed_in("admin", "shakyo").get(f"/staff/entries/{it}{suffix}").status_code == 404


def test_ease_has_a_question_for_every_term(signed_in: SignedIn) -> None:
    form = open_form(signed_in("editor"), "/staff/entries/new")
    assert {name for name in form if name.startswith("ease-")} == {f"ease-{code}" for code in EASE.codes}


def test_terms_are_called_as_the_site_calls_them_now(signed_in: SignedIn, registry: Registry) -> None:
    editor = signed_in("editor")
    it = made(editor, name="ひなた", needs=["money"], ease__pickup="no")
    sitetexts.write_labels(registry.engine, {("need", "money"): "くらしのお金", ("ease", "pickup"): "迎えに行く"}, "tester")
    for path in (f"/staff/entries/{it}", f"/staff/entries/{it}/edit"):
        page = editor.get(path).text
        assert "くらしのお金" in page and "迎えに行く" in page and "送迎" not in page.split("変更の記録")[0]


# --- nothing is cut off in silence


def numbers(registry: Registry) -> list[str]:
    return [c.value for c in registry.snapshots.current(STAFF).records[0].contacts]


def test_an_entry_of_51_numbers_keeps_them_through_any_edit(signed_in: SignedIn, fill: Fill, registry: Registry) -> None:
    it = fill(published(管理番号="1", 名称="甲", 電話番号="、".join(f"03-0000-{n:04}" for n in range(51))))["甲"]
    editor, path = signed_in("editor"), f"/staff/entries/{it}/edit"
    assert send(editor, path, changed(open_form(editor, path), description="直した"), agree=True).status_code == 302
    assert len(numbers(registry)) == 51
    full = send(editor, path, open_form(editor, path), do="add-contacts")
    assert problems(full) == {"contacts-50-type": "連絡先：50件までにしてください（いま52件）"} and "contacts-51-" not in full.text
    more = changed(open_form(editor, path), contacts__51__type="phone", contacts__51__value="03-0000-0099", description="もう一度")
    refused = send(editor, path, more, agree=True)
    assert refused.status_code == 422 and problems(refused) == {"contacts-51-type": "連絡先：50件までにしてください（いま52件）"}
    assert "03-0000-0099" in refused.text and 'id="contacts-error"' in refused.text and len(numbers(registry)) == 51


def test_a_form_may_be_as_long_as_its_fields(signed_in: SignedIn, registry: Registry) -> None:
    """Two of its texts filled are more than the library takes when nobody tells it otherwise."""
    it = made(signed_in("editor"), name="長い", description="あ" * 32_000, remarks="い" * 32_000)
    assert len(registry.snapshots.current(STAFF).by_id[it].remarks) == 32_000
