"""One change to many entries at once: one operation, all of them or none."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Engine

from mapdata import storage
from mapdata.claims import publishing
from mapdata.claims.entry import Claim
from mapdata.claims.projection import office
from mapdata.claims.shown import Shown
from mapdata.claims.sighted import Sighted
from mapdata.claims.widening import Widening
from mapdata.claims.winning import PER_SOURCE
from mapdata.editing.edit import Edit
from mapdata.editing.edited_entry import SeenEntry
from mapdata.errors import RegistryError
from mapdata.fields import field_table
from mapdata.storage.speaking import Speaker, prefer_own
from mapdata.storage.speaking.acting import BY_ITSELF, Agreed, askable, finish
from mapdata.words import STATUS, Level

#: The kind of operation that says anew what is said already.
CONFIRM = "confirm"


class BulkRefused(RegistryError):
    """A change that some of the entries do not allow: `entries` are their ids and names. Nothing was done."""

    def __init__(self, message: str, entries: Sequence[tuple[str, str]]):
        super().__init__(f"{message}：{'、'.join(name for _, name in entries)}")
        self.message, self.entries = message, tuple(entries)


@dataclass(frozen=True)
class BulkChange:
    """What came of it, in entries: `unchanged` were so already.

    Of a confirmation, `partly` were confirmed in part, because what is shown comes from another office too, and
    `others` hold nothing of this office that is shown. `operation` is None where nothing differed. `widened`: what is
    shown to whom that was not.
    """

    operation: int | None
    changed: int
    unchanged: int
    partly: int = 0
    others: int = 0
    widened: tuple[Widening, ...] = ()


@askable("bulk_status")
def set_status(
    engine: Engine, ids: Sequence[str], status: str, source: str, actor: str, on: date, agreed: Agreed = BY_ITSELF
) -> BulkChange:
    """Set 状態 of entries. Raises BulkRefused for those that lack consent to be public, WouldWiden or MustAsk where
    that shows more than was `agreed`, NotFound, or ValueError."""
    if status not in STATUS:
        raise ValueError(status)
    return _set(engine, ids, "status", status, Speaker.now(source, actor), on, agreed)


@askable("bulk_audience")
def set_audience(
    engine: Engine, ids: Sequence[str], audience: Level, source: str, actor: str, on: date, agreed: Agreed = BY_ITSELF
) -> BulkChange:
    """Set 公開範囲 of entries. Raises BulkRefused for those that lack consent to be public, or where another office
    speaks and would lose sight of them; WouldWiden or MustAsk where that shows more than was `agreed`; NotFound."""
    return _set(engine, ids, "audience", str(audience), Speaker.now(source, actor), on, agreed)


def _set(
    engine: Engine, ids: Sequence[str], field: str, value: str, who: Speaker, on: date, agreed: Agreed
) -> BulkChange:
    """Each entry as its form would have it, so that one rule says what an office may do."""
    with storage.writing(engine) as connection:
        seen = storage.see_all(connection, list(dict.fromkeys(ids)), office(who.source), on)
        entries = [_Setting(one, field, value, who, on, agreed) for one in seen.values()]
        changing = [one for one in entries if one.claims]
        _refuse(publishing.NEEDS_CONSENT, [one for one in changing if one.lacks_consent])
        _refuse(publishing.SHARED, [one for one in changing if one.leaves_others_out])
        unchanged = len(entries) - len(changing)
        if not changing:
            return BulkChange(None, 0, unchanged)
        operation = storage.begin_operation(connection, f"bulk_{field}", who.actor, who.source)
        _write(connection, changing, field, who, operation)
        asks = frozenset[str]().union(*(one.asks for one in changing))
        written, summary = [one.entry.id for one in changing], {"entries": len(changing)}
        widened = finish(connection, operation, written, who.source, summary, agreed, asks=asks)
        return BulkChange(operation, len(changing), unchanged, widened=tuple(widened))


def _write(connection: Connection, changing: "Sequence[_Setting]", field: str, who: Speaker, operation: int) -> None:
    saying = {one: [*one.claims, *one.edit.lifting(one.asks)] for one in changing}
    storage.end_claims(connection, [i for one, said in saying.items() for i in one.entry.ending(said)], operation)
    storage.add_claims(connection, [claim for said in saying.values() for claim in said], operation)
    prefer_own(connection, {one.entry.id: {field} for one in changing}, who.source, operation)


class _Setting:
    """One of many entries about to get one value."""

    def __init__(self, seen: Sighted, field: str, value: str, who: Speaker, on: date, agreed: Agreed):
        self.entry = SeenEntry(seen, who, on)
        self.edit = Edit(self.entry, {field: value}, {}, assure=False, agreeing=agreed.offices)
        self.claims = self.edit.claims()
        self.asks = frozenset[str]().union(*self.edit.asks().values())
        self.before = {name: shown.value for name, shown in self.entry.now.items()}

    @property
    def name(self) -> str:
        return str(self.before.get("name") or "")

    @property
    def lacks_consent(self) -> bool:
        return publishing.lacks_consent(self.before, self.edit.after)

    @property
    def leaves_others_out(self) -> bool:
        return self.edit.after.get("audience") == Level.OFFICE and not self.edit.may_keep_to_itself()


def _refuse(message: str, refused: Sequence[_Setting]) -> None:
    if refused:
        raise BulkRefused(message, [(one.entry.id, one.name) for one in refused])


def confirm(engine: Engine, ids: Sequence[str], source: str, actor: str, on: date) -> BulkChange:
    """Say that what this office says of entries was found true on a day.

    Only what is shown is confirmed: a value of this office that another has taken over stays as old as it is.
    Raises NotFound.
    """
    with _many(engine, ids, source, actor, on) as work:
        claims = {it: list(work.confirmed(it, on)) for it in work.ids}
        operation = work.write({it: some for it, some in claims.items() if some})
        mixed = {it for it in work.ids if work.others_shown(it)}
        changed = {it for it, some in claims.items() if some}
        others = {it for it in work.ids if not work.own_shown(it)}
        unchanged = len(work.ids) - len(changed | others)
        return BulkChange(operation, len(changed), unchanged, len(changed & mixed), len(others))


def _stands_for(own: Claim, now: Shown) -> bool:
    """Whether a claim says what is shown, and to no wider audience."""
    return own.value == now.value and own.audience.is_within(now.audience)


@contextmanager
def _many(engine: Engine, ids: Sequence[str], source: str, actor: str, on: date) -> "Iterator[_Many]":
    with storage.writing(engine) as connection:
        yield _Many(connection, ids, Speaker.now(source, actor), on)


class _Many:
    """Entries about to change, as this office is shown them."""

    def __init__(self, connection: Connection, ids: Sequence[str], who: Speaker, on: date):
        self.connection, self.who = connection, who
        self.ids = list(dict.fromkeys(ids))
        self.entries = storage.see_all(connection, self.ids, office(who.source), on)
        self.shown: dict[str, dict[str, Shown]] = {it: self.entries[it].shown for it in self.ids}

    def others_shown(self, it: str) -> bool:
        return any(s.source != self.who.source for s in self.shown[it].values())

    def own_shown(self, it: str) -> bool:
        return any(s.source == self.who.source for s in self.shown[it].values())

    def confirmed(self, it: str, on: date) -> Iterator[Claim]:
        """This office's claims that agree with what is shown, made sure of on that day."""
        for own in self.entries[it].visible_of(self.who.source):
            now = self.shown[it].get(own.field)
            agrees = own.field == PER_SOURCE or (now is not None and _stands_for(own, now))
            if agrees and (own.assured_on or date.min) < on:
                value = on.isoformat() if field_table.BY_NAME[own.field].day_of else own.value
                yield self.who.claim(it, own.field, value, own.audience, on, (own.bound_by, own.bound_level))

    def write(self, claims: Mapping[str, Sequence[Claim]]) -> int | None:
        """Put these claims in the place of this office's own; the operation, None where there are none."""
        if not claims:
            return None
        operation = storage.begin_operation(self.connection, CONFIRM, self.who.actor, self.who.source)
        saying = {(c.resource_id, c.field) for some in claims.values() for c in some}
        ended = [
            c.id for it in claims for c in self.entries[it].visible_of(self.who.source)
            if (it, c.field) in saying and c.id is not None
        ]
        storage.end_claims(self.connection, ended, operation)
        storage.add_claims(self.connection, [c for some in claims.values() for c in some], operation)
        finish(self.connection, operation, list(claims), self.who.source, {"entries": len(claims)}, BY_ITSELF)
        return operation
