"""Romaji of Japanese names, and addresses written in the English order."""

import re
from itertools import product

_ROWS = {
    "": "あいうえお", "k": "かきくけこ", "s": "さしすせそ", "t": "たちつてと", "n": "なにぬねの",
    "h": "はひふへほ", "m": "まみむめも", "r": "らりるれろ", "g": "がぎぐげご", "z": "ざじずぜぞ",
    "d": "だぢづでど", "b": "ばびぶべぼ", "p": "ぱぴぷぺぽ",
}  # fmt: skip
_SYLLABLES = {kana: row + "aiueo"[i] for row, chars in _ROWS.items() for i, kana in enumerate(chars)}
_SYLLABLES |= {"し": "shi", "ち": "chi", "つ": "tsu", "ふ": "fu", "じ": "ji", "ぢ": "ji", "づ": "zu"}
_SYLLABLES |= {"や": "ya", "ゆ": "yu", "よ": "yo", "わ": "wa", "を": "o", "ん": "n"}
_SMALL = {"ゃ": "ya", "ゅ": "yu", "ょ": "yo"}
_LONG = re.compile(r"ou|oo|uu|ii|aa|ee")

# Words that may follow the number of a romaji address without making it one of somewhere else.
_BUILDING = re.compile(
    r"\b(?:bldg|building|mansion|heights|house|hall|center|centre|floor|room|apt|[0-9]+f|b[0-9])\b", re.I
)
_POSTAL = re.compile(r"\b\d{3}-\d{4}\b")
_COUNTRY = re.compile(r"[ ,]*\bjapan\b[ .]*", re.I)
_NUMBER_FIRST = re.compile(r"^(\d[\d-]*(?:[ -]?cho-?me)?[\d-]*) (.+)", re.I)


def hepburn(kana: str) -> str:
    """Hepburn romaji of a reading in hiragana: もりのこうえん → morinokouen.

    Long vowels stay as the kana has them; kana it does not know are left as they are.
    """
    letters = ""
    for char in kana:
        if char in _SMALL:
            letters = _contract(letters, _SMALL[char])
        else:
            letters += _SYLLABLES.get(char, char)
    return re.sub(r"っ(\w)", lambda match: ("t" if match[1] == "c" else match[1]) + match[1], letters)


def _contract(letters: str, glide: str) -> str:
    """ki + ya → kya, but shi + ya → sha."""
    stem = letters.removesuffix("i")
    return stem + (glide[1:] if stem.endswith(("sh", "ch", "j")) else glide)


def spellings(kana: str) -> frozenset[str]:
    """The romaji that people write for a reading: each long vowel long or short (yuuhi, yuhi)."""
    letters = hepburn(kana)
    longs = _LONG.findall(letters)
    kept = _LONG.split(letters)
    choices = product(*[(long, long[0]) for long in longs])
    return frozenset("".join(a + b for a, b in zip(kept, (*choice, ""), strict=True)) for choice in choices)


def is_roman(text: str) -> bool:
    """Whether a folded text is written in Latin letters alone."""
    return text.isascii() and any(char.isalpha() for char in text)


def japanese_order(text: str, *larger: str) -> tuple[str, str]:
    """(postal code, text with the largest place first) of an address in the English order.

    5-13-1 Sakura, Mihon-shi, Kaku 999-0012 → 999-0012, Kaku Mihon-shi Sakura 5-13-1.
    `larger` are the romaji of the ward and its prefecture, which people also write without a comma.
    """
    codes = _POSTAL.findall(text)
    text = _COUNTRY.sub(" ", _POSTAL.sub(" ", text))
    for name in larger:
        text = re.sub(rf" (?={name}\b)", ", ", text, flags=re.I)
    parts = (part.strip(" .") for part in text.split(","))
    swapped = (_NUMBER_FIRST.sub(r"\2 \1", part, count=1) for part in parts if part)
    return (codes[0] if codes else ""), " ".join(reversed(list(swapped)))


def names_a_building(text: str) -> bool:
    """Whether each part of what stands behind a romaji address is a building or a room, not a city."""
    parts = [part for part in text.split(",") if any(char.isalpha() for char in part)]
    return all(_BUILDING.search(part) for part in parts)
