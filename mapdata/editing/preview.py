"""What an entry would be if it were saved so, and who would see it: for previews and the words before publishing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from mapdata.claims import publishing
from mapdata.claims.entry import Entry
from mapdata.claims.projection import PUBLIC, STAFF, SUPPORTER, Audience, may_see, office, sees, tells_places
from mapdata.claims.record_values import said
from mapdata.claims.resolve import resolved
from mapdata.claims.sighted import Sighted
from mapdata.claims.winning import Standing
from mapdata.editing.edit import Edit
from mapdata.editing.edited_entry import SeenEntry
from mapdata.fields import field_table
from mapdata.fields.shapes import is_blank
from mapdata.storage.speaking import Speaker
from mapdata.words import Level

#: The readers that differ in what they see, the widest circle first.
READERS: Mapping[Level, Audience] = {Level.PUBLIC: PUBLIC, Level.SUPPORTER: SUPPORTER, Level.STAFF: STAFF}

#: What `hindrances` may name, with what would not hinder.
_OPEN: Mapping[str, Any] = {name: value for name, value in publishing.OPEN.items() if name != "audience"}


def would_be(
    seen: Sighted | None, says: Mapping[str, Any], audiences: Mapping[str, Level], source: str, on: date
) -> Entry:
    """The entry as it would be were this saved; `seen` None: a new one. Nothing is saved."""
    seen = seen or Sighted("", office(source), (), Standing({source: ""}))
    entry = SeenEntry(seen, Speaker.now(source, ""), on)
    wanted = {name: None if value in ("", [], {}, ()) else value for name, value in says.items()}
    claims = Edit(entry, wanted, audiences, assure=False).claims()
    ended = set(entry.ending(claims))
    return resolved(seen.id, [*(c for c in seen.all_claims if c.id not in ended), *claims], seen.standing)


def seen_by(entry: Entry, on: date) -> Level:
    """The widest circle that sees the entry on that day."""
    return next((level for level, reader in READERS.items() if may_see(entry, reader, on)), Level.OFFICE)


def hindrances(entry: Entry, on: date) -> tuple[str, ...]:
    """The fields that keep the entry from those for whom its audience means it: status, consent, its period."""
    reader = READERS.get(entry.audience)
    if reader is None or may_see(entry, reader, on):
        return ()
    free = replace(entry, **_OPEN, by_reader=replace(entry.by_reader, scopes={}))
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
