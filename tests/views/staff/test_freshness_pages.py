"""確認の時期: the worklist, the sheet for a call, and what goes on paper, as pages."""

import html
import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import segno
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mapdata.claims.projection import office
from mapdata.clock import today
from mapdata.editing import bulk, saving
from mapdata.registry import Registry
from mapdata.upkeep import freshness, org_links
from mapdata.upkeep.freshness import Care
from mapdata.upkeep.worklist import ALL, Asked, worklist
from mapdata.words import Level
from tests.factories import published
from tests.sent import contents
from tests.views.conftest import check_page, token_of
from views.staff import slips

SignedIn = Callable[..., FlaskClient]
ON = today()
OLD = "2020-01-01"
FULL = {"住所": "葛飾区立石5-13-1", "開催日時": "毎週木曜 13時から", "電話番号": "03-0000-0001（平日）", "料金": "無料"}


@pytest.fixture
def ids(fill: Callable[..., dict[str, str]]) -> dict[str, str]:
    fill(published(名称="こかげ", 管理番号="S1", 確認日="2021-01-01"), source="shakyo")
    return fill(
        published(名称="ひなた", 管理番号="1", 確認日=OLD, **FULL), published(名称="あおば", 管理番号="2", 確認日="2020-02-01"),
        published(名称="新しい", 管理番号="3", 確認日=str(ON)),
    )


@pytest.fixture
def editor(signed_in: SignedIn, ids: dict[str, str]) -> FlaskClient:
    return signed_in("editor")


def due_names(registry: Registry, chosen: str = ALL) -> list[str]:
    snapshot = registry.snapshots.current(office("kuramaru"))
    return [line.record.name for line in worklist(registry.engine, snapshot, Asked(chosen)).lines]


def words(text: str) -> str:
    """What the page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[/]?(?:span|li|ul)[^>]*>", " ", re.sub(r"</?time[^>]*>", "", text)))


def boxes(text: str) -> dict[str, list[str]]:
    """What a browser would send of the sheet's form as the page shows it."""
    form = re.search(r'<form class="form call-form".*?</form>', text, re.S)
    assert form
    sent: dict[str, list[str]] = {}
    for tag, body in re.findall(r"<(?:input|textarea) ([^>]*)>(?:([^<]*)</textarea>)?", form[0]):
        found = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if found.get("type") in ("checkbox", "radio") and not re.search(r"\bchecked\b", tag):
            continue
        value = body.removeprefix("\n").removeprefix("\r\n") if 'type="' not in tag else found.get("value", "")
        sent.setdefault(found["name"], []).append(html.unescape(value))
    for name, body in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', form[0], re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', body) or re.search(r'<option value="([^"]*)"', body)
        sent.setdefault(name, []).append(chosen[1] if chosen else "")
    return sent


def press(client: FlaskClient, it: str, page: str = "", without: tuple[str, ...] = (), **typed: object) -> TestResponse:
    """Open a call's sheet (or take one that is open), change some boxes, and press its button."""
    sent = boxes(page or client.get(f"/staff/fresh/{it}").text)
    sent["heard"] = [name for name in sent.get("heard", []) if name not in without]
    sent |= {name: said if isinstance(said, list) else [str(said)] for name, said in typed.items()}
    return client.post(f"/staff/fresh/{it}", data=sent)


# --- the worklist


def test_the_worklist_shows_one_s_own_office_first_and_all_on_a_press(editor: FlaskClient) -> None:
    page = editor.get("/staff/fresh").text
    assert re.findall(r"「(\S+)」を選ぶ", page) == ["ひなた", "あおば"]
    assert "2件" in page and "開催日時 2020年7月1日から" in words(page) and "03-0000-0001" in page
    everything = editor.get("/staff/fresh?office=all").text
    assert re.findall(r"「(\S+)」を選ぶ", everything) == ["ひなた", "あおば", "こかげ"]
    assert "こかげ" in editor.get("/staff/fresh?office=shakyo").text
    assert "このことばに合うものは" in editor.get("/staff/fresh?q=ないことば").text


def test_nothing_to_confirm_is_said(signed_in: SignedIn, fill: Callable[..., dict[str, str]]) -> None:
    fill(published(確認日=str(ON)))
    assert "いま確認するものは、ありません" in signed_in("editor").get("/staff/fresh").text


def test_signs_of_html_are_text(signed_in: SignedIn, fill: Callable[..., dict[str, str]]) -> None:
    it = fill(published(名称="<b>会</b>", 電話番号="<i>x</i>", 開催日時="<script>x</script>"))["<b>会</b>"]
    client = signed_in("editor")
    for text in (client.get("/staff/fresh").text, client.get(f"/staff/fresh/{it}").text, paper(client, [it], "letter").text):
        assert "<b>会" not in text and "<script>x" not in text and "&lt;b&gt;会" in text


# --- a call


def test_a_sheet_shows_the_number_to_ring_and_asks_what_is_due_first(editor: FlaskClient, ids: dict[str, str]) -> None:
    page = editor.get(f"/staff/fresh/{ids['ひなた']}").text
    assert 'href="tel:0300000001"' in page and "管理番号 1" in page and "（平日）" in page
    asked = re.findall(r'<h3 id="ask-(\w+)"', page)
    assert asked == [
        "name", "status", "places", "contacts", "fees_description", "application_process", "intake", "first_day_greeter",
        "first_day_attendance", "first_day_activity", "first_day_optional", "first_day_message", "first_day_directions",
        "women_only_place",
    ]
    assert page.index("ask-intake") < page.index("時間があれば、聞くこと（7）") < page.index("ask-first_day_greeter")
    assert "2021年1月1日に、確認の時期が来ました" in words(page) and "<p>葛飾区立石5-13-1</p>" in page
    assert f'/staff/fresh/{ids["あおば"]}' in page and "次：あおば" in page


def test_one_press_confirms_all_that_was_heard_and_the_way_on_is_there(
    editor: FlaskClient, ids: dict[str, str], registry: Registry
) -> None:
    answer = press(editor, ids["ひなた"])
    assert answer.status_code == 302, answer.text
    page = editor.get(answer.location).text
    assert "5項目を、今日確かめたことにしました" in page and "次：あおば" in page and due_names(registry, "kuramaru") == ["あおば"]
    undo = re.search(r'action="(/staff/changes/\d+/undo)"', page)
    assert undo
    back = editor.post(undo[1], data={"csrf_token": token_of(page), "back": f"/staff/fresh/{ids['ひなた']}"})
    assert back.location == f"/staff/fresh/{ids['ひなた']}" and due_names(registry, "kuramaru") == ["ひなた", "あおば"]
    assert "もう、今日確かめた" not in page


def test_what_was_not_heard_stays_due(editor: FlaskClient, ids: dict[str, str], registry: Registry) -> None:
    press(editor, ids["ひなた"], without=("contacts", "fees_description"))
    line = next(r for r in worklist(registry.engine, registry.snapshots.current(office("kuramaru")), Asked(ALL)).lines
                if r.record.name == "ひなた")
    assert [d.what for d in line.due] == ["contacts", "fees_description"]
    answer = press(editor, ids["ひなた"], without=tuple(freshness.MATTERS))
    assert answer.status_code == 422 and "印を付けてください" in answer.text
    check_page(answer, whole=True)


def test_a_correction_is_saved_by_the_same_press(editor: FlaskClient, ids: dict[str, str], registry: Registry) -> None:
    it = ids["ひなた"]
    answer = press(editor, it, **{
        "schedules-0": "毎週金曜 10時から", "contacts-0-value": "03-0000-0002", "contacts-1-type": "email", "contacts-1-value": "a@example.jp",
        "application_process": "電話で",
    })
    assert answer.status_code == 302, answer.text
    page = editor.get(answer.location).text
    assert "場所と開催日時、連絡先、申込方法を直しました" in page and "6項目を、今日確かめたことにしました" in page
    record = registry.snapshots.current(office("kuramaru")).by_id[it]
    assert record.schedules == ("毎週金曜 10時から",) and record.places[0].address == "葛飾区立石5-13-1"
    assert [(c.type, c.value, c.label) for c in record.contacts] == [("phone", "03-0000-0002", "平日"), ("email", "a@example.jp", "")]
    assert due_names(registry, "kuramaru") == ["あおば"]
    press(editor, it, **{"contacts-0-value": ""})
    assert [c.type for c in registry.snapshots.current(office("kuramaru")).by_id[it].contacts] == ["email"]


def test_a_mistake_is_shown_at_its_box_and_nothing_is_written(
    editor: FlaskClient, ids: dict[str, str], registry: Registry
) -> None:
    before = registry.revision()
    answer = press(editor, ids["ひなた"], **{"contacts-1-type": "email", "contacts-1-value": "だめ", "name": "", "fees_description": "100円"})
    check_page(answer, whole=True)
    assert answer.status_code == 422 and "メールアドレスとして読めません" in answer.text and "名称を書いてください" in answer.text
    assert "100円" in answer.text and answer.text.count("<details class=\"fold\" open") == 3
    assert registry.revision() == before
    alone = press(editor, ids["ひなた"], **{"contacts-1-type": "email", "contacts-1-value": "だめ"})
    assert alone.status_code == 422 and '<a href="#contacts-1-value">連絡先2：' in alone.text and registry.revision() == before


def test_a_state_that_nobody_ever_said_stays_unsaid(signed_in: SignedIn, fill: Callable[..., dict[str, str]], registry: Registry) -> None:
    it, client = fill({"名称": "ひなた", "料金": "無料"})["ひなた"], signed_in("editor")
    page = client.get(f"/staff/fresh/{it}").text
    assert '<details class="fold" open' not in page and '<option selected value="draft">' in page
    assert press(client, it, page).status_code == 302
    assert "status" not in saving.open_entry(registry.engine, it, "kuramaru", ON).shown


def test_what_somebody_else_changed_meanwhile_is_shown_first(
    editor: FlaskClient, ids: dict[str, str], registry: Registry
) -> None:
    it = ids["ひなた"]
    page = editor.get(f"/staff/fresh/{it}").text
    base = editor_base(registry, it)
    saving.save(registry.engine, it, base, {"fees_description": "100円"}, {}, "shakyo", "user:次郎", ON)
    before = registry.revision()
    answer = press(editor, it, page, fees_description="50円", application_process="電話で")
    check_page(answer, whole=True)
    assert answer.status_code == 409 and "料金が変わりました" in answer.text and "書いていた料金：50円" in answer.text
    assert "電話で" in answer.text and registry.revision() == before
    assert "fees_description" not in boxes(answer.text)["heard"]
    again = press(editor, it, answer.text)
    assert again.status_code == 302
    record = registry.snapshots.current(office("kuramaru")).by_id[it]
    assert (record.fees_description, record.application_process) == ("100円", "電話で")


def editor_base(registry: Registry, it: str) -> int:
    return saving.open_entry(registry.engine, it, "shakyo", ON).base


def test_another_office_s_entry_is_confirmed_only_where_one_says_so(
    editor: FlaskClient, ids: dict[str, str], registry: Registry
) -> None:
    page = editor.get(f"/staff/fresh/{ids['こかげ']}?office=all").text
    assert boxes(page).get("heard") is None and "葛飾区社会福祉協議会の内容" in page
    assert "くらしのまると相談課でも同じ内容を今日確かめたことになります" in page
    assert press(editor, ids["こかげ"], page).status_code == 422
    assert press(editor, ids["こかげ"], page, heard=["name", "status"]).status_code == 302
    assert "こかげ" not in due_names(registry)


def test_an_old_page_comes_back_filled(editor: FlaskClient, ids: dict[str, str]) -> None:
    answer = press(editor, ids["ひなた"], csrf_token="old", fees_description="100円")
    check_page(answer, whole=True)
    assert answer.status_code == 400 and "100円" in answer.text


@pytest.mark.parametrize("seen", ["", "[]", "x", '{"name": 3}', '{"nothing": "x"}'])
def test_what_the_sheet_carries_may_be_anything(editor: FlaskClient, ids: dict[str, str], seen: str) -> None:
    assert press(editor, ids["ひなた"], seen=seen).status_code in (302, 409)


def test_no_answer_goes_on_to_the_next_and_comes_back_on_its_day(
    editor: FlaskClient, ids: dict[str, str], registry: Registry
) -> None:
    it, url = ids["ひなた"], f"/staff/fresh/{ids['ひなた']}/no-answer"
    token = token_of(editor.get(f"/staff/fresh/{it}").text)
    wrong = editor.post(url, data={"csrf_token": token, "try_again_on": OLD, "try_again_at": "morning"})
    check_page(wrong, whole=True)
    assert wrong.status_code == 422 and "今日から1年までの日を書いてください" in wrong.text
    later = ON + timedelta(3)
    answer = editor.post(url, data={"csrf_token": token, "try_again_on": str(later), "try_again_at": "morning", "note": "留守"})
    assert answer.location.startswith(f"/staff/fresh/{ids['あおば']}?")
    assert f"{later.month}月{later.day}日の午前にかけなおします" in editor.get(answer.location).text
    assert due_names(registry, "kuramaru") == ["あおば", "ひなた"]
    assert "にかけなおす（午前）" in editor.get("/staff/fresh").text and "留守" in editor.get(f"/staff/fresh/{it}").text


def test_the_interval_and_the_office_are_set_on_the_sheet(
    editor: FlaskClient, ids: dict[str, str], registry: Registry
) -> None:
    it, url = ids["あおば"], f"/staff/fresh/{ids['あおば']}/care"
    token = token_of(editor.get(f"/staff/fresh/{it}").text)
    fields = {"csrf_token": token, "interval_months": "12", "schedule_interval_months": "6", "office": "shakyo"}
    assert editor.post(url, data={**fields, "interval_months": "7"}).status_code == 422
    done = editor.post(url, data=fields)
    assert done.status_code == 302 and "担当：葛飾区社会福祉協議会" in editor.get(done.location).text
    assert due_names(registry, "shakyo") == ["あおば", "こかげ"]
    assert freshness.call_sheet(
        registry.engine, registry.snapshots.current(office("kuramaru")).by_id[it], "kuramaru", ON
    ).care == Care(12, 6, "shakyo")


def test_an_entry_of_several_places_has_a_box_each(signed_in: SignedIn, fill: Callable[..., dict[str, str]], registry: Registry) -> None:
    it = fill(published(住所="葛飾区立石5-13-1；葛飾区亀有3-1-1", 開催日時="第1木曜；第3木曜", 確認日=OLD))["ひなた"]
    client = signed_in("editor")
    page = client.get(f"/staff/fresh/{it}").text
    assert 'aria-label="開催日時（葛飾区亀有3-1-1）"' in page
    press(client, it, page, **{"schedules-1": "第4木曜"})
    assert registry.snapshots.current(office("kuramaru")).by_id[it].schedules == ("第1木曜", "第4木曜")


# --- paper


def paper(client: FlaskClient, ids: list[str], form: str, **more: str) -> TestResponse:
    token = token_of(client.get("/staff/fresh").text)
    answer = client.post("/staff/slips", data={"csrf_token": token, "id": ids, "form": form, **more})
    if answer.mimetype == "text/html" and answer.status_code < 300:
        check_page(answer, whole=True)
    return answer


@pytest.fixture
def reachable(app: Flask) -> None:
    """Organisations reach the site under an address that is known."""
    app.config["PUBLIC_URL"] = "https://map.example.jp/tsunagari"


def test_sheets_of_those_chosen_with_a_link_only_in_sealed_letters(editor: FlaskClient, ids: dict[str, str], reachable: None) -> None:
    chosen = [ids["ひなた"], ids["あおば"]]
    letter = paper(editor, chosen, "letter", reply_by=str(ON + timedelta(10))).text
    until = ON + timedelta(10)
    assert letter.count('<article class="slip"') == 2 and f"{until.year}年{until.month}月{until.day}日" in letter
    assert letter.count("data:image/svg+xml") == 2 and f"整理番号 {ids['ひなた']}" in letter and "管理番号 1" in letter
    fax = paper(editor, chosen, "fax").text
    card = paper(editor, chosen, "postcard").text
    for text in (fax, card):
        assert "data:image" not in text and "/o/" not in text
    assert card.count('class="postcard-text"') == 4 and f"text-back-{ids['あおば']}" in card


def test_the_link_of_a_sheet_opens_its_entry_and_no_other(
    editor: FlaskClient, ids: dict[str, str], reachable: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed: list[str] = []
    monkeypatch.setattr("views.staff.slips.qr", lambda link: printed.append(link) or "data:,")
    paper(editor, [ids["ひなた"]], "letter")
    assert len(printed) == 1 and printed[0].startswith("https://map.example.jp/tsunagari/o/")
    page = editor.application.test_client().get(printed[0].removeprefix("https://map.example.jp/tsunagari"))
    assert page.status_code == 200 and "ひなた" in page.text and "あおば" not in page.text


def test_without_a_known_address_a_letter_has_a_path_to_complete_and_no_qr_code(editor: FlaskClient, ids: dict[str, str]) -> None:
    letter = paper(editor, [ids["ひなた"]], "letter").text
    path = re.search(r"＿＿(/o/[\w-]+)<", letter)
    assert path and "data:image/svg+xml" not in letter and "localhost" not in letter and "PUBLIC_URL" in letter
    assert editor.application.test_client().get(path[1]).status_code == 200


def test_of_what_is_not_public_a_letter_s_link_is_asked_for_first(
    editor: FlaskClient, ids: dict[str, str], registry: Registry, reachable: None
) -> None:
    bulk.set_audience(registry.engine, [ids["あおば"]], Level.STAFF, "kuramaru", "花子", ON)
    chosen = [ids["ひなた"], ids["あおば"]]

    def given() -> list[int]:
        return [len(org_links.given(registry.engine, it)) for it in chosen]

    page = paper(editor, chosen, "letter", back_to="立石").text
    assert "まだ載っていない項目があります" in page and "あおば" in page and ">ひなた<" not in page and given() == [0, 0]
    again = contents(page, "")
    assert again.getlist("id") == chosen and (again["form"], again["back_to"]) == ("letter", "立石")
    without = paper(editor, chosen, "letter", unpublished="without").text
    assert without.count("data:image/svg+xml") == 1 and given() == [1, 0] and "1件には、リンクを付けていません" in without
    assert "「あおば」は、まだ載っていません" in without and "載せるときの内容" in without and "いま載っている内容" in without
    assert paper(editor, chosen, "letter", unpublished="with").text.count("data:image/svg+xml") == 2 and given() == [2, 1]
    assert "まだ載っていません" in paper(editor, [ids["あおば"]], "postcard").text


@pytest.mark.parametrize("which", ["page", "all"])
def test_a_whole_page_or_all_that_was_found(editor: FlaskClient, ids: dict[str, str], which: str) -> None:
    text = paper(editor, [], "fax", which=which, on_page=f"{ids['ひなた']} {ids['あおば']}", asked="office=kuramaru").text
    assert text.count('<article class="slip"') == 2 and "こかげ" not in text


@pytest.mark.parametrize(("form", "chosen"), [("fax", []), ("fax", ["zzzzzz"]), ("nothing", ["ひなた"])])
def test_what_cannot_be_printed_is_asked_for_again(editor: FlaskClient, ids: dict[str, str], form: str, chosen: list[str]) -> None:
    answer = paper(editor, [ids.get(name, name) for name in chosen], form)
    check_page(answer, whole=True)
    assert answer.status_code == 422 and "先に選んでください" in answer.text
    assert editor.get("/staff/slips").location == "/staff/fresh"


def test_the_seen_digests_are_of_what_is_shown(editor: FlaskClient, ids: dict[str, str]) -> None:
    said = json.loads(boxes(editor.get(f"/staff/fresh/{ids['ひなた']}").text)["seen"][0])
    assert set(said) == set(freshness.MATTERS)


def test_japanese_in_a_printed_link_is_written_so_that_every_reader_reads_it() -> None:
    link = "https://図書館.example/場所"
    picture = segno.make(link.encode(), error="q").svg_data_uri(scale=4, border=4, dark="#000", light="#fff")
    assert slips.qr(link) == picture


def test_an_address_too_long_to_print_is_told(editor: FlaskClient, ids: dict[str, str]) -> None:
    answer = paper(editor, [ids["ひなた"]], "fax", back_to="あ" * 201)
    assert answer.status_code == 422 and "返送先は200文字までです（いま201文字）" in answer.text
