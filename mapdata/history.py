"""What happened to an entry, and to the registry: who, when, how, and before and after in words.

It tells each reader no more than that reader may see: of what is for another office alone, only that it changed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from mapdata import fields, inwords, storage
from mapdata.entry import Claim, Visit, newest_assured
from mapdata.errors import NotFound
from mapdata.operations import row_assured
from mapdata.projection import Audience, may_see, source_label, today
from mapdata.resolve import resolve
from mapdata.shown import Shown, shown
from mapdata.snapshot import SAMPLE_ACTOR
from mapdata.storage import KnownAs, Operation, Told, ToldKnown, ToldVisit
from mapdata.undo import FINAL
from mapdata.words import Level

HOW: Mapping[str, str] = {
    "import": "一覧の取り込み", "form": "画面での編集", "bulk_status": "状態をまとめて変更",
    "bulk_audience": "公開範囲をまとめて変更", "confirm": "確認", "visit": "訪問記録", "undo": "取り消し",
    "resolve": "地図への置きなおし", "erase": "消去", "merge": "統合", "proposal": "提案の反映", "texts": "文言の変更",
}


@dataclass(frozen=True)
class FieldChange:
    """One line of a change. `is_private`: for another office alone; its words are kept back.

    `is_shown` is False where the screen did not change, because another source's value stands there.
    """

    field: str
    heading: str
    before: str
    after: str
    source: str
    is_shown: bool = True
    is_private: bool = False


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
    """One operation as it touched one entry."""

    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class Recent(Done):
    """One operation of the registry; `entry_ids` are some of the entries it touched, `outcome` counts them in words."""

    outcome: str
    entry_ids: tuple[str, ...]


def who(actor: str) -> str:
    """An actor as the screen names it: accounts by their name, commands as such."""
    if actor == SAMPLE_ACTOR:
        return "サンプルの読み込み"
    return f"コマンド（{actor.removeprefix('cli:')}）" if actor.startswith("cli:") else actor


def history(engine: Engine, entry_id: str, reader: Audience) -> list[Change]:
    """All that happened to an entry, the newest first. Raises NotFound for whoever is not staff that sees it."""
    with storage.reading(engine) as connection:
        story = _Story(connection, entry_id, reader)
        if not reader.is_staff or not may_see(resolve(entry_id, story.now(), {}), reader, today()):
            raise NotFound(entry_id)
        operations = storage.operations(connection, sorted(story.operations()))
    return [Change(o, lines) for o in operations if (lines := tuple(story.lines(o)))]


def recent(engine: Engine, limit: int = 50, before: int | None = None) -> list[Recent]:
    """The newest operations of the registry, or those older than one; but not its own upkeep."""
    with storage.reading(engine) as connection:
        operations = storage.latest_operations(connection, limit, before, ("resolve",))
        return [Recent(o, outcome(o), tuple(storage.touched_entries(connection, o.id, 4))) for o in operations]


def outcome(operation: Operation) -> str:
    """「追加 12件、変更 3件」."""
    names = {"added": "追加", "updated": "変更", "missing": "一覧にないもの", "entries": "対象", "skipped": "そのまま"}
    told = [f"{name} {operation.summary[key]}件" for key, name in names.items() if operation.summary.get(key)]
    return "、".join(told)


class _Story:
    """Everything ever said of one entry, with the operations that began and ended it."""

    def __init__(self, connection: Connection, entry_id: str, reader: Audience):
        self.reader = reader
        self.claims: list[Told] = storage.history(connection, entry_id)
        self.known = storage.known_history(connection, entry_id)
        self.visits: list[ToldVisit] = storage.visits_of(connection, entry_id)

    def now(self) -> list[Claim]:
        return [t.claim for t in self.claims if t.ended is None]

    def operations(self) -> set[int]:
        told: list[Told | ToldKnown | ToldVisit] = [*self.claims, *self.known, *self.visits]
        return {i for t in told for i in (t.began, t.ended) if i}

    def lines(self, operation: Operation) -> Iterator[FieldChange]:
        """What one operation did, as far as the reader may see it."""
        before, after = self._state(operation.id - 1), self._state(operation.id)
        if not (self._sees(before) and self._sees(after)):
            yield _private(operation.source)
            return
        yield from self._of_claims(operation, before, after)
        yield from self._of_numbers(operation)
        yield from self._of_visits(operation)

    def _state(self, operation_id: int) -> list[Claim]:
        return [t.claim for t in self.claims if t.held(operation_id)]

    def _sees(self, state: Sequence[Claim]) -> bool:
        """Whether the reader saw the entry at all as it was then."""
        said = [c for c in state if c.field == "audience" and c.value is not None]
        won = newest_assured(said) if said else None
        return won is None or self.reader.sees(Level(won.value), won.source)

    def _of_claims(
        self, operation: Operation, before: Sequence[Claim], after: Sequence[Claim]
    ) -> Iterator[FieldChange]:
        touched = {(t.claim.source, t.claim.field) for t in self.claims if operation.id in (t.began, t.ended)}
        was, now = shown(before, self.reader), shown(after, self.reader)
        made_sure = dict[str, None]()
        private = dict[str, None]()
        for source, name in sorted(touched, key=lambda slot: (fields.NAMES.index(slot[1]), slot[0])):
            old, new = _own(before, source, name), _own(after, source, name)
            if not all(self.reader.sees(c.audience, c.source) for c in (old, new) if c):
                private[source] = None
            elif lines := list(_lines(name, source, old, new, was.get(name), now.get(name))):
                yield from lines
            else:
                made_sure[source] = None
        for source in made_sure:
            yield from _confirmed(source, before, after)
        yield from map(_private, private)

    def _of_numbers(self, operation: Operation) -> Iterator[FieldChange]:
        old = {t.known.source: t.known for t in self.known if t.ended == operation.id}
        new = {t.known.source: t.known for t in self.known if t.began == operation.id}
        for source in sorted(old.keys() | new.keys()):
            before, after = _number(old.get(source)), _number(new.get(source))
            if before != after:
                yield FieldChange("local_id", fields.LOCAL_ID, before, after, source)

    def _of_visits(self, operation: Operation) -> Iterator[FieldChange]:
        old = {t.visit.note: t.visit for t in self.visits if t.ended == operation.id}
        new = {t.visit.note: t.visit for t in self.visits if t.began == operation.id}
        for note in sorted(old.keys() | new.keys()):
            both = [v for v in (old.get(note), new.get(note)) if v]
            if all(self.reader.sees(v.audience, v.source) for v in both):
                yield FieldChange("visits", "訪問記録", _visit(old.get(note)), _visit(new.get(note)), both[0].source)
            else:
                yield _private(both[0].source)


def _private(source: str) -> FieldChange:
    return FieldChange("", "", "", "", source, is_private=True)


def _own(state: Iterable[Claim], source: str, name: str) -> Claim | None:
    return next((c for c in state if (c.source, c.field) == (source, name)), None)


def _lines(
    name: str, source: str, old: Claim | None, new: Claim | None, was: Shown | None, now: Shown | None
) -> Iterator[FieldChange]:
    """What the screen shows differently; where it shows the same, what the source says differently."""
    shown_lines = list(_between(name, source, was, now, is_shown=True))
    yield from shown_lines or _between(name, source, old, new, is_shown=False)


def _between(
    name: str, source: str, before: Claim | Shown | None, after: Claim | Shown | None, is_shown: bool
) -> Iterator[FieldChange]:
    """The value's change, then that of its audience."""
    heading = fields.heading_of(name)
    if _value(before) != _value(after):
        old, new = inwords.value(name, _value(before)), inwords.value(name, _value(after))
        yield FieldChange(name, heading, old, new, source, is_shown)
    if before and after and before.audience != after.audience:
        old, new = inwords.audience(before.audience), inwords.audience(after.audience)
        yield FieldChange(name, f"{heading}の公開範囲", old, new, source, is_shown)


def _value(said: Claim | Shown | None) -> Any:
    return said.value if said else None


def _confirmed(source: str, before: Sequence[Claim], after: Sequence[Claim]) -> Iterator[FieldChange]:
    """The newest day on which a source made sure, where it changed."""
    was, now = (row_assured(c for c in state if c.source == source) for state in (before, after))
    if was != now:
        yield FieldChange("assured_on", fields.ASSURED_ON, inwords.day(was), inwords.day(now), source)


def _number(known: KnownAs | None) -> str:
    return known.local_id or "" if known else ""


def _visit(visit: Visit | None) -> str:
    return f"{visit.visited_on.isoformat()} {visit.text}" if visit else ""
