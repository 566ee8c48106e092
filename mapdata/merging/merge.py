"""Two entries made one, or found to be two; and whose value holds where sources differ.

Nothing is lost: what was said of the one is said of the other from then on, word for word and in the name of the same
source. Each of these is an operation and can be taken back (see `undo`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Engine

from mapdata import storage
from mapdata.claims import publishing
from mapdata.claims.entry import Claim, newest_assured
from mapdata.claims.narrowness import RULES
from mapdata.claims.projection import Audience, may_see, office, source_label
from mapdata.claims.resolve import resolved
from mapdata.claims.sighted import Sighted
from mapdata.claims.winning import PER_SOURCE, Choice, Standing, chosen, grouped
from mapdata.errors import NotFound, RegistryError
from mapdata.fields import values
from mapdata.storage import KnownAs, statements
from mapdata.storage.speaking.acting import BY_ITSELF, Agreed, finish
from mapdata.storage.statements import CLAIM, Kind
from mapdata.words import CLOSED, STATUS

#: Longest reason that is kept for two being two.
LONGEST_REASON = 300


class MergeRefused(RegistryError):
    """Two entries that cannot be made one; the text says why, and what helps."""


class MergeConflict(RegistryError):
    """One of the entries was changed meanwhile. Nothing was written; the page is to be shown anew."""


@dataclass(frozen=True)
class Merged:
    """What was made: the entry that stays, and the operation."""

    entry_id: str
    operation: int


def merge(
    engine: Engine, keep_id: str, other_id: str, choices: Mapping[str, str], actor: str, source: str, on: date,
    base_revision: int, agreed: Agreed = BY_ITSELF,
) -> Merged:
    """Make `other_id` part of `keep_id`. `choices`: by field, the source whose value holds; else the newest assured.

    `base_revision` is the registry's when the two were looked at. Raises NotFound for what this office does not see,
    MergeConflict, MergeRefused, WouldWiden or MustAsk.
    """
    with storage.writing(engine) as connection:
        pair = Pair(connection, keep_id, other_id, office(source), on)
        pair.check_unchanged(base_revision)
        pair.check_allowed(choices)
        operation = storage.begin_operation(connection, "merge", actor, source)
        move_all(connection, other_id, keep_id, operation)
        storage.begin_merged(connection, other_id, keep_id, operation)
        storage.choose(connection, keep_id, pair.choices(choices), operation)
        _end_distinct(connection, {keep_id, other_id}, operation)
        finish(connection, operation, [keep_id, other_id], source, {"entries": 2}, agreed, together=True, anew=False)
        return Merged(keep_id, operation)


def find_distinct(
    engine: Engine, a: str, b: str, reason: str, actor: str, source: str, on: date
) -> int | None:
    """Remember that these are two; the operation, None where that is known. Raises NotFound or ValueError."""
    with storage.writing(engine) as connection:
        pair = Pair(connection, a, b, office(source), on)
        first, second = sorted((pair.keep.id, pair.other.id))
        if (first, second) in storage.distinct_pairs(connection):
            return None
        operation = storage.begin_operation(connection, "distinct", actor, source)
        storage.begin_distinct(connection, a, b, values.clean(reason)[:LONGEST_REASON], operation)
        storage.end_operation(connection, operation, {"entries": 2})
        return operation


def choose(
    engine: Engine, entry_id: str, choices: Mapping[str, str], actor: str, source: str, on: date, base_revision: int,
    agreed: Agreed = BY_ITSELF,
) -> int | None:
    """Say by field whose value holds, until a source says something new; the operation, None where nothing differs.

    Raises NotFound, also for a source that says nothing this office sees, MergeConflict, or WouldWiden.
    """
    with storage.writing(engine) as connection:
        entry = storage.see(connection, entry_id, office(source), on)
        if storage.revisions_of(connection, [entry_id])[entry_id] > base_revision:
            raise MergeConflict(entry_id)
        rivals = grouped(entry.all_claims)
        for name, chosen_source in choices.items():
            if chosen_source not in [c.source for c in entry.visible(name)]:
                raise NotFound(entry_id)
        made = {name: chosen(one, rivals[name]) for name, one in choices.items() if name not in RULES}
        made = {name: one for name, one in made.items() if entry.standing.choices.get(name) != one}
        if not made:
            return None
        operation = storage.begin_operation(connection, "choose", actor, source)
        storage.choose(connection, entry_id, made, operation)
        finish(connection, operation, [entry_id], source, {"entries": 1, "fields": len(made)}, agreed, anew=False)
        return operation


class Pair:
    """Two entries that may be one. Raises NotFound, or ValueError for an entry and itself."""

    def __init__(self, connection: Connection, keep_id: str, other_id: str, reader: Audience, on: date):
        if keep_id == other_id:
            raise ValueError(keep_id)
        self.connection = connection
        self.on = on
        found = storage.see_all(connection, [keep_id, other_id], reader, on)
        self.keep, self.other = found[keep_id], found[other_id]

    @property
    def together(self) -> list[Claim]:
        """What would be said of the one entry."""
        by_slot: dict[tuple[str, str], list[Claim]] = {}
        for claim in (*self.keep.all_claims, *self.other.all_claims):
            by_slot.setdefault((claim.field, claim.source), []).append(claim)
        return [newest_assured(some) for some in by_slot.values()]

    @property
    def standing(self) -> Standing:
        return Standing({**self.other.standing.local_ids, **self.keep.standing.local_ids})

    def check_unchanged(self, base_revision: int) -> None:
        """Raises MergeConflict."""
        ids = [self.keep.id, self.other.id]
        if max(storage.revisions_of(self.connection, ids).values()) > base_revision:
            raise MergeConflict("、".join(ids))

    def check_allowed(self, choices: Mapping[str, str]) -> None:
        """Raises MergeRefused, or NotFound for a choice that this reader does not have."""
        if refusal := self.refusal():
            raise MergeRefused(refusal)
        for name, source in choices.items():
            if source not in [c.source for some in (self.keep, self.other) for c in some.visible(name)]:
                raise NotFound(name)
        check_sight(self.keep.id, self.together, Standing(self.standing.local_ids, self.choices(choices)), self.on)

    def refusal(self) -> str:
        """Why they cannot be one, whatever is chosen; "" where they can."""
        known = storage.known_of_resources(self.connection, [self.keep.id, self.other.id])
        return two_rows([one for rows in known.values() for one in rows])

    def choices(self, wanted: Mapping[str, str]) -> dict[str, Choice]:
        """What is chosen by merging: where both speak, the wanted source's value or the newer of what the two show.

        What was chosen before holds where the other says nothing. Of the rules nothing is chosen.
        """
        found, of_keep, of_other = {}, grouped(self.keep.all_claims), grouped(self.other.all_claims)
        for name, rivals in grouped(self.together).items():
            if name in RULES:
                continue
            before = None
            if name not in of_other or name not in of_keep:
                before = (self.keep if name in of_keep else self.other).standing.choices.get(name)
            if name in wanted:
                found[name] = chosen(wanted[name], rivals)
            elif before:
                found[name] = before
            elif name != PER_SOURCE:
                found[name] = chosen(self.usual(name, rivals).source, rivals)
        return found

    def usual(self, name: str, rivals: Sequence[Claim]) -> Claim:
        """The newer assured of what the two show. What whoever merges does not see takes the place of nothing seen."""
        seen = [claim for claim in (self.keep.won(name), self.other.won(name)) if claim]
        return newest_assured(seen or rivals)


def check_sight(entry_id: str, claims: Sequence[Claim], standing: Standing, on: date) -> None:
    """Raises MergeRefused where one office would lose sight of an entry that it speaks of."""
    entry = resolved(entry_id, claims, standing)
    if not all(may_see(entry, office(code), on) for code in publishing.speaking_offices(claims)):
        raise MergeRefused(f"{publishing.SHARED}。公開範囲は「両職員まで」より広いほうを選んでください")


def two_rows(known: Iterable[KnownAs]) -> str:
    """Why these rows cannot be one entry's: two of them are of one list. "" where they can."""
    by_source: dict[str, list[KnownAs]] = {}
    for one in known:
        by_source.setdefault(one.source, []).append(one)
    for source, rows in by_source.items():
        if len(rows) > 1 and all(one.local_id for one in rows):
            return f"どちらも{source_label(source)}の一覧の行です。一覧のほうでひとつにしてください"
        if len(rows) > 1:
            who, ended = source_label(source), STATUS.label_of(CLOSED)
            return f"どちらも{who}が登録したものです。残すほうに内容を写し、もう一方を「{ended}」にしてください"
    return ""


def move_all(connection: Connection, source_id: str, to: str, operation: int) -> None:
    """Say of one entry all that is said of another. Of two values of one source the newest assured stays; what there
    can be only one of and is there already stays where it is."""
    ended, moving = _claims_to_move(connection, source_id, to)
    statements.end(connection, CLAIM, ended, operation)
    _move(connection, CLAIM, moving, to, operation)
    for kind in statements.KINDS:
        if kind.of_entries and not kind.stays and kind is not CLAIM:
            taken = {slot[1:] for slot in statements.current(connection, kind, to).values()}
            found = statements.current(connection, kind, source_id)
            _move(connection, kind, [i for i, slot in found.items() if slot[1:] not in taken], to, operation)


def _claims_to_move(connection: Connection, source_id: str, to: str) -> tuple[list[int], list[int]]:
    """The claims of `to` that give way or are outdone, and those of the other that are said of it from now on."""
    claims = storage.claims_of_resources(connection, [source_id, to])
    there = {(c.field, c.source): c for c in claims.get(to, ())}
    ended, moving = [], []
    for claim in claims.get(source_id, ()):
        rival = there.get((claim.field, claim.source))
        if rival is None or newest_assured([rival, claim]) is claim:
            moving.append(claim.id or 0)
            ended += [rival.id or 0] if rival else []
        else:
            ended.append(claim.id or 0)
    return ended, moving


def _move(connection: Connection, kind: Kind, ids: Sequence[int], to: str, operation: int) -> None:
    statements.end(connection, kind, ids, operation)
    statements.move(connection, kind, ids, to, operation)


def _end_distinct(connection: Connection, ids: set[str], operation: int) -> None:
    """Whoever makes them one knows better than who found them to be two."""
    merged = storage.all_merged(connection)
    pairs = storage.distinct_pairs(connection)
    over = [pair for pair in pairs if {merged.get(it, it) for it in pair} <= ids]
    storage.end_distinct(connection, over, operation)


def undecided(engine: Engine, reader: Audience, on: date) -> dict[str, list[str]]:
    """By entry, the fields in which several sources say something new, and not the same, since a person chose."""
    with storage.reading(engine) as connection:
        ids = list(storage.all_choices(connection))
        found = storage.see_those(connection, ids, reader, on, wanted=Sighted.undecided)
    return {it: entry.undecided() for it, entry in found.items()}
