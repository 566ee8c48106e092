"""Outlines and lines as one SVG drawing in the plane of web maps, which a browser scales by itself at every zoom.

Nothing is projected, cut or redrawn while the map moves. Pixels are those of zoom 18, about half a metre here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from geocode.mercator import ZOOM, degrees, world_pixels

#: World pixels are those of zoom 20.
_SHRUNK = 1 << ZOOM - 18

#: Points as [lng, lat], WGS84 degrees, as GeoJSON has them.
Line = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Drawing:
    """Where it lies ([[south, west], [north, east]]), its size in pixels, and each look with its SVG path."""

    bounds: list[list[float]]
    size: list[int]
    paths: list[tuple[str, str]]


@dataclass(frozen=True)
class Shape:
    """Lines of one look, closed if they go round an area."""

    look: str
    lines: Sequence[Line]
    closed: bool


def outlines(look: str, geometries: Iterable[Any]) -> Shape:
    """Of polygons and multi-polygons (shapely), holes too."""
    rings = (ring for geometry in geometries for ring in _rings(geometry.__geo_interface__))
    return Shape(look, list(rings), closed=True)


def _rings(geometry: dict[str, Any]) -> Iterator[Line]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    for polygon in polygons:
        yield from polygon


def draw(shapes: Sequence[Shape]) -> Drawing:
    """The shapes, each over the ones before it."""
    flat = np.array([point for shape in shapes for line in shape.lines for point in line])
    x, y = (axis // _SHRUNK for axis in world_pixels(flat[:, 1], flat[:, 0]))
    left, top, right, bottom = int(x.min()), int(y.min()), int(x.max()), int(y.max())
    pixels = iter(zip((x - left).tolist(), (y - top).tolist(), strict=True))
    paths = [(shape.look, "".join(_path([next(pixels) for _ in line], shape.closed) for line in shape.lines))
             for shape in shapes]
    (north, west), (south, east) = (degrees(x * _SHRUNK, y * _SHRUNK) for x, y in ((left, top), (right, bottom)))
    return Drawing([[south, west], [north, east]], [right - left, bottom - top], paths)


def _path(points: Sequence[tuple[int, int]], closed: bool) -> str:
    """The first point, and from each the way to the next."""
    steps = (f"{x2 - x1} {y2 - y1}" for (x1, y1), (x2, y2) in pairwise(points))
    return f"M{points[0][0]} {points[0][1]}l{' '.join(steps)}{'z' if closed else ''}".replace(" -", "-")
