"""`project(entry, audience)`: the one door out of the registry.

Pages, payloads, counts, searches, exports and prints are made of the `Record`s that come out
here. What is told of single claims (forms, comparing, histories, personal links) is decided here
too, by `sees`, `claim_for` and `may_see`; see `Sighted` for an entry's claims as one reader sees them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from operator import attrgetter
from typing import Any

from geocode import ward
from mapdata import words
from mapdata.claims import by_reader, placing, stale
from mapdata.claims.entry import BLANKS, NO_MORE, Claim, Contact, Entry, Place, Provenance, Visit
from mapdata.claims.publishing import OPEN, may_publish
from mapdata.clock import today
from mapdata.fields import contacts, field_table
from mapdata.sentences import say
from mapdata.words import Level

#: Reader → the audiences whose values that reader sees; of values for one office the source decides besides.
_SEES = {reader: frozenset(level for level in Level if reader.is_within(level)) for reader in Level}


@dataclass(frozen=True)
class Audience:
    """Who reads: a level, and for members of staff the office they belong to."""

    level: Level
    office: str = ""

    @property
    def is_staff(self) -> bool:
        return self.level.is_within(Level.STAFF)

    def sees(self, level: Level, source: str) -> bool:
        """Whether this reader may see a value of that audience which that source gave."""
        return level in _SEES[self.level] and (level != Level.OFFICE or self.office == source)


PUBLIC, SUPPORTER, STAFF = Audience(Level.PUBLIC), Audience(Level.SUPPORTER), Audience(Level.STAFF)


def office(code: str) -> Audience:
    """The staff of one office: what all staff see, and what is for that office alone."""
    return Audience(Level.OFFICE, code)


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A place as its reader may see it; the point is the shown one (WGS84 degrees)."""

    postal_code: str = ""
    address: str = ""
    address_2: str = ""
    station: str = ""
    schedule: str = ""
    lat: float | None = None
    lng: float | None = None
    level: str = "none"
    town: str = ""

    @property
    def point(self) -> tuple[float, float] | None:
        return None if self.lat is None or self.lng is None else (self.lat, self.lng)

    @property
    def approximate(self) -> bool:
        """The point stands for a 町丁目, a town or a block, not for the door."""
        return self.point is not None and self.level != "point"

    @property
    def placed_by(self) -> str:
        return placing.PLACED_BY.get(self.level, "")


@dataclass(frozen=True, slots=True)
class StaffView:
    """What only the two offices see of an entry as a whole."""

    audience: Level
    consent: str
    publish_from: date | None
    publish_until: date | None
    local_ids: Mapping[str, str]
    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Record:
    """An entry as one reader may see it. Blank texts are unknown or not for this reader. `more`: as an entry's; whoever
    goes through the fields asks `record_values.value_of`."""

    id: str
    name: str
    status: str
    precision: str
    name_kana: str = ""
    kind: str = ""
    organization: str = ""
    description: str = ""
    needs: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    ease: Mapping[str, bool] = field(default_factory=dict)
    min_age: int | None = None
    max_age: int | None = None
    any_age: bool = False
    eligibility_description: str = ""
    service_area: str = ""
    fees_description: str = ""
    application_process: str = ""
    languages: tuple[str, ...] = ()
    accessibility: str = ""
    remarks: str = ""
    places: tuple[PlaceView, ...] = ()
    loose_schedules: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    assured_on: date | None = None
    stale: bool = True
    supporter_note: str = ""
    staff_notes: Mapping[str, str] = field(default_factory=dict)
    staff: StaffView | None = None
    visits: tuple[Visit, ...] = ()
    more: Mapping[str, Any] = field(default_factory=lambda: NO_MORE)

    @property
    def state(self) -> words.Status:
        """What follows from its status."""
        return words.status(self.status)

    @property
    def paused(self) -> bool:
        """A map draws it as resting."""
        return self.state.is_resting

    @property
    def is_remote(self) -> bool:
        """One may take part without going anywhere."""
        return not words.REMOTE.isdisjoint((*self.activities, *self.ways))

    @property
    def age_known(self) -> bool:
        return self.any_age or self.min_age is not None or self.max_age is not None

    @property
    def ages(self) -> tuple[str, ...]:
        """The age groups it is for: all of them where age does not matter or is not known."""
        if self.min_age is None and self.max_age is None:
            return words.AGE_GROUP.codes
        return words.age_groups(self.min_age, self.max_age)

    @property
    def age_text(self) -> str:
        if self.any_age:
            return words.ANY_AGE_LABEL
        if self.min_age is not None and self.max_age is not None:
            return say("%(low)s〜%(high)s歳", low=self.min_age, high=self.max_age)
        if self.min_age is not None:
            return say("%(low)s歳から", low=self.min_age)
        return say("要確認") if self.max_age is None else say("%(high)s歳まで", high=self.max_age)

    @property
    def schedules(self) -> tuple[str, ...]:
        return tuple(p.schedule for p in self.places if p.schedule) + self.loose_schedules

    @property
    def point(self) -> tuple[float, float] | None:
        """The first point that is shown, WGS84 (lat, lng)."""
        return next((p.point for p in self.places if p.point), None)


def project(entry: Entry, audience: Audience, on: date | None = None) -> Record | None:
    """The entry as this audience may see it on that day (today in Japan), or None for not at all."""
    on = on or today()
    if not may_see(entry, audience, on):
        return None
    hidden = _hidden(entry, audience)
    if hidden and entry.by_reader.others:
        entry = by_reader.instead(entry, hidden, audience.sees)
        hidden = _hidden(entry, audience)
    values = {name: blank if name in hidden else getattr(entry, name) for name, blank in _FIELDS.items()}
    if not audience.is_staff:
        values["contacts"] = tuple(contact for contact in values["contacts"] if not contact.personal)
    assured_on = by_reader.assured_on(entry, audience.sees)
    return Record(
        id=entry.id,
        status=entry.status,
        precision=entry.location_precision,
        places=() if "places" in hidden else tuple(_place(p, entry.location_precision, audience) for p in entry.places),
        loose_schedules=() if "places" in hidden else entry.schedules,
        assured_on=assured_on,
        stale=stale.is_stale(assured_on, on),
        any_age=entry.any_age and "min_age" not in hidden,
        staff_notes=_staff_notes(entry, audience),
        staff=_staff_view(entry, hidden, audience) if audience.is_staff else None,
        visits=tuple(v for v in entry.visits if sees(audience, v)),
        more=_more(entry, hidden, audience),
        **values,
    )


#: Attributes that a record shares with its entry, each with its value for whoever may not read it.
_FIELDS: dict[str, Any] = {
    name: blank for name, blank in BLANKS.items()
    if name in Record.__dataclass_fields__ and name not in ("status", "places")
}


def _more(entry: Entry, hidden: set[str], audience: Audience) -> Mapping[str, Any]:
    """What tells the way tells where the place is."""
    if not entry.more:
        return NO_MORE
    kept_back = hidden if tells_places(entry.location_precision, audience) else hidden | field_table.TELL_WHERE
    return {name: value for name, value in entry.more.items() if name not in kept_back} or NO_MORE


def may_see(entry: Entry, audience: Audience, on: date) -> bool:
    """Whether this audience sees the entry at all (docs/decisions/who-sees-what.md).

    An entry for one office is seen by the office that said so; one of which nothing is claimed any more by nobody.
    """
    if not entry.provenance:
        return False
    if scopes := entry.by_reader.scopes:
        if not any(audience.sees(level, office) for office, level in scopes.items()):
            return False
    else:
        said = entry.provenance.get("audience")
        if not audience.sees(entry.audience, said.source if said else ""):
            return False
    if audience.is_staff:
        return True
    if audience.level == Level.PUBLIC and not may_publish(entry.consent):
        return False
    return audience.level.is_within(words.status(entry.status).seen_by) and _in_period(entry, on)


def _in_period(entry: Entry, on: date) -> bool:
    """掲載開始日 and 掲載終了日 both belong to the period."""
    return (entry.publish_from or date.min) <= on <= (entry.publish_until or date.max)


def _hidden(entry: Entry, audience: Audience) -> set[str]:
    """The fields whose value is not for this audience."""
    return {name for name, said in entry.provenance.items() if not audience.sees(said.audience, said.source)}


_PLACE_PARTS = attrgetter(*(part.name for part in fields(PlaceView)))


def _place(place: Place, precision: str, audience: Audience) -> PlaceView:
    """Staff see the place itself; others what its precision tells."""
    if tells_places(precision, audience):
        return PlaceView(*_PLACE_PARTS(place))
    if precision == "area" and (point := placing.town_point(place.town)):
        return PlaceView(schedule=place.schedule, lat=point[0], lng=point[1], level=point[2], town=place.town)
    return PlaceView(schedule=place.schedule)


def _staff_notes(entry: Entry, audience: Audience) -> dict[str, str]:
    notes = entry.staff_notes.items()
    return {source: text for source, text in notes if audience.sees(Level.OFFICE, source)}


def _staff_view(entry: Entry, hidden: set[str], audience: Audience) -> StaffView:
    """That a list has the entry is told to whoever sees what that list says of it."""
    scopes = entry.by_reader.scopes
    lists = {s: number for s, number in entry.local_ids.items() if audience.sees(scopes.get(s, Level.PUBLIC), s)}
    return StaffView(
        entry.audience, entry.consent, entry.publish_from, entry.publish_until, lists,
        {name: origin.source for name, origin in entry.provenance.items() if name not in hidden},
    )


# --- single claims -----------------------------------------------------------------------------


def sees(reader: Audience, said: Claim | Visit | Provenance) -> bool:
    """Whether the reader may know that this was said at all."""
    return reader.sees(said.audience, said.source)


def sees_all(reader: Audience, said: Iterable[Claim | Visit | Provenance]) -> bool:
    return all(sees(reader, one) for one in said)


def tells_places(precision: str, reader: Audience) -> bool:
    """Whether a reader who sees where an entry is may know its addresses, stations and exact points: staff always,
    others where 位置の公開 says so (docs/decisions/who-sees-what.md)."""
    return reader.is_staff or precision == "exact"


def if_published(entry: Entry, on: date, to_itself: bool) -> Record:
    """What everyone may read of an entry, were it published. `to_itself`: only the organisation reads it, in a sealed
    letter, and finds its own address there even where the map keeps it back."""
    precision = "exact" if to_itself else entry.location_precision
    unbound = replace(entry.by_reader, scopes={})
    published = replace(entry, **OPEN, location_precision=precision, by_reader=unbound)
    record = project(published, PUBLIC, on)
    assert record is not None
    return record


def claim_for(reader: Audience, claim: Claim, precision: str, level: Level) -> Claim | None:
    """What a reader may know of a claim that is for those of `level` (`Binding.level`), on an entry of this 位置の公開,
    None for nothing; of places that are kept back when they are open, and nothing else."""
    tells = tells_places(precision, reader)
    if not reader.sees(level, claim.source) or (claim.field in field_table.TELL_WHERE and not tells):
        return None
    if claim.value is None:
        return claim
    if claim.field == "contacts" and not reader.is_staff:
        return replace(claim, value=[contact for contact in claim.value if not contacts.is_own(contact)] or None)
    if claim.field == "places" and not tells:
        return replace(claim, value=[{"schedule": part["schedule"]} for part in claim.value if "schedule" in part])
    return claim


def source_label(code: str) -> str:
    """How a source is called on the screen: an office of ward.toml, or the organisation itself."""
    names = {o.code: o.name for o in ward.load().offices}
    return names.get(code, "運営団体")
