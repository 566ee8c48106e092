"""Saving one entry as a person edited it: what differs from what was shown becomes claims of that person's office.

Nothing is written over what somebody else wrote meanwhile: the second is told field by field.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine

from mapdata import identity, storage
from mapdata.claims import in_words, publishing
from mapdata.claims.entry import Claim
from mapdata.claims.projection import Audience, office
from mapdata.claims.shown import Shown
from mapdata.claims.sighted import Sighted
from mapdata.claims.winning import Standing
from mapdata.errors import EditRefused, NotFound, RegistryError
from mapdata.fields import field_table
from mapdata.fields.field_table import NEVER_EMPTY, OWN_AUDIENCE
from mapdata.fields.folding import name_key
from mapdata.storage import KnownAs, Operation, Told, ToldChoice, ToldKnown
from mapdata.storage.speaking import Speaker, prefer_own, refresh
from mapdata.words import Level, narrowest


@dataclass(frozen=True)
class Disagreement:
    """One field as it was when the form was made, as somebody has it now, and as this edit would have it.

    `audiences` belong to those three. `who`, `at` and `source` are the other's, None and "" where only this edit
    touches the field.
    """

    field: str
    heading: str
    base: Any
    theirs: Any
    mine: Any
    audiences: tuple[Level, Level, Level]
    who: str = ""
    source: str = ""
    at: datetime | None = None

    @property
    def is_mine_alone(self) -> bool:
        return self.at is None

    @property
    def is_theirs_alone(self) -> bool:
        return self.mine == self.base and self.audiences[2] == self.audiences[0]

    def words(self, which: str) -> str:
        """`base`, `theirs` or `mine` as the screen writes it."""
        return in_words.value(self.field, getattr(self, which))


class EditConflict(RegistryError):
    """Somebody changed the entry meanwhile. Nothing was written.

    `fields`: what either of the two changed; `base`: the revision to save from once a person has chosen.
    """

    def __init__(self, entry_id: str, base: int, disagreements: Sequence[Disagreement]):
        super().__init__(entry_id)
        self.entry_id, self.base, self.fields = entry_id, base, tuple(disagreements)


@dataclass(frozen=True)
class Saved:
    """What was written: the operation (None when nothing differed) and the fields that changed."""

    entry_id: str
    operation: int | None
    revision: int
    changed: tuple[str, ...] = field(default=())


def save(
    engine: Engine, entry_id: str | None, base: int, says: Mapping[str, Any], audiences: Mapping[str, Level],
    source: str, actor: str, on: date, *, assure: bool = True, kind: str = "form", new_id: str = "",
) -> Saved:
    """Make an entry say this; `entry_id` None makes a new one, with `new_id` from `fresh_id` when it is given:
    sent twice, the same form makes one entry.

    `says` holds claim values by field, None for a field emptied on purpose; fields that are not in it stay.
    `base` is the registry's revision that the form was made from. `assure`: the person has made sure today (`on`).
    Raises EditConflict, EditRefused, or NotFound for an entry that this office does not see.
    """
    who = Speaker.now(source, actor)
    with storage.writing(engine) as connection:
        if entry_id is None and new_id not in storage.all_ids(connection):
            editing: _Known = _New(connection, new_id, who, on)
        else:
            editing = _Known(connection, entry_id or new_id, base if entry_id else 0, who, on)
        edit = _Edit(editing, _without_blanks(says), audiences, assure)
        edit.check()
        if not (claims := edit.claims()):
            return Saved(editing.id, None, storage.revision(connection))
        operation = storage.begin_operation(connection, kind, actor, source)
        editing.write(operation, claims)
        storage.end_operation(connection, operation, {"fields": len(claims)})
        return Saved(editing.id, operation, storage.revision(connection), tuple(c.field for c in claims))


def write_within(
    connection: Connection, operation: int, entry_id: str, says: Mapping[str, Any], who: Speaker, reader: Audience,
    on: date,
) -> tuple[str, ...]:
    """As `save`, within another operation: what `reader` is shown now becomes what `who` says. The fields that changed.

    Raises EditRefused, or NotFound for an entry that `reader` does not see.
    """
    entry = _Known(connection, entry_id, storage.revision(connection), who, on, reader)
    edit = _Edit(entry, _without_blanks(says), {}, True)
    edit.check()
    if claims := edit.claims():
        entry.write(operation, claims)
    return tuple(c.field for c in claims)


@dataclass(frozen=True)
class Opened:
    """An entry as its form begins: what this office is shown, field by field, and who else speaks of it."""

    entry_id: str
    base: int
    shown: Mapping[str, Shown]
    others: tuple[str, ...]

    def value(self, name: str) -> Any:
        return _value(self.shown.get(name))

    def level(self, name: str) -> Level:
        """Who may see the field's value, or would see a new one."""
        return _level_of(name, self.shown.get(name))


def open_entry(engine: Engine, entry_id: str, source: str, on: date) -> Opened:
    """What the form of an entry begins with. Raises NotFound for one that this office does not see."""
    with storage.reading(engine) as connection:
        base = storage.revision(connection)
        entry = _Known(connection, entry_id, base, Speaker.now(source, ""), on)
    others = dict.fromkeys(c.source for c in entry.current if c.source != source)
    return Opened(entry_id, base, entry.now, tuple(others))


def fresh_id(engine: Engine) -> str:
    """An id for the form of a new entry to carry, so that pressing twice makes one entry."""
    with storage.reading(engine) as connection:
        return _unused_id(connection)


def _unused_id(connection: Connection) -> str:
    return identity.new_id(storage.all_ids(connection).__contains__)


def _without_blanks(says: Mapping[str, Any]) -> dict[str, Any]:
    return {name: None if value in ("", [], {}, ()) else value for name, value in says.items()}


class _Known:
    """An entry being edited, as its claims stand now and as they stood when the form was made."""

    def __init__(
        self, connection: Connection, entry_id: str, base: int, who: Speaker, on: date, reader: Audience | None = None
    ):
        self.connection, self.id, self.who, self.on = connection, entry_id, who, on
        self.told = storage.history(connection, entry_id)
        self.current = [t.claim for t in self.told if t.ended is None]
        reader = reader or office(who.source)
        seen = Sighted(entry_id, reader, self.current, storage.standing_of(connection, [entry_id])[entry_id])
        if not seen.is_seen(on):
            raise NotFound(entry_id)
        known, self.chosen = storage.known_history(connection, entry_id), storage.choices_told(connection, entry_id)
        self.operations = _operations(connection, [*self.told, *self.chosen, *known])
        then = [t.claim for t in self.told if self._held_at(t, base)]
        self.now = seen.shown
        self.then = Sighted(entry_id, reader, then, Standing(
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

    def write(self, operation: int, claims: Sequence[Claim]) -> None:
        fields_said = {c.field for c in claims}
        own = [c for c in self.current if c.source == self.who.source]
        replaced = [c.id for c in own if c.field in fields_said and c.id is not None]
        storage.end_claims(self.connection, replaced, operation)
        storage.add_claims(self.connection, claims, operation)
        self._name([*(c for c in own if c.field not in fields_said), *claims], operation)
        prefer_own(self.connection, {self.id: fields_said}, self.who.source, operation)
        refresh(self.connection, [self.id])

    def _name(self, own: Sequence[Claim], operation: int) -> None:
        """The row of this office's own list is known by its new name and address from now on."""
        known = [k for k in storage.known_of_resources(self.connection, [self.id])[self.id]
                 if k.source == self.who.source]
        key = _key(own)
        if len(known) == 1 and key and known[0].name_key != key and known[0].id is not None:
            storage.end_known(self.connection, [known[0].id], operation)
            storage.begin_known(self.connection, [replace(known[0], name_key=key)], operation)


class _New(_Known):
    """An entry that is being made."""

    def __init__(self, connection: Connection, new_id: str, who: Speaker, on: date):
        self.connection, self.who, self.on = connection, who, on
        self.id = new_id if identity.is_id(new_id) else _unused_id(connection)
        self.told, self.chosen, self.current, self.operations = [], [], [], {}
        self.now, self.then = {}, {}

    def write(self, operation: int, claims: Sequence[Claim]) -> None:
        storage.add_resources(self.connection, [self.id])
        storage.add_claims(self.connection, claims, operation)
        storage.begin_known(self.connection, [KnownAs(self.who.source, None, _key(claims), self.id)], operation)
        refresh(self.connection, [self.id])


def _operations(connection: Connection, told: Iterable[Told | ToldChoice | ToldKnown]) -> dict[int, Operation]:
    ids = {i for t in told for i in (t.began, t.ended) if i}
    return {o.id: o for o in storage.operations(connection, sorted(ids))}


def _key(own: Iterable[Claim]) -> str:
    """How a list without 管理番号 knows this entry again; "" where the office does not name it."""
    says = {c.field: c.value for c in own}
    places = says.get("places") or [{}]
    return name_key(says["name"], places[0].get("address", "")) if says.get("name") else ""


class _Edit:
    """What one person would have an entry say."""

    def __init__(
        self, entry: _Known, says: Mapping[str, Any], audiences: Mapping[str, Level], assure: bool
    ):
        self.entry, self.says, self.audiences, self.assure = entry, says, audiences, assure
        self.after = {name: s.value for name, s in entry.now.items()} | dict(says)

    def check(self) -> None:
        """Raises EditConflict, else EditRefused with everything that is wrong."""
        if disagreements := self._disagreements():
            revision = storage.revision(self.entry.connection)
            raise EditConflict(self.entry.id, revision, disagreements)
        errors: dict[str, list[str]] = {}
        for name, message in self._faults():
            errors.setdefault(name, []).append(message)
        if errors:
            raise EditRefused(errors)

    def _disagreements(self) -> list[Disagreement]:
        """What both of us changed, each in one's own way; empty when nobody else changed anything that differs."""
        found = [self._theirs(name) for name in field_table.NAMES if self._differs(name)]
        if not found:
            return []
        mine = [self._mine(name) for name in field_table.NAMES if not self._differs(name) and self._changes(name)]
        return sorted([*found, *mine], key=lambda d: field_table.NAMES.index(d.field))

    def _differs(self, name: str) -> bool:
        """Whether somebody changed this field since, and not to what this edit says."""
        then, now = self.entry.then.get(name), self.entry.now.get(name)
        if _said(then) == _said(now):
            return False
        mine = self.says.get(name, _value(then))
        return (mine if mine is None else (mine, self._level(name, then))) != _said(now)

    def _theirs(self, name: str) -> Disagreement:
        now, last = self.entry.now.get(name), self.entry.last_change(name)
        return replace(self._mine(name), theirs=_value(now), who=last.actor, source=last.source, at=last.at)

    def _mine(self, name: str) -> Disagreement:
        then, now = self.entry.then.get(name), self.entry.now.get(name)
        levels = (_level_of(name, then), _level_of(name, now), self._level(name, then))
        base = _value(then)
        return Disagreement(name, field_table.heading_of(name), base, base, self.says.get(name, base), levels)

    def _changes(self, name: str) -> bool:
        now = self.entry.now.get(name)
        if name not in self.says and name not in self.audiences:
            return False
        value = self.says.get(name, _value(now))
        return value != _value(now) or (value is not None and self._level(name, now) != _level_of(name, now))

    def _level(self, name: str, now: Shown | None) -> Level:
        """The audience that the value gets: the chosen one, else the one it has."""
        return self.audiences.get(name, _level_of(name, now))

    def _faults(self) -> Iterable[tuple[str, str]]:
        if not self.after.get("name"):
            yield "name", "名称を書いてください"
        for name in NEVER_EMPTY - {"name"}:
            if self.says.get(name, "") is None and _value(self.entry.now.get(name)) is not None:
                yield name, f"{field_table.heading_of(name)}を選んでください"
        before = {name: s.value for name, s in self.entry.now.items()}
        if publishing.lacks_consent(before, self.after):
            yield "consent", publishing.NEEDS_CONSENT
        shared = publishing.others_speak(self.entry.current, self.entry.who.source)
        if shared and self.says.get("audience") == Level.OFFICE:
            yield "audience", publishing.SHARED
        for name, level in self.audiences.items():
            if message := self._fault_of_audience(name, level):
                yield name, message

    def _fault_of_audience(self, name: str, level: Level) -> str:
        """Why a value may not be for these readers; "" when it may."""
        now = self.entry.now.get(name)
        if level == _level_of(name, now):
            return ""
        if name not in OWN_AUDIENCE:
            return "この項目の公開範囲は変えられません"
        kept = [c.audience for c in self._of_others(name, now) if not level.is_within(c.audience)]
        if kept:
            told = in_words.audience(narrowest(kept))
            return f"ほかの所属が「{told}」とした内容です。広げるときは、その所属に頼んでください"
        return ""

    def _of_others(self, name: str, now: Shown | None) -> Iterator[Shown | Claim]:
        """What other offices say here, where it is what is shown or what this edit would say."""
        own, value = self.entry.who.source, self.says.get(name, _value(now))
        if now and now.source != own and now.value is not None:
            yield now
        yield from (c for c in self.entry.current if c.field == name and c.source != own and c.value == value)

    def claims(self) -> list[Claim]:
        names = [name for name in field_table.NAMES if self._changes(name)]
        return [self._claim(name) for name in names]

    def _claim(self, name: str) -> Claim:
        """A claim that wins: assured no earlier and recorded later than any other of this field."""
        who, now = self.entry.who, self.entry.now.get(name)
        rivals = [c for c in self.entry.current if c.field == name]
        days = [c.assured_on for c in rivals if c.assured_on]
        day = max([*days, *([self.entry.on] if self.assure else [])], default=None)
        at = max([who.at, *(c.recorded_at + timedelta(microseconds=1) for c in rivals)])
        value = self.says.get(name, _value(now))
        return replace(who, at=at).claim(self.entry.id, name, value, self._level(name, now), day)


def _value(found: Shown | None) -> Any:
    return found.value if found else None


def _said(found: Shown | None) -> tuple[Any, Level] | None:
    """What is compared; nothing said and said to be nothing are alike."""
    return found.said if found and found.value is not None else None


def _level_of(name: str, found: Shown | None) -> Level:
    return found.audience if found else field_table.default_audience(name)

