"""Texts made comparable: for searching, and for knowing a row again."""

import re
import unicodedata
from functools import lru_cache

import jaconv

#: Ways of writing one word that a person would not tell apart, as they look after folding.
_SAME_WORDS = (
    (re.compile("子ども|子供|小供"), "こども"),
    (re.compile("障がい|障碍"), "障害"),
    (re.compile("引き?(?:籠|こ)も?り|ひき籠も?り"), "ひきこもり"),
    (re.compile("車(?:椅子|いす)"), "くるまいす"),
    (re.compile("仕事"), "しごと"),
    (re.compile("[ゖゕ]"), "け"),
)
_DROPPED = re.compile(r"[\s・･,、。.()（）「」『』\-‐‑‒–—―−－ーｰ~～〜!?！？'\"“”/／:：;；]+")

_HYPHENS = re.compile("[‐‑‒–—―−ーｰ]")


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    """A text without what people write differently: width, case, かな/カナ, signs and blanks.

    `fold("ｱｵﾄ・サロン")` == `fold("あおとさろん")`.
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    plain = _DROPPED.sub("", jaconv.kata2hira(plain))
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
