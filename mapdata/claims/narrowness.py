"""The fields that decide who sees an entry, and which of two values of one of them is the narrower."""

from collections.abc import Callable, Mapping
from typing import Any

from mapdata import words
from mapdata.words import PRECISION, UNSAID, Level


def _rank_of_level(value: Any) -> int:
    return Level(value or UNSAID["audience"]).rank


def _rank_of_status(value: Any) -> int:
    return _rank_of_level(words.status(value or UNSAID["status"]).seen_by)


def _rank_of_consent(value: Any) -> int:
    """なし is narrower than 未確認, and that is narrower than any that may be published."""
    if words.consent(value or UNSAID["consent"]).may_publish:
        return 0
    return 2 if value == words.REFUSED else 1


def _rank_of_precision(value: Any) -> int:
    return PRECISION.codes.index(value or UNSAID["location_precision"])


#: How narrow each rule is that decides who sees an entry: comparable numbers or texts, the narrower the greater.
_NARROWNESS: Mapping[str, Callable[[Any], Any]] = {
    "audience": _rank_of_level,
    "status": _rank_of_status,
    "consent": _rank_of_consent,
    "location_precision": _rank_of_precision,
    "publish_from": lambda day: day or "",
    "publish_until": lambda day: -int((day or "9999-12-31").replace("-", "")),
}
#: Fields that decide who sees an entry.
RULES = frozenset(_NARROWNESS)
#: Rules that bind the values of the office that said them, where two offices keep the entry.
OF_EACH_OFFICE = ("audience", "status")


def narrowness(name: str, value: Any) -> Any:
    """Comparable within one rule: the narrower value has the greater. None and "" stand for what is meant unsaid."""
    return _NARROWNESS[name](value)
