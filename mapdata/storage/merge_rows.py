"""Entries that are part of others now, pairs that are two, and whose value people chose."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, or_, select, union

from mapdata.claims.winning import Choice, Standing
from mapdata.storage import statements
from mapdata.storage.known import local_ids_of
from mapdata.storage.revision import chunks
from mapdata.storage.tables import merging_models as mm
from mapdata.storage.tables import models as m

#: Longer chains are no chains of merges.
_LONGEST_CHAIN = 100


def merged_into(connection: Connection, resource_id: str) -> str:
    """The entry that this one is part of now, however often that was merged again; itself where it is not merged."""
    c = mm.merged.c
    for _ in range(_LONGEST_CHAIN):
        query = select(c.into).where((c.resource_id == resource_id) & c.ended_by.is_(None))
        if (into := connection.execute(query).scalar()) is None:
            break
        resource_id = into
    return resource_id


def all_merged(connection: Connection) -> dict[str, str]:
    """Every entry that is part of another now, with the entry that shows it."""
    c = mm.merged.c
    into = {it: kept for it, kept in connection.execute(select(c.resource_id, c.into).where(c.ended_by.is_(None)))}
    return {it: _last(into, it) for it in into}


def _last(into: Mapping[str, str], it: str) -> str:
    for _ in range(_LONGEST_CHAIN):
        if it not in into:
            break
        it = into[it]
    return it


def begin_merged(connection: Connection, resource_id: str, into: str, operation_id: int) -> None:
    statements.begin(connection, statements.MERGED, [{"resource_id": resource_id, "into": into}], operation_id)


@dataclass(frozen=True, slots=True)
class ToldMerge:
    """That an entry was made part of another, by which operation, and which one ended it (None: it still is)."""

    entry_id: str
    into: str
    began: int
    ended: int | None

    def is_by(self, operation_id: int) -> bool:
        return operation_id in (self.began, self.ended)


def merges_of(connection: Connection, resource_id: str) -> list[ToldMerge]:
    """Every merge that an entry ever was in, on either side."""
    c = mm.merged.c
    return _merges(connection, or_(c.resource_id == resource_id, c.into == resource_id))


def merges_by(connection: Connection, operation_id: int) -> list[ToldMerge]:
    """The merges that an operation made or took back."""
    c = mm.merged.c
    return _merges(connection, or_(c.operation_id == operation_id, c.ended_by == operation_id))


def _merges(connection: Connection, where: object) -> list[ToldMerge]:
    c = mm.merged.c
    query = select(c.resource_id, c.into, c.operation_id, c.ended_by).where(where)  # type: ignore[arg-type]
    return [ToldMerge(*row) for row in connection.execute(query.order_by(c.id))]


def revisions_of(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    """The revision at which each of these entries last changed."""
    c = m.resource.c
    return {it: at for it, at in connection.execute(select(c.id, c.revision).where(c.id.in_(ids)))}


# --- pairs that are two


def distinct_pairs(connection: Connection) -> dict[tuple[str, str], str]:
    """Pairs of ids that somebody found to be two, with the reason."""
    c = mm.distinct_pair.c
    rows = connection.execute(select(c.resource_id, c.other_id, c.reason).where(c.ended_by.is_(None)))
    return {(a, b): reason for a, b, reason in rows}


def begin_distinct(connection: Connection, a: str, b: str, reason: str, operation_id: int) -> None:
    first, second = sorted((a, b))
    row = {"resource_id": first, "other_id": second, "reason": reason}
    statements.begin(connection, statements.DISTINCT, [row], operation_id)


def end_distinct(connection: Connection, pairs: Iterable[tuple[str, str]], operation_id: int) -> None:
    c, wanted = mm.distinct_pair.c, set(pairs)
    rows = connection.execute(select(c.id, c.resource_id, c.other_id).where(c.ended_by.is_(None)))
    ids = [row for row, a, b in rows if (a, b) in wanted]
    statements.end(connection, statements.DISTINCT, ids, operation_id)


# --- whose value was chosen


def choices_of(connection: Connection, ids: Sequence[str]) -> dict[str, dict[str, Choice]]:
    """By entry and field, whose value was chosen."""
    c, found = mm.choice.c, defaultdict[str, dict[str, Choice]](dict)
    for some in chunks(ids):
        where = c.resource_id.in_(some) & c.ended_by.is_(None)
        for row in connection.execute(select(c.resource_id, c.field, c.source, c.seen).where(where).order_by(c.id)):
            found[row.resource_id][row.field] = Choice(row.source, row.seen)
    return found


def standing_of(connection: Connection, ids: Sequence[str]) -> dict[str, Standing]:
    """Where each of these entries stands: its numbers by source ("" where a source gives none), and what was chosen."""
    numbers, choices = local_ids_of(connection, ids), choices_of(connection, ids)
    return {it: Standing(numbers.get(it, {}), choices.get(it, {})) for it in ids}


def standing_before(
    connection: Connection, ids: Sequence[str], operation_id: int, now: Mapping[str, Standing]
) -> dict[str, Standing]:
    """Where each of these entries stood before the newest operation, as it is `now` after it."""
    found = dict(now)
    for some in chunks(ids):
        changed = _changed_by(connection, some, operation_id)
        for it in changed:
            found[it] = Standing(
                {k.source: k.local_id or "" for k in _held_before(connection, statements.KNOWN, it, operation_id)},
                {c.field: Choice(c.source, c.seen)
                 for c in _held_before(connection, statements.CHOICE, it, operation_id)},
            )
    return found


def _changed_by(connection: Connection, ids: Sequence[str], operation_id: int) -> set[str]:
    """Of which of these an operation changed the lists that have them, or what was chosen."""
    def changed(kind: statements.Kind) -> Any:
        c = kind.table.c
        by_it = (c.operation_id == operation_id) | (c.ended_by == operation_id)
        return select(c.resource_id).where(c.resource_id.in_(ids) & by_it)

    return set(connection.execute(union(changed(statements.KNOWN), changed(statements.CHOICE))).scalars())


def _held_before(connection: Connection, kind: statements.Kind, resource_id: str, operation_id: int) -> Any:
    c = kind.table.c
    held = (c.operation_id < operation_id) & (c.ended_by.is_(None) | (c.ended_by >= operation_id))
    return connection.execute(select(kind.table).where((c.resource_id == resource_id) & held).order_by(c.id))


def all_choices(connection: Connection) -> dict[str, dict[str, Choice]]:
    """What was chosen, of all entries for which anything was."""
    c = mm.choice.c
    ids = connection.execute(select(c.resource_id).where(c.ended_by.is_(None)).distinct()).scalars().all()
    return choices_of(connection, ids)


def choose(connection: Connection, resource_id: str, choices: Mapping[str, Choice], operation_id: int) -> None:
    """From now on these hold, in the place of what was chosen for the same fields before."""
    c = mm.choice.c
    where = (c.resource_id == resource_id) & c.field.in_(list(choices)) & c.ended_by.is_(None)
    statements.end(connection, statements.CHOICE, connection.execute(select(c.id).where(where)).scalars().all(),
                   operation_id)
    rows = [
        {"resource_id": resource_id, "field": name, "source": one.source, "seen": dict(one.seen)}
        for name, one in choices.items()
    ]
    statements.begin(connection, statements.CHOICE, rows, operation_id)


@dataclass(frozen=True, slots=True)
class ToldChoice:
    """A choice with the operations that began it and, unless it holds, ended it."""

    field: str
    choice: Choice
    began: int
    ended: int | None

    def held(self, operation_id: int) -> bool:
        return self.began <= operation_id and (self.ended is None or self.ended > operation_id)


def choices_told(connection: Connection, resource_id: str) -> list[ToldChoice]:
    """Every choice ever made of an entry."""
    c = mm.choice.c
    rows = connection.execute(select(mm.choice).where(c.resource_id == resource_id).order_by(c.id))
    return [ToldChoice(r.field, Choice(r.source, r.seen), r.operation_id, r.ended_by) for r in rows]
