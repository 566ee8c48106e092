"""The numbers behind a town: 丁目, then 番 and 号, in whichever of their many writings.

Patterns here see folded text (`geocode.normalise.fold`): every dash is "-", every kana is ひらがな.
漢数字 count as digits only where a number must stand, so that 三和ビル stays as it is.
"""

import re

from geocode.normalise import KANJI_DIGITS, kanji_number
from geocode.scanner import Scanner

_KANJI = f"[{KANJI_DIGITS}]{{1,5}}"
_NUMBER = f"(?:[0-9]{{1,4}}(?![0-9])|{_KANJI})"
_END = r"(?=$|[ ,、。()「])"
_BAN = r"(?:番地|番(?![館街町]))"
# A number before one of these is no 番: 2階, 201号室, 3号館, 2F.
_COUNTERS = r"(?! ?(?:階|号|室|棟|館|f\b))"

_WORD = r"(?:丁目|町目|丁|ちようめ|cho-?me(?![a-z]))"
# 5丁目, 五丁目, 第5丁目, 5丁, 5町目, 5ちょうめ, 5-chome …
_CHOME = re.compile(rf"[ ,]*-?第?({_NUMBER}) ?-? ?{_WORD}")
# 1〜3丁目, 1・2丁目, 1-3丁目, 1丁目から3丁目: several of them, and so none in particular.
_AND = r"(?:[~〜・,、]|から|と|及び|および)"
_SEVERAL = re.compile(rf"[ ,]*(?:{_NUMBER}-|(?:{_NUMBER} ?{_WORD}? ?{_AND} ?)+){_NUMBER} ?{_WORD}")
# … or only 5, with the next number behind a joint (5-13, 五の十三) or nothing more.
_BARE = re.compile(rf"[ ,]*-?({_NUMBER})(?: ?(?:-|の) ?(?={_NUMBER}|$)|{_END})")
_AFTER_CHOME = re.compile(rf"[ ,]*(?:(?:-|の) ?(?={_NUMBER}|$))?")

_BLOCK = re.compile(
    rf"([0-9]{{1,4}}(?![0-9]){_COUNTERS}|{_KANJI}(?= ?{_BAN}| ?[-の] ?{_NUMBER}|{_END}))"
    rf"( ?(?:{_BAN} ?(?:-|の)?|-|の) ?)?"
)
_HOUSE = re.compile(
    rf"([0-9]{{1,4}}(?![0-9])(?! ?(?:号[室館棟]|階|室|棟|館|f\b))"
    rf"|{_KANJI}(?=号(?![室館棟])|-|{_END}))(?: ?号)?"
)
_ANY = re.compile(rf"[ ,]*-?(?:[0-9]|{_KANJI} ?{_BAN})")
_PLOT = re.compile(rf"[ ,]*-?{_NUMBER} ?{_BAN}")


def take_chome(address: Scanner) -> int | None:
    """The 丁目 standing here, read over; None, and nothing read, when no 丁目 stands here.

    A plain number is a 丁目 when a joint or the end follows it (桜町5-13-1, 桜町5), not when
    a counter or a name does (桜町5番地, 桜町5階).
    """
    found = take_written_chome(address)
    if found is None and (match := address.take(_BARE)):
        found = kanji_number(match[1])
    return found


def sees_several_chome(address: Scanner) -> bool:
    """Whether a span or a list of 丁目 stands here (1〜3丁目), which is no single one."""
    return address.sees(_SEVERAL)


def take_written_chome(address: Scanner) -> int | None:
    """Like take_chome, but only when the word 丁目 (or 丁, chome) is there."""
    match = address.take(_CHOME)
    if match is None:
        return None
    address.take(_AFTER_CHOME)
    return kanji_number(match[1])


def take_block(address: Scanner) -> str:
    """番 and 号 standing here, read over: "13-1", "13", or "" when none stands here."""
    start = address.at
    address.take(_AFTER_CHOME)
    block = address.take(_BLOCK)
    if block is None:
        address.at = start
        return ""
    number, joint = kanji_number(block[1]), block[2] or ""
    if joint and (house := address.take(_HOUSE)):
        return f"{number}-{kanji_number(house[1])}"
    if "番" not in joint:
        address.at = block.end(1)  # the joint belongs to what follows: 13-201号室
    return str(number)


def sees_number(address: Scanner) -> bool:
    """Whether any number stands here, even one that is no 丁目."""
    return address.sees(_ANY)


def sees_plot(address: Scanner) -> bool:
    """Whether a 番 or 番地 stands here, as in an address that leaves its 丁目 out."""
    return address.sees(_PLOT)
