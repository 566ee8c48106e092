"""Claims → the entry that is shown (design: section 2, Claim)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from mapdata import placing
from mapdata.entry import Claim, Contact, Entry, Place, Provenance, newest_assured
from mapdata.words import Level

#: Kept once per source, because each office writes its own for itself.
PER_SOURCE = "staff_note"

_TEXTS = (
    "name", "name_kana", "kind", "organization", "description", "eligibility_description", "service_area",
    "fees_description", "application_process", "accessibility", "remarks", "supporter_note",
)
_TUPLES = ("needs", "activities", "ways", "languages")


def resolve(resource_id: str, claims: Iterable[Claim], local_ids: Mapping[str, str]) -> Entry:
    """The entry that these current claims make: by field, the newest assured claim.

    A claim without a value says that there is nothing to tell; it wins as any other does.
    """
    by_field = grouped(claims)
    won = {name: newest_assured(rivals) for name, rivals in by_field.items()}
    says = {n: claim.value for n, claim in won.items() if n != PER_SOURCE and claim.value is not None}
    places, loose = _places(says.get("places", ()))
    plain: dict[str, Any] = {name: says.get(name, "") for name in _TEXTS}
    plain |= {name: tuple(says.get(name, ())) for name in _TUPLES}
    return Entry(
        id=resource_id,
        **plain,
        **_rules(says),
        **_ages(says),
        ease=says.get("ease", {}),
        places=places,
        schedules=loose,
        contacts=tuple(Contact(c["type"], c["value"], c["label"]) for c in says.get("contacts", ())),
        staff_notes={c.source: c.value for c in by_field.get(PER_SOURCE, ()) if c.value is not None},
        assured_on=max((c.assured_on for c in won.values() if c.assured_on), default=None),
        provenance={name: Provenance(c.source, c.audience) for name, c in won.items()},
        local_ids=dict(local_ids),
    )


def grouped(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    """The claims of each field."""
    by_field: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_field[claim.field].append(claim)
    return by_field


def _rules(says: Mapping[str, Any]) -> dict[str, Any]:
    """What decides who sees the entry; the narrow reading where nothing is said."""
    return {
        "status": says.get("status", "draft"),
        "audience": Level(says.get("audience", Level.STAFF)),
        "consent": says.get("consent", "unconfirmed"),
        "location_precision": says.get("location_precision", "exact"),
        "publish_from": _day(says.get("publish_from")),
        "publish_until": _day(says.get("publish_until")),
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _ages(says: Mapping[str, Any]) -> dict[str, Any]:
    low = says.get("min_age")
    any_age = low == "any"
    return {"any_age": any_age, "min_age": None if any_age else low, "max_age": says.get("max_age")}


def _places(parts: Iterable[Mapping[str, Any]]) -> tuple[tuple[Place, ...], tuple[str, ...]]:
    """The places, and the schedules that belong to no place (an online meeting)."""
    places, loose = [], []
    for part in parts:
        if set(part) <= {"schedule"}:
            loose.append(part["schedule"])
        else:
            places.append(placing.place(part))
    return tuple(places), tuple(loose)
