"""Link → changed → proposal → accepted: by mouse, by keyboard alone, and by the organisation without scripts; reports;
and every page of it as axe, a phone and a desk see it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mapdata.clock import today
from mapdata.editing import bulk
from mapdata.upkeep import deciding, org_links, proposals
from mapdata.words import Level
from tests.browser.hands import WIDTHS, Axe, Keyboard, Mouse, OpenPage, checked, sign_in
from tests.browser.own_site import OwnSite, own_site
from tests.factories import import_rows, published

ROW = published(
    管理番号="1", 種別="居場所", 説明="静かな部屋です", 困りごと="ひきこもり", 参加しやすさ="個室、無料なし", 料金="無料", 住所="葛飾区立石5-13-1",
    開催日時="毎週木曜 13時から", 電話番号="03-0000-0001", 確認日="2026-04-01",
)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[OwnSite]:
    with own_site(tmp_path / "instance") as made:
        import_rows(made.registry, tmp_path, [ROW, published(管理番号="2", 名称="こかげ", 位置の公開="非公開", 住所="葛飾区亀有3-1")])
        yield made


def link(site: OwnSite, name: str = "ひなた", days: int = 60) -> str:
    it = site.records()[name].id
    return f"/o/{org_links.make(site.registry.engine, it, 'user:花子', 'kuramaru', days)}"


@pytest.mark.parametrize(("hands_of", "scripts"), [(Mouse, False), (Keyboard, True)], ids=["mouse, no scripts", "keyboard"])
def test_from_a_link_to_the_map(open_page: OpenPage, site: OwnSite, hands_of: type[Mouse], scripts: bool) -> None:
    page = open_page()
    hands = hands_of(page)
    sign_in(page, "花子")
    page.goto(f"/staff/entries/{site.records()['ひなた'].id}")
    hands.press(page.get_by_role("link", name="団体に確かめてもらう"))
    hands.press(page.get_by_role("button", name="リンクを作る"))
    tell(open_page(java_script_enabled=scripts), hands_of, page.locator("#handover-url").inner_text())
    assert site.records()["ひなた"].fees_description == "無料"
    hands.press(page.get_by_role("link", name="管理", exact=True).first)
    hands.press(page.get_by_role("link", name="変更の知らせ"))
    hands.press(page.get_by_role("link", name=re.compile("見て決める")))
    expect(page.locator("mark").filter(has_text="100円")).to_be_visible()
    hands.press(page.get_by_label("「説明」を取り入れる"))
    hands.write(page.get_by_label("取り入れない理由"), "前の説明のほうが伝わるため")
    hands.press(page.get_by_role("button", name="しるしを付けたところを取り入れる"))
    expect(page.locator(".notices")).to_contain_text("一部を取り入れました")
    expect(page.locator("#reply")).to_contain_text("前の説明のほうが伝わるため")
    now = site.records()["ひなた"]
    assert (now.fees_description, now.description) == ("100円", "静かな部屋です")


def tell(page: Page, hands_of: type[Mouse], url: str) -> None:
    """What the organisation does with its link."""
    hands = hands_of(page)
    page.goto(url)
    hands.press(page.get_by_role("link", name="変わったところがあります"))
    hands.write(page.get_by_label("料金"), "100円")
    hands.press(page.locator(".more-fields > summary"))
    hands.write(page.get_by_label("説明", exact=True).and_(page.locator("textarea")), "にぎやかな部屋です")
    hands.press(page.get_by_role("button", name="変わったところを知らせる"))
    expect(page.get_by_role("heading", level=1)).to_have_text("お答えを受け取りました")
    assert page.context.cookies() == []


@pytest.mark.console_errors
@pytest.mark.parametrize("hands_of", [Mouse, Keyboard], ids=["mouse, no scripts", "keyboard"])
def test_anyone_tells_of_a_mistake(open_page: OpenPage, site: OwnSite, hands_of: type[Mouse]) -> None:
    page = open_page(375, java_script_enabled=hands_of is Keyboard)
    hands = hands_of(page)
    page.goto(f"/resources/{site.records()['ひなた'].id}")
    hands.press(page.get_by_role("link", name="まちがいを知らせる"))
    hands.press(page.get_by_role("button", name="知らせる"))
    expect(page.get_by_role("alert")).to_contain_text("どこがどうちがうかを書いてください")
    hands.press(page.get_by_label("日時", exact=True))
    hands.write(page.get_by_label(re.compile("^どうちがいますか")), "土曜は休みでした")
    hands.press(page.get_by_role("button", name="知らせる"))
    expect(page.get_by_role("heading", level=1)).to_have_text("お知らせを受け取りました")
    assert page.context.cookies() == []
    told = proposals.waiting_for(site.registry.engine, site.records()["ひなた"].id, "kuramaru")[0].proposal
    assert (told.about, told.text) == ("schedule", "土曜は休みでした")


@pytest.mark.console_errors
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_of_those_who_do_not_sign_in(open_page: OpenPage, axe: Axe, site: OwnSite, width: int) -> None:
    page, engine, it = open_page(width), site.registry.engine, site.records()["ひなた"].id
    for path in (f"/resources/{it}", f"/report/{it}", f"/report/{it}/thanks", link(site, "こかげ") + "/change"):
        page.goto(path)
        checked(page, axe, path)
    page.goto(f"/report/{it}")
    page.get_by_role("button", name="知らせる").click()
    checked(page, axe, "a report with nothing in it")
    for number in range(10):
        proposals.report(engine, it, "", "土曜は休み", "", "127.0.0.1", f"p{number}")
    page.get_by_label(re.compile("^どうちがいますか")).fill("日曜も休み")
    page.get_by_role("button", name="知らせる").click()
    expect(page.get_by_role("alert")).to_contain_text("少し待ってから")
    checked(page, axe, "a flood of reports")
    mine, ended, old = link(site), link(site, "こかげ"), link(site, days=-1)
    for path in (mine, f"{mine}/change", f"{mine}/gone", old, "/o/nowhere"):
        page.goto(path)
        checked(page, axe, path)
    page.goto(f"{mine}/change")
    page.locator(".more-fields > summary").click()
    page.get_by_label("何歳から").fill("四十")
    checked(page, axe, "all fields")
    page.get_by_role("button", name="変わったところを知らせる").click()
    expect(page.locator(".more-fields")).to_have_attribute("open", "")
    checked(page, axe, "what cannot be read")
    page.goto(mine)
    page.get_by_role("button", name="まちがいありません").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("お答えを受け取りました")
    checked(page, axe, "answered")
    bulk.set_status(engine, [site.records()["こかげ"].id], "closed", "kuramaru", "user:花子", today())
    page.goto(ended)
    checked(page, axe, "an entry that has ended")
    again = link(site)
    bulk.set_audience(engine, [it], Level.STAFF, "kuramaru", "user:花子", today())
    page.goto(again)
    checked(page, axe, "an entry that was narrowed")
    page.goto(f"/o/{org_links.make(engine, it, 'user:花子', 'kuramaru', agreed=[it])}")
    expect(page.locator(".notice")).to_contain_text("まだ載っていません")
    checked(page, axe, "an entry that is not public")


@pytest.mark.console_errors
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_of_the_inbox(open_page: OpenPage, axe: Axe, site: OwnSite, width: int) -> None:
    page, engine, it = open_page(width), site.registry.engine, site.records()["ひなた"].id
    page.goto("/login")
    sign_in(page, "花子")
    page.goto("/staff/proposals")
    checked(page, axe, "nothing to decide")
    tokens = [link(site).removeprefix("/o/") for _ in range(3)]
    seen = org_links.open_link(engine, tokens[0]).seen
    org_links.tell_changes(engine, tokens[0], seen, {"fees_description": "100円", "description": "にぎやか"}, "よろしく")
    org_links.confirm(engine, tokens[1], seen)
    org_links.tell_end(engine, tokens[2], "")
    proposals.report(engine, it, "schedule", "土曜は休み", "a@example.jp", "192.0.2.1", "p")
    numbers = [item.proposal.id for item in proposals.waiting_for(engine, it, "kuramaru")]
    assert len(numbers) == 4
    for path in ("/staff/proposals", *(f"/staff/proposals/{n}" for n in numbers), f"/staff/proposals/links/{it}", f"/staff/entries/{it}"):
        page.goto(path)
        checked(page, axe, path)
    page.goto(f"/staff/proposals/{numbers[0]}")
    page.get_by_role("button", name="どれも取り入れずに見送る").click()
    expect(page.get_by_role("alert")).to_contain_text("理由を書いてください")
    checked(page, axe, "no reason")
    page.get_by_label("取り入れない理由").fill("会則では無料のため")
    deciding.decline(engine, numbers[0], "先に見送り", "shakyo", "user:次郎")
    page.get_by_role("button", name="どれも取り入れずに見送る").click()
    expect(page.get_by_role("alert")).to_contain_text("先に決めていました")
    checked(page, axe, "too late")
    page.goto("/staff/proposals")
    page.get_by_role("button", name="確認日を付ける").click()
    expect(page.locator(".notices")).to_contain_text("取り入れました")
    checked(page, axe, "done, and how to take it back")
    page.goto("/staff/proposals?state=done")
    checked(page, axe, "what is over")
    page.goto(f"/staff/proposals/links/{it}")
    page.get_by_role("button", name="リンクを作る").click()
    checked(page, axe, "a link that was made")
    page.goto(f"/staff/entries/{it}")
    checked(page, axe, "the links of an entry")
    Keyboard(page).press(page.get_by_role("button", name="このリンクを取り消す").first)
    expect(page.locator(".notices")).to_contain_text("リンクを取り消しました")
    bulk.set_audience(engine, [it], Level.STAFF, "kuramaru", "user:花子", today())
    page.goto(f"/staff/proposals/links/{it}")
    checked(page, axe, "what is not public is asked for first")
    Keyboard(page).press(page.get_by_role("button", name="まだ載っていないが、リンクを作る"))
    expect(page.locator("#handover-url")).to_be_visible()
    checked(page, axe, "a path to complete")
