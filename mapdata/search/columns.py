"""What a snapshot answers from besides its records: columns of numbers, made once and carried over a change."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from geocode import space
from geocode.mercator import world_pixels
from mapdata.claims.projection import Record

_T = TypeVar("_T")

#: Points whose world pixels are equal without their last bits (8 pixels, about a metre) are one address.
ADDRESS_BITS = 3


@dataclass(frozen=True, eq=False)
class Splice:
    """How rows become the next ones: those in `kept` stay in their order, each new one is put before the kept row
    that `at` names (by its place among the kept ones).
    """

    kept: NDArray[np.bool_]
    at: NDArray[np.int64]

    @classmethod
    def of(cls, size: int, gone: Sequence[int], before: Sequence[int]) -> "Splice":
        """Of so many rows some are gone; each new one is put before the old row, gone or not, that `before` names."""
        kept = np.ones(size, dtype=bool)
        kept[list(gone)] = False
        kept_before = np.concatenate([[0], np.cumsum(kept)])
        return cls(kept, kept_before[list(before)])

    @cached_property
    def new_rows(self) -> NDArray[np.int64]:
        """Where the new ones stand in the end."""
        return self.at + np.arange(len(self.at))

    @cached_property
    def kept_rows(self) -> NDArray[np.int64]:
        """Where each old row stands in the end; nonsense for one that goes."""
        stays = np.ones(int(self.kept.sum()) + len(self.at), dtype=bool)
        stays[self.new_rows] = False
        found = np.full(len(self.kept), -1, dtype=np.int64)
        found[self.kept] = np.flatnonzero(stays)
        return found

    def column(self, old: NDArray[Any], new: Any) -> NDArray[Any]:
        return np.insert(old[self.kept], self.at, new, axis=0)

    def items(self, old: Sequence[_T], new: Sequence[_T]) -> list[_T]:
        made: list[_T] = self.column(_objects(old), _objects(new)).tolist()
        return made


def _objects(items: Sequence[Any]) -> NDArray[Any]:
    return np.fromiter(items, dtype=object, count=len(items))


@dataclass(frozen=True, eq=False)
class Points:
    """Shown points (WGS84 degrees), record by record and place by place; `row` is the record each belongs to."""

    row: NDArray[np.int64]
    lat: NDArray[np.float64]
    lng: NDArray[np.float64]

    @classmethod
    def of(cls, records: Sequence[Record]) -> "Points":
        found = [(row, *point) for row, r in enumerate(records) for p in r.places if (point := p.point)]
        columns = np.array(found, dtype=float).reshape(-1, 3)
        return cls(columns[:, 0].astype(np.int64), columns[:, 1].copy(), columns[:, 2].copy())

    def __len__(self) -> int:
        return len(self.row)

    @cached_property
    def pixels(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """x and y in world pixels (mercator)."""
        return world_pixels(self.lat, self.lng)

    @cached_property
    def metres(self) -> NDArray[np.float64]:
        """x, y (the ward's plane)."""
        degrees = list(zip(self.lat.tolist(), self.lng.tolist(), strict=True))
        return np.asarray(space.metres(degrees), dtype=float).reshape(-1, 2)

    @cached_property
    def spot(self) -> NDArray[np.int64]:
        """The number of each point's address, from 0 up."""
        x, y = self.pixels
        return np.unique((x >> ADDRESS_BITS) << 32 | y >> ADDRESS_BITS, return_inverse=True)[1]

    def nearest(self, lat: float, lng: float, size: int) -> NDArray[np.float64]:
        """For each of `size` rows the metres from a WGS84 point to its nearest point; NaN where it has none."""
        found = np.full(size, np.nan)
        if len(self):
            x, y = np.asarray(space.metres([(lat, lng)]), dtype=float)[0]
            each = np.hypot(self.metres[:, 0] - x, self.metres[:, 1] - y)
            starts = np.flatnonzero(np.diff(self.row, prepend=-1))
            found[self.row[starts]] = np.fmin.reduceat(each, starts)
        return found

    def spliced(self, rows: Splice, new: "Points") -> "Points":
        """The points of the next rows. `new` are those of the new rows, counted from 0."""
        kept = rows.kept[self.row]
        kept_row, new_row = rows.kept_rows[self.row[kept]], rows.new_rows[new.row]
        own = Splice(kept, np.searchsorted(kept_row, new_row))
        made = Points(
            np.insert(kept_row, own.at, new_row), own.column(self.lat, new.lat), own.column(self.lng, new.lng)
        )
        made.__dict__["metres"] = own.column(self.metres, new.metres)
        return made
