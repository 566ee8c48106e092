"""The pins payload: all that match, as columns (one row an entry, in list order)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from mapdata.claims.projection import Record
from mapdata.words import FILTERS, KIND


def payload(revision: str, records: Sequence[Record], bits: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    """Columns of `/pins.json`. `bits` are by filter (`words.Vocabulary.columns`) and aligned with `records`.

    Points are WGS84; a record without a shown point has null. `more` holds the second and
    further places: the row of the entry, and the point.
    """
    points = [r.point or (None, None) for r in records]
    return {
        "revision": revision,
        "id": [r.id for r in records],
        "name": [r.name for r in records],
        "kind": [r.kind for r in records],
        "lat": [p[0] for p in points],
        "lng": [p[1] for p in points],
        "precision": [r.precision for r in records],
        "level": [level_of(r) for r in records],
        "paused": [int(r.paused) for r in records],
        "bits": {name: [int(b) for b in bits[name]] for name in _columns()},
        "more": _more(records),
    }


def _columns() -> Iterator[str]:
    """Kinds travel as codes, so that a pin can be drawn without the vocabulary."""
    return (column for v in FILTERS if v.name != KIND.name for column in v.columns)


def encode(columns: Mapping[str, Any]) -> bytes:
    return orjson.dumps(columns)


def level_of(record: Record) -> str | None:
    """How the first shown point was found."""
    return next((p.level for p in record.places if p.point), None)


def _more(records: Sequence[Record]) -> dict[str, list[Any]]:
    further = [(row, point) for row, r in enumerate(records) for point in [p.point for p in r.places if p.point][1:]]
    return {
        "row": [row for row, _ in further],
        "lat": [point[0] for _, point in further],
        "lng": [point[1] for _, point in further],
    }
