"""Passwords: what one must be like, and how it is kept (argon2id)."""

import re
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from geocode import ward
from mapdata.people.account import name_key
from mapdata.people.refusals import AccountRefused

SHORTEST, LONGEST = 12, 200
_FEWEST_LETTERS = 5

_HASHER = PasswordHasher()

#: Words that people who must think of a password think of first, alone or with numbers and signs.
_COMMON = frozenset("""
    password passw passwd pass admin administrator root login welcome letmein qwerty qwertyuiop asdfghjkl zxcvbnm
    iloveyou abc abcd abcdef abcdefg abcdefgh abcdefghijkl monkey dragon sunshine princess football baseball master
    secret himitsu default guest test user office kaigi tokyo japan nihon nippon sakura
    パスワード ぱすわーど ひみつ
""".split())
_SEQUENCES = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


def check(password: str, name: str) -> None:
    """Raises AccountRefused, saying how to choose a better one, for what others would try first."""
    plain = _plain(password)
    if len(plain) < SHORTEST:
        raise AccountRefused("password", f"{SHORTEST}文字以上にしてください。ことばを4つほどつなげると覚えやすいです")
    if len(plain) > LONGEST:
        raise AccountRefused("password", f"{LONGEST}文字までにしてください")
    if plain.isdecimal():
        raise AccountRefused("password", "数字だけのパスワードは使えません。ことばもまぜてください")
    letters = _letters(plain)
    if letters and letters == _letters(name_key(name)):
        raise AccountRefused("password", "名前と同じパスワードは使えません。名前と関係のないことばにしてください")
    if _is_common(plain.casefold(), letters):
        raise AccountRefused("password", "だれでも思いつくパスワードです。ほかのことばにしてください")


def _is_common(plain: str, letters: str) -> bool:
    if len(set(plain)) < _FEWEST_LETTERS or any(plain in sequence for sequence in _SEQUENCES):
        return True
    here = ward.load()
    words = _COMMON | {*here.romaji.lower().split(), here.name, *(o.code for o in here.offices)}
    return any(_repeats(letters, word) for word in words)


def _letters(text: str) -> str:
    """Without the numbers and signs that people put around a word, which is often all that they add."""
    return re.sub(r"[\W\d_]", "", text.casefold())


def _repeats(text: str, word: str) -> bool:
    return bool(text) and not text.replace(word, "")


def _plain(password: str) -> str:
    """The same password, whatever the width of the letters that an input method made."""
    return unicodedata.normalize("NFKC", password)


def hashed(password: str) -> str:
    return _HASHER.hash(_plain(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether it is that password. Takes as long where nothing is stored, as for a name that is not known."""
    blank = _blank()
    try:
        return _HASHER.verify(stored or blank, _plain(password)[:LONGEST + 1]) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether it was kept with parameters that are no longer ours."""
    return _HASHER.check_needs_rehash(stored)


@cache
def _blank() -> str:
    return _HASHER.hash("nobody has this password")
