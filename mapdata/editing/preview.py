"""What an entry would be if it were saved so, and who would see it: for previews and the words before publishing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from mapdata import clock
from mapdata.claims import publishing
from mapdata.claims.entry import Claim, Entry
from mapdata.claims.projection import PUBLIC, STAFF, SUPPORTER, Audience, may_see, sees, tells_places
from mapdata.claims.record_values import said
from mapdata.claims.resolve import resolve
from mapdata.claims.shown import Shown
from mapdata.fields import field_table
from mapdata.fields.shapes import is_blank
from mapdata.words import Level

#: The readers that differ in what they see, the widest circle first.
READERS: Mapping[Level, Audience] = {Level.PUBLIC: PUBLIC, Level.SUPPORTER: SUPPORTER, Level.STAFF: STAFF}

#: What `hindrances` may name, with what would not hinder.
_OPEN: Mapping[str, Any] = {name: value for name, value in publishing.OPEN.items() if name != "audience"}


def would_be(
    entry_id: str, shown: Mapping[str, Shown], says: Mapping[str, Any], audiences: Mapping[str, Level], source: str
) -> Entry:
    """The entry as this office would see it with these values in the place of what is shown. Nothing is saved."""
    at = clock.now()
    claims = []
    for name in field_table.NAMES:
        now = shown.get(name)
        value = says.get(name, now.value if now else None)
        if value is None:
            continue
        level = audiences.get(name, now.audience if now else field_table.default_audience(name))
        speaker = now.source if now and now.value == value else source
        claims.append(Claim(entry_id, name, speaker, value, level, now.assured_on if now else None, at, ""))
    return resolve(entry_id, claims, {})


def seen_by(entry: Entry, on: date) -> Level:
    """The widest circle that sees the entry on that day."""
    return next((level for level, reader in READERS.items() if may_see(entry, reader, on)), Level.OFFICE)


def hindrances(entry: Entry, on: date) -> tuple[str, ...]:
    """The fields that keep the entry from those for whom its audience means it: status, consent, its period."""
    reader = READERS.get(entry.audience)
    if reader is None or may_see(entry, reader, on):
        return ()
    free = replace(entry, **_OPEN)
    return tuple(name for name in _OPEN if not may_see(replace(free, **{name: getattr(entry, name)}), reader, on))


def kept_back(entry: Entry, reader: Audience) -> tuple[str, ...]:
    """Fields in which something is written that is not shown to a reader who sees the entry."""
    return tuple(
        name for name in field_table.WITH_AUDIENCE
        if (origin := entry.provenance.get(name)) and not sees(reader, origin)
        and not is_blank(said(entry, name))
    )


def keeps_place_back(entry: Entry, reader: Audience) -> bool:
    """Whether a reader is told less of where the entry is than its places say (docs/decisions/who-sees-what.md)."""
    tells_where = bool(entry.places) or not field_table.TELL_WHERE.isdisjoint(entry.more)
    return tells_where and not tells_places(entry.location_precision, reader)


def keeps_contacts_back(entry: Entry, reader: Audience) -> bool:
    """Whether a reader is not told of contacts because they are somebody's own."""
    return not reader.is_staff and any(contact.personal for contact in entry.contacts)
