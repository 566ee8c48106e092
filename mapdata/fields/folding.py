"""Texts made comparable: for reading cells, for searching, and for knowing a row or a name again.

From the least to the most that is taken away: `one_width`, `narrow`, `unspaced`, `term_key`, `fold`. Keys made by
`unspaced` and `name_key` are stored: they cannot change without a migration.
"""

import re
import unicodedata
from collections.abc import Sequence

import jaconv
from jaconv.conv_table import K2H_TABLE

from geocode import caches

#: Ways of writing one word that a person would not tell apart, as they look after folding.
_SAME_WORDS = (
    (re.compile("子ども|子供|小供"), "こども"),
    (re.compile("障がい|障碍"), "障害"),
    (re.compile("引き?(?:籠|篭|こ)も?り|ひき[籠篭]も?り"), "ひきこもり"),
    (re.compile("車(?:椅子|いす)"), "くるまいす"),
    (re.compile("仕事"), "しごと"),
    (re.compile("曜日"), "曜"),
    (re.compile("(?:て|で)(?:も)?(?:いい|よい|良い)"), "てよい"),
    (re.compile("[ゖゕ]"), "け"),
)
#: Letters of names that have two forms.
_VARIANTS = str.maketrans("髙﨑嵜濵濱邉邊齋齊斎澤廣嶋桒德", "高崎崎浜浜辺辺斉斉斉沢広島桑徳")
#: ボランテイア for ボランティア: small kana are lost in old systems and in a hurry.
_SMALL = str.maketrans("ぁぃぅぇぉっゃゅょゎ", "あいうえおつやゆよわ")
_DROPPED = re.compile(r"[\s・･,、。.()（）「」『』\-‐‑‒–—―−－ーｰ~～〜!?！？'\"“”/／:：;；]+")

_HYPHENS = re.compile("[‐‑‒–—―−ー]")
_BLANKS = re.compile(r"\s")


def one_width(text: str) -> str:
    """Full-width letters, digits and signs half-width, half-width カナ full-width, ① as 1 (Unicode's NFKC)."""
    return unicodedata.normalize("NFKC", text)


def narrow(text: str) -> str:
    """One width, blanks around it off."""
    return one_width(text).strip()


def unspaced(text: str) -> str:
    """One width, no blanks anywhere: spellings stay apart, ハートの会 is not はとの会."""
    return _BLANKS.sub("", one_width(text))


def term_key(text: str) -> str:
    """A label or a heading without what people write differently: width, case, blanks, line breaks."""
    return unspaced(text).lower()


def hyphened(text: str) -> str:
    """One width, and one hyphen for every stroke that is typed between digits."""
    return _HYPHENS.sub("-", one_width(text))


def _one_table() -> dict[int, str]:
    """Variants, then カナ to かな, then small to large, in one pass: each is a letter for a letter."""
    letters = {chr(code) for table in (_VARIANTS, _SMALL) for code in table} | {chr(code) for code in K2H_TABLE}
    return {ord(one): jaconv.kata2hira(one.translate(_VARIANTS)).translate(_SMALL) for one in letters}


_LETTERS = _one_table()
#: Survives folding, and no word runs over it.
_BETWEEN = "\0"


@caches.texts(most_bytes=16 * 1024 * 1024)
def fold(text: str) -> str:
    """A text without what people write differently: width, case, かな/カナ, signs and blanks.

    `fold("ｱｵﾄ・サロン")` == `fold("あおとさろん")`.
    """
    return _folded(one_width(text))


def fold_all(texts: Sequence[str]) -> list[str]:
    """Each text folded: many at once cost a fraction of as many calls, and are not remembered."""
    plain = [one_width(text) for text in texts]
    joined = _BETWEEN.join(plain)
    if joined.count(_BETWEEN) >= len(texts):  # one holds a NUL itself, or there are none
        return [_folded(text) for text in plain]
    return _folded(joined).split(_BETWEEN)


def _folded(plain: str) -> str:
    plain = _DROPPED.sub("", plain.lower().translate(_LETTERS))
    for pattern, word in _SAME_WORDS:
        plain = pattern.sub(word, plain)
    return plain


def fold_words(text: str) -> tuple[str, ...]:
    """A query's words, each folded: blanks of any width separate them."""
    return tuple(filter(None, (fold(part) for part in one_width(text).split())))


def name_key(name: str, address: str) -> str:
    """How a row without 管理番号 is known: name and address, however they are written."""
    return f"{fold(name)}|{_HYPHENS.sub('-', unspaced(address))}"
