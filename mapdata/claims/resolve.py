"""Claims → the entry that is shown (docs/decisions/claims.md)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from mapdata.claims import placing
from mapdata.claims.entry import BLANKS, MORE, NO_MORE, Claim, Contact, Entry, Place, Provenance
from mapdata.claims.winning import PER_SOURCE, Choice, Standing, grouped, winner
from mapdata.fields import field_table
from mapdata.words import UNSAID, Level

#: Attributes that hold a claim's text, or its list, as it is.
_TEXTS = tuple(name for name, blank in BLANKS.items() if blank == "")
_TUPLES = tuple(f.name for f in field_table.SIMPLE if BLANKS.get(f.name) == ())


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
        more={name: value for name, value in says.items() if name in MORE} or NO_MORE,
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
