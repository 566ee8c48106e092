"""Where the names on the base map stand, so that none covers another.

Towns, their 丁目, stations and neighbours, by the project's own figures. Points are WGS84 degrees, lat before lng.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from geocode import places

#: The sides of its station on which a name may stand, the first that is free: dx, dy (a name's size is 1).
SIDES = {"right": (0.5, 0.0), "left": (-0.5, 0.0), "above": (0.0, 1.0), "below": (0.0, -1.0)}
#: A sign's and a station's mark's width and a line's height, in degrees, at zoom 12.5, where the ward fits a desk.
SIGN, MARK, LINE = 0.0029, 0.0024, 0.0028
#: About the height and width of a name at the zoom where towns appear, in degrees of lat and lng.
NAME_SIZE = (0.0022, 0.0068)

#: A name and where its middle lies: lat, lng (WGS84 degrees), text.
Name = tuple[float, float, str]


def groups(neighbours: list[Name]) -> Iterator[tuple[str, list[Name]]]:
    """The names in groups, each under its look: what is named and, after a space, on which side of its point."""
    stations = _station_names()
    sides = _sides(stations, neighbours)
    taken = [(*_box(name, sides[name])[:2], name[2]) for name in stations]
    free, crowded = _apart(_town_names(), taken)
    yield "neighbour", neighbours
    yield "town", free
    yield "crowded_town", [_aside(name, stations) for name in crowded]
    yield "chome", _chome_names()
    for side in SIDES:
        yield f"station {side}", [name for name in stations if sides[name] == side]


def _town_names() -> list[Name]:
    """Each town's name in the middle of its 丁目."""
    rows = []
    for name, group in groupby(sorted(places.towns(), key=lambda t: t.name), key=lambda t: t.name):
        towns = list(group)
        rows.append((sum(t.lat for t in towns) / len(towns), sum(t.lng for t in towns) / len(towns), name))
    return rows


def _apart(names: list[Name], taken: list[Name]) -> tuple[list[Name], list[Name]]:
    """The names that lie clear of those taken and of each other, and those that do not."""
    free: list[Name] = []
    crowded: list[Name] = []
    for name in names:
        near = any(
            abs(name[0] - other[0]) < NAME_SIZE[0] and abs(name[1] - other[1]) < NAME_SIZE[1]
            for other in (*taken, *free)
        )
        (crowded if near else free).append(name)
    return free, crowded


def _aside(name: Name, stations: list[Name]) -> Name:
    """A town's name that would touch a station's at any zoom, a line (at zoom 14) above or below that."""
    line = LINE / 2
    for lat, lng, _ in stations:
        if abs(name[0] - lat) < line and abs(name[1] - lng) < NAME_SIZE[1] / 2:
            return (lat + (line if name[0] > lat else -line), name[1], name[2])
    return name


def _chome_names() -> list[Name]:
    return [(t.lat, t.lng, t.label) for t in places.towns()]


def _station_names() -> list[Name]:
    return [(s.lat, s.lng, s.name) for s in places.stations()]


def _sides(stations: list[Name], taken: Iterable[Name] = ()) -> dict[Name, str]:
    """On which side of its mark each station's name covers the least of other marks and names (`taken`: more)."""
    marks = {(lat, lng): (lat, lng, LINE, MARK * 0.8) for lat, lng, _ in stations}
    names = [(lat, lng, LINE, SIGN * len(text)) for lat, lng, text in taken]
    chosen: dict[Name, str] = {}
    for station in sorted(stations):
        others = names + [_box(name, side) for name, side in chosen.items()]
        others += [mark for point, mark in marks.items() if point != station[:2]]
        chosen[station] = min(SIDES, key=lambda side: sum(_touch(_box(station, side), other) for other in others))
    return chosen


def _box(name: Name, side: str) -> tuple[float, float, float, float]:
    """Where a station's name lies: lat and lng of its middle, height and width (degrees)."""
    lat, lng, text = name
    width, (right, up) = SIGN * len(text), SIDES[side]
    return lat + up * LINE, lng + right * (width + MARK), LINE, width


def _touch(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return abs(one[0] - other[0]) < (one[2] + other[2]) / 2 and abs(one[1] - other[1]) < (one[3] + other[3]) / 2
