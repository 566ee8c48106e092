"""A new user's first day, with an account and two lists and nothing but what the screens say: by mouse, by keyboard
alone; and every page of the list, the import and the texts as axe, a phone and a desk see it."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from werkzeug.serving import make_server

from app import create_app
from mapdata import samples, storage
from mapdata.accounts.roles import Role
from mapdata.projection import PUBLIC, STAFF, Record, today
from mapdata.uploads import Upload
from tests.accounts import PASSWORD, account
from tests.browser.own_list import Quiet
from tests.browser.test_editing import STICK, checked
from tests.browser.test_sign_in import sign_in
from tests.factories import import_rows, published, write_csv

WIDTHS = [375, 1280]
SAMPLE = Path(samples.__file__).parent / "sample"
ENTRY = "（仮称）高砂あき家サロン"
Axe = Callable[..., list[str]]
OpenPage = Callable[..., Page]


class Site:
    """A site of a test's own, empty but for an admin's account."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.app = create_app({"INSTANCE_DIR": str(folder), "DATABASE_URL": ""})
        self.registry = self.app.extensions["registry"]
        account(self.registry.engine, "花子", Role.ADMIN)
        self.server = make_server("127.0.0.1", 0, self.app, threaded=True, request_handler=Quiet)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def records(self) -> dict[str, Record]:
        return {r.name: r for r in self.registry.snapshots.current(STAFF).records}

    def confirmed_today(self) -> int:
        return sum(r.assured_on == today() for r in self.records().values())


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path / "instance")
    yield made
    made.server.shutdown()


@pytest.fixture
def open_page(new_page: Callable[..., Page], site: Site) -> OpenPage:
    def _open(width: int = 1280, **options: object) -> Page:
        return new_page(base_url=site.url, viewport={"width": width, "height": 900}, **options)

    return _open


# --- the first day


class Mouse:
    """Presses and writes as one does with a mouse."""

    def __init__(self, page: Page):
        self.page = page

    def press(self, what: Locator) -> None:
        what.click()

    def write(self, what: Locator, text: str) -> None:
        what.fill(text)

    def choose(self, what: Locator, option: str) -> None:
        what.select_option(label=option)

    def pick_file(self, what: Locator, path: Path) -> None:
        what.set_input_files(path)

    def move_pin(self, pin: Locator) -> None:
        pin.scroll_into_view_if_needed()
        box = pin.bounding_box()
        assert box
        self.page.mouse.move(box["x"] + 20, box["y"] + 20)
        self.page.mouse.down()
        self.page.mouse.move(box["x"] + 50, box["y"] + 40, steps=8)
        self.page.mouse.up()


class Keyboard(Mouse):
    """Reaches everything with the Tab key."""

    def reach(self, what: Locator) -> None:
        expect(what).to_be_visible()
        for _ in range(600):
            if what.evaluate("e => e === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the Tab key does not reach {what}")

    def press(self, what: Locator) -> None:
        self.reach(what)
        self.page.keyboard.press("Space" if what.evaluate("e => e.matches('input')") else "Enter")

    def write(self, what: Locator, text: str) -> None:
        self.reach(what)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def choose(self, what: Locator, option: str) -> None:
        self.reach(what)
        for _ in range(20):
            if what.evaluate("e => e.selectedOptions[0].label") == option:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no option {option}")

    def pick_file(self, what: Locator, path: Path) -> None:
        expect(what).to_be_visible()
        self.page.wait_for_load_state("networkidle")  # the browser's own window comes only to a page at rest
        self.reach(what)
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Space")
        chooser.value.set_files(path)

    def move_pin(self, pin: Locator) -> None:
        self.reach(pin)
        for _ in range(3):
            self.page.keyboard.press("Shift+ArrowRight")


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(text, timeout=60_000)


def import_list(page: Page, hands: Mouse, office: str, file: Path) -> None:
    hands.press(page.get_by_role("link", name="一覧の取り込み"))
    hands.choose(page.get_by_label("どこの一覧ですか"), office)
    hands.pick_file(page.get_by_label("一覧のファイル"), file)
    hands.press(page.get_by_role("button", name="ファイルを読んで、内容を確かめる"))
    heading(page, "内容を確かめます")
    hands.press(page.get_by_role("button", name="この内容で取り込む"))
    heading(page, "取り込みました")


@pytest.mark.parametrize("hands_of", [Mouse, Keyboard], ids=["mouse", "keyboard"])
def test_a_new_user_s_first_day(open_page: OpenPage, site: Site, hands_of: type[Mouse]) -> None:
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


def publish(page: Page, hands: Mouse, site: Site) -> None:
    hands.press(page.get_by_role("link", name="管理", exact=True).first)
    hands.press(page.get_by_role("link", name="社会資源の一覧"))
    hands.write(page.get_by_role("searchbox", name="ことば"), "高砂あき家")
    hands.press(page.get_by_role("button", name="さがす"))
    hands.press(page.get_by_role("link", name=ENTRY))
    hands.press(page.get_by_role("button", name="公開中にする"))
    expect(page.locator(".notices")).to_contain_text("だれでも見られます")
    assert ENTRY in [r.name for r in site.registry.snapshots.current(PUBLIC).records]


def move_pin(page: Page, hands: Mouse, site: Site) -> None:
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


def confirm_five_and_undo(page: Page, hands: Mouse, site: Site) -> None:
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


def signed_in(open_page: OpenPage, width: int, **options: object) -> Page:
    page = open_page(width, **options)
    sign_in(page, "花子")
    page.wait_for_url("**/staff/")
    return page


def rows(site: Site, count: int = 120) -> None:
    long = {"名称": "とても長い名前の、たくさんのことばでできている、いつまでも終わらない居場所の集まりの名前", "掲載同意": ""}
    made = [published(名称=f"場所{n:03}", 管理番号=str(n), 住所="葛飾区立石5-13-1", 種別="居場所") for n in range(count)]
    import_rows(site.registry, site.folder, [*made, published(管理番号="x", 状態="下書き", **{k: v for k, v in long.items()})])


@pytest.mark.console_errors
@pytest.mark.parametrize("width", WIDTHS)
def test_the_list_in_every_state(open_page: OpenPage, axe: Axe, site: Site, width: int) -> None:
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
        page.get_by_label("一覧のすべて（121件）").check()
        page.get_by_role("button", name=button).click()
        checked(page, axe, button)
    page.goto("/staff/entries")
    page.get_by_label("一覧のすべて（121件）").check()
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
    page.get_by_role("button", name="120件の状態を変える").click()
    checked(page, axe, "done, with the way back")


@pytest.mark.console_errors
@pytest.mark.parametrize("width", WIDTHS)
def test_the_import_in_every_state(open_page: OpenPage, axe: Axe, site: Site, tmp_path: Path, width: int) -> None:
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
def test_an_import_at_work_and_one_that_stopped(open_page: OpenPage, axe: Axe, site: Site, tmp_path: Path, width: int) -> None:
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


def state(site: Site, token: str, name: str) -> None:
    with storage.beside(site.registry.engine) as connection:
        assert storage.change_job(connection, token, ["ready", "previewing", "died"], state=name)


def send(page: Page, file: Path) -> None:
    page.goto("/staff/import")
    page.get_by_label("一覧のファイル").set_input_files(file)
    page.get_by_role("button", name="ファイルを読んで").click()


@pytest.mark.console_errors
@pytest.mark.parametrize("width", WIDTHS)
def test_the_texts_in_every_state(open_page: OpenPage, axe: Axe, site: Site, width: int) -> None:
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


def test_without_scripts_a_list_is_imported_and_many_are_changed(open_page: OpenPage, site: Site, tmp_path: Path) -> None:
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
