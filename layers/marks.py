"""What a map shows of many points at a zoom: single addresses, and clusters of those that lie close.

The same rule as static/js/map/marks.js; both read the cases of tests/data/mark_cases.json. Plane: world pixels at
zoom 20 (geocode/mercator.py). Points of one address make a **spot**. Up to CLUSTERS_UNTIL spots are counted by
**cells** of 48 px on the screen, and each cell either becomes a centre or joins a near one that has priority. All
of it happens in ROUNDS rounds, so that a cell's fate depends on the cells around it only: a view computed with
its MARGIN shows what the whole map would show there.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geocode.mercator import ZOOM, degree_columns, world_pixels
from layers.pins import level_of
from mapdata.claims.projection import Record
from mapdata.search.columns import ADDRESS_BITS, Points

#: The last zoom with clusters; from the next on each spot stands for itself.
CLUSTERS_UNTIL = 16
#: The side of a cell, and how near two centres of gravity must be to become one mark, in pixels of the screen.
CELL = 48
ROUNDS = 4
#: In cells. Each round looks two cells far; a mark lies at most a cell from its centre, which has members beside it.
MARGIN = 2 * ROUNDS + 2

_NEIGHBOURS = [(dx, dy) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if dx or dy]

Numbers = NDArray[np.integer[Any]]
Degrees = NDArray[np.float64]


@dataclass(frozen=True)
class Box:
    """A part of the map, WGS84 degrees; the edges belong to it."""

    south: float
    west: float
    north: float
    east: float

    @property
    def corners(self) -> list[float]:
        return [_told(self.south), _told(self.west), _told(self.north), _told(self.east)]

    def holding(self, lat: Degrees, lng: Degrees) -> NDArray[np.bool_]:
        """Which of these points lie in it."""
        return (lat >= self.south) & (lat <= self.north) & (lng >= self.west) & (lng <= self.east)

    def cells(self, zoom: int) -> tuple[int, int, int, int]:
        """The first and last column of cells it touches, then the first and last row."""
        x, y = world_pixels(np.array([self.north, self.south]), np.array([self.west, self.east]))
        side = cell_side(zoom)
        return int(x[0] // side), int(x[1] // side), int(y[0] // side), int(y[1] // side)


@dataclass(frozen=True)
class Spot:
    """One address: where its first point lies, and the rows of its entries in order."""

    key: str
    lat: float
    lng: float
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Cluster:
    """Several addresses as one mark at their centre of gravity: `n` entries, all within `box`, of these cells."""

    key: str
    lat: float
    lng: float
    n: int
    box: Box
    cells: tuple[tuple[int, int], ...]


def cell_side(zoom: int) -> int:
    """World pixels."""
    return CELL << ZOOM - zoom


def draw(points: Points, shown: Numbers, zoom: int, box: Box) -> list[Spot | Cluster]:
    """The marks in a box at a whole zoom (0 to 20). `shown` are the points to draw, by their place in `points`,
    in the order of the list, those of one entry one after the other.
    """
    spots = _Spots(points, shown, zoom, box)
    alone, clusters = (np.ones(len(spots), dtype=bool), ()) if zoom > CLUSTERS_UNTIL else _clustered(spots, box)
    return [*spots.some(alone & box.holding(spots.lat, spots.lng)), *clusters]


class _Spots:
    """The spots in a box and its margin, numbered by first appearance; each lies where its first point does."""

    def __init__(self, points: Points, shown: Numbers, zoom: int, box: Box):
        self.zoom, self.side = zoom, cell_side(zoom)
        left, right, top, bottom = box.cells(zoom)
        self._cells = left - MARGIN, right + MARGIN, top - MARGIN, bottom + MARGIN
        shown = shown[self._around(points.pixels[0][shown], points.pixels[1][shown])]
        first, number = _firsts(points.spot[shown])
        x, y = points.pixels[0][shown[first]], points.pixels[1][shown[first]]
        inside = _between(x // self.side, y // self.side, *self._cells)
        self.x, self.y = x[inside], y[inside]
        self.lat, self.lng = points.lat[shown[first[inside]]], points.lng[shown[first[inside]]]
        number = np.where(inside, np.cumsum(inside) - 1, -1)[number]
        held = number >= 0
        self.point_spot, self.point_row = number[held], points.row[shown[held]]

    def _around(self, x: Numbers, y: Numbers) -> NDArray[np.bool_]:
        """Whether an address lies in the cells or reaches into them."""
        left, right, top, bottom = self._cells
        ends = (self.side * cell >> ADDRESS_BITS for cell in (left, right + 1, top, bottom + 1))
        return _between(x >> ADDRESS_BITS, y >> ADDRESS_BITS, *ends)

    def __len__(self) -> int:
        return len(self.x)

    def some(self, chosen: NDArray[np.bool_]) -> Iterator[Spot]:
        """The chosen spots with their entries."""
        rows: dict[int, dict[int, None]] = {number: {} for number in np.flatnonzero(chosen).tolist()}
        held = chosen[self.point_spot]
        for number, row in zip(self.point_spot[held].tolist(), self.point_row[held].tolist(), strict=True):
            rows[number][row] = None
        for number, entries in rows.items():
            x, y = int(self.x[number]) >> ADDRESS_BITS, int(self.y[number]) >> ADDRESS_BITS
            yield Spot(f"s:{x}:{y}", float(self.lat[number]), float(self.lng[number]), tuple(entries))


def _between(x: Numbers, y: Numbers, left: int, right: int, top: int, bottom: int) -> NDArray[np.bool_]:
    return (x >= left) & (x <= right) & (y >= top) & (y <= bottom)


def _firsts(spot: Numbers) -> tuple[Numbers, Numbers]:
    """Where each different number stands first, and for every one which of these (from 0 up) it is."""
    place = np.arange(len(spot))
    first_of = np.zeros(int(spot.max(initial=-1)) + 1, dtype=np.int64)
    first_of[spot[::-1]] = place[::-1]
    is_first = first_of[spot] == place
    return np.flatnonzero(is_first), (np.cumsum(is_first) - 1)[first_of[spot]]


@dataclass(frozen=True)
class _Cells:
    """The cells that hold spots, the one with the highest priority first: place, number of spots, centre of gravity
    (world pixels).
    """

    cx: Numbers
    cy: Numbers
    weight: Numbers
    x: Degrees
    y: Degrees

    def __len__(self) -> int:
        return len(self.cx)


def _cells(spots: _Spots) -> tuple[_Cells, Numbers]:
    """The cells, and for each spot the place of its cell among them.

    The fuller cell goes first; among equals chance decides, so that ties do not run in rows.
    """
    number, names = pd.factorize(spots.y // spots.side << 32 | spots.x // spots.side)
    cx, cy, weight = names & 0xFFFFFFFF, names >> 32, np.bincount(number)
    order = np.lexsort((cx, cy, mix(cx, cy), -weight))
    # sums of whole numbers below 2^53 are exact, whatever their order
    x, y = (np.bincount(number, weights=values) / weight for values in (spots.x, spots.y))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return _Cells(cx[order], cy[order], weight[order], x[order], y[order]), place[number]


def mix(cx: Numbers, cy: Numbers) -> Numbers:
    """Numbers of 32 bits that follow no pattern, the same for the same cell everywhere."""
    h = (cx * 0x9E3779B1 ^ cy * 0x85EBCA77) & 0xFFFFFFFF
    h = (h ^ h >> 15) * 0x2C1B3C6D & 0xFFFFFFFF
    return h ^ h >> 12


def _groups(cells: _Cells, side: int) -> Numbers:
    """For each cell the centre that it belongs to; itself if it is one."""
    near, none = _near(cells, side), len(cells)
    own = np.arange(none)
    centre_of = np.full(none, none)
    undecided = np.append(np.ones(none, dtype=bool), False)
    for _ in range(ROUNDS):
        # no near undecided cell goes first
        is_centre = undecided & np.append(np.where(undecided[near], near, none).min(axis=1) > own, False)
        joined = np.where(is_centre[near], near, none).min(axis=1)
        centre_of = np.where(is_centre[:-1], own, np.where(undecided[:-1], joined, centre_of))
        undecided[:-1] = centre_of == none
    return np.where(undecided[:-1], own, centre_of)


def _near(cells: _Cells, side: int) -> Numbers:
    """For each cell a row with those that touch it and whose centres of gravity are less than a side away; a number
    beyond the last cell where there is none.
    """
    names = cells.cy << 32 | cells.cx
    order = np.argsort(names)
    sorted_names, last = names[order], len(cells) - 1
    found = np.full((len(cells), len(_NEIGHBOURS)), len(cells))
    for column, (dx, dy) in enumerate(_NEIGHBOURS):
        wanted = names + (dy << 32) + dx
        at = order[np.searchsorted(sorted_names, wanted).clip(max=last)]
        far = (cells.x - cells.x[at]) ** 2 + (cells.y - cells.y[at]) ** 2
        found[:, column] = np.where((names[at] == wanted) & (far < side * side), at, len(cells))
    return found


def _clustered(spots: _Spots, box: Box) -> tuple[NDArray[np.bool_], Iterable[Cluster]]:
    """Which spots are drawn as such, and the clusters in the box."""
    if not len(spots):
        return np.zeros(0, dtype=bool), ()
    cells, cell_of = _cells(spots)
    centre_of = _groups(cells, spots.side)
    group = centre_of[cell_of]
    entries = _entries_in(group[spots.point_spot], spots.point_row, len(cells))
    alone = (np.bincount(group, minlength=len(cells)) == 1) | (entries == 1)
    return alone[group], _clusters(spots, cells, centre_of, group, np.where(alone, 0, entries), box)


def _entries_in(group: Numbers, row: Numbers, size: int) -> Numbers:
    """How many different entries each group holds. `row`: the points of an entry one after the other."""
    again = row[1:] == row[:-1]
    several = np.concatenate([again, [False]]) | np.concatenate([[False], again]) if len(row) else again
    pairs = np.unique(group[several] << 32 | row[several])
    return np.bincount(group[~several], minlength=size) + np.bincount(pairs >> 32, minlength=size)


def _clusters(
    spots: _Spots, cells: _Cells, centre_of: Numbers, group: Numbers, entries: Numbers, box: Box
) -> Iterator[Cluster]:
    """The groups with more than one entry that lie in the box."""
    size = len(cells)
    weight = np.bincount(group, minlength=size).clip(min=1)
    lat, lng = degree_columns(*(np.bincount(group, weights=at, minlength=size) / weight for at in (spots.x, spots.y)))
    (south, north), (west, east) = (_extents(group, at, size) for at in (spots.lat, spots.lng))
    for centre in np.flatnonzero((entries > 1) & box.holding(lat, lng)).tolist():
        members = np.flatnonzero(centre_of == centre)
        places = tuple(zip(cells.cx[members].tolist(), cells.cy[members].tolist(), strict=True))
        key = f"{spots.zoom}:{places[0][0]}:{places[0][1]}"
        extent = Box(float(south[centre]), float(west[centre]), float(north[centre]), float(east[centre]))
        yield Cluster(key, float(lat[centre]), float(lng[centre]), int(entries[centre]), extent, places)


def _extents(group: Numbers, values: Degrees, size: int) -> tuple[Degrees, Degrees]:
    """The least and the greatest value of each group."""
    least, greatest = np.full(size, np.inf), np.full(size, -np.inf)
    np.minimum.at(least, group, values)
    np.maximum.at(greatest, group, values)
    return least, greatest


def bounds(points: Points, shown: Numbers) -> list[float] | None:
    """south, west, north and east of all these points, None for none."""
    lat, lng = points.lat[shown], points.lng[shown]
    return [float(lat.min()), float(lng.min()), float(lat.max()), float(lng.max())] if len(shown) else None


def payload(mark: Spot | Cluster, records: Sequence[Record]) -> dict[str, Any]:
    """A mark as `/marks.json` tells it."""
    told: dict[str, Any] = {"key": mark.key, "lat": _told(mark.lat), "lng": _told(mark.lng)}
    if isinstance(mark, Cluster):
        return told | {"n": mark.n, "box": mark.box.corners, "cells": mark.cells}
    return told | {"entries": [_entry(records[row]) for row in mark.rows]}


def _entry(record: Record) -> dict[str, Any]:
    return {
        "id": record.id, "name": record.name, "kind": record.kind, "precision": record.precision,
        "level": level_of(record), "paused": int(record.paused),
    }


def _told(degree: float) -> float:
    """To about a centimetre."""
    return round(degree, 7)
