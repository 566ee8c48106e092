"""What every write to the registry shares: who speaks, and resolving anew what was written."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine

from mapdata import clock, storage
from mapdata.claims import placing
from mapdata.claims.entry import Claim
from mapdata.claims.narrowness import RULES
from mapdata.claims.resolve import resolved
from mapdata.claims.winning import PER_SOURCE, Standing, chosen, differ, grouped
from mapdata.words import Level

#: Of the rules by which entries are resolved: a greater one resolves them all anew.
RULES_OF_VIEW = 1
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
        return cls(source, actor, clock.now())

    def claim(
        self, resource_id: str, field: str, value: Any, audience: Level, assured_on: date | None,
        bound: tuple[str, Level] = ("", Level.PUBLIC),
    ) -> Claim:
        """`bound`: by whom it is bound, and to whom (`Shown.bound_for`)."""
        by, level = bound
        return Claim(resource_id, field, self.source, value, audience, assured_on, self.at, self.actor, None, by, level)


def refresh(connection: Connection, ids: Sequence[str]) -> None:
    """Resolve these entries anew from their current claims."""
    for start in range(0, len(ids), BATCH):
        some = ids[start:start + BATCH]
        save_resolved(connection, some, storage.claims_of_resources(connection, some))


def save_resolved(connection: Connection, ids: Sequence[str], claims: Mapping[str, Iterable[Claim]]) -> None:
    """Resolve these entries from the claims that are current of them."""
    standing = storage.standing_of(connection, ids)
    storage.save_entries(connection, [resolved(i, claims.get(i, ()), standing[i]) for i in ids])


def prefer_own(
    connection: Connection, written: Mapping[str, Collection[str]], source: str, operation: int,
    standing: Mapping[str, Standing] | None = None,
) -> None:
    """What a person just wrote on the screen, by entry its fields, is what that person chose: in what two lists hold,
    or where somebody chose before, it holds against what others say of it. `standing`: where it is known."""
    standing = standing or storage.standing_of(connection, list(written))
    ids = [it for it in written if standing[it].is_shared or standing[it].choices]
    claims = storage.claims_of_resources(connection, ids)
    for it in ids:
        chosen_here = set(written[it]) - RULES - {PER_SOURCE}
        rivals = {n: some for n, some in grouped(claims[it]).items() if n in chosen_here}
        asked = [n for n in rivals if differ(rivals[n]) and (standing[it].is_shared or n in standing[it].choices)]
        storage.choose(connection, it, {n: chosen(source, rivals[n]) for n in asked}, operation)


def keep_to_rules(engine: Engine) -> None:
    """Resolve every entry anew where that was last done by older rules: after an update nobody sees what the new ones
    keep back."""
    with storage.reading(engine) as connection:
        is_current = storage.rules_of_view(connection) >= RULES_OF_VIEW
    if is_current:
        return
    with storage.writing(engine) as connection:
        if ids := sorted(storage.all_ids(connection)):
            operation = storage.begin_operation(connection, "resolve", "cli:update", None)
            refresh(connection, ids)
            storage.end_operation(connection, operation, {"resolved": len(ids)})
        storage.set_rules_of_view(connection, RULES_OF_VIEW)


def resolve_again(engine: Engine, actor: str) -> int:
    """Resolve every entry anew, as after new address tables are installed; returns how many."""
    placing.forget()
    with storage.writing(engine) as connection:
        ids = sorted(storage.all_ids(connection))
        operation = storage.begin_operation(connection, "resolve", actor, None)
        refresh(connection, ids)
        storage.end_operation(connection, operation, {"resolved": len(ids)})
    return len(ids)
