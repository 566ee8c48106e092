"""What organisations and readers told of entries, the personal links they told it by, and what staff decided of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mapdata import clock, words
from mapdata.claims.entry import Entry
from mapdata.claims.projection import PUBLIC, STAFF, SUPPORTER, may_see
from mapdata.storage import statements
from mapdata.storage.merge_rows import all_merged
from mapdata.storage.oplog import aware
from mapdata.storage.revision import chunks
from mapdata.storage.tables import merging_models as mm
from mapdata.storage.tables import proposals_models as p
from mapdata.words import Level

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


# --- links

#: Why a link ended before its time: somebody took it back; the entry is for fewer than when it was given, or told less
#: exactly where; it is over; it may not be published.
REVOKED, NARROWED, OVER, REFUSED = "revoked", "narrowed", "over", "refused"


@dataclass(frozen=True, slots=True)
class Link:
    """A personal link, known by the digest of its secret. `answer` is "" until it is answered, `ended_why` as long as
    nothing ended it; `reach` and `location_precision` are of the entry as it was when the link was given."""

    digest: str
    resource_id: str
    source: str
    made_at: datetime
    made_by: str
    expires_at: datetime
    reach: Level
    location_precision: str
    opened_at: datetime | None = None
    answered_at: datetime | None = None
    answer: str = ""
    ended_at: datetime | None = None
    ended_by: str = ""
    ended_why: str = ""

    @property
    def name(self) -> str:
        """Tells it from others on a page; nothing opens with it."""
        return self.digest[:12]

    def is_open(self, now: datetime) -> bool:
        return not (self.answered_at or self.ended_at) and self.expires_at > now


def add_links(connection: Connection, links: Sequence[Link]) -> None:
    rows = [asdict(link) | {"answer": link.answer or None, "reach": str(link.reach)} for link in links]
    if rows:
        connection.execute(p.organization_link.insert(), rows)


def link(connection: Connection, digest: str) -> Link | None:
    table = p.organization_link
    row = connection.execute(select(table).where(table.c.digest == digest)).mappings().first()
    return _link(row) if row else None


def links_of(connection: Connection, ids: Sequence[str]) -> list[Link]:
    """All links ever given for these entries, the newest first."""
    c = p.organization_link.c
    query = select(p.organization_link).where(c.resource_id.in_(ids)).order_by(c.made_at.desc(), c.digest)
    return [_link(row) for row in connection.execute(query).mappings()]


def answer_link(connection: Connection, digest: str, answer: str, at: datetime) -> None:
    """Use a link up; its writer is alone and has seen that it is open."""
    where = p.organization_link.c.digest == digest
    connection.execute(update(p.organization_link).where(where).values(answered_at=at, answer=answer))


def link_opened(connection: Connection, digest: str, at: datetime) -> None:
    """Keep when a link was opened for the first time."""
    c = p.organization_link.c
    where = (c.digest == digest) & c.opened_at.is_(None)
    connection.execute(update(p.organization_link).where(where).values(opened_at=at))


def end_link(connection: Connection, digest: str, why: str, at: datetime, by: str = "") -> None:
    """A link that was neither answered nor ended opens nothing any more."""
    c = p.organization_link.c
    where = (c.digest == digest) & c.answered_at.is_(None) & c.ended_at.is_(None)
    connection.execute(update(p.organization_link).where(where).values(ended_at=at, ended_by=by, ended_why=why))


def end_links(connection: Connection, entries: Iterable[Entry]) -> None:
    """The links of these entries, as they stand from now on, end for good where they show more than they may: also when
    the entry is widened again, another one has to be given."""
    by_id = {entry.id: entry for entry in entries}
    if not (waiting := _waiting_links(connection, list(by_id))):
        return
    merged, now = all_merged(connection), clock.now()
    for one in waiting:
        entry = by_id.get(merged.get(one.resource_id, one.resource_id))
        if entry and entry.provenance and (why := must_end(one, entry, _reach(entry))):
            end_link(connection, one.digest, why, now)


def must_end(link: Link, entry: Entry, reach: Level) -> str:
    """Why a link has to end, of an entry as it stands now and the widest circle that sees it; "" where it need not."""
    if words.status(entry.status).has_ended:
        return OVER
    if entry.consent == words.REFUSED:
        return REFUSED
    is_narrower = reach != link.reach and reach.is_within(link.reach)
    codes = words.PRECISION.codes
    less_exact = codes.index(entry.location_precision) > codes.index(link.location_precision)
    return NARROWED if is_narrower or less_exact else ""


def _reach(entry: Entry) -> Level:
    seen_by = (one.level for one in (PUBLIC, SUPPORTER, STAFF) if may_see(entry, one, clock.today()))
    return next(seen_by, Level.OFFICE)


def _waiting_links(connection: Connection, ids: Sequence[str]) -> list[Link]:
    """Those that nobody answered yet, of these entries, and of what is part of any other."""
    c, found = p.organization_link.c, dict[str, Link]()
    parts = select(mm.merged.c.resource_id).where(mm.merged.c.ended_by.is_(None))
    waits = c.answered_at.is_(None) & c.ended_at.is_(None)
    for some in chunks(ids):
        query = select(p.organization_link).where(waits & or_(c.resource_id.in_(some), c.resource_id.in_(parts)))
        found.update((row["digest"], _link(row)) for row in connection.execute(query).mappings())
    return list(found.values())


def _link(row: Mapping[Any, Any]) -> Link:
    days = ("opened_at", "answered_at", "ended_at")
    opened, answered, ended = (aware(row[name]) if row[name] else None for name in days)
    return Link(
        row["digest"], row["resource_id"], row["source"], aware(row["made_at"]), row["made_by"],
        aware(row["expires_at"]), Level(row["reach"]), row["location_precision"], opened, answered, row["answer"] or "",
        ended, row["ended_by"], row["ended_why"],
    )


# --- proposals and decisions


@dataclass(frozen=True, slots=True)
class Decision:
    """What staff decided, by which operation; `fields` are those that were taken."""

    state: str
    fields: tuple[str, ...]
    reason: str
    decided_at: datetime
    decided_by: str
    operation: int = 0


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody told of an entry; `decision` is None as long as it is open. See proposals_models."""

    id: int
    resource_id: str
    kind: str
    origin: str
    at: datetime
    office: str = ""
    says: Mapping[str, Any] = field(default_factory=dict)
    seen: Mapping[str, Any] = field(default_factory=dict)
    about: str = ""
    text: str = ""
    contact: str = ""
    closed: str = ""
    decision: Decision | None = None

    @property
    def is_open(self) -> bool:
        return self.decision is None and not self.closed


def add_proposal(connection: Connection, proposal: Proposal, form: str | None = None) -> None:
    """Keep what was told; told from a form that told already, it is not kept twice."""
    row = asdict(proposal) | {"form": form, "closed": None}
    for name in ("id", "decision"):
        del row[name]
    connection.execute(_INSERT[connection.dialect.name](p.proposal).on_conflict_do_nothing(), [row])


def has_told(connection: Connection, form: str) -> bool:
    where = p.proposal.c.form == form
    return connection.execute(select(p.proposal.c.id).where(where)).first() is not None


def proposal(connection: Connection, proposal_id: int) -> Proposal | None:
    found = _proposals(connection, p.proposal.c.id == proposal_id)
    return found[0] if found else None


def open_proposals(connection: Connection) -> list[Proposal]:
    """Those that nobody decided yet, the oldest first."""
    return _proposals(connection, p.proposal_decision.c.id.is_(None) & p.proposal.c.closed.is_(None))


def done_proposals(connection: Connection, limit: int, before: int | None = None) -> list[Proposal]:
    """Those that are over, the newest first; `before`: with a smaller id."""
    over = p.proposal_decision.c.id.is_not(None) | p.proposal.c.closed.is_not(None)
    where = over & (p.proposal.c.id < before) if before else over
    return _proposals(connection, where, p.proposal.c.id.desc(), limit)


_DECIDED = ("state", "fields", "reason", "decided_at", "decided_by", "operation_id")


def _proposals(
    connection: Connection, where: Any, order: Any = p.proposal.c.id, limit: int | None = None
) -> list[Proposal]:
    d = p.proposal_decision.c
    columns = [d[name].label(f"d_{name}") for name in _DECIDED]
    current = (d.proposal_id == p.proposal.c.id) & d.ended_by.is_(None)
    query = select(p.proposal, *columns).outerjoin(p.proposal_decision, current).where(where)
    return [_proposal(row) for row in connection.execute(query.order_by(order).limit(limit)).mappings()]


def _proposal(row: Mapping[Any, Any]) -> Proposal:
    return Proposal(
        row["id"], row["resource_id"], row["kind"], row["origin"], aware(row["at"]), row["office"], row["says"],
        row["seen"], row["about"], row["text"], row["contact"], row["closed"] or "",
        None if row["d_state"] is None else _decision({name: row[f"d_{name}"] for name in _DECIDED}),
    )


def _decision(row: Mapping[Any, Any]) -> Decision:
    return Decision(
        row["state"], tuple(row["fields"]), row["reason"], aware(row["decided_at"]), row["decided_by"],
        row["operation_id"],
    )


def add_decision(
    connection: Connection, resource_id: str, proposal_id: int, decision: Decision, operation_id: int
) -> None:
    row = asdict(decision) | {
        "resource_id": resource_id, "proposal_id": proposal_id, "fields": list(decision.fields),
    }
    del row["operation"]
    statements.begin(connection, statements.DECISION, [row], operation_id)


@dataclass(frozen=True, slots=True)
class ToldDecision:
    """A decision as it stands in the table: what it was about, and which operations began and ended it."""

    decision: Decision
    kind: str
    origin: str
    told_at: datetime
    began: int
    ended: int | None


def decisions_of(connection: Connection, resource_id: str) -> list[ToldDecision]:
    """Every decision ever made for an entry, in that order."""
    d, o = p.proposal_decision, p.proposal.c
    query = select(d, o.kind, o.origin, o.at).join(p.proposal, o.id == d.c.proposal_id)
    rows = connection.execute(query.where(d.c.resource_id == resource_id).order_by(d.c.id)).mappings()
    return [
        ToldDecision(_decision(row), row["kind"], row["origin"], aware(row["at"]), row["operation_id"], row["ended_by"])
        for row in rows
    ]


def forget_contacts(connection: Connection, before: datetime) -> None:
    """How to reach those who told something by then goes."""
    old = (p.proposal.c.at < before) & (p.proposal.c.contact != "")
    connection.execute(update(p.proposal).where(old).values(contact=""))


def close_proposals(connection: Connection, resource_id: str, why: str) -> None:
    """Nobody can decide of this entry's proposals any more, and what they said goes."""
    of_entry = p.proposal.c.resource_id == resource_id
    blank = {"says": {}, "seen": {}, "text": "", "contact": "", "closed": why}
    connection.execute(update(p.proposal).where(of_entry).values(**blank))
    decided = p.proposal_decision.c.proposal_id.in_(select(p.proposal.c.id).where(of_entry))
    connection.execute(update(p.proposal_decision).where(decided).values(fields=[], reason=""))
