"""What staff do at a page, by mouse or by keyboard alone, and what is asked of each page."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.accounts import PASSWORD

#: A phone and a desk, in CSS pixels.
WIDTHS = [375, 1280]
Axe = Callable[..., list[str]]
OpenPage = Callable[..., Page]

#: Makes what sticks to the ends of the window lie where it belongs ("static"), and stick again ("").
STICK = "how => document.querySelectorAll('.save-bar, .site-header, .sample-band').forEach((e) => { e.style.position = how; })"


def checked(page: Page, axe: Axe, what: str) -> None:
    """Nothing for axe, nothing that scrolls sideways, nothing too small for a thumb; wherever the page stands, so that
    what sticks to its ends lies over nothing meanwhile."""
    page.evaluate(STICK, "static")
    assert axe(page) == [], what
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), what
    small = page.eval_on_selector_all(
        "main :is(button, .button, select, summary, .option, input:not([type=hidden], [type=radio], [type=checkbox])):not(.visually-hidden), .staff-link",
        "all => all.filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43.9).map(e => e.outerHTML.slice(0, 90))",
    )
    assert small == [], what
    page.evaluate(STICK, "")


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.goto("/login")
    page.locator("#name").fill(name)
    page.locator("#password").fill(password)
    page.get_by_role("button", name="ログインする").click()


def signed_in(open_page: OpenPage, width: int, name: str = "花子", **options: object) -> Page:
    """A page of this width, in CSS pixels, on which that account is signed in."""
    page = open_page(width, **options)
    sign_in(page, name)
    page.wait_for_url("**/staff/")
    return page


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

    def __init__(self, page: Page):
        super().__init__(page)
        # asked for from the beginning: a busy browser that hears of it with the key opens its own window instead
        page.on("filechooser", lambda _: None)

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
        self.page.wait_for_load_state("networkidle")
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
