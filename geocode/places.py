"""Towns, stations and lines of the ward by name, as people search for them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from geocode import caches, gazetteer, tables, ward
from geocode.gazetteer import Town
from geocode.match import coarsely
from geocode.normalise import collapse_spaces, fold, unify_width

_STATION = "駅"


@dataclass(frozen=True)
class Station:
    """A station, once, with every line of ours that stops there (WGS84)."""

    name: str
    lines: tuple[str, ...]
    lat: float
    lng: float
    in_ward: bool
    kana: str = ""

    @property
    def label(self) -> str:
        return f"{self.name}{_STATION}"


@dataclass(frozen=True)
class NamedPoint:
    """A place to measure from (WGS84). `kind` is town, chome or station; `name` is for the screen."""

    name: str
    lat: float
    lng: float
    kind: str


@dataclass(frozen=True)
class _Stop:
    """One row of the table of railways."""

    line: str
    order: int
    station: Station


def towns() -> tuple[Town, ...]:
    """All 町丁目, in the order of the table."""
    return gazetteer.load().towns


@caches.of_ward()
def stations() -> tuple[Station, ...]:
    """The stations of our lines, in and just outside the ward, each once, in the order of the lines."""
    stops: dict[str, list[_Stop]] = defaultdict(list)
    for stop in _stops():
        stops[stop.station.name].append(stop)
    return tuple(_one_station(of_one) for of_one in stops.values())


@caches.of_ward()
def lines() -> Mapping[str, tuple[tuple[float, float], ...]]:
    """Line → the (lat, lng) of its stations in order. Joined, they are a schematic line, not the track."""
    points: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for stop in sorted(_stops(), key=lambda stop: stop.order):
        points[stop.line].append((stop.station.lat, stop.station.lng))
    return MappingProxyType({line: tuple(of_line) for line, of_line in points.items()})


def names() -> tuple[str, ...]:
    """What to suggest while someone types: the towns, then the stations as 見本駅."""
    return (*gazetteer.load().by_name, *(station.label for station in stations()))


def find(text: str) -> NamedPoint | None:
    """The town, 丁目 or station of that name; None for one that is not ours.

    With 駅 only a station is meant, without it a town comes first (見本), then a station (見本台).
    Forgives width, case, かな and カナ, every writing of a 丁目, and a station's name cut short in front
    where only one ends so: 桜町駅 is 私鉄桜町駅.
    """
    wanted = collapse_spaces(unify_width(text))
    if wanted.endswith(_STATION):
        return _station(wanted.removesuffix(_STATION))
    return _town(wanted) or _station(wanted)


def _town(wanted: str) -> NamedPoint | None:
    match = coarsely(wanted)
    if match.lat is None or match.lng is None:
        return None
    kind = "town" if match.town in gazetteer.load().by_name else "chome"
    return NamedPoint(match.town, match.lat, match.lng, kind)


def _station(wanted: str) -> NamedPoint | None:
    by_name = _stations_by_name()
    name = fold(wanted).replace(" ", "")
    station = by_name.get(name) or _only(s for n, s in by_name.items() if len(name) > 1 and n.endswith(name))
    return NamedPoint(station.label, station.lat, station.lng, "station") if station else None


def _only(found: Iterable[Station]) -> Station | None:
    """The one station among those found; None when there is none, or a choice."""
    different = set(found)
    return different.pop() if len(different) == 1 else None


@caches.of_ward()
def _stations_by_name() -> dict[str, Station]:
    """Folded name and reading → station."""
    by_kana = {fold(station.kana): station for station in stations() if station.kana}
    return by_kana | {fold(station.name): station for station in stations()}


@caches.of_ward()
def _stops() -> tuple[_Stop, ...]:
    return read_railways(ward.load().data.railways)


def read_railways(path: Path) -> tuple[_Stop, ...]:
    """The rows of a table `line,order,station,kana,lat,lng,in_ward` (in_ward 1 or 0). Raises WardFileError."""
    return tables.rows(path, _COLUMNS, _stop)


_COLUMNS = {
    "line": tables.text, "order": tables.whole, "station": tables.text, "kana": tables.maybe,
    "lat": tables.degrees("lat"), "lng": tables.degrees("lng"), "in_ward": tables.is_one,
}


def _stop(line: str, order: int, station: str, **cells: Any) -> _Stop:
    return _Stop(line, order, Station(name=station, lines=(line,), **cells))


def _one_station(stops: list[_Stop]) -> Station:
    first = stops[0].station
    return replace(first, lines=tuple(stop.line for stop in stops))
