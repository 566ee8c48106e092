"""What breaks while somebody works: a save that fails, a session that ends, an import whose process dies. By keyboard."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mapdata.errors import Unavailable
from mapdata.lists.sent import workers
from tests.accounts import PASSWORD
from tests.browser.hands import WIDTHS, Axe, Keyboard, OpenPage, checked, heading, signed_in
from tests.browser.own_site import OwnSite
from tests.factories import published, write_csv

SAVE, NEW = "mapdata.editing.saving.save", "/staff/entries/new"


def gone(*_: object, **__: object) -> None:
    raise Unavailable("away")


def at_all_widths(page: Page, axe: Axe, what: str) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        checked(page, axe, f"{what} at {width}")


@pytest.mark.console_errors
def test_a_failed_save_is_kept_and_saved_again(
    open_page: OpenPage, axe: Axe, site: OwnSite, monkeypatch: pytest.MonkeyPatch, later: Callable[..., None]
) -> None:
    page = signed_in(open_page, 1280)
    hands = Keyboard(page)
    page.goto(NEW)
    page.wait_for_selector("[data-entry-form][data-ready=true]")
    hands.write(page.locator("#name"), "ひなた")
    with monkeypatch.context() as patch:
        patch.setattr(SAVE, gone)
        page.keyboard.press("Enter")
        heading(page, "まだ保存していません")
    expect(page.locator(".kept-words")).to_contain_text("ひなた")
    at_all_widths(page, axe, "kept")
    hands.press(page.get_by_role("button", name="もう一度保存"))
    heading(page, "ひなた")
    other = open_page(375, java_script_enabled=False)
    sign_in_and_lose(other, later)
    assert set(site.records()) == {"ひなた", "こかげ"}


def sign_in_and_lose(page: Page, later: Callable[..., None]) -> None:
    """Without scripts: the session ends while something is typed, and it is there again after signing in."""
    page.goto(f"/login?next={NEW}")
    for last in (False, True):
        page.get_by_label("名前").fill("花子")
        page.locator("#password").fill(PASSWORD)
        page.get_by_role("button", name="ログインする").click()
        if not last:
            page.locator("#name").fill("こかげ")
            later(hours=6)
            page.get_by_role("button", name="保存する").last.click()
            expect(page.locator("main")).to_contain_text("書きかけの内容は残っています")
    heading(page, "書きかけの内容があります")
    page.get_by_role("button", name="書きかけの画面にもどる").click()
    expect(page.locator("#name")).to_have_value("こかげ")
    page.get_by_role("button", name="保存する").last.click()
    heading(page, "こかげ")


def test_a_broken_import_is_tried_again_and_one_that_runs_is_given_up(
    open_page: OpenPage, axe: Axe, site: OwnSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = signed_in(open_page, 375)
    hands = Keyboard(page)
    with monkeypatch.context() as patch:
        patch.setattr(workers, "JOB", (sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"))
        send(page, write_csv(tmp_path / "一覧.csv", [published(管理番号="1", 名称="ひなた")]))
        heading(page, "途中で止まりました")  # the page asks by itself
    at_all_widths(page, axe, "stopped")
    hands.press(page.get_by_role("button", name="もう一度読みなおす"))
    heading(page, "内容を確かめます")
    hands.press(page.get_by_role("button", name="この内容で取り込む"))
    heading(page, "取り込みました")
    monkeypatch.setattr(workers, "JOB", (sys.executable, "-c", "import time; time.sleep(600)"))
    send(page, tmp_path / "一覧.csv")
    heading(page, "ファイルを読んでいます")
    at_all_widths(page, axe, "at work")
    hands.press(page.get_by_role("button", name="この作業をやめる"))
    expect(page.locator(".notices")).to_contain_text("消しました")
    assert set(site.records()) == {"ひなた"}


def send(page: Page, file: Path) -> None:
    page.goto("/staff/import")
    page.get_by_label("一覧のファイル").set_input_files(file)
    page.get_by_role("button", name="ファイルを読んで").click()
