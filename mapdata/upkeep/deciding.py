"""Deciding of what was told of an entry: taken, in whole or in part, or left for a reason; each can be taken back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine

from mapdata import clock, storage
from mapdata.claims.projection import office, source_label
from mapdata.editing import saving
from mapdata.errors import EditRefused, RegistryError
from mapdata.storage import proposal_rows as store
from mapdata.storage.proposal_rows import Decision, Proposal
from mapdata.storage.speaking import Speaker
from mapdata.storage.speaking.acting import BY_ITSELF, Agreed, finish
from mapdata.upkeep.proposals import LONGEST_TEXT, SELF, Case, assure, case_of, older


class AlreadyDecided(RegistryError):
    """Somebody decided first, or the entry was erased: `proposal` says how it ended."""

    def __init__(self, proposal: Proposal):
        super().__init__(str(proposal.id))
        self.proposal = proposal


class MovedOn(RegistryError):
    """Somebody changed the entry where the proposal would, after it was looked at. Nothing was done."""


class NotYours(RegistryError):
    """It is for another office to say that its words were found right; the text names it."""


@dataclass(frozen=True)
class Decided:
    """What came of it: how it was decided, and by which operation, which can be taken back."""

    entry_id: str
    state: str
    operation: int


def accept(
    engine: Engine, proposal_id: int, taken: Iterable[str], mark: str, reason: str, source: str, actor: str,
    agreed: Agreed = BY_ITSELF,
) -> Decided:
    """Take these fields of a proposal; of one that changes no field, say that it was seen to.

    `mark`: of the case as it was looked at. What is left needs a reason. Raises AlreadyDecided, MovedOn, EditRefused,
    NotYours, NotFound, or WouldWiden where it would show more than was `agreed`.
    """
    with storage.writing(engine) as connection:
        case = _open(connection, proposal_id, source)
        says = case.proposal.says
        wanted = list(says) if case.proposal.kind == "confirmed" else [n for n in says if n in set(taken)]
        _check_taken(case, wanted, reason)
        if case.proposal.kind != "confirmed" and case.mark != mark:
            raise MovedOn(case.name)
        operation = storage.begin_operation(connection, "proposal", actor, source)
        _take(connection, case, {name: says[name] for name in wanted}, source, actor, operation)
        state = "accepted" if len(wanted) == len(says) else "partly"
        decision = Decision(state, tuple(wanted), reason, clock.now(), actor)
        return _decide(connection, case, decision, operation, source, agreed)


def decline(engine: Engine, proposal_id: int, reason: str, source: str, actor: str) -> Decided:
    """Leave everything as it is, for a reason. Raises AlreadyDecided, EditRefused, NotYours, or NotFound."""
    with storage.writing(engine) as connection:
        case = _open(connection, proposal_id, source)
        _check_reason(reason, needed=case.proposal.kind != "confirmed")
        operation = storage.begin_operation(connection, "proposal", actor, source)
        decision = Decision("declined", (), reason, clock.now(), actor)
        return _decide(connection, case, decision, operation, source, BY_ITSELF)


def _open(connection: Connection, proposal_id: int, source: str) -> Case:
    case = case_of(connection, proposal_id, source)
    if not case.is_open:
        raise AlreadyDecided(case.proposal)
    if case.proposal.office not in ("", source):
        raise NotYours(source_label(case.proposal.office))
    return case


def _check_taken(case: Case, taken: Sequence[str], reason: str) -> None:
    says = case.proposal.says
    if says and not taken:
        raise EditRefused({"taken": ["取り入れるところを選んでください。どれも取り入れないときは「見送る」を押します"]})
    _check_reason(reason, needed=len(taken) < len(says))


def _check_reason(reason: str, needed: bool) -> None:
    if needed and not reason.strip():
        raise EditRefused({"reason": ["取り入れない理由を書いてください"]})
    if len(reason) > LONGEST_TEXT:
        raise EditRefused({"reason": [f"長すぎます。{LONGEST_TEXT:,}文字までにしてください"]})


def _take(
    connection: Connection, case: Case, says: Mapping[str, Any], source: str, actor: str, operation: int
) -> None:
    if case.proposal.kind == "confirmed":
        own = older(storage.published(connection, case.entry_id), source, says, case.told_on)
        assure(connection, case.entry_id, own, Speaker.now(source, actor), case.told_on, operation)
    elif says:
        who, reader = Speaker.now(SELF, actor), office(source)
        saving.write_within(connection, operation, case.entry_id, says, who, reader, case.told_on)


def _decide(
    connection: Connection, case: Case, decision: Decision, operation: int, source: str, agreed: Agreed
) -> Decided:
    store.add_decision(connection, case.entry_id, case.proposal.id, decision, operation)
    summary = {"entries": 1, "fields": len(decision.fields)}
    finish(connection, operation, [case.entry_id], source, summary, agreed)
    return Decided(case.entry_id, decision.state, operation)
