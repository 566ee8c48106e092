"""Removing what was ever said of an entry: the one write that takes rows away."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from mapdata import models as m
from mapdata.storage.oplog import aware
from mapdata.storage.statements import KINDS


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
    """Remove every claim, number and note of an entry, current and ended."""
    for kind in KINDS:
        if kind.of_entries:
            connection.execute(delete(kind.table).where(kind.table.c.resource_id == resource_id))


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
