"""When what an entry says is to be confirmed again and by which office, and what comes of a call.

A map is worth as much as its last confirmation. What is confirmed is a claim, on a day; its value is due again an
interval after that, opening hours sooner than the rest.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256

from sqlalchemy import Connection, Engine

from geocode import ward
from mapdata import identity, storage
from mapdata.claims.entry import Claim
from mapdata.claims.projection import Record, office
from mapdata.claims.record_values import tells
from mapdata.claims.shown import Shown
from mapdata.claims.stale import CHOICES, holds_until
from mapdata.claims.winning import chosen, grouped
from mapdata.editing import saving
from mapdata.editing.saving import Opened
from mapdata.errors import EditRefused, RegistryError
from mapdata.fields import field_table, values
from mapdata.fields.shapes import is_blank
from mapdata.storage import Attempt, Care
from mapdata.storage.speaking import Speaker
from mapdata.storage.speaking.acting import BY_ITSELF, finish

#: Fields that a person who sets out relies on, in the order in which a call asks for them.
MATTERS: tuple[str, ...] = tuple(field.name for field, _ in field_table.ASKED)
#: Stands for the opening hours within `places`, which have an interval of their own.
SCHEDULE = "schedule"
HEADINGS: Mapping[str, str] = {
    **{name: field_table.heading_of(name) for name in MATTERS}, SCHEDULE: field_table.PLACE_PARTS[SCHEDULE][0],
}
_SOON = frozenset({SCHEDULE, *(field.name for field, asked in field_table.ASKED if asked.soon)})
USUAL = Care()
TIMES_OF_DAY: Mapping[str, str] = {
    "": "いつでも", "morning": "午前", "noon": "昼ごろ", "afternoon": "午後", "evening": "夕方から夜",
}
_LONGEST_NOTE = 1_000
#: Nobody means to ring again later than this.
_LATEST_CALL = timedelta(days=366)


class SheetChanged(RegistryError):
    """Somebody changed what was about to be confirmed; `fields` are those. Nothing was written."""

    def __init__(self, names: Sequence[str]):
        super().__init__("、".join(HEADINGS[name] for name in names))
        self.fields = tuple(names)


# --- when something is due ---------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """Something to confirm: a field of MATTERS, or SCHEDULE; since when it is due, None where nobody ever made sure
    of it; and whose value it is."""

    what: str
    since: date | None
    source: str

    @property
    def field(self) -> str:
        """The claimed field that holds it."""
        return "places" if self.what == SCHEDULE else self.what

    @property
    def heading(self) -> str:
        return HEADINGS[self.what]

    @property
    def order(self) -> date:
        """Sorts the longest overdue first."""
        return self.since or date.min


def due(record: Record, days: Mapping[tuple[str, str], date | None], care: Care, on: date) -> tuple[Due, ...]:
    """What of a staff record is to be confirmed on that day, the longest overdue first; of what has ended nothing.

    `days`: by field and source, when its claim was last made sure of.
    """
    if record.state.has_ended or record.staff is None:
        return ()
    found = []
    for what in _told(record):
        source = record.staff.sources.get("places" if what == SCHEDULE else what)
        if source is None:
            continue
        made_sure = days.get(("places" if what == SCHEDULE else what, source))
        months = care.schedule_interval_months if what in _SOON else care.interval_months
        since = holds_until(made_sure, months) if made_sure else None
        if since is None or since <= on:
            found.append(Due(what, since, source))
    return tuple(sorted(found, key=lambda d: d.order))


def _told(record: Record) -> Iterator[str]:
    """What the record tells of all that matters."""
    yield from (name for name in MATTERS if tells(record, name))
    if record.schedules:
        yield SCHEDULE


def office_of(record: Record, care: Care) -> str:
    """The office that sees to the entry: the one that somebody chose, else the one in whose list it stands, else the
    one that said most of it. Of several lists the one that gave the name."""
    known = [o.code for o in ward.load().offices]
    if care.office in known:
        return care.office
    assert record.staff
    sources = list(record.staff.sources.values())
    lists = [code for code in known if code in record.staff.local_ids]
    named = record.staff.sources.get("name", "")
    if lists:
        return named if named in lists else lists[0]
    return max(known, key=sources.count)


# --- the sheet for a call ----------------------------------------------------------------------


@dataclass(frozen=True)
class Question:
    """One field to ask for: what is shown of it (None: nothing was ever said), and what of it is due."""

    field: str
    shown: Shown | None
    due: tuple[Due, ...]

    @property
    def is_told(self) -> bool:
        return self.shown is not None and not is_blank(self.shown.value)

    @property
    def seen(self) -> str:
        return digest(self.shown)

    @property
    def can_wait(self) -> bool:
        """Whether it is asked only where there is time for it."""
        asked = field_table.BY_NAME[self.field].asked
        return asked is not None and asked.if_time and not self.is_told


@dataclass(frozen=True)
class Sheet:
    """All that a call needs: the questions, what is due first, and the calls that nobody answered, newest first."""

    opened: Opened
    questions: tuple[Question, ...]
    care: Care
    office: str
    attempts: tuple[Attempt, ...]

    @property
    def due(self) -> tuple[Due, ...]:
        return tuple(one for question in self.questions for one in question.due)


def call_sheet(engine: Engine, record: Record, source: str, on: date) -> Sheet:
    """The sheet of a record as this office is shown it. Raises NotFound."""
    opened = saving.open_entry(engine, record.id, source, on)
    with storage.reading(engine) as connection:
        care = storage.cares(connection, [record.id]).get(record.id, USUAL)
        attempts = storage.attempts(connection, office(source), [record.id]).get(record.id, [])
    days = {(name, one.source): one.assured_on for name, one in opened.shown.items()}
    wanted = due(record, days, care, on)
    questions = [
        Question(name, opened.shown.get(name), tuple(d for d in wanted if d.field == name)) for name in MATTERS
    ]
    questions.sort(key=lambda q: (not q.due, not q.is_told))
    return Sheet(opened, tuple(questions), care, office_of(record, care), tuple(attempts))


def digest(now: Shown | None) -> str:
    """Tells what a sheet showed from what stands there later; whose words they are makes no difference."""
    said = [now.value, str(now.audience)] if now else None
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


# --- what comes of it --------------------------------------------------------------------------


@dataclass(frozen=True)
class Confirmed:
    """The operation (None where all of it was confirmed that day already) and the fields that it confirmed."""

    operation: int | None
    fields: tuple[str, ...]


def confirm(
    engine: Engine, entry_id: str, seen: Mapping[str, str], source: str, actor: str, on: date
) -> Confirmed:
    """Say that these values were found true on a day. `seen`: by field, the digest of what the sheet showed.

    Each becomes this office's own claim: what another office says stays as it is and as old as it is.
    Raises SheetChanged, or NotFound for an entry that this office does not see.
    """
    with storage.writing(engine) as connection:
        work = _Work(connection, entry_id, Speaker.now(source, actor), on)
        if changed := [name for name in MATTERS if name in seen and digest(work.now.get(name)) != seen[name]]:
            raise SheetChanged(changed)
        claims = [claim for name in MATTERS if name in seen and (claim := work.found_true(name))]
        days = [claim for c in claims if (claim := work.day_of(c.field))]
        return Confirmed(work.write([*claims, *days]), tuple(c.field for c in claims))


class _Work:
    """An entry as this office is shown it. Raises NotFound for one that it does not see."""

    def __init__(self, connection: Connection, entry_id: str, who: Speaker, on: date):
        self.connection, self.id, self.who, self.on = connection, entry_id, who, on
        entry = storage.see(connection, entry_id, office(who.source), on)
        self.standing, self.now = entry.standing, entry.shown
        self.own = {c.field: c for c in entry.visible_of(who.source)}

    def found_true(self, name: str) -> Claim | None:
        """The claim of this office that says what is shown, on this day and to no wider audience; None where it is
        that already, or nothing is shown. It wins over what is shown, whoever said that."""
        now, own = self.now.get(name), self.own.get(name)
        if now is None or now.value is None:
            return None
        is_same = own is not None and own.value == now.value and own.audience.is_within(now.audience)
        if own and is_same and min(own.assured_on or date.min, now.assured_on or date.min) >= self.on:
            return None
        level = own.audience if own and is_same else now.audience
        day = max(self.on, now.assured_on or date.min)
        at = max(self.who.at, now.recorded_at + timedelta(microseconds=1))
        bound = (own.bound_by, own.bound_level) if own and is_same else now.bound_for(self.who.source)
        return replace(self.who, at=at).claim(self.id, name, now.value, level, day, bound)

    def day_of(self, name: str) -> Claim | None:
        """The claim that a field with a day of its own was found true today; None for any other field."""
        if (day := field_table.DAYS.get(name)) is None:
            return None
        now = self.now.get(day)
        level = now.audience if now else field_table.default_audience(day)
        at = max(self.who.at, now.recorded_at + timedelta(microseconds=1)) if now else self.who.at
        return replace(self.who, at=at).claim(self.id, day, self.on.isoformat(), level, self.on)

    def write(self, claims: Sequence[Claim]) -> int | None:
        if not claims:
            return None
        operation = storage.begin_operation(self.connection, "confirm", self.who.actor, self.who.source)
        ended = [own.id for c in claims if (own := self.own.get(c.field)) and own.id is not None]
        storage.end_claims(self.connection, ended, operation)
        storage.add_claims(self.connection, claims, operation)
        others = [c.field for c in claims if (now := self.now.get(c.field)) and now.source != self.who.source]
        self._choose_own(others, operation)
        finish(self.connection, operation, [self.id], self.who.source, {"entries": 1}, BY_ITSELF)
        return operation

    def _choose_own(self, names: Sequence[str], operation: int) -> None:
        """Where somebody chose another's value, this office's, which is the same and was made sure of, holds now."""
        rivals = grouped(storage.claims_of_resources(self.connection, [self.id])[self.id])
        asked = [name for name in names if name in self.standing.choices]
        storage.choose(self.connection, self.id, {n: chosen(self.who.source, rivals[n]) for n in asked}, operation)


def no_answer(
    engine: Engine, entry_id: str, again_on: date | None, again_at: str, note: str, source: str, actor: str, on: date
) -> int:
    """Keep that nobody answered on a day, and when to try again; returns the operation.

    Raises EditRefused with errors at try_again_on, try_again_at, note; NotFound.
    """
    errors: dict[str, list[str]] = {}
    if again_on is None or not on <= again_on <= on + _LATEST_CALL:
        errors["try_again_on"] = ["いつかけなおすか、今日から1年までの日を書いてください"]
    if again_at not in TIMES_OF_DAY:
        errors["try_again_at"] = ["時間帯を選んでください"]
    if len(note) > _LONGEST_NOTE:
        errors["note"] = [f"{_LONGEST_NOTE:,}文字までにしてください（いま{len(note):,}文字）"]
    if errors or again_on is None:
        raise EditRefused(errors)
    with storage.writing(engine) as connection:
        who = _Work(connection, entry_id, Speaker.now(source, actor), on).who
        key = identity.new_id(storage.attempt_ids(connection, entry_id).__contains__)
        attempt = Attempt(key, on, again_on, again_at, values.clean(note), source, who.at, actor)
        operation = storage.begin_operation(connection, "no_answer", actor, source)
        storage.add_attempt(connection, entry_id, attempt, operation)
        storage.end_operation(connection, operation, {"entries": 1})
        return operation


def set_care(engine: Engine, entry_id: str, care: Care, source: str, actor: str, on: date) -> int | None:
    """Say how often an entry is to be confirmed and by which office; the operation, None where nothing differs.

    Raises EditRefused with errors at interval_months, schedule_interval_months, office; NotFound.
    """
    months = {"interval_months": care.interval_months, "schedule_interval_months": care.schedule_interval_months}
    errors = {name: ["間隔を選んでください"] for name, said in months.items() if said not in CHOICES}
    if care.office not in ("", *(o.code for o in ward.load().offices)):
        errors["office"] = ["担当を選んでください"]
    if errors:
        raise EditRefused(errors)
    with storage.writing(engine) as connection:
        _Work(connection, entry_id, Speaker.now(source, actor), on)
        if storage.cares(connection, [entry_id]).get(entry_id, USUAL) == care:
            return None
        operation = storage.begin_operation(connection, "care", actor, source)
        storage.set_care(connection, entry_id, None if care == USUAL else care, operation)
        storage.end_operation(connection, operation, {"entries": 1})
        return operation

