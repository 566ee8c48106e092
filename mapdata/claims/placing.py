"""A claimed place → a point on the map and how it was found."""

from collections.abc import Mapping
from typing import Any

import geocode
from geocode import caches
from geocode import places as gazetteer
from mapdata.claims.entry import Place
from mapdata.sentences import say

#: How a point was found (geocode levels), as the card says it.
PLACED_BY: dict[str, str] = {
    "point": say("登録された位置"),
    "block": say("街区の代表点（おおよその位置）"),
    "chome": say("町丁目の代表点（おおよその位置）"),
    "town": say("町の中心（おおよその位置）"),
}


def place(part: Mapping[str, Any]) -> Place:
    """Coordinates that a list gives are taken as they are (level `point`); else the address is looked up.

    The 町丁目 is the address's own, the nearest one only where there is none. A place outside the ward
    keeps its own coordinates; the gazetteer of the ward does not place it.
    """
    texts = {k: str(part.get(k, "")) for k in ("postal_code", "address", "address_2", "station", "schedule")}
    lat, lng, level, town = _looked_up(texts["address"])
    if part.get("lat") is None:
        return Place(**texts, lat=lat, lng=lng, level=level, town=town)
    point = part["lat"], part["lng"]
    return Place(**texts, lat=point[0], lng=point[1], level="point", town=town or _nearest(*point))


def _nearest(lat: float, lng: float) -> str:
    """The 町丁目 of a point; "" outside the ward."""
    from geocode import space

    town = space.nearest_town(lat, lng)
    return town.label if town else ""


@caches.texts_of_ward(most_bytes=32 * 1024 * 1024)
def _looked_up(address: str) -> tuple[float | None, float | None, str, str]:
    """lat, lng, level and the 町丁目 of an address; never finer than the 町丁目, which `area` may tell."""
    if not address:
        return None, None, "none", ""
    match = geocode.geocode(address)
    return match.lat, match.lng, match.level, match.town


def doubts(part: Mapping[str, Any]) -> tuple[str, float | None]:
    """What the gazetteer says against an address, and how many metres it lies from given coordinates."""
    if not part.get("address"):
        return "", None
    match = geocode.geocode(str(part["address"]))
    if part.get("lat") is None or match.lat is None or match.lng is None:
        return match.note, None
    from geocode import space

    away = space.distances((part["lat"], part["lng"]), [(match.lat, match.lng)])
    return match.note, float(away[0])


@caches.texts_of_ward(most_bytes=1024 * 1024)
def town_point(town: str) -> tuple[float, float, str] | None:
    """lat, lng (WGS84) and level of a 町丁目's or town's representative point; None for ""."""
    found = gazetteer.find(town) if town else None
    return (found.lat, found.lng, found.kind) if found else None


def forget() -> None:
    """Look every address up anew: the tables of addresses may have changed."""
    caches.forget()
