"""Everyone gets through: axe on every page and state, the keyboard, nobody watching."""

import json
import urllib.request
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

WIDTHS = [375, pytest.param(768, marks=pytest.mark.full), 1280]
FILTERS = ["need", "age", "activity", "way", "ease", "kind"]


def ids(site: str) -> list[str]:
    with urllib.request.urlopen(f"{site}/pins.json") as answer:
        pins: dict[str, list[str]] = json.load(answer)
    first = {kind: name for kind, name in zip(pins["precision"], pins["id"], strict=True)}
    return list(first.values())


def settled(page: Page) -> None:
    """Wait until a smooth scroll has come to rest."""
    page.evaluate("""() => new Promise((done) => {
      let last = -1, still = 0;
      const look = () => {
        still = scrollY === last ? still + 1 : 0;
        last = scrollY;
        still > 8 ? done() : requestAnimationFrame(look);
      };
      look();
    })""")


def ready(page: Page) -> None:
    page.wait_for_selector("[data-finder][data-ready=true]")


@pytest.fixture(params=WIDTHS)
def sized(request: pytest.FixtureRequest, new_page: Callable[..., Page]) -> Page:
    return new_page(viewport={"width": request.param, "height": 900})


def test_map_and_list(sized: Page, axe: Callable[..., list[str]]) -> None:
    sized.goto("/")
    ready(sized)
    assert axe(sized) == []
    for name in FILTERS:
        sized.locator(f"[data-filter={name}] > summary").click()
        settled(sized)
        assert axe(sized) == [], f"with {name} open"
        sized.keyboard.press("Escape")


def test_map_on_the_phone_card_and_fan(sized: Page, axe: Callable[..., list[str]]) -> None:
    sized.goto("/")
    ready(sized)
    sized.locator("[data-show]").first.click()
    expect(sized.get_by_role("dialog")).to_be_visible()
    assert axe(sized) == []


def test_filtered_and_empty(sized: Page, axe: Callable[..., list[str]]) -> None:
    for query in ("need=hikikomori&ease=free&near=亀有駅", "q=居場処&need=addiction", "near=どこでもない"):
        sized.goto(f"/?{query}")
        ready(sized)
        assert axe(sized) == [], query


def test_entries_about_and_error(sized: Page, axe: Callable[..., list[str]], live_site: str) -> None:
    for path in ["/about", *(f"/resources/{name}" for name in ids(live_site))]:
        sized.goto(path)
        sized.wait_for_load_state("networkidle")
        assert axe(sized) == [], path
        sized.locator("details:not([open]) > summary").first.click() if sized.locator("details").count() else None
        assert axe(sized) == [], f"{path}, unfolded"


@pytest.mark.console_errors
def test_error_page(sized: Page, axe: Callable[..., list[str]]) -> None:
    sized.goto("/resources/there-is-none")
    assert axe(sized) == []


def test_without_javascript(new_page: Callable[..., Page]) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/")
    assert page.locator("h1").count() == 1
    page.locator("[data-filter=need] > summary").click()
    page.get_by_role("checkbox", name="しごと・就労").check()
    page.locator("[data-filter=need]").get_by_role("button", name="この条件でさがす").click()
    assert "need=work" in page.url
    page.get_by_role("link", name="しごと・就労").click()
    assert "need=work" not in page.url


def focused(page: Page) -> str:
    return str(page.evaluate(
        "document.activeElement.closest('[data-pin]') ? 'pin' : document.activeElement.closest('#map') ? 'map' : 'out'"
    ))


def test_three_presses_of_tab_pass_the_map(new_page: Callable[..., Page]) -> None:
    page = new_page(viewport={"width": 1280, "height": 900})
    page.goto("/")
    ready(page)
    page.locator("[data-rows] > :last-child").locator("a, button").last.focus()
    while focused(page) == "out":
        page.keyboard.press("Tab")
    passed = [focused(page)]
    for _ in range(2):
        page.keyboard.press("Tab")
        passed.append(focused(page))
    assert passed == ["map", "pin", "out"]


def test_keyboard_goes_round_the_pins_opens_one_and_returns(new_page: Callable[..., Page]) -> None:
    page = new_page(viewport={"width": 1280, "height": 900})
    page.goto("/?need=work&ease=watch_only")
    ready(page)
    pins = page.locator(".pin[tabindex='0']")
    expect(pins).to_have_count(1)
    pins.focus()
    first = page.evaluate("document.activeElement.dataset.pin")
    for key in ("ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight"):
        page.keyboard.press(key)
        if page.evaluate("document.activeElement.dataset.pin") != first:
            break
    assert page.evaluate("document.activeElement.dataset.pin") != first
    expect(page.locator(".pin[tabindex='0']")).to_have_count(1)
    single = page.locator(".pin:not(.is-cluster, .is-many)").first
    single.focus()
    name = page.evaluate("document.activeElement.ariaLabel")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "card-title"
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate("document.activeElement.ariaLabel") == name


def test_a_cluster_keeps_the_focus_on_the_map_when_it_opens(new_page: Callable[..., Page]) -> None:
    page = new_page(viewport={"width": 1280, "height": 900})
    page.goto("/")
    ready(page)
    page.locator(".pin.is-cluster").first.focus()
    assert "件のまとまり。Enterで拡大" in page.evaluate("document.activeElement.ariaLabel")
    page.keyboard.press("Enter")
    page.wait_for_timeout(800)
    assert focused(page) in ("pin", "map")


def test_reduced_motion_and_targets(new_page: Callable[..., Page]) -> None:
    page = new_page(viewport={"width": 375, "height": 812}, reduced_motion="reduce")
    page.goto("/")
    ready(page)
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    small = page.eval_on_selector_all(
        "button, summary, select, input:not([type=checkbox]), .choice, .chip, .quick-exit, .site-name",
        "all => all.filter(e => e.checkVisibility({visibilityProperty: true}) && e.getBoundingClientRect().height < 43.9)"
        ".map(e => e.outerHTML.slice(0, 90))",
    )
    assert small == []


def test_no_cookie_and_no_inline_script_on_any_page(new_page: Callable[..., Page], live_site: str) -> None:
    page = new_page()
    for path in ["/", "/about", *(f"/resources/{name}" for name in ids(live_site))]:
        answer = page.goto(path)
        assert answer is not None and "script-src 'self'" in answer.headers["content-security-policy"]
        assert "set-cookie" not in answer.headers
        assert page.eval_on_selector_all("script:not([src]), style, [style]:not(#map *, #map)", "all => all.length") == 0
    assert "set-cookie" not in page.request.get("/list").headers
    assert page.context.cookies() == []
