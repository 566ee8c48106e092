"""Keeping an entry true, as staff do it: by mouse, by keyboard alone, without scripts, on a phone and on a desk."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Dialog, Page, expect

from mapdata.people.roles import Role
from tests.accounts import account
from tests.browser.hands import WIDTHS, Axe, OpenPage, checked, sign_in
from tests.browser.own_site import OwnSite
from tests.factories import import_rows, published


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnSite]:
    """An editor of each office, an admin, and some entries."""
    made = OwnSite(tmp_path_factory.mktemp("editing"))
    rows = [published(名称=name, 説明="前の説明", 住所="葛飾区立石5-13-1", 種別="居場所") for name in ("ひなた", "こかげ", "せせらぎ", "なぎさ")]
    import_rows(made.registry, made.folder, rows)
    account(made.registry.engine, "editor", Role.EDITOR)
    account(made.registry.engine, "other", Role.EDITOR, "shakyo")
    account(made.registry.engine, "admin", Role.ADMIN)
    made.open()
    yield made
    made.close()


@pytest.fixture
def open_page(new_page: Callable[..., Page], site: OwnSite) -> OpenPage:
    """open_page(375, "other") → a page on which that account is signed in."""

    def _open(width: int = 1280, name: str = "editor", **options: object) -> Page:
        page = new_page(base_url=site.url, viewport={"width": width, "height": 900}, **options)
        sign_in(page, name)
        page.wait_for_url("**/staff/")
        return page

    return _open


def open_form(page: Page, path: str) -> None:
    page.goto(path)
    page.wait_for_selector("[data-entry-form][data-ready=true]")


def save(page: Page) -> None:
    page.locator(".save-bar").get_by_role("button", name="保存する").click()


def said(page: Page, words: str) -> None:
    expect(page.locator(".notices")).to_contain_text(words)


# --- every page and state


@pytest.mark.console_errors
@pytest.mark.parametrize("width", WIDTHS)
def test_the_form_in_every_state(open_page: OpenPage, axe: Axe, width: int) -> None:
    page = open_page(width)
    open_form(page, "/staff/entries/new")
    checked(page, axe, "new")
    page.locator("details.level summary").evaluate_all("all => all.forEach((one) => one.click())")
    checked(page, axe, "audiences unfolded")
    page.fill("#name", "ひなた")
    expect(page.locator("[data-likely]")).to_contain_text("名前が同じです")
    checked(page, axe, "likely the same")
    page.get_by_role("button", name="場所を加える").click()
    page.get_by_role("button", name="連絡先1を消す").click()
    page.fill("#places-0-address", "立石")
    page.get_by_role("button", name="住所から位置をさがす").first.click()
    expect(page.get_by_role("group", name="見つかった位置")).to_be_visible()
    checked(page, axe, "rows and the map")
    page.locator(".pin.is-set").focus()
    for _ in range(8):
        page.keyboard.press("Shift+ArrowUp")
    expect(page.locator("[data-pin-words]")).to_contain_text("離れすぎていないか")
    checked(page, axe, "a pin far away")
    page.fill("#min_age", "x")
    page.fill("#places-1-postal_code", "1")
    page.check("#status-2")
    page.check("#audience-0")
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("直してほしいところがあります")
    checked(page, axe, "errors")
    page.fill("#min_age", "")
    page.fill("#places-1-postal_code", "")
    page.check("#consent-0")
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("保存する前に、確かめてください")
    checked(page, axe, "look again")


@pytest.mark.console_errors
@pytest.mark.parametrize("width", WIDTHS)
def test_the_other_pages(open_page: OpenPage, axe: Axe, site: OwnSite, width: int) -> None:
    page, it = open_page(width, "admin"), site.id_of("こかげ")
    open_form(page, f"/staff/entries/{it}/edit")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="見え方").click()
    preview = opened.value
    preview.wait_for_load_state("networkidle")
    for reader in ("支援者", "職員", "だれでも"):
        checked(preview, axe, f"preview, {reader}")
        preview.get_by_role("button", name=reader, exact=True).click()
        preview.wait_for_load_state("networkidle")
    page.fill("#remarks", f"{width}")
    save(page)
    said(page, "保存しました")
    checked(page, axe, "entry")
    page.goto(f"/staff/entries/{it}/visits")
    page.get_by_role("button", name="訪問記録を書く").click()
    checked(page, axe, "visit, empty")
    page.fill("#text", "見てきた")
    page.get_by_role("button", name="訪問記録を書く").click()
    checked(page, axe, "visits")
    page.get_by_role("link", name="書きなおす").first.click()
    checked(page, axe, "visit")
    for path in ("/staff/", "/staff/changes", "/staff/changes/1", f"/resources/{it}", f"/staff/entries/{it}/erase"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        checked(page, axe, path)
    page.get_by_role("button", name="消去する").click()
    checked(page, axe, "erase, empty")


@pytest.mark.console_errors
@pytest.mark.parametrize("width", WIDTHS)
def test_the_second_of_two_sees_both_versions(open_page: OpenPage, axe: Axe, site: OwnSite, width: int) -> None:
    mine, theirs = open_page(width), open_page(width, "other")
    path = f"/staff/entries/{site.id_of('せせらぎ')}/edit"
    open_form(mine, path)
    open_form(theirs, path)
    theirs.fill("#description", f"相手の説明{width}")
    theirs.fill("#service_area", f"全区{width}")
    save(theirs)
    said(theirs, "保存しました")
    mine.fill("#description", f"わたしの説明{width}")
    save(mine)
    expect(mine.get_by_role("heading", name="二人とも変えたところ")).to_be_visible()
    checked(mine, axe, "conflict")
    mine.get_by_role("button", name="選んだ内容で保存する").click()
    expect(mine.get_by_role("alert")).to_contain_text("まだ選んでいないところがあります")
    checked(mine, axe, "conflict, not chosen")
    mine.get_by_role("group", name="説明").get_by_label("あなたの内容").check()
    mine.get_by_role("button", name="選んだ内容で保存する").click()
    said(mine, "保存しました")
    expect(mine.locator("main")).to_contain_text(f"わたしの説明{width}")
    expect(mine.locator("main")).to_contain_text(f"全区{width}")


# --- by keyboard alone


def tab_to(page: Page, selector: str, most: int = 220) -> None:
    """Press Tab until the focus stands on what the selector names."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not come to {selector}")


def test_a_new_entry_is_published_its_pin_moved_and_all_undone_by_keyboard(open_page: OpenPage, site: OwnSite) -> None:
    page = open_page()
    tab_to(page, 'a[href="/staff/entries/new"]')
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-entry-form][data-ready=true]")
    tab_to(page, "#name")
    page.keyboard.type("かぎばんの会")
    tab_to(page, "#places-0-address")
    page.keyboard.type("葛飾区青戸4-1-1")
    page.keyboard.press("Enter")
    expect(page.locator("[data-pin-words]")).to_contain_text("葛飾区青戸4丁目")
    tab_to(page, ".pin.is-set")
    own = page.request.get("/staff/places/candidates?address=葛飾区青戸4-1-1").json()["own"]
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowUp"):
        page.keyboard.press(key)
    expect(page.locator("[data-pin-words]")).to_contain_text("北へ動かしました。住所（葛飾区青戸4丁目）の町丁目の代表点から約50mです。")
    lat, lng = page.input_value("#places-0-lat"), page.input_value("#places-0-lng")
    assert 49 < (float(lat) - own["lat"]) * 111_320 < 51 and 9 < (float(lng) - own["lng"]) * 90_350 < 11
    for name, presses in (("audience", ["ArrowUp", "ArrowUp"]), ("status", ["ArrowDown", "ArrowDown"]), ("consent", ["ArrowUp"])):
        tab_to(page, f"[name={name}]:checked")
        for key in presses:
            page.keyboard.press(key)
    expect(page.locator("[data-outlook]")).to_contain_text("保存すると、だれでも見られるようになります。")
    tab_to(page, ".save-bar button[value=save]")
    page.keyboard.press("Enter")
    said(page, "登録しました。いま、だれでも見られます。")
    it = page.url.rpartition("/")[2]
    point = page.request.get("/resources.geojson").json()
    assert any(f["properties"]["name"] == "かぎばんの会" and f"{f['geometry']['coordinates'][1]:.6f}" == lat for f in point["features"])
    tab_to(page, ".change form button")
    page.keyboard.press("Enter")
    said(page, "元にもどしました（1件）。")
    assert page.request.get(f"/resources/{it}").status == 404


def test_enter_in_a_line_saves_as_the_bar_does(open_page: OpenPage, site: OwnSite) -> None:
    page = open_page()
    open_form(page, f"/staff/entries/{site.id_of('なぎさ')}/edit")
    page.fill("#name_kana", "ナギサ")
    page.press("#name_kana", "Enter")
    said(page, "保存しました")


# --- the pin


def test_a_pin_is_dragged_typed_and_put_back(open_page: OpenPage, site: OwnSite) -> None:
    page = open_page()
    open_form(page, f"/staff/entries/{site.id_of('なぎさ')}/edit")
    now = page.locator("[data-position-now]")
    expect(now).to_contain_text("町丁目の代表点")
    page.get_by_role("button", name="地図で位置を決める").click()
    pin = page.locator(".pin.is-set")
    expect(pin).to_have_class(re.compile("is-about"))
    page.wait_for_timeout(600)  # whatever would still move the map has done so
    pin.scroll_into_view_if_needed()
    box, frame = pin.bounding_box(), page.locator("#map").bounding_box()
    assert box and frame
    assert abs(box["x"] + 22 - frame["x"] - frame["width"] / 2) < 2 and abs(box["y"] + 50 - frame["y"] - frame["height"] / 2) < 2
    page.mouse.move(box["x"] + 22, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 62, box["y"] + 20, steps=6)
    page.mouse.up()
    expect(now).to_contain_text("確かめた位置に載ります（住所（葛飾区立石5丁目）の町丁目の代表点から約")
    expect(pin).not_to_have_class(re.compile("is-about"))
    expect(page.locator("[data-save-state]")).to_have_text("まだ保存していない変更があります")
    page.get_by_role("button", name="位置を住所に戻す").click()
    assert page.input_value("#places-0-lat") == ""
    expect(now).to_contain_text("住所から、町丁目の代表点")
    page.get_by_text("緯度・経度を書く").click()
    page.fill("#places-0-lat", "３５．７５")
    page.fill("#places-0-lng", "139.85")
    page.press("#places-0-lng", "Tab")
    expect(now).to_contain_text("離れすぎていないか、確かめてください")
    page.get_by_role("button", name="地図をとじる").click()
    expect(page.locator("[data-map-panel]")).to_be_hidden()
    assert page.evaluate("document.activeElement.textContent") == "地図で位置を決める"


def test_signs_of_html_in_a_name_are_text_on_the_map(open_page: OpenPage) -> None:
    page, name = open_page(), "<img src=x onerror=alert(1)>${7*7}"
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    open_form(page, "/staff/entries/new")
    page.fill("#name", name)
    page.fill("#places-0-address", f"葛飾区立石5-13-1 {name}")
    page.get_by_role("button", name="住所から位置をさがす").click()
    expect(page.locator("[data-pin-words]")).not_to_be_empty()
    expect(page.locator(".pin.is-set .pin-name")).to_have_text(name)
    assert page.locator(".pin img, [data-position-now] img, [data-likely] img").count() == 0


# --- nothing typed is lost


def test_leaving_is_asked_about_only_when_something_is_unsaved(open_page: OpenPage, site: OwnSite) -> None:
    page, asked = open_page(), list[str]()

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    path = f"/staff/entries/{site.id_of('なぎさ')}/edit"
    open_form(page, path)
    page.goto("/staff/")
    assert asked == []
    open_form(page, path)
    page.fill("#remarks", "書きかけ")
    page.goto("/staff/")
    assert asked == ["beforeunload"]
    page.go_back()
    page.wait_for_selector("[data-entry-form][data-ready=true]")
    expect(page.locator("#remarks")).to_have_value("書きかけ")
    expect(page.locator("[data-save-state]")).to_have_text("まだ保存していない変更があります")
    save(page)
    said(page, "保存しました")
    assert asked == ["beforeunload"]


@pytest.mark.console_errors
def test_what_comes_back_is_still_measured_from_where_it_began(open_page: OpenPage, site: OwnSite) -> None:
    page, other = open_page(), open_page(name="other")
    page.on("dialog", lambda dialog: dialog.accept())
    path = f"/staff/entries/{site.id_of('なぎさ')}/edit"
    open_form(page, path)
    page.fill("#service_area", "わたしの地域")
    page.goto("/staff/")
    open_form(other, path)
    other.fill("#service_area", "相手の地域")
    save(other)
    said(other, "保存しました")
    page.go_back()
    page.wait_for_selector("[data-entry-form][data-ready=true]")
    expect(page.locator("#service_area")).to_have_value("わたしの地域")
    save(page)
    expect(page.get_by_role("heading", name="二人とも変えたところ")).to_be_visible()


def test_rows_are_added_put_aside_and_brought_back(open_page: OpenPage) -> None:
    page = open_page()
    open_form(page, "/staff/entries/new")
    page.fill("#name", "行の会")
    page.fill("#contacts-0-value", "03-0000-0001")
    page.get_by_role("button", name="連絡先を加える").click()
    assert page.evaluate("document.activeElement.id") == "contacts-1-type"
    page.fill("#contacts-1-value", "03-0000-0002")
    page.get_by_role("button", name="連絡先を加える").click()
    page.fill("#contacts-2-value", "03-0000-0003")
    page.get_by_role("button", name="連絡先1を消す").click()
    page.get_by_role("button", name="連絡先1を消す").click()
    assert page.locator(".row-gone").count() == 2
    page.locator(".row-gone").first.get_by_role("button").click()
    expect(page.locator("#contacts-0-value")).to_have_value("03-0000-0001")
    page.locator("[data-rows=contacts]").evaluate("rows => { rows.dataset.most = '2'; }")
    page.get_by_role("button", name="連絡先を加える").press("Enter")
    expect(page.locator("[data-full]")).to_contain_text("50件より多くは加えられません")
    assert page.locator("#contacts-3-value").count() == 0
    save(page)
    said(page, "登録しました")
    assert re.findall(r"03-0000-000\d", page.locator("[aria-labelledby=said-contact]").inner_text()) == ["03-0000-0001", "03-0000-0003"]


def test_who_sees_a_field_is_said_while_it_is_folded(open_page: OpenPage, site: OwnSite) -> None:
    page = open_page()
    open_form(page, f"/staff/entries/{site.id_of('なぎさ')}/edit")
    level = page.locator("details.level", has=page.locator("#level-fees_description"))
    level.locator("summary").click()
    page.fill("#fees_description", "100円")
    page.select_option("#level-fees_description", "staff")
    level.locator("summary").click()
    expect(level.locator("summary")).to_contain_text("両職員まで")
    expect(page.locator("[data-outlook]")).to_contain_text("見えないもの：料金")


# --- without scripts


@pytest.mark.parametrize("width", WIDTHS)
def test_a_new_entry_without_scripts(open_page: OpenPage, width: int) -> None:
    page, name = open_page(width, java_script_enabled=False), f"ひなた{width}"
    page.goto("/staff/entries/new")
    page.fill("#name", name)
    page.fill("#places-0-address", "亀有駅")
    page.get_by_role("button", name="住所から位置をさがす").click()
    page.get_by_label("亀有駅（駅の位置）").check()
    page.get_by_role("button", name="場所を加える").click()
    expect(page.locator("#places-1-address")).to_be_focused()
    page.get_by_role("button", name="場所2を消す").click()
    page.check("#audience-0")
    page.check("#status-2")
    page.check("#consent-1")
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("保存すると、だれでも見られるようになります。")
    page.get_by_role("button", name="それでも新しく登録する").click()
    said(page, "登録しました。いま、だれでも見られます。")
    page.get_by_role("button", name="休止中にする").click()
    said(page, "「休止中」にしました。")
    page.get_by_role("button", name="この変更を元にもどす").first.click()
    said(page, "元にもどしました")
