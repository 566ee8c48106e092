"""Removing what was ever said of an entry: the one write that takes rows away."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from mapdata.storage.merge_rows import ToldMerge, merges_of
from mapdata.storage.oplog import aware
from mapdata.storage.proposal_rows import close_proposals
from mapdata.storage.statements import KINDS
from mapdata.storage.tables import merging_models as mm
from mapdata.storage.tables import models as m


@dataclass(frozen=True)
class Erasure:
    """That an entry was erased: when, by whom and why; nothing of what it said."""

    entry_id: str
    at: datetime
    actor: str
    reason: str
    operation: int


def is_erased(connection: Connection, resource_id: str) -> bool:
    where = m.erasure.c.resource_id == resource_id
    return connection.execute(select(m.erasure.c.resource_id).where(where)).first() is not None


def erase_statements(connection: Connection, resource_id: str) -> None:
    """Remove every claim, number and note of an entry, current and ended, also while it was part of another."""
    for merge in merges_of(connection, resource_id):
        if merge.entry_id == resource_id and merge.ended:
            _erase_copies(connection, resource_id, merge)
    for kind in KINDS:
        if kind.of_entries:
            connection.execute(delete(kind.table).where(kind.table.c.resource_id == resource_id))
    close_proposals(connection, resource_id, "erased")
    connection.execute(delete(mm.distinct_pair).where(mm.distinct_pair.c.other_id == resource_id))


def _erase_copies(connection: Connection, resource_id: str, merge: ToldMerge) -> None:
    """What the sources of an entry said while it was part of another; it was parted from that again."""
    claims, known = m.claim.c, m.known_as.c
    sources = {
        source for c in (claims, known)
        for source in connection.execute(select(c.source).where(c.resource_id == resource_id).distinct()).scalars()
    }
    notes = select(m.visit.c.note).where(m.visit.c.resource_id == resource_id)
    said = (
        (m.claim, claims.source.in_(sources)), (m.known_as, known.source.in_(sources)),
        (m.visit, m.visit.c.note.in_(notes)),
    )
    for table, own in said:
        then = (table.c.operation_id >= merge.began) & (table.c.ended_by <= merge.ended)
        connection.execute(delete(table).where((table.c.resource_id == merge.into) & then & own))


def forget_organizations(connection: Connection) -> None:
    """Remove the names of organisations that no entry has any more."""
    used = select(m.resource.c.organization_id).where(m.resource.c.organization_id.is_not(None))
    connection.execute(delete(m.organization).where(m.organization.c.id.not_in(used)))


def add_erasure(connection: Connection, resource_id: str, reason: str, operation_id: int) -> None:
    row = {"resource_id": resource_id, "operation_id": operation_id, "reason": reason}
    connection.execute(insert(m.erasure).values(row))


def erasures(connection: Connection) -> list[Erasure]:
    """All of them, the newest first."""
    e, o = m.erasure.c, m.operation.c
    query = select(e.resource_id, o.at, o.actor, e.reason, o.id).join(m.operation, o.id == e.operation_id)
    rows = connection.execute(query.order_by(o.id.desc()))
    return [Erasure(it, aware(at), actor, reason, operation) for it, at, actor, reason, operation in rows]
