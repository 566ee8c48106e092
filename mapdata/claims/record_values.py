"""`value_of(record, name)`: what a projected record says in a field, for whoever goes through the table of fields."""

from collections.abc import Callable, Mapping
from typing import Any

from mapdata.claims.entry import MORE, Entry
from mapdata.claims.projection import PlaceView, Record
from mapdata.claims.winning import PER_SOURCE
from mapdata.fields import field_table
from mapdata.fields.shapes import is_blank


def value_of(record: Record, name: str) -> Any:
    """The value of a claimed field as its claim would hold it (lists may be tuples); blank where the record tells none.

    Raises AttributeError for a name that is no field.
    """
    if name in MORE:
        return record.more.get(name, field_table.BY_NAME[name].shape.blank)
    if teller := _OTHERWISE.get(name):
        return teller(record)
    return getattr(record, name)


def said(entry: Entry, name: str) -> Any:
    """What an entry says in a field, before anyone's eyes are considered; blank or None for nothing."""
    if name == PER_SOURCE:
        return entry.staff_notes
    return entry.more.get(name) if name in MORE else getattr(entry, name)


def tells(record: Record, name: str) -> bool:
    """Whether the record says anything in this field; hours that belong to no place are no place."""
    return not is_blank(record.places if name == "places" else value_of(record, name))


def _of_staff(name: str) -> Callable[[Record], Any]:
    return lambda record: getattr(record.staff, name) if record.staff else None


def _places(record: Record) -> list[dict[str, Any]]:
    return [*map(_place, record.places), *({"schedule": text} for text in record.loose_schedules)]


def _place(place: PlaceView) -> dict[str, Any]:
    """A point is given only where one was given or confirmed: that of a 町丁目 is no coordinate of the place."""
    part: dict[str, Any] = {
        "postal_code": place.postal_code, "address": place.address or place.town, "address_2": place.address_2,
        "station": place.station, "schedule": place.schedule,
    }
    if place.level == "point":
        part |= {"lat": place.lat, "lng": place.lng}
    return {name: value for name, value in part.items() if not is_blank(value)}


#: Fields that a record holds in another form or under another name.
_OTHERWISE: Mapping[str, Callable[[Record], Any]] = {
    "min_age": lambda record: "any" if record.any_age else record.min_age,
    "location_precision": lambda record: record.precision,
    "staff_note": lambda record: "\n".join(record.staff_notes.values()),
    "places": _places,
    "contacts": lambda record: [{"type": c.type, "value": c.value, "label": c.label} for c in record.contacts],
    **{name: _of_staff(name) for name in ("audience", "consent", "publish_from", "publish_until")},
}
