"""The names of towns and stations for a page that has no gazetteer: every way of writing one, and its point."""

from collections.abc import Iterator
from typing import Any

from geocode import caches, places, space, ward
from geocode.gazetteer import Town
from geocode.places import NamedPoint, Station
from geocode.ward import Ward
from mapdata.fields.folding import fold

_KANJI_DIGITS = "〇一二三四五六七八九"


@caches.of_ward()
def named_places() -> dict[str, Any]:
    """{"points": name, lat, lng (WGS84) and x, y (the ward's plane, metres) each, "keys": folded writing → its point,
    "prefixes": what an address may begin with}.

    Each writing leads where the site's own search leads it: it is asked here, once.
    """
    found: dict[str, NamedPoint] = {}
    for writing in _writings():
        if point := places.find(writing):
            found.setdefault(fold(writing), point)
    points = list(dict.fromkeys(found.values()))
    number = {point: i for i, point in enumerate(points)}
    here = ward.load()
    metres = space.metres([(p.lat, p.lng) for p in points])
    return {
        "points": [_point(p, *xy) for p, xy in zip(points, metres, strict=True)],
        "keys": {key: number[point] for key, point in found.items()},
        "prefixes": _prefixes(here),
    }


def _prefixes(here: Ward) -> list[str]:
    """What may stand before a town, the longest first: prefecture and name, the name, and the parts of one of two."""
    names = dict.fromkeys([here.name, *(name for name, *_ in here.names)])
    return sorted([*(f"{here.prefecture}{name}" for name in names), *names], key=len, reverse=True)


def _point(point: NamedPoint, x: float, y: float) -> dict[str, Any]:
    return {"name": point.name, "lat": point.lat, "lng": point.lng, "x": round(float(x), 3), "y": round(float(y), 3)}


def _writings() -> Iterator[str]:
    yield from places.names()
    for town in places.towns():
        yield from _of_town(town)
    for station in places.stations():
        yield from _of_station(station)


def _of_town(town: Town) -> Iterator[str]:
    """桜町, さくらまち, 桜町3丁目, 桜町三丁目, 桜町3, さくらまち3丁目, さくらまち3."""
    for name in (town.name, town.kana):
        yield name
        if town.chome:
            yield from (f"{name}{town.chome}丁目", f"{name}{town.chome}")
            if town.chome < len(_KANJI_DIGITS):
                yield f"{name}{_KANJI_DIGITS[town.chome]}丁目"


def _of_station(station: Station) -> Iterator[str]:
    """見本駅, みほん駅, みほんえき; and cut short in front where only one station ends so: 桜町駅 for 私鉄桜町駅."""
    for name in filter(None, (station.name, station.kana)):
        for start in range(len(name) - 1):
            yield from (f"{name[start:]}駅", name[start:])
