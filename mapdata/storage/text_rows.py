"""The site's own texts and the labels of terms, now and before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from mapdata.storage import statements
from mapdata.storage.statements import Kind, Slot


@dataclass(frozen=True, slots=True)
class ToldText:
    """A text or label with the operations that began it and, unless it is current, ended it."""

    id: int
    slot: Slot
    value: Any
    began: int
    ended: int | None


def told_texts(connection: Connection, kind: Kind) -> list[ToldText]:
    """Every text of a kind that was ever written, in the order it was written."""
    table = kind.table
    columns = [table.c[name] for name in (*kind.slot, *kind.says)]
    rows = connection.execute(select(table.c.id, table.c.operation_id, table.c.ended_by, *columns).order_by(table.c.id))
    return [ToldText(key, tuple(said[:-1]), said[-1], began, ended) for key, began, ended, *said in rows]


def current_texts(connection: Connection, kind: Kind) -> dict[Slot, ToldText]:
    return {told.slot: told for told in told_texts(connection, kind) if told.ended is None}


def write_texts(
    connection: Connection, kind: Kind, ended: Sequence[int], begun: Sequence[tuple[Slot, Any]], operation_id: int
) -> None:
    statements.end(connection, kind, ended, operation_id)
    names = (*kind.slot, *kind.says)
    rows = [dict(zip(names, (*slot, value), strict=True)) for slot, value in begun]
    statements.begin(connection, kind, rows, operation_id)
