"""A heading row → what each column is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from mapdata.fields.field_table import HEADINGS
from mapdata.lists.opendata import known_headings as tables
from mapdata.lists.opendata.known_headings import fold, folded

_OWN_MARKS = folded(tables.OWN_MARKS)
_STANDARD_MARKS = folded(tables.STANDARD_MARKS)
_SURE_KINDS = {kind: folded(signs) for kind, signs in tables.SURE_KINDS.items()}
_KIND_SIGNS = {kind: folded(signs) for kind, signs in tables.KIND_SIGNS.items()}
_EVENT_DAYS = folded(["開始日", "終了日"])


@dataclass(frozen=True)
class Understanding:
    """What the columns of a list are, each in its place.

    `names`: one of `fields.HEADINGS`, an intermediate name for `combine`, or None (unknown, or unused).
    `kind`: "" (the registry's own list, or an office's), "facilities", "childcare", "care" or "events".
    `unused`: headings as they were written that a standard knows and the registry has no use for.
    """

    names: tuple[str | None, ...]
    kind: str
    unused: tuple[str, ...]


def understand(headings: Sequence[str]) -> Understanding:
    """What each heading means. Never raises; a heading written twice gets the same name twice.

    Two headings of one meaning (電話, 連絡先電話番号) get 「電話番号」 and 「電話番号#2」, the registry's own
    heading first.
    """
    keys = [fold(text) for text in headings]
    kind = _kind(frozenset(keys))
    meanings = {key: _meaning(key, kind) for key in keys}
    numbered = _numbered(meanings)
    unused = [text for text, key in zip(headings, keys, strict=True) if key in tables.UNUSED_FOLDED]
    return Understanding(tuple(numbered.get(key) for key in keys), kind, tuple(dict.fromkeys(unused)))


def _kind(keys: frozenset[str]) -> str:
    if keys & _OWN_MARKS:
        return ""
    for kind, signs in _SURE_KINDS.items():
        if keys & signs:
            return kind
    if not keys & _STANDARD_MARKS:
        return ""
    if keys >= _EVENT_DAYS:
        return "events"
    return next((kind for kind, signs in _KIND_SIGNS.items() if keys & signs), "facilities")


def _meaning(key: str, kind: str) -> str | None:
    name = tables.TABLE.get(key)
    if kind == "events":
        name = tables.EVENTS_TABLE.get(key) or tables.OTHER_IN_EVENTS.get(name or "", name)
    return tables.OTHER_IN_STANDARDS.get(name or "", name) if kind else name


def _numbered(meanings: dict[str, str | None]) -> dict[str, str]:
    """Folded heading → its own name: of several with one meaning, the one written like it comes first."""
    groups: dict[str, list[str]] = defaultdict(list)
    for key, name in meanings.items():
        if name:
            groups[name].append(key)
    names: dict[str, str] = {}
    for name, keys in groups.items():
        keys.sort(key=lambda key: key != fold(name))
        names |= {key: name if number == 1 else f"{name}#{number}" for number, key in enumerate(keys, start=1)}
    return names


def known(name: str) -> bool:
    """Whether `understand` can answer this name."""
    base, _, number = name.partition("#")
    return (base in HEADINGS or base in tables.INTERMEDIATE) and (not number or number.isdecimal())
