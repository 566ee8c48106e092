"""Taking an operation back: what it began ends, and what it ended is said again, word for word.

What somebody changed since stays as it is and is listed. Taking back is an operation too and can be taken back.
A merge taken back makes two of one again (see `unmerge`); taking that back makes them one again.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Engine

from geocode import ward
from mapdata import storage
from mapdata.errors import NotFound
from mapdata.fields import field_table
from mapdata.merging import merge as merging
from mapdata.merging.unmerge import ERASED, GOING, NotUndoable, Unmerging, check_joining
from mapdata.storage import ToldMerge, statements
from mapdata.storage.speaking import BATCH
from mapdata.storage.speaking.acting import BY_ITSELF, Agreed, askable, finish
from mapdata.storage.statements import CHOICE, CLAIM, KNOWN, Kind, Slot, Span

#: Kinds of operation that change nothing that anybody said, or that are never taken back.
FINAL = frozenset({"resolve", "erase"})


@dataclass(frozen=True)
class Skipped:
    """An entry that was changed again since: `headings` stay as they are; the whole entry where there are none."""

    entry_id: str
    headings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Undone:
    """What came of it: the operation (None where everything was changed since) and how many entries it put back."""

    operation: int | None
    entries: int
    skipped: tuple[Skipped, ...]


@askable("undo")
def undo(engine: Engine, operation_id: int, actor: str, source: str = "", agreed: Agreed = BY_ITSELF) -> Undone:
    """Take one operation back, for an office ("" for a command). Raises NotFound, NotUndoable for one that is taken
    back already or never can be, WouldWiden or MustAsk."""
    with storage.writing(engine) as connection:
        if (target := storage.operation(connection, operation_id)) is None:
            raise NotFound(str(operation_id))
        if target.kind in FINAL:
            raise NotUndoable("この操作は取り消せません")
        if target.undone_by:
            raise NotUndoable("もう取り消されています")
        work = _Undo(connection, operation_id)
        if (target.kind == "merge" or target.summary.get("merge")) and not work.is_merge:
            raise NotUndoable(ERASED)
        work.plan()
        if not work.plans:
            return Undone(None, 0, work.skipped())
        now = storage.begin_operation(connection, "undo", actor, target.source or None, undoes=operation_id)
        entries = work.carry_out(now)
        summary = {"entries": len(entries), "skipped": len(work.skipped())} | ({"merge": 1} if work.is_merge else {})
        agreed = agreed if source else replace(agreed, offices=_offices())
        finish(connection, now, entries, source, summary, agreed, together=work.is_merge, anew=False)
        return Undone(now, len(entries), work.skipped())


def _offices() -> frozenset[str]:
    """Whoever runs a command acts for each."""
    return frozenset(office.code for office in ward.load().offices)


@dataclass
class _Plan:
    """What putting one slot back ends and says again, or says of another entry (`to`)."""

    kind: Kind
    slot: Slot
    end: list[int] = field(default_factory=list)
    again: list[int] = field(default_factory=list)
    to: str = ""

    @property
    def entries(self) -> tuple[str, ...]:
        """The entries that it changes."""
        return tuple(filter(None, (self.slot[0], self.to))) if self.kind.of_entries else ()


class _Undo:
    def __init__(self, connection: Connection, operation_id: int):
        self.connection, self.operation_id = connection, operation_id
        self.plans: list[_Plan] = []
        self._skipped: dict[str, list[str] | None] = {}
        self._merged = storage.all_merged(connection)
        merges = storage.merges_by(connection, operation_id)
        self._unmerging = next((Unmerging(connection, one) for one in merges if one.began == operation_id), None)
        self._joining = next((one for one in merges if one.ended == operation_id), None)
        self._going: set[Slot] = set()

    @property
    def is_merge(self) -> bool:
        """Whether the operation made two entries one, or one two again."""
        return bool(self._unmerging or self._joining)

    def skipped(self) -> tuple[Skipped, ...]:
        """An entry that is part of another now is told as that one."""
        found: dict[str, dict[str, None] | None] = {}
        for it, names in self._skipped.items():
            before = found.setdefault(self._merged.get(it, it), {})
            found[self._merged.get(it, it)] = None if names is None or before is None else before | dict.fromkeys(names)
        return tuple(Skipped(it, tuple(names or ())) for it, names in found.items())

    def plan(self) -> None:
        """Raises NotUndoable."""
        if self._joining:
            check_joining(self.connection, self._joining)
        for kind in statements.KINDS:
            slots = statements.touched(self.connection, kind, self.operation_id)
            if unmerging := self._unmerging:
                slots = [slot for slot in slots if not unmerging.takes(kind, slot)]
            by_first: dict[Any, list[Slot]] = defaultdict(list)
            for slot in slots:
                by_first[slot[0]].append(slot)
            firsts = list(by_first)
            for start in range(0, len(firsts), BATCH):
                some = firsts[start:start + BATCH]
                held = statements.spans(self.connection, kind, some)
                plans = self._plans(kind, [slot for first in some for slot in by_first[first]], held)
                self.plans += self._whole(plans, held) if kind is CLAIM and not self.is_merge else plans
        self.plans = [p for p in self.plans if not p.kind.of_entries or self._skipped.get(p.slot[0], ()) is not None]
        if self._unmerging:
            other = self._unmerging.other
            self.plans += [_Plan(kind, slot, [it], [it], other) for kind, slot, it in self._unmerging.going()]
        elif self._joining:
            self.plans = [p for p in self.plans if (p.kind.table.name, *p.slot[1:]) not in self._going]
        else:
            self._leave_merged()
        self._leave_taken_numbers()

    def _leave_merged(self) -> None:
        """Of an entry that is part of another by now nothing is said any more."""
        late = [p for p in self.plans if p.kind.of_entries and not p.kind.stays and p.slot[0] in self._merged]
        for plan in late:
            self.plans.remove(plan)
            self._skip(plan.kind, plan.slot)

    def _plans(self, kind: Kind, slots: Iterable[Slot], held: dict[Slot, list[Span]]) -> list[_Plan]:
        found, doubtful = [], []
        for slot in slots:
            plan = _by_ids(kind, slot, held[slot], self.operation_id)
            if plan is None:
                doubtful.append(slot)
            else:
                found.append(plan)
        ids = [span.id for slot in doubtful for span in held[slot]]
        said = statements.contents(self.connection, kind, ids)
        for slot in doubtful:
            plan = _by_contents(kind, slot, held[slot], self.operation_id, said)
            if plan is not None:
                found.append(plan)
            elif self._joining and kind in GOING:
                self._going.add((kind.table.name, *slot[1:]))  # as it is now it goes along
            else:
                self._skip(kind, slot)
        return [plan for plan in found if plan.end or plan.again]

    def _whole(self, plans: list[_Plan], held: dict[Slot, list[Span]]) -> list[_Plan]:
        """An entry that would be left without a name, but with what somebody wrote since, stays as it is."""
        left: dict[str, set[str]] = defaultdict(set)
        named_before = set()
        by_slot = {plan.slot: plan for plan in plans}
        for slot, spans in held.items():
            now = {span.id for span in spans if span.ended is None}
            if slot[1] == "name" and now:
                named_before.add(slot[0])
            plan = by_slot.get(slot)
            if (now - set(plan.end) or plan.again) if plan else now:
                left[slot[0]].add(slot[1])
        entries = {plan.slot[0] for plan in plans}
        visited = storage.visited(self.connection, sorted(entries - left.keys()))
        for it in entries & named_before:
            if it in visited or (left[it] and "name" not in left[it]):
                self._skipped[it] = None
        return [plan for plan in plans if self._skipped.get(plan.slot[0], ()) is not None]

    def _skip(self, kind: Kind, slot: Slot) -> None:
        follows = kind is CHOICE and (self._unmerging or self._joining)  # it says by itself when it is out of date
        if kind.of_entries and not follows:
            headings = self._skipped.setdefault(slot[0], [])
            heading = field_table.heading_of(slot[1]) if kind is CLAIM else kind.heading
            if headings is not None and heading not in headings:
                headings.append(heading)

    def _leave_taken_numbers(self) -> None:
        """A 管理番号 that another entry has by now is not given back."""
        known = [plan for plan in self.plans if plan.kind is KNOWN and not plan.to]
        ending = {i for plan in known for i in plan.end}
        holders = storage.number_holders(self.connection, [i for plan in known for i in plan.again])
        taken = {row for row, holder in holders if holder not in ending}
        for plan in known:
            if taken.intersection(plan.again):
                self.plans.remove(plan)
                self._skip(KNOWN, plan.slot)

    def carry_out(self, now: int) -> list[str]:
        """Write what was planned; returns the entries it changed, which are still to be resolved (`finish`)."""
        for kind in statements.KINDS:
            plans = [plan for plan in self.plans if plan.kind is kind]
            statements.end(self.connection, kind, [i for plan in plans for i in plan.end], now)
            for to in dict.fromkeys(plan.to for plan in plans):
                ids = [i for plan in plans if plan.to == to for i in plan.again]
                if to:
                    statements.move(self.connection, kind, ids, to, now)
                else:
                    statements.begin_again(self.connection, kind, ids, now)
        entries = list(dict.fromkeys(it for plan in self.plans for it in plan.entries))
        if self._joining:
            entries = self._join(self._joining, now, entries)
        return entries

    def _join(self, merge: ToldMerge, now: int, entries: list[str]) -> list[str]:
        """Raises NotUndoable where a list has made them two that cannot be one."""
        known = storage.known_of_resources(self.connection, [merge.entry_id, merge.into])
        if refusal := merging.two_rows([one for rows in known.values() for one in rows]):
            raise NotUndoable(refusal)
        merging.move_all(self.connection, merge.entry_id, merge.into, now)
        return list(dict.fromkeys([*entries, merge.entry_id, merge.into]))


def _by_ids(kind: Kind, slot: Slot, held: Sequence[Span], operation_id: int) -> _Plan | None:
    """The plan where nothing happened in the slot since; None where something did."""
    now = {span.id for span in held if span.ended is None}
    if now != {span.id for span in held if span.held_after(operation_id)}:
        return None
    before = {span.id for span in held if span.held_before(operation_id)}
    return _Plan(kind, slot, sorted(now - before), sorted(before - now))


def _by_contents(
    kind: Kind, slot: Slot, held: Sequence[Span], operation_id: int, said: dict[int, tuple[Any, ...]]
) -> _Plan | None:
    """The plan where the slot says again what the operation left it saying; None where it says something else."""
    now = [span.id for span in held if span.ended is None]
    after = [span.id for span in held if span.held_after(operation_id)]
    if _without(now, after, said) or _without(after, now, said):
        return None
    before = [span.id for span in held if span.held_before(operation_id)]
    return _Plan(kind, slot, _without(now, before, said), _without(before, now, said))


def _without(these: Sequence[int], those: Sequence[int], said: dict[int, tuple[Any, ...]]) -> list[int]:
    """Of these statements the ones that have no fellow among those, each fellow counted once."""
    left = [said[i] for i in those]
    found = []
    for i in these:
        if said[i] in left:
            left.remove(said[i])
        else:
            found.append(i)
    return found
