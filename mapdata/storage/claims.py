"""Operations, how rows are known again, and claims."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from mapdata import models as m
from mapdata.entry import Claim
from mapdata.words import Level

#: Older than every revision.
EVER = -1

#: SQLite takes at most 32,766 parameters a statement; lists of ids are cut to this.
_CHUNK = 5_000


@dataclass(frozen=True)
class KnownAs:
    """How one source's row is known again."""

    source: str
    local_id: str | None
    name_key: str
    resource_id: str


def revision(connection: Connection) -> int:
    return connection.execute(select(m.registry_state.c.revision)).scalar_one()


def is_empty(connection: Connection) -> bool:
    return connection.execute(select(m.resource.c.id).limit(1)).first() is None


def others_spoke(connection: Connection, source: str, actor: str) -> bool:
    """Whether anyone but this actor made a claim in a source's name."""
    query = select(m.claim.c.id).where((m.claim.c.source == source) & (m.claim.c.recorded_by != actor))
    return connection.execute(query.limit(1)).first() is not None


def still_speaks(connection: Connection, actor: str, since: int = EVER) -> bool:
    """Whether a claim that this actor recorded is still current; False where none was after the revision `since`."""
    of_actor = (m.operation.c.actor == actor) & (m.operation.c.revision > since)
    if connection.execute(select(m.operation.c.id).where(of_actor).limit(1)).first() is None:
        return False
    query = select(m.claim.c.id).where((m.claim.c.recorded_by == actor) & m.claim.c.ended_by.is_(None))
    return connection.execute(query.limit(1)).first() is not None


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
        _touch(connection, [k.resource_id for k in changed])


def _touch(connection: Connection, ids: Sequence[str]) -> None:
    """What is shown of these entries has changed, though nothing that is claimed of them."""
    now = revision(connection)
    for some in chunks(ids):
        connection.execute(update(m.resource).where(m.resource.c.id.in_(some)).values(revision=now))


def local_ids_of(connection: Connection, ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """管理番号 by source, by entry ("" where a source gives none)."""
    table, found = m.known_as, defaultdict[str, dict[str, str]](dict)
    for some in chunks(ids):
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
    for some in chunks(ids):
        # compared as a value, so that no index of what has ended is taken: nearly nothing has
        where = m.claim.c.resource_id.in_(some) & (func.coalesce(m.claim.c.ended_by, 0) == 0)
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


def chunks(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start:start + _CHUNK] for start in range(0, len(ids), _CHUNK))
