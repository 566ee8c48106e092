"""The map: cards from pins and from the list, what lies at one point, the phone's own view, the way out.

All of it twice: with marks that the page makes itself, and with those of the server, as above BITS_UNTIL entries.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.own_site import serve_list
from tests.factories import published
from views.public import finder

PHONE = {"viewport": {"width": 375, "height": 812}, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 900}}
LONG = "ひきこもりの方とそのご家族がゆっくりとすごすための、だれでも来てよい、とても長い名前の付いた居場所（午後の部）"

ROWS = [
    *(published(名称=f"窓口{n}", 種別="支援機関", 住所="葛飾区立石5丁目13-1") for n in range(1, 7)),
    published(名称="ひだまり", 種別="居場所", 住所="葛飾区亀有3丁目", 電話番号="03-0000-0001"),
    published(名称="このあたりの会", 種別="団体", 住所="葛飾区水元2丁目8-9", 位置の公開="町丁目まで"),
    published(名称="ひみつの会", 種別="団体", 住所="葛飾区金町4丁目", 位置の公開="非公開"),
    published(名称="電話だけ", 種別="支援機関"),
    published(名称="おやすみ工房", 種別="事業", 住所="葛飾区奥戸3丁目", 状態="休止中"),
    published(名称=LONG, 種別="居場所", 住所="葛飾区新小岩1丁目"),
    *(published(名称=f"体操{n:02}", 種別="事業", 住所=f"葛飾区東新小岩{n % 8 + 1}丁目") for n in range(60)),
]


@pytest.fixture(scope="module", params=[finder.BITS_UNTIL, 0], ids=["bits", "marks"])
def own_site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch, serve_list(tmp_path_factory.mktemp("map"), ROWS) as url:
        patch.setattr(finder, "BITS_UNTIL", request.param)
        yield url


@pytest.fixture
def desk(new_page: Callable[..., Page], own_site: str) -> Page:
    return new_page(base_url=own_site, **DESK)


@pytest.fixture
def phone(new_page: Callable[..., Page], own_site: str) -> Page:
    return new_page(base_url=own_site, **PHONE)


def opened(page: Page, path: str = "/") -> Page:
    page.goto(path)
    page.wait_for_selector("[data-finder][data-ready=true]")
    return page


def lit_rows(page: Page) -> list[str]:
    return page.locator(".row.is-lit .row-name").all_inner_texts()


def lit_pins(page: Page) -> list[str]:
    return [words or "" for words in page.eval_on_selector_all(".pin.is-lit", "all => all.map(p => p.ariaLabel)")]


NEAR_THE_AREA = """
async () => {
  const { lat, lng } = await (await fetch("/pins.json?q=このあたりの会")).json();
  document.querySelector("#map").leafletMap.setView([lat[0], lng[0]], 15, {animate: false});
}
"""


def box_width(page: Page) -> float:
    box = page.locator(".pin-disc").bounding_box()
    assert box
    return box["width"]


def test_card_from_the_list_lights_its_pin(desk: Page) -> None:
    opened(desk, "/?q=ひだまり")
    desk.locator("[data-show]").click()
    expect(desk.get_by_role("dialog", name="ひだまり")).to_be_visible()
    assert lit_rows(desk) == ["ひだまり"]
    assert lit_pins(desk) == ["居場所：ひだまり（位置はおおよそ）"]
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("dialog")).to_have_count(0)
    expect(desk.locator("[data-show]")).to_be_focused()
    desk.get_by_label("ことばでさがす").click()
    assert lit_rows(desk) == [] and lit_pins(desk) == []


def test_card_from_the_pin_lights_its_row_and_back_closes_it(desk: Page) -> None:
    opened(desk, "/?q=ひだまり")
    desk.get_by_role("button", name="居場所：ひだまり（位置はおおよそ）").click()
    expect(desk.get_by_role("dialog", name="ひだまり")).to_contain_text("03-0000-0001")
    assert lit_rows(desk) == ["ひだまり"]
    desk.go_back()
    expect(desk.get_by_role("dialog")).to_have_count(0)


def test_pointing_at_a_row_lights_its_pin_and_the_other_way(desk: Page) -> None:
    opened(desk, "/?q=ひだまり")
    desk.locator("[data-row]").hover()
    assert len(lit_pins(desk)) == 1
    desk.get_by_label("ことばでさがす").hover()
    assert lit_pins(desk) == []
    desk.locator(".pin").hover()
    assert lit_rows(desk) == ["ひだまり"]


def test_a_link_to_an_open_card_opens_it(desk: Page) -> None:
    opened(desk, "/?q=ひだまり")
    desk.locator("[data-show]").click()
    address = desk.url
    desk.goto("/about")
    opened(desk, address)
    expect(desk.get_by_role("dialog", name="ひだまり")).to_be_visible()
    assert lit_pins(desk) == ["居場所：ひだまり（位置はおおよそ）"]


def test_entries_at_one_address_fan_out(desk: Page) -> None:
    opened(desk, "/?q=窓口")
    hub = desk.get_by_role("button", name="同じところに6件。Enterで開く")
    hub.click()
    expect(desk.locator(".pin.is-fanned")).to_have_count(6)
    expect(desk.locator(".leg")).to_have_count(6)
    expect(hub).to_have_attribute("aria-expanded", "true")
    desk.get_by_role("button", name="支援機関：窓口4（位置はおおよそ）").click()
    expect(desk.get_by_role("dialog", name="窓口4")).to_be_visible()
    assert lit_rows(desk) == ["窓口4"]


def test_fan_by_keyboard(desk: Page) -> None:
    opened(desk, "/?q=窓口")
    hub = desk.get_by_role("button", name="同じところに6件。Enterで開く")
    hub.focus()
    desk.keyboard.press("Enter")
    expect(desk.locator(".pin.is-fanned:focus")).to_have_count(1)
    desk.keyboard.press("Escape")
    expect(desk.locator(".pin.is-fanned")).to_have_count(0)
    expect(hub).to_be_focused()


def test_area_is_a_soft_circle_and_hidden_is_not_drawn(desk: Page) -> None:
    opened(desk, "/?kind=group")
    expect(desk.locator("[data-row]")).to_have_count(2)
    pin = desk.locator(".pin")
    expect(pin).to_have_count(1)
    expect(pin).to_have_attribute("aria-label", "団体・会：このあたりの会（このあたり。くわしい場所は非公開）")
    assert box_width(desk) == 44  # From afar it stays as wide as a thumb.
    desk.evaluate(NEAR_THE_AREA)
    near = 500 / (156543.034 * 0.812 / 2**15)
    desk.wait_for_function("(near) => document.querySelector('.pin-disc').offsetWidth > near / 2", arg=near)
    assert box_width(desk) == pytest.approx(near, rel=0.02)
    expect(desk.locator("[data-row]", has_text="ひみつの会")).to_contain_text("地図には出していません")
    assert desk.locator("[data-row]", has_text="ひみつの会").locator("[data-show]").count() == 0


def test_paused_and_without_place_say_so(desk: Page) -> None:
    opened(desk, "/?q=おやすみ工房")
    expect(desk.locator(".pin.is-paused")).to_have_attribute("aria-label", "事業・催し：おやすみ工房（位置はおおよそ、休止中）")
    expect(desk.locator("[data-row]")).to_contain_text("休止中")
    opened(desk, "/?q=電話だけ")
    expect(desk.locator("[data-row]")).to_contain_text("場所はまだ確かめていません")


def test_long_names_break_nothing(phone: Page) -> None:
    opened(phone, "/?q=とても長い名前")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.get_by_role("button", name="地図で見る（1件）").click()
    phone.locator(".pin").click()
    expect(phone.get_by_role("dialog", name=LONG)).to_be_visible()
    phone.get_by_role("link", name="くわしく見る").click()
    expect(phone.get_by_role("heading", level=1, name=LONG)).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_cluster_opens_until_its_spots_stand_apart(desk: Page) -> None:
    opened(desk, "/?q=体操")
    for _ in range(12):
        cluster = desk.locator(".pin.is-cluster").first
        if not cluster.count():
            break
        cluster.focus()
        desk.keyboard.press("Enter")
        desk.wait_for_timeout(400)
    expect(desk.locator(".pin.is-cluster")).to_have_count(0)
    expect(desk.locator(".pin").first).to_be_visible()


def test_phone_map_is_a_button_away_and_back_returns(phone: Page) -> None:
    opened(phone, "/?q=ひだまり")
    expect(phone.locator("#map")).not_to_be_visible()
    phone.get_by_role("button", name="地図で見る（1件）").click()
    expect(phone.locator("#map")).to_be_visible()
    expect(phone.get_by_role("button", name="リストに戻る")).to_be_focused()
    phone.locator(".pin").click()
    expect(phone.get_by_role("dialog", name="ひだまり")).to_be_visible()
    phone.go_back()
    expect(phone.get_by_role("dialog")).to_have_count(0)
    expect(phone.locator("#map")).to_be_visible()
    phone.go_back()
    expect(phone.locator("#map")).not_to_be_visible()
    expect(phone.get_by_role("button", name="地図で見る（1件）")).to_be_focused()


def test_phone_back_to_list_closes_card_and_map_at_once(phone: Page) -> None:
    opened(phone, "/?q=ひだまり")
    phone.locator("[data-show]").click()
    expect(phone.get_by_role("dialog", name="ひだまり")).to_be_visible()
    phone.get_by_role("button", name="リストに戻る").click()
    expect(phone.locator("#map")).not_to_be_visible()
    assert phone.url.endswith("q=%E3%81%B2%E3%81%A0%E3%81%BE%E3%82%8A")


def test_more_rows_come_below(desk: Page) -> None:
    opened(desk)
    expect(desk.locator("[data-row]")).to_have_count(50)
    desk.get_by_role("link", name="つづきを見る").click()
    expect(desk.locator("[data-row]")).to_have_count(len(ROWS))
    assert desk.evaluate("document.activeElement.closest('[data-row]') === document.querySelectorAll('[data-row]')[50]")


def test_without_javascript_pages_turn_and_words_stand_for_the_map(
    new_page: Callable[..., Page], own_site: str
) -> None:
    page = new_page(base_url=own_site, java_script_enabled=False, **DESK)
    page.goto("/")
    expect(page.locator(".map-words")).to_contain_text("すべてリストに書いてあります")
    assert not page.locator("#map").is_visible() and not page.locator("[data-show]").first.is_visible()
    page.get_by_role("link", name="つづきを見る").click()
    expect(page.locator("[data-row]")).to_have_count(len(ROWS) - 50)
    page.get_by_role("link", name="前のページ").click()
    expect(page.locator("[data-row]")).to_have_count(50)


@pytest.mark.parametrize("leave", ["press", "shift"])
def test_quick_exit_leaves_and_back_does_not_return(desk: Page, leave: str) -> None:
    desk.goto("/about")
    opened(desk, "/?q=ひだまり")
    desk.evaluate("document.querySelector('[data-quick-exit]').href = '/about?left'")
    if leave == "press":
        desk.get_by_role("link", name="すぐ閉じる").click()
    else:
        for _ in range(3):
            desk.keyboard.press("Shift")
    desk.wait_for_url("**/about?left")
    desk.go_back()
    assert desk.url.endswith("/about")


def test_the_way_out_is_a_plain_link_that_tells_nothing(desk: Page) -> None:
    desk.goto("/about")
    link = desk.locator("[data-quick-exit]")
    assert (link.get_attribute("rel") or "").split()[0] == "noreferrer"
    assert (link.get_attribute("href") or "").startswith("https://")


def test_entry_map_shows_how_surely_it_is_placed(desk: Page) -> None:
    for name, look in (("ひだまり", "is-about"), ("このあたりの会", "is-area")):
        opened(desk, f"/?q={name}")
        desk.get_by_role("link", name=name, exact=True).click()
        desk.wait_for_selector("[data-entry-map][data-ready=true]")
        expect(desk.locator(f".pin.{look}")).to_be_visible()


def test_hidden_entry_has_no_map_and_asks_no_pin(desk: Page) -> None:
    opened(desk, "/?q=ひみつの会")
    desk.get_by_role("link", name="ひみつの会", exact=True).click()
    expect(desk.locator("main")).to_contain_text("場所は公開していません")
    assert desk.locator("#map").count() == 0
    assert "金町" not in desk.content().replace("金町浄水場", "")
