"""Points that a person gave or confirmed, by the address they stand at: what staff are shown first."""

from collections.abc import Iterable, Mapping
from functools import partial

import geocode
from mapdata.claims.projection import STAFF, Audience, Record
from mapdata.search.snapshot import Snapshots

_Points = Mapping[tuple[str, str], tuple[float, float]]


class ConfirmedPoints:
    """`confirmed("桜町5丁目", "13-1")` → WGS84 (lat, lng) or None; as new as the registry's revision.

    What a reader is offered stands in that reader's own records, and nowhere else: the place of an entry that others
    keep to themselves is in none of them. For staff only, who see the place itself of an entry that is told by its
    町丁目. Called as it is, it answers with what the staff of all offices see.
    """

    def __init__(self, snapshots: Snapshots):
        self._snapshots = snapshots

    def __call__(self, town: str, number: str, /) -> tuple[float, float] | None:
        return self._find(STAFF, town, number)

    def seen_by(self, reader: Audience) -> geocode.ConfirmedPoints:
        """The same of the points that this reader sees."""
        return partial(self._find, reader)

    def _find(self, reader: Audience, town: str, number: str, /) -> tuple[float, float] | None:
        """Raises Unavailable."""
        if not reader.is_staff:
            return None
        seen = self._snapshots.current(reader)
        points: _Points = seen.indexes.get("confirmed points", lambda: _by_address(seen.records))
        return points.get((town, number))


def _by_address(records: Iterable[Record]) -> _Points:
    """The first point of each 番-号, in the order of ids; addresses without one are left out."""
    points: dict[tuple[str, str], tuple[float, float]] = {}
    for record in sorted(records, key=lambda one: one.id):
        for place in record.places:
            if place.level == "point" and place.point and (key := geocode.address_key(place.address)):
                points.setdefault(key, place.point)
    return points
