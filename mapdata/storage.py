"""The one module that speaks SQL: SQLite by default, PostgreSQL by `DATABASE_URL`.

Writers take turns (SQLite: BEGIN IMMEDIATE; PostgreSQL: the row of `registry_state` is locked),
readers see one revision throughout. SQLite keeps its rollback journal with synchronous=FULL,
because WAL under several writers can corrupt a database in versions before 3.51.3.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, create_engine, delete, event, insert, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from mapdata import models as m
from mapdata.entry import Claim, Contact, Entry, Place, Provenance
from mapdata.errors import Unavailable
from mapdata.normal import fold
from mapdata.words import ACTIVITY, EASE, NEED, WAY, Level

#: SQLite takes at most 32,766 parameters a statement; lists of ids are cut to this.
_CHUNK = 5_000
_BUSY_MS = 60_000

#: cache_spill: a long write must not lock readers out before its commit.
_PRAGMAS = (
    "journal_mode=DELETE", "synchronous=FULL", f"busy_timeout={_BUSY_MS}", "foreign_keys=ON", "cache_spill=OFF",
)

_TERMS = {"needs": NEED, "activities": ACTIVITY, "ways": WAY}
_PLAIN = (
    "id", "name", "name_kana", "kind", "status", "audience", "consent", "location_precision", "description",
    "min_age", "max_age", "any_age", "eligibility_description", "service_area", "fees_description",
    "application_process", "accessibility", "remarks", "publish_from", "publish_until", "assured_on",
    "supporter_note",
)


@dataclass(frozen=True)
class KnownAs:
    """How one source's row is known again."""

    source: str
    local_id: str | None
    name_key: str
    resource_id: str


def open_engine(url: str) -> Engine:
    """An engine with the journal, locking and isolation that the registry relies on.

    `postgresql://` and `postgres://` mean the driver that is installed (psycopg 3).
    """
    address = make_url(re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url))
    if address.get_backend_name() == "sqlite":
        engine = create_engine(address, connect_args={"timeout": _BUSY_MS / 1000, "check_same_thread": False})
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
        return engine
    return create_engine(address, isolation_level="REPEATABLE READ", pool_pre_ping=True)


def _sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late for our locking
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view of one revision. Raises Unavailable when the database does not answer."""
    try:
        with engine.connect() as connection, connection.begin():
            yield connection
    except OperationalError as error:
        raise Unavailable(str(error.orig)) from error


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction, alone among writers: all of it is kept or none."""
    with engine.connect() as connection, alone(connection).begin():
        connection.execute(select(m.registry_state.c.revision).with_for_update()).scalar()
        yield connection


def alone(connection: Connection) -> Connection:
    """The connection, its next transaction to be one that waits its turn and then sees the newest."""
    if connection.dialect.name == "sqlite":
        return connection.execution_options(writing=True)
    return connection.execution_options(isolation_level="READ COMMITTED")


def revision(connection: Connection) -> int:
    return connection.execute(select(m.registry_state.c.revision)).scalar_one()


def is_empty(connection: Connection) -> bool:
    return connection.execute(select(m.resource.c.id).limit(1)).first() is None


def acted(connection: Connection, actor: str) -> bool:
    """Whether this actor ever wrote anything."""
    query = select(m.operation.c.id).where(m.operation.c.actor == actor)
    return connection.execute(query.limit(1)).first() is not None


# --- operations and claims -----------------------------------------------------------------


def begin_operation(connection: Connection, kind: str, actor: str, source: str | None) -> int:
    """Record a write and raise the revision; returns the operation's id."""
    connection.execute(update(m.registry_state).values(revision=m.registry_state.c.revision + 1))
    row: dict[str, Any] = {
        "kind": kind, "actor": actor, "source": source, "at": datetime.now(UTC),
        "revision": revision(connection), "summary": {},
    }
    key = connection.execute(insert(m.operation).values(row)).inserted_primary_key
    assert key is not None
    return int(key[0])


def end_operation(connection: Connection, operation_id: int, summary: Mapping[str, int]) -> None:
    where = m.operation.c.id == operation_id
    connection.execute(update(m.operation).where(where).values(summary=dict(summary)))


def known_of(connection: Connection, source: str) -> list[KnownAs]:
    """Every row of a source, in the order it was first known."""
    table = m.known_as
    query = select(table.c.source, table.c.local_id, table.c.name_key, table.c.resource_id)
    rows = connection.execute(query.where(table.c.source == source).order_by(table.c.id))
    return [KnownAs(*row) for row in rows]


def save_known(connection: Connection, new: Sequence[KnownAs], changed: Sequence[KnownAs]) -> None:
    if new:
        connection.execute(insert(m.known_as), [asdict(k) for k in new])
    table = m.known_as
    statement = (
        update(table)
        .where(table.c.source == bindparam("of"), table.c.resource_id == bindparam("it"))
        .values(local_id=bindparam("number"), name_key=bindparam("key"))
    )
    rows = [{"of": k.source, "it": k.resource_id, "number": k.local_id, "key": k.name_key} for k in changed]
    if rows:
        connection.execute(statement, rows)


def local_ids_of(connection: Connection, ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """管理番号 by source, by entry ("" where a source gives none)."""
    table, found = m.known_as, defaultdict[str, dict[str, str]](dict)
    for some in _chunks(ids):
        query = select(table.c.resource_id, table.c.source, table.c.local_id).where(table.c.resource_id.in_(some))
        for it, source, number in connection.execute(query.order_by(table.c.id)):
            found[it][source] = number or ""
    return found


def all_ids(connection: Connection) -> set[str]:
    """The ids of all entries."""
    return set(connection.execute(select(m.resource.c.id)).scalars())


def claims_of_source(connection: Connection, source: str) -> list[Claim]:
    """Every current claim of a source."""
    where = (m.claim.c.source == source) & m.claim.c.ended_by.is_(None)
    return [_claim(row) for row in connection.execute(_claims().where(where))]


def claims_of_resources(connection: Connection, ids: Sequence[str]) -> dict[str, list[Claim]]:
    """Every current claim of these entries, by entry."""
    found: dict[str, list[Claim]] = defaultdict(list)
    for some in _chunks(ids):
        where = m.claim.c.resource_id.in_(some) & m.claim.c.ended_by.is_(None)
        for row in connection.execute(_claims().where(where)):
            found[row.resource_id].append(_claim(row))
    return found


def history(connection: Connection, resource_id: str) -> list[Claim]:
    """Every claim ever made of an entry, in the order it was made."""
    return [_claim(row) for row in connection.execute(_claims().where(m.claim.c.resource_id == resource_id))]


def _claims() -> Any:
    c = m.claim.c
    columns = (c.id, c.resource_id, c.field, c.source, c.value, c.audience, c.assured_on, c.recorded_at,
               c.recorded_by)
    return select(*columns).order_by(c.id)


def _claim(row: Any) -> Claim:
    at = row.recorded_at if row.recorded_at.tzinfo else row.recorded_at.replace(tzinfo=UTC)
    return Claim(row.resource_id, row.field, row.source, row.value, Level(row.audience), row.assured_on, at,
                 row.recorded_by, row.id)


def add_claims(connection: Connection, claims: Sequence[Claim], operation_id: int) -> None:
    rows = [
        {
            "resource_id": c.resource_id, "field": c.field, "source": c.source, "value": c.value,
            "audience": str(c.audience), "assured_on": c.assured_on, "recorded_at": c.recorded_at,
            "recorded_by": c.recorded_by, "operation_id": operation_id,
        }
        for c in claims
    ]
    if rows:
        connection.execute(insert(m.claim), rows)


def end_claims(connection: Connection, ids: Sequence[int], operation_id: int) -> None:
    statement = update(m.claim).where(m.claim.c.id == bindparam("it")).values(ended_by=operation_id)
    if ids:
        connection.execute(statement, [{"it": i} for i in ids])


# --- the resolved view ---------------------------------------------------------------------


def add_resources(connection: Connection, ids: Sequence[str]) -> None:
    """Entries of which nothing is known yet, for claims to hang on."""
    blank = {
        "kind": "", "status": "draft", "audience": "staff", "consent": "unconfirmed",
        "location_precision": "exact", "any_age": False, "languages": [], "staff_notes": {}, "provenance": {},
    }
    if ids:
        connection.execute(insert(m.resource), [{"id": i, **blank} for i in ids])


def save_entries(connection: Connection, entries: Sequence[Entry]) -> None:
    """Replace the resolved view of these entries."""
    if not entries:
        return
    organizations = _organization_ids(connection, {e.organization for e in entries if e.organization})
    ids = [e.id for e in entries]
    for child in (m.schedule, m.place, m.contact, m.resource_term):
        for some in _chunks(ids):
            connection.execute(delete(child).where(child.c.resource_id.in_(some)))
    rows = [_resource_row(e, organizations) for e in entries]
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


def _organization_ids(connection: Connection, names: set[str]) -> dict[str, int]:
    """Ids by name; organisations whose names differ only in writing are one."""
    table = m.organization
    known = {row.name_key: row.id for row in connection.execute(select(table.c.id, table.c.name_key))}
    fresh = {fold(name): name for name in sorted(names) if fold(name) not in known}
    if fresh:
        connection.execute(insert(table), [{"name": n, "name_key": k} for k, n in fresh.items()])
        known = {row.name_key: row.id for row in connection.execute(select(table.c.id, table.c.name_key))}
    return {name: known[fold(name)] for name in names}


def _resource_row(entry: Entry, organizations: Mapping[str, int]) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in _PLAIN} | {
        "audience": str(entry.audience),
        "organization_id": organizations.get(entry.organization),
        "languages": list(entry.languages),
        "staff_notes": dict(entry.staff_notes),
        "provenance": {field: [p.source, str(p.audience)] for field, p in entry.provenance.items()},
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


def load_entries(connection: Connection) -> list[Entry]:
    """The whole resolved view, in the order of ids."""
    children = _Children(connection)
    table, organization = m.resource, m.organization
    query = (
        select(table, organization.c.name.label("organization"))
        .join(organization, organization.c.id == table.c.organization_id, isouter=True)
        .order_by(table.c.id)
    )
    return [children.entry(row._mapping) for row in connection.execute(query)]


def points_given(connection: Connection) -> list[tuple[str, float, float]]:
    """Address, lat and lng (WGS84) of every place whose point a person gave or confirmed."""
    query = select(m.place.c.address, m.place.c.lat, m.place.c.lng).order_by(m.place.c.id)
    rows = connection.execute(query.where((m.place.c.level == "point") & (m.place.c.address != "")))
    return [(row.address, row.lat, row.lng) for row in rows]


class _Children:
    """The rows that hang on entries, read once for all of them."""

    def __init__(self, connection: Connection):
        self.places = _grouped(connection, m.place, m.place.c.position)
        self.schedules = _grouped(connection, m.schedule, m.schedule.c.position)
        self.contacts = _grouped(connection, m.contact, m.contact.c.position)
        self.terms = _grouped(connection, m.resource_term, m.resource_term.c.id)
        self.known = _grouped(connection, m.known_as, m.known_as.c.id)

    def entry(self, row: Mapping[Any, Any]) -> Entry:
        key = row["id"]
        at_place = {s["place_position"]: s["description"] for s in self.schedules[key]}
        terms = self.terms[key]
        codes: dict[str, Any] = {
            a: tuple(t["code"] for t in terms if t["vocabulary"] == v.name) for a, v in _TERMS.items()
        }
        return Entry(
            **{name: row[name] for name in _PLAIN if name != "audience"},
            audience=Level(row["audience"]),
            organization=row["organization"] or "",
            languages=tuple(row["languages"]),
            staff_notes=row["staff_notes"],
            provenance={f: Provenance(s, Level(a)) for f, (s, a) in row["provenance"].items()},
            places=tuple(_place(p, at_place.get(p["position"], "")) for p in self.places[key]),
            schedules=tuple(s["description"] for s in self.schedules[key] if s["place_position"] is None),
            contacts=tuple(Contact(c["type"], c["value"], c["label"]) for c in self.contacts[key]),
            ease={t["code"]: t["holds"] for t in terms if t["vocabulary"] == EASE.name},
            local_ids={k["source"]: k["local_id"] or "" for k in self.known[key]},
            **codes,
        )


def _place(row: Mapping[str, Any], schedule: str) -> Place:
    parts = {f: row[f] for f in ("postal_code", "address", "address_2", "station", "lat", "lng", "level", "town")}
    return Place(**parts, schedule=schedule)


def _grouped(connection: Connection, table: Any, order: Any) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in connection.execute(select(table).order_by(order)).mappings():
        found[row["resource_id"]].append(row)  # type: ignore[arg-type]
    return found


def _chunks(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start:start + _CHUNK] for start in range(0, len(ids), _CHUNK))
