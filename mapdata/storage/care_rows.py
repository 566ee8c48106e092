"""When values were last confirmed, how often and by which office that is due, and calls that nobody answered."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select, tuple_

from mapdata.claims import stale
from mapdata.claims.projection import Audience
from mapdata.storage import statements
from mapdata.storage.oplog import aware, for_reader, kept_from
from mapdata.storage.tables import freshness_models as f
from mapdata.storage.tables import models as m


@dataclass(frozen=True, slots=True)
class Care:
    """Intervals in months; `office` is the one that sees to it, "" for the usual one."""

    interval_months: int = stale.USUAL
    schedule_interval_months: int = stale.SCHEDULE
    office: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call that nobody answered; `try_again_at` is a time of day (see freshness.TIMES_OF_DAY) or "" for any."""

    attempt: str
    tried_on: date
    try_again_on: date
    try_again_at: str
    note: str
    source: str
    recorded_at: datetime
    recorded_by: str


def days_of(
    connection: Connection, fields: Sequence[str], reader: Audience
) -> dict[str, dict[tuple[str, str], date | None]]:
    """By entry, the day on which each (field, source) of its current claims that are for this reader was last made
    sure of."""
    c, found = m.claim.c, defaultdict[str, dict[tuple[str, str], date | None]](dict)
    # compared as a value, so that no index of what has ended is taken: nearly nothing has
    where = c.field.in_(fields) & (func.coalesce(c.ended_by, 0) == 0) & for_reader(reader, m.claim)
    query = select(c.resource_id, c.field, c.source, c.assured_on).where(where)
    for it, field, source, day in connection.execute(query):
        found[it][field, source] = day
    return found


def cares(connection: Connection, ids: Sequence[str] | None = None) -> dict[str, Care]:
    """Of the entries (all without `ids`) for which somebody said otherwise than usual."""
    c = f.care.c
    query = select(c.resource_id, c.interval_months, c.schedule_interval_months, c.office)
    rows = connection.execute(query.where(_current(c, ids)))
    return {it: Care(*said) for it, *said in rows}


def set_care(connection: Connection, resource_id: str, care: Care | None, operation_id: int) -> None:
    """From now on this holds of the entry; None: the usual again."""
    c = f.care.c
    current = select(c.id).where((c.resource_id == resource_id) & c.ended_by.is_(None))
    statements.end(connection, statements.CARE, connection.execute(current).scalars().all(), operation_id)
    rows = [{"resource_id": resource_id, **asdict(care)}] if care else []
    statements.begin(connection, statements.CARE, rows, operation_id)


def attempts(connection: Connection, reader: Audience, ids: Sequence[str] | None = None) -> dict[str, list[Attempt]]:
    """By entry (all without `ids`), the calls that nobody answered, the newest first; without those of an office that
    keeps all it says of the entry from this reader."""
    c, found = f.contact_attempt.c, defaultdict[str, list[Attempt]](list)
    told = _current(c, ids) & tuple_(c.resource_id, c.source).not_in(kept_from(reader))
    query = select(f.contact_attempt).where(told).order_by(c.tried_on.desc(), c.id.desc())
    for row in connection.execute(query).mappings():
        found[row["resource_id"]].append(_attempt(row))
    return found


def _current(columns: Any, ids: Sequence[str] | None) -> Any:
    now = columns.ended_by.is_(None)
    return now if ids is None else now & columns.resource_id.in_(ids)


def _attempt(row: Any) -> Attempt:
    return Attempt(
        row["attempt"], row["tried_on"], row["try_again_on"], row["try_again_at"], row["note"], row["source"],
        aware(row["recorded_at"]), row["recorded_by"],
    )


def add_attempt(connection: Connection, resource_id: str, attempt: Attempt, operation_id: int) -> None:
    row = {"resource_id": resource_id, **asdict(attempt)}
    statements.begin(connection, statements.ATTEMPT, [row], operation_id)


def attempt_ids(connection: Connection, resource_id: str) -> set[str]:
    """What the calls of an entry were ever called."""
    c = f.contact_attempt.c
    return set(connection.execute(select(c.attempt).where(c.resource_id == resource_id)).scalars())
