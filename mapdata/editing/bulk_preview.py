"""What one change to many entries would do, told before anybody does it. Nothing is written here."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Engine

from mapdata import storage
from mapdata.claims import publishing
from mapdata.claims.entry import Entry
from mapdata.claims.projection import office
from mapdata.editing import preview
from mapdata.words import Level


@dataclass(frozen=True)
class Prospect:
    """What setting a field to one value would do, in entries.

    `changed` would change; `opened` would be seen by everyone who do not see them now, `shut` no longer; `seen` counts
    all of the entries by who would see them. `refused` (ids and names) stand in the way, for the reason of `message`:
    nothing would be done.
    """

    changed: int
    opened: int
    shut: int
    seen: Mapping[Level, int]
    refused: tuple[tuple[str, str], ...] = ()
    message: str = ""


class Prospects:
    """Entries about to change, read once, to be asked about each value that a person may choose.

    Of what this office does not see nothing is told, and it does not count.
    """

    def __init__(self, engine: Engine, ids: Sequence[str], source: str, on: date):
        with storage.reading(engine) as connection:
            seen = storage.see_those(connection, ids, office(source), on)
        self._on = on
        self._entries = [one.whole_entry for one in seen.values()]
        self._now = {entry.id: preview.seen_by(entry, on) for entry in self._entries}
        self._shared = {it for it, one in seen.items() if one.others_speak(source)}

    def of_status(self, status: str) -> Prospect:
        return self._of(status=status)

    def of_audience(self, audience: Level) -> Prospect:
        return self._of(audience=audience)

    def _of(self, **change: Any) -> Prospect:
        after = [(entry, replace(entry, **change)) for entry in self._entries]
        differing = [(old, new) for old, new in after if old != new]
        then = {new.id: preview.seen_by(new, self._on) for _, new in after}
        opened = sum(level == Level.PUBLIC != self._now[it] for it, level in then.items())
        shut = sum(level != Level.PUBLIC == self._now[it] for it, level in then.items())
        refused, message = _hindered(differing, self._shared)
        return Prospect(len(differing), opened, shut, Counter(then.values()), refused, message)


def _hindered(
    differing: Sequence[tuple[Entry, Entry]], shared: set[str]
) -> tuple[tuple[tuple[str, str], ...], str]:
    """The rules of `bulk`, asked beforehand."""
    if lacking := _named(old for old, new in differing if publishing.lacks_consent(_rules(old), _rules(new))):
        return lacking, publishing.NEEDS_CONSENT
    kept = (old for old, new in differing if old.id in shared and new.audience == Level.OFFICE != old.audience)
    if kept_names := _named(kept):
        return kept_names, publishing.SHARED
    return (), ""


def _rules(entry: Entry) -> dict[str, str]:
    """What publishing looks at."""
    return {"audience": entry.audience, "status": entry.status, "consent": entry.consent}


def _named(entries: Iterable[Entry]) -> tuple[tuple[str, str], ...]:
    return tuple((entry.id, entry.name) for entry in entries)
