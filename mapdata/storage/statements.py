"""Statements: rows that one operation begins and another ends, and that never change in what they say.

A statement belongs to a slot (a claim: one field of one entry as one source says it). What a slot held
before and after an operation can be told for ever, so that an operation can be taken back.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, Integer, Table, insert, literal, select, update

from mapdata.claims.projection import Audience
from mapdata.storage.oplog import aware, for_reader
from mapdata.storage.revision import chunks
from mapdata.storage.tables import freshness_models as f
from mapdata.storage.tables import merging_models as mm
from mapdata.storage.tables import models as m
from mapdata.storage.tables import proposals_models as p

Slot: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True)
class Kind:
    """A table of statements: the columns that name a slot, and those that say something.

    `of_entries`: the first column of a slot is an entry's id. `heading`: what the screen calls such a statement.
    `stays`: it is of this id and no other; the rest goes along when the entry is made part of another.
    """

    table: Table
    heading: str
    slot: tuple[str, ...]
    says: tuple[str, ...]
    of_entries: bool = True
    stays: bool = False


CLAIM = Kind(
    m.claim, "", ("resource_id", "field", "source"),
    ("value", "audience", "assured_on", "recorded_at", "recorded_by", "bound_by", "bound_level"),
)
KNOWN = Kind(m.known_as, "管理番号", ("resource_id", "source"), ("local_id", "name_key"))
VISIT = Kind(
    m.visit, "訪問記録", ("resource_id", "note"),
    ("visited_on", "text", "audience", "source", "recorded_at", "recorded_by"),
)
TEXT = Kind(m.site_text, "", ("key",), ("value",), of_entries=False)
LABEL = Kind(m.term_label, "", ("vocabulary", "code"), ("label",), of_entries=False)
CARE = Kind(
    f.care, "確認の間隔と担当", ("resource_id",), ("interval_months", "schedule_interval_months", "office"),
    stays=True,
)
ATTEMPT = Kind(
    f.contact_attempt, "応答なしの記録", ("resource_id", "attempt"),
    ("tried_on", "try_again_on", "try_again_at", "note", "source", "recorded_at", "recorded_by"),
)
MERGED = Kind(mm.merged, "ひとつにまとめたこと", ("resource_id",), ("into",), stays=True)
DISTINCT = Kind(mm.distinct_pair, "別のもの", ("resource_id", "other_id"), ("reason",), stays=True)
CHOICE = Kind(mm.choice, "選んだ内容", ("resource_id", "field"), ("source", "seen"), stays=True)
DECISION = Kind(
    p.proposal_decision, "変更の知らせ", ("resource_id", "proposal_id"),
    ("state", "fields", "reason", "decided_at", "decided_by"), stays=True,
)
KINDS: tuple[Kind, ...] = (CLAIM, KNOWN, VISIT, TEXT, LABEL, MERGED, DISTINCT, CHOICE, CARE, ATTEMPT, DECISION)


@dataclass(frozen=True, slots=True)
class Span:
    """When a statement held: from one operation until another (None: it still holds)."""

    id: int
    began: int
    ended: int | None

    def held_after(self, operation_id: int) -> bool:
        return self.began <= operation_id and (self.ended is None or self.ended > operation_id)

    def held_before(self, operation_id: int) -> bool:
        return self.began < operation_id and (self.ended is None or self.ended >= operation_id)


def begin(connection: Connection, kind: Kind, rows: Sequence[dict[str, Any]], operation_id: int) -> None:
    if rows:
        connection.execute(insert(kind.table), [{**row, "operation_id": operation_id} for row in rows])


def end(connection: Connection, kind: Kind, ids: Sequence[int], operation_id: int) -> None:
    for some in chunks(ids):
        where = kind.table.c.id.in_(some)
        connection.execute(update(kind.table).where(where).values(ended_by=operation_id))


def begin_again(connection: Connection, kind: Kind, ids: Sequence[int], operation_id: int) -> None:
    """Say again, word for word, what these statements said."""
    columns = [kind.table.c[name] for name in (*kind.slot, *kind.says)]
    now = literal(operation_id, Integer)
    for some in chunks(ids):
        rows = select(*columns, now).where(kind.table.c.id.in_(some)).order_by(kind.table.c.id)
        names = [*(c.name for c in columns), "operation_id"]
        connection.execute(insert(kind.table).from_select(names, rows))


def move(connection: Connection, kind: Kind, ids: Sequence[int], to: str, operation_id: int) -> None:
    """Say again, word for word, of another entry what these statements said; they are to be ended before."""
    first, *rest = (kind.table.c[name] for name in (*kind.slot, *kind.says))
    for some in chunks(ids):
        rows = select(literal(to, first.type), *rest, literal(operation_id, Integer))
        rows = rows.where(kind.table.c.id.in_(some)).order_by(kind.table.c.id)
        names = [first.name, *(c.name for c in rest), "operation_id"]
        connection.execute(insert(kind.table).from_select(names, rows))


def current(connection: Connection, kind: Kind, resource_id: str) -> dict[int, Slot]:
    """The statements that hold of an entry, each with its slot, in the order they were made."""
    table = kind.table
    columns = [table.c[name] for name in kind.slot]
    where = (columns[0] == resource_id) & table.c.ended_by.is_(None)
    return {row_id: tuple(slot) for row_id, *slot in connection.execute(
        select(table.c.id, *columns).where(where).order_by(table.c.id))}


def touched(connection: Connection, kind: Kind, operation_id: int) -> list[Slot]:
    """The slots in which an operation began or ended anything."""
    table = kind.table
    columns = [table.c[name] for name in kind.slot]
    began = select(*columns).where(table.c.operation_id == operation_id)
    ended = select(*columns).where(table.c.ended_by == operation_id)
    return [tuple(row) for row in connection.execute(began.union(ended))]


def spans(connection: Connection, kind: Kind, firsts: Sequence[Any]) -> dict[Slot, list[Span]]:
    """Every statement ever made in the slots whose first column is one of these, slot by slot."""
    table, found = kind.table, defaultdict[Slot, list[Span]](list)
    columns = [table.c[name] for name in kind.slot]
    query = select(table.c.id, table.c.operation_id, table.c.ended_by, *columns).order_by(table.c.id)
    for some in chunks(firsts):
        for row_id, began, ended, *slot in connection.execute(query.where(columns[0].in_(some))):
            found[tuple(slot)].append(Span(row_id, began, ended))
    return found


def contents(connection: Connection, kind: Kind, ids: Iterable[int]) -> dict[int, tuple[Any, ...]]:
    """What these statements say, comparable."""
    table, found = kind.table, dict[int, tuple[Any, ...]]()
    columns = [table.c[name] for name in kind.says]
    for some in chunks(list(ids)):
        for row_id, *said in connection.execute(select(table.c.id, *columns).where(table.c.id.in_(some))):
            found[row_id] = tuple(aware(part) if isinstance(part, datetime) else part for part in said)
    return found


def touched_entries(connection: Connection, operation_id: int, reader: Audience) -> list[str]:
    """Ids of the entries of which an operation began or ended anything that does not say it is for others than this
    reader; whether the reader sees the entry itself is for others to ask."""
    found: dict[str, None] = {}
    for kind in KINDS:
        if kind.of_entries:
            for column in (kind.table.c.operation_id, kind.table.c.ended_by):
                where = (column == operation_id) & for_reader(reader, kind.table)
                query = select(kind.table.c.resource_id).where(where)
                found.update(dict.fromkeys(connection.execute(query.distinct()).scalars()))
    return list(found)
