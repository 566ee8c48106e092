"""The number that every write raises, and lists of ids cut to what a statement takes."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from sqlalchemy import Connection, select, update

from mapdata.storage.tables import models as m

_T = TypeVar("_T")

#: SQLite takes at most 32,766 parameters a statement; lists of ids are cut to this.
_CHUNK = 5_000


def revision(connection: Connection) -> int:
    return connection.execute(select(m.registry_state.c.revision)).scalar_one()


def rules_of_view(connection: Connection) -> int:
    """The rules by which all entries were last resolved, 0 where nobody knows."""
    return connection.execute(select(m.registry_state.c.rules)).scalar_one()


def set_rules_of_view(connection: Connection, rules: int) -> None:
    connection.execute(update(m.registry_state).values(rules=rules))


def chunks(ids: Sequence[_T]) -> Iterable[Sequence[_T]]:
    return (ids[start:start + _CHUNK] for start in range(0, len(ids), _CHUNK))
