"""Acts that one office asks of another: kept until that one has decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from mapdata.storage.oplog import aware
from mapdata.storage.tables import request_models as r


@dataclass(frozen=True)
class Request:
    """An act that waits, or waited, for `offices`. `marks`: by entry, of what was said of it when it was asked.

    `state`: open, accepted, declined, withdrawn or lapsed. `agreed`: by office, who agreed for it.
    """

    kind: str
    params: Mapping[str, Any]
    source: str
    made_at: datetime
    made_by: str
    note: str
    offices: tuple[str, ...]
    marks: Mapping[str, str]
    agreed: Mapping[str, str] = field(default_factory=dict)
    state: str = "open"
    reason: str = ""
    decided_at: datetime | None = None
    decided_by: str = ""
    operation: int | None = None
    id: int = 0

    @property
    def is_open(self) -> bool:
        return self.state == "open"

    def waits_for(self, office: str) -> bool:
        return self.is_open and office in self.offices and office not in self.agreed


def add_request(connection: Connection, request: Request) -> int:
    row = {
        "kind": request.kind, "params": dict(request.params), "source": request.source, "made_at": request.made_at,
        "made_by": request.made_by, "note": request.note, "offices": list(request.offices), "agreed": {},
        "state": request.state,
    }
    key = connection.execute(insert(r.widening_request).values(row)).inserted_primary_key
    assert key is not None
    rows = [{"request_id": key[0], "resource_id": it, "mark": mark} for it, mark in request.marks.items()]
    if rows:
        connection.execute(insert(r.widening_request_entry), rows)
    return int(key[0])


def request_of(connection: Connection, request_id: int) -> Request | None:
    found = _read(connection, r.widening_request.c.id == request_id, 1)
    return found[0] if found else None


def open_requests(connection: Connection) -> list[Request]:
    """The oldest first."""
    return _read(connection, r.widening_request.c.state == "open", None)[::-1]


def done_requests(connection: Connection, limit: int) -> list[Request]:
    """The newest first."""
    return _read(connection, r.widening_request.c.state != "open", limit)


def change_request(connection: Connection, request_id: int, **values: Any) -> None:
    connection.execute(update(r.widening_request).where(r.widening_request.c.id == request_id).values(values))


def forget_requests(connection: Connection, resource_id: str) -> None:
    """Remove every act that is about an entry, with what it would say of it and of others."""
    c = r.widening_request_entry.c
    ids = connection.execute(select(c.request_id).where(c.resource_id == resource_id)).scalars().all()
    connection.execute(delete(r.widening_request_entry).where(c.request_id.in_(ids)))
    connection.execute(delete(r.widening_request).where(r.widening_request.c.id.in_(ids)))


def _read(connection: Connection, where: Any, limit: int | None) -> list[Request]:
    query = select(r.widening_request).where(where).order_by(r.widening_request.c.id.desc()).limit(limit)
    rows = connection.execute(query).all()
    marks = _marks(connection, [row.id for row in rows])
    return [
        Request(
            row.kind, row.params, row.source, aware(row.made_at), row.made_by, row.note, tuple(row.offices),
            marks.get(row.id, {}), row.agreed, row.state, row.reason, row.decided_at and aware(row.decided_at),
            row.decided_by or "", row.operation_id, row.id,
        )
        for row in rows
    ]


def _marks(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    c, found = r.widening_request_entry.c, dict[int, dict[str, str]]()
    for row in connection.execute(select(c.request_id, c.resource_id, c.mark).where(c.request_id.in_(ids))):
        found.setdefault(row.request_id, {})[row.resource_id] = row.mark
    return found
