"""One meaning of the filters: with JavaScript, without it, in /pins.json and in /resources.geojson."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from mapdata import words
from tests.browser.own_site import serve_list
from tests.cases import CASES, TABLE, list_rows

NAMES = {entry["no"]: entry["name"] for entry in TABLE["entries"]}


@pytest.fixture(scope="module")
def case_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve_list(tmp_path_factory.mktemp("cases"), list_rows()) as url:
        yield url


@pytest.fixture
def case_page(new_page: Callable[..., Page], case_site: str) -> Page:
    return new_page(base_url=case_site)


def shown(page: Page) -> list[str]:
    return sorted(page.locator("[data-row] .row-name").all_text_contents())


def expected(case: dict[str, Any]) -> list[str]:
    return sorted(NAMES[number] for number in case["expect"])


def ready(page: Page) -> None:
    page.wait_for_selector("[data-finder][data-ready=true]")


def fetched(url: str) -> Any:
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)


def count_of(page: Page, name: str, code: str) -> int:
    text = page.locator(f'input[name="{name}"][value="{code}"] ~ [data-count]').text_content()
    return int(text or -1)


#: The page's own modules, asked for the names that the bits let through.
BY_BITS = """
async () => {
  const at = (name) => document.querySelector("link[rel=modulepreload]").href.replace(/bundles.*/, `js/${name}.js`);
  const { matches } = await import(at("finder/filter"));
  const { serverPart, vocabularyOf } = await import(at("finder/form-state"));
  const params = new URLSearchParams(location.search);
  const payload = await (await fetch(`/pins.json?${serverPart(params)}`)).json();
  const vocabulary = vocabularyOf(document.querySelector("[data-form]"));
  return matches(payload, params, vocabulary).map((row) => payload.name[row]);
}
"""


def test_vocabulary_of_the_cases_is_ours() -> None:
    assert TABLE["vocabulary"] == {v.name: list(v.codes) for v in words.FILTERS}


def test_groups_of_the_cases_follow_from_their_ages() -> None:
    for entry in TABLE["entries"]:
        known = entry["min_age"] is not None or entry["max_age"] is not None
        groups = words.age_groups(entry["min_age"], entry["max_age"]) if known else words.AGE_GROUP.codes
        assert list(groups) == entry["ages"], entry["name"]


def test_with_javascript(case_page: Page) -> None:
    for case in CASES:
        case_page.goto(f"/?{case['query']}")
        ready(case_page)
        assert shown(case_page) == expected(case), case["name"]
        assert sorted(case_page.evaluate(BY_BITS)) == expected(case), case["name"]
        assert case_page.locator(".results-total [data-total]").inner_text() == str(len(case["expect"]))
        for name, numbers in case.get("counts", {}).items():
            assert {code: count_of(case_page, name, code) for code in numbers} == numbers, case["name"]


def test_without_javascript(new_page: Callable[..., Page], case_site: str) -> None:
    page = new_page(base_url=case_site, java_script_enabled=False)
    for case in CASES:
        page.goto(f"/?{case['query']}")
        assert shown(page) == expected(case), case["name"]
        for name, numbers in case.get("counts", {}).items():
            assert {code: count_of(page, name, code) for code in numbers} == numbers, case["name"]


def test_pins_and_geojson(case_site: str) -> None:
    for case in CASES:
        query = urllib.request.quote(case["query"], safe="=&")
        assert sorted(fetched(f"{case_site}/pins.json?{query}")["name"]) == expected(case), case["name"]
        features = fetched(f"{case_site}/resources.geojson?{query}")["features"]
        assert sorted(feature["properties"]["name"] for feature in features) == expected(case), case["name"]


def test_ticking_a_box_changes_pins_counts_list_and_address_at_once(case_page: Page) -> None:
    case_page.goto("/")
    ready(case_page)
    case_page.locator("[data-filter=need] > summary").click()
    case_page.get_by_role("checkbox", name="しごと・就労").check()
    expect(case_page.locator("[data-row]")).to_have_count(3)
    assert case_page.url.endswith("/?need=work")
    assert count_of(case_page, "kind", "programme") == 1
    expect(case_page.locator("[data-status]")).to_have_text("3件見つかりました")
    case_page.get_by_role("button", name="3件を見る").first.click()
    expect(case_page.locator("details[open]")).to_have_count(0)
    case_page.go_back()
    expect(case_page.locator("[data-row]")).to_have_count(18)
    expect(case_page.get_by_role("checkbox", name="しごと・就労", include_hidden=True)).not_to_be_checked()


def test_conditions_are_undone_one_by_one_and_all(case_page: Page) -> None:
    case_page.goto("/?need=work&need=hikikomori&ease=free")
    ready(case_page)
    case_page.get_by_role("link", name="しごと・就労").click()
    expect(case_page.locator(".chip")).to_have_count(2)
    assert "need=work" not in case_page.url
    case_page.get_by_role("link", name="すべて解除").click()
    expect(case_page.locator("[data-row]")).to_have_count(18)
    assert case_page.evaluate("document.activeElement.id") == "results-title"


def test_typing_searches_without_a_press(case_page: Page) -> None:
    case_page.goto("/")
    ready(case_page)
    case_page.get_by_label("ことばでさがす").type("ﾃﾗｽ")
    expect(case_page.locator("[data-row]")).to_have_count(1)
    assert case_page.evaluate("document.activeElement.id") == "q"


def test_nothing_found_says_what_to_take_off(case_page: Page) -> None:
    case_page.goto("/?need=foreign_residents&activity=work_experience")
    ready(case_page)
    case_page.get_by_role("link", name="「就労体験・就労支援」を外してみる").click()
    expect(case_page.locator("[data-row]")).to_have_count(1)


def test_naming_a_place_orders_by_distance(case_page: Page) -> None:
    case_page.goto("/")
    ready(case_page)
    case_page.get_by_label("どこの近く").fill("亀有駅")
    case_page.get_by_label("どこの近く").press("Enter")
    expect(case_page.locator("[data-row]").first).to_contain_text("亀有3丁目")
    assert case_page.get_by_label("ならび順").evaluate("select => select.selectedOptions[0].dataset.code") == "near"
    expect(case_page.locator(".near-mark")).to_have_text("亀有駅")


def test_a_place_that_is_none_says_so(case_page: Page) -> None:
    case_page.goto("/?near=どこでもない")
    expect(case_page.locator("#near-unknown")).to_contain_text("見つかりませんでした")


@pytest.mark.console_errors
def test_a_list_that_does_not_come_says_so_and_the_next_try_asks_again(case_page: Page) -> None:
    case_page.goto("/")
    ready(case_page)
    case_page.route("**/list?*", lambda route: route.abort())
    case_page.locator("[data-filter=kind] > summary").click()
    case_page.get_by_role("checkbox", name="居場所").check()
    expect(case_page.get_by_role("alert")).to_contain_text("読み込めませんでした")
    expect(case_page.locator("[data-row]")).to_have_count(18)
    case_page.unroute("**/list?*")
    case_page.get_by_role("checkbox", name="事業・催し").check()
    expect(case_page.locator("[data-row]")).to_have_count(7)
    expect(case_page.get_by_role("alert")).to_have_count(0)


def test_a_box_ticked_before_the_pins_have_come_counts(case_page: Page) -> None:
    waiting: list[Route] = []
    case_page.route("**/pins.json", lambda route: waiting.append(route))
    with case_page.expect_request("**/pins.json"):
        case_page.goto("/")
    case_page.locator("[data-filter=kind] > summary").click()
    case_page.get_by_role("checkbox", name="居場所").check()
    waiting[0].continue_()
    ready(case_page)
    expect(case_page.locator("[data-row]")).to_have_count(3)
    assert len(waiting) == 1
