"""Personal links with which an organisation says whether what stands about it is right: one entry, one answer.

A link is known by its secret alone, of which only a digest is kept. It shows what may be public of its entry.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine

from mapdata import clock, storage, words
from mapdata.claims.projection import office
from mapdata.clock import today
from mapdata.errors import EditRefused, RegistryError
from mapdata.fields import contacts, field_table
from mapdata.fields.contacts import Contact
from mapdata.people.account import DEMO_ACTORS
from mapdata.sentences import say
from mapdata.storage import proposal_rows as store
from mapdata.storage.proposal_rows import Link, Proposal
from mapdata.upkeep import proposals

#: How long a link works, unless told otherwise.
DAYS = 60
#: A fifth more than the 128 bits that nobody guesses; short enough for a QR code that prints small.
_BYTES = 20

#: What an organisation may see and correct by its link.
FIELDS: tuple[str, ...] = tuple(field.name for field in field_table.FIELDS if field.by_link)
#: The statuses that an organisation says of itself, in its own words; that it has ended is an answer of its own.
STATES: Mapping[str, str] = {
    code: words.status(code).own_words for code in words.STATUS.codes if words.status(code).own_words
}
ANSWERS: Mapping[str, str] = {
    "confirmed": say("まちがいありません"), "changed": say("変わったところがあります"), "gone": say("もうありません"),
}
_AUTHOR = "団体（リンク）"


class LinkClosed(RegistryError):
    """A link that cannot be answered. `why`: unknown, expired, answered, closed or erased; `link` None for unknown."""

    def __init__(self, why: str, link: Link | None = None):
        super().__init__(why)
        self.why, self.link = why, link


@dataclass(frozen=True)
class Opened:
    """What a link shows. `seen`: the value of each field that may be public and corrected here, None for nothing.

    `schedules`: when it is, where the places themselves are kept back. `followed`: the entry that the link was given
    for is part of another now. `contacts`: all of them, with those of somebody's own, which no link shows.
    """

    link: Link
    entry_id: str
    seen: Mapping[str, Any]
    schedules: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()

    @property
    def name(self) -> str:
        return self.seen.get("name") or ""

    @property
    def followed(self) -> bool:
        return self.entry_id != self.link.resource_id


# --- giving a link


def make(engine: Engine, entry_id: str, actor: str, source: str, days: int = DAYS) -> str:
    """The secret of a new link; it goes into the link's address, and nowhere else. Raises NotFound."""
    return make_many(engine, [entry_id], actor, source, days)[entry_id]


def make_many(engine: Engine, ids: Sequence[str], actor: str, source: str, days: int = DAYS) -> dict[str, str]:
    """A new link for each of these entries; those given before go on working. Raises NotFound, making none, when
    this office does not see one of them."""
    now, made = clock.now(), {it: secrets.token_urlsafe(_BYTES) for it in ids}
    with storage.beside(engine) as connection:
        storage.see_all(connection, list(made), office(source), today())
        store.add_links(connection, [
            Link(digest(token), it, source, now, actor, now + timedelta(days=days)) for it, token in made.items()
        ])
    return made


def given(engine: Engine, entry_id: str) -> list[Link]:
    """The links ever given for an entry, the newest first."""
    with storage.reading(engine) as connection:
        return store.links_of(connection, entry_id)


def digest(token: str) -> str:
    """What is kept of a secret: it has 160 random bits, so a quick digest will do."""
    return hashlib.sha256(token.encode()).hexdigest()


# --- opening and answering it


def open_link(engine: Engine, token: str) -> Opened:
    """What a link shows; looking does not use it up. Raises LinkClosed."""
    with storage.reading(engine) as connection:
        return _open(connection, token)


def confirm(engine: Engine, token: str, seen: Mapping[str, Any]) -> None:
    """All is right as it was shown (`seen`, of `open_link`). Raises LinkClosed."""
    with storage.writing(engine) as connection:
        opened = _taken(connection, token, "confirmed")
        demo = opened.link.made_by.startswith(DEMO_ACTORS)
        actor = f"{DEMO_ACTORS if demo else 'link:'}{_AUTHOR}"
        proposals.found_right(connection, opened.entry_id, seen, actor)


def tell_changes(engine: Engine, token: str, seen: Mapping[str, Any], says: Mapping[str, Any], text: str) -> None:
    """Some of what was shown has changed: `says` are claim values by field. Raises EditRefused or LinkClosed."""
    _check_text(text)
    changed = {name: value for name, value in says.items() if name in FIELDS and value != seen.get(name)}
    if not changed and not text.strip():
        raise EditRefused({"text": [say("変わったところを上で直すか、ここに書いてください")]})
    with storage.writing(engine) as connection:
        opened = _taken(connection, token, "changed")
        _tell(connection, opened, "changed", changed, seen, text)


def tell_end(engine: Engine, token: str, text: str) -> None:
    """It is no more. Raises EditRefused or LinkClosed."""
    _check_text(text)
    with storage.writing(engine) as connection:
        opened = _taken(connection, token, "gone")
        _tell(connection, opened, "gone", {"status": words.CLOSED}, opened.seen, text)


def _check_text(text: str) -> None:
    if len(text) > proposals.LONGEST_TEXT:
        raise EditRefused({"text": [proposals.too_long(proposals.LONGEST_TEXT)]})


def _tell(
    connection: Connection, opened: Opened, kind: str, says: Mapping[str, Any], seen: Mapping[str, Any], text: str
) -> None:
    then = _whole(opened, {name: seen.get(name) for name in says})
    told = Proposal(0, opened.entry_id, kind, proposals.LINK, clock.now(), "", _whole(opened, says), then, text=text)
    store.add_proposal(connection, told)


def _taken(connection: Connection, token: str, answer: str) -> Opened:
    """The link, used up by this answer. Raises LinkClosed."""
    opened = _open(connection, token)
    store.answer_link(connection, opened.link.digest, answer, clock.now())
    return opened


def _open(connection: Connection, token: str) -> Opened:
    found = store.link(connection, digest(token))
    if found is None:
        raise LinkClosed("unknown")
    entry_id = storage.merged_into(connection, found.resource_id)
    if why := _over(connection, found, entry_id, clock.now()):
        raise LinkClosed(why, found)
    return _shown(connection, found, entry_id)


def _over(connection: Connection, link: Link, entry_id: str, now: datetime) -> str:
    if storage.is_erased(connection, entry_id):
        return "erased"
    if link.answered_at:
        return "answered"
    return "expired" if link.expires_at <= now else ""


def _shown(connection: Connection, link: Link, entry_id: str) -> Opened:
    """Raises LinkClosed for an entry that has ended, or of which nothing is said any more."""
    entry = storage.published(connection, entry_id)
    if not entry.is_spoken_of or entry.has_ended:
        raise LinkClosed("closed", link)
    seen = {name: entry.value(name) for name in FIELDS if name not in entry.kept_back}
    schedules: tuple[str, ...] = ()
    if not entry.tells_places:
        schedules = tuple(place["schedule"] for place in seen.pop("places", None) or ())
        seen = {name: value for name, value in seen.items() if name not in field_table.TELL_WHERE}
    if seen.get("status") not in STATES:
        seen.pop("status", None)
    held = entry.whole_entry.contacts if "contacts" in seen else ()
    every = tuple({"type": one.type, "value": one.value, "label": one.label} for one in held)
    return Opened(link, entry_id, seen, schedules, every)


def _open_ones(every: Iterable[Contact]) -> list[Contact]:
    return [contact for contact in every if not contacts.is_own(contact)]


def _whole(opened: Opened, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as claims hold them: what a link does not show of the contacts stays in them."""
    if "contacts" not in values:
        return dict(values)
    said, own = values["contacts"] or [], [contact for contact in opened.contacts if contacts.is_own(contact)]
    whole = list(opened.contacts) if said == _open_ones(opened.contacts) else contacts.merge([*said, *own], [], ())
    return {**values, "contacts": whole or None}
