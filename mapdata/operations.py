"""Every write to the registry: one operation, one transaction, its difference recorded as claims.

The actor is an argument, never looked up.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import Connection, Engine

from mapdata import contacts, fields, identity, placecells, placing, storage
from mapdata.drafting import Draft
from mapdata.entry import Claim
from mapdata.errors import ListRefused, Problem
from mapdata.normal import fold
from mapdata.resolve import resolve
from mapdata.storage import KnownAs
from mapdata.words import PRECISION, Level


@dataclass(frozen=True)
class ListChange:
    """What an import did, or would do: counts of entries."""

    added: int
    updated: int
    unchanged: int
    missing: int


#: Told how many rows of how many are done.
Progress = Callable[[int, int], None]

#: Rows compared, written and resolved at a time, so that a long list needs little memory.
_BATCH = 1000


def import_list(
    engine: Engine, drafts: Sequence[Draft], source: str, actor: str,
    *, dry_run: bool = False, progress: Progress = lambda *_: None,
) -> tuple[ListChange, list[Problem]]:
    """Make a source say what its list says: known rows change their claims, new rows make entries.

    Entries that the list no longer has are counted, not closed. Nothing is written when nothing
    differs, nor with `dry_run`. The remarks are for a person to look at before or after.
    Raises ListRefused, with nothing written, where a blank cell would tell a place that was kept back.
    """
    with (storage.reading if dry_run else storage.writing)(engine) as connection:
        known = storage.known_of(connection, source)
        register = _Register(source, known, storage.all_ids(connection))
        matched = register.find_all(drafts)
        work = _Import(connection, register, _Speaker(source, actor, datetime.now(UTC)), dry_run)
        for start in range(0, len(drafts), _BATCH):
            progress(start, len(drafts))
            work.take(drafts[start:start + _BATCH], matched[start:start + _BATCH])
        if work.remarks.problems:
            raise ListRefused(work.remarks.problems, rows=len(drafts))
        work.finish(missing=len(known) - sum(1 for found in matched if found))
        progress(len(drafts), len(drafts))
        return work.change, work.remarks.told()


@dataclass(frozen=True)
class _Speaker:
    source: str
    actor: str
    at: datetime


@dataclass
class _Difference:
    """What a batch of rows changes in what the source said."""

    new: list[KnownAs] = field(default_factory=list)
    renamed: list[KnownAs] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0

    def __bool__(self) -> bool:
        return bool(self.changed or self.renamed)


class _Remarks:
    """What an import changes that its sender may not have meant."""

    def __init__(self) -> None:
        self.withdrawn: Counter[str] = Counter()
        self.rows: list[Problem] = []
        self.problems: list[Problem] = []

    def look_at(self, draft: Draft, said: Mapping[str, Claim], says: Mapping[str, Any]) -> None:
        self.withdrawn.update(name for name in said if name not in says)
        self._guard_precision(draft, said, says)
        old, new = said.get("name"), says.get("name", "")
        if not old or not draft.local_id or fuzz.ratio(fold(old.value), fold(new)) >= _ALIKE:
            return
        if _address(said["places"].value if "places" in said else []) == _address(says.get("places", [])):
            return
        message = f"この管理番号は前に「{old.value}」でした。別のところなら、新しい番号にしてください"
        self.rows.append(Problem(draft.row, fields.LOCAL_ID, draft.local_id, message))

    def _guard_precision(self, draft: Draft, said: Mapping[str, Claim], says: Mapping[str, Any]) -> None:
        """A place that was kept back is told only when somebody says so, never by a blank cell."""
        kept_back = said.get("location_precision")
        if kept_back and kept_back.value != "exact" and "location_precision" not in says:
            label = PRECISION.label_of(kept_back.value)
            message = f"前は「{label}」でした。同じなら「{label}」、公開してよければ「正確な位置」と書いてください"
            self.problems.append(Problem(draft.row, _heading("location_precision"), "", message))

    def told(self) -> list[Problem]:
        if not self.withdrawn:
            return self.rows
        listed = "、".join(f"{_heading(name)} {count}件" for name, count in self.withdrawn.most_common())
        message = f"前に書かれていて、この一覧では空欄の値を取り消します：{listed}"
        return [*self.rows, Problem(1, "", "", message)]


#: Names less alike than this (0 to 100) are another place's, unless the address stays.
_ALIKE = 50


def _heading(name: str) -> str:
    return fields.BY_NAME[name].heading if name in fields.BY_NAME else {"places": "場所", "contacts": "連絡先"}[name]


def _address(places: Sequence[Mapping[str, Any]]) -> str:
    return str(places[0].get("address", "")) if places else ""


class _Import:
    """One list on its way into the registry, batch by batch, in one transaction."""

    def __init__(self, connection: Connection, register: "_Register", who: _Speaker, dry_run: bool):
        self.connection, self.register, self.who, self.dry_run = connection, register, who, dry_run
        self.operation: int | None = None
        self.change = ListChange(0, 0, 0, 0)
        self.remarks = _Remarks()

    def take(self, drafts: Sequence[Draft], matched: Sequence[KnownAs | None]) -> None:
        difference = self._difference(drafts, matched)
        if difference and not self.dry_run:
            self._write(difference)
        added = len(difference.new)
        self.change = ListChange(
            self.change.added + added, self.change.updated + len(difference.changed) - added,
            self.change.unchanged + difference.unchanged, 0,
        )

    def finish(self, missing: int) -> None:
        self.change = replace(self.change, missing=missing)
        if self.operation is not None:
            storage.end_operation(self.connection, self.operation, asdict(self.change))

    def _difference(self, drafts: Sequence[Draft], matched: Sequence[KnownAs | None]) -> _Difference:
        said = self._said([found.resource_id for found in matched if found])
        difference = _Difference()
        for draft, found in zip(drafts, matched, strict=True):
            it = found or self.register.name(draft)
            if not found:
                difference.new.append(it)
            elif (renamed := self.register.renamed(draft, found)) != found:
                difference.renamed.append(renamed)
            old = said.get(it.resource_id, {})
            says = _says_now(draft, old)
            self.remarks.look_at(draft, old, says)
            _compare(difference, it.resource_id, old, says, draft, self.who)
        return difference

    def _said(self, ids: Sequence[str]) -> dict[str, dict[str, Claim]]:
        """What the source says now of these entries, by entry and field."""
        claims = storage.claims_of_resources(self.connection, ids)
        return {i: {c.field: c for c in some if c.source == self.who.source} for i, some in claims.items()}

    def _write(self, difference: _Difference) -> None:
        if self.operation is None:
            who = self.who
            self.operation = storage.begin_operation(self.connection, "import", who.actor, who.source)
        storage.add_resources(self.connection, [k.resource_id for k in difference.new])
        storage.save_known(self.connection, difference.new, difference.renamed)
        storage.end_claims(self.connection, difference.ended, self.operation)
        storage.add_claims(self.connection, difference.claims, self.operation)
        refresh(self.connection, difference.changed)


class _Register:
    """How a source's rows are known again (design: section 4, registry import)."""

    def __init__(self, source: str, known: Iterable[KnownAs], taken: set[str]):
        self.source, self.taken = source, taken
        self._by_number: dict[str, KnownAs] = {}
        self._by_digits: dict[str, list[KnownAs]] = {}
        self._by_name: dict[str, KnownAs] = {}
        for one in known:
            if one.local_id:
                self._by_number[one.local_id] = one
                self._by_digits.setdefault(_digits(one.local_id), []).append(one)
            self._by_name.setdefault(one.name_key, one)

    def find_all(self, drafts: Sequence[Draft]) -> list[KnownAs | None]:
        """By 管理番号, which always wins; else by name and address, unless both have a number.

        A number that lost its zeros in a spreadsheet (1 for 001) is known where no other could be meant.
        """
        written = {d.local_id for d in drafts}
        found = [self._numbered(d.local_id, written) if d.local_id else None for d in drafts]
        used = {one.resource_id for one in found if one}
        for index, draft in enumerate(drafts):
            named = self._by_name.get(draft.name_key)
            if found[index] or not named or named.resource_id in used or (draft.local_id and named.local_id):
                continue
            found[index] = named
            used.add(named.resource_id)
        return found

    def _numbered(self, number: str, written: set[str]) -> KnownAs | None:
        exact = self._by_number.get(number)
        if exact or not number.isdecimal():
            return exact
        alike = [one for one in self._by_digits.get(_digits(number), []) if one.local_id not in written]
        return alike[0] if len(alike) == 1 else None

    def renamed(self, draft: Draft, found: KnownAs) -> KnownAs:
        """The entry as it is known from now on: a list without 管理番号, or its zeros, leaves the number."""
        number = draft.local_id
        if not number or (found.local_id and _digits(found.local_id) == _digits(number)):
            number = found.local_id or ""
        return KnownAs(self.source, number or None, draft.name_key, found.resource_id)

    def name(self, draft: Draft) -> KnownAs:
        """A new entry for a row that is not known yet."""
        it = identity.new_id(self.taken.__contains__)
        self.taken.add(it)
        return KnownAs(self.source, draft.local_id or None, draft.name_key, it)


def _digits(number: str) -> str:
    """A number without the zeros that spreadsheets drop; anything else as it is."""
    return number.lstrip("0") or "0" if number.isdecimal() else number


def _compare(
    plan: _Difference, resource_id: str, said: Mapping[str, Claim], says: Mapping[str, Any], draft: Draft, who: _Speaker
) -> None:
    """Add to the difference the claims that this row begins and ends."""
    before = len(plan.claims) + len(plan.ended)
    for name in sorted(said.keys() | says.keys()):
        old, value = said.get(name), says.get(name)
        day = _assured(draft, old)
        if old and value is not None and (old.value, old.assured_on) == (value, day):
            continue
        if old:
            assert old.id is not None
            plan.ended.append(old.id)
        if value is not None:
            plan.claims.append(_claim(resource_id, name, value, day, old, who))
    if len(plan.claims) + len(plan.ended) > before:
        plan.changed.append(resource_id)
    else:
        plan.unchanged += 1


def _says_now(draft: Draft, said: Mapping[str, Claim]) -> dict[str, Any]:
    """The row's values; what the list has no column for stays as the source said it."""
    says = {**draft.says, **{name: said[name].value for name in draft.keeps if name in said}}
    for name, absent, merge in (
        ("places", draft.keeps_parts, placecells.merge),
        ("contacts", draft.keeps_contacts, contacts.merge),
    ):
        old = said[name].value if name in said else []
        merged = merge(draft.says.get(name, []), old, absent)
        says.pop(name, None)
        if merged:
            says[name] = merged
    return says


def _assured(draft: Draft, old: Claim | None) -> date | None:
    return old.assured_on if draft.keeps_assured and old else draft.assured_on


def _claim(resource_id: str, name: str, value: Any, day: date | None, old: Claim | None, who: _Speaker) -> Claim:
    audience: Level = old.audience if old else fields.default_audience(name)
    return Claim(resource_id, name, who.source, value, audience, day, who.at, who.actor)


def refresh(connection: Connection, ids: Sequence[str]) -> None:
    """Resolve these entries anew from their current claims."""
    claims = storage.claims_of_resources(connection, ids)
    numbers = storage.local_ids_of(connection, ids)
    storage.save_entries(connection, [resolve(i, claims.get(i, ()), numbers.get(i, {})) for i in ids])


def resolve_again(engine: Engine, actor: str) -> int:
    """Resolve every entry anew, as after new address tables are installed; returns how many."""
    placing.forget()
    with storage.writing(engine) as connection:
        ids = sorted(storage.all_ids(connection))
        operation = storage.begin_operation(connection, "resolve", actor, None)
        for start in range(0, len(ids), _BATCH):
            refresh(connection, ids[start:start + _BATCH])
        storage.end_operation(connection, operation, {"resolved": len(ids)})
    return len(ids)
