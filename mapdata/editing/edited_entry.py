"""An entry being edited, as it stands now and as it stood when the form was made; and the way to write it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from mapdata import identity, storage
from mapdata.claims.binding import Binding
from mapdata.claims.entry import Claim
from mapdata.claims.narrowness import RULES
from mapdata.claims.projection import Audience, office
from mapdata.claims.shown import Shown
from mapdata.claims.sighted import Sighted
from mapdata.claims.widening import Said
from mapdata.claims.winning import ALONE, Standing
from mapdata.fields.folding import name_key
from mapdata.storage import KnownAs, Operation, Told, ToldChoice, ToldKnown
from mapdata.storage.speaking import Speaker, prefer_own
from mapdata.storage.speaking.acting import Around


def unused_id(connection: Connection) -> str:
    return identity.new_id(storage.all_ids(connection).__contains__)


class EditedEntry:
    """An entry being edited, as its claims stand now and as they stood when the form was made."""

    def __init__(
        self, connection: Connection, entry_id: str, base: int, who: Speaker, on: date, reader: Audience | None = None
    ):
        self.connection, self.id, self.who, self.on = connection, entry_id, who, on
        seen = storage.see(connection, entry_id, reader or office(who.source), on)
        self.sighted, self.binding, self.keepers = seen, seen.binding, seen.standing.keepers
        self.current, self.now = list(seen.all_claims), seen.shown
        self.told: list[Told] = []
        self.chosen: list[ToldChoice] = []
        self.operations: dict[int, Operation] = {}
        is_old = storage.revisions_of(connection, [entry_id])[entry_id] > base
        self.then = self._then(base) if is_old else self.now

    def _then(self, base: int) -> dict[str, Shown]:
        """As it was shown when the form was made."""
        self.told = storage.history(self.connection, self.id)
        known = storage.known_history(self.connection, self.id)
        self.chosen = storage.choices_told(self.connection, self.id)
        self.operations = _operations(self.connection, [*self.told, *self.chosen, *known])
        then = [t.claim for t in self.told if self._held_at(t, base)]
        return Sighted(self.id, self.sighted.reader, then, Standing(
            {t.known.source: t.known.local_id or "" for t in known if self._held_at(t, base)},
            {t.field: t.choice for t in self.chosen if self._held_at(t, base)},
        )).shown

    def _held_at(self, told: Told | ToldChoice | ToldKnown, revision: int) -> bool:
        ended = self.operations[told.ended].revision if told.ended else None
        return self.operations[told.began].revision <= revision and (ended is None or ended > revision)

    def last_change(self, name: str) -> Operation:
        """The newest operation that began or ended a claim of this field, or chose among them."""
        told: list[Told | ToldChoice] = [t for t in self.told if t.claim.field == name]
        told += [t for t in self.chosen if t.field == name]
        ids = [i for t in told for i in (t.began, t.ended) if i]
        return self.operations[max(ids)]

    def write(self, operation: int, claims: Sequence[Claim], lifting: Sequence[Claim] = ()) -> None:
        """`lifting`: what other offices say from now on, having agreed."""
        fields_said = {c.field for c in claims}
        own, said = [c for c in self.current if c.source == self.who.source], [*claims, *lifting]
        ended = self.ending(said)
        storage.end_claims(self.connection, ended, operation)
        storage.add_claims(self.connection, said, operation)
        self.after = [*(c for c in self.current if c.id not in ended), *said]
        self._name([*(c for c in own if c.field not in fields_said), *claims], operation)
        standing = {self.id: self.sighted.standing}
        prefer_own(self.connection, {self.id: fields_said}, self.who.source, operation, standing)

    def around(self) -> Around | None:
        """What was said of it before and is said now that it is written; None where somebody's choice may have changed
        with that."""
        standing = self.sighted.standing
        if standing.is_shared or standing.choices:
            return None
        before, after = Said(self.id, self.current, standing), Said(self.id, self.after, standing)
        return {self.id: before}, {self.id: after}

    def ending(self, claims: Sequence[Claim]) -> list[int]:
        """The claims, by their ids, that these end."""
        saying, names = {(c.field, c.source) for c in claims}, {c.field for c in claims}
        ended = (c for c in self.current if (c.field, c.source) in saying or self._is_lifted(c, names))
        return [c.id for c in ended if c.id is not None]

    def _is_lifted(self, claim: Claim, names: Collection[str]) -> bool:
        """Whether it is a rule that somebody else laid on an entry of this office, which says anew what holds."""
        is_rule = claim.field in RULES and claim.field in names
        return is_rule and self.who.source in self.keepers and claim.source not in self.keepers

    def _name(self, own: Sequence[Claim], operation: int) -> None:
        """The row of this office's own list is known by its new name and address from now on."""
        if _key(own) == _key(c for c in self.current if c.source == self.who.source):
            return
        known = [k for k in storage.known_of_resources(self.connection, [self.id])[self.id]
                 if k.source == self.who.source]
        key = _key(own)
        if len(known) == 1 and key and known[0].name_key != key and known[0].id is not None:
            storage.end_known(self.connection, [known[0].id], operation)
            storage.begin_known(self.connection, [replace(known[0], name_key=key)], operation)


class SeenEntry(EditedEntry):
    """An entry that is changed at once as it stands: nobody filled in a form about it meanwhile."""

    def __init__(self, seen: Sighted, who: Speaker, on: date):
        self.id, self.who, self.on, self.current = seen.id, who, on, list(seen.all_claims)
        self.told, self.chosen, self.operations = [], [], {}
        self.binding, self.keepers = seen.binding, seen.standing.keepers
        self.now = self.then = seen.shown


class NewEntry(EditedEntry):
    """An entry that is being made."""

    def __init__(self, connection: Connection, new_id: str, who: Speaker, on: date):
        self.connection, self.who, self.on = connection, who, on
        self.id = new_id if identity.is_id(new_id) else unused_id(connection)
        self.told, self.chosen, self.current, self.operations = [], [], [], {}
        self.now, self.then = {}, {}
        self.binding, self.keepers = Binding({}, ALONE), frozenset()

    def write(self, operation: int, claims: Sequence[Claim], lifting: Sequence[Claim] = ()) -> None:
        storage.add_resources(self.connection, [self.id])
        storage.add_claims(self.connection, claims, operation)
        storage.begin_known(self.connection, [KnownAs(self.who.source, None, _key(claims), self.id)], operation)
        self.after = [*claims]

    def around(self) -> Around | None:
        after = Said(self.id, self.after, Standing({self.who.source: ""}))
        return {self.id: Said(self.id, (), ALONE)}, {self.id: after}


def _operations(connection: Connection, told: Iterable[Told | ToldChoice | ToldKnown]) -> dict[int, Operation]:
    ids = {i for t in told for i in (t.began, t.ended) if i}
    return {o.id: o for o in storage.operations(connection, sorted(ids))}


def _key(own: Iterable[Claim]) -> str:
    """How a list without 管理番号 knows this entry again; "" where the office does not name it."""
    says = {c.field: c.value for c in own}
    places = says.get("places") or [{}]
    return name_key(says["name"], places[0].get("address", "")) if says.get("name") else ""
