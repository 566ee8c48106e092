"""How a source's rows are known again, now and once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, func, select

from mapdata.storage import statements
from mapdata.storage.revision import chunks
from mapdata.storage.tables import models as m


@dataclass(frozen=True)
class KnownAs:
    """How one source's row is known again."""

    source: str
    local_id: str | None
    name_key: str
    resource_id: str
    id: int | None = field(default=None, compare=False)


def known_of(connection: Connection, source: str) -> list[KnownAs]:
    """Every row of a source, in the order it was first known."""
    table, earlier = m.known_as, m.known_as.alias()
    first = (
        select(func.min(earlier.c.id))
        .where((earlier.c.source == table.c.source) & (earlier.c.resource_id == table.c.resource_id))
        .scalar_subquery()
    )
    where = (table.c.source == source) & table.c.ended_by.is_(None)
    return _read(connection, _rows(where).order_by(first, table.c.id))


def known_once(connection: Connection, source: str, merged: Mapping[str, str]) -> tuple[list[KnownAs], set[str]]:
    """What rows of a source were known as before, the newest first; and which of these entries it has no row of now.

    Rows of entries that are part of others now (`merged`) are rows of those.
    """
    c = m.known_as.c
    past, now = (c.source == source) & c.ended_by.is_not(None), (c.source == source) & c.ended_by.is_(None)
    rows = _read(connection, _rows(past).order_by(c.id.desc()))
    once = [replace(one, resource_id=merged.get(one.resource_id, one.resource_id)) for one in rows]
    awake = set(connection.execute(select(c.resource_id).where(now)).scalars()) if once else set()
    return once, {one.resource_id for one in once} - awake


def known_of_resources(connection: Connection, ids: Sequence[str]) -> dict[str, list[KnownAs]]:
    """How each of these entries is known, source by source."""
    found: dict[str, list[KnownAs]] = defaultdict(list)
    for some in chunks(ids):
        where = m.known_as.c.resource_id.in_(some) & m.known_as.c.ended_by.is_(None)
        for known in _read(connection, _rows(where).order_by(m.known_as.c.id)):
            found[known.resource_id].append(known)
    return found


@dataclass(frozen=True, slots=True)
class ToldKnown:
    """How a row was known, with the operations that began it and, unless it is current, ended it."""

    known: KnownAs
    began: int
    ended: int | None

    def held(self, operation_id: int) -> bool:
        """Whether it was known so when that operation was done."""
        return self.began <= operation_id and (self.ended is None or self.ended > operation_id)


def known_history(connection: Connection, resource_id: str) -> list[ToldKnown]:
    """Every way in which an entry was ever known."""
    table = m.known_as
    rows = connection.execute(select(table).where(table.c.resource_id == resource_id).order_by(table.c.id))
    return [
        ToldKnown(KnownAs(r.source, r.local_id, r.name_key, r.resource_id, r.id), r.operation_id, r.ended_by)
        for r in rows
    ]


def begin_known(connection: Connection, rows: Sequence[KnownAs], operation_id: int) -> None:
    said = [
        {"source": k.source, "local_id": k.local_id, "name_key": k.name_key, "resource_id": k.resource_id}
        for k in rows
    ]
    statements.begin(connection, statements.KNOWN, said, operation_id)


def end_known(connection: Connection, ids: Sequence[int], operation_id: int) -> None:
    statements.end(connection, statements.KNOWN, ids, operation_id)


def local_ids_of(connection: Connection, ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """管理番号 by source, by entry ("" where a source gives none)."""
    known = known_of_resources(connection, ids)
    return {it: {k.source: k.local_id or "" for k in rows} for it, rows in known.items()}


def number_holders(connection: Connection, ids: Sequence[int]) -> list[tuple[int, int]]:
    """(row, holder): where another current row of the same source holds the 管理番号 of one of these rows."""
    table, now = m.known_as, m.known_as.alias()
    found: list[tuple[int, int]] = []
    for some in chunks(ids):
        held = (now.c.source == table.c.source) & (now.c.local_id == table.c.local_id) & now.c.ended_by.is_(None)
        rows = connection.execute(select(table.c.id, now.c.id).join(now, held).where(table.c.id.in_(some)))
        found += [(row, holder) for row, holder in rows]
    return found


def _rows(where: Any) -> Any:
    c = m.known_as.c
    return select(c.source, c.local_id, c.name_key, c.resource_id, c.id).where(where)


def _read(connection: Connection, query: Any) -> list[KnownAs]:
    return [KnownAs(*row) for row in connection.execute(query)]
