"""What every write changes, so that caches are checked against it; and lists of ids cut to what a statement takes."""

import secrets
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, select, update

from mapdata.storage.tables import models as m

_T = TypeVar("_T")

#: SQLite takes at most 32,766 parameters a statement; lists of ids are cut to this.
_CHUNK = 5_000



class Stamp(NamedTuple):
    """Which state a registry is in. Each write raises the revision and draws the mark by chance: of two databases with
    one history the same revision has the same mark, and of a backup that went on by itself it never has."""

    revision: int
    mark: str


_STAMP = select(m.registry_state.c.revision, m.registry_state.c.mark)


def revision(connection: Connection) -> int:
    return connection.execute(select(m.registry_state.c.revision)).scalar_one()


def rules_of_view(connection: Connection) -> int:
    """The rules by which all entries were last resolved, 0 where nobody knows."""
    return connection.execute(select(m.registry_state.c.rules)).scalar_one()


def set_rules_of_view(connection: Connection, rules: int) -> None:
    connection.execute(update(m.registry_state).values(rules=rules))


def stamp(connection: Connection) -> Stamp:
    return Stamp(*connection.execute(_STAMP).one())


def lock_state(connection: Connection) -> Stamp:
    """The registry's state, which nobody else changes until this transaction ends."""
    return Stamp(*connection.execute(_STAMP.with_for_update()).one())


def raise_revision(connection: Connection) -> Stamp:
    """The state that this write makes."""
    state = m.registry_state
    connection.execute(update(state).values(revision=state.c.revision + 1, mark=secrets.token_hex(8)))
    return stamp(connection)


def write_again(connection: Connection) -> None:
    """The state that it is in."""
    connection.execute(update(m.registry_state).values(revision=m.registry_state.c.revision))


def descends_from(connection: Connection, then: Stamp) -> bool:
    """Whether the registry was in that state once, and came to its present one by writes."""
    o = m.operation.c
    found = select(o.id).where((o.revision == then.revision) & (o.mark == then.mark))
    return connection.execute(found).first() is not None


def chunks(ids: Sequence[_T]) -> Iterable[Sequence[_T]]:
    return (ids[start:start + _CHUNK] for start in range(0, len(ids), _CHUNK))


def changed_since(connection: Connection, revision: int) -> list[str]:
    """Ids of the entries that were resolved after that revision."""
    r = m.resource.c
    return sorted(connection.execute(select(r.id).where(r.revision > revision)).scalars())
