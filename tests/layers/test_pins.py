"""The pins payload: aligned columns, one row an entry, further places apart."""

import json
from datetime import date

from layers import pins
from mapdata import words
from mapdata.claims.entry import Place
from mapdata.claims.projection import PUBLIC, Record, project
from tests.factories import FULL_PLACE, entry


def record(**values: object) -> Record:
    made = project(entry(**values), PUBLIC, date(2026, 11, 23))
    assert made is not None
    return made


def bits(count: int) -> dict[str, list[int]]:
    return {v.name: list(range(count)) for v in words.FILTERS}


def test_columns() -> None:
    records = [
        record(id="aaa", places=(FULL_PLACE, Place(lat=35.7, lng=139.9, level="chome", town="亀有3丁目"))),
        record(id="bbb", kind="group", status="paused"),
        record(id="ccc", location_precision="hidden", places=(FULL_PLACE,)),
    ]
    assert json.loads(pins.encode(pins.payload("7", records, bits(3)))) == {
        "revision": "7", "id": ["aaa", "bbb", "ccc"], "name": ["ひなた"] * 3, "kind": ["ibasho", "group", "ibasho"],
        "lat": [35.743, None, None], "lng": [139.8485, None, None], "precision": ["exact", "exact", "hidden"],
        "level": ["point", None, None], "paused": [0, 1, 0],
        "bits": {name: [0, 1, 2] for name in ("need", "age", "activity", "way", "ease")},
        "more": {"row": [0], "lat": [35.7], "lng": [139.9]},
    }


def test_nothing_matches() -> None:
    columns = pins.payload("0", [], bits(0))
    assert columns["id"] == [] and columns["more"] == {"row": [], "lat": [], "lng": []}
