"""Every act on the registry ends here: what it wrote is resolved, and what it makes visible is named and agreed, or
nothing is kept (docs/decisions/widening.md)."""

import inspect
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import wraps
from typing import Any, TypeAlias, TypeVar, cast

from sqlalchemy import Connection, Engine

from mapdata import clock, storage
from mapdata.claims.narrowness import RULES
from mapdata.claims.widening import ENTRY, Said, Widening, digest, may_widen, of_act
from mapdata.errors import RegistryError
from mapdata.storage.speaking import BATCH
from mapdata.words import Level


@dataclass(frozen=True)
class Agreed:
    """What somebody agreed to: `said` is the `digest` of what was named, None for a command: it agrees by itself.
    `offices`: those that agreed to a widening of what they keep."""

    said: str | None = None
    offices: frozenset[str] = frozenset()


#: A command.
BY_ITSELF = Agreed()


class WouldWiden(RegistryError):
    """What would become visible, and was not agreed to as it is named here. Nothing was written."""

    def __init__(self, widenings: Sequence[Widening]):
        super().__init__("、".join(f"{w.name}（{w.heading}）" for w in widenings[:10]))
        self.widenings = tuple(widenings)

    @property
    def digest(self) -> str:
        return digest(self.widenings)


class MustAsk(WouldWiden):
    """It widens what `offices` keep, and they have not agreed. Nothing was written. `act` does it, once they have."""

    def __init__(self, widenings: Sequence[Widening], offices: Collection[str], entries: Sequence[str] = ()):
        super().__init__(widenings)
        self.offices, self.entries = tuple(sorted(offices)), tuple(entries)
        self.act: Act | None = None


@dataclass(frozen=True)
class Act:
    """Something to be done, as it is kept: its kind, what it is told (`params`, as JSON has it), and its entries."""

    kind: str
    params: Mapping[str, Any]
    entries: tuple[str, ...]

    def only(self, entries: Sequence[str]) -> "Act":
        """The same of these entries, where it is done to each by itself."""
        params = {**self.params, "ids": list(entries)} if "ids" in self.params else self.params
        return replace(self, params=params, entries=tuple(entries))


@dataclass(frozen=True)
class Askable:
    """An operation that another office can be asked to let happen."""

    kind: str
    operation: Callable[..., Any]

    def again(self, engine: Engine, act: Act, source: str, actor: str, agreed: Agreed) -> int | None:
        """Do it; the operation, None where nothing differed."""
        told = {name: _of_json(value) for name, value in act.params.items()}
        done = self.operation(engine, **told, source=source, actor=actor, agreed=agreed)
        found: int | None = getattr(done, "operation", done)
        return found

    def act(self, args: tuple[Any, ...], options: dict[str, Any], entries: tuple[str, ...]) -> Act:
        said = inspect.signature(self.operation).bind(*args, **options).arguments
        kept = {name: value for name, value in said.items() if name not in ("engine", "source", "actor", "agreed")}
        return Act(self.kind, {name: _as_json(value) for name, value in kept.items()}, entries)


#: By kind, what can be done again once an office has agreed.
ACTS: dict[str, Askable] = {}
_Operation = TypeVar("_Operation", bound=Callable[..., Any])


def askable(kind: str) -> Callable[[_Operation], _Operation]:
    """Declare an operation that takes (engine, …, source, actor, agreed): what it may not do by itself can be asked."""

    def declare(operation: _Operation) -> _Operation:
        found = ACTS[kind] = Askable(kind, operation)

        @wraps(operation)
        def done(*args: Any, **options: Any) -> Any:
            try:
                return operation(*args, **options)
            except MustAsk as must:
                must.act = found.act(args, options, must.entries)
                raise

        return cast(_Operation, done)

    return declare


def _as_json(value: Any) -> Any:
    if isinstance(value, date):
        return {"$day": value.isoformat()}
    if isinstance(value, Level):
        return {"$level": value.value}
    if isinstance(value, Mapping):
        return {key: _as_json(one) for key, one in value.items()}
    return [_as_json(one) for one in value] if isinstance(value, list | tuple) else value


def _of_json(value: Any) -> Any:
    if isinstance(value, Mapping):
        if "$day" in value:
            return date.fromisoformat(value["$day"])
        return Level(value["$level"]) if "$level" in value else {key: _of_json(one) for key, one in value.items()}
    return [_of_json(one) for one in value] if isinstance(value, list) else value


#: What was said of entries before an operation, and what is said after it, by entry.
Around: TypeAlias = tuple[Mapping[str, Said], Mapping[str, Said]]


@dataclass
class Widened:
    """What an act makes visible, and the offices whose words it changes for that."""

    widenings: list[Widening] = field(default_factory=list)
    owners: set[str] = field(default_factory=set)


def finish(
    connection: Connection, operation: int, ids: Sequence[str], source: str, summary: Mapping[str, Any], agreed: Agreed,
    *, asks: Collection[str] = (), together: bool = False, anew: bool = True, around: Around | None = None,
) -> list[Widening]:
    """Resolve what an operation wrote of these entries and end it; returns what it made visible.

    `source`: the office that acts. `asks`: offices whose word it changes though nothing need come of it. `together`:
    the entries are made one, or parted. `anew`: somebody writes; else what is shown was written before. `around`:
    what was said of them before and is said now, where that is known. Raises WouldWiden or MustAsk.
    """
    found = Widened()
    for start in range(0, len(ids), BATCH):
        some = ids[start:start + BATCH]
        _settle(connection, around or said_around(connection, some, operation), some, together, anew, found)
    storage.end_operation(connection, operation, summary)
    check([w for w in found.widenings if not w.is_new], {*found.owners, *asks} - {source}, agreed, ids)
    return found.widenings


def check(widenings: Sequence[Widening], owners: Collection[str], agreed: Agreed, entries: Sequence[str]) -> None:
    """Raises WouldWiden or MustAsk."""
    if missing := set(owners) - agreed.offices:
        raise MustAsk(widenings, missing, entries)
    if agreed.said is not None and digest(widenings) != agreed.said:
        raise WouldWiden(widenings)


def _settle(
    connection: Connection, around: Around, ids: Sequence[str], together: bool, anew: bool, found: Widened
) -> None:
    before, after = around
    storage.save_entries(connection, [after[it].entry for it in ids])
    for some in ([list(ids)] if together else [[it] for it in ids]):
        look([before[it] for it in some], [after[it] for it in some], found, anew)


def look(before: Sequence[Said], after: Sequence[Said], found: Widened, anew: bool = True) -> None:
    """Add what these entries, taken together, tell that they did not."""
    if not any(may_widen(old, new, anew) for old, new in zip(before, after, strict=True)):
        return
    widenings = of_act(before, after, clock.today(), anew)
    if widenings:
        found.widenings += widenings
        found.owners |= _owners(before, after, {w.what for w in widenings})


def _owners(before: Sequence[Said], after: Sequence[Said], what: set[str]) -> set[str]:
    """The offices that keep these entries and whose own words are changed, of what becomes visible or rules it."""
    keepers = {office for said in before for office in said.standing.keepers}
    old, new = _words(before), _words(after)
    changed = [slot for slot in old.keys() | new.keys() if old.get(slot) != new.get(slot)]
    return {source for name, source in changed
            if source in keepers and (ENTRY in what or name in what or name in RULES)}


def _words(saids: Iterable[Said]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for said in saids:
        for claim in said.claims:
            found[claim.field, claim.source].append(repr((claim.value, claim.audience)))
    return {slot: sorted(words) for slot, words in found.items()}


def said_around(connection: Connection, ids: Sequence[str], operation: int) -> Around:
    """What is said of these entries before an operation, and after it."""
    before, after = storage.claims_around(connection, ids, operation)
    standing = storage.standing_of(connection, ids)
    then = storage.standing_before(connection, ids, operation, standing)
    return (
        {it: Said(it, before.get(it, ()), then[it]) for it in ids},
        {it: Said(it, after.get(it, ()), standing[it]) for it in ids},
    )
