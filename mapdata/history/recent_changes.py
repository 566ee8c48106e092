"""What was done lately to the registry as a whole: who, when, how, and to how many entries.

Each reader is told what its own office did as it came out, and of another's as much as it sees of it.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from mapdata import storage
from mapdata.claims.projection import Audience
from mapdata.clock import today
from mapdata.history.timeline import Done
from mapdata.storage import Operation

#: Operations looked through at a time; entries of one that are named.
_AT_A_TIME, _NAMED = 100, 4
#: Its own upkeep is no change.
_NO_CHANGES = ("resolve",)


@dataclass(frozen=True)
class Recent(Done):
    """One operation of the registry; `entry_ids` are some of the entries it touched, `outcome` counts them in words."""

    outcome: str
    entry_ids: tuple[str, ...]


def recent(
    engine: Engine, reader: Audience, seen: Container[str], limit: int = 50, before: int | None = None
) -> list[Recent]:
    """The newest operations of the registry of which this reader sees anything, or those older than one; but not its
    own upkeep. `seen`: the entries that the reader sees now."""
    found: list[Recent] = []
    with storage.reading(engine) as connection:
        log = _Log(connection, reader, seen)
        while len(found) < limit:
            some = storage.latest_operations(connection, _AT_A_TIME, before, _NO_CHANGES)
            if not some:
                break
            told = (log.told(operation) for operation in some)
            found += [one for one in told if one]
            before = some[-1].id
    return found[:limit]


def look_up(engine: Engine, reader: Audience, seen: Container[str], operation_id: int) -> Recent | None:
    """That operation; None where there is none of which this reader sees anything."""
    with storage.reading(engine) as connection:
        found = storage.latest_operations(connection, 1, operation_id + 1, _NO_CHANGES)
        is_it = bool(found) and found[0].id == operation_id
        return _Log(connection, reader, seen).told(found[0]) if is_it else None


class _Log:
    """What one reader is told of operations: its own office's as they came out, another's as far as it sees them."""

    def __init__(self, connection: Connection, reader: Audience, seen: Container[str]):
        self.connection, self.reader, self.seen = connection, reader, seen

    def told(self, operation: Operation) -> Recent | None:
        touched = storage.touched_entries(self.connection, operation.id, self.reader)
        entries = [it for it in touched if it in self.seen]
        if operation.source in ("", self.reader.office):
            return Recent(operation, outcome(operation), tuple(entries[:_NAMED]))
        heard = self._heard(entries, operation.source)
        counted = f"対象 {len(heard)}件" if outcome(operation) else ""
        return Recent(operation, counted, tuple(heard[:_NAMED])) if heard else None

    def _heard(self, entries: Sequence[str], source: str) -> list[str]:
        """Those of which the reader sees anything that this source says; what it says alone is seen with its entry."""
        standing = storage.standing_of(self.connection, entries)
        shared = {it for it in entries if standing[it].is_shared}
        sighted = storage.see_those(self.connection, sorted(shared), self.reader, today())
        return [it for it in entries if it not in shared or (it in sighted and sighted[it].visible_of(source))]


def outcome(operation: Operation) -> str:
    """「追加 12件、変更 3件」."""
    names = {"added": "追加", "updated": "変更", "missing": "一覧にないもの", "entries": "対象", "skipped": "そのまま"}
    told = [f"{name} {operation.summary[key]}件" for key, name in names.items() if operation.summary.get(key)]
    return "、".join(told)
