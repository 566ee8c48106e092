"""Same, perhaps the same, or two: decided by rules of which each says why."""

from dataclasses import dataclass
from enum import StrEnum

from mapdata.merging.matching.facts import SAME_HOUSE, Facts, place_evidence, same_operator, shared_numbers
from mapdata.merging.matching.naming import Comparison, Likeness, compare


class Decision(StrEnum):
    """What a pair is taken for; pairs judged different are not told at all."""

    SAME = "same"
    REVIEW = "review"


@dataclass(frozen=True)
class Judgement:
    """A decision, a score from 0 to 100 to order pairs by, and the reasons in words."""

    decision: Decision
    score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class _Evidence:
    names: Comparison
    place: str
    place_words: str
    numbers: bool | None
    operator: bool | None

    @property
    def weight(self) -> int:
        """How many things beside the name speak for one."""
        return (self.place == "same") + (self.numbers is True) + (self.operator is True)


def judge(a: Facts, b: Facts) -> Judgement | None:
    """What this pair is taken for; None for two different ones, and where one has no name."""
    if not a.names.now.folded or not b.names.now.folded:
        return None
    evidence = _gather(a, b)
    names = evidence.names
    if names.against or names.likeness == Likeness.UNLIKE or _is_organization_and_programme(a, b, names):
        return None
    if names.likeness == Likeness.EQUAL and not names.doubt:
        decision = _of_equal_names(evidence)
    elif names.likeness >= Likeness.WITHIN:
        decision = _of_names_within(evidence, sure=not names.doubt and a.is_corporation == b.is_corporation)
    else:
        decision = _of_alike_names(evidence)
    return Judgement(decision, _score(evidence, decision), _reasons(evidence)) if decision else None


def _gather(a: Facts, b: Facts) -> _Evidence:
    operator = same_operator(a, b)
    empty = set(_shared_towns(a, b))
    if operator is not False:  # where the operators differ, their names are what distinguishes
        empty |= {*a.empty_words(), *b.empty_words()}
    place, words = place_evidence(a, b)
    return _Evidence(compare(a.names, b.names, empty), place, words, shared_numbers(a, b), operator)


def _shared_towns(a: Facts, b: Facts) -> frozenset[str]:
    """Names of towns that say nothing new: of both, or of one where the other has no place."""
    return a.towns & b.towns if a.towns and b.towns else a.towns | b.towns


def _is_organization_and_programme(a: Facts, b: Facts, names: Comparison) -> bool:
    """An organisation's own entry is not one of its places, though they share address and telephone."""
    kinds = {a.kind, b.kind}
    return "organization" in kinds and len(kinds - {""}) > 1 and names.likeness < Likeness.EQUAL


#: How much of two names must agree for the names alone to be worth a look, where one says all of the other.
_MUCH = 0.6


def _of_equal_names(found: _Evidence) -> Decision | None:
    if found.place == "same" and found.numbers is False and _may_be_two_in_one_house(found):
        return Decision.REVIEW
    if found.place == "same" or (found.numbers and found.place != "far"):
        return Decision.SAME
    if found.place == "far":  # it may have moved
        return Decision.REVIEW if found.numbers or found.operator or _nothing_against(found) else None
    if found.operator or (found.place == "town" and _nothing_against(found)):
        return Decision.SAME
    return Decision.REVIEW if found.numbers is None or found.operator is None else None


def _may_be_two_in_one_house(found: _Evidence) -> bool:
    """Two さくら会 meet in one 地区センター, or two circles of one name have each its own operator."""
    return found.operator is False or (found.place_words == SAME_HOUSE and found.operator is None)


def _nothing_against(found: _Evidence) -> bool:
    return found.numbers is not False and found.operator is not False


def _of_names_within(found: _Evidence, sure: bool) -> Decision | None:
    if found.place != "far" and found.weight >= 2 and sure and found.numbers is not False:
        return Decision.SAME
    if found.place == "unknown" and _nothing_against(found):
        return Decision.REVIEW
    return _of_alike_names(found)


def _of_alike_names(found: _Evidence) -> Decision | None:
    if found.place == "far" and not found.numbers:
        return None
    by_name_alone = found.names.share >= _MUCH and not found.names.doubt and _nothing_against(found)
    return Decision.REVIEW if found.weight or by_name_alone else None


def _score(found: _Evidence, decision: Decision) -> int:
    names = {Likeness.EQUAL: 50, Likeness.WITHIN: 40, Likeness.ALIKE: 25}[found.names.likeness]
    beside = {"same": 20, "town": 8}.get(found.place, 0) + 18 * (found.numbers is True) + 12 * (found.operator is True)
    score = round(names * (0.7 + 0.3 * found.names.share)) + beside
    return max(70, min(100, score)) if decision == Decision.SAME else min(69, score)


def _reasons(found: _Evidence) -> tuple[str, ...]:
    said = [found.names.reason, found.place_words]
    if found.numbers is not None:
        said.append("電話番号かURLが同じです" if found.numbers else "電話番号がちがいます")
    if found.operator is not None:
        said.append("運営団体が同じです" if found.operator else "運営団体がちがいます")
    return tuple(filter(None, [*said, found.names.doubt]))
