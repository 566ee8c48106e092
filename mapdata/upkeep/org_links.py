"""Personal links with which an organisation says whether what stands about it is right: one entry, one answer.

A link is known by its secret alone, of which only a digest is kept. It shows what may be public of its entry.
"""

import hashlib
import secrets
from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine

from mapdata import clock, storage, words
from mapdata.claims.projection import PUBLIC, STAFF, SUPPORTER, Audience, office
from mapdata.claims.sighted import Sighted
from mapdata.clock import today
from mapdata.errors import EditRefused, NotFound, RegistryError, Unavailable
from mapdata.fields import contacts, field_table
from mapdata.fields.contacts import Contact
from mapdata.people.account import DEMO_ACTORS
from mapdata.sentences import say
from mapdata.storage import proposal_rows as store
from mapdata.storage.engine import at_once
from mapdata.storage.proposal_rows import Link, Proposal
from mapdata.upkeep import proposals
from mapdata.words import Level

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
    """A link that cannot be answered. `why`: unknown, expired, answered, ended, closed or erased; `link` None for
    unknown."""

    def __init__(self, why: str, link: Link | None = None):
        super().__init__(why)
        self.why, self.link = why, link


class NotGiven(RegistryError):
    """Links that were asked for and not given, none of them: `hindered` are entries by why there can be no link, `ask`
    those that are not public, of which nobody said that their links are to be given all the same."""

    def __init__(self, hindered: Mapping[str, str], ask: Sequence[str]):
        super().__init__(", ".join((*hindered, *ask)))
        self.hindered, self.ask = hindered, tuple(ask)


@dataclass(frozen=True)
class Opened:
    """What a link shows. `seen`: the value of each field that may be public and corrected here, None for nothing.

    `schedules`: when it is, where the places themselves are kept back. `followed`: the entry that the link was given
    for is part of another now. `contacts`: all of them, with those of somebody's own, which no link shows. `is_public`:
    everyone may read it already; else it is what they would read.
    """

    link: Link
    entry_id: str
    seen: Mapping[str, Any]
    schedules: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    is_public: bool = True

    @property
    def name(self) -> str:
        return self.seen.get("name") or ""

    @property
    def followed(self) -> bool:
        return self.entry_id != self.link.resource_id


# --- giving a link


@dataclass(frozen=True)
class Outlook:
    """What a link of an entry would be: `hindrance`, why there can be none (over, refused), "" where there can;
    `reach`: the widest circle that sees the entry now."""

    reach: Level
    precision: str
    hindrance: str

    @property
    def is_public(self) -> bool:
        return self.reach == Level.PUBLIC


def outlooks(engine: Engine, ids: Sequence[str], source: str) -> dict[str, Outlook]:
    """Of each of these entries that this office sees, what a link would be."""
    with storage.reading(engine) as connection:
        return _outlooks(connection, storage.see_those(connection, ids, office(source), today()))


def _outlooks(connection: Connection, seen: Mapping[str, Sighted]) -> dict[str, Outlook]:
    reaches = _reaches(connection, list(seen))
    return {it: _outlook(entry, reaches[it]) for it, entry in seen.items()}


def _outlook(entry: Sighted, reach: Level) -> Outlook:
    whole = entry.whole_entry
    hindrance = store.OVER if entry.has_ended else store.REFUSED if whole.consent == words.REFUSED else ""
    return Outlook(reach, whole.location_precision, hindrance)


def _reaches(connection: Connection, ids: Sequence[str]) -> dict[str, Level]:
    """The widest circle that sees each of these entries today."""
    found = dict.fromkeys(ids, Level.OFFICE)
    for circle in (STAFF, SUPPORTER, PUBLIC):
        found |= dict.fromkeys(storage.see_those(connection, ids, circle, today()), circle.level)
    return found


def rehearse(engine: Engine, entry_id: str, source: str) -> Opened:
    """What a link would show, if it were given. Raises NotFound, or LinkClosed where there can be none."""
    with storage.reading(engine) as connection:
        seen = storage.see_all(connection, [entry_id], office(source), today())
        outlook = _outlooks(connection, seen)[entry_id]
        link = _new("", entry_id, source, "", DAYS, outlook)
        if outlook.hindrance:
            raise LinkClosed("closed" if outlook.hindrance == store.OVER else "ended", link)
        return _shown(connection, link, entry_id, outlook.is_public)


def make(
    engine: Engine, entry_id: str, actor: str, source: str, days: int = DAYS, *, agreed: Container[str] = ()
) -> str:
    """The secret of a new link; it goes into the link's address, and nowhere else. Raises as `make_many` does."""
    return make_many(engine, [entry_id], actor, source, days, agreed=agreed)[entry_id]


def make_many(
    engine: Engine, ids: Sequence[str], actor: str, source: str, days: int = DAYS, *, agreed: Container[str] = ()
) -> dict[str, str]:
    """A new link for each of these entries; those given before go on working. `agreed`: entries of which somebody said
    that a link is to be given although they are not public.

    Raises, making none, NotFound when this office does not see one of them, or NotGiven.
    """
    made = {it: secrets.token_urlsafe(_BYTES) for it in ids}
    with storage.beside(engine) as connection:
        found = _outlooks(connection, storage.see_all(connection, list(made), office(source), today()))
        _check_given(found, agreed)
        store.add_links(connection, [_new(digest(made[it]), it, source, actor, days, found[it]) for it in made])
    return made


def _check_given(found: Mapping[str, Outlook], agreed: Container[str]) -> None:
    hindered = {it: one.hindrance for it, one in found.items() if one.hindrance}
    ask = [it for it, one in found.items() if not one.is_public and it not in agreed and it not in hindered]
    if hindered or ask:
        raise NotGiven(hindered, ask)


def _new(key: str, entry_id: str, source: str, actor: str, days: int, outlook: Outlook) -> Link:
    now = clock.now()
    return Link(key, entry_id, source, now, actor, now + timedelta(days=days), outlook.reach, outlook.precision)


def given(engine: Engine, entry_id: str, reader: Audience = STAFF) -> list[Link]:
    """The links ever given for an entry and for what is part of it, the newest first; not those of an office that keeps
    all it says of the entry from this reader, and none of an entry that the reader does not see."""
    with storage.reading(engine) as connection:
        seen = storage.see_those(connection, [entry_id], reader, today())
        return [link for entry in seen.values() for link in _given(connection, entry)]


def _given(connection: Connection, entry: Sighted) -> list[Link]:
    parts = (it for it, kept in storage.all_merged(connection).items() if kept == entry.id)
    scopes, links = entry.binding.scopes, store.links_of(connection, [entry.id, *parts])
    return [link for link in links if entry.reader.sees(scopes.get(link.source, Level.PUBLIC), link.source)]


def revoke(engine: Engine, entry_id: str, name: str, actor: str, source: str) -> bool:
    """End one of an entry's links (`Link.name`) at once, whoever gave it; False where it is over already.

    Raises NotFound, also for an entry that this office does not see.
    """
    with storage.beside(engine) as connection:
        links = _given(connection, storage.see(connection, entry_id, office(source), today()))
        if (found := next((link for link in links if link.name == name), None)) is None:
            raise NotFound(name)
        if is_open := found.is_open(clock.now()):
            store.end_link(connection, found.digest, store.REVOKED, clock.now(), actor)
        return is_open


def digest(token: str) -> str:
    """What is kept of a secret: it has 160 random bits, so a quick digest will do."""
    return hashlib.sha256(token.encode()).hexdigest()


# --- opening and answering it


def open_link(engine: Engine, token: str) -> Opened:
    """What a link shows; looking does not use it up. Raises LinkClosed."""
    with storage.reading(engine) as connection:
        return _open(connection, token)


def looked_at(engine: Engine, opened: Opened) -> None:
    """Keep when somebody looked at it for the first time; while another writes, the next look will do."""
    if opened.link.opened_at is None:
        with suppress(Unavailable), at_once(engine) as connection:
            store.link_opened(connection, opened.link.digest, clock.now())


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
    reach = _reaches(connection, [entry_id])[entry_id]
    return _shown(connection, found, entry_id, reach == Level.PUBLIC, reach)


def _over(connection: Connection, link: Link, entry_id: str, now: datetime) -> str:
    if storage.is_erased(connection, entry_id):
        return "erased"
    if link.answered_at:
        return "answered"
    if link.ended_at and link.ended_why != store.OVER:
        return "ended"
    return "expired" if link.expires_at <= now else ""


def _shown(connection: Connection, link: Link, entry_id: str, is_public: bool, reach: Level | None = None) -> Opened:
    """Raises LinkClosed for an entry that has ended, of which nothing is said any more, or that is for fewer than when
    the link was given."""
    entry = storage.published(connection, entry_id)
    if not entry.is_spoken_of or entry.has_ended:
        raise LinkClosed("closed", link)
    if link.ended_at or (reach and store.must_end(link, entry.whole_entry, reach)):
        raise LinkClosed("ended", link)
    seen = {name: entry.value(name) for name in FIELDS if name not in entry.kept_back}
    schedules: tuple[str, ...] = ()
    if not entry.tells_places:
        schedules = tuple(place["schedule"] for place in seen.pop("places", None) or ())
        seen = {name: value for name, value in seen.items() if name not in field_table.TELL_WHERE}
    if seen.get("status") not in STATES:
        seen.pop("status", None)
    held = entry.whole_entry.contacts if "contacts" in seen else ()
    every = tuple({"type": one.type, "value": one.value, "label": one.label} for one in held)
    return Opened(link, entry_id, seen, schedules, every, is_public)


def _open_ones(every: Iterable[Contact]) -> list[Contact]:
    return [contact for contact in every if not contacts.is_own(contact)]


def _whole(opened: Opened, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as claims hold them: what a link does not show of the contacts stays in them."""
    if "contacts" not in values:
        return dict(values)
    said, own = values["contacts"] or [], [contact for contact in opened.contacts if contacts.is_own(contact)]
    whole = list(opened.contacts) if said == _open_ones(opened.contacts) else contacts.merge([*said, *own], [], ())
    return {**values, "contacts": whole or None}
