"""Two lists become one and stay so: by mouse, by keyboard alone, without scripts; and every page of it as axe, a phone and
a desk see it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mapdata.claims.projection import Record
from tests.browser.hands import WIDTHS, Axe, Keyboard, Mouse, OpenPage, checked, heading, import_list, signed_in
from tests.browser.own_site import OwnSite
from tests.factories import import_rows, published, write_csv

HINATA = published(管理番号="1", 名称="ひなたサロン", 料金="無料", 説明="静かな部屋です。", 住所="葛飾区立石5-13-1", 電話番号="03-0000-0001", 確認日="2026-04-01")
SUNNY = published(管理番号="S-7", 名称="サロン・ひなた", 料金="100円", 説明="静かな和室です。", 住所="葛飾区立石五丁目13番1号", 電話番号="03-0000-0001", 確認日="2026-05-01")
CLUB = published(管理番号="2", 名称="将棋クラブこま", 住所="葛飾区亀有3-72-8", 料金="無料")
OTHER_CLUB = published(管理番号="S-8", 名称="将棋クラブ こま", 住所="葛飾区亀有3-72-8", 料金="300円")
ONLY = published(管理番号="S-9", 名称="青戸の食堂", 住所="葛飾区青戸6-77-10")


def lists(folder: Path, year: str, kuramaru: list[dict[str, str]], shakyo: list[dict[str, str]]) -> tuple[Path, Path]:
    return write_csv(folder / f"くらまる{year}.csv", kuramaru), write_csv(folder / f"社協{year}.csv", shakyo)


def both(page: Page, hands: Mouse, files: tuple[Path, Path]) -> None:
    for office, file in zip(("くらしのまると相談課", "葛飾区社会福祉協議会"), files, strict=True):
        to_home(page, hands)
        import_list(page, hands, office, file)


def to_home(page: Page, hands: Mouse) -> None:
    if not page.url.endswith("/staff/"):
        hands.press(page.get_by_role("link", name="管理", exact=True).first)


def to_pairs(page: Page, hands: Mouse) -> None:
    to_home(page, hands)
    hands.press(page.get_by_role("link", name="同じところかもしれない組"))
    heading(page, "同じところかもしれない組")


def choose(page: Page, hands: Mouse, field: str, side: str) -> None:
    """With the keys one goes to the group and moves within it."""
    group = page.get_by_role("group", name=field, exact=True)
    wanted = group.get_by_role("radio", name=side)
    if isinstance(hands, Keyboard) and group.locator(":checked").count():
        hands.reach(group.locator(":checked"))
        if not wanted.is_checked():
            page.keyboard.press("ArrowDown")
    else:
        hands.press(wanted)
    expect(wanted).to_be_checked()


def one(site: OwnSite) -> Record:
    return next(r for r in site.records().values() if r.staff and len(r.staff.local_ids) == 2)


@pytest.mark.parametrize("hands_of", [pytest.param(Mouse, id="mouse", marks=pytest.mark.full), pytest.param(Keyboard, id="keyboard")])
def test_two_lists_become_one_and_next_year_only_real_conflicts_are_asked(
    open_page: OpenPage, site: OwnSite, tmp_path: Path, hands_of: type[Mouse]
) -> None:
    page = signed_in(open_page, 1280)
    hands = hands_of(page)
    both(page, hands, lists(tmp_path, "今年", [HINATA, CLUB], [SUNNY, OTHER_CLUB, ONLY]))
    to_pairs(page, hands)
    merge_field_by_field(page, hands, site)
    find_distinct(page, hands)
    both(page, hands, lists(
        tmp_path, "来年",
        [{**HINATA, "料金": "200円", "説明": "広い部屋です。", "確認日": "2026-10-01"}, CLUB],
        [{**SUNNY, "料金": "300円", "電話番号": "03-0000-0009", "確認日": "2026-10-02"}, OTHER_CLUB, ONLY],
    ))
    decide_what_is_left(page, hands, site)
    undo_it_all(page, hands, site)


def merge_field_by_field(page: Page, hands: Mouse, site: OwnSite) -> None:
    expect(page.locator(".pair")).to_have_count(2)
    hands.press(page.get_by_role("link", name="ひなたサロンとサロン・ひなた"))
    heading(page, "見くらべる")
    page.wait_for_selector("[data-pair-map][data-ready=true]")
    expect(page.locator("mark", has_text="和室")).to_be_visible()
    choose(page, hands, "名称", "左")
    choose(page, hands, "説明", "左")
    choose(page, hands, "料金", "右")
    hands.press(page.get_by_role("button", name="ひとつにまとめる"))
    expect(page.locator(".notices")).to_contain_text("ひとつにまとめました")
    made = one(site)
    assert (made.name, made.description, made.fees_description) == ("ひなたサロン", "静かな部屋です。", "100円")


def find_distinct(page: Page, hands: Mouse) -> None:
    hands.press(page.get_by_role("link", name="将棋クラブこまと将棋クラブ こま"))
    hands.write(page.get_by_label("どこがちがいますか"), "曜日がちがう")
    hands.press(page.get_by_role("button", name="別のもの"))
    expect(page.locator(".notices")).to_contain_text("別のものとして覚えました")
    expect(page.locator(".pair")).to_have_count(0)


def decide_what_is_left(page: Page, hands: Mouse, site: OwnSite) -> None:
    to_pairs(page, hands)
    expect(page.locator(".pair")).to_have_count(1)
    expect(page.locator(".pair .pair-why")).to_have_text("新しい内容がちがうところ：料金")
    made = one(site)
    assert (made.description, made.contacts[0].value) == ("広い部屋です。", "03-0000-0009")
    hands.press(page.get_by_role("link", name="どちらにするか決める"))
    choose(page, hands, "料金", "くらしのまると相談課")
    hands.press(page.get_by_role("button", name="選んだ内容にする"))
    expect(page.locator(".notices")).to_contain_text("選んだ内容にしました")
    assert one(site).fees_description == "200円"


def undo_it_all(page: Page, hands: Mouse, site: OwnSite) -> None:
    """The choice, then the merge: the rows go back with what their lists say by now."""
    undo = page.get_by_role("button", name="この変更を元にもどす")
    hands.press(undo.first)
    expect(page.locator(".notices")).to_contain_text("元にもどしました")
    assert one(site).fees_description == "300円"
    merge = page.locator("li.change", has_text="ひとつにまとめる").get_by_role("button", name="この変更を元にもどす")
    hands.press(merge)
    expect(page.locator(".notices")).to_contain_text("元にもどしました")
    parted = site.records()
    assert (parted["ひなたサロン"].fees_description, parted["サロン・ひなた"].fees_description) == ("200円", "300円")


def test_without_scripts_a_whole_side_is_taken(open_page: OpenPage, site: OwnSite, tmp_path: Path) -> None:
    import_rows(site.registry, tmp_path, [HINATA])
    import_rows(site.registry, tmp_path, [SUNNY], "shakyo")
    page = signed_in(open_page, 1280, java_script_enabled=False)
    page.goto("/staff/pairs")
    page.get_by_role("link", name="見くらべる").click()
    page.get_by_role("button", name="左をぜんぶ").click()
    expect(page.get_by_role("radio", name="左")).to_have_count(page.locator("fieldset.contest").count())
    page.get_by_role("button", name="ひとつにまとめる").click()
    expect(page.locator(".notices")).to_contain_text("ひとつにまとめました")
    assert one(site).fees_description == "無料"


@pytest.mark.console_errors
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_in_every_state(open_page: OpenPage, axe: Axe, site: OwnSite, tmp_path: Path, width: int) -> None:
    page = signed_in(open_page, width)
    page.goto("/staff/pairs")
    checked(page, axe, "nothing to look at")
    take: Callable[..., None] = lambda source, *rows: import_rows(site.registry, tmp_path, rows, source)  # noqa: E731
    take("kuramaru", HINATA, CLUB)
    take("shakyo", SUNNY, OTHER_CLUB)
    page.goto("/staff/")
    checked(page, axe, "home, with numbers")
    page.goto("/staff/pairs?decision=same")
    checked(page, axe, "pairs")
    page.get_by_role("link", name="ひなたサロンとサロン・ひなた").click()
    page.wait_for_selector("[data-pair-map][data-ready=true]")
    page.locator("summary").evaluate_all("all => all.forEach((one) => one.click())")
    checked(page, axe, "a pair")
    page.get_by_role("button", name="右をぜんぶ").click()
    checked(page, axe, "a whole side")
    take("shakyo", {**SUNNY, "料金": "50円"}, OTHER_CLUB)
    page.get_by_role("button", name="ひとつにまとめる").click()
    expect(page.get_by_role("alert")).to_be_focused()
    checked(page, axe, "changed meanwhile")
    page.get_by_role("button", name="ひとつにまとめる").click()
    checked(page, axe, "done, with the way back")
    take("kuramaru", {**HINATA, "料金": "200円"}, CLUB)
    take("shakyo", {**SUNNY, "料金": "300円"}, OTHER_CLUB)
    page.goto("/staff/pairs")
    checked(page, axe, "something to decide")
    page.get_by_role("link", name="どちらにするか決める").click()
    checked(page, axe, "deciding")
    page.goto(page.url.replace("pairs/decide", "entries"))
    checked(page, axe, "the entry")
