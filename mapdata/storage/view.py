"""Writing the resolved view: entries with their places, schedules, contacts and terms."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from mapdata.claims.entry import FOR_ALL, Entry
from mapdata.fields.folding import unspaced
from mapdata.storage.proposal_rows import end_links
from mapdata.storage.revision import chunks, revision
from mapdata.storage.tables import models as m
from mapdata.words import ACTIVITY, EASE, NEED, UNSAID, WAY

#: Where a connection keeps what its write resolved, and of how many entries at most.
_RESOLVED, _MOST_REMEMBERED = "resolved", 50

_TERMS = {"needs": NEED, "activities": ACTIVITY, "ways": WAY}
_PLAIN = (
    "id", "name", "name_kana", "kind", "status", "audience", "consent", "location_precision", "description",
    "min_age", "max_age", "any_age", "eligibility_description", "service_area", "fees_description",
    "application_process", "accessibility", "remarks", "publish_from", "publish_until", "assured_on",
    "supporter_note",
)


def add_resources(connection: Connection, ids: Sequence[str]) -> None:
    """Entries of which nothing is known yet, for claims to hang on."""
    blank = {
        **UNSAID, "kind": "", "any_age": False, "languages": [], "staff_notes": {}, "provenance": {},
        "more": {}, "by_reader": {},
    }
    if ids:
        connection.execute(insert(m.resource), [{"id": i, **blank} for i in ids])


def save_entries(connection: Connection, entries: Sequence[Entry]) -> None:
    """Replace the resolved view of these entries, which carry the present revision from then on."""
    if not entries:
        return
    now = revision(connection)
    organizations = _organizations(connection, {e.organization for e in entries if e.organization})
    _remember(connection, now, entries, organizations)
    ids = [e.id for e in entries]
    for child in (m.schedule, m.place, m.contact, m.resource_term):
        for some in chunks(ids):
            connection.execute(delete(child).where(child.c.resource_id.in_(some)))
    rows = [{**_resource_row(e, organizations), "revision": now} for e in entries]
    columns = [name for name in rows[0] if name != "id"]
    statement = (
        update(m.resource)
        .where(m.resource.c.id == bindparam("it"))
        .values({name: bindparam(f"new_{name}") for name in columns})
    )
    connection.execute(
        statement, [{"it": r["id"], **{f"new_{name}": r[name] for name in columns}} for r in rows]
    )
    for table, rows_of in ((m.place, _place_rows), (m.schedule, _schedule_rows), (m.contact, _contact_rows),
                           (m.resource_term, _term_rows)):
        children = [row for e in entries for row in rows_of(e)]
        if children:
            connection.execute(insert(table), children)
    end_links(connection, entries)


def _remember(
    connection: Connection, now: int, entries: Sequence[Entry], organizations: Mapping[str, tuple[int, str]]
) -> None:
    """As they will be read, but for their visits; of many nothing, as whoever wants them reads them better."""
    at, known = connection.info.get(_RESOLVED, (now, {}))
    known = known if at == now else {}
    if len(known) + len(entries) > _MOST_REMEMBERED:
        known = {}
    else:
        for entry in entries:
            name = organizations[entry.organization][1] if entry.organization else ""
            known[entry.id] = entry if name == entry.organization else replace(entry, organization=name)
    connection.info[_RESOLVED] = (now, known)


def resolved_at(connection: Connection, now: int) -> Mapping[str, Entry]:
    """The entries that this connection's write, which is at that revision, resolved last, without their visits; none
    of many. To be asked of entries that this write changed: of others it may hold what an earlier one did not keep."""
    at, known = connection.info.get(_RESOLVED, (now, {}))
    return known if at == now else {}


def _organizations(connection: Connection, names: set[str]) -> dict[str, tuple[int, str]]:
    """(id, name as it is kept) by name; organisations whose names differ only in width and blanks are one."""
    keys = {unspaced(name): name for name in sorted(names, reverse=True)}
    known = _known_organizations(connection, list(keys))
    if fresh := {key: name for key, name in keys.items() if key not in known}:
        rows = [{"name": name, "name_key": key} for key, name in sorted(fresh.items())]
        connection.execute(insert(m.organization), rows)
        known |= _known_organizations(connection, list(fresh))
    return {name: known[unspaced(name)] for name in names}


def _known_organizations(connection: Connection, keys: Sequence[str]) -> dict[str, tuple[int, str]]:
    c, found = m.organization.c, dict[str, tuple[int, str]]()
    for some in chunks(keys):
        rows = connection.execute(select(c.name_key, c.id, c.name).where(c.name_key.in_(some)))
        found.update((key, (it, name)) for key, it, name in rows)
    return found


def _resource_row(entry: Entry, organizations: Mapping[str, tuple[int, str]]) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in _PLAIN} | {
        "audience": str(entry.audience),
        "organization_id": organizations[entry.organization][0] if entry.organization else None,
        "languages": list(entry.languages),
        "staff_notes": dict(entry.staff_notes),
        "more": dict(entry.more),
        "by_reader": _by_reader(entry),
        "provenance": {field: [p.source, str(p.audience)] for field, p in entry.provenance.items()},
    }


def _by_reader(entry: Entry) -> dict[str, Any]:
    told = entry.by_reader
    if told is FOR_ALL:
        return {}
    return {
        "scopes": dict(told.scopes), "others": {name: list(line) for name, line in told.others.items()},
        "days": {key: day.isoformat() for key, day in told.days.items()},
    }


def _place_rows(entry: Entry) -> Iterator[dict[str, Any]]:
    for position, place in enumerate(entry.places):
        row = asdict(place)
        del row["schedule"]
        yield {"resource_id": entry.id, "position": position, **row}


def _schedule_rows(entry: Entry) -> Iterator[dict[str, Any]]:
    texts = [(i, p.schedule) for i, p in enumerate(entry.places) if p.schedule]
    texts += [(None, text) for text in entry.schedules]  # type: ignore[misc]
    for position, (place, text) in enumerate(texts):
        yield {"resource_id": entry.id, "place_position": place, "position": position, "description": text}


def _contact_rows(entry: Entry) -> Iterator[dict[str, Any]]:
    for position, contact in enumerate(entry.contacts):
        yield {"resource_id": entry.id, "position": position, **asdict(contact)}


def _term_rows(entry: Entry) -> Iterator[dict[str, Any]]:
    for attribute, vocabulary in _TERMS.items():
        for code in getattr(entry, attribute):
            yield {"resource_id": entry.id, "vocabulary": vocabulary.name, "code": code, "holds": True}
    for code, holds in entry.ease.items():
        yield {"resource_id": entry.id, "vocabulary": EASE.name, "code": code, "holds": holds}
