"""Texts made comparable: for searching, and for knowing a row again."""

import re
import unicodedata
from functools import lru_cache

import jaconv

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

_HYPHENS = re.compile("[‐‑‒–—―−ーｰ]")


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    """A text without what people write differently: width, case, かな/カナ, signs and blanks.

    `fold("ｱｵﾄ・サロン")` == `fold("あおとさろん")`.
    """
    plain = unicodedata.normalize("NFKC", text).lower().translate(_VARIANTS)
    plain = _DROPPED.sub("", jaconv.kata2hira(plain)).translate(_SMALL)
    for pattern, word in _SAME_WORDS:
        plain = pattern.sub(word, plain)
    return plain


def fold_words(text: str) -> tuple[str, ...]:
    """A query's words, each folded: blanks of any width separate them."""
    return tuple(filter(None, (fold(part) for part in unicodedata.normalize("NFKC", text).split())))


def name_key(name: str, address: str) -> str:
    """How a row without 管理番号 is known: name and address, however they are written."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", address))
    return f"{fold(name)}|{_HYPHENS.sub('-', plain)}"
