"""What becomes visible is named first; what another office keeps is asked of it, and accepted there: by keyboard alone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mapdata.claims.projection import PUBLIC
from mapdata.people.roles import Role
from tests.accounts import account
from tests.browser.hands import WIDTHS, Axe, Keyboard, OpenPage, checked, heading, signed_in
from tests.browser.own_site import OwnSite
from tests.factories import import_rows, published

SHELTER = published(管理番号="1", 名称="ひなた", 住所="葛飾区立石5-13-1", 位置の公開="非公開", 種別="居場所")
THEIRS = published(管理番号="S-1", 名称="こかげ", 住所="葛飾区亀有3-1-1", 状態="準備中", 種別="居場所", 電話番号="03-0000-0001")


def at_all_widths(page: Page, axe: Axe, what: str) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        checked(page, axe, f"{what} at {width}")


def public(site: OwnSite) -> dict[str, list[str]]:
    """By name, the addresses that residents read."""
    found = site.registry.snapshots.current(PUBLIC).records
    return {record.name: [place.address for place in record.places if place.address] for record in found}


@pytest.mark.console_errors
def test_named_asked_and_accepted_by_keyboard(open_page: OpenPage, axe: Axe, site: OwnSite, tmp_path: Path) -> None:
    account(site.registry.engine, "太郎", Role.EDITOR, office="shakyo")
    import_rows(site.registry, tmp_path, [SHELTER], "kuramaru")
    import_rows(site.registry, tmp_path, [THEIRS], "shakyo")
    page = signed_in(open_page, 375)
    named_in_the_form(page, axe, site)
    asked_of_its_keeper(page, axe, site)
    accepted_there(signed_in(open_page, 375, "太郎"), axe, site)


def named_in_the_form(page: Page, axe: Axe, site: OwnSite) -> None:
    hands = Keyboard(page)
    page.goto(f"/staff/entries/{site.id_of('ひなた')}/edit")
    chosen = page.get_by_role("group", name="位置の公開").locator(":checked")
    hands.reach(chosen)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    hands.press(page.get_by_role("button", name="保存する").last)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("だれでも見られるようになります（位置の公開が広がるため）")
    expect(alert).to_contain_text("葛飾区立石5-13-1")
    at_all_widths(page, axe, "named in the form")
    assert public(site) == {"ひなた": []}
    hands.press(page.get_by_role("button", name="このまま保存する"))
    heading(page, "ひなた")
    assert public(site) == {"ひなた": ["葛飾区立石5-13-1"]}


def asked_of_its_keeper(page: Page, axe: Axe, site: OwnSite) -> None:
    hands = Keyboard(page)
    page.goto(f"/staff/entries/{site.id_of('こかげ')}")
    hands.press(page.get_by_role("button", name="公開中にする"))
    heading(page, "葛飾区社会福祉協議会に頼むことです")
    at_all_widths(page, axe, "to be asked")
    hands.press(page.get_by_role("link", name="やめる（何も変えない）"))
    heading(page, "管理")
    assert "こかげ" not in public(site)
    page.goto(f"/staff/entries/{site.id_of('こかげ')}")
    hands.press(page.get_by_role("button", name="公開中にする"))
    hands.write(page.get_by_label("ひとこと"), "代表の方が、載せてよいとのことです")
    hands.press(page.get_by_role("button", name="葛飾区社会福祉協議会に頼む"))
    heading(page, "見せる人を広げる依頼")
    expect(page.locator(".notices")).to_contain_text("まだ何も変わっていません")
    at_all_widths(page, axe, "asked")
    assert "こかげ" not in public(site)


def accepted_there(keeper: Page, axe: Axe, site: OwnSite) -> None:
    hands = Keyboard(keeper)
    hands.press(keeper.get_by_role("link", name="見せる人を広げる依頼"))
    hands.press(keeper.get_by_role("link", name="見て決める"))
    expect(keeper.locator("main")).to_contain_text("載せてよいとのことです")
    at_all_widths(keeper, axe, "to be decided")
    hands.press(keeper.get_by_role("button", name="広げてよい"))
    expect(keeper.locator(".notices")).to_contain_text("広げました")
    assert public(site)["こかげ"] == ["葛飾区亀有3-1-1"]
