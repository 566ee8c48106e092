"""What of an entry differs from reader to reader (`ByReader`): what is shown in the place of what one may not see."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date
from typing import Any

from mapdata.claims import attributes
from mapdata.claims.entry import BLANKS, NO_MORE, Entry, Provenance
from mapdata.words import Level

#: Whether the reader may see what is for this audience and of this source.
Sees = Callable[[Level, str], bool]


def instead(entry: Entry, hidden: Collection[str], sees: Sees) -> Entry:
    """The entry with what this reader is shown in the place of the fields that are hidden from that reader; what is
    hidden yet stays as it is, and so does its provenance."""
    changes: dict[str, Any] = {}
    more, provenance = dict(entry.more), dict(entry.provenance)
    for name in entry.by_reader.others.keys() & hidden:
        found = next((one for one in entry.by_reader.others[name] if sees(one[1], one[0])), None)
        if found is None:
            continue
        source, level, value = found
        provenance[name] = Provenance(source, level)
        more.pop(name, None)
        made = {**_blanks_of(name), **attributes.of_value(name, value)}
        more |= made.pop("more", {})
        changes |= made
    return replace(entry, **changes, more=more or NO_MORE, provenance=provenance)


def _blanks_of(name: str) -> dict[str, Any]:
    """What an entry that says nothing in this field holds."""
    if name == "places":
        return {"places": (), "schedules": ()}
    return {name: BLANKS[name]} | ({"any_age": False} if name == "min_age" else {}) if name in BLANKS else {}


def assured_on(entry: Entry, sees: Sees) -> date | None:
    """The newest 確認日 of what this reader is shown: what one may not see moves nothing."""
    if not (days := entry.by_reader.days):
        return entry.assured_on
    return max((day for key, day in days.items() if sees(*_whose(key))), default=None)


def _whose(key: str) -> tuple[Level, str]:
    """Of a key of `ByReader.days`."""
    level, _, source = key.partition(":")
    return Level(level), source
