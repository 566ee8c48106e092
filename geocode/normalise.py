"""Steps that make one writing of an address out of many, each a function of its own.

`tidy` is all of them in order and gives text that a person can still read: it is what the rest
of an address (番地, building, room) is shown as. `fold` goes further and is for comparing only.
It never changes the length of a text, so that what was found in the folded text can be cut out
of the readable one.
"""

import re
import unicodedata

import jaconv

# Every stroke that offices type between 5, 13 and 1. NFKC turns － and ｰ into - and ー only.
DASHES = "-‐‑‒–—―−─━ー﹘⁃"
KANJI_DIGITS = "〇零一二三四五六七八九十百壱弐参拾"

_INVISIBLE = re.compile(
    "[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff"
    "\U000e0100-\U000e01ef]|[\x00-\x08\x0e-\x1f\x7f]"
)
_SPACES = re.compile(r"\s+")
_JOINT = re.compile(rf"(?<=[0-9]) ?[{DASHES}のノ之一] ?(?=[0-9])")
_LABEL = re.compile(r"(?:(?:住所|所在地|開催場所|会場|場所)(?: ?[::] ?| )|郵便番号 ?[::]? ?|日本[ ,、]+)+")
_MARKS = " *・※●○◎■□◆◇▼▽▲△★☆→⇒>"
_OPENING, _CLOSING = "「『【[", "」』】]"
# Seven digits, or after 〒 the three or five of the years before 1998.
_POSTAL = re.compile(r"(?:(?:〒 ?|T)?([0-9]{3})-?([0-9]{4})|〒 ?([0-9]{3})(?:-?([0-9]{2}))?)(?![0-9-])[ ,、]*|〒 ?")
_POSTAL_BEHIND = re.compile(r"[ ,、]*\(?(?:〒 ?([0-9]{3})-?([0-9]{4})|(?<=[ ,、(])([0-9]{3})-([0-9]{4}))\)?$")
_KE = re.compile(r"(?<=[一-龠々])[ヶケヵガが](?=[一-龠々])")


def unify_width(text: str) -> str:
    """Full-width digits and letters, half-width カナ, ① and the like by Unicode's NFKC."""
    return unicodedata.normalize("NFKC", text)


def drop_invisible(text: str) -> str:
    """Without variation selectors (葛󠄀), zero-width marks, a byte order mark and control characters."""
    return _INVISIBLE.sub("", text)


def collapse_spaces(text: str) -> str:
    """Spaces, tabs and line breaks in a row as one space; none at either end."""
    return _SPACES.sub(" ", text).strip()


def join_numbers(text: str) -> str:
    """One hyphen for whatever stands between two digits: －, ‐, −, ー, の, ノ, and 一 typed for ー."""
    return _JOINT.sub("-", text)


def drop_marks(text: str) -> str:
    """Without a bullet in front (・, ※, ■) or the 「」 that the whole is set in."""
    bare = text.lstrip(_MARKS + _OPENING)
    return bare.rstrip(_CLOSING) if set(text[: len(text) - len(bare)]) & set(_OPENING) else bare


def drop_label(text: str) -> str:
    """Without the 「住所：」 or 「日本、」 that some lists and maps put in front."""
    return text[match.end() :] if (match := _LABEL.match(text)) else text


def split_postal_code(text: str) -> tuple[str, str]:
    """(postal code as "124-0012" or "", the text without it), be it in front or behind.

    In front it may also be an old short one: "124" or "124-12".
    """
    if match := _POSTAL.match(text):
        return _code(match), text[match.end() :]
    if match := _POSTAL_BEHIND.search(text):
        return _code(match), text[: match.start()]
    return "", text


def _code(match: re.Match[str]) -> str:
    return "-".join(filter(None, match.groups()))


def tidy(text: str) -> str:
    """The readable steps, in the order they need each other. The postal code is still there."""
    return drop_label(drop_marks(join_numbers(collapse_spaces(drop_invisible(unify_width(text))))))


def kanji_number(text: str) -> int:
    """The value of 五, 十三, 二十一, 一三, 百五 or of plain digits. Raises ValueError for anything else."""
    if text.isascii():
        return int(text)
    if unknown := set(text) - set(KANJI_DIGITS):
        raise ValueError(f"数ではありません：{text}（{'、'.join(sorted(unknown))}）")
    if not set(text) & set("十百拾"):
        return int("".join(str(_DIGIT_VALUES[char]) for char in text))
    total, digit = 0, 0
    for char in text:
        if char in _UNIT_VALUES:
            total, digit = total + (digit or 1) * _UNIT_VALUES[char], 0
        else:
            digit = digit * 10 + _DIGIT_VALUES[char]
    return total + digit


_DIGITS = ("〇零", "一壱", "二弐", "三参", *"四五六七八九")
_DIGIT_VALUES = {char: value for value, chars in enumerate(_DIGITS) for char in chars}
_UNIT_VALUES = {"十": 10, "拾": 10, "百": 100}


def fold(text: str) -> str:
    """For comparing: one kana, one letter case, one dash, today's kanji. As long as what was given."""
    return _KE.sub("ヶ", text.translate(_OLD_KANJI)).translate(_FOLDED)


# Old and variant forms met in names of places, as far as NFKC leaves them alone.
_OLD_KANJI = str.maketrans(
    "區龜靑髙鐮寶淨澤濱邊邉﨑嶋嶌國廣櫻瀧舘學會臺眞齋齊龍豐圓驛縣條號丗",
    "区亀青高鎌宝浄沢浜辺辺崎島島国広桜滝館学会台真斎斉竜豊円駅県条号世",
)


def _folded_characters() -> dict[int, str]:
    kana = (chr(code) for code in range(0x3041, 0x30F7))
    table = {char: jaconv.kata2hira(char) for char in kana}
    table |= {char: char.lower() for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    table |= {dash: "-" for dash in DASHES}
    # Readings are typed with large or small kana, with ぢ or じ; 三ツ木 and 三ッ木 are 三つ木.
    small = dict(zip("ぁぃぅぇぉっゃゅょゎぢづ", "あいうえおつやゆよわじず", strict=True))
    table = {char: small.get(folded, folded) for char, folded in table.items()}
    table |= dict(zip("āīūēōĀĪŪĒŌâîûêôÂÎÛÊÔ’", "aiueoaiueoaiueoaiueo'", strict=True))
    return str.maketrans(table)


_FOLDED = _folded_characters()
