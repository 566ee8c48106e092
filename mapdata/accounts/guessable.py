"""What is left of a password when all is taken away that others would think of too.

Words are found however they are altered: with letters that look alike (p4ssw0rd), from behind, with signs between the
letters, repeated, with numbers around them; and rows of the keyboard as far as a finger slides.
"""

import re
from collections.abc import Iterable, Iterator

#: Letters that people write for others.
_ALIKE = {
    "a": "a4@", "b": "b8", "e": "e3", "g": "g9", "i": "i1!", "l": "l1!", "o": "o0", "s": "s5$", "t": "t7+", "z": "z2",
}
#: Rows, columns and pairs of keys, the alphabet, 五十音 and いろは: what a finger or the tongue runs through.
_ROWS = (
    "1234567890-^", "qwertyuiop@[", "asdfghjkl;:]", "zxcvbnm,./", "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/", "zaq12wsxcde34rfvbgt56yhnmju78ik,.lo90p;/",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "a1b2c3d4e5f6g7h8i9j0", "1a2b3c4d5e6f7g8h9i0j",
    "abcdefghijklmnopqrstuvwxyz",
    "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん",
    "あかさたなはまやらわ",
    "いろはにほへとちりぬるをわかよたれそつねならむうゐのおくやまけふこえてあさきゆめみしゑひもせす",
)
_RUN = 4
_LONGEST_UNIT = 5
_BETWEEN = re.compile(r"[\s\-_.,/・]+")
_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}


def pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Finds any of these words in a plain text, however its letters are written; the longest first."""
    found = {plain(word) for word in words}
    some = sorted((word for word in found if len(word) > (2 if word.isascii() else 1)), key=len, reverse=True)
    return re.compile("|".join("".join(map(_any_writing, word)) for word in some) or "(?!)")


def _any_writing(letter: str) -> str:
    return f"[{re.escape(_ALIKE[letter])}]" if letter in _ALIKE else re.escape(letter)


def plain(text: str) -> str:
    """Without case, and カナ as かな."""
    return text.casefold().translate(_HIRAGANA)


def left_over(text: str, words: Iterable[re.Pattern[str]]) -> int | None:
    """How many letters at least are left of a text without these words and the rows that it runs through, numbers and
    signs apart; None where nothing was taken away."""
    patterns = list(words)
    counts = [_left(one, patterns) for one in _ways_to_read(plain(text))]
    return min((count for count in counts if count is not None), default=None)


def _left(text: str, patterns: Iterable[re.Pattern[str]]) -> int | None:
    rest = _without_rows(text)
    for one in patterns:
        rest = one.sub(" ", rest)
    return None if rest == text else sum(letter.isalpha() for letter in rest)


def _ways_to_read(text: str) -> Iterator[str]:
    for one in (text, _BETWEEN.sub("", text)):
        yield from (one, one[::-1])


def _without_rows(text: str) -> str:
    """Runs of four letters or more that stand so in a row; from behind, the text is read as well."""
    kept, at = [], 0
    while at < len(text):
        run = _run_at(text, at)
        kept.append(" " if run else text[at])
        at += run or 1
    return "".join(kept)


def _run_at(text: str, at: int) -> int:
    """How long the run is that begins there; 0 for none."""
    if not any(text[at:at + _RUN] in row for row in _ROWS) or len(text) - at < _RUN:
        return 0
    end = at + _RUN
    while end < len(text) and any(text[at:end + 1] in row for row in _ROWS):
        end += 1
    return end - at


def repeats(text: str) -> bool:
    """Whether it is a few letters over and over: なんどなんどなんど."""
    return any(text == (text[:length] * len(text))[:len(text)] for length in range(1, _LONGEST_UNIT + 1))
