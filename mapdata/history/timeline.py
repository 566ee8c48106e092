"""What happened to an entry: who, when, how, and before and after in words.

It tells each reader no more than that reader may see: of what is for another office alone not even that it changed, nor
how much of it there is.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from mapdata import storage
from mapdata.claims import in_words
from mapdata.claims.entry import Claim, Visit
from mapdata.claims.projection import Audience, sees_all, source_label
from mapdata.claims.shown import Shown
from mapdata.claims.sighted import Sighted
from mapdata.claims.winning import Standing
from mapdata.clock import today
from mapdata.errors import NotFound
from mapdata.fields import field_table
from mapdata.history.undo import FINAL
from mapdata.lists.taking_in import row_assured
from mapdata.people.account import SAMPLE_ACTOR
from mapdata.storage import KnownAs, Operation, Told, ToldChoice, ToldKnown, ToldMerge, ToldVisit
from mapdata.storage.proposal_rows import ToldDecision, decisions_of
from mapdata.upkeep.proposals import told_words

HOW: Mapping[str, str] = {
    "import": "一覧の取り込み", "form": "画面での編集", "bulk_status": "状態をまとめて変更",
    "bulk_audience": "公開範囲をまとめて変更", "confirm": "確認", "visit": "訪問記録", "undo": "取り消し",
    "resolve": "地図への置きなおし", "erase": "消去", "merge": "ひとつにまとめる",
    "distinct": "別のもの", "choose": "どの内容にするか決める", "proposal": "変更の知らせ", "texts": "文言の変更",
    "care": "確認の間隔と担当", "no_answer": "応答なしの記録",
}
#: What an entry is called that is part of this one now, while nobody had given it a name.
_UNNAMED = "まとめる前の項目"


@dataclass(frozen=True)
class FieldChange:
    """One line of a change.

    `is_shown` is False where the screen did not change, because another source's value stands there.
    """

    field: str
    heading: str
    before: str
    after: str
    source: str
    is_shown: bool = True


@dataclass(frozen=True)
class Done:
    """One operation in words."""

    operation: Operation

    @property
    def at(self) -> datetime:
        return self.operation.at

    @property
    def who(self) -> str:
        return who(self.operation.actor)

    @property
    def how(self) -> str:
        return HOW.get(self.operation.kind, self.operation.kind)

    @property
    def source(self) -> str:
        return source_label(self.operation.source) if self.operation.source else ""

    @property
    def can_undo(self) -> bool:
        return self.operation.kind not in FINAL and self.operation.undone_by is None


@dataclass(frozen=True)
class Change(Done):
    """One operation as it touched one entry; `of` names the entry where that is part of this one only since."""

    fields: tuple[FieldChange, ...]
    of: str = ""


def who(actor: str) -> str:
    """An actor as the screen names it: accounts by their name, commands as such."""
    if actor == SAMPLE_ACTOR:
        return "サンプルの読み込み"
    return f"コマンド（{actor.removeprefix('cli:')}）" if actor.startswith("cli:") else actor


def history(engine: Engine, entry_id: str, reader: Audience) -> list[Change]:
    """All that happened to an entry, and to those that are part of it until they were, the newest first.

    Raises NotFound for whoever is not staff that sees it.
    """
    with storage.reading(engine) as connection:
        story = _Story(connection, entry_id, reader)
        if not reader.is_staff or not story.now().is_seen(today()):
            raise NotFound(entry_id)
        parts = [it for it, kept in storage.all_merged(connection).items() if kept == entry_id]
        stories = [(story, ""), *((_Story(connection, it, reader), it) for it in parts)]
        ids = {i for one, _ in stories for i in one.operations()}
        operations = {o.id: o for o in storage.operations(connection, sorted(ids))}
    told = [change for one, it in stories for change in one.changes(operations, it)]
    return sorted(told, key=lambda change: change.operation.id, reverse=True)


class _States:
    """What a reader saw of one entry at any time."""

    def __init__(self, connection: Connection, entry_id: str, reader: Audience):
        self.id, self.reader = entry_id, reader
        self.claims: list[Told] = storage.history(connection, entry_id)
        self.known = storage.known_history(connection, entry_id)
        self.choices = storage.choices_told(connection, entry_id)

    def now(self) -> Sighted:
        return self._sighted(lambda told: told.ended is None)

    def after(self, operation_id: int) -> Sighted:
        """As the reader saw the entry after an operation."""
        return self._sighted(lambda told: told.held(operation_id))

    def name(self, operation_id: int) -> str:
        """What it was called after an operation, "" where it was not for the reader then."""
        then = self.after(operation_id)
        return (then.value("name") or "") if then.is_for_reader() else ""

    def _sighted(self, held: Callable[[Told | ToldKnown | ToldChoice], bool]) -> Sighted:
        return Sighted(self.id, self.reader, [t.claim for t in self.claims if held(t)], Standing(
            {t.known.source: t.known.local_id or "" for t in self.known if held(t)},
            {t.field: t.choice for t in self.choices if held(t)},
        ))


class _Story(_States):
    """Everything ever said of one entry, with the operations that began and ended it."""

    def __init__(self, connection: Connection, entry_id: str, reader: Audience):
        super().__init__(connection, entry_id, reader)
        self.visits: list[ToldVisit] = storage.visits_of(connection, entry_id)
        self.decisions: list[ToldDecision] = decisions_of(connection, entry_id)
        self.merges = storage.merges_of(connection, entry_id)
        partners = {it for one in self.merges for it in (one.entry_id, one.into)} - {entry_id}
        self.partners = {it: _States(connection, it, reader) for it in partners}

    def operations(self) -> set[int]:
        told: list[Any] = [*self.claims, *self.known, *self.visits, *self.choices, *self.merges, *self.decisions]
        return {i for t in told for i in (t.began, t.ended) if i}

    def changes(self, operations: Mapping[int, Operation], part: str) -> Iterator[Change]:
        """What happened, operation by operation; of a part of another entry only what happened before it was."""
        until = max((one.began for one in self.merges if one.entry_id == part and one.ended is None), default=None)
        for it in self.operations():
            if (until is None or it < until) and (lines := tuple(self.lines(operations[it]))):
                yield Change(operations[it], lines, (self.name(it) or _UNNAMED) if part else "")

    def lines(self, operation: Operation) -> Iterator[FieldChange]:
        """What one operation did, as far as the reader may see it."""
        before, after = self.after(operation.id - 1), self.after(operation.id)
        if not (before.is_for_reader() and after.is_for_reader()):
            return
        if merges := [one for one in self.merges if one.is_by(operation.id)]:
            yield from self._of_merge(operation, merges[0], before, after)
            return
        yield from self._of_decisions(operation)
        yield from self._of_claims(operation, before, after)
        yield from self._of_choices(operation, before, after)
        yield from self._of_numbers(operation, before, after)
        yield from self._of_visits(operation)

    def _of_merge(
        self, operation: Operation, merge: ToldMerge, before: Sighted, after: Sighted
    ) -> Iterator[FieldChange]:
        """With which entry it was made one, or parted from; and of the one that stays what was shown differently."""
        other = merge.into if self.id == merge.entry_id else merge.entry_id
        made = merge.began == operation.id
        if name := self.partners[other].name(operation.id - 1 if made else operation.id):
            words = f"「{name}」とひとつにした"
            yield FieldChange("merged", "まとめ", *(("", words) if made else (words, "")), operation.source)
        if self.id == merge.into:
            yield from _of_screen(before, after)

    def _of_choices(self, operation: Operation, before: Sighted, after: Sighted) -> Iterator[FieldChange]:
        """Where nobody said anything new, what a choice alone changed."""
        says, chose = ([operation.id in (t.began, t.ended) for t in told] for told in (self.claims, self.choices))
        if any(chose) and not any(says):
            kept = FieldChange("chosen", "どの内容にするか", "", "いま見えている内容に決めた", operation.source)
            yield from list(_of_screen(before, after)) or [kept]

    def _of_claims(self, operation: Operation, before: Sighted, after: Sighted) -> Iterator[FieldChange]:
        touched = {(t.claim.source, t.claim.field) for t in self.claims if operation.id in (t.began, t.ended)}
        made_sure = dict[str, None]()
        for source, name in sorted(touched, key=lambda slot: (field_table.NAMES.index(slot[1]), slot[0])):
            if before.keeps_back(name, source) or after.keeps_back(name, source):
                continue
            if lines := list(_lines(name, source, before, after)):
                yield from lines
            else:
                made_sure[source] = None
        for source in made_sure:
            yield from _confirmed(source, before, after)

    def _of_decisions(self, operation: Operation) -> Iterator[FieldChange]:
        """What was decided of something that an organisation or a reader told."""
        for told in self.decisions:
            words = told_words(told)
            if operation.id == told.began:
                yield FieldChange("proposal", "変更の知らせ", "", words, operation.source)
            elif operation.id == told.ended:
                yield FieldChange("proposal", "変更の知らせ", words, "", operation.source)

    def _of_numbers(self, operation: Operation, before: Sighted, after: Sighted) -> Iterator[FieldChange]:
        old = {t.known.source: t.known for t in self.known if t.ended == operation.id}
        new = {t.known.source: t.known for t in self.known if t.began == operation.id}
        for source in sorted(old.keys() | new.keys()):
            numbers = _number(old.get(source)), _number(new.get(source))
            if numbers[0] != numbers[1] and (before.visible_of(source) or after.visible_of(source)):
                yield FieldChange("local_id", field_table.LOCAL_ID, *numbers, source)

    def _of_visits(self, operation: Operation) -> Iterator[FieldChange]:
        old = {t.visit.note: t.visit for t in self.visits if t.ended == operation.id}
        new = {t.visit.note: t.visit for t in self.visits if t.began == operation.id}
        for note in sorted(old.keys() | new.keys()):
            both = [v for v in (old.get(note), new.get(note)) if v]
            if sees_all(self.reader, both):
                yield FieldChange("visits", "訪問記録", _visit(old.get(note)), _visit(new.get(note)), both[0].source)


def _of_screen(before: Sighted, after: Sighted) -> Iterator[FieldChange]:
    """All that the screen shows differently."""
    was, now = before.shown, after.shown
    for name in field_table.NAMES:
        if found := now.get(name) or was.get(name):
            yield from _between(name, found.source, was.get(name), now.get(name), is_shown=True)


def _lines(name: str, source: str, before: Sighted, after: Sighted) -> Iterator[FieldChange]:
    """What the screen shows differently; where it shows the same, what the source says differently."""
    shown_lines = list(_between(name, source, before.shown.get(name), after.shown.get(name), is_shown=True))
    yield from shown_lines or _between(name, source, before.of(name, source), after.of(name, source), is_shown=False)


def _between(
    name: str, source: str, before: Claim | Shown | None, after: Claim | Shown | None, is_shown: bool
) -> Iterator[FieldChange]:
    """The value's change, then that of its audience."""
    heading = field_table.heading_of(name)
    if _value(before) != _value(after):
        old, new = in_words.value(name, _value(before)), in_words.value(name, _value(after))
        yield FieldChange(name, heading, old, new, source, is_shown)
    if before and after and before.audience != after.audience:
        old, new = in_words.audience(before.audience), in_words.audience(after.audience)
        yield FieldChange(name, f"{heading}の公開範囲", old, new, source, is_shown)


def _value(said: Claim | Shown | None) -> Any:
    return said.value if said else None


def _confirmed(source: str, before: Sighted, after: Sighted) -> Iterator[FieldChange]:
    """The newest day on which a source made sure of what the reader sees, where it changed."""
    was, now = (row_assured(state.visible_of(source)) for state in (before, after))
    if was != now:
        yield FieldChange("assured_on", field_table.ASSURED_ON, in_words.day(was), in_words.day(now), source)


def _number(known: KnownAs | None) -> str:
    return known.local_id or "" if known else ""


def _visit(visit: Visit | None) -> str:
    return f"{visit.visited_on.isoformat()} {visit.text}" if visit else ""
