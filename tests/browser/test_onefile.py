"""The one-file map, opened from a disk with the network off: it answers as the site does, and asks nobody."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from app import create_app
from tests import schema
from tests.browser.own_site import serve_list
from tests.cases import CASES, TABLE, list_rows
from tests.factories import published
from tests.layers.test_onefile import HOSTILE
from tests.mapdata.lists.test_importing import FULL_ROW

DESK = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 375, "height": 812}, "has_touch": True}

ROWS = [
    *(published(名称=f"体操{n:02}", 種別="事業", 住所=f"葛飾区東新小岩{n % 8 + 1}丁目", 確認日=f"2026-0{n % 9 + 1}-01") for n in range(60)),
    published(名称="ひだまり", 種別="居場所", 住所="葛飾区亀有3丁目", 電話番号="03-0000-0001", 困りごと="ひきこもり", 参加しやすさ="無料"),
    published(名称="このあたりの会", 種別="団体", 住所="葛飾区水元2丁目8-9", 位置の公開="町丁目まで"),
    published(名称="ひみつの会", 種別="団体", 住所="葛飾区金町4丁目", 位置の公開="非公開"),
    published(名称="二つの家", 種別="団体", 住所="立石5-13-1；亀有5-2-1", 緯度="35.74；", 経度="139.85；"),
    *(published(名称=f"窓口{n}", 種別="支援機関", 住所="葛飾区立石5丁目13-1") for n in range(1, 4)),
    *(published(名称=f"{n}{text}", 説明=text, 電話番号=f"03-0000-000{n}（{text}）") for n, text in enumerate(HOSTILE)),
    FULL_ROW,
]
#: What the site's server decides, and the file by itself: place, order, text, page.
ASKED = [
    "near=亀有駅", "near=立石5丁目", "near=立石五丁目", "near=葛飾区亀有3-5", "near=たていし", "near=高砂駅", "near=どこでもない",
    "near=青砥&sort=name", "sort=assured", "sort=assured&near=金町", "sort=near", "sort=colour", "near=亀有駅&q=会", "q=体操 東新小岩&page=2",
    "page=2", "page=99", "page=x", "near=新小岩駅&kind=programme", "q=ひだまり&need=hikikomori&ease=free", "q=%3C%2Fscript%3E", "q=窓口&sort=near&near=亀有",
    "need=addiction", "need=addiction&ease=free&near=どこでもない", "q=かめあり",
]


@dataclass(frozen=True)
class Pair:
    """A site, and a file exported from its registry."""

    site: str
    file: str


def exported(folder: Path, rows: list[dict[str, str]]) -> Iterator[Pair]:
    with serve_list(folder, rows) as url:
        path = folder / "地図 の控え.html"
        app = create_app({"INSTANCE_DIR": schema.instance(folder), "DATABASE_URL": ""})
        done = app.test_cli_runner().invoke(args=["map", "export", str(path)])
        assert done.exit_code == 0, done.output
        yield Pair(url, path.as_uri())


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    yield from exported(tmp_path_factory.mktemp("cases"), list_rows())


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    yield from exported(tmp_path_factory.mktemp("own"), ROWS)


@pytest.fixture
def new_file(new_page: Callable[..., Page]) -> Iterator[Callable[..., Page]]:
    """new_file(**options) → a page without a network. The test fails if it asked for more than the file itself."""
    asked: list[str] = []

    def follow(request: Request) -> None:
        if not (request.is_navigation_request() and request.url.startswith("file:")) and not request.url.startswith("data:"):
            asked.append(request.url)

    def make(**options: Any) -> Page:
        page = new_page(base_url="file:///", offline=True, **(DESK | options))
        page.context.on("request", follow)
        return page

    yield make
    assert asked == []


def opened(page: Page, url: str) -> Page:
    page.goto("about:blank")
    page.goto(url)
    page.wait_for_selector("[data-finder][data-ready=true]")
    return page


def rows(page: Page) -> list[str]:
    return [str(found) for found in page.eval_on_selector_all("[data-row]", "all => all.map(one => one.dataset.row)")]


def pins(site: str, query: str) -> Any:
    with urllib.request.urlopen(f"{site}/pins.json?{urllib.request.quote(query, safe='=&%')}") as answer:
        return json.load(answer)


def said(page: Page) -> list[str]:
    """The words of the list, and where it marks the place it measures from."""
    page.evaluate(LAID_OUT)
    words = page.locator("[data-results]").inner_text()
    marks = page.locator(".near-mark").all_inner_texts()
    return [*(line.strip() for line in words.splitlines() if line.strip() and not line.startswith("もしかして")), *marks]


#: Rows out of the window have no words before they come near.
LAID_OUT = """document.querySelectorAll(".row").forEach((row) => { row.style.contentVisibility = "visible"; })"""
#: Another question to an open page, as a step back or forward brings one.
FOLLOW = """async (query) => {
  history.pushState({}, "", query ? `?${query}` : location.pathname);
  dispatchEvent(new PopStateEvent("popstate"));
  await new Promise((resolve) => setTimeout(resolve));
}"""


# --- the same as the site


def test_the_file_finds_for_each_case_what_the_site_finds(cases: Pair, new_file: Callable[..., Page]) -> None:
    page = opened(new_file(), cases.file)
    names = {entry["no"]: entry["name"] for entry in TABLE["entries"]}
    for case in CASES:
        page.evaluate(FOLLOW, case["query"])
        assert rows(page) == pins(cases.site, case["query"])["id"], case["name"]
        assert sorted(page.locator(".row-name").all_text_contents()) == sorted(names[number] for number in case["expect"])
        for name, numbers in case.get("counts", {}).items():
            for code, number in numbers.items():
                box = page.locator(f'input[name="{name}"][value="{code}"] ~ [data-count]')
                assert box.text_content() == str(number), (case["name"], name, code)


def test_the_file_orders_by_place_and_date_as_the_site_does(own: Pair, new_file: Callable[..., Page], new_page: Callable[..., Page]) -> None:
    file, site = opened(new_file(), f"{own.file}?{ASKED[0]}"), new_page(base_url=own.site, **DESK)
    for query in ASKED:
        if query != ASKED[0]:
            file.evaluate(FOLLOW, query)
        site.goto(f"/?{query}")
        site.wait_for_selector("[data-finder][data-ready=true]")
        assert rows(file) == rows(site), query
        assert said(file) == said(site), query


def test_an_entry_is_told_as_on_its_page(own: Pair, new_file: Callable[..., Page], new_page: Callable[..., Page]) -> None:
    file, site = opened(new_file(), own.file), new_page(base_url=own.site, **DESK)
    for number in pins(own.site, "")["id"][::9]:
        site.goto(f"/resources/{number}")
        file.evaluate("id => { location.hash = `entry=${id}`; }", number)
        expect(file.locator("dialog[data-entry-panel]")).to_be_visible()
        for part in (".entry-head > :not(.entry-jumps)", ".block > :not(.entry-map, .directions, .directions + .small)", ".side-card > :not(button)"):
            assert file.locator(f"dialog {part}").all_inner_texts() == site.locator(part).all_inner_texts(), (number, part)


# --- used


def test_choosing_typing_and_going_back(own: Pair, new_file: Callable[..., Page]) -> None:
    page = opened(new_file(), own.file)
    total = len(ROWS)
    page.locator("[data-filter=kind] > summary").click()
    page.get_by_role("checkbox", name="居場所").check()
    expect(page.locator("[data-row]")).to_have_count(2)
    page.keyboard.press("Escape")
    page.get_by_label("ことばでさがす").fill("ﾋﾀﾞﾏﾘ")
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.locator("[data-status]")).to_have_text("1件見つかりました")
    page.get_by_role("link", name="すべて解除").click()
    expect(page.locator("[data-row]")).to_have_count(50)
    expect(page.locator(".results-total")).to_have_text(f"{total}件")
    page.get_by_role("link", name="つづきを見る").click()
    expect(page.locator("[data-row]")).to_have_count(total)
    page.go_back()
    expect(page.locator("[data-row]")).to_have_count(1)


def test_pins_cards_and_the_entry_by_keyboard(own: Pair, new_file: Callable[..., Page]) -> None:
    page = opened(new_file(), f"{own.file}?q=ひだまり")
    pin = page.get_by_role("button", name="居場所：ひだまり（位置はおおよそ）")
    pin.focus()
    page.keyboard.press("Enter")
    card = page.locator("[data-card]")
    expect(card).to_contain_text("03-0000-0001")
    card.get_by_role("link", name="くわしく見る").focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog", name="ひだまり").and_(page.locator("dialog"))
    expect(panel).to_contain_text("行ったらどうなる")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    expect(card).to_be_visible()
    page.go_forward()
    expect(page.locator("dialog")).to_be_visible()
    page.go_back()
    expect(page.locator("dialog")).to_be_hidden()
    page.locator("[data-card-close]").click()
    expect(card).to_have_count(0)
    expect(pin).to_be_focused()


def test_a_link_to_an_entry_opens_it_and_closes(own: Pair, new_file: Callable[..., Page]) -> None:
    number = pins(own.site, "q=ひだまり")["id"][0]
    page = opened(new_file(), f"{own.file}#entry={number}")
    expect(page.locator("dialog")).to_be_visible()
    page.get_by_role("button", name="閉じる").click()
    expect(page.locator("dialog")).to_be_hidden()
    assert "entry" not in page.url
    opened(page, f"{own.file}#entry=no-such-entry")
    expect(page.locator("dialog")).to_be_hidden()


def test_a_cluster_opens_and_a_stack_fans_out(own: Pair, new_file: Callable[..., Page]) -> None:
    page = opened(new_file(), own.file)
    assert page.locator(".pin.is-cluster").count() > 0
    opened(page, f"{own.file}?q=窓口")
    page.get_by_role("button", name="同じところに3件。Enterで開く").click()
    expect(page.locator(".pin.is-fanned")).to_have_count(3)


def test_an_entry_is_printed_whole_with_its_date_and_nothing_else(own: Pair, new_file: Callable[..., Page]) -> None:
    page = opened(new_file(), f"{own.file}?q=縁側")
    page.locator(".row-name a").click()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    printed = page.locator("body").inner_text()
    for words in ("髙橋さんちの縁側", "猫がいます", "03-0000-0001", "公開用", "書き出したもの"):
        assert words in printed
    assert "載っているところ" not in printed
    assert page.locator("[data-sheet]").bounding_box()["height"] > 1000  # type: ignore[index]
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("dialog [data-sheet]").count() == 1


def test_map_on_the_phone_and_back(own: Pair, new_file: Callable[..., Page]) -> None:
    page = opened(new_file(**PHONE), f"{own.file}?q=ひだまり")
    page.locator("[data-open-map]").click()
    expect(page.locator(".pin")).to_have_count(1)
    assert page.locator(".finder-list").evaluate("part => part.inert")
    page.get_by_role("button", name="リストに戻る").click()
    expect(page.locator("[data-row]")).to_be_visible()


def test_the_icons_are_there(own: Pair, new_file: Callable[..., Page]) -> None:
    page = opened(new_file(), own.file)
    missing = page.evaluate("""() => [...document.querySelectorAll("use")].map((use) => use.getAttribute("href"))
        .filter((href) => !href.startsWith("#draw-") || !document.getElementById(href.slice(1)))""")
    assert set(missing) <= {"#draw-", "#draw-shape-", "#draw-pin-"}  # of entries without a kind
    box = page.locator(".row .icon path").first.bounding_box()
    assert box and box["width"] > 4


def test_hostile_texts_are_shown_as_they_are(own: Pair, new_file: Callable[..., Page]) -> None:
    page = opened(new_file(), own.file)
    page.on("dialog", lambda dialog: pytest.fail(f"ran: {dialog.message}"))
    for number, text in enumerate(HOSTILE):
        page.get_by_label("ことばでさがす").fill(f"{number}{text}")
        row = page.locator(".row-name").get_by_role("link", name=f"{number}{text}", exact=True)
        row.click()
        assert page.locator("dialog h1").inner_text() == f"{number}{text}"
        assert page.locator("dialog #what ~ p").inner_text() == text
        page.keyboard.press("Escape")
    assert page.locator("img[src=x]").count() == 0


@pytest.mark.console_errors
def test_what_would_run_is_not_allowed_to(own: Pair, new_file: Callable[..., Page]) -> None:
    page = opened(new_file(), own.file)
    refused = page.evaluate("""async () => {
      const refused = [];
      document.addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
      for (const [name, text] of [["script", "window.ran = true"], ["style", "body { color: red }"]]) {
        const element = document.createElement(name);
        element.textContent = text;
        document.head.append(element);
      }
      document.body.setAttribute("onclick", "window.ran = true");
      document.body.click();
      await new Promise((resolve) => setTimeout(resolve, 100));
      return [window.ran ?? false, ...refused.sort()];
    }""")
    assert refused == [False, "script-src-attr", "script-src-elem", "style-src-elem"]


def test_hundreds_of_rows_are_in_the_page_fifty_at_a_time(own: Pair, new_file: Callable[..., Page]) -> None:
    page = opened(new_file(), own.file)
    assert page.locator("[data-row]").count() == 50
    assert page.evaluate("document.querySelectorAll('*').length") < 3500


# --- for everyone


@pytest.mark.parametrize("width", [375, 1280])
def test_axe(own: Pair, new_file: Callable[..., Page], axe: Callable[..., list[str]], width: int) -> None:
    page = new_file(viewport={"width": width, "height": 900})
    for query in ("", "?need=hikikomori&ease=free&near=亀有駅", "?q=どこにもない", "?near=どこでもない"):
        assert axe(opened(page, own.file + query)) == [], query
    opened(page, f"{own.file}?q=ひだまり").locator("[data-show]").click()
    expect(page.locator("[data-card]")).to_be_visible()
    assert axe(page) == []
    page.locator("[data-card]").get_by_role("link").first.click()
    expect(page.locator("dialog")).to_be_visible()
    assert axe(page) == []


def test_without_javascript_the_list_is_there(own: Pair, new_file: Callable[..., Page]) -> None:
    page = new_file(java_script_enabled=False)
    page.goto(own.file)
    assert page.locator(".plain h3").all_inner_texts() == pins(own.site, "")["name"]
    expect(page.locator(".plain")).to_contain_text("電話 03-0000-0001")
    expect(page.locator("[data-form]")).to_be_hidden()
    expect(page.locator("[data-results]")).to_be_hidden()
    assert page.evaluate("1 + 1") == 2 and page.locator("h1").count() == 1


def test_leaving_at_once_leads_to_nothing(own: Pair, new_file: Callable[..., Page]) -> None:
    page = opened(new_file(), own.file)
    page.get_by_role("link", name="すぐ閉じる").click()
    page.wait_for_url("about:blank")
