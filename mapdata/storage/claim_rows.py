"""Claims: who says what of which entry."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from mapdata.claims.entry import Claim
from mapdata.claims.projection import PUBLIC, Audience
from mapdata.claims.sighted import Sighted
from mapdata.errors import NotFound
from mapdata.storage import statements
from mapdata.storage.merge_rows import standing_of
from mapdata.storage.oplog import aware
from mapdata.storage.revision import chunks
from mapdata.storage.tables import models as m
from mapdata.words import Level

#: Older than every revision.
EVER = -1


def is_empty(connection: Connection) -> bool:
    return connection.execute(select(m.resource.c.id).limit(1)).first() is None


def others_spoke(connection: Connection, source: str, actor: str) -> bool:
    """Whether anyone but this actor made a claim in a source's name."""
    query = select(m.claim.c.id).where((m.claim.c.source == source) & (m.claim.c.recorded_by != actor))
    return connection.execute(query.limit(1)).first() is not None


def still_speaks(connection: Connection, actor: str, since: int = EVER) -> bool:
    """Whether a claim that this actor recorded is still current; False where none was after the revision `since`."""
    # an undoing by whomever may bring back what the actor had said
    by_it = (m.operation.c.actor == actor) | (m.operation.c.kind == "undo")
    of_actor = by_it & (m.operation.c.revision > since)
    if connection.execute(select(m.operation.c.id).where(of_actor).limit(1)).first() is None:
        return False
    query = select(m.claim.c.id).where((m.claim.c.recorded_by == actor) & m.claim.c.ended_by.is_(None))
    return connection.execute(query.limit(1)).first() is not None


def all_ids(connection: Connection) -> set[str]:
    """The ids of all entries."""
    return set(connection.execute(select(m.resource.c.id)).scalars())


def exists(connection: Connection, resource_id: str) -> bool:
    return connection.execute(select(m.resource.c.id).where(m.resource.c.id == resource_id)).first() is not None


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


def claims_around(
    connection: Connection, ids: Sequence[str], operation_id: int
) -> tuple[dict[str, list[Claim]], dict[str, list[Claim]]]:
    """What was said of these entries before the newest operation, and what is said after it, by entry."""
    before, after = defaultdict[str, list[Claim]](list), defaultdict[str, list[Claim]](list)
    for some in chunks(ids):
        ended = func.coalesce(m.claim.c.ended_by, 0)
        where = m.claim.c.resource_id.in_(some) & ended.in_((0, operation_id))
        for row in connection.execute(_claims().where(where)):
            claim = _claim(row)
            if row.operation_id != operation_id:
                before[row.resource_id].append(claim)
            if row.ended_by is None:
                after[row.resource_id].append(claim)
    return before, after


def see_those(
    connection: Connection, ids: Sequence[str], reader: Audience, on: date,
    wanted: Callable[[Sighted], object] = lambda _: True,
) -> dict[str, Sighted]:
    """Those of these entries that a reader sees on that day; `wanted` is asked first, where it is the quicker."""
    claims, standing = claims_of_resources(connection, ids), standing_of(connection, ids)
    found = (Sighted(it, reader, claims.get(it, []), standing[it]) for it in ids)
    return {entry.id: entry for entry in found if wanted(entry) and entry.is_seen(on)}


def see_all(connection: Connection, ids: Sequence[str], reader: Audience, on: date) -> dict[str, Sighted]:
    """These entries as a reader sees them on that day. Raises NotFound where one of them is not for that reader."""
    found = see_those(connection, ids, reader, on)
    if missing := next((it for it in ids if it not in found), ""):
        raise NotFound(missing)
    return found


def see(connection: Connection, resource_id: str, reader: Audience, on: date) -> Sighted:
    """One entry as a reader sees it on that day. Raises NotFound."""
    return see_all(connection, [resource_id], reader, on)[resource_id]


def published(connection: Connection, resource_id: str) -> Sighted:
    """What everyone may read of an entry, or might were it published, whether or not it is: what its organisation is
    shown of it."""
    claims, standing = claims_of_resources(connection, [resource_id]), standing_of(connection, [resource_id])
    return Sighted(resource_id, PUBLIC, claims.get(resource_id, []), standing[resource_id]).published()


@dataclass(frozen=True, slots=True)
class Told:
    """A claim with the operations that began it and, unless it is current, ended it."""

    claim: Claim
    began: int
    ended: int | None

    def held(self, operation_id: int) -> bool:
        """Whether the claim was current when that operation was done."""
        return self.began <= operation_id and (self.ended is None or self.ended > operation_id)


def history(connection: Connection, resource_id: str) -> list[Told]:
    """Every claim ever made of an entry, in the order it was made."""
    rows = connection.execute(_claims().where(m.claim.c.resource_id == resource_id))
    return [Told(_claim(row), row.operation_id, row.ended_by) for row in rows]


def _claims() -> Any:
    c = m.claim.c
    columns = (c.id, c.resource_id, c.field, c.source, c.value, c.audience, c.assured_on, c.recorded_at,
               c.recorded_by, c.operation_id, c.ended_by, c.bound_by, c.bound_level)
    return select(*columns).order_by(c.id)


def _claim(row: Any) -> Claim:
    return Claim(row.resource_id, row.field, row.source, row.value, Level(row.audience), row.assured_on,
                 aware(row.recorded_at), row.recorded_by, row.id, row.bound_by, Level(row.bound_level))


def add_claims(connection: Connection, claims: Sequence[Claim], operation_id: int) -> None:
    rows = [
        {
            "resource_id": c.resource_id, "field": c.field, "source": c.source, "value": c.value,
            "audience": str(c.audience), "assured_on": c.assured_on, "recorded_at": c.recorded_at,
            "recorded_by": c.recorded_by, "bound_by": c.bound_by, "bound_level": str(c.bound_level),
        }
        for c in claims
    ]
    statements.begin(connection, statements.CLAIM, rows, operation_id)


def end_claims(connection: Connection, ids: Sequence[int], operation_id: int) -> None:
    statements.end(connection, statements.CLAIM, ids, operation_id)
