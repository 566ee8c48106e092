"""What organisations and readers tell of entries: nothing changes until staff take it (see `deciding`).

What an organisation tells by its link is taken field by field, in its own name (source `self`); that it found all right
is for the office whose words they are. A reader's report says nothing by itself: staff look, and edit the entry.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Engine

from mapdata import clock, storage
from mapdata.accounts import throttle
from mapdata.claims import in_words
from mapdata.claims.entry import SELF, Claim
from mapdata.claims.projection import office, source_label
from mapdata.claims.sighted import Sighted
from mapdata.claims.winning import digest
from mapdata.clock import TIMEZONE, today
from mapdata.errors import EditRefused, NotFound
from mapdata.fields import field_table
from mapdata.sentences import say
from mapdata.storage import proposal_rows as store
from mapdata.storage.proposal_rows import Proposal, ToldDecision
from mapdata.storage.speaking import Speaker
from mapdata.storage.speaking.acting import BY_ITSELF, finish

LINK, READER = "orglink", "reader"

KINDS: Mapping[str, str] = {
    "confirmed": "まちがいなし", "changed": "変わったところ", "gone": "もうありません", "report": "まちがいの知らせ",
}
STATES: Mapping[str, str] = {"accepted": "取り入れました", "partly": "一部を取り入れました", "declined": "見送りました"}
#: Of a report there is nothing to take: staff saw to it.
SEEN_TO = "対応しました"

#: What a reader's report may be about.
ABOUT: Mapping[str, str] = {
    "schedule": say("日時"), "places": say("場所や地図の位置"), "contacts": say("連絡先"),
    "fees": say("費用や申し込み"), "status": say("もうやっていない、休んでいる"),
    "private": say("載せてはいけないことが載っている"), "other": say("そのほか"),
}
LONGEST_TEXT, LONGEST_CONTACT = 2_000, 200
_REPORT = "report"
#: No database counts further.
_MOST = 2**31 - 1


@dataclass(frozen=True)
class Difference:
    """One field as it is now, as it is told to be, and as it stood there when that was told."""

    field: str
    now: Any
    wanted: Any
    seen: Any

    @property
    def is_moved(self) -> bool:
        """Whether somebody has changed it since."""
        return bool(self.now != self.seen)

    @property
    def is_done(self) -> bool:
        return bool(self.now == self.wanted)

    def words(self, which: str) -> str:
        """`now`, `wanted` or `seen` as the screen writes it."""
        return in_words.value(self.field, getattr(self, which))


@dataclass(frozen=True)
class Case:
    """A proposal and the entry it belongs to by now (`followed`: another one than it was told of)."""

    proposal: Proposal
    entry_id: str
    name: str = ""
    differences: tuple[Difference, ...] = ()
    is_erased: bool = False

    @property
    def followed(self) -> bool:
        return self.entry_id != self.proposal.resource_id

    @property
    def is_open(self) -> bool:
        return self.proposal.is_open and not self.is_erased

    @property
    def mark(self) -> str:
        """The same as long as the entry says the same where the proposal would change it."""
        return digest({difference.field: difference.now for difference in self.differences})

    @property
    def told_on(self) -> date:
        return self.proposal.at.astimezone(TIMEZONE).date()


# --- telling


def report(engine: Engine, entry_id: str, about: str, text: str, contact: str, address: str, form: str) -> None:
    """A reader tells that something is wrong; sent twice from one `form`, it is told once.

    Raises EditRefused, Throttled (when too much was sent from this address or in all), or NotFound.
    """
    _check_report(about, text, contact)
    with storage.beside(engine) as connection:
        if not storage.exists(connection, entry_id) or storage.is_erased(connection, entry_id):
            raise NotFound(entry_id)
        if store.has_told(connection, form):
            return
        throttle.reserve(connection, throttle.sendings(_REPORT, address), clock.now())
        told = Proposal(0, entry_id, "report", READER, clock.now(), about=about, text=text, contact=contact)
        store.add_proposal(connection, told, form)


def _check_report(about: str, text: str, contact: str) -> None:
    errors: dict[str, list[str]] = {}
    if about and about not in ABOUT:
        errors["about"] = [say("一覧の中から選んでください")]
    if not text.strip():
        errors["text"] = [say("どこがどうちがうかを書いてください")]
    for name, said, longest in (("text", text, LONGEST_TEXT), ("contact", contact, LONGEST_CONTACT)):
        if len(said) > longest:
            errors[name] = [too_long(longest)]
    if errors:
        raise EditRefused(errors)


def too_long(longest: int) -> str:
    """What is said of a text of more letters than that."""
    return say("長すぎます。%(most)s文字までにしてください", most=format(longest, ","))


def found_right(connection: Connection, entry_id: str, seen: Mapping[str, Any], actor: str) -> None:
    """The organisation found right what it was shown: what it says itself is confirmed today, what offices say is
    told to each of them, with the contacts beside it that no link shows."""
    view = storage.published(connection, entry_id)
    whole = {(claim.field, claim.source): claim.value for claim in view.all_claims}
    right: dict[str, dict[str, Any]] = {}
    for name, value in seen.items():
        now = view.shown.get(name)
        if now and value is not None and now.value == value:
            right.setdefault(now.source, {})[name] = whole[name, now.source]
    if own := older(view, SELF, right.pop(SELF, {}), today()):
        operation = storage.begin_operation(connection, "confirm", actor, SELF)
        assure(connection, entry_id, own, Speaker.now(SELF, actor), today(), operation)
        finish(connection, operation, [entry_id], SELF, {"entries": 1}, BY_ITSELF)
    for source, says in right.items():
        told = Proposal(0, entry_id, "confirmed", LINK, clock.now(), source, says, says)
        store.add_proposal(connection, told)


# --- looking


def belongs_to(engine: Engine, entry_id: str) -> str:
    """The entry that this one is part of now; itself where it is not merged."""
    with storage.reading(engine) as connection:
        return storage.merged_into(connection, entry_id)


@dataclass(frozen=True)
class Item:
    """A proposal in a list, with the entry it belongs to by now."""

    proposal: Proposal
    entry_id: str

    @property
    def followed(self) -> bool:
        return self.entry_id != self.proposal.resource_id


def waiting(engine: Engine, entries: Container[str], source: str) -> list[Item]:
    """What this office can decide of these entries, the oldest first."""
    with storage.reading(engine) as connection:
        found = _items(connection, store.open_proposals(connection))
    return [item for item in found if item.entry_id in entries and item.proposal.office in ("", source)]


def waiting_for(engine: Engine, entry_id: str, source: str) -> list[Item]:
    return waiting(engine, (entry_id,), source)


def done(engine: Engine, entries: Container[str], limit: int, before: int | None = None) -> list[Item]:
    """What is over, the newest first, as far as it is about these entries or about erased ones."""
    with storage.reading(engine) as connection:
        found = _items(connection, store.done_proposals(connection, limit, before))
    return [item for item in found if item.entry_id in entries or item.proposal.closed]


def _items(connection: Connection, found: Iterable[Proposal]) -> list[Item]:
    merged = storage.all_merged(connection)
    return [Item(it, merged.get(it.resource_id, it.resource_id)) for it in found]


def open_case(engine: Engine, proposal_id: int, source: str) -> Case:
    """Raises NotFound, also for a proposal on an entry that this office does not see."""
    with storage.reading(engine) as connection:
        return case_of(connection, proposal_id, source)


def case_of(connection: Connection, proposal_id: int, source: str) -> Case:
    found = store.proposal(connection, proposal_id) if 0 < proposal_id <= _MOST else None
    if found is None:
        raise NotFound(str(proposal_id))
    entry_id = storage.merged_into(connection, found.resource_id)
    if found.closed or storage.is_erased(connection, entry_id):
        return Case(found, entry_id, is_erased=True)
    try:
        view = storage.see(connection, entry_id, office(source), today())
    except NotFound as unseen:
        raise NotFound(str(proposal_id)) from unseen
    differences = tuple(
        Difference(name, view.value(name), found.says[name], found.seen.get(name))
        for name in field_table.NAMES if name in found.says
    )
    return Case(found, entry_id, view.value("name") or "", differences)


def older(entry: Sighted, source: str, values: Mapping[str, Any], on: date) -> list[Claim]:
    """The claims of a source that are shown, still say this, and were last made sure of before that day."""
    return [
        c for c in entry.all_claims
        if c.source == source and c.field in values and c.value == values[c.field]
        and (now := entry.shown.get(c.field)) and now.source == source and (c.assured_on or date.min) < on
    ]


def assure(
    connection: Connection, entry_id: str, claims: Sequence[Claim], who: Speaker, on: date, operation: int
) -> None:
    """Say these claims again, made sure of on that day; they are still to be resolved (`finish`)."""
    storage.end_claims(connection, [c.id for c in claims if c.id is not None], operation)
    again = [
        replace(who, at=max(who.at, c.recorded_at + timedelta(microseconds=1)))
        .claim(c.resource_id, c.field, c.value, c.audience, on, (c.bound_by, c.bound_level)) for c in claims
    ]
    storage.add_claims(connection, again, operation)


# --- in words


def state_words(proposal: Proposal) -> str:
    """How it ended, "" for what is open."""
    if proposal.closed:
        return "項目が消去されたので、終わりにしました"
    if proposal.decision is None:
        return ""
    is_plain = not proposal.says and proposal.decision.state == "accepted"
    return SEEN_TO if is_plain else STATES[proposal.decision.state]


def told_words(told: ToldDecision) -> str:
    """A decision in a line, for the history."""
    from_whom = "団体からの" if told.origin == LINK else "サイトを見た人からの"
    day = told.told_at.astimezone(TIMEZONE).date().isoformat()
    reason = f"。理由：{told.decision.reason}" if told.decision.reason else ""
    is_plain = told.kind == "report" and told.decision.state == "accepted"
    state = f"に{SEEN_TO}" if is_plain else f"を{STATES[told.decision.state]}"
    return f"{from_whom}「{KINDS[told.kind]}」（{day}）{state}{reason}"


def reply(proposal: Proposal, name: str, source: str, taken: Iterable[str]) -> str:
    """A text to answer with, in an office's name. `taken`: what the fields that were taken are called."""
    decision = proposal.decision
    if decision is None:
        return ""
    done_words = f"次のところを直しました：{'、'.join(taken)}。"
    middle = {
        "accepted": done_words if proposal.says and proposal.kind == "changed" else "内容を確かめて、対応しました。",
        "partly": f"{done_words}\nそのほかのところは、いまのままにしました。理由：{decision.reason}",
        "declined": f"今回は、いまの内容のままにしました。理由：{decision.reason}",
    }[decision.state]
    return f"「{name}」について、お知らせをありがとうございました。\n{middle}\n{source_label(source)}"
