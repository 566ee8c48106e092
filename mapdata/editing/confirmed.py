"""Points that a person gave or confirmed, by the address they stand at: what staff are shown first."""

import threading
from collections.abc import Iterable, Mapping
from functools import partial

from sqlalchemy import Engine

import geocode
from mapdata import storage
from mapdata.claims.projection import STAFF, Audience, sees_all
from mapdata.storage import PointGiven

_Points = Mapping[tuple[str, str], tuple[float, float]]


class ConfirmedPoints:
    """`confirmed("桜町5丁目", "13-1")` → WGS84 (lat, lng) or None; as new as the registry's revision.

    For staff only: the place of an entry that is told by its 町丁目 is among them. Called as it is, it answers with
    what the staff of all offices see; of what is for one office alone, its own members are told (`seen_by`).
    """

    def __init__(self, engine: Engine):
        self._engine = engine
        self._lock = threading.Lock()
        self._revision = -1
        self._given: list[PointGiven] = []
        self._points: dict[Audience, _Points] = {}

    def __call__(self, town: str, number: str, /) -> tuple[float, float] | None:
        return self._find(STAFF, town, number)

    def seen_by(self, reader: Audience) -> geocode.ConfirmedPoints:
        """The same of the points that this reader may see."""
        return partial(self._find, reader)

    def _find(self, reader: Audience, town: str, number: str, /) -> tuple[float, float] | None:
        with self._lock, storage.reading(self._engine) as connection:
            revision = storage.revision(connection)
            if revision != self._revision:
                self._given, self._points = storage.points_given(connection), {}
                self._revision = revision
            if reader not in self._points:
                self._points[reader] = _by_address(given for given in self._given if _is_for(reader, given))
            return self._points[reader].get((town, number))


def _is_for(reader: Audience, given: PointGiven) -> bool:
    return reader.is_staff and sees_all(reader, (given.entry, given.said))


def _by_address(found: Iterable[PointGiven]) -> _Points:
    """The first point of each 番-号; addresses without one are left out."""
    points: dict[tuple[str, str], tuple[float, float]] = {}
    for given in found:
        if key := geocode.address_key(given.address):
            points.setdefault(key, (given.lat, given.lng))
    return points
