"""The part of the map that a browser asks for."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from geocode.mercator import ZOOM
from layers.marks import Box
from views.asked import numbers
from views.translation import _

#: Cells a side. No screen shows as many; without an end one question could ask for all of them, one by one.
_LARGEST = 512
_CORNERS = ("south", "west", "north", "east")
_WORLD = Box(-90.0, -180.0, 90.0, 180.0)


class NoView(ValueError):
    """The question names no part of a map; the message says what to mend."""


@dataclass(frozen=True)
class Viewport:
    """A whole zoom (0 to 20) and a box."""

    zoom: int
    box: Box

    @classmethod
    def read(cls, args: MultiDict[str, str]) -> "Viewport":
        """Raises NoView for numbers that are missing or none, and for a box that no screen would show."""
        zoom = min(max(int(_number(args, "zoom")), 0), ZOOM)
        south, west, north, east = (_number(args, name) for name in _CORNERS)
        if south > north or west > east:
            raise NoView(_("地図の範囲が逆です：south は north より、west は east より小さくしてください"))
        box = Box(max(south, _WORLD.south), max(west, _WORLD.west), min(north, _WORLD.north), min(east, _WORLD.east))
        left, right, top, bottom = box.cells(zoom)
        if max(right - left, bottom - top) > _LARGEST:
            raise NoView(_("地図の範囲が広すぎます：zoom を小さくするか、範囲をせまくしてください"))
        return cls(zoom, box)


def _number(args: MultiDict[str, str], name: str) -> float:
    found = numbers.decimal(args.get(name))
    if found is None:
        raise NoView(_("%(name)s に数を入れてください", name=name))
    return found
