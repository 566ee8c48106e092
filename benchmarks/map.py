"""The map in Chromium: ours beside folium's MarkerCluster and FastMarkerCluster, of the same entries.

    python benchmarks/map.py            # ROUNDS=7 and SIZES=1000,3000,10000 are the defaults

Every round opens every page in turn, in a browser context of its own, so nothing is cached. All are served by the
same kind of local gunicorn, compressed. The window is a desktop's, where our map shows at once beside the list.
Above FOLIUM_UNTIL entries, as with SIZES=100000, ours is opened alone.
"""

import os
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

sys.path[0] = str(Path(__file__).resolve().parents[1])

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright  # noqa: E402

from benchmarks import folium_pages, serving, synthetic  # noqa: E402
from benchmarks.film import Film  # noqa: E402
from benchmarks.report import percentile, spread, table, tell, verdicts  # noqa: E402
from tests import provide  # noqa: E402
from tests.browser.conftest import FLAGS  # noqa: E402

ROUNDS = int(os.environ.get("ROUNDS", "7"))
SIZES = [int(size) for size in os.environ.get("SIZES", "1000,3000,10000").split(",")]
#: The goals were set for so many entries; where that size is not measured, the largest is judged.
GOAL = 10_000
#: folium's pages of 100,000 entries hold a browser up for minutes.
FOLIUM_UNTIL = 10_000
#: How many times slower than it is the processor is made to be.
SLOWDOWNS = (1, 4)
WINDOWS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2, "is_mobile": True,
              "has_touch": True},
}
#: 400 ms from request to answer, 400 kbit/s either way.
SLOW_LINE = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
#: Filters and the number of the choice that is pressed, and pressed again.
PRESSED = (("need", 1), ("age", 3), ("ease", 0), ("kind", 2))
#: A new window makes Chromium busy with itself at first, which is none of the page's doing; milliseconds.
SETTLING = 2500
#: What both workers have answered before anything is measured: the page, and what its map asks for at first.
WARM = ["/", "/list", "/pins.json", "/marks.json?zoom=13&south=35.68&west=139.75&north=35.83&east=139.96"]
#: So long nothing is asked of a page that loads, for asking takes time of it too; milliseconds.
UNDISTURBED = 1500
#: A page is done once neither script nor network was busy for this long, in milliseconds.
QUIET = 1500

_WATCH = """(() => {
  const seen = {tasks: [], largest: 0, shifts: []};
  window.seen = seen;
  const watch = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take))
    .observe({type, buffered: true});
  watch("longtask", (task) => seen.tasks.push([task.startTime, task.duration]));
  watch("largest-contentful-paint", (paint) => { seen.largest = paint.startTime; });
  watch("layout-shift", (shift) => { if (!shift.hadRecentInput) seen.shifts.push([shift.startTime, shift.value]); });
})()"""

_IDLE_FOR = """() => {
  const ends = performance.getEntriesByType("resource").map((entry) => entry.responseEnd);
  const busy = [...window.seen.tasks.map(([start, length]) => start + length), ...ends];
  return performance.now() - Math.max(0, ...busy);
}"""

#: From a press on a choice until the frame after the last change of map and list was handed over for painting. Of the
#: list its content counts: that it is busy, or laid out beyond the window, is written to it and shows nothing.
_WATCH_PRESSES = """() => {
  window.press = {};
  addEventListener("click", (event) => { window.press.from ??= event.timeStamp; }, true);
  const watch = (part, element, attributes) => new MutationObserver(() => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => { window.press[part] = performance.now() - window.press.from; };
    channel.port2.postMessage(0);
  })).observe(element, {childList: true, subtree: true, attributes, characterData: true});
  watch("map", document.querySelector("[data-map]"), true);
  watch("list", document.querySelector("[data-results]"), false);
}"""


class Target(NamedTuple):
    """A page to open: what tells that its script is through, and its map's element."""

    name: str
    url: str
    ready: str
    map: str


class Load(NamedTuple):
    """One page, opened once: milliseconds, but for bytes and shift (a score)."""

    bytes: float
    visible: float
    blocked: float
    largest: float
    shift: float


#: By entries, page (or window) and slowdown; by entries and slowdown, milliseconds to the paint of each part.
Loads = dict[tuple[int, str, int], list[Load]]
Presses = dict[tuple[int, int], list[dict[str, float]]]


class Lab:
    """Chromium, and how it is made slow. Whatever opens a page raises RuntimeError when its scripts fail."""

    def __init__(self, browser: Browser):
        self.browser = browser
        self.darkroom = browser.new_page()

    @contextmanager
    def page(self, window: str, slowdown: int) -> Iterator[tuple[Page, CDPSession]]:
        context = self.browser.new_context(**WINDOWS[window], locale="ja-JP", timezone_id="Asia/Tokyo")
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        session = context.new_cdp_session(page)
        page.add_init_script(_WATCH)
        session.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
        try:
            page.wait_for_timeout(SETTLING)
            yield page, session
        finally:
            context.close()
        if errors:
            raise RuntimeError(f"The page reported: {errors}")

    def load(self, target: Target, slowdown: int) -> Load:
        """Open it on a desktop, filmed."""
        with self.page("desktop", slowdown) as (page, session):
            size = _count_bytes(session)
            film = Film(session)
            film.start()
            _open(page, target)
            film.stop()
            origin, seen = page.evaluate("[performance.timeOrigin, window.seen]")
            box = page.locator(target.map).bounding_box()
            assert box
            visible = film.finished(dict(box), self.darkroom) * 1000 - origin
            return Load(sum(size), visible, _blocked(seen), seen["largest"], _shift(seen))

    def load_slowly(self, target: Target, window: str, slowdown: int) -> Load:
        """Open it on the slow line, not filmed: the largest paint and the shifts count."""
        with self.page(window, slowdown) as (page, session):
            size = _count_bytes(session)
            session.send("Network.emulateNetworkConditions", SLOW_LINE)
            _open(page, target)
            seen = page.evaluate("window.seen")
            return Load(sum(size), 0, _blocked(seen), seen["largest"], _shift(seen))

    def press(self, target: Target, slowdown: int) -> list[dict[str, float]]:
        """Milliseconds from each press on a filter's choice to the paint of `map` and `list`."""
        with self.page("desktop", slowdown) as (page, _):
            _open(page, target)
            page.evaluate(_WATCH_PRESSES)
            found = []
            for name, number in PRESSED:
                group = page.locator(f'details[data-filter="{name}"]')
                group.locator("summary").click()
                for _ in ("on", "off"):
                    page.evaluate("window.press = {}")
                    group.locator("label.choice").nth(number).click()
                    _wait_until_quiet(page)
                    found.append(page.evaluate("window.press"))
            return found


def _count_bytes(session: CDPSession) -> list[float]:
    """Grows by what each answer took on the wire, headers with it."""
    sizes: list[float] = []
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    return sizes


def _open(page: Page, target: Target) -> None:
    page.goto(target.url, timeout=180_000)
    page.wait_for_timeout(UNDISTURBED)
    page.wait_for_selector(target.ready, state="attached", timeout=180_000)
    _wait_until_quiet(page)


def _wait_until_quiet(page: Page) -> None:
    """Raises RuntimeError for a page that is still busy after two minutes."""
    page.wait_for_timeout(QUIET)
    for _ in range(600):
        if page.evaluate(_IDLE_FOR) >= QUIET:
            return
        page.wait_for_timeout(200)
    raise RuntimeError(f"{page.url} does not come to rest")


def _blocked(seen: dict[str, Any]) -> float:
    """Total blocking time: of each long task what is over 50 ms."""
    return sum(length - 50 for _, length in seen["tasks"] if length > 50)


def _shift(seen: dict[str, Any]) -> float:
    """Cumulative layout shift: the worst burst, of 5 s at most and without a pause of 1 s."""
    worst = total = began = last = 0.0
    for at, value in seen["shifts"]:
        if at - last > 1000 or at - began > 5000:
            total, began = 0.0, at
        total, last = total + value, at
        worst = max(worst, total)
    return worst


@contextmanager
def targets() -> Iterator[dict[int, list[Target]]]:
    """By number of entries, the pages, ours first, served and opened once so that no first answer is measured."""
    with ExitStack() as stack:
        files = Path(stack.enter_context(TemporaryDirectory()))
        sites = {}
        for size in SIZES:
            folder = stack.enter_context(synthetic.instance(size, tell))
            if size <= FOLIUM_UNTIL:
                tell(f"folium's pages of {size:,} entries")
                folium_pages.write(files / str(size), list(folium_pages.shown(f"sqlite:///{folder / 'registry.db'}")))
            site = stack.enter_context(serving.serve(serving.SITE, "/healthz", INSTANCE_DIR=str(folder)))
            site.warm(WARM)
            sites[size] = site.url
        folium_pages.write_assets(files)
        others = stack.enter_context(serving.serve(serving.OTHERS, "/empty", COMPARED_FILES=str(files))).url
        yield {size: [_ours(sites[size]), *(_others(f"{others}/{size}") if size <= FOLIUM_UNTIL else [])]
               for size in SIZES}


def _ours(site: str) -> Target:
    return Target("ours", f"{site}/", "[data-finder][data-ready]", "#map")


def _others(site: str) -> list[Target]:
    drawn = ".leaflet-marker-pane > *"
    return [
        Target("MarkerCluster", f"{site}/marker.html", drawn, ".folium-map"),
        Target("FastMarkerCluster", f"{site}/fast.html", drawn, ".folium-map"),
    ]


def measure(lab: Lab, pages: dict[int, list[Target]]) -> tuple[Loads, Loads, Presses]:
    """All rounds: pages opened, ours on the slow line (by window), and presses (by size and slowdown)."""
    loads: Loads = defaultdict(list)
    slow: Loads = defaultdict(list)
    presses: Presses = defaultdict(list)
    for round_ in range(ROUNDS):
        for size, all_ in pages.items():
            for slowdown in SLOWDOWNS:
                tell(f"round {round_ + 1} of {ROUNDS}: {size:,} entries, slowed {slowdown}×")
                for turn in range(len(all_)):  # another one begins in each round
                    target = all_[(turn + round_) % len(all_)]
                    loads[size, target.name, slowdown].append(lab.load(target, slowdown))
                presses[size, slowdown] += lab.press(all_[0], slowdown)
                for window in WINDOWS:
                    slow[size, window, slowdown].append(lab.load_slowly(all_[0], window, slowdown))
    return loads, slow, presses


def tables(loads: Loads, slow: Loads, presses: Presses) -> Iterator[str]:
    yield (f"Median (range) of {ROUNDS} alternating rounds; times in milliseconds. Ours draws base map, list and "
           "filters along with the pins; folium's pages draw pins on an empty ground.")
    rows = [
        (f"{size:,}: {name}", f"{statistics.median(x.bytes for x in loads[size, name, 1]) / 1000:,.1f}",
         *(spread([x.visible for x in loads[size, name, s]]) for s in SLOWDOWNS),
         *(spread([x.blocked for x in loads[size, name, s]]) for s in SLOWDOWNS))
        for size, name in dict.fromkeys((size, name) for size, name, _ in loads)
    ]
    yield table(["entries: page", "kB on the wire", "pins visible", "slowed 4×", "total blocking time", "slowed 4×"],
                rows)
    yield table(
        ["ours: from pressing a filter to the paint of", "map", "map, 95th percentile", "list",
         "list, 95th percentile"],
        [(f"{size:,}, slowed {slowdown}×", *_parts(found)) for (size, slowdown), found in presses.items()])
    yield table(
        ["ours on a line of 400 ms and 400 kbit/s", "largest contentful paint", "layout shift, worst", "kB"],
        [(f"{size:,}, {window}, slowed {slowdown}×", spread([x.largest for x in found]),
          f"{max(x.shift for x in found):.3f}", f"{statistics.median(x.bytes for x in found) / 1000:,.1f}")
         for (size, window, slowdown), found in slow.items()])


def _parts(found: Sequence[dict[str, float]]) -> Iterator[str]:
    for part in ("map", "list"):
        values = [press[part] for press in found if part in press]
        yield spread(values)
        yield f"{percentile(values, 0.95):,.0f}"


def wanted(loads: Loads, slow: Loads, presses: Presses) -> str:
    """The figures that were set as goals; nothing where there is nobody to compare with."""
    compared = [size for size in SIZES if size <= FOLIUM_UNTIL]
    if not compared:
        return ""
    size = GOAL if GOAL in compared else max(compared)

    def middle(name: str, part: str, slowdown: int) -> float:
        return statistics.median(getattr(x, part) for x in loads[size, name, slowdown])

    def times(name: str, part: str, slowdown: int = 4) -> float:
        return middle(name, part, slowdown) / max(middle("ours", part, slowdown), 0.1)

    parts = [[p[part] for p in presses[size, 4] if part in p] for part in ("map", "list")]
    usual, late = max(map(statistics.median, parts)), max(percentile(part, 0.95) for part in parts)
    largest = max(statistics.median(x.largest for x in f) for (s, *_), f in slow.items() if s == size)
    shift = max(x.shift for (s, *_), f in slow.items() if s == size for x in f)
    marker, fast = "MarkerCluster", "FastMarkerCluster"
    rows: list[tuple[str, str, bool]] = [
        (f"bytes at most 1/6 of {marker}'s", f"1/{(b := times(marker, 'bytes', 1)):.1f}", b >= 6),
        (f"bytes fewer than {fast}'s", f"1/{(b := times(fast, 'bytes', 1)):.2f}", b > 1),
        (f"pins visible 5 times sooner than {marker}'s", f"{(v := times(marker, 'visible')):.1f}", v >= 5),
        (f"pins visible 1.5 times sooner than {fast}'s", f"{(v := times(fast, 'visible')):.1f}", v >= 1.5),
        (f"blocking at most 1/10 of {marker}'s", f"1/{(v := times(marker, 'blocked')):.1f}", v >= 10),
        ("filter to paint within 200 ms, the slower of map and list, median", f"{usual:.0f} ms", usual <= 200),
        ("filter to paint within 200 ms, the slower of map and list, 95th percentile", f"{late:.0f} ms", late <= 200),
        ("largest contentful paint within 2.5 s on the slow line, the slowest row", f"{largest / 1000:.1f} s",
         largest <= 2500),
        ("layout shift under 0.1", f"{shift:.3f}", shift < 0.1),
    ]
    return f"Goals at {size:,} entries; times and blocking with the processor slowed 4×:\n\n{verdicts(rows)}"


def main() -> None:
    chromium = provide.find_chromium()
    if not chromium:
        sys.exit(provide.CHROMIUM.missing)
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    with targets() as pages, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        results = measure(Lab(browser), pages)
        browser.close()
    print("\n\n".join(part.strip() for part in [*tables(*results), wanted(*results)]))


if __name__ == "__main__":
    main()
