"""From a reading of an address to a point, by the finest level that knows it.

A level is a function from a Reading to a Match, or to None when it does not know. They are asked
from the finest to the coarsest; a finer gazetteer (街区, a point that a person confirmed) is one
more function in front of `LEVELS`. No level ever answers with the nearest thing to what was asked.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from geocode import gazetteer, normalise, ward
from geocode.reading import Reading, reader


@dataclass(frozen=True)
class Match:
    """Where an address lies. `lat`, `lng` are WGS84, None for the levels `ward` and `none`.

    `level` says how precisely: `point`, `block`, `chome`, `town`, `ward` or `none`. A place that has
    no 丁目, such as 水元公園, is as small as one and answers `chome`. `matched` is the part that was
    understood (葛飾区立石5丁目), `rest` what was left over, `source` whose figures they are.
    `note`, in Japanese for the person who typed it, is "" unless something should be said.
    """

    query: str
    lat: float | None
    lng: float | None
    level: str
    matched: str
    rest: str
    source: str
    note: str = ""


Level = Callable[[Reading], Match | None]


def geocode(address: str) -> Match:
    """The place of an address, by this ward's gazetteer alone. Never raises, whatever the text."""
    reading = reader().read(address)
    found = next(match for level in LEVELS if (match := level(reading)))
    return replace(found, query=address)


def chome_level(reading: Reading) -> Match | None:
    """The representative point of a 丁目, or of a town that has none."""
    town = gazetteer.load().find(reading.town, reading.chome)
    if town is None:
        return None
    return _placed("chome", town.label, (town.lat, town.lng), _behind(reading))


def town_level(reading: Reading) -> Match | None:
    """The middle of a town's 丁目, when the address does not say which of them."""
    if not reading.town or reading.chome is not None:
        return None
    return _placed("town", reading.town, gazetteer.load().centroid(reading.town), _behind(reading))


def ward_level(reading: Reading) -> Match | None:
    """Our ward, without a point, when it is named but no town of it is understood."""
    if not reading.names_ward:
        return None
    name = ward.load().name
    return Match("", None, None, "ward", name, _not_understood(reading), "ward.toml", _note(reading))


def no_level(reading: Reading) -> Match:
    """Not known to be in our ward."""
    return Match("", None, None, "none", "", _not_understood(reading), "", _note(reading))


LEVELS: tuple[Level, ...] = (chome_level, town_level, ward_level, no_level)


def _placed(level: str, label: str, point: tuple[float, float], rest: str) -> Match:
    place = ward.load()
    return Match("", *point, level, f"{place.name}{label}", rest, place.data.towns_source)


def _behind(reading: Reading) -> str:
    """番-号 and building in one form: "13-1 ひまわりビル2階"."""
    glue = "" if reading.rest.startswith(tuple(normalise.DASHES + "~〜・")) else " "
    return f"{reading.block}{glue}{reading.rest}".strip()


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
