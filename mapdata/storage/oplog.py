"""Operations: who did what and when, one row a write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    Text,
    cast,
    func,
    insert,
    select,
    true,
    update,
)

from mapdata import clock
from mapdata.claims.projection import Audience
from mapdata.storage.revision import chunks, raise_revision
from mapdata.storage.tables import models as m
from mapdata.words import Level


@dataclass(frozen=True)
class Operation:
    """One write; `undone_by` is the operation that took it back, `source` whose words it changed ("" for none)."""

    id: int
    kind: str
    actor: str
    source: str
    at: datetime
    revision: int
    summary: Mapping[str, Any]
    undoes: int | None = None
    undone_by: int | None = None


def begin_operation(
    connection: Connection, kind: str, actor: str, source: str | None, undoes: int | None = None
) -> int:
    """Record a write and raise the revision; returns the operation's id."""
    row: dict[str, Any] = {
        "kind": kind, "actor": actor, "source": source, "at": clock.now(),
        **raise_revision(connection)._asdict(), "summary": {}, "undoes": undoes,
    }
    key = connection.execute(insert(m.operation).values(row)).inserted_primary_key
    assert key is not None
    return int(key[0])


def end_operation(connection: Connection, operation_id: int, summary: Mapping[str, Any]) -> None:
    """Say what came of it. A summary counts and names ids; what entries say stands in their claims alone."""
    where = m.operation.c.id == operation_id
    connection.execute(update(m.operation).where(where).values(summary=dict(summary)))


def operation(connection: Connection, operation_id: int) -> Operation | None:
    found = _read(connection, m.operation.c.id == operation_id)
    return found[0] if found else None


def operations(connection: Connection, ids: Sequence[int]) -> list[Operation]:
    """These operations, the newest first."""
    return _read(connection, m.operation.c.id.in_(ids))


def latest_operations(
    connection: Connection, limit: int, before: int | None, without: Sequence[str]
) -> list[Operation]:
    """The newest operations whose kind is none of `without`, older than `before` when it is given."""
    where = m.operation.c.kind.not_in(without)
    return _read(connection, where & (m.operation.c.id < before) if before else where, limit)


def _read(connection: Connection, where: Any, limit: int | None = None) -> list[Operation]:
    rows = connection.execute(select(m.operation).where(where).order_by(m.operation.c.id.desc()).limit(limit)).all()
    undone = _undone(connection, [row.id for row in rows])
    return [
        Operation(
            row.id, row.kind, row.actor, row.source or "", aware(row.at), row.revision, row.summary, row.undoes,
            undone.get(row.id),
        )
        for row in rows
    ]


def _undone(connection: Connection, ids: Sequence[int]) -> dict[int, int]:
    """Operation → the one that took it back and was not itself taken back."""
    c, found = m.operation.c, dict[int, int]()
    rows = connection.execute(select(c.id, c.undoes).where(c.undoes.in_(ids)).order_by(c.id)).all() if ids else []
    if rows:
        again = _undone(connection, [row.id for row in rows])
        found = {row.undoes: row.id for row in rows if row.id not in again}
    return found


def aware(at: datetime) -> datetime:
    """A time as it was written: SQLite forgets that it was UTC."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def last_changes(connection: Connection, reader: Audience) -> dict[str, tuple[datetime, str]]:
    """When and by whom what a reader may see of each entry last changed."""
    c, newest = m.claim.c, dict[str, int]()
    query = (
        select(c.resource_id, c.source, func.max(c.operation_id), func.max(c.ended_by))
        .where(for_reader(reader, m.claim)).group_by(c.resource_id, c.source)
    )
    kept = {(it, source) for it, source in connection.execute(kept_from(reader))}
    for it, source, began, ended in connection.execute(query):
        if (it, source) not in kept:
            newest[it] = max(newest.get(it, 0), began, ended or 0)
    done = _done_by(connection, sorted(set(newest.values())))
    return {it: done[operation] for it, operation in newest.items()}


def _done_by(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[datetime, str]]:
    o, found = m.operation.c, dict[int, tuple[datetime, str]]()
    for some in chunks(ids):
        rows = connection.execute(select(o.id, o.at, o.actor).where(o.id.in_(some)))
        found.update((key, (aware(at), actor)) for key, at, actor in rows)
    return found


def for_reader(reader: Audience, table: Table) -> ColumnElement[bool]:
    """The rows that are for this reader, as far as they say for whom they are."""
    if "audience" not in table.c:
        return true()
    wide = [str(level) for level in Level if level != Level.OFFICE and reader.sees(level, "")]
    return table.c.audience.in_(wide) | ((table.c.audience == str(Level.OFFICE)) & (table.c.source == reader.office))


def kept_from(reader: Audience) -> Select[Any]:
    """Entries and the sources that keep all they say of them to their own office, which is not the reader's."""
    c = m.claim.c
    own = (c.field == "audience") & c.ended_by.is_(None) & (cast(c.value, Text) == f'"{Level.OFFICE}"')
    return select(c.resource_id, c.source).where(own & (c.source != reader.office))
