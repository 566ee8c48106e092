"""Claims, and the entry resolved from them, before anyone's eyes are considered.

An `Entry` never leaves `mapdata`: `projection.project` is the door.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field
from datetime import date, datetime
from typing import Any

from geocode.ward import SELF as SELF  # the source that is no office: the organisation itself
from mapdata.fields import field_table
from mapdata.fields.dialling import tel_link
from mapdata.fields.personal import is_personal
from mapdata.words import UNSAID, Level

_UNSAID_AUDIENCE = Level(UNSAID["audience"])


#: The source of what somebody else published.
PUBLISHED = "published"
#: Sources that are no office: no office keeps what they say.
NO_LIST = frozenset({SELF, PUBLISHED})


@dataclass(frozen=True, slots=True)
class Claim:
    """Who says what: one source's value for one field of one entry.

    `bound_by`: the office whose value it began as an edit of, "" for none; `bound_level`: who might see that one. An
    edit is for no more than these until that office agrees.
    """

    resource_id: str
    field: str
    source: str
    value: Any
    audience: Level
    assured_on: date | None
    recorded_at: datetime
    recorded_by: str
    id: int | None = None
    bound_by: str = ""
    bound_level: Level = Level.PUBLIC


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a shown value comes from and who may see it."""

    source: str
    audience: Level


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry is; `lat`, `lng` are WGS84 degrees, `level` says how they were found.

    `town` is the 町丁目 of the ward (桜町5丁目), "" where it is not known or outside.
    """

    postal_code: str = ""
    address: str = ""
    address_2: str = ""
    station: str = ""
    lat: float | None = None
    lng: float | None = None
    level: str = "none"
    town: str = ""
    schedule: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A telephone or FAX number, mail or web address; `label` says whose or when."""

    type: str
    value: str
    label: str = ""

    @property
    def personal(self) -> bool:
        """Whether it is somebody's own telephone or home, which is told to staff alone."""
        return is_personal(self.type, self.value, self.label)

    @property
    def href(self) -> str:
        """What a press on it opens; "" for a FAX number or a telephone cell without digits."""
        if self.type == "url":
            return self.value
        if self.type == "email":
            return f"mailto:{self.value}"
        return tel_link(self.value) if self.type == "phone" else ""


@dataclass(frozen=True, slots=True)
class Visit:
    """訪問記録: what a member of staff saw or heard on a day; `note` is the same when it is written anew."""

    note: str
    visited_on: date
    text: str
    audience: Level
    source: str
    recorded_at: datetime
    recorded_by: str


#: Of an entry that says nothing beyond its attributes: one for all of them.
NO_MORE: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class ByReader:
    """What of an entry differs from reader to reader.

    `scopes`: by office, who sees its values, where two offices keep the entry. `others`: by field whose first value not
    everybody may see, what is shown to the others, the next one first, as (source, audience, value of the claim).
    `days`: the newest 確認日 of what is shown, by who may see it; the key of what is for one office names it after
    a colon.
    """

    scopes: Mapping[str, Level] = field(default_factory=dict)
    others: Mapping[str, Sequence[tuple[str, Level, Any]]] = field(default_factory=dict)
    days: Mapping[str, date] = field(default_factory=dict)


def day_key(level: Level, source: str) -> str:
    """The key of `ByReader.days` for what these readers may see of a source's words."""
    return f"{level}:{source}" if level == Level.OFFICE else level.value


#: Of most entries every reader is told the same.
FOR_ALL = ByReader()


@dataclass(frozen=True, slots=True)
class Entry:
    """A social resource as the registry resolves it; blank texts are unknown.

    Fields that code asks for by name have attributes. `more` holds the values of all others as their claims have
    them, by name; a field of the table needs no attribute.
    """

    id: str
    name: str = ""
    name_kana: str = ""
    kind: str = ""
    status: str = UNSAID["status"]
    audience: Level = _UNSAID_AUDIENCE
    consent: str = UNSAID["consent"]
    location_precision: str = UNSAID["location_precision"]
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
    places: tuple[Place, ...] = ()
    schedules: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    publish_from: date | None = None
    publish_until: date | None = None
    assured_on: date | None = None
    supporter_note: str = ""
    staff_notes: Mapping[str, str] = field(default_factory=dict)
    provenance: Mapping[str, Provenance] = field(default_factory=dict)
    local_ids: Mapping[str, str] = field(default_factory=dict)
    visits: tuple[Visit, ...] = ()
    more: Mapping[str, Any] = field(default_factory=lambda: NO_MORE)
    by_reader: ByReader = FOR_ALL

    def offices(self) -> frozenset[str]:
        """The sources that say anything of this entry."""
        return frozenset(p.source for p in self.provenance.values())


def _blank(name: str) -> Any:
    made = Entry.__dataclass_fields__[name]
    return made.default if made.default_factory is MISSING else made.default_factory()


#: Claimed fields that have an attribute of their name, with what it holds where nothing is said.
BLANKS: Mapping[str, Any] = {name: _blank(name) for name in field_table.NAMES if name in Entry.__dataclass_fields__}
#: Claimed fields whose values stand in `more`: all others but the notes, which are kept by source.
MORE: frozenset[str] = frozenset(field_table.NAMES) - BLANKS.keys() - {"staff_note"}


def newest_assured(claims: Iterable[Claim]) -> Claim:
    """The claim whose value is shown: the newest assured, then the newest recorded."""
    return max(claims, key=lambda c: (c.assured_on or date.min, c.recorded_at, c.id or 0))
