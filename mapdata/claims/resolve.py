"""Claims → the entry that is shown (docs/decisions/claims.md)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from mapdata.claims import placing
from mapdata.claims.entry import Claim, Contact, Entry, Place, Provenance
from mapdata.claims.winning import PER_SOURCE, Choice, Standing, grouped, winner
from mapdata.words import UNSAID, Level

_TEXTS = (
    "name", "name_kana", "kind", "organization", "description", "eligibility_description", "service_area",
    "fees_description", "application_process", "accessibility", "remarks", "supporter_note",
)
_TUPLES = ("needs", "activities", "ways", "languages")


def resolve(
    resource_id: str, claims: Iterable[Claim], local_ids: Mapping[str, str], choices: Mapping[str, Choice] | None = None
) -> Entry:
    """The entry that these current claims make: by field, the one that `winning` finds.

    `local_ids`: the lists that have it, by source; `choices`: what people chose, by field.
    A claim without a value says that there is nothing to tell; it wins as any other does.
    """
    by_field, standing = grouped(claims), Standing(local_ids, choices or {})
    won = {name: winner(name, rivals, standing) for name, rivals in by_field.items()}
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


def resolved(resource_id: str, claims: Iterable[Claim], standing: Standing) -> Entry:
    """The same, from where the entry stands."""
    return resolve(resource_id, claims, standing.local_ids, standing.choices)


def _rules(says: Mapping[str, Any]) -> dict[str, Any]:
    """What decides who sees the entry."""
    rules = {name: says.get(name, usual) for name, usual in UNSAID.items()}
    return rules | {
        "audience": Level(rules["audience"]),
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
