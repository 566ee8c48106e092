"""One cell of a list ↔ one claimed value.

Every `read_*` takes the text of a cell that is not blank and returns a value that JSON can
hold, in one canonical form, so that the same list read twice makes equal claims.
It raises `CellError` with a Japanese sentence that says what is wrong and how to mend it;
what is readable only in part comes back with remarks (see `Reading`).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from mapdata import words
from mapdata.fields import written_dates
from mapdata.fields.coordinates import LATITUDES, LONGITUDES
from mapdata.fields.folding import narrow, term_key
from mapdata.sentences import say
from mapdata.words import Vocabulary

#: CP932 cannot tell these apart; the left one becomes the right one, so that a list
#: written in CP932 and read again is the same list.
CP932_TWINS = str.maketrans("〜−‖—¢£¬", "～－∥―￠￡￢")

#: Several values in a cell: 、 , ; / or a line break (docs/decisions/lists.md).
SEPARATORS = re.compile(r"[、，,;；/／\n]+")

#: A cell that begins so is written with a quote in front: a spreadsheet would run it as a
#: formula, or take a first quote for its own.
QUOTED_STARTS = ("=", "+", "-", "@", "\t", "'")

#: Control characters, which no workbook can hold.
_UNWRITABLE = {c: None for c in (*range(32), 127, 0xFFFE, 0xFFFF) if chr(c) not in "\n\t"}

MAX_AGE = 120


class CellError(ValueError):
    """A cell that cannot be taken; the message is shown to the person who keeps the list."""


@dataclass(frozen=True)
class Reading:
    """What a cell says, and what in it was not understood (one sentence each)."""

    value: Any
    remarks: tuple[str, ...] = ()


def clean(cell: object) -> str:
    """A cell's text: outer blanks and control characters off, CP932 twins made one.

    A quote that an export put in front comes off again.
    """
    text = str(cell).replace("\r\n", "\n").replace("\r", "\n").translate(_UNWRITABLE).strip()
    text = text.translate(CP932_TWINS)
    return text[1:] if text.startswith("'") and text[1:].startswith(QUOTED_STARTS) else text


def split(text: str) -> list[str]:
    return [part.strip() for part in SEPARATORS.split(text) if part.strip()]


def _lookup(vocabulary: Vocabulary) -> dict[str, str]:
    table: dict[str, str] = {}
    for term in vocabulary.terms:
        for name in (term.code, term.label, *term.aliases):
            table.setdefault(term_key(name), str(term.code))
    return table


_LOOKUPS: dict[str, dict[str, str]] = {
    v.name: _lookup(v)
    for v in (*words.FILTERS, *words.FIXED)
}


#: Further names of terms, as a registry's own labels are: vocabulary → folded name → code.
_also: ContextVar[Mapping[str, Mapping[str, str]]] = ContextVar("also", default=MappingProxyType({}))


@contextmanager
def also_called(labels: Mapping[tuple[str, str], str]) -> Iterator[None]:
    """Within this, terms are read by these labels too, by vocabulary and code; what `words` calls a term goes first."""
    named: dict[str, dict[str, str]] = {}
    for (vocabulary, code), label in labels.items():
        named.setdefault(vocabulary, {})[term_key(label)] = code
    token = _also.set(named)
    try:
        yield
    finally:
        _also.reset(token)


def code_of(vocabulary: Vocabulary, text: str) -> str | None:
    """The code of a label, alias or code, in any width and case; None if unknown."""
    name = term_key(text)
    return _LOOKUPS[vocabulary.name].get(name) or _also.get().get(vocabulary.name, {}).get(name)


def _choices(vocabulary: Vocabulary) -> str:
    return "、".join(term.label for term in vocabulary.terms)


def read_text(text: str) -> Reading:
    return Reading(text)


def read_line(text: str) -> Reading:
    """A text of one line: line breaks become blanks."""
    return Reading(" ".join(filter(None, (line.strip() for line in text.split("\n")))))


def one_of(vocabulary: Vocabulary) -> Callable[[str], Reading]:
    """Reads exactly one term; an unknown one is a problem (never guessed)."""

    def read(text: str) -> Reading:
        code = code_of(vocabulary, text)
        if code is None:
            raise CellError(say(
                "%(what)sとして読めません。次のどれかにしてください：%(choices)s",
                what=vocabulary.label, choices=_choices(vocabulary),
            ))
        return Reading(code)

    return read


def some_of(vocabulary: Vocabulary) -> Callable[[str], Reading]:
    """Reads several terms, kept in the vocabulary's order; unknown ones become remarks."""

    def read(text: str) -> Reading:
        found, unknown = set(), []
        for part in _term_parts(vocabulary, text):
            code = code_of(vocabulary, part)
            if code is None:
                unknown.append(part)
            else:
                found.add(code)
        return Reading([c for c in vocabulary.codes if c in found], _unknown_remarks(vocabulary, unknown))

    return read


def _term_parts(vocabulary: Vocabulary, text: str) -> Iterable[str]:
    """The cell's parts; a whole cell that is one label is never taken apart."""
    return [text] if code_of(vocabulary, text) else split(text)


def _unknown_remarks(vocabulary: Vocabulary, unknown: list[str]) -> tuple[str, ...]:
    return tuple(
        f"「{part}」は{vocabulary.label}の言葉にないため、取り込みません。使える言葉：{_choices(vocabulary)}"
        for part in unknown
    )


def read_ease(text: str) -> Reading:
    """「個室、送迎なし」→ {"private_room": true, "pickup": false}: yes, or no by a final なし."""
    found: dict[str, bool] = {}
    unknown = []
    for part in _term_parts(words.EASE, text):
        yes = code_of(words.EASE, part)
        no = code_of(words.EASE, part.removesuffix("なし")) if part.endswith("なし") else None
        if yes or no:
            found[yes or no or ""] = bool(yes)
        else:
            unknown.append(part)
    value = {c: found[c] for c in words.EASE.codes if c in found}
    return Reading(value, _unknown_remarks(words.EASE, unknown))


YES, NO = say("はい"), say("いいえ")
_YES = frozenset((YES, *"有 有り あり 可 ○ 〇 ◯ yes y true 1".split()))
_NO = frozenset((NO, *"無 無し なし 不可 × ✕ ✗ no n false 0".split()))


def read_yes_no(text: str) -> Reading:
    """Yes or no in any of the ways of offices; anything else is a problem (never guessed)."""
    said = term_key(text)
    if said not in _YES | _NO:
        raise CellError(say("「%(yes)s」か「%(no)s」で書いてください。分からないときは空けておきます", yes=YES, no=NO))
    return Reading(said in _YES)


def write_yes_no(value: bool) -> str:
    return YES if value else NO


_AGE = re.compile(r"(?:満)?(\d{1,3})\s*(?:歳|才)?(以上|から|より|以下|まで|[~～〜\-－])?")
_UPWARDS, _DOWNWARDS = frozenset({"以上", "から", "より", "~"}), frozenset({"以下", "まで"})


def _age(text: str, opposite: frozenset[str]) -> Reading:
    """Whole years, 0 to 120; a word that says the opposite of the column is no age of it."""
    match = _AGE.fullmatch(narrow(text))
    if not match or int(match[1]) > MAX_AGE:
        raise CellError(say("年齢として読めません。0から%(most)sまでの数字にしてください（例：18）", most=MAX_AGE))
    if match[2] in opposite:
        raise CellError(say("「%(word)s」がこの列と逆です。下限と上限の列を確かめてください", word=match[2]))
    return Reading(int(match[1]))


def read_age(text: str) -> Reading:
    """An upper age: 「39」「39歳」「39歳まで」."""
    return _age(text, _UPWARDS)


def read_min_age(text: str) -> Reading:
    """A lower age (「18」「18歳以上」), or 年齢不問 (said explicitly: "any")."""
    if narrow(text).lower() in (words.ANY_AGE_LABEL, "不問", "問わない", "制限なし", "any"):
        return Reading("any")
    try:
        return _age(text, _DOWNWARDS)
    except CellError as error:
        raise CellError(say(
            "%(problem)s。年齢を問わないときは「年齢不問」と書いてください", problem=str(error),
        )) from None


def read_date(text: str) -> Reading:
    """A calendar day in any writing of `dates`."""
    try:
        day = written_dates.read(text)
    except written_dates.NoSuchDay:
        raise CellError("暦にない日付です。日にちを確かめてください") from None
    if day is None:
        raise CellError("日付として読めません。2026-04-01 か 令和8年4月1日 のように書いてください")
    return Reading(day.isoformat())


def read_latitude(text: str) -> Reading:
    return Reading(_degrees(text, "緯度", LATITUDES, "35.74325"))


def read_longitude(text: str) -> Reading:
    return Reading(_degrees(text, "経度", LONGITUDES, "139.85604"))


def _degrees(text: str, what: str, bounds: tuple[float, float], example: str) -> float:
    """Degrees of WGS84, within Japan's outer bounds, at 6 decimals (about 0.1 m)."""
    try:
        value = float(narrow(text))
    except ValueError:
        raise CellError(f"{what}として読めません。{example} のような数字にしてください") from None
    if not bounds[0] <= value <= bounds[1]:
        raise CellError(f"日本の外を指しています。{what}は {example} のような数字にしてください")
    return round(value, 6)


def read_list(text: str) -> Reading:
    return Reading(split(text))


def read_postal_code(text: str) -> Reading:
    """Seven digits; six are a number that lost its leading zero in a spreadsheet."""
    digits = re.sub(r"\D", "", narrow(text))
    if len(digits) == 6 and narrow(text) == digits:
        found = f"0{digits}"
        return Reading(_postal(found), (f"先頭の0が落ちていると見て、{_postal(found)} と読みました",))
    if len(digits) != 7 or not re.fullmatch(r"〒?[\d\s‐‑‒–—―−ー-]+", narrow(text)):
        raise CellError(say("郵便番号は7けたの数字にしてください（例：124-0012）"))
    return Reading(_postal(digits))


def _postal(digits: str) -> str:
    return f"{digits[:3]}-{digits[3:]}"


def join(values: Iterable[str]) -> str:
    return "、".join(values)


def write_terms(vocabulary: Vocabulary) -> Callable[[Any], str]:
    return lambda codes: join(vocabulary.label_of(code) for code in codes)


def write_term(vocabulary: Vocabulary) -> Callable[[Any], str]:
    return lambda code: vocabulary.label_of(code)


def write_ease(value: dict[str, bool]) -> str:
    return join(words.EASE.label_of(c) + ("" if yes else "なし") for c, yes in value.items())


def write_min_age(value: int | str) -> str:
    return words.ANY_AGE_LABEL if value == "any" else str(value)
