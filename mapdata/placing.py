"""A claimed place → a point on the map and how it was found."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import geocode
from geocode import places as gazetteer
from geocode import space
from mapdata.entry import Place


def place(part: Mapping[str, Any]) -> Place:
    """Coordinates that a list gives are taken as they are (level `point`); else the address is looked up.

    A place outside the ward keeps its own coordinates; the gazetteer of the ward does not place it.
    """
    texts = {k: str(part.get(k, "")) for k in ("postal_code", "address", "address_2", "station", "schedule")}
    if part.get("lat") is not None:
        town = space.nearest_town(part["lat"], part["lng"])
        return Place(**texts, lat=part["lat"], lng=part["lng"], level="point", town=town.label if town else "")
    lat, lng, level, town_name = _looked_up(texts["address"])
    return Place(**texts, lat=lat, lng=lng, level=level, town=town_name)


@lru_cache(maxsize=50_000)
def _looked_up(address: str) -> tuple[float | None, float | None, str, str]:
    """lat, lng, level and the 町丁目 of an address; never finer than the 町丁目, which `area` may tell."""
    if not address:
        return None, None, "none", ""
    match = geocode.geocode(address)
    return match.lat, match.lng, match.level, match.town


@lru_cache(maxsize=4096)
def town_point(town: str) -> tuple[float, float, str] | None:
    """lat, lng (WGS84) and level of a 町丁目's or town's representative point; None for ""."""
    found = gazetteer.find(town) if town else None
    return (found.lat, found.lng, found.kind) if found else None


def forget() -> None:
    """Look every address up anew: the tables of addresses may have changed."""
    _looked_up.cache_clear()
    town_point.cache_clear()
