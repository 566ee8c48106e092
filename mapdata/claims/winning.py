"""Which of several sources' claims is shown: the newest assured, unless a person chose."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from mapdata.claims.entry import NO_LIST, Claim, newest_assured
from mapdata.claims.narrowness import RULES

#: Kept once per source, because each office writes its own for itself.
PER_SOURCE = "staff_note"


@dataclass(frozen=True)
class Choice:
    """Whose value a person chose, and a digest of what each source said then."""

    source: str
    seen: Mapping[str, str]

    def changed(self, rivals: Iterable[Claim]) -> list[Claim]:
        """The claims that say something else than when it was chosen."""
        return [c for c in rivals if digest(c.value) != self.seen.get(c.source)]


@dataclass(frozen=True)
class Standing:
    """What beside its claims decides what an entry shows: whose lists it stands in, and what people chose."""

    local_ids: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    choices: Mapping[str, Choice] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_shared(self) -> bool:
        """Two lists have it."""
        return len(self.local_ids) > 1

    @property
    def keepers(self) -> frozenset[str]:
        """The offices whose lists have it."""
        return frozenset(self.local_ids) - NO_LIST


#: An entry that one list has, or none, and of which nobody chose anything.
ALONE = Standing()


def digest(value: Any) -> str:
    """Short, and the same for the same value: enough to see that a source says something else by now."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def grouped(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    """The claims of each field."""
    by_field: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_field[claim.field].append(claim)
    return by_field


def winner(name: str, rivals: Sequence[Claim], standing: Standing = ALONE) -> Claim:
    """The one of these claims of a field that is shown.

    What a person chose holds as long as no source says anything new; one that does is heard, or weighed by its date
    where it said nothing before; of several that differ the newest assured is shown until a person chooses again
    (`is_undecided`).
    """
    choice = standing.choices.get(name)
    changed = choice.changed(rivals) if choice else []
    held = [c for c in rivals if choice and c.source == choice.source]
    if held and not changed:
        return held[0]
    is_heard = choice is not None and any(c.source in choice.seen for c in changed)
    return newest_assured(changed if is_heard else rivals)


def ordered(name: str, rivals: Sequence[Claim], standing: Standing = ALONE) -> Iterator[Claim]:
    """These claims of a field, each followed by the one that is shown to whoever may not see it."""
    left = list(rivals)
    while len(left) > 1:
        first = winner(name, left, standing)
        left.remove(first)
        yield first
    yield from left


def is_undecided(name: str, rivals: Sequence[Claim], standing: Standing) -> bool:
    """Whether several sources say something new, and not the same, since a person chose.

    In what two lists hold all is chosen when they are made one: what is not, both said since. Of the rules nothing is
    chosen: whose word binds what is told by `binding`.
    """
    if name == PER_SOURCE or name in RULES:
        return False
    if choice := standing.choices.get(name):
        return differ(choice.changed(rivals))
    return standing.is_shared and differ(rivals)


def differ(claims: Iterable[Claim]) -> bool:
    return len({digest(c.value) for c in claims}) > 1


def chosen(source: str, rivals: Iterable[Claim]) -> Choice:
    """The choice of a source's value, from what all say now."""
    return Choice(source, {c.source: digest(c.value) for c in rivals})
