"""Every write to the registry: one operation, one transaction, its difference recorded as claims.

The actor is an argument, never looked up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Engine

from mapdata import contacts, fields, identity, placecells, storage
from mapdata.drafting import Draft
from mapdata.entry import Claim
from mapdata.resolve import resolve
from mapdata.storage import KnownAs
from mapdata.words import Level


@dataclass(frozen=True)
class ListChange:
    """What an import did, or would do: counts of entries."""

    added: int
    updated: int
    unchanged: int
    missing: int


@dataclass
class _Plan:
    """The difference between what a source said and what its new list says."""

    new: list[KnownAs] = field(default_factory=list)
    renamed: list[KnownAs] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    unchanged: int = 0
    missing: int = 0

    def counts(self) -> ListChange:
        return ListChange(len(self.new), len(self.changed) - len(self.new), self.unchanged, self.missing)


def import_list(
    engine: Engine, drafts: Sequence[Draft], source: str, actor: str, *, dry_run: bool = False
) -> ListChange:
    """Make a source say what its list says: known rows change their claims, new rows make entries.

    Entries that the list no longer has are counted, not closed. Nothing is written when nothing
    differs, nor with `dry_run`.
    """
    if dry_run:
        with storage.reading(engine) as connection:
            return _plan(connection, drafts, source, actor).counts()
    with storage.writing(engine) as connection:
        plan = _plan(connection, drafts, source, actor)
        if plan.changed or plan.renamed:
            _carry_out(connection, plan, source, actor)
        return plan.counts()


def _plan(connection: Connection, drafts: Sequence[Draft], source: str, actor: str) -> _Plan:
    known = storage.known_of(connection, source)
    register = _Register(source, known)
    said: dict[str, dict[str, Claim]] = {}
    for claim in storage.claims_of_source(connection, source):
        said.setdefault(claim.resource_id, {})[claim.field] = claim
    plan = _Plan()
    matched = register.find_all(drafts)
    taken = storage.all_ids(connection)
    now = datetime.now(UTC)
    for draft, found in zip(drafts, matched, strict=True):
        it = found or register.name(draft, taken)
        if not found:
            plan.new.append(it)
        elif (renamed := register.renamed(draft, found)) != found:
            plan.renamed.append(renamed)
        _compare(plan, draft, it.resource_id, said.get(it.resource_id, {}), _Speaker(source, actor, now))
    plan.missing = len(known) - sum(1 for found in matched if found)
    return plan


class _Register:
    """How a source's rows are known again (design: section 4, registry import)."""

    def __init__(self, source: str, known: Iterable[KnownAs]):
        self.source = source
        self._by_number: dict[str, KnownAs] = {}
        self._by_name: dict[str, KnownAs] = {}
        for one in known:
            if one.local_id:
                self._by_number[one.local_id] = one
            self._by_name.setdefault(one.name_key, one)

    def find_all(self, drafts: Sequence[Draft]) -> list[KnownAs | None]:
        """By 管理番号, which always wins; else by name and address, unless both have a number."""
        found = [self._by_number.get(d.local_id) if d.local_id else None for d in drafts]
        used = {one.resource_id for one in found if one}
        for index, draft in enumerate(drafts):
            named = self._by_name.get(draft.name_key)
            if found[index] or not named or named.resource_id in used or (draft.local_id and named.local_id):
                continue
            found[index] = named
            used.add(named.resource_id)
        return found

    def renamed(self, draft: Draft, found: KnownAs) -> KnownAs:
        """The entry as it is known from now on: a list without 管理番号 leaves the number."""
        return KnownAs(self.source, draft.local_id or found.local_id, draft.name_key, found.resource_id)

    def name(self, draft: Draft, taken: set[str]) -> KnownAs:
        it = identity.resource_id(self.source, _row_key(draft), taken.__contains__)
        taken.add(it)
        return KnownAs(self.source, draft.local_id or None, draft.name_key, it)


def _row_key(draft: Draft) -> str:
    return f"no:{draft.local_id}" if draft.local_id else f"name:{draft.name_key}"


@dataclass(frozen=True)
class _Speaker:
    source: str
    actor: str
    at: datetime


def _compare(plan: _Plan, draft: Draft, resource_id: str, said: dict[str, Claim], who: _Speaker) -> None:
    """Add to the plan the claims that this row begins and ends."""
    says = _says_now(draft, said)
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
        plan.changed.add(resource_id)
    else:
        plan.unchanged += 1


def _says_now(draft: Draft, said: dict[str, Claim]) -> dict[str, Any]:
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


def _carry_out(connection: Connection, plan: _Plan, source: str, actor: str) -> None:
    operation = storage.begin_operation(connection, "import", actor, source)
    storage.add_resources(connection, [k.resource_id for k in plan.new])
    storage.save_known(connection, plan.new, plan.renamed)
    storage.end_claims(connection, plan.ended, operation)
    storage.add_claims(connection, plan.claims, operation)
    refresh(connection, sorted(plan.changed))
    counts = plan.counts()
    storage.end_operation(connection, operation, {
        "added": counts.added, "updated": counts.updated, "unchanged": counts.unchanged,
        "missing": counts.missing,
    })


def refresh(connection: Connection, ids: Sequence[str]) -> None:
    """Resolve these entries anew from their current claims."""
    claims = storage.claims_of_resources(connection, ids)
    numbers = storage.local_ids_of(connection, ids)
    storage.save_entries(connection, [resolve(i, claims.get(i, ()), numbers.get(i, {})) for i in ids])
