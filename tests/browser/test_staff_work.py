"""A new user's first day, with an account and two lists and nothing but what the screens say: by mouse, by keyboard
alone; and every page of the list, the import and the texts as axe, a phone and a desk see it."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mapdata import storage
from mapdata.claims.projection import PUBLIC
from mapdata.lists.sent.uploads import Upload
from mapdata.samples import loading
from tests.accounts import PASSWORD
from tests.browser.hands import STICK, WIDTHS, Axe, Keyboard, Mouse, OpenPage, checked, heading, import_list, signed_in
from tests.browser.own_site import OwnSite
from tests.factories import import_rows, published, write_csv
from views.staff import entry_list

SAMPLE = Path(loading.__file__).parent
ENTRY = "（仮称）高砂あき家サロン"


# --- the first day


@pytest.mark.parametrize("hands_of", [pytest.param(Mouse, id="mouse", marks=pytest.mark.full), pytest.param(Keyboard, id="keyboard")])
def test_a_new_user_s_first_day(open_page: OpenPage, site: OwnSite, hands_of: type[Mouse]) -> None:
    page = open_page()
    hands = hands_of(page)
    page.goto("/about")
    hands.press(page.get_by_role("link", name="職員・支援者のログイン"))
    hands.write(page.get_by_label("名前"), "花子")
    hands.write(page.locator("#password"), PASSWORD)
    hands.press(page.get_by_role("button", name="ログインする"))
    import_list(page, hands, "くらしのまると相談課", SAMPLE / "kuramaru.csv")
    import_list(page, hands, "葛飾区社会福祉協議会", SAMPLE / "shakyo.xlsx")
    assert len(site.records()) > 130
    publish(page, hands, site)
    move_pin(page, hands, site)
    confirm_five_and_undo(page, hands, site)


def publish(page: Page, hands: Mouse, site: OwnSite) -> None:
    hands.press(page.get_by_role("link", name="管理", exact=True).first)
    hands.press(page.get_by_role("link", name="社会資源の一覧"))
    hands.write(page.get_by_role("searchbox", name="ことば"), "高砂あき家")
    hands.press(page.get_by_role("button", name="さがす"))
    hands.press(page.get_by_role("link", name=ENTRY))
    hands.press(page.get_by_role("button", name="公開中にする"))
    heading(page, "見られる人が増えます")
    hands.press(page.get_by_role("button", name="見える人が増えてもよいので、進める"))
    expect(page.locator(".notices")).to_contain_text("だれでも見られます")
    assert ENTRY in [r.name for r in site.registry.snapshots.current(PUBLIC).records]


def move_pin(page: Page, hands: Mouse, site: OwnSite) -> None:
    before = site.records()[ENTRY].places[0]
    hands.press(page.get_by_role("link", name="編集する"))
    page.wait_for_selector("[data-entry-form][data-ready=true]")
    hands.press(page.get_by_role("button", name="地図で位置を決める").first)
    pin = page.locator(".pin.is-set")
    expect(pin).to_be_visible()
    hands.move_pin(pin)
    expect(page.locator("[data-pin-words]")).not_to_be_empty()
    hands.press(page.locator(".save-bar").get_by_role("button", name="保存する"))
    expect(page.locator(".notices")).to_contain_text("保存しました")
    after = site.records()[ENTRY].places[0]
    assert after.level == "point" and after.point != before.point


def confirm_five_and_undo(page: Page, hands: Mouse, site: OwnSite) -> None:
    hands.press(page.get_by_role("link", name="管理", exact=True).first)
    hands.press(page.get_by_role("link", name="社会資源の一覧"))
    hands.press(page.get_by_role("link", name="1年以上確認していない"))
    before = site.confirmed_today()
    own = page.locator("tr:has-text('くらまる課')").get_by_role("checkbox")
    for number in range(5):
        hands.press(own.nth(number))
    expect(page.locator(".pick-count")).to_have_text("5件を選んでいます")
    hands.press(page.get_by_role("button", name="今日確かめた"))
    hands.press(page.get_by_role("button", name="5件を今日確かめたことにする"))
    expect(page.locator(".notices")).to_contain_text("5件を、今日確かめたことにしました")
    assert site.confirmed_today() == before + 5
    hands.press(page.get_by_role("button", name="元にもどす"))
    expect(page.locator(".notices")).to_contain_text("元にもどしました（5件）")
    assert site.confirmed_today() == before


# --- every page and state


def rows(site: OwnSite, count: int = 24) -> None:
    long = {"名称": "とても長い名前の、たくさんのことばでできている、いつまでも終わらない居場所の集まりの名前", "掲載同意": ""}
    made = [published(名称=f"場所{n:03}", 管理番号=str(n), 住所="葛飾区立石5-13-1", 種別="居場所") for n in range(count)]
    import_rows(site.registry, site.folder, [*made, published(管理番号="x", 状態="下書き", **{k: v for k, v in long.items()})])


@pytest.mark.console_errors
@pytest.mark.parametrize("width", WIDTHS)
def test_the_list_in_every_state(
    open_page: OpenPage, axe: Axe, site: OwnSite, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setattr(entry_list, "PER_PAGE", 20)  # axe looks at each row
    page = signed_in(open_page, width)
    page.goto("/staff/entries")
    checked(page, axe, "empty")
    rows(site)
    page.goto("/staff/entries?q=場所0&status=active&mark=overdue")
    page.get_by_text("しぼりこむ", exact=False).first.click()
    checked(page, axe, "filtered, unfolded")
    page.goto("/staff/entries?q=ないことば")
    checked(page, axe, "nothing found")
    page.goto("/staff/entries")
    page.get_by_role("button", name="書き出す").click()
    expect(page.get_by_role("alert")).to_be_focused()
    checked(page, axe, "nothing chosen")
    page.get_by_role("checkbox", name="場所001").check()
    page.evaluate(STICK.replace(".save-bar", ".pick-bar, .pick-jump"), "static")
    checked(page, axe, "one chosen")
    for button in ("状態を変える", "公開範囲を変える", "今日確かめた", "書き出す"):
        page.goto("/staff/entries")
        page.get_by_label("一覧のすべて（25件）").check()
        page.get_by_role("button", name=button).click()
        checked(page, axe, button)
    page.goto("/staff/entries")
    page.get_by_label("一覧のすべて（25件）").check()
    page.get_by_role("button", name="状態を変える").click()
    page.locator(".button-row button").click()
    checked(page, axe, "no state chosen")
    page.get_by_label("公開中").check()
    page.locator(".button-row button").first.click()
    expect(page.get_by_role("alert")).to_contain_text("掲載の同意が必要です")
    checked(page, axe, "refused")
    page.get_by_label("休止中").check()
    page.get_by_role("button", name="できない1件を外す").click()
    page.get_by_label("休止中").check()
    page.get_by_role("button", name="24件の状態を変える").click()
    checked(page, axe, "done, with the way back")


@pytest.mark.console_errors
@pytest.mark.parametrize("width", WIDTHS)
def test_the_import_in_every_state(open_page: OpenPage, axe: Axe, site: OwnSite, tmp_path: Path, width: int) -> None:
    page = signed_in(open_page, width)
    page.goto("/staff/import")
    page.get_by_role("button", name="ファイルを読んで").click()
    checked(page, axe, "no file")
    rows(site, 8)
    made = [published(管理番号=str(n), 名称=f"別の名前{n}", 料金="無料", 謎の列="x") for n in range(8)] + [published(管理番号="9", 名称="新しい")]
    send(page, write_csv(tmp_path / "一覧.csv", made))
    heading(page, "内容を確かめます")
    for kind in ("changed", "added", "missing", "warnings"):
        page.goto(f"{page.url.partition('?')[0]}?kind={kind}")
        checked(page, axe, kind)
    page.get_by_label("「料金」をどの項目として読むか").select_option("備考")
    page.get_by_label("「名称」をどの項目として読むか").select_option("備考")
    page.get_by_role("button", name="この読み方で読みなおす").click()
    expect(page.get_by_role("alert")).to_contain_text("2つの列に選ばれています")
    checked(page, axe, "a heading twice")
    page.goto(page.url.removesuffix("/look"))
    page.get_by_role("button", name="この内容で取り込む").click()
    heading(page, "取り込みました")
    checked(page, axe, "taken in")
    send(page, write_csv(tmp_path / "だめ.csv", [published(名称="", 公開範囲="みんな")]))
    heading(page, "直してほしいところがあります")
    checked(page, axe, "refused")
    page.get_by_role("button", name="このファイルをやめる").click()
    checked(page, axe, "thrown away")


@pytest.mark.parametrize("width", WIDTHS)
def test_an_import_at_work_and_one_that_stopped(open_page: OpenPage, axe: Axe, site: OwnSite, tmp_path: Path, width: int) -> None:
    page = signed_in(open_page, width)
    send(page, write_csv(tmp_path / "一覧.csv", [published(管理番号="1")]))
    heading(page, "内容を確かめます")
    token = page.url.rpartition("/")[2].partition("?")[0]
    upload = Upload(site.folder / "uploads", token)
    lock = next(held for held in iter(upload.lock, 0) if held is not None)  # as the process that reads the file holds it
    upload.tell(300, 1000)
    state(site, token, "previewing")
    page.goto(page.url)
    heading(page, "ファイルを読んでいます")
    expect(page.get_by_role("progressbar")).to_be_visible()
    checked(page, axe, "at work")
    os.close(lock)
    heading(page, "途中で止まりました")  # the page asks by itself
    checked(page, axe, "stopped")
    state(site, token, "failed")
    page.reload()
    heading(page, "うまくいきませんでした")
    checked(page, axe, "failed")
    page.get_by_role("button", name="もう一度読みなおす").click()
    heading(page, "内容を確かめます")


def state(site: OwnSite, token: str, name: str) -> None:
    with storage.beside(site.registry.engine) as connection:
        assert storage.change_job(connection, token, ["ready", "previewing", "died"], state=name)


def send(page: Page, file: Path) -> None:
    page.goto("/staff/import")
    page.get_by_label("一覧のファイル").set_input_files(file)
    page.get_by_role("button", name="ファイルを読んで").click()


@pytest.mark.console_errors
@pytest.mark.parametrize("width", WIDTHS)
def test_the_texts_in_every_state(open_page: OpenPage, axe: Axe, site: OwnSite, width: int) -> None:
    page = signed_in(open_page, width)
    page.goto("/staff/texts")
    checked(page, axe, "texts")
    page.get_by_label("はじめのことば").fill("あ" * 201)
    page.locator("#windows-2-note").fill("名なしの窓口")
    page.get_by_role("button", name="保存する").last.click()
    expect(page.get_by_role("alert")).to_be_focused()
    checked(page, axe, "texts, wrong")
    page.get_by_label("はじめのことば").fill("ようこそ。ゆっくりどうぞ。")
    page.locator("#windows-2-note").fill("")
    page.get_by_label("お知らせ").fill("お休みします\n8月13日から")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="見え方を確かめる").click()
    opened.value.wait_for_load_state()
    checked(opened.value, axe, "preview")
    page.get_by_role("button", name="保存する").last.click()
    expect(page.locator(".notices")).to_contain_text("保存しました")
    checked(page, axe, "texts, saved")
    page.locator("button[value='reset:tagline']").click()
    checked(page, axe, "put back, not saved")
    page.goto("/staff/texts/labels")
    page.locator("summary").evaluate_all("all => all.forEach((one) => one.click())")
    checked(page, axe, "labels")
    page.locator("#need-work").fill("ひきこもり")
    page.get_by_role("button", name="保存する").click()
    checked(page, axe, "labels, wrong")


def test_without_scripts_a_list_is_imported_and_many_are_changed(open_page: OpenPage, site: OwnSite, tmp_path: Path) -> None:
    page = signed_in(open_page, 1280, java_script_enabled=False)
    send(page, write_csv(tmp_path / "一覧.csv", [published(名称=f"場所{n}") for n in range(3)]))
    heading(page, "内容を確かめます")
    page.get_by_role("button", name="この内容で取り込む").click()
    heading(page, "取り込みました")
    page.goto("/staff/entries")
    page.get_by_label("このページのすべて（3件）").check()
    page.get_by_role("button", name="状態を変える").click()
    page.get_by_label("休止中").check()
    page.get_by_role("button", name="3件の状態を変える").click()
    expect(page.locator(".notices")).to_contain_text("3件を「休止中」にしました")
    assert {r.status for r in site.records().values()} == {"paused"}
