"""Pairs among many: candidates by what they share, then each judged; a row is `same` with its best partner only."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import log

from mapdata.merging.matching.facts import Facts
from mapdata.merging.matching.judging import Decision, Judgement, judge

#: A shared telephone number or address of more rows than this is a house or a switchboard, and tells little by itself.
CROWD = 40
#: How much of the rarer of two names' letter pairs must be shared to look closer.
LEAST_SHARED = 0.3
#: Partners that one row is compared with, by names alone.
PARTNERS = 12


@dataclass(frozen=True)
class Pair:
    """Two rows (positions in their lists) that are, or may be, one."""

    left: int
    right: int
    judgement: Judgement


def pairs(left: Sequence[Facts], right: Sequence[Facts]) -> list[Pair]:
    """All pairs that are or may be one, best first; ties in the order of the lists."""
    found = [Pair(i, j, judged) for i, j in sorted(candidates(left, right)) if (judged := judge(left[i], right[j]))]
    return _ranked(_best_only(_ranked(found)))


def _ranked(found: Iterable[Pair]) -> list[Pair]:
    return sorted(found, key=lambda pair: (-pair.judgement.score, pair.left, pair.right))


def _best_only(ranked: Iterable[Pair]) -> Iterator[Pair]:
    """One entry of a list is one of the other: a second `same` of a row is for a person to look at."""
    lefts: set[int] = set()
    rights: set[int] = set()
    for pair in ranked:
        judged = pair.judgement
        if judged.decision == Decision.SAME and (pair.left in lefts or pair.right in rights):
            yield replace(pair, judgement=outdone(judged))
            continue
        if judged.decision == Decision.SAME:
            lefts.add(pair.left)
            rights.add(pair.right)
        yield pair


def outdone(judged: Judgement) -> Judgement:
    """What is left of a `same` where a better partner is there."""
    return Judgement(Decision.REVIEW, min(69, judged.score), (*judged.reasons, "もっとよく合う相手がいます"))


def candidates(left: Sequence[Facts], right: Sequence[Facts]) -> set[tuple[int, int]]:
    """Pairs worth a closer look: a number, an address, or much of the name in common."""
    return set(_by_keys(left, right)) | set(_by_names(left, right))


def _by_keys(left: Sequence[Facts], right: Sequence[Facts]) -> Iterator[tuple[int, int]]:
    where: dict[Hashable, list[int]] = defaultdict(list)
    for j, facts in enumerate(right):
        for key in keys_of(facts):
            where[key].append(j)
    for i, facts in enumerate(left):
        for key in keys_of(facts):
            if len(where.get(key, ())) <= CROWD:
                yield from ((i, j) for j in where.get(key, ()))


def keys_of(facts: Facts) -> set[Hashable]:
    """What two entries may share that makes them worth a look, beside their names."""
    keys: set[Hashable] = {*facts.numbers, *facts.numbers_aside, *facts.addresses}
    for spot in facts.spots:
        if spot.town and spot.number:
            keys.add((spot.town, spot.number.split("-")[0]))
        if spot.building:
            keys.add(spot.building)
    return keys


def _by_names(left: Sequence[Facts], right: Sequence[Facts]) -> Iterator[tuple[int, int]]:
    """By the letter pairs of spelling and reading, the rare ones counting most."""
    grams = [grams_of(facts) for facts in right]
    holders: dict[str, list[int]] = defaultdict(list)
    for j, some in enumerate(grams):
        for gram in some:
            holders[gram].append(j)
    weight = {gram: log(1 + len(right) / len(rows)) for gram, rows in holders.items()}
    heavy = [sum(weight[g] for g in some) or 1.0 for some in grams]
    for i, facts in enumerate(left):
        mine = grams_of(facts)
        own = sum(weight.get(g, log(1 + len(right))) for g in mine) or 1.0
        scores: Counter[int] = Counter()
        for gram in mine & weight.keys():
            for j in holders[gram]:
                scores[j] += weight[gram]  # type: ignore[assignment]
        close = {j: s / min(own, heavy[j]) for j, s in scores.items()}
        best = sorted((j for j in close if close[j] >= LEAST_SHARED), key=lambda j: (-close[j], j))
        yield from ((i, j) for j in best[:PARTNERS])


def grams_of(facts: Facts) -> set[str]:
    """The letter pairs of every spelling and reading of its names."""
    names = (facts.names.now, *facts.names.other)
    return {gram for name in names for text in (name.folded, name.reading) for gram in _letter_pairs(text)}


def _letter_pairs(text: str) -> Iterable[str]:
    return (text[i:i + 2] for i in range(max(1, len(text) - 1)))
