"""Names made comparable, one step a function; each has its table of input and output in the tests."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import jaconv

from geocode import caches
from mapdata.fields.folding import fold, one_width

_WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
_LETTER_FORMS = _WORDS["letters"]
#: Older and personal forms of letters → the usual ones.
_OLD = str.maketrans(
    _LETTER_FORMS["old"] + _LETTER_FORMS["older"], _LETTER_FORMS["usual"] + _LETTER_FORMS["more_usual"]
)
#: Ⅰ … Ⅻ mean numbers; NFKC would make letters of them.
_ROMAN = {0x2160 + i: str(i + 1) for i in range(12)} | {0x2170 + i: str(i + 1) for i in range(12)}
#: What chooses a form of the letter before it (葛󠄀), and blanks without width.
_SELECTORS = re.compile("[\\uFE00-\\uFE0F\\U000E0100-\\U000E01EF\\u200B-\\u200D\\uFEFF]")
_KANJI_DIGITS = "〇一二三四五六七八九"
_ORDINAL = re.compile(r"第([一二三四五六七八九十]{1,3})|([一二三四五六七八九十]{1,3})(?=号|丁目|番館|組|班|部屋|期)")

_LONG = "|".join(_WORDS["corporate"]["words"])
_SHORT = "|".join(_WORDS["corporate"]["short"])
_CORPORATE = re.compile(
    # a form in brackets, or before a closing one alone as in a bank book; a short one before a blank; NPO anywhere
    rf"{_LONG}|(?:\(|^|(?<=\s))(?:{_SHORT})\)|^(?:社福|労協|特非|一社)(?=\s)|^労協|(?<![a-z])npo(?![a-z])"
)
_SHORT_FORMS = [(re.compile(short), full) for short, full in _WORDS["short_forms"].items()]
_LOANS: dict[str, str] = _WORDS["loans"]
_LETTERS = re.compile(r"[a-zà-ÿ]+")
_ROMAJI = re.compile(r"(?:(?:[kgnhbpmr]y|ch|sh|ts|[kgsztdnhbpmyrwjf])?[aiueo]|n(?![aiueoy]))+")
_DOUBLE_N = re.compile(r"n(?=n[aiueo])")
#: What people write between the parts of a name, and around them.
_BETWEEN = re.compile(
    r"[\s・･/／|:：;；、,。.〜~～「」『』【】\[\]〔〕《》<>〈〉\"“”'’‘()（）＝=＋+★☆♪◎○●■□◆※*＊!！?？&＆―—–‐-]+"
)


def unify(text: str) -> str:
    """One width, lower case, usual letters, numbers as figures: ＬＩＮＫ → link, 髙 → 高, Ⅱ → 2, 第一 → 第1."""
    plain = one_width(_SELECTORS.sub("", text).translate(_ROMAN)).lower().translate(_OLD)
    return _ORDINAL.sub(_figures, plain.replace("百歳", "100歳"))


def _figures(match: re.Match[str]) -> str:
    ordinal, counted = match.groups()
    return f"第{_number(ordinal)}" if ordinal else str(_number(counted))


def _number(kanji: str) -> int:
    """Kanji below a hundred: 十二 → 12."""
    tens, found, ones = kanji.rpartition("十")
    if not found:
        return int("".join(str(_KANJI_DIGITS.index(k)) for k in kanji))
    return 10 * (_KANJI_DIGITS.index(tens) if tens else 1) + (_KANJI_DIGITS.index(ones) if ones else 0)


def without_corporate_form(text: str) -> str:
    """A unified text without 法人格: (一社)トロッコ → トロッコ."""
    return " ".join(_CORPORATE.sub(" ", text).split())


def in_full(text: str) -> str:
    """A unified text with short forms written out: 東社協 → 東社会福祉協議会."""
    for short, full in _SHORT_FORMS:
        text = short.sub(full, text)
    return text


def in_kana(text: str) -> str:
    """A unified text with its foreign words in カナ and ローマ字 in かな: cafe komorebi → カフェ こもれび."""
    return _LETTERS.sub(lambda m: _LOANS.get(m.group()) or _romaji(m.group()), text)


def _romaji(word: str) -> str:
    """A word in ローマ字 as かな; another word as it is. Short ones are abbreviations."""
    if len(word) <= 4 or not _ROMAJI.fullmatch(word):
        return word
    return str(jaconv.alphabet2kana(_DOUBLE_N.sub("n'", word)))  # without the sign, minna would be read みんあ


def parts(text: str) -> tuple[str, ...]:
    """The parts of a unified name, each folded: 親の会「すずかけ」 → 親の会, すずかけ."""
    return tuple(filter(None, map(fold, split(text))))


def split(text: str) -> list[str]:
    """A text cut where people cut names."""
    return _BETWEEN.split(text)


@caches.texts(most_bytes=32 * 1024 * 1024)
def reading(text: str) -> str:
    """How a unified text is read, folded: 夕焼け文庫 → ゆうやけぶんこ. Unknown letters stay as they are."""
    morphemes = _tokenizer().tokenize(text[:200])
    return fold("".join(m.reading_form() if _HAS_KANJI.search(m.surface()) else m.surface() for m in morphemes))


_HAS_KANJI = re.compile(r"[㐀-鿿豈-﫿々]")


def has_kanji(text: str) -> bool:
    return bool(_HAS_KANJI.search(text))


#: か and が, は and ぱ, つ and づ: what a reading may have either way (ぞい, そい; にほん, にっぽん).
_VOICED = str.maketrans(
    "がぎぐげござじずぜぞだぢづでどばびぶべぼぱぴぷぺぽ", "かきくけこさしすせそたしすてとはひふへほはひふへほ"
)


def loosely(read: str) -> str:
    """A reading without what may be read either way."""
    return read.replace("につほん", "にほん").replace("につぽん", "にほん").translate(_VOICED)


def words(table: str) -> Any:
    """A table of words.toml."""
    return _WORDS[table]


@cache
def _tokenizer() -> Any:
    from sudachipy import Dictionary  # loaded when the first pair is judged, not when the site starts

    return Dictionary(dict="small").tokenizer()
