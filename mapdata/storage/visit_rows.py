"""訪問記録: notes of visits on entries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from mapdata.claims.entry import Visit
from mapdata.storage import statements
from mapdata.storage.oplog import aware
from mapdata.storage.revision import chunks
from mapdata.storage.tables import models as m
from mapdata.words import Level


@dataclass(frozen=True, slots=True)
class ToldVisit:
    """A note as it stands in the table, with the operations that began it and, unless it is current, ended it."""

    id: int
    visit: Visit
    began: int
    ended: int | None


def visited(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Those of these entries that have a current note."""
    table, found = m.visit, set[str]()
    for some in chunks(ids):
        where = table.c.resource_id.in_(some) & table.c.ended_by.is_(None)
        found.update(connection.execute(select(table.c.resource_id).where(where)).scalars())
    return found


def visits_of(connection: Connection, resource_id: str) -> list[ToldVisit]:
    """Every note ever written of an entry, in the order it was written."""
    table = m.visit
    rows = connection.execute(select(table).where(table.c.resource_id == resource_id).order_by(table.c.id)).mappings()
    return [ToldVisit(row["id"], visit_of(row), row["operation_id"], row["ended_by"]) for row in rows]


#: What `visit_of` reads.
VISIT_COLUMNS = ("note", "visited_on", "text", "audience", "source", "recorded_at", "recorded_by")


def visit_of(row: Any) -> Visit:
    return Visit(
        row["note"], row["visited_on"], row["text"], Level(row["audience"]), row["source"],
        aware(row["recorded_at"]), row["recorded_by"],
    )


def newest_first(visits: Iterable[Visit]) -> tuple[Visit, ...]:
    return tuple(sorted(visits, key=lambda v: (v.visited_on, v.recorded_at), reverse=True))


def add_visit(connection: Connection, resource_id: str, visit: Visit, operation_id: int) -> None:
    row = {
        "resource_id": resource_id, "note": visit.note, "visited_on": visit.visited_on, "text": visit.text,
        "audience": str(visit.audience), "source": visit.source, "recorded_at": visit.recorded_at,
        "recorded_by": visit.recorded_by,
    }
    statements.begin(connection, statements.VISIT, [row], operation_id)


def end_visits(connection: Connection, ids: Sequence[int], operation_id: int) -> None:
    statements.end(connection, statements.VISIT, ids, operation_id)
