"""The value of a claim → what an entry or a record holds of it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from mapdata.claims import placing
from mapdata.claims.entry import BLANKS, MORE, Contact, Place
from mapdata.fields import field_table

#: Attributes that hold a claim's text, or its list, as it is.
TEXTS = tuple(name for name, blank in BLANKS.items() if blank == "")
TUPLES = tuple(f.name for f in field_table.SIMPLE if BLANKS.get(f.name) == ())


def of_value(name: str, value: Any) -> dict[str, Any]:
    """The attributes that this value of a field fills; what has no attribute of its own stands under `more`."""
    if name in MORE:
        return {"more": {name: value}} if value is not None else {}
    if value is None:
        return {}
    return _MAKERS[name](value) if name in _MAKERS else {name: tuple(value) if name in TUPLES else value}


def places(parts: Iterable[Mapping[str, Any]]) -> tuple[tuple[Place, ...], tuple[str, ...]]:
    """The places, and the schedules that belong to no place (an online meeting)."""
    found, loose = [], []
    for part in parts:
        if set(part) <= {"schedule"}:
            loose.append(part["schedule"])
        else:
            found.append(placing.place(part))
    return tuple(found), tuple(loose)


def ages(low: Any, high: int | None) -> dict[str, Any]:
    any_age = low == "any"
    return {"any_age": any_age, "min_age": None if any_age else low, "max_age": high}


def contacts(parts: Iterable[Mapping[str, Any]]) -> tuple[Contact, ...]:
    return tuple(Contact(c["type"], c["value"], c["label"]) for c in parts)


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _placed(value: Any) -> dict[str, Any]:
    at, loose = places(value)
    return {"places": at, "schedules": loose}


_MAKERS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "places": _placed,
    "contacts": lambda value: {"contacts": contacts(value)},
    "min_age": lambda value: {"any_age": value == "any", "min_age": None if value == "any" else value},
    "publish_from": lambda value: {"publish_from": day(value)},
    "publish_until": lambda value: {"publish_until": day(value)},
}
