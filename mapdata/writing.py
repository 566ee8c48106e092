"""What every write to the registry shares: who speaks, and resolving anew what was written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Engine

from mapdata import placing, storage
from mapdata.entry import Claim
from mapdata.resolve import resolve
from mapdata.words import Level

#: Entries written and resolved at a time, so that a long list needs little memory.
BATCH = 1000


@dataclass(frozen=True)
class Speaker:
    """Who writes and in which source's name, at one moment."""

    source: str
    actor: str
    at: datetime

    @classmethod
    def now(cls, source: str, actor: str) -> "Speaker":
        return cls(source, actor, datetime.now(UTC))

    def claim(self, resource_id: str, field: str, value: Any, audience: Level, assured_on: date | None) -> Claim:
        return Claim(resource_id, field, self.source, value, audience, assured_on, self.at, self.actor)


def refresh(connection: Connection, ids: Sequence[str]) -> None:
    """Resolve these entries anew from their current claims."""
    for start in range(0, len(ids), BATCH):
        some = ids[start:start + BATCH]
        save_resolved(connection, some, storage.claims_of_resources(connection, some))


def save_resolved(connection: Connection, ids: Sequence[str], claims: Mapping[str, Iterable[Claim]]) -> None:
    """Resolve these entries from the claims that are current of them."""
    numbers = storage.local_ids_of(connection, ids)
    storage.save_entries(connection, [resolve(i, claims.get(i, ()), numbers.get(i, {})) for i in ids])


def resolve_again(engine: Engine, actor: str) -> int:
    """Resolve every entry anew, as after new address tables are installed; returns how many."""
    placing.forget()
    with storage.writing(engine) as connection:
        ids = sorted(storage.all_ids(connection))
        operation = storage.begin_operation(connection, "resolve", actor, None)
        refresh(connection, ids)
        storage.end_operation(connection, operation, {"resolved": len(ids)})
    return len(ids)
