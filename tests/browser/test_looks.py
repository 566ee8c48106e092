"""What a page looks like where few look: forced colours, paper, a low window, a narrow one, a name that never ends."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.own_site import serve_list
from tests.factories import published

LOW = {"width": 640, "height": 400}  # 1280 × 800 at 200 %.
NARROW = {"width": 320, "height": 640}
ENDLESS = "だれでもいつでも来てよく、" * 12 + "話さなくてよいへや"  # 165 letters
ROWS = [
    published(名称=ENDLESS, 種別="居場所", 住所="葛飾区新小岩1丁目"),
    published(名称="画面でつながる会", 種別="団体", 活動の種類="オンライン"),
    published(名称="これから聞く会", 種別="団体"),
]
PIN = "#map .pin.is-about:not(.is-many)"
#: What a pin is drawn with, and what a word of the page is: rgb(…) each.
COLOURS = """(pin) => {
  const body = getComputedStyle(pin.querySelector(".pin-body"));
  return [body.fill, body.stroke, getComputedStyle(pin.querySelector(".pin-glyph")).color];
}"""
#: The words of those in the window whose middle something else covers.
COVERED = """(all) => all.filter((element) => {
  const { x, y, width, height } = element.getBoundingClientRect();
  const top = document.elementFromPoint(x + width / 2, y + height / 2);
  return y + height / 2 < innerHeight && !element.contains(top);
}).map((element) => element.innerText)"""


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve_list(tmp_path_factory.mktemp("looks"), ROWS) as url:
        yield url


@pytest.fixture
def dark(new_page: Callable[..., Page]) -> Page:
    """A page in forced colours, light on dark."""
    return new_page(viewport={"width": 1280, "height": 900}, forced_colors="active", color_scheme="dark")


@pytest.fixture
def low(new_page: Callable[..., Page]) -> Page:
    return new_page(viewport=LOW)


def opened(page: Page, path: str = "/") -> Page:
    page.goto(path)
    page.wait_for_selector("[data-finder][data-ready=true]")
    return page


def style(page: Page, selector: str, name: str) -> str:
    return str(page.locator(selector).first.evaluate(f"(element) => getComputedStyle(element).{name}"))


def shine(colour: str) -> float:
    """Relative luminance of "rgb(…)", 0 to 1, as WCAG 2 counts it."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((shine(one), shine(other)))
    return (lighter + 0.05) / (darker + 0.05)


# --- forced colours


def test_forced_colours_leave_a_pin_its_shape_and_its_picture(dark: Page) -> None:
    opened(dark, "/?need=work")
    body, line, glyph = dark.locator(PIN).first.evaluate(COLOURS)
    ground = style(dark, "path.ground.is-ward", "fill")
    assert contrast(body, glyph) > 4.5
    assert contrast(line, ground) > 3


def test_forced_colours_make_the_land_around_as_dark_as_the_ward(dark: Page) -> None:
    opened(dark, "/?need=work")
    around = style(dark, "path.ground.is-neighbour", "fill")
    assert around == style(dark, "path.ground.is-ward", "fill") == style(dark, ".leaflet-container", "backgroundColor")
    assert contrast(style(dark, "path.ground.is-ward", "stroke"), around) > 3
    assert contrast(style(dark, "path.rail.is-casing", "stroke"), around) > 3


def test_forced_colours_show_check_marks_and_the_edge_of_a_card(dark: Page) -> None:
    opened(dark, "/?ease=free")
    paper = style(dark, "body", "backgroundColor")
    assert contrast(style(dark, ".row .tag .icon", "color"), paper) > 4.5
    dark.locator("[data-show]").first.click()
    expect(dark.get_by_role("dialog")).to_be_visible()
    assert style(dark, ".card-host", "borderTopStyle") == "solid"
    assert contrast(style(dark, ".card-host", "borderTopColor"), paper) > 4.5


# --- paper


def sheets(page: Page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))


def test_an_entry_takes_two_sheets_at_most(page: Page) -> None:
    names = page.request.get("/pins.json").json()["id"][::24]
    taken = {}
    for name in names:
        page.goto(f"/resources/{name}")
        page.wait_for_load_state("networkidle")
        taken[name] = sheets(page)
    assert len(names) > 4
    assert {name: count for name, count in taken.items() if count > 2} == {}


def test_marks_stand_on_paper_without_their_ground(page: Page) -> None:
    first = page.request.get("/pins.json?ease=free").json()["id"][0]
    page.goto(f"/resources/{first}")
    page.emulate_media(media="print")
    assert style(page, ".answer-list.is-yes .icon", "backgroundColor") == "rgba(0, 0, 0, 0)"
    assert contrast(style(page, ".answer-list.is-yes .icon", "color"), "rgb(255, 255, 255)") > 7


def test_a_printed_list_has_two_columns_no_crosses_and_no_focus(new_page: Callable[..., Page]) -> None:
    page = opened(new_page(viewport={"width": 720, "height": 1000}), "/?need=work")
    page.locator(".row-name a").first.focus()
    assert style(page, ":focus", "outlineStyle") == "solid"
    page.emulate_media(media="print")
    assert len(style(page, "[data-rows]", "gridTemplateColumns").split()) == 2
    expect(page.locator(".chip .icon").first).to_be_hidden()
    assert style(page, ":focus", "outlineStyle") == "none"


# --- low and narrow windows


def test_a_low_window_gives_the_map_most_of_its_height(low: Page) -> None:
    opened(low, "/#map")
    height = low.locator("#map").evaluate("(map) => map.getBoundingClientRect().height")
    assert height >= 250
    for part in (".map-bar .button", ".quick-exit", ".legend li >> nth=-1", ".map-credits"):
        expect(low.locator(part).first).to_be_in_viewport(ratio=1)


def test_a_low_window_keeps_the_filters_free_and_shows_their_choices(low: Page) -> None:
    opened(low)
    assert low.locator(".filter-name").evaluate_all(COVERED) == []
    low.locator("[data-filter=need] > summary").click()
    low.wait_for_timeout(600)
    shown = "all => all.filter(e => e.getBoundingClientRect().bottom <= innerHeight + 8).length"
    assert low.locator("[data-filter=need] .choice").evaluate_all(shown) >= 9
    assert low.locator("[data-filter=need] .choice").evaluate_all(COVERED) == []


def test_on_a_phone_the_map_button_leaves_most_of_a_line_free(new_page: Callable[..., Page]) -> None:
    page = opened(new_page(viewport={"width": 375, "height": 812}))
    box = page.get_by_role("button", name="地図で見る（").bounding_box()
    assert box is not None and box["height"] >= 44
    assert box["width"] < 375 * 0.6 and box["x"] > 375 * 0.35
    # Rows take their heights as they come near, so that the end moves once more.
    page.evaluate("""async () => { const { body } = document; let end;
      do {
        end = body.scrollHeight;
        scrollTo({top: end, behavior: "instant"});
        await new Promise((resolve) => setTimeout(resolve, 300));
      } while (body.scrollHeight !== end); }"""
    )
    last, button = page.locator(".credits").bounding_box(), page.get_by_role("button", name="地図で見る（").bounding_box()
    assert last is not None and button is not None and last["y"] + last["height"] <= button["y"]


@pytest.mark.parametrize("path", ["/", "/?need=family_8050&near=どこでもない", "/about", "/#map"])
def test_a_narrow_window_never_scrolls_sideways(new_page: Callable[..., Page], path: str) -> None:
    page = new_page(viewport=NARROW)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    # A name of two words stands in two lines, each a word.
    lines = page.locator(".site-name span").evaluate(
        """(name) => { const text = name.firstChild, range = document.createRange(), tops = {};
          [...text.data].forEach((sign, i) => { range.setStart(text, i); range.setEnd(text, i + 1);
            const { top } = range.getBoundingClientRect(); tops[top] = (tops[top] ?? "") + sign; });
          return Object.values(tops).map((line) => line.trim()); }"""
    )
    assert all(line in ("かつしか", "つながりマップ", "かつしか つながりマップ") for line in lines), lines


def test_placeholders_fit_a_narrow_window(new_page: Callable[..., Page]) -> None:
    page = opened(new_page(viewport=NARROW))
    for name in ("q", "near"):
        field = page.locator(f"#{name}")
        assert field.get_attribute("maxlength") == "100"
        assert field.evaluate(
            """(field) => { const look = getComputedStyle(field), pen = document.createElement("canvas").getContext("2d");
              pen.font = look.font;
              const room = field.clientWidth - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight);
              return pen.measureText(field.placeholder).width <= room; }"""
        ), name


# --- words


def test_an_endless_name_takes_three_lines_in_a_row_and_all_it_needs_on_its_page(
    new_page: Callable[..., Page], own_site: str
) -> None:
    page = opened(new_page(base_url=own_site, viewport={"width": 375, "height": 812}), "/?q=いつでも")
    name = page.locator(".row-name a")
    lines = "(e) => e.getBoundingClientRect().height / parseFloat(getComputedStyle(e).lineHeight)"
    assert name.evaluate(lines) < 3.6
    name.click()
    heading = page.locator("h1")
    expect(heading).to_have_text(ENDLESS)
    page.wait_for_load_state()
    assert heading.evaluate(lines) > 5
    assert heading.evaluate("(e) => e.scrollHeight <= e.clientHeight + 1")


def test_only_who_says_online_is_said_to_be_online(new_page: Callable[..., Page], own_site: str) -> None:
    page = opened(new_page(base_url=own_site))
    expect(page.locator("[data-row]", has_text="画面でつながる会")).to_contain_text("オンライン・電話")
    expect(page.locator("[data-row]", has_text="これから聞く会")).to_contain_text("場所はまだ確かめていません")


def test_the_name_of_a_chosen_pin_is_one_line_on_a_ground_of_its_own(
    new_page: Callable[..., Page], own_site: str
) -> None:
    page = opened(new_page(base_url=own_site, viewport={"width": 1280, "height": 900}), "/?q=いつでも")
    page.locator("[data-show]").click()
    expect(page.locator(".pin.is-lit")).to_have_count(1)
    name = page.locator(".pin.is-lit .pin-name")
    assert name.evaluate("(e) => e.offsetHeight < 1.9 * parseFloat(getComputedStyle(e).fontSize)")
    assert name.evaluate("(e) => e.offsetWidth <= 14 * parseFloat(getComputedStyle(e).fontSize) + 1")
    assert style(page, ".pin.is-lit .pin-name", "backgroundColor") == "rgb(255, 255, 255)"
