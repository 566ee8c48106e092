"""Claims → the entry that is shown (docs/decisions/claims.md)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from mapdata.claims import attributes
from mapdata.claims.binding import Binding
from mapdata.claims.entry import FOR_ALL, MORE, NO_MORE, ByReader, Claim, Entry, Provenance, day_key
from mapdata.claims.winning import PER_SOURCE, Choice, Standing, grouped
from mapdata.fields import contacts, field_table
from mapdata.words import UNSAID, Level, narrowest


def resolve(
    resource_id: str, claims: Iterable[Claim], local_ids: Mapping[str, str], choices: Mapping[str, Choice] | None = None
) -> Entry:
    """The entry that these current claims make: by field, the one that `winning` finds; of the rules, `binding`.

    `local_ids`: the lists that have it, by source; `choices`: what people chose, by field.
    A claim without a value says that there is nothing to tell; it wins as any other does.
    """
    return resolved(resource_id, claims, Standing(local_ids, choices or {}))


def resolved(resource_id: str, claims: Iterable[Claim], standing: Standing, as_published: bool = False) -> Entry:
    """The same, from where the entry stands. `as_published`: as if every office had published what it says."""
    by_field = grouped(claims)
    binding = Binding(by_field, standing, as_published)
    lines = {name: _line(name, binding) for name in by_field}
    won = {name: line[0] for name, line in lines.items() if line}
    says = {n: claim.value for n, (claim, _) in won.items() if n != PER_SOURCE and claim.value is not None}
    places, loose = attributes.places(says.get("places", ()))
    plain: dict[str, Any] = {name: says.get(name, "") for name in attributes.TEXTS}
    plain |= {name: tuple(says.get(name, ())) for name in attributes.TUPLES}
    rules = _rules(says)
    return Entry(
        id=resource_id,
        **plain,
        **rules,
        **attributes.ages(says.get("min_age"), says.get("max_age")),
        ease=says.get("ease", {}),
        places=places,
        schedules=loose,
        contacts=attributes.contacts(says.get("contacts", ())),
        staff_notes={c.source: c.value for c in by_field.get(PER_SOURCE, ()) if c.value is not None},
        assured_on=max((c.assured_on for c, _ in won.values() if c.assured_on), default=None),
        provenance={name: Provenance(c.source, level) for name, (c, level) in won.items()},
        local_ids=dict(standing.local_ids),
        more={name: value for name, value in says.items() if name in MORE} or NO_MORE,
        by_reader=_by_reader(lines, binding.scopes, rules["location_precision"]),
    )


#: Claims of a field in the order in which they are shown to ever more readers, each with who may see it.
_Line = Sequence[tuple[Claim, Level]]


def _line(name: str, binding: Binding) -> _Line:
    """As far as anybody is shown it: what stands behind a value that everyone may see is shown to nobody."""
    line = binding.line_for(name, "")
    last = next((place for place, (_, level) in enumerate(line) if level == Level.PUBLIC), len(line))
    return line[:last + 1]


def _by_reader(lines: Mapping[str, _Line], scopes: Mapping[str, Level], precision: str) -> ByReader:
    others = {
        name: [(c.source, level, c.value) for c, level in line[1:]]
        for name, line in lines.items() if len(line) > 1 and name != PER_SOURCE
    }
    days: dict[str, date] = {}
    for line in lines.values():
        for claim, level in line:
            if claim.assured_on:
                key = day_key(_told(claim, level, precision), claim.source)
                days[key] = max(days.get(key, date.min), claim.assured_on)
    # in most entries what everybody sees is as new as the rest
    alike = set(days) <= {Level.PUBLIC} or all(day <= days.get(Level.PUBLIC, date.min) for day in days.values())
    return ByReader(scopes, others, {} if alike else days) if scopes or others or not alike else FOR_ALL


def _told(claim: Claim, level: Level, precision: str) -> Level:
    """Who is told anything of a value: of a place that is kept back, and of somebody's own telephone, staff alone."""
    where = claim.field in field_table.TELL_WHERE
    if claim.field == "places" and precision == "hidden":
        where = not any("schedule" in part for part in claim.value or ())
    own = claim.field == "contacts" and bool(claim.value) and all(contacts.is_own(c) for c in claim.value)
    return narrowest([level, Level.STAFF]) if own or (where and precision != "exact") else level


def _rules(says: Mapping[str, Any]) -> dict[str, Any]:
    """What decides who sees the entry."""
    rules = {name: says.get(name, usual) for name, usual in UNSAID.items()}
    return rules | {
        "audience": Level(rules["audience"]),
        "publish_from": attributes.day(says.get("publish_from")),
        "publish_until": attributes.day(says.get("publish_until")),
    }
