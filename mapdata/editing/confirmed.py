"""Points that a person gave or confirmed, by the address they stand at: what staff are shown first."""

import threading
from collections.abc import Mapping

from sqlalchemy import Engine

import geocode
from mapdata import storage


class ConfirmedPoints:
    """`confirmed("桜町5丁目", "13-1")` → WGS84 (lat, lng) or None; as new as the registry's revision.

    For staff only: the place of an entry that is told by its 町丁目 is among them.
    """

    def __init__(self, engine: Engine):
        self._engine = engine
        self._lock = threading.Lock()
        self._revision = -1
        self._points: Mapping[tuple[str, str], tuple[float, float]] = {}

    def __call__(self, town: str, number: str, /) -> tuple[float, float] | None:
        with self._lock, storage.reading(self._engine) as connection:
            revision = storage.revision(connection)
            if revision != self._revision:
                self._points = _by_address(storage.points_given(connection))
                self._revision = revision
        return self._points.get((town, number))


def _by_address(rows: list[tuple[str, float, float]]) -> dict[tuple[str, str], tuple[float, float]]:
    """The first point of each 番-号; addresses without one are left out."""
    points: dict[tuple[str, str], tuple[float, float]] = {}
    for address, lat, lng in rows:
        if key := geocode.address_key(address):
            points.setdefault(key, (lat, lng))
    return points
