"""From a reading of an address to a point, by the finest level that knows it.

A level is a function from a Reading to a Match, or to None when it does not know. They are asked
from the finest to the coarsest. No level ever answers with the nearest thing to what was asked.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from geocode import blocks, gazetteer, installed, normalise, ward
from geocode.gazetteer import Town
from geocode.reading import Reading, reader

SOURCE_OF_CONFIRMED = "確認された位置"


@dataclass(frozen=True)
class Match:
    """Where an address lies. `lat`, `lng` are WGS84, None for the levels `ward` and `none`.

    `level` says how precisely: `point`, `block`, `chome`, `town`, `ward` or `none`. A place that has
    no 丁目, such as 森の公園, is as small as one and answers `chome`. `matched` is the part that was
    understood (見本市桜町5丁目13番), `rest` what was left over, `source` whose figures they are.
    `note`, in Japanese for the person who typed it, is "" unless something should be said.
    `town` never tells more than the 町丁目 (桜町5丁目, 桜町), however precise the level is.
    """

    query: str
    lat: float | None
    lng: float | None
    level: str
    matched: str
    rest: str
    source: str
    note: str = ""
    town: str = ""


Point = tuple[float, float]
Level = Callable[[Reading], Match | None]


class ConfirmedPoints(Protocol):
    """Points that a person has confirmed, asked for by 町丁目 and 番-号. The caller keeps them.

    A dict's `lambda town, number: points.get((town, number))` is one.
    """

    def __call__(self, town: str, number: str, /) -> Point | None:
        """(lat, lng) in WGS84 for "桜町5丁目", "13-1", as `address_key` tells them; None if not known."""
        ...


def geocode(address: str, confirmed: ConfirmedPoints | None = None) -> Match:
    """The place of an address, by this ward's gazetteer alone. Never raises, whatever the text.

    `confirmed` is asked first, and only for an address that says its 町丁目, 番 and 号. Who may
    see such points is for the caller to know: for the public, give None.
    """
    finest = () if confirmed is None else (partial(point_level, confirmed),)
    return _first((*finest, *LEVELS), address)


def coarsely(address: str) -> Match:
    """Like `geocode`, but never more precise than the 町丁目, whatever is installed."""
    return _first(COARSE_LEVELS, address)


def address_key(address: str) -> tuple[str, str] | None:
    """What a confirmed point is kept under: ("桜町5丁目", "13-1"), the same for every writing of it.

    None for an address without 番 and 号, or not in one of our 町丁目.
    """
    reading = reader().read(address)
    town = _town(reading)
    return (town.label, reading.block) if town and "-" in reading.block else None


def _first(levels: tuple[Level, ...], address: str) -> Match:
    reading = reader().read(address)
    found = next(match for level in levels if (match := level(reading)))
    return replace(found, query=address)


def point_level(confirmed: ConfirmedPoints, reading: Reading) -> Match | None:
    """The point that a person confirmed for the same 番 and 号."""
    town = _town(reading)
    number, _, house = reading.block.partition("-")
    point = confirmed(town.label, reading.block) if town and house else None
    if town is None or point is None:
        return None
    return _placed("point", town, point, f"{number}番{house}号", _joined("", reading.rest), SOURCE_OF_CONFIRMED)


def block_level(reading: Reading) -> Match | None:
    """The representative point of a 街区, or of a lot where 住居表示 is not in force."""
    town = _town(reading)
    number, _, house = reading.block.partition("-")
    block = blocks.find(town.name, town.chome, int(number)) if town and number else None
    if town is None or block is None:
        return None
    rest = _joined(house, reading.rest)
    return _placed("block", town, (block.lat, block.lng), block.label, rest, installed.SOURCE_OF_BLOCKS)


def chome_level(reading: Reading) -> Match | None:
    """The representative point of a 丁目, or of a town that has none."""
    town = _town(reading)
    return _placed("chome", town, (town.lat, town.lng), "", _behind(reading), town.source) if town else None


def town_level(reading: Reading) -> Match | None:
    """The middle of a town's 丁目, when the address does not say which of them."""
    if not reading.town or reading.chome is not None:
        return None
    name, point = reading.town, gazetteer.load().centroid(reading.town)
    source = next(iter(gazetteer.load().by_name[name].values())).source
    return Match("", *point, "town", f"{ward.load().name}{name}", _behind(reading), source, town=name)


def ward_level(reading: Reading) -> Match | None:
    """Our ward, without a point, when it is named but no town of it is understood."""
    if not reading.names_ward:
        return None
    name = ward.load().name
    return Match("", None, None, "ward", name, _not_understood(reading), "ward.toml", _note(reading))


def no_level(reading: Reading) -> Match:
    """Not known to be in our ward."""
    return Match("", None, None, "none", "", _not_understood(reading), "", _note(reading))


COARSE_LEVELS: tuple[Level, ...] = (chome_level, town_level, ward_level, no_level)
LEVELS: tuple[Level, ...] = (block_level, *COARSE_LEVELS)


def _town(reading: Reading) -> Town | None:
    return gazetteer.load().find(reading.town, reading.chome)


def _placed(level: str, town: Town, point: Point, number: str, rest: str, source: str) -> Match:
    matched = f"{ward.load().name}{town.label}{number}"
    return Match("", *point, level, matched, rest, source, town=town.label)


def _behind(reading: Reading) -> str:
    """番-号 and building in one form: "13-1 ひまわりビル2階"."""
    return _joined(reading.block, reading.rest)


def _joined(number: str, rest: str) -> str:
    """What is left of the number, then what stands behind it: 1 and -201 is 1-201, none and -201 is 201."""
    if not number:
        return rest.lstrip(normalise.DASHES + " ")
    glue = "" if rest.startswith(tuple(normalise.DASHES + "~〜・")) else " "
    return f"{number}{glue}{rest}".strip()


def _not_understood(reading: Reading) -> str:
    if not reading.town:
        return reading.rest
    chome = "" if reading.chome is None else f"{reading.chome}丁目"
    return f"{reading.town}{chome}{_behind(reading)}"


def _note(reading: Reading) -> str:
    """Why a 丁目 was not found. The other reasons are plain from the level."""
    if not reading.town or reading.chome is None:
        return ""
    chomes = gazetteer.load().chomes(reading.town)
    if not chomes:
        return f"{reading.town}に丁目はありません"
    return f"{reading.town}に{reading.chome}丁目はありません（{_span(chomes)}丁目）"


def _span(chomes: tuple[int, ...]) -> str:
    first, last = chomes[0], chomes[-1]
    if len(chomes) == 1:
        return str(first)
    if len(chomes) == last - first + 1:
        return f"{first}〜{last}"
    return "・".join(map(str, chomes))
