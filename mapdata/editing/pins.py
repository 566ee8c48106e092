"""Where the pin of a place may go: candidates for an address, and how far a pin lies from it.

For staff only: points that the two offices confirmed are among them. Points are WGS84 degrees.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import geocode
from geocode import gazetteer, places, space
from geocode.match import ConfirmedPoints, Match, coarsely
from geocode.reading import reader
from mapdata.claims import placing

#: A pin this near to the address's own point needs no remark; a 丁目's point stands for half a kilometre.
_NEAR = {"point": 30.0, "block": 100.0, "chome": 400.0, "town": 1_000.0}
_CONFIRMED = "前に確かめた位置"


@dataclass(frozen=True)
class Candidate:
    """A point for an address. `level` is the geocoder's, or `station`; `how` says it in words."""

    label: str
    level: str
    lat: float
    lng: float
    how: str


@dataclass(frozen=True)
class Away:
    """How far a pin lies from its address's point; `is_far` where someone should look again."""

    metres: float
    is_far: bool
    words: str


def candidates(address: str, confirmed: ConfirmedPoints | None = None) -> list[Candidate]:
    """Points for an address, the best first: confirmed, by its 街区, its 町丁目, its town; the 丁目 to choose from
    where none of them is said; a station of that name. Empty for an address outside the ward."""
    found: dict[tuple[float, float], Candidate] = {}
    for candidate in _all(address, confirmed):
        found.setdefault((candidate.lat, candidate.lng), candidate)
    return list(found.values())


def _all(address: str, confirmed: ConfirmedPoints | None) -> Iterator[Candidate]:
    if not address.strip():
        return
    for match in (geocode.geocode(address, confirmed), geocode.geocode(address), coarsely(address)):
        yield from _of_match(match)
    yield from _chomes(address)
    if (named := places.find(address)) and named.kind == "station":
        yield Candidate(named.name, "station", named.lat, named.lng, "駅の位置")


def _of_match(match: Match) -> Iterator[Candidate]:
    if match.lat is not None and match.lng is not None:
        how = _CONFIRMED if match.level == "point" else placing.PLACED_BY[match.level]
        yield Candidate(match.matched, match.level, match.lat, match.lng, how)


def _chomes(address: str) -> Iterator[Candidate]:
    """Every 丁目 of the address's town, where it says none that there is."""
    reading, towns = reader().read(address), gazetteer.load()
    if reading.town and towns.find(reading.town, reading.chome) is None:
        for number in towns.chomes(reading.town):
            if town := towns.find(reading.town, number):
                yield Candidate(town.label, "chome", town.lat, town.lng, placing.PLACED_BY["chome"])


def distance_from_address(address: str, lat: float, lng: float) -> Away | None:
    """How far a pin lies from the point of its address; None for an address that has none."""
    match = geocode.geocode(address)
    if match.lat is None or match.lng is None:
        return None
    metres = float(space.distances((lat, lng), [(match.lat, match.lng)])[0])
    text = f"住所（{match.matched}）の{_POINTS[match.level]}から{_about(metres)}"
    return Away(metres, metres > _NEAR[match.level], text)


_POINTS = {"point": "位置", "block": "街区の代表点", "chome": "町丁目の代表点", "town": "町の中心"}


def _about(metres: float) -> str:
    """「約40m」「約320m」「約1.2km」."""
    if metres < 995:
        return f"約{max(10, round(metres / 10) * 10)}m"
    return f"約{metres / 1000:.1f}km"
