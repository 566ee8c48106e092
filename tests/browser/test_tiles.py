"""An image background switches on by a setting: then its host, and no other, is asked."""

import base64
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route

TILE_HOST = "tiles.example.org"
SETTINGS = {
    "TILE_URL": f"https://{TILE_HOST}/pale/{{z}}/{{x}}/{{y}}.png",
    "TILE_ATTRIBUTION": "地理院タイル https://maps.gsi.go.jp/development/ichiran.html",
}
PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=")


@pytest.fixture
def tiled(browser: Browser, start_site: Callable[..., str]) -> Iterator[tuple[Page, set[str]]]:
    """The page of a site with tiles, and the hosts that it asked. The tile host is played here."""
    url, asked = start_site(**SETTINGS), set[str]()
    context = browser.new_context(base_url=url, viewport={"width": 1280, "height": 900})

    def answer(route: Route) -> None:
        host = urlsplit(route.request.url).netloc
        asked.add(host)
        if host == urlsplit(url).netloc:
            route.continue_()
        else:
            route.fulfill(body=PIXEL, content_type="image/png")

    context.route("**/*", answer)
    page = context.new_page()
    page.goto("/")
    page.wait_for_selector("[data-finder][data-ready=true]")
    page.wait_for_selector("img.leaflet-tile-loaded")
    asked.discard(urlsplit(url).netloc)
    yield page, asked
    context.close()


def test_only_the_tile_host_is_asked_and_its_credit_shown(tiled: tuple[Page, set[str]]) -> None:
    page, asked = tiled
    assert asked == {TILE_HOST}
    credit = page.locator(".leaflet-control-attribution a")
    assert credit.inner_text() == "地理院タイル"
    assert credit.get_attribute("href") == "https://maps.gsi.go.jp/development/ichiran.html"
    assert page.locator(".place-name").count() == 0


def test_the_credit_adds_no_stop_for_tab(tiled: tuple[Page, set[str]]) -> None:
    page, _ = tiled
    page.locator("#map").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('[data-pin]')")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#map') === null")
