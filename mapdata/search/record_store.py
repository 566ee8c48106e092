"""Where snapshots get their records: a store that has some for each audience. The registry's makes them of claims.

A store that was handed finished records, and never had a claim, serves a site just as well.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Protocol

from sqlalchemy import Connection, Engine

from mapdata import storage
from mapdata.claims.projection import PUBLIC, Audience, Record, project
from mapdata.people.account import SAMPLE_ACTOR
from mapdata.storage import migrations
from mapdata.storage.statements import LABEL


@dataclass(frozen=True)
class State:
    """What is true of a store as a whole at one revision.

    `called`: terms, as (vocabulary, code), that have another label there. `mark`: see `storage.Stamp`.
    """

    revision: int
    holds_samples: bool = False
    called: Mapping[tuple[str, str], str] = field(default_factory=dict)
    mark: str = ""

    @property
    def stamp(self) -> storage.Stamp:
        return storage.Stamp(self.revision, self.mark)


class RecordStore(Protocol):
    """Records by audience. Each answer is of one moment; all of them raise Unavailable when the store does not answer.

    Threads share a store. Revisions only grow, unless another store was put in its place.
    """

    def stamp(self) -> storage.Stamp:
        """Of the newest change, whoever made it. Asked on every request, so it must cost next to nothing."""

    def records(self, audience: Audience, on: date) -> tuple[State, Sequence[Record]]:
        """All that this audience may see on that day, in any order."""

    def changed_since(
        self, then: State, audience: Audience, on: date
    ) -> tuple[State, Mapping[str, Record | None]] | None:
        """By id, the records that may have changed since that state, None for those that are not to be seen any more;
        None where all have to be read anew."""


class ClaimedRecords:
    """The registry's store: what sources claim, resolved, as each audience may see it."""

    def __init__(self, engine: Engine):
        self._engine = engine

    @cached_property
    def revision(self) -> storage.RevisionCheck:
        return storage.RevisionCheck(self._engine)

    @cached_property
    def stamp(self) -> Callable[[], storage.Stamp]:
        return self.revision.stamp

    def records(self, audience: Audience, on: date) -> tuple[State, Sequence[Record]]:
        with storage.reading(self._engine) as connection:
            state = _state(connection)
            with storage.undisturbed(connection):
                migrations.require_newest(connection)
                projected = [project(entry, audience, on) for entry in storage.stream_entries(connection)]
            return state, [record for record in projected if record is not None]

    def changed_since(
        self, then: State, audience: Audience, on: date
    ) -> tuple[State, Mapping[str, Record | None]] | None:
        """None for another database in the place of the one that was, and for other words."""
        with storage.reading(self._engine) as connection:
            # where no sample spoke then, only one that was said since can
            now = _state(connection, storage.EVER if then.holds_samples else then.revision)
            if now.called != then.called or not _came_of(connection, now, then):
                return None
            with storage.undisturbed(connection):
                return now, changes(connection, then.revision, audience, on)


def changes(connection: Connection, since: int, audience: Audience, on: date) -> dict[str, Record | None]:
    """By id, the entries that were resolved after that revision as this audience sees them, None for not at all."""
    return {entry.id: project(entry, audience, on) for entry in storage.load_entries(connection, since)}


def just_changed(
    connection: Connection, before: storage.Stamp, after: storage.Stamp, ids: Sequence[str], on: date
) -> dict[str, Record | None]:
    """The same, as everyone sees them, of what the write on this connection changed: what it resolved is at hand.
    Visits are not, and are for nobody outside."""
    resolved = storage.resolved_at(connection, after.revision)
    if any(it not in resolved for it in ids):
        return changes(connection, before.revision, PUBLIC, on)
    return {it: project(resolved[it], PUBLIC, on) for it in ids}


def _came_of(connection: Connection, now: State, then: State) -> bool:
    """Whether what changed since then is all that differs, or another database took its place."""
    return now.stamp == then.stamp or (
        now.revision > then.revision and storage.descends_from(connection, then.stamp)
    )


def _state(connection: Connection, since: int = storage.EVER) -> State:
    called = {key: told.value for key, told in storage.current_texts(connection, LABEL).items()}
    stamp = storage.stamp(connection)
    return State(stamp.revision, storage.still_speaks(connection, SAMPLE_ACTOR, since), called, stamp.mark)
