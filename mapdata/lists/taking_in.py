"""A list taken into the registry: one operation, one transaction, its difference recorded as claims.

The actor is an argument, never looked up.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine

from mapdata import storage
from mapdata.claims.entry import Claim
from mapdata.claims.widening import Said, Widening
from mapdata.claims.winning import Standing
from mapdata.errors import ListRefused, Problem
from mapdata.fields import contacts, field_table, place_cells
from mapdata.lists.drafting import Draft, Progress
from mapdata.lists.import_warnings import Remarks
from mapdata.lists.known_rows import Register
from mapdata.storage import KnownAs
from mapdata.storage.speaking import BATCH, Speaker
from mapdata.storage.speaking.acting import Widened, look
from mapdata.words import Level


@dataclass(frozen=True)
class ListChange:
    """What an import did, or would do: counts of entries."""

    added: int
    updated: int
    unchanged: int
    missing: int


@dataclass(frozen=True)
class RowChange:
    """What one row changes in what its source says; `before` is None where the source had no such row.

    `claims` are pairs of what was said and what is said from now on, of each field that differs.
    """

    row: int
    entry: KnownAs
    before: KnownAs | None
    is_new_entry: bool
    claims: tuple[tuple[Claim | None, Claim | None], ...]

    @property
    def is_renamed(self) -> bool:
        return self.before != self.entry


@dataclass(frozen=True)
class ListOutcome:
    """What came of a list; `digest` is the same for the same difference that shows the same to the same, `missing` are
    rows the list no longer has, `widened` is what is shown to whom that was not."""

    change: ListChange
    remarks: tuple[Problem, ...]
    revision: int
    digest: str
    missing: tuple[KnownAs, ...]
    operation: int | None = None
    widened: tuple[Widening, ...] = ()


#: Told what each row changes, in the order of the list; rows that change nothing are not told.
Tell = Callable[[RowChange], None]
#: Called within the transaction, before it is kept; what it raises undoes everything.
Before = Callable[[Connection, ListOutcome], None]


def import_list(
    engine: Engine, drafts: Sequence[Draft], source: str, actor: str, *,
    progress: Progress = lambda *_: None, before_commit: Before = lambda *_: None,
) -> ListOutcome:
    """Make a source say what its list says: known rows change their claims, new rows make entries.

    Entries that the list no longer has are counted, not closed. Nothing is written when nothing differs.
    Raises ListRefused, with nothing written, where a blank cell would tell a place that was kept back.
    """
    with storage.writing(engine) as connection:
        work = _Import(connection, drafts, Speaker.now(source, actor))
        outcome = work.run(lambda: nullcontext(connection), progress, write=True)
        before_commit(connection, outcome)
        return outcome


def preview_list(
    engine: Engine, drafts: Sequence[Draft], source: str, actor: str, *,
    progress: Progress = lambda *_: None, tell: Tell = lambda _: None, start_over: Callable[[], None] = lambda: None,
) -> ListOutcome:
    """What `import_list` would do. It reads in short transactions, because a long one would keep writers waiting.

    When the registry changes meanwhile it begins again, after a call of `start_over`; the last time it keeps the
    writers waiting. Raises ListRefused as `import_list` does.
    """
    for _ in range(_ATTEMPTS):
        try:
            return _look(engine, drafts, Speaker.now(source, actor), progress, tell, _short(engine))
        except _Moved:
            start_over()
    with storage.reading(engine) as connection:
        return _look(engine, drafts, Speaker.now(source, actor), progress, tell, lambda: nullcontext(connection))


_ATTEMPTS = 3
_Opener = Callable[[], AbstractContextManager[Connection]]


class _Moved(Exception):
    """The registry changed between two short looks."""


def _look(
    engine: Engine, drafts: Sequence[Draft], who: Speaker, progress: Progress, tell: Tell, opener: _Opener
) -> ListOutcome:
    with opener() as connection:
        work = _Import(connection, drafts, who, tell)
    return work.run(opener, progress, write=False)


def _short(engine: Engine) -> _Opener:
    """Opens a short transaction each time. Raises _Moved when the registry is not at the first one's revision."""
    seen: list[int] = []

    @contextmanager
    def opened() -> Iterator[Connection]:
        with storage.reading(engine) as connection:
            seen.append(storage.revision(connection))
            if seen[0] != seen[-1]:
                raise _Moved
            yield connection

    return opened


class _Import:
    """One list on its way into the registry, batch by batch."""

    def __init__(
        self, connection: Connection, drafts: Sequence[Draft], who: Speaker, tell: Tell = lambda _: None
    ):
        self.drafts, self.who, self.tell = drafts, who, tell
        known = storage.known_of(connection, who.source)
        once, asleep = storage.known_once(connection, who.source, storage.all_merged(connection))
        self.register = Register(who.source, known, once, asleep, storage.all_ids(connection))
        self.matched = self.register.find_all(drafts)
        self.entries = [
            (self.register.renamed(draft, found), False) if found else self.register.name(draft)
            for draft, found in zip(drafts, self.matched, strict=True)
        ]
        found = {one.resource_id for one in self.matched if one}
        self.missing = tuple(one for one in known if one.resource_id not in found)
        self.revision = storage.revision(connection)
        self.operation: int | None = None
        self.change = ListChange(0, 0, 0, len(self.missing))
        self.remarks, self.digest, self.widened = Remarks(), hashlib.sha256(), Widened()

    def run(self, opener: _Opener, progress: Progress, write: bool) -> ListOutcome:
        for start in range(0, len(self.drafts), BATCH):
            progress(start, len(self.drafts))
            with opener() as connection:
                part = slice(start, start + BATCH)
                claims = self._claims(connection, part)
                if changes := self._compare(part, claims):
                    after = self._look(connection, changes, claims)
                    if write:
                        self._write(connection, changes, after)
        if self.remarks.problems:
            raise ListRefused(self.remarks.problems, rows=len(self.drafts))
        if self.operation is not None:
            with opener() as connection:
                storage.end_operation(connection, self.operation, asdict(self.change))
        progress(len(self.drafts), len(self.drafts))
        remarks, widened = tuple(self.remarks.told()), tuple(self.widened.widenings)
        self.digest.update(repr([(w.name, w.what, w.to, w.day) for w in widened]).encode())
        return ListOutcome(
            self.change, remarks, self.revision, self.digest.hexdigest(), self.missing, self.operation, widened
        )

    def _claims(self, connection: Connection, part: slice) -> dict[str, list[Claim]]:
        """What anyone says now of the entries of these rows."""
        ids = [entry.resource_id for entry, is_new in self.entries[part] if not is_new]
        return storage.claims_of_resources(connection, ids)

    def _compare(self, part: slice, claims: Mapping[str, Sequence[Claim]]) -> list[RowChange]:
        rows = list(zip(self.drafts[part], self.matched[part], self.entries[part], strict=True))
        changes = [c for draft, found, entry in rows if (c := self._change(draft, found, *entry, claims)) is not None]
        for change in changes:
            self.digest.update(_fingerprint(change))
            self.tell(change)
        added = sum(change.before is None for change in changes)
        updated = sum(bool(change.before and change.claims) for change in changes)
        self.change = replace(
            self.change, added=self.change.added + added, updated=self.change.updated + updated,
            unchanged=self.change.unchanged + len(rows) - added - updated,
        )
        return changes

    def _change(
        self, draft: Draft, found: KnownAs | None, now: KnownAs, is_new: bool, claims: Mapping[str, Sequence[Claim]]
    ) -> RowChange | None:
        old = {c.field: c for c in claims.get(now.resource_id, ()) if c.source == self.who.source}
        says = _says_now(draft, old)
        self.remarks.look_at(draft, old, says)
        pairs = tuple(_differences(now.resource_id, old, says, draft, self.who))
        change = RowChange(draft.row, now, found, is_new, pairs)
        return change if pairs or change.is_renamed else None

    def _look(
        self, connection: Connection, changes: Sequence[RowChange], claims: Mapping[str, Sequence[Claim]]
    ) -> list[Said]:
        """What is said of these entries once the changes are made; what that shows to whom is noted."""
        ids = [c.entry.resource_id for c in changes]
        standing = storage.standing_of(connection, ids)
        found = []
        for change, it in zip(changes, ids, strict=True):
            before = Said(it, claims.get(it, ()), standing[it])
            lists = {**standing[it].local_ids, self.who.source: change.entry.local_id or ""}
            found.append(Said(it, _after(change, before.claims), Standing(lists, standing[it].choices)))
            look([before], [found[-1]], self.widened)
        return found

    def _write(self, connection: Connection, changes: Sequence[RowChange], after: Sequence[Said]) -> None:
        if self.operation is None:
            self.operation = storage.begin_operation(connection, "import", self.who.actor, self.who.source)
        operation = self.operation
        storage.add_resources(connection, [c.entry.resource_id for c in changes if c.is_new_entry])
        renamed = [c for c in changes if c.is_renamed]
        storage.end_known(connection, [c.before.id for c in renamed if c.before and c.before.id], operation)
        storage.begin_known(connection, [c.entry for c in renamed], operation)
        pairs = [pair for change in changes for pair in change.claims]
        storage.end_claims(connection, [old.id for old, _ in pairs if old and old.id], operation)
        storage.add_claims(connection, [new for _, new in pairs if new], operation)
        storage.save_entries(connection, [said.entry for said in after])


def _after(change: RowChange, claims: Iterable[Claim]) -> list[Claim]:
    """The current claims of an entry once the change is made."""
    ended = {old.id for old, _ in change.claims if old}
    return [*(c for c in claims if c.id not in ended), *(new for _, new in change.claims if new)]


def _fingerprint(change: RowChange) -> bytes:
    """Equal for equal differences; ids are drawn by chance for new entries and left out."""
    known = (change.entry.local_id, change.before and (change.before.resource_id, change.before.local_id))
    told = [
        [c and (c.field, c.value, str(c.audience), c.assured_on) for c in pair] for pair in change.claims
    ]
    return repr((change.row, known, told)).encode()


def _differences(
    resource_id: str, said: Mapping[str, Claim], says: Mapping[str, Any], draft: Draft, who: Speaker
) -> Iterator[tuple[Claim | None, Claim | None]]:
    """What this row ends and begins, field by field. A blank cell leaves what was emptied on purpose."""
    listed = row_assured(said.values())
    for name in sorted(said.keys() | says.keys()):
        old, value = said.get(name), says.get(name)
        if old and old.value == value and (
            value is None or draft.keeps_assured or draft.assured_on in (old.assured_on, listed)
        ):
            continue
        day = old.assured_on if old and draft.keeps_assured else draft.assured_on
        audience = old.audience if old else field_table.default_audience(name)
        bound = (old.bound_by, old.bound_level) if old else ("", Level.PUBLIC)
        yield old, None if value is None else who.claim(resource_id, name, value, audience, day, bound)


def row_assured(claims: Iterable[Claim]) -> date | None:
    """The one 確認日 that a list has for all that a source says of an entry: its newest."""
    return max((c.assured_on for c in claims if c.assured_on), default=None)


def _says_now(draft: Draft, said: Mapping[str, Claim]) -> dict[str, Any]:
    """The row's values; what the list has no column for stays as the source said it."""
    before = {name: claim.value for name, claim in said.items() if claim.value is not None}
    says = {**draft.says, **{name: before[name] for name in draft.keeps if name in before}}
    for name, absent, merge in (
        ("places", draft.keeps_parts, place_cells.merge),
        ("contacts", draft.keeps_contacts, contacts.merge),
    ):
        merged = merge(draft.says.get(name, []), before.get(name, []), absent)
        says.pop(name, None)
        if merged:
            says[name] = merged
    return says
