"""One change to many entries at once: one operation, all of them or none."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Engine

from mapdata import storage
from mapdata.claims import publishing
from mapdata.claims.entry import Claim
from mapdata.claims.projection import office
from mapdata.claims.shown import Shown
from mapdata.claims.winning import PER_SOURCE
from mapdata.errors import RegistryError
from mapdata.fields import field_table
from mapdata.storage.speaking import Speaker, prefer_own, refresh
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
    `others` hold nothing of this office that is shown. `operation` is None where nothing differed.
    """

    operation: int | None
    changed: int
    unchanged: int
    partly: int = 0
    others: int = 0


def set_status(
    engine: Engine, ids: Sequence[str], status: str, source: str, actor: str, on: date
) -> BulkChange:
    """Set 状態 of entries. Raises BulkRefused for those that lack consent to be public, NotFound, or ValueError."""
    if status not in STATUS:
        raise ValueError(status)
    return _set(engine, ids, "status", status, source, actor, on)


def set_audience(
    engine: Engine, ids: Sequence[str], audience: Level, source: str, actor: str, on: date
) -> BulkChange:
    """Set 公開範囲 of entries. Raises BulkRefused for those that lack consent to be public, or where another office
    speaks and would lose sight of them; NotFound."""
    return _set(engine, ids, "audience", str(audience), source, actor, on)


def _set(
    engine: Engine, ids: Sequence[str], field: str, value: str, source: str, actor: str, on: date
) -> BulkChange:
    with _many(engine, ids, source, actor, on) as work:
        changing = [it for it in work.ids if work.value(it, field) != value]
        work.refuse(publishing.NEEDS_CONSENT, lambda it: _lacks_consent(work, it, field, value), changing)
        if value == Level.OFFICE:
            work.refuse(publishing.SHARED, work.others_speak, changing)
        claims = {it: [work.claim(it, field, value)] for it in changing}
        return BulkChange(work.write(f"bulk_{field}", claims), len(changing), len(work.ids) - len(changing))


def _lacks_consent(work: "_Many", it: str, field: str, value: str) -> bool:
    before = {name: s.value for name, s in work.shown[it].items()}
    return publishing.lacks_consent(before, before | {field: value})


def confirm(engine: Engine, ids: Sequence[str], source: str, actor: str, on: date) -> BulkChange:
    """Say that what this office says of entries was found true on a day.

    Only what is shown is confirmed: a value of this office that another has taken over stays as old as it is.
    Raises NotFound.
    """
    with _many(engine, ids, source, actor, on) as work:
        claims = {it: list(work.confirmed(it, on)) for it in work.ids}
        operation = work.write(CONFIRM, {it: some for it, some in claims.items() if some})
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

    def value(self, it: str, field: str) -> Any:
        return self.entries[it].value(field)

    def refuse(self, message: str, is_refused: Callable[[str], bool], ids: Sequence[str]) -> None:
        refused = [(it, str(self.value(it, "name") or "")) for it in ids if is_refused(it)]
        if refused:
            raise BulkRefused(message, refused)

    def others_speak(self, it: str) -> bool:
        return self.entries[it].others_speak(self.who.source)

    def others_shown(self, it: str) -> bool:
        return any(s.source != self.who.source for s in self.shown[it].values())

    def own_shown(self, it: str) -> bool:
        return any(s.source == self.who.source for s in self.shown[it].values())

    def claim(self, it: str, field: str, value: Any) -> Claim:
        """A claim that wins without saying that anyone made sure of the entry."""
        rivals = [c for c in self.entries[it].all_claims if c.field == field]
        day = max((c.assured_on for c in rivals if c.assured_on), default=None)
        at = max([self.who.at, *(c.recorded_at + timedelta(microseconds=1) for c in rivals)])
        now = self.shown[it].get(field)
        level = now.audience if now else field_table.default_audience(field)
        return replace(self.who, at=at).claim(it, field, value, level, day)

    def confirmed(self, it: str, on: date) -> Iterator[Claim]:
        """This office's claims that agree with what is shown, made sure of on that day."""
        for own in self.entries[it].visible_of(self.who.source):
            now = self.shown[it].get(own.field)
            agrees = own.field == PER_SOURCE or (now is not None and _stands_for(own, now))
            if agrees and (own.assured_on or date.min) < on:
                value = on.isoformat() if field_table.BY_NAME[own.field].day_of else own.value
                yield self.who.claim(it, own.field, value, own.audience, on)

    def write(self, kind: str, claims: Mapping[str, Sequence[Claim]]) -> int | None:
        """Put these claims in the place of this office's own; the operation, None where there are none."""
        if not claims:
            return None
        operation = storage.begin_operation(self.connection, kind, self.who.actor, self.who.source)
        saying = {(c.resource_id, c.field) for some in claims.values() for c in some}
        ended = [
            c.id for it in claims for c in self.entries[it].visible_of(self.who.source)
            if (it, c.field) in saying and c.id is not None
        ]
        storage.end_claims(self.connection, ended, operation)
        storage.add_claims(self.connection, [c for some in claims.values() for c in some], operation)
        if kind != CONFIRM:
            written = {it: {c.field for c in some} for it, some in claims.items()}
            prefer_own(self.connection, written, self.who.source, operation)
        refresh(self.connection, list(claims))
        storage.end_operation(self.connection, operation, {"entries": len(claims)})
        return operation
