"""A claimed value in the words of the screen, "" for none: for histories, conflicts and previews."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from mapdata.fields import field_table
from mapdata.words import AUDIENCE, Level


def value(field: str, said: Any) -> str:
    """What a claim of this field says; one line a place or contact."""
    if said is None:
        return ""
    if field == "places":
        return "\n".join(map(_place, said))
    if field == "contacts":
        return "\n".join(map(_contact, said))
    return field_table.BY_NAME[field].write(said)


def _place(place: Mapping[str, Any]) -> str:
    where = " ".join(str(place[part]) for part in ("postal_code", "address", "address_2") if part in place)
    if "lat" in place:
        where = f"{where}（位置 {place['lat']}, {place['lng']}）".strip()
    return "／".join(filter(None, [where, place.get("station", ""), place.get("schedule", "")]))


def _contact(contact: Mapping[str, str]) -> str:
    label = f"（{contact['label']}）" if contact["label"] else ""
    return f"{field_table.CONTACT_TYPES[contact['type']]} {contact['value']}{label}"


def audience(level: Level) -> str:
    return AUDIENCE.label_of(level)


def day(on: date | None) -> str:
    return on.isoformat() if on else ""


def headings(names: Sequence[str]) -> str:
    return "、".join(field_table.heading_of(name) for name in names)
