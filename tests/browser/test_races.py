"""What crosses on its way, what does not come, and the way back."""

import json
import urllib.request
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

PHONE = {"width": 375, "height": 812}


def ready(page: Page) -> None:
    page.wait_for_selector("[data-finder][data-ready=true]")


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f"[data-filter={name}] > summary").click()
    page.locator(f"input[name={name}][value={value}]").check()
    page.keyboard.press("Escape")


def test_a_next_page_never_mixes_into_a_list_that_is_on_its_way(page: Page) -> None:
    held: list[Route] = []
    page.goto("/")
    ready(page)
    page.route("**/list?*need=*", lambda route: held.append(route))
    choose(page, "need", "hikikomori")
    expect(page.locator("[data-results]")).to_have_attribute("aria-busy", "true")
    page.evaluate("document.querySelector('a[data-next]').click()")
    held.pop().continue_()
    expect(page.locator("[data-results]")).not_to_have_attribute("aria-busy", "true")
    total = int(page.locator(".results-total [data-total]").inner_text())
    expect(page.locator("[data-row]")).to_have_count(min(total, 50))
    expect(page.locator("[data-status]")).to_have_text(f"{total}件見つかりました")


@pytest.mark.console_errors
def test_without_pins_the_list_and_its_count_still_follow(page: Page) -> None:
    page.goto("/")
    ready(page)
    page.route("**/pins.json?*", lambda route: route.abort())
    page.get_by_label("ことばでさがす").fill("ひきこもり")
    expect(page.locator("[data-map-notice]")).to_be_visible()
    expect(page.locator("[data-status]")).not_to_be_empty()  # which is said once the list is there
    total = page.locator(".results-total [data-total]").inner_text()
    expect(page.locator("[data-status]")).to_have_text(f"{total}件見つかりました")
    expect(page.locator("[data-open-map] [data-total]")).to_have_text(total)


def test_a_link_to_a_card_opens_the_map_on_a_phone(new_page: Callable[..., Page], live_site: str) -> None:
    with urllib.request.urlopen(f"{live_site}/pins.json") as answer:
        pins = json.load(answer)
    it = next(i for i, lat in zip(pins["id"], pins["lat"], strict=True) if lat)
    page = new_page(viewport=PHONE)
    page.goto(f"/#at={it}")
    ready(page)
    expect(page.locator(f"[data-card={it!r}]".replace("'", '"'))).to_be_in_viewport()


def test_back_to_the_search_that_one_came_from(page: Page) -> None:
    page.goto("/?need=hikikomori&q=木曜")
    ready(page)
    page.locator("[data-row] h3 a").first.click()
    page.get_by_role("link", name="さがすページへ").click()
    expect(page.locator("input[name=need][value=hikikomori]")).to_be_checked()
    expect(page.get_by_label("ことばでさがす")).to_have_value("木曜")


def test_nearest_first_says_what_it_lacks(page: Page) -> None:
    page.goto("/?sort=near")
    expect(page.locator(".results-note").first).to_contain_text("町や駅の名前を入れると")
