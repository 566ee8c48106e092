"""Projected records → GeoJSON (RFC 7946: WGS84, longitude first)."""

from collections.abc import Iterable
from typing import Any

from mapdata.claims.projection import PlaceView, Record
from mapdata.claims.record_values import value_of
from mapdata.fields import field_table
from mapdata.fields.shapes import is_blank
from mapdata.words import Level


def collection(records: Iterable[Record]) -> dict[str, Any]:
    """A FeatureCollection; a record without a shown point has a null geometry."""
    return {"type": "FeatureCollection", "features": [feature(r) for r in records]}


def feature(record: Record) -> dict[str, Any]:
    """One record with its fields under their English names; of those that not all may read, what this one tells."""
    said = {field.name: value_of(record, field.name) for field in field_table.SIMPLE if field.in_geojson}
    del said["staff_note"]
    properties = {name: value for name, value in said.items() if _is_open(name) or not is_blank(value)}
    properties |= {
        "min_age": record.min_age, "any_age": record.any_age, "age_groups": record.ages if record.age_known else None,
        "schedules": record.schedules, "places": [_place(p) for p in record.places],
        "contacts": value_of(record, "contacts"), "assured_on": record.assured_on,
    }
    if record.staff_notes:
        properties["staff_notes"] = dict(record.staff_notes)
    return {"type": "Feature", "id": record.id, "geometry": _geometry(record), "properties": properties}


def _is_open(name: str) -> bool:
    return field_table.BY_NAME[name].listed == Level.PUBLIC


def _place(place: PlaceView) -> dict[str, Any]:
    return {
        "address": place.address, "address_2": place.address_2, "postal_code": place.postal_code,
        "station": place.station, "town": place.town, "schedule": place.schedule, "level": place.level,
    }


def _geometry(record: Record) -> dict[str, Any] | None:
    points = [[p.lng, p.lat] for p in record.places if p.point]
    if not points:
        return None
    return {"type": "Point", "coordinates": points[0]} if len(points) == 1 else {
        "type": "MultiPoint", "coordinates": points,
    }
