"""Projected records → GeoJSON (RFC 7946: WGS84, longitude first)."""

from collections.abc import Iterable
from typing import Any

from mapdata.claims.projection import PlaceView, Record

_COPIED = (
    "name", "name_kana", "kind", "status", "organization", "description", "needs", "activities", "ways", "ease",
    "min_age", "max_age", "any_age", "eligibility_description", "service_area", "fees_description",
    "application_process", "languages", "accessibility", "remarks", "schedules",
)


def collection(records: Iterable[Record]) -> dict[str, Any]:
    """A FeatureCollection; a record without a shown point has a null geometry."""
    return {"type": "FeatureCollection", "features": [feature(r) for r in records]}


def feature(record: Record) -> dict[str, Any]:
    """One record with its public fields under their English names."""
    properties: dict[str, Any] = {name: getattr(record, name) for name in _COPIED}
    properties |= {
        "age_groups": record.ages if record.age_known else None,
        "location_precision": record.precision,
        "places": [_place(p) for p in record.places],
        "contacts": [{"type": c.type, "value": c.value, "label": c.label} for c in record.contacts],
        "assured_on": record.assured_on,
    }
    properties |= _notes(record)
    return {"type": "Feature", "id": record.id, "geometry": _geometry(record), "properties": properties}


def _notes(record: Record) -> dict[str, Any]:
    """Fields that only some readers' records hold."""
    notes: dict[str, Any] = {}
    if record.supporter_note:
        notes["supporter_note"] = record.supporter_note
    if record.staff_notes:
        notes["staff_notes"] = dict(record.staff_notes)
    if record.staff:
        notes |= {"audience": record.staff.audience, "consent": record.staff.consent}
    return notes


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
