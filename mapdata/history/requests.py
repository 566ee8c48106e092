"""What one office keeps, another asks it to let be widened: asked, looked at, accepted, declined or withdrawn.

What is accepted is done then, as it was asked, in the name of the office that asked. It lapses where what was said of
an entry has changed since.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from mapdata import clock, storage
from mapdata.claims.entry import Claim
from mapdata.claims.projection import office as member_of
from mapdata.claims.widening import Widening
from mapdata.errors import EditRefused, NotFound, RegistryError
from mapdata.storage.speaking import asked
from mapdata.storage.speaking.acting import ACTS, Act, Agreed, MustAsk, WouldWiden
from mapdata.storage.speaking.asked import Request

#: Longest note or reason that is kept.
LONGEST_TEXT = 500
_MOST = 2**31 - 1
#: No digest is like this: what is agreed to in its name is only looked at.
ONLY_LOOKED_AT = "?"


class Lapsed(RegistryError):
    """What was asked can no longer be done as it was asked; the text says why."""


@dataclass(frozen=True)
class Case:
    """A request as a member of an office looks at it: what would become visible, and what has changed since.

    `names`: of the entries that this reader sees; an entry that is not among them is told of by nothing.
    """

    request: Request
    widenings: tuple[Widening, ...]
    changed: frozenset[str]
    names: Mapping[str, str]

    @property
    def left(self) -> list[str]:
        """The entries that can still be accepted."""
        return [it for it in self.names if it not in self.changed]


def ask(engine: Engine, act: Act, offices: Collection[str], source: str, actor: str, note: str) -> int:
    """Keep an act until these offices have decided; the request's id. Raises EditRefused."""
    _check(note, "note")
    with storage.writing(engine) as connection:
        request = Request(
            act.kind, act.params, source, clock.now(), actor, note.strip(), tuple(sorted(offices)),
            _marks(connection, act.entries),
        )
        return asked.add_request(connection, request)


def waiting(engine: Engine, office: str) -> list[Request]:
    """What this office is to decide, the oldest first."""
    with storage.reading(engine) as connection:
        return [one for one in asked.open_requests(connection) if one.waits_for(office)]


def made(engine: Engine, office: str) -> list[Request]:
    """What this office asked and nobody has decided yet, the oldest first."""
    with storage.reading(engine) as connection:
        return [one for one in asked.open_requests(connection) if one.source == office]


def done(engine: Engine, office: str, limit: int) -> list[Request]:
    """What is over and this office asked or was asked, the newest first."""
    with storage.reading(engine) as connection:
        found = asked.done_requests(connection, limit)
    return [one for one in found if office == one.source or office in one.offices]


def look(engine: Engine, request_id: int, office: str) -> Case:
    """Raises NotFound, also for what this office neither asked nor was asked."""
    with storage.reading(engine) as connection:
        request = _of(connection, request_id, office)
        seen = storage.see_those(connection, list(request.marks), member_of(office), clock.today())
        changed = _changed(connection, request)
    names = {it: str(one.value("name") or "") for it, one in seen.items()}
    if not request.is_open:
        return Case(request, (), frozenset(), names)
    left = [it for it in names if it not in changed]
    found = _would_widen(engine, request, left) if left else []
    return Case(request, tuple(w for w in found if w.entry_id in names), frozenset(changed), names)


def accept(engine: Engine, request_id: int, entries: Collection[str], office: str, actor: str) -> int | None:
    """Agree to all of an act, or to these of its entries; once every office has, it is done. The operation, None while
    others have still to agree.

    Raises NotFound, or Lapsed: then it is over.
    """
    case = look(engine, request_id, office)
    request, wanted = case.request, [it for it in case.left if it in entries]
    if not request.waits_for(office):
        raise Lapsed("もう決まっています")
    if not wanted:
        _end(engine, request, "lapsed", actor)
        raise Lapsed("頼まれたあとに内容が変わったので、この依頼は終わりにしました")
    agreed = {**request.agreed, office: actor}
    if set(request.offices) - agreed.keys():
        with storage.writing(engine) as connection:
            asked.change_request(connection, request.id, agreed=agreed)
        return None
    operation = _do(engine, request, wanted, actor)
    with storage.writing(engine) as connection:
        asked.change_request(
            connection, request.id, agreed=agreed, state="accepted", decided_at=clock.now(), decided_by=actor,
            operation_id=operation,
        )
    return operation


def decline(engine: Engine, request_id: int, reason: str, office: str, actor: str) -> None:
    """Leave everything as it is, for a reason. Raises EditRefused, Lapsed, or NotFound."""
    _check(reason, "reason", needed=True)
    with storage.reading(engine) as connection:
        request = _of(connection, request_id, office)
    if not request.waits_for(office):
        raise Lapsed("もう決まっています")
    _end(engine, request, "declined", actor, reason.strip())


def withdraw(engine: Engine, request_id: int, office: str, actor: str) -> None:
    """Ask for it no longer. Raises Lapsed, or NotFound for what this office did not ask."""
    with storage.reading(engine) as connection:
        request = _of(connection, request_id, office)
    if request.source != office:
        raise NotFound(str(request_id))
    if not request.is_open:
        raise Lapsed("もう決まっています")
    _end(engine, request, "withdrawn", actor)


def _check(text: str, name: str, needed: bool = False) -> None:
    if needed and not text.strip():
        raise EditRefused({name: ["理由を書いてください"]})
    if len(text) > LONGEST_TEXT:
        raise EditRefused({name: [f"長すぎます。{LONGEST_TEXT:,}文字までにしてください"]})


def _of(connection: Connection, request_id: int, office: str) -> Request:
    found = asked.request_of(connection, request_id) if 0 < request_id <= _MOST else None
    if found is None or (office != found.source and office not in found.offices):
        raise NotFound(str(request_id))
    return found


def _end(engine: Engine, request: Request, state: str, actor: str, reason: str = "") -> None:
    with storage.writing(engine) as connection:
        asked.change_request(
            connection, request.id, state=state, reason=reason, decided_at=clock.now(), decided_by=actor)


# --- whether it is still as it was


def _marks(connection: Connection, entries: Iterable[str]) -> dict[str, str]:
    claims = storage.claims_of_resources(connection, list(entries))
    return {it: _mark(claims.get(it, ())) for it in entries}


def _mark(claims: Sequence[Claim]) -> str:
    said = sorted(repr((c.field, c.source, c.value, str(c.audience))) for c in claims)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]


def _changed(connection: Connection, request: Request) -> set[str]:
    now = _marks(connection, request.marks)
    return {it for it, mark in request.marks.items() if now[it] != mark}


# --- doing it


def _would_widen(engine: Engine, request: Request, entries: Sequence[str]) -> list[Widening]:
    """What it would show; nothing is written."""
    try:
        _call(engine, request, entries, Agreed(ONLY_LOOKED_AT, frozenset(request.offices)))
    except (WouldWiden, MustAsk) as named:
        return list(named.widenings)
    except RegistryError:
        return []
    return []  # it changes nothing


def _do(engine: Engine, request: Request, entries: Sequence[str], actor: str) -> int | None:
    """Raises Lapsed."""
    try:
        return _call(engine, request, entries, Agreed(None, frozenset(request.offices)))
    except RegistryError as refused:
        _end(engine, request, "lapsed", actor)
        raise Lapsed("頼まれたあとに内容が変わったので、この依頼は終わりにしました") from refused


def _call(engine: Engine, request: Request, entries: Sequence[str], agreed: Agreed) -> int | None:
    act = Act(request.kind, request.params, tuple(request.marks)).only(entries)
    return ACTS[request.kind].again(engine, act, request.source, request.made_by, agreed)
