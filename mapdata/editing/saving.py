"""Saving one entry as a person edited it: what differs from what was shown becomes claims of that person's office.

Nothing is written over what somebody else wrote meanwhile: the second is told field by field.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Engine

from mapdata import storage
from mapdata.claims.entry import Entry
from mapdata.claims.projection import PUBLIC, Audience, office
from mapdata.claims.shown import Shown
from mapdata.claims.sighted import Sighted
from mapdata.claims.widening import Widening
from mapdata.editing.edit import Edit, level_of, value_of
from mapdata.editing.edited_entry import EditedEntry, NewEntry, unused_id
from mapdata.fields import field_table
from mapdata.storage.speaking import Speaker
from mapdata.storage.speaking.acting import BY_ITSELF, Agreed, askable, finish
from mapdata.words import Level


@dataclass(frozen=True)
class Saved:
    """What was written: the operation (None when nothing differed), the fields that changed, and what it shows to whom
    that was not shown."""

    entry_id: str
    operation: int | None
    revision: int
    changed: tuple[str, ...] = field(default=())
    widened: tuple[Widening, ...] = field(default=())


@askable("form")
def save(
    engine: Engine, entry_id: str | None, base: int, says: Mapping[str, Any], audiences: Mapping[str, Level],
    source: str, actor: str, on: date, *, assure: bool = True, kind: str = "form", new_id: str = "",
    agreed: Agreed = BY_ITSELF,
) -> Saved:
    """Make an entry say this; `entry_id` None makes a new one, with `new_id` from `fresh_id` when it is given:
    sent twice, the same form makes one entry.

    `says` holds claim values by field, None for a field emptied on purpose; fields that are not in it stay.
    `base` is the registry's revision that the form was made from. `assure`: the person has made sure today (`on`).
    Raises EditConflict, EditRefused, WouldWiden or MustAsk where it would show more than was `agreed`, or NotFound for
    an entry that this office does not see.
    """
    who = Speaker.now(source, actor)
    with storage.writing(engine) as connection:
        if entry_id is None and new_id not in storage.all_ids(connection):
            editing: EditedEntry = NewEntry(connection, new_id, who, on)
        else:
            editing = EditedEntry(connection, entry_id or new_id, base if entry_id else 0, who, on)
        edit = Edit(editing, _without_blanks(says), audiences, assure, agreed.offices)
        edit.check()
        if not (claims := edit.claims()):
            return Saved(editing.id, None, storage.revision(connection))
        operation = storage.begin_operation(connection, kind, actor, source)
        asks = frozenset[str]().union(*edit.asks().values())
        editing.write(operation, claims, edit.lifting(asks))
        widened = finish(
            connection, operation, [editing.id], source, {"fields": len(claims)}, agreed, asks=asks,
            around=editing.around(),
        )
        changed = tuple(c.field for c in claims)
        return Saved(editing.id, operation, storage.revision(connection), changed, tuple(widened))


def write_within(
    connection: Connection, operation: int, entry_id: str, says: Mapping[str, Any], who: Speaker, reader: Audience,
    on: date,
) -> tuple[str, ...]:
    """As `save`, within another operation: what `reader` is shown now becomes what `who` says, and the reader's own
    office lets go of what stands in the way. The fields that changed; they are still to be resolved (`finish`).

    Raises EditRefused, or NotFound for an entry that `reader` does not see.
    """
    entry = EditedEntry(connection, entry_id, storage.revision(connection), who, on, reader)
    agreeing = frozenset({reader.office})
    edit = Edit(entry, _without_blanks(says), {}, True, agreeing)
    edit.check()
    if claims := edit.claims():
        entry.write(operation, claims, edit.lifting(agreeing))
    return tuple(c.field for c in claims)


@dataclass(frozen=True)
class Opened:
    """An entry as its form begins: what this office is shown, field by field, what residents are, and who else speaks
    of it."""

    base: int
    sighted: Sighted
    on: date

    @property
    def entry_id(self) -> str:
        return self.sighted.id

    @property
    def shown(self) -> Mapping[str, Shown]:
        return self.sighted.shown

    @property
    def entry(self) -> Entry:
        """As it is, for who would see it: shown through the door alone."""
        return self.sighted.whole_entry

    @cached_property
    def others(self) -> tuple[str, ...]:
        """The other sources of which this office sees that they say anything."""
        said = {claim.source for name in field_table.NAMES for claim in self.sighted.visible(name)}
        return tuple(sorted(said - {self.sighted.reader.office}))

    @cached_property
    def public(self) -> Mapping[str, Shown]:
        """What residents are shown, field by field; nothing where they do not see the entry."""
        seen = replace(self.sighted, reader=PUBLIC)
        return seen.shown if seen.is_seen(self.on) else {}

    def value(self, name: str) -> Any:
        return value_of(self.shown.get(name))

    def level(self, name: str) -> Level:
        """Who may see the field's value, or would see a new one."""
        return level_of(name, self.shown.get(name))


def open_entry(engine: Engine, entry_id: str, source: str, on: date) -> Opened:
    """What the form of an entry begins with. Raises NotFound for one that this office does not see."""
    with storage.reading(engine) as connection:
        base = storage.revision(connection)
        return Opened(base, storage.see(connection, entry_id, office(source), on), on)


def fresh_id(engine: Engine) -> str:
    """An id for the form of a new entry to carry, so that pressing twice makes one entry."""
    with storage.reading(engine) as connection:
        return unused_id(connection)


def _without_blanks(says: Mapping[str, Any]) -> dict[str, Any]:
    return {name: None if value in ("", [], {}, ()) else value for name, value in says.items()}
