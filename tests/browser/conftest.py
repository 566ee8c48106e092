"""The real site, and Chromium looking at it."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

from tests import provide
from tests.browser.hands import OpenPage
from tests.browser.own_site import OwnSite, own_site
from tests.browser.site import ClockedSite, clocked_site, serve
from tests.conftest import unavailable

# Chromium calls home at every start unless told not to.
FLAGS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
AXE_OPTIONS = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}


# What is waited for comes at once on a quiet machine; a busy one is given time.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def start_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """start_site(TILE_URL="…") → the URL of a site with these settings and the sample lists."""
    with serve(tmp_path_factory) as start:
        yield start


@pytest.fixture(scope="session")
def live_site(start_site: Callable[..., str]) -> str:
    """The URL, without a slash at its end, of a site with the sample lists. Tests only read it."""
    return start_site()


@pytest.fixture(scope="session")
def _clocked(start_site: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClockedSite]:
    with clocked_site(start_site, tmp_path_factory.mktemp("clocked")) as site:
        yield site


@pytest.fixture
def clocked(_clocked: ClockedSite) -> Iterator[ClockedSite]:
    """A site whose clock this test moves: `clocked.clock.move(days=2)`. Others use it too: add, and leave what is there."""
    _clocked.clock.set_back()
    yield _clocked
    _clocked.clock.set_back()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = provide.find_chromium() or unavailable(provide.CHROMIUM)
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield browser
        browser.close()


class Watch:
    """What a page must not do: ask another host for anything, or report an error on its console."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.strangers: list[str] = []
        self.errors: list[str] = []

    def follow(self, context: BrowserContext) -> None:
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.errors.append(f"{error.error}"))

    def _request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in ("data", "blob") and url.netloc != self.host:
            self.strangers.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")


@pytest.fixture
def new_page(
    request: pytest.FixtureRequest, browser: Browser, live_site: str
) -> Iterator[Callable[..., Page]]:
    """new_page(java_script_enabled=False, viewport={…}, base_url=…) → a page in a context of its own.

    The test fails when any of its pages asked another host for something, or reported an error.
    """
    contexts: list[BrowserContext] = []
    watches: list[Watch] = []

    def make(**options: Any) -> Page:
        settings = {"base_url": live_site, "locale": "ja-JP", "timezone_id": "Asia/Tokyo"} | options
        context = browser.new_context(**settings)
        watch = Watch(urlsplit(settings["base_url"]).netloc)
        watch.follow(context)
        contexts.append(context)
        watches.append(watch)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
    _fail_for([url for watch in watches for url in watch.strangers], "The page asked other hosts")
    if not request.node.get_closest_marker("console_errors"):
        _fail_for([error for watch in watches for error in watch.errors], "Errors on the console")


def _fail_for(findings: list[str], what: str) -> None:
    if findings:
        pytest.fail("\n".join([f"{what}:", *findings]), pytrace=False)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A page on the live site: `page.goto("/")`."""
    return new_page()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[OwnSite]:
    """A site of this test's own, empty but for the account of an admin, 花子."""
    with own_site(tmp_path / "instance") as made:
        yield made


@pytest.fixture
def open_page(new_page: Callable[..., Page], site: OwnSite) -> OpenPage:
    """open_page(375, java_script_enabled=False) → a page on `site`, this many CSS pixels wide."""

    def _open(width: int = 1280, **options: object) -> Page:
        return new_page(base_url=site.url, viewport={"width": width, "height": 900}, **options)

    return _open


@pytest.fixture(scope="session")
def axe() -> Callable[..., list[str]]:
    """axe(page) → what is wrong with it, a line each: `assert axe(page) == []`. Options as axe names them."""

    if not AXE.is_file():
        pytest.fail("axe-core is not installed: `npm ci`, or `make test`, brings it.", pytrace=False)

    def look(page: Page, **options: Any) -> list[str]:
        if not page.evaluate("typeof window.axe === 'object'"):
            page.evaluate(AXE.read_text(encoding="utf-8"))
        page.evaluate(AT_REST)
        found = page.evaluate(f"axe.run(document, {json.dumps(AXE_OPTIONS | options)}).then((found) => found.violations)")
        return [_violation(rule, node) for rule in found for node in rule["nodes"]]

    return look


#: A card that is still fading in has no colours of its own yet: what moves comes to rest first.
AT_REST = "() => Promise.all(document.getAnimations().map((moving) => moving.finished.catch(() => {})))"


def _violation(rule: dict[str, Any], node: dict[str, Any]) -> str:
    where = " ".join(str(part) for part in node["target"])
    why = (node.get("failureSummary") or rule["help"]).replace("\n", " ")
    return f"{rule['id']} at {where}: {why}"
