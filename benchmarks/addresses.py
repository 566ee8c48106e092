"""Addresses a second, and how many land where they should: this geocoder beside what one would write instead.

    python benchmarks/addresses.py

Some 6,000 writings of all 町丁目, and of addresses elsewhere, go through each of them in one run. A method
that takes long is stopped after about five seconds. Where the package japanese-addresses (PyPI) happens to be
installed, it takes part: it tells prefecture, city and town apart without a network, no 丁目 in digits.
"""

import importlib
import random
import re
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

# A script run by its path has its own folder first on the path, not the project's.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from geocode import gazetteer, geocode, installed, roman, ward  # noqa: E402
from geocode.blocks import HEADINGS  # noqa: E402
from geocode.gazetteer import Town  # noqa: E402

KANJI = "〇一二三四五六七八九"
LONGEST = 5.0
ELSEWHERE = ["東京都江戸川区{}", "足立区{}", "墨田区{}", "千葉県松戸市{}", "埼玉県三郷市{}", "大阪府高槻市{}"]

#: An address → the label of the 町丁目 it lies in (立石5丁目), or None.
Method = Callable[[str], str | None]


class Writing(NamedTuple):
    """An address and the label of its 町丁目; None for one that is not ours."""

    text: str
    label: str | None


class Result(NamedTuple):
    """How many addresses a method did, in how many seconds, and how often it was right or dangerously wrong."""

    done: int
    seconds: float
    right: int
    ours: int
    misplaced: int


def writings() -> list[Writing]:
    """The same mixture in every run."""
    towns = gazetteer.load().towns
    found = [Writing(text, town.label) for town in towns for text in _writings_of(town)]
    found += [Writing(place.format(f"{town.label}2-3"), None) for town in towns for place in ELSEWHERE]
    random.Random(0).shuffle(found)
    return found


def _writings_of(town: Town) -> Iterator[str]:
    for number in ("2-3", "２－３", "12番5号", "十二番五号", "3番地の1 ひまわりビル2階", "7-1 201号室"):
        for chome in _chomes(town):
            yield f"東京都葛飾区{town.name}{chome}{number}"
            yield f"葛飾区{town.name}{chome}{number}"
        yield f"〒125-0000 東京都　葛飾区　{town.label}{number}"
        yield f"{town.kana}{'' if town.chome is None else f'{town.chome}丁目'}{number}"
    chome_number = "2-3" if town.chome is None else f"{town.chome}-2-3"
    yield f"{chome_number} {roman.hepburn(town.kana).title()}, Katsushika-ku, Tokyo"


def _chomes(town: Town) -> list[str]:
    if town.chome is None:
        return [""]
    wide = chr(ord("０") + town.chome)
    return [f"{town.chome}丁目", f"{KANJI[town.chome]}丁目", f"{wide}丁目"]


def ours(address: str) -> str | None:
    match = geocode(address)
    return match.town if match.lat is not None else None


def exact_strings() -> Method:
    """A dict of 東京都葛飾区立石5丁目 and the like, asked with whatever begins the address."""
    place = ward.load()
    known = {
        prefix + name: town.label
        for town in gazetteer.load().towns
        for prefix in (place.prefecture + place.name, place.name, "")
        for name in (town.label, town.name + (KANJI[town.chome] + "丁目" if town.chome else ""))
    }
    longest = max(map(len, known))

    def find(address: str) -> str | None:
        lengths = range(min(longest, len(address)), 1, -1)
        return next((known[address[:n]] for n in lengths if address[:n] in known), None)

    return find


def plain_regex() -> Method:
    """NFKC, and one pattern for town and 丁目 anywhere in the text."""
    towns = {(town.name, town.chome): town.label for town in gazetteer.load().towns}
    names = "|".join(sorted({name for name, _ in towns}, key=len, reverse=True))
    pattern = re.compile(rf"({names})(?:([0-9{KANJI}])(?:丁目|-))?")

    def find(address: str) -> str | None:
        match = pattern.search(unicodedata.normalize("NFKC", address))
        if match is None:
            return None
        digit = match[2]
        chome = None if digit is None else KANJI.index(digit) if digit in KANJI else int(digit)
        return towns.get((match[1], chome))

    return find


def japanese_addresses() -> Method | None:
    """The PyPI package, and then our labels by the town it tells; None where it is not installed."""
    try:
        separate = importlib.import_module("japanese_addresses").separate_address
    except ImportError:
        return None
    place = ward.load()
    labels = {t.name + (KANJI[t.chome] + "丁目" if t.chome else ""): t.label for t in gazetteer.load().towns}

    def find(address: str) -> str | None:
        parsed = separate(address)
        return labels.get(parsed.street) if parsed.city == place.name else None

    return find


def measure(method: Method, addresses: list[Writing]) -> Result:
    """One pass to warm up and to see where they land, then as many as half the time allows; the best counts."""
    limit = time.perf_counter() + LONGEST
    landed: list[tuple[str | None, str | None]] = []
    for text, label in addresses:
        landed.append((method(text), label))
        if time.perf_counter() > limit:
            break
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        for text, _label in addresses[: len(landed)]:
            method(text)
        best = min(best, time.perf_counter() - start)
        if time.perf_counter() > limit:
            break
    of_ours = [found == label for found, label in landed if label]
    misplaced = sum(found is not None for found, label in landed if label is None)
    return Result(len(landed), best, sum(of_ours), len(of_ours), misplaced)


def with_blocks(folder: Path) -> None:
    """Forty made-up 街区 in every 町丁目, about as many as the ward has."""
    path = installed.path_of(folder, "blocks", ward.load().code)
    rows = (
        f"{t.name},{t.chome or ''},{number},{t.lat},{t.lng},1"
        for t in gazetteer.load().towns
        for number in range(1, 41)
    )
    installed.Replacement(path, "\n".join([",".join(HEADINGS), *rows]) + "\n").take_place()
    installed.use(folder)


def main() -> None:
    addresses = writings()
    elsewhere = sum(label is None for _, label in addresses)
    print(f"{len(addresses):,} addresses, {elsewhere:,} of them elsewhere; Python {sys.version.split()[0]}\n")
    print("| method | addresses a second | ours on the right 町丁目 | elsewhere placed here |")
    print("|---|---:|---:|---:|")
    others = {"dict of exact strings": exact_strings(), "NFKC and one regex": plain_regex()}
    if package := japanese_addresses():
        others["japanese-addresses (PyPI)"] = package
    _print_row("this geocoder", measure(ours, addresses))
    with tempfile.TemporaryDirectory() as folder:
        with_blocks(Path(folder))
        _print_row("this geocoder, 6,200 街区 installed", measure(ours, addresses))
    installed.use(None)
    for name, method in others.items():
        _print_row(name, measure(method, addresses))


def _print_row(name: str, result: Result) -> None:
    right = result.right / result.ours if result.ours else 0.0
    print(f"| {name} | {result.done / result.seconds:,.0f} | {right:.1%} | {result.misplaced:,} |", flush=True)


if __name__ == "__main__":
    main()
