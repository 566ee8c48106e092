"""Signing in and what stands behind it, as people meet it: every page and error state, by keyboard, without scripts."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from mapdata.accounts import managing
from mapdata.people.roles import Role
from tests.accounts import PASSWORD, TESTER, account
from tests.browser.hands import WIDTHS, checked, sign_in
from tests.browser.own_site import OwnSite
from tests.factories import import_rows, published
from tests.views.test_form_macros import add_sample_form

OTHER = "別のことば四つつなげてみる"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnSite]:
    """An account of each role, called as the role is."""
    made = OwnSite(tmp_path_factory.mktemp("staff"))
    add_sample_form(made.app)
    import_rows(made.registry, made.folder, [published(), published(名称="こかげ", 公開範囲="両職員まで")])
    for role in Role:
        account(made.registry.engine, str(role), role)
    account(made.registry.engine, "theirs", Role.EDITOR, "shakyo")
    account(made.registry.engine, "both", Role.EDITOR, more_offices=["shakyo"])
    made.open()
    yield made
    made.close()


def link_of(site: OwnSite, name: str) -> str:
    engine = site.registry.engine
    return f"/link/{managing.make_link(engine, TESTER, managing.by_name(engine, name).id).token}"


@pytest.mark.console_errors
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_and_error_state(open_page: Callable[..., Page], axe: Callable[..., list[str]], site: OwnSite, width: int) -> None:
    page = open_page(width)
    page.goto("/staff/users")
    checked(page, axe, "sign in")
    page.get_by_role("button", name="ログインする").click()
    checked(page, axe, "sign in, empty")
    sign_in(page, "admin", "wrong")
    checked(page, axe, "sign in, wrong")
    for name in ("supporter", "caseworker", "casework_lead", "editor", "admin"):
        sign_in(page, name)
        page.goto("/staff/")
        checked(page, axe, f"home of {name}")
        page.goto("/about")
        checked(page, axe, f"a public page for {name}")
        if name != "admin":
            page.goto("/staff/users")
            checked(page, axe, f"forbidden for {name}")
            page.get_by_role("button", name="ログアウト").click()
            checked(page, axe, "signed out")
    for path in ("/staff/users", "/staff/users/add", "/staff/users/2", "/staff/users/6", "/staff/users/7", "/staff/audit", "/staff/audit?since=x", "/password",
                 "/staff/sample-form?hint=たすけになることば"):
        page.goto(path)
        checked(page, axe, path)
    for path, button in (("/staff/users/add", "加える"), ("/password", "パスワードを変える"), ("/staff/sample-form?hint=x", "保存する")):
        page.goto(path)
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.get_by_role("alert")).to_be_focused()
        checked(page, axe, f"{path}, empty")
    page.goto("/staff/users/2")
    page.get_by_role("button", name="リンクを作る").click()
    checked(page, axe, "a link made")
    page.goto(link_of(site, "editor"))
    checked(page, axe, "a link")
    page.get_by_role("button", name="決めてログインする").click()
    checked(page, axe, "a link, empty")
    page.goto("/link/none")
    checked(page, axe, "a link that does not work")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has the focus is called so."""
    told = "document.activeElement.innerText || document.activeElement.labels?.[0]?.innerText || ''"
    for _ in range(60):
        page.keyboard.press("Tab")
        if name in str(page.evaluate(told)):
            return
    raise AssertionError(f"Tab never reaches {name}")


def go_by(page: Page, name: str, heading: str) -> None:
    """Press what is called so; the page it leads to has that heading."""
    tab_to(page, name)
    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


@pytest.mark.console_errors
def test_by_keyboard_alone_from_signing_in_to_a_link_for_someone_new(open_page: Callable[..., Page], site: OwnSite) -> None:
    page = open_page()
    page.goto("/login")
    tab_to(page, "名前")
    page.keyboard.type("admin")
    press(page, "Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    press(page, "Tab", "Enter")  # the summary's first link
    expect(page.locator("#password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("管理")
    go_by(page, "利用者", "利用者")
    go_by(page, "利用者を加える", "利用者を加える")
    tab_to(page, "名前")
    page.keyboard.type("次郎")
    press(page, "Tab", "Tab", "Space", "Tab", "Tab", "Space")  # past 支援者 and 相談員のまとめ役
    press(page, "Tab", "Tab", "ArrowDown")
    go_by(page, "加える", "次郎さん")
    expect(page.get_by_role("status")).to_contain_text("次郎さんを加えました")
    go_by(page, "リンクを作る", "次郎さんに渡すリンク")
    expect(page.locator("#handover-url")).to_contain_text("/link/")
    made = managing.by_name(site.registry.engine, "次郎")
    assert (made.roles, made.office) == ((Role.CASEWORKER, Role.EDITOR), "kuramaru")


def test_a_password_can_be_shown_and_is_hidden_again_before_it_is_sent(open_page: Callable[..., Page]) -> None:
    page = open_page(375)
    page.goto("/login")
    field = page.locator("#password")
    field.fill("abc")
    page.get_by_role("button", name="パスワードを表示する").click()
    expect(field).to_have_attribute("type", "text")
    expect(field).to_have_value("abc")
    page.get_by_role("button", name="パスワードをかくす").click()
    expect(field).to_have_attribute("type", "password")


def test_shift_three_times_leaves_no_form(open_page: Callable[..., Page]) -> None:
    page = open_page()
    sign_in(page, "admin")
    page.goto("/staff/users/add")
    page.locator("#name").fill("書きかけ")
    press(page, "Shift", "Shift", "Shift", "Shift")
    page.wait_for_timeout(300)
    assert page.url.endswith("/staff/users/add")
    expect(page.locator("#name")).to_have_value("書きかけ")


@pytest.mark.console_errors
def test_without_scripts(open_page: Callable[..., Page], site: OwnSite) -> None:
    page = open_page(java_script_enabled=False)
    sign_in(page, "editor", "wrong")
    expect(page.get_by_role("alert")).to_contain_text("名前かパスワードがちがいます")
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="ログインする").click()
    page.goto("/")
    expect(page.locator("[data-row]")).to_have_count(2)
    page.get_by_role("button", name="ログアウト").click()
    expect(page.get_by_role("status")).to_have_text("ログアウトしました。")
    page.goto("/")
    expect(page.locator("[data-row]")).to_have_count(1)


def test_one_browser_two_windows_both_know_that_one_signed_out(open_page: Callable[..., Page]) -> None:
    page = open_page()
    sign_in(page, "editor")
    other = page.context.new_page()
    other.goto("/about")
    expect(other.get_by_role("region", name="ログイン中の方へ")).to_contain_text("editor")
    page.get_by_role("button", name="ログアウト").click()
    other.reload()
    expect(other.get_by_role("region", name="ログイン中の方へ")).to_have_count(0)
    assert page.context.cookies(f"{page.url.split('/login')[0]}/about") == [] or all(
        cookie["name"] == "session" for cookie in page.context.cookies(f"{page.url.split('/login')[0]}/about"))


def test_the_link_is_copied(open_page: Callable[..., Page], site: OwnSite) -> None:
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, "admin")
    page.goto("/staff/users/2")
    page.get_by_role("button", name="リンクを作る").click()
    page.get_by_role("button", name="リンクをコピーする").click()
    expect(page.get_by_role("button", name="コピーしました")).to_be_visible()
    assert re.fullmatch(r"/link/[\w-]+", page.evaluate("navigator.clipboard.readText()"))


def test_a_reader_s_cookie_is_out_of_the_page_s_reach(open_page: Callable[..., Page]) -> None:
    page = open_page()
    sign_in(page, "supporter")
    assert page.evaluate("document.cookie") == ""
    assert all(c["httpOnly"] and c["sameSite"] == "Lax" for c in page.context.cookies()) and len(page.context.cookies()) == 1 + 1


def test_for_which_of_two_offices(open_page: Callable[..., Page], axe: Callable[..., list[str]]) -> None:
    page = open_page(375)
    sign_in(page, "both")
    checked(page, axe, "which office")
    tab_to(page, "葛飾区社会福祉協議会")
    press(page, "Enter")
    band = page.get_by_role("region", name="ログイン中の方へ")
    expect(band).to_contain_text("（社協）")
    checked(page, axe, "of two offices")
    page.goto("/about")
    band.get_by_role("button", name="くらまる課の人として使う").click()
    expect(page).to_have_url(re.compile("/about$"))
    expect(band).to_contain_text("（くらまる課）")
