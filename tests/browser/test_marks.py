"""Marks on the map: one rule in two languages, and what the page asks of the server that makes them."""

import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, Request, expect

from layers import marks
from layers.marks import Box, Cluster
from mapdata.search.columns import Points
from tests.browser.own_site import serve_list
from tests.factories import published
from views.public import finder

DESK = {"viewport": {"width": 1280, "height": 900}}
ROWS = [published(名称=f"体操{n:03}", 種別="事業" if n % 3 else "団体", 住所="葛飾区立石5丁目",
                  緯度=f"{35.72 + n % 9 * 0.009:.4f}", 経度=f"{139.825 + n // 9 * 0.007:.4f}") for n in range(72)]
#: The page's own rule, asked for points as [row, lat, lng], zooms and a box.
DRAWN = """async ([points, zooms, box]) => {
  const rule = document.querySelector("link[rel=modulepreload]").href.replace(/bundles.*/, "js/map/marks.js");
  const { Marks } = await import(rule);
  const all = new Marks(points.map(([row, lat, lng]) => ({ row, lat, lng })), (row) => row);
  return zooms.map((zoom) => all.within(zoom, box).map(({ key, n, cells, entries }) => [key, n ?? null, cells ?? entries]));
}"""


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch, serve_list(tmp_path_factory.mktemp("marks"), ROWS) as url:
        patch.setattr(finder, "BITS_UNTIL", 0)
        yield url


@pytest.fixture
def desk(new_page: Callable[..., Page], own_site: str) -> Page:
    return new_page(base_url=own_site, **DESK)


def opened(page: Page, path: str = "/") -> Page:
    page.goto(path)
    page.wait_for_selector("[data-finder][data-ready=true]")
    return page


def asked(page: Page, name: str) -> list[str]:
    """Grows by the addresses that the page asks for."""
    found: list[str] = []

    def follow(request: Request) -> None:
        if f"/{name}" in request.url:
            found.append(request.url)

    page.on("request", follow)
    return found


def scattered(chance: random.Random, number: int) -> list[list[float]]:
    """Entries over the ward, thick in places; some share an address, some have two."""
    hubs = [(chance.uniform(35.71, 35.79), chance.uniform(139.82, 139.89)) for _ in range(4)]
    found: list[list[float]] = []
    for row in range(number):
        for _ in range(chance.choice((1, 1, 1, 2))):
            lat, lng = chance.choice(hubs)
            spread = chance.choice((0.0, 0.0003, 0.01, 0.04))
            found.append([row, round(lat + chance.gauss(0, spread), 6), round(lng + chance.gauss(0, spread), 6)])
    return found


def drawn(points: list[list[float]], zoom: int, box: Box) -> list[list[Any]]:
    row, lat, lng = (list(column) for column in zip(*points, strict=True))
    made = Points(np.array(row, dtype=np.int64), np.array(lat), np.array(lng))
    return [
        [m.key, m.n, [list(cell) for cell in m.cells]] if isinstance(m, Cluster) else [m.key, None, list(m.rows)]
        for m in marks.draw(made, np.arange(len(made)), zoom, box)
    ]


def test_page_and_server_draw_the_same(page: Page) -> None:
    opened(page)
    chance, zooms = random.Random(13122), [10, 11, 12, 13, 14, 15, 16, 17, 18]
    for number in (1, 2, 7, 40, 150, 400, 900):
        points = scattered(chance, number)
        south, west = chance.uniform(35.70, 35.75), chance.uniform(139.80, 139.85)
        box = Box(south, west, south + 0.05, west + 0.06)
        for zoom, found in zip(zooms, page.evaluate(DRAWN, [points, zooms, [box.south, box.west, box.north, box.east]]), strict=True):
            assert sorted(found) == sorted(drawn(points, zoom, box)), (number, zoom)


def test_the_first_view_is_asked_for_once(desk: Page) -> None:
    for path in ("/", "/?kind=group"):
        requests = asked(desk, "marks.json")
        opened(desk, path)
        desk.wait_for_timeout(300)
        assert len(requests) == 1, path
        expect(desk.locator(".pin").first).to_be_visible()
        requests.clear()


def test_pins_are_fetched_once_under_the_address_of_the_head(page: Page) -> None:
    for path in ("/", "/?need=work", "/?q=　木曜 の~会'*(1)&near=亀有駅&sort=name"):
        requests = asked(page, "pins.json")
        opened(page, path)
        assert len(requests) == 1, path
        requests.clear()


def move(page: Page, share: float) -> None:
    """The map to the east, by this share of its width."""
    page.evaluate("""(share) => { const map = document.querySelector("#map").leafletMap;
      map.panBy([map.getSize().x * share, 0], {animate: false}); }""", share)


def test_a_short_move_asks_for_nothing_a_long_one_for_more(desk: Page) -> None:
    opened(desk)
    desk.evaluate("document.querySelector('#map').leafletMap.setView([35.75, 139.85], 15, {animate: false})")
    desk.wait_for_load_state("networkidle")
    requests = asked(desk, "marks.json")
    move(desk, 0.1)
    desk.wait_for_timeout(200)
    assert requests == []
    with desk.expect_response("**/marks.json?*"):
        move(desk, 0.8)
    assert len(requests) == 1


def words(page: Page) -> list[str]:
    return [str(said) for said in page.eval_on_selector_all(".pin", "all => all.map(pin => pin.ariaLabel)")]


def held(said: list[str]) -> int:
    """How many entries these marks say they hold."""
    return sum(int(number[1]) if (number := re.match(r"(\d+)件のまとまり", one)) else 1 for one in said)


def test_old_marks_stay_until_the_new_ones_come(desk: Page) -> None:
    opened(desk)
    before = words(desk)
    waiting: list[Any] = []
    desk.route("**/marks.json?*", lambda route: waiting.append(route))
    desk.locator("[data-filter=kind] > summary").click()
    with desk.expect_request("**/marks.json?*"):
        desk.get_by_role("checkbox", name="団体・会").check()
    expect(desk.locator("[data-row]")).to_have_count(24)
    assert words(desk) == before
    waiting[0].continue_()
    expect(desk.locator(".pin.is-programme")).to_have_count(0)
    assert held(words(desk)) == 24 < held(before)


@pytest.mark.console_errors
def test_marks_that_do_not_come_are_told_and_forgotten_when_they_do(desk: Page) -> None:
    opened(desk)
    desk.route("**/marks.json?*", lambda route: route.abort())
    desk.locator("#map").press("+")
    expect(desk.locator("[data-map-notice]")).to_contain_text("読み込めませんでした")
    desk.unroute("**/marks.json?*")
    desk.locator("#map").press("+")
    expect(desk.locator("[data-map-notice]")).to_be_hidden()
    expect(desk.locator(".pin").first).to_be_visible()


def test_a_mark_that_stays_keeps_the_focus_while_others_go(desk: Page) -> None:
    opened(desk, "/?kind=group&kind=programme")
    cluster = desk.locator(".pin.is-cluster").first
    cluster.focus()
    name = desk.evaluate("document.activeElement.dataset.pin")
    desk.evaluate("document.querySelector('a.chip').click()")
    expect(desk.locator(".chip")).to_have_count(1)
    desk.wait_for_load_state("networkidle")
    still = desk.locator(f"[data-pin='{name}']")
    assert still.count() == 0 or still.evaluate("pin => pin === document.activeElement")
    assert desk.evaluate("document.activeElement.closest('#map') !== null")


def test_a_cluster_opens_on_what_it_holds(desk: Page) -> None:
    opened(desk)
    cluster = desk.locator(".pin.is-cluster").first
    held = int(cluster.inner_text())
    cluster.focus()
    desk.keyboard.press("Enter")
    desk.wait_for_timeout(700)
    desk.wait_for_load_state("networkidle")
    inside = desk.eval_on_selector_all(".pin", """all => { const map = document.querySelector("#map").getBoundingClientRect();
      return all.filter((pin) => { const { x, y } = pin.getBoundingClientRect(); return x > map.x && y > map.y && x < map.right && y < map.bottom; })
        .reduce((sum, pin) => sum + (Number(pin.querySelector(".cluster")?.textContent) || 1), 0); }""")
    assert inside >= held
