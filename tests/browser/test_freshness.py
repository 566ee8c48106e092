"""Overdue → call sheet → confirmed, by mouse and by keyboard alone; no answer; and what goes on paper, as pages of a PDF."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from mapdata.claims.projection import office
from mapdata.clock import today
from mapdata.editing import bulk
from mapdata.upkeep.worklist import Asked, worklist
from mapdata.words import Level
from tests.browser.hands import STICK, WIDTHS, Axe, Keyboard, Mouse, OpenPage, checked, heading, signed_in
from tests.browser.own_site import OwnSite
from tests.factories import import_rows, published

OLD = "2020-01-01"
LONG = "とても長い名前の、たくさんのことばでできている、いつまでも終わらない居場所の集まりの名前"


def rows(site: OwnSite) -> None:
    full = {"住所": "葛飾区立石5-13-1", "電話番号": "03-0000-0001（平日）", "料金": "無料", "申込方法": "電話で", "種別": "居場所"}
    import_rows(site.registry, site.folder, [
        published(名称="ひなた", 管理番号="1", 確認日=OLD, 開催日時="毎週木曜 13時から", メール="a@example.jp", **full),
        published(名称=LONG, 管理番号="2", 確認日="2020-02-01", 説明="説明です。" * 120, 開催日時="毎週木曜 13時から、" * 12, **full),
        published(名称="あおば", 管理番号="3"), published(名称="新しい", 管理番号="4", 確認日=str(today()), **full),
    ])
    import_rows(site.registry, site.folder, [published(名称="こかげ", 管理番号="S1", 確認日=OLD, **full)], "shakyo")


def due(site: OwnSite) -> list[str]:
    snapshot = site.registry.snapshots.current(office("kuramaru"))
    return [line.record.name for line in worklist(site.registry.engine, snapshot, Asked("kuramaru")).lines]


@pytest.mark.parametrize("hands_of", [pytest.param(Mouse, id="mouse", marks=pytest.mark.full), pytest.param(Keyboard, id="keyboard")])
def test_overdue_call_sheet_confirmed(open_page: OpenPage, site: OwnSite, hands_of: type[Mouse]) -> None:
    rows(site)
    page = signed_in(open_page, 1280)
    hands = hands_of(page)
    hands.press(page.get_by_role("link", name="確認の時期"))
    heading(page, "確認の時期")
    hands.press(page.get_by_role("link", name="ひなた"))
    expect(page.get_by_role("link", name="03-0000-0001")).to_have_attribute("href", "tel:0300000001")
    hands.press(page.get_by_text("変わっていたら、ここで直す：料金"))
    hands.write(page.get_by_role("textbox", name="料金"), "100円")
    hands.press(page.get_by_role("checkbox", name=re.compile("聞いて確かめた.*申込方法")))
    hands.press(page.get_by_role("button", name="印のところを、ぜんぶ今日確認した"))
    expect(page.locator(".notices")).to_contain_text("料金を直しました。5項目を、今日確かめたことにしました")
    hinata = site.records()["ひなた"]
    assert hinata.fees_description == "100円" and hinata.assured_on == today() and due(site) == ["あおば", LONG, "ひなた"]
    hands.press(page.get_by_role("link", name=re.compile("^次：")))
    hands.write(page.get_by_label("メモ"), "火曜は留守")
    hands.choose(page.get_by_label("時間帯"), "午前")
    hands.press(page.get_by_role("button", name=re.compile("^応答なしと記録")))
    expect(page.locator(".notices")).to_contain_text("応答なしと記録しました")
    assert len(due(site)) == 3


@pytest.mark.console_errors
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_in_every_state(open_page: OpenPage, axe: Axe, site: OwnSite, width: int) -> None:
    page = signed_in(open_page, width)
    page.goto("/staff/fresh")
    checked(page, axe, "nothing to confirm")
    rows(site)
    page.goto("/staff/fresh?office=all")
    checked(page, axe, "worklist")
    page.get_by_role("button", name="FAXで送る").click()
    expect(page.get_by_role("alert")).to_be_focused()
    checked(page, axe, "nothing chosen")
    page.goto("/staff/fresh?q=ないことば")
    checked(page, axe, "nothing found")
    for name in ("ひなた", LONG, "あおば", "こかげ"):
        page.goto("/staff/fresh?office=all")
        page.get_by_role("link", name=name).click()
        page.evaluate(STICK.replace(".save-bar", ".call-done"), "static")
        checked(page, axe, name)
    page.goto("/staff/fresh")
    page.get_by_role("link", name="ひなた").click()
    page.locator("summary").evaluate_all("all => all.forEach((one) => one.click())")
    page.evaluate(STICK.replace(".save-bar", ".call-done"), "static")
    checked(page, axe, "unfolded")
    page.locator("#contacts-1-value").fill("だめ")
    page.get_by_role("button", name="印のところを").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.evaluate(STICK.replace(".save-bar", ".call-done"), "static")
    checked(page, axe, "wrong")
    page.locator("#try_again_on").fill(str(today() - timedelta(1)))
    page.get_by_role("button", name=re.compile("^応答なしと記録")).click()
    page.evaluate(STICK.replace(".save-bar", ".call-done"), "static")
    checked(page, axe, "a day that has gone")
    for form in ("封筒で送る・手渡す", "FAXで送る", "往復はがきの文"):
        page.goto("/staff/fresh?office=all")
        page.get_by_label("このページのすべて（4件）").check()
        page.get_by_role("button", name=form).click()
        heading(page, form)
        checked(page, axe, form)
    bulk.set_audience(site.registry.engine, [site.records()["ひなた"].id], Level.STAFF, "kuramaru", "user:花子", today())
    page.goto("/staff/fresh?office=all")
    page.get_by_label("このページのすべて（4件）").check()
    page.get_by_role("button", name="封筒で送る・手渡す").click()
    heading(page, "まだ載っていない項目があります")
    checked(page, axe, "links of what is not public are asked for first")
    page.get_by_role("button", name="これらにもリンクを付けてつくる").click()
    heading(page, "封筒で送る・手渡す")
    checked(page, axe, "a sheet of what is not public")


def sheets_of(page: Page, form: str) -> int:
    """How many pages of paper the browser makes of them."""
    page.goto("/staff/fresh?office=all")
    page.get_by_label("このページのすべて（4件）").check()
    page.get_by_role("button", name=form).click()
    heading(page, form)
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


def test_an_entry_is_a_sheet_of_paper_and_a_postcard_two_sides(open_page: OpenPage, site: OwnSite) -> None:
    rows(site)
    page = signed_in(open_page, 1280)
    assert sheets_of(page, "往復はがきの文") == 8
    assert 4 <= sheets_of(page, "FAXで送る") <= 5  # a description of two thousand letters needs a second sheet
    assert 4 <= sheets_of(page, "封筒で送る・手渡す") <= 5


def test_without_scripts(open_page: OpenPage, site: OwnSite) -> None:
    rows(site)
    page = signed_in(open_page, 1280, java_script_enabled=False)
    page.goto("/staff/fresh")
    page.get_by_role("link", name="ひなた").click()
    page.get_by_role("button", name="印のところを").click()
    expect(page.locator(".notices")).to_contain_text("6項目を、今日確かめたことにしました")
    page.get_by_role("button", name="元にもどす").click()
    expect(page.locator(".notices")).to_contain_text("元にもどしました")
    assert "ひなた" in due(site)


