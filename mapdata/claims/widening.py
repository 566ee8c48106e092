"""What becomes visible to whom that was not, by any act: told of the claims before and after it.

What somebody types anew is no widening, to whomever it is shown; what was written before and kept from a reader is, by
whatever cause that reader sees it now: its own audience, 位置の公開, 公開範囲, 状態, 掲載同意 or the period.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from mapdata.claims import in_words, record_values
from mapdata.claims.binding import Binding
from mapdata.claims.entry import Claim, Entry, Place
from mapdata.claims.narrowness import RULES
from mapdata.claims.projection import (
    PUBLIC,
    STAFF,
    SUPPORTER,
    Audience,
    PlaceView,
    Record,
    claim_for,
    may_see,
    project,
    tells_places,
)
from mapdata.claims.resolve import resolved
from mapdata.claims.winning import PER_SOURCE, Standing, grouped
from mapdata.fields import field_table
from mapdata.words import Level

#: What is named where a reader sees an entry of which that reader saw nothing.
ENTRY = "entry"
#: Those who differ in what they see, the widest circle first: whoever is told at all is told in the widest.
_READERS: tuple[Audience, ...] = (PUBLIC, SUPPORTER, STAFF)
#: Fields whose parts are seen or kept back by themselves.
_IN_PARTS = frozenset({"places", "contacts"})
#: What may be the cause, in the order in which it is told; anything else is the value's own audience.
_CAUSES = ("location_precision", "consent", "status", "audience", "publish_from", "publish_until")

Fact = tuple[str, Any]


@dataclass(frozen=True)
class Widening:
    """A field (or the entry: `ENTRY`) of which `to` sees what they did not, from `day` on (None: at once).

    `words`: what they see, as the screen writes it. `cause`: the rule that changed, "level" for the value's audience.
    `is_new`: nothing was said of the entry before.
    """

    entry_id: str
    name: str
    what: str
    to: Level
    cause: str
    day: date | None = None
    words: tuple[str, ...] = ()
    is_new: bool = False

    @property
    def heading(self) -> str:
        return "項目の全体" if self.what == ENTRY else field_table.label_of(self.what)

    def as_dict(self) -> dict[str, str]:
        return {"id": self.entry_id, "what": self.what, "to": self.to.value} | (
            {"day": self.day.isoformat()} if self.day else {})


def digest(widenings: Iterable[Widening]) -> str:
    """The same for the same: what somebody agreed to. "" for none."""
    told = sorted(repr((w.entry_id, w.what, w.to, w.day, w.words)) for w in widenings)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:20] if told else ""


@dataclass(frozen=True)
class Said:
    """All that is said of an entry at one moment."""

    entry_id: str
    claims: Sequence[Claim]
    standing: Standing

    @cached_property
    def by_field(self) -> Mapping[str, Sequence[Claim]]:
        return grouped(self.claims)

    @cached_property
    def entry(self) -> Entry:
        return resolved(self.entry_id, self.claims, self.standing)

    @cached_property
    def binding(self) -> Binding:
        return Binding(self.by_field, self.standing)


def may_widen(before: Said, after: Said, anew: bool = True) -> bool:
    """Whether it is worth looking: quick, and True wherever in doubt."""
    if not anew:
        return True
    if not before.claims or before.standing != after.standing:
        return bool(after.claims)
    old, new = _slots(before), _slots(after)
    changed = {slot[0] for slot in old.keys() | new.keys() if old.get(slot) != new.get(slot)}
    if not changed.isdisjoint(RULES | _IN_PARTS):
        return True
    levels = (c.audience for said in (before, after) for name in changed for c in said.by_field.get(name, ()))
    return bool(before.binding.scopes) or any(level != Level.PUBLIC for level in levels)


def _slots(said: Said) -> dict[tuple[str, str], tuple[Any, Level, str]]:
    return {(c.field, c.source): (c.value, c.audience, c.bound_by) for c in said.claims}


def of_act(before: Sequence[Said], after: Sequence[Said], on: date, anew: bool = True) -> list[Widening]:
    """What these entries tell that they did not, taken together: what moves from one of them to another was seen there.

    `before` and `after` are of the same entries, in the same order; of one without claims nothing is said. `anew`:
    somebody writes by this act; else all that it shows was written before.
    """
    then = _Then(before, anew)
    return [found for said in after if said.claims for found in _of_entry(then, said, on)]


class _Then:
    """The entries of an act as they were."""

    def __init__(self, before: Sequence[Said], anew: bool):
        self.saids, self.anew = [said for said in before if said.claims], anew
        self._free: dict[Audience, set[Fact]] = {}
        self._by_id = {said.entry_id: said for said in self.saids}
        self._kept: dict[Audience, dict[tuple[str, str], set[Fact]]] = {}
        self._seen: dict[tuple[Audience, date], tuple[set[Fact], bool]] = {}

    def entry_like(self, entry_id: str) -> Entry | None:
        """The entry itself or, where nothing was said of it, the one that it is parted from."""
        found = self._by_id.get(entry_id) or next(iter(self.saids), None)
        return found.entry if found else None

    def seen(self, reader: Audience, on: date) -> set[Fact]:
        return self._look(reader, on)[0]

    def was_seen(self, reader: Audience, on: date) -> bool:
        return self._look(reader, on)[1]

    def _look(self, reader: Audience, on: date) -> tuple[set[Fact], bool]:
        if (reader, on) not in self._seen:
            records = [record for said in self.saids if (record := project(said.entry, reader, on))]
            self._seen[reader, on] = {fact for record in records for fact in facts(record)}, bool(records)
        return self._seen[reader, on]

    def free_to(self, reader: Audience, on: date) -> set[Fact]:
        """What was said that this reader may see, whether or not something else was shown in its place."""
        if reader not in self._free:
            self._free[reader] = found = set()
            for said in self.saids:
                if not may_see(said.entry, reader, on):
                    continue
                for claim in said.claims:
                    told = claim_for(reader, claim, said.entry.location_precision, said.binding.level(claim))
                    found |= _facts_of_claim(told) if told else set()
        return self._free[reader]

    def kept_from(self, reader: Audience) -> dict[tuple[str, str], set[Fact]]:
        """By field and source, what was said that this reader may not see, whatever else is shown in its place."""
        if reader not in self._kept:
            found: dict[tuple[str, str], set[Fact]] = {}
            self._kept[reader] = found
            for said in self.saids:
                precision = said.entry.location_precision
                for claim in said.claims:
                    told = claim_for(reader, claim, precision, said.binding.level(claim))
                    kept = _facts_of_claim(claim) - (_facts_of_claim(told) if told else set())
                    if claim.field == "places" and not (told and tells_places(precision, reader)):
                        kept |= {fact for place in said.entry.places for fact in _of_point(place)}
                    if kept:
                        found.setdefault((claim.field, claim.source), set()).update(kept)
        return self._kept[reader]


def _of_entry(then: _Then, said: Said, on: date) -> Iterator[Widening]:
    told: set[tuple[str, date | None]] = set()
    for reader in _READERS:
        for day in (on, *_opening_days(said.entry, on)):
            for found in _for_reader(then, said, reader, day):
                key = (found.what, day if day != on else None)
                if (found.what, None) in told or (ENTRY, None) in told or key in told or (ENTRY, key[1]) in told:
                    continue
                told.add(key)
                yield replace(found, day=key[1])


def _opening_days(entry: Entry, on: date) -> tuple[date, ...]:
    return (entry.publish_from,) if entry.publish_from and entry.publish_from > on else ()


def _for_reader(then: _Then, said: Said, reader: Audience, day: date) -> Iterator[Widening]:
    name = said.entry.name
    if not then.saids:
        if not reader.is_staff and may_see(said.entry, reader, day):  # staff are told of what is new everywhere
            yield Widening(said.entry_id, name, ENTRY, reader.level, "audience", is_new=True)
        return
    record = project(said.entry, reader, day)
    if record is None:
        return
    if not then.was_seen(reader, day):
        cause = _cause(then, said, reader, day, lambda record: record is None)
        yield Widening(said.entry_id, name, ENTRY, reader.level, cause)
        return
    gained = facts(record) - then.seen(reader, day) - (set() if then.anew else then.free_to(reader, day))
    for what in sorted({field for field, _ in gained}, key=_place_of):
        some = {fact for fact in gained if fact[0] == what and _was_written(then, said, fact, reader)}
        if some:
            def gone(record: Record | None, some: set[Fact] = some) -> bool:
                return record is None or some.isdisjoint(facts(record))

            cause = _cause(then, said, reader, day, gone)
            yield Widening(said.entry_id, name, what, reader.level, cause, words=_words(some))


def _place_of(what: str) -> int:
    return field_table.NAMES.index(what) if what in field_table.BY_NAME else len(field_table.NAMES)


def _was_written(then: _Then, said: Said, fact: Fact, reader: Audience) -> bool:
    """Whether a fact, or what it is an edit of, was written before and kept from the reader."""
    if not then.anew:
        return True
    kept = then.kept_from(reader)
    if any(fact in facts for facts in kept.values()):
        return True
    sources = {
        source for claim in said.by_field.get(fact[0], ()) if fact in _facts_of_claim(claim)
        for source in (claim.source, claim.bound_by) if source
    }
    return fact[0] not in _IN_PARTS and any((fact[0], source) in kept for source in sources)


def _cause(then: _Then, said: Said, reader: Audience, day: date, gone: Any) -> str:
    """The rule that changed and without which it would not be seen."""
    before, after = then.entry_like(said.entry_id), said.entry
    if before is None:
        return "audience"
    for name in _CAUSES:
        if getattr(before, name) != getattr(after, name):
            as_before = replace(after, **{name: getattr(before, name)})
            if name in ("audience", "status"):
                as_before = replace(as_before, by_reader=replace(after.by_reader, scopes=before.by_reader.scopes))
            if gone(project(as_before, reader, day)):
                return name
    return "audience" if before.by_reader.scopes != after.by_reader.scopes else "level"


# --- facts


def facts(record: Record) -> set[Fact]:
    """What a reader is told, in the smallest pieces that can be kept back by themselves."""
    found: set[Fact] = set()
    for name in field_table.NAMES:
        if name not in RULES and name != PER_SOURCE and name not in _IN_PARTS:
            found |= _pieces(name, record_values.value_of(record, name))
    found |= {("contacts", (c.type, c.value)) for c in record.contacts}
    for place in record.places:
        found |= _of_place(place.postal_code, place.address, place.address_2, place.station, place.schedule)
        found |= _of_point(place)
    found |= {("places", ("schedule", text)) for text in record.loose_schedules}
    found |= {("staff_note", (source, text)) for source, text in record.staff_notes.items()}
    return found


def _facts_of_claim(claim: Claim) -> set[Fact]:
    """The same of what one source says, whoever may see it."""
    if claim.value is None or claim.field in RULES:
        return set()
    if claim.field == "contacts":
        return {("contacts", (c["type"], c["value"])) for c in claim.value}
    if claim.field == PER_SOURCE:
        return {("staff_note", (claim.source, claim.value))}
    if claim.field != "places":
        return _pieces(claim.field, claim.value)
    found: set[Fact] = set()
    for part in claim.value:
        found |= _of_place(*(part.get(name, "") for name in _TEXTS_OF_PLACE))
        if part.get("lat") is not None:
            found.add(("places", ("point", part["lat"], part["lng"])))
    return found


_TEXTS_OF_PLACE = ("postal_code", "address", "address_2", "station", "schedule")


def _of_place(*texts: str) -> set[Fact]:
    return {("places", (part, text)) for part, text in zip(_TEXTS_OF_PLACE, texts, strict=True) if text}


def _of_point(place: Place | PlaceView) -> set[Fact]:
    """Its pin: an exact one, or that of its 町丁目."""
    found: set[Fact] = {("places", ("town", place.town))} if place.town else set()
    if place.level == "point" and place.lat is not None:
        found.add(("places", ("point", place.lat, place.lng)))
    return found


def _pieces(name: str, value: Any) -> set[Fact]:
    if isinstance(value, Mapping):
        return {(name, (code, holds)) for code, holds in value.items()}
    if isinstance(value, list | tuple):
        return {(name, one) for one in value}
    return set() if value in (None, "") else {(name, value)}


def _words(found: Iterable[Fact]) -> tuple[str, ...]:
    return tuple(sorted(filter(None, map(_word, found))))


def _word(fact: Fact) -> str:
    name, value = fact
    if name == "contacts":
        return in_words.value("contacts", [{"type": value[0], "value": value[1], "label": ""}])
    if name == "places":
        return "地図上の正確な位置" if value[0] == "point" else str(value[1])
    if name == PER_SOURCE:
        return str(value[1])
    if field_table.BY_NAME[name].shape.blank in ([], {}, ()):
        return in_words.value(name, dict([value]) if isinstance(value, tuple) else [value])
    return in_words.value(name, value)
