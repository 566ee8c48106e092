"""Passwords: what one must be like, and how it is kept (argon2id)."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from geocode import caches, ward
from mapdata.accounts import guessable
from mapdata.people.account import name_key
from mapdata.people.refusals import AccountRefused

SHORTEST, LONGEST = 12, 200
_FEWEST_LETTERS = 5

#: So few letters besides what everybody thinks of make nothing that is hard to guess.
_FEWEST_OWN = 3

_HASHER = PasswordHasher()

#: What people who must think of a password think of first.
_COMMON = """
    password passw passwd pass pasuwado pasuwaado admin administrator root login logon welcome letmein changeme qwerty
    iloveyou trustno abc monkey dragon sunshine princess football baseball basketball soccer master superman batman
    pokemon pikachu doraemon naruto onepiece totoro kitty starwars computer internet windows google yahoo
    secret himitsu default guest test user office temp system server database
    kaigi tokyo osaka kyoto japan nihon nippon sakura momiji fujisan samurai ninja sushi hello konnichiwa ohayou
    arigatou arigato sayonara aishiteru daisuki watashi anata tomodachi kazoku neko inu
    taro tarou hanako ichiro jiro yamada tanaka suzuki satou sato takahashi watanabe
    reiwa heisei showa shouwa meiji january february april august september october november december
    kuyakusho shiyakusho yakusho yakuba kuyakusyo siyakusyo fukushi fukusi shokuin kanri kanrisha soudan
    madoguchi tantou tantousha jimukyoku chizu tsunagari ibasho
    パスワード あんしょう ひみつ 秘密 さくら 桜 ありがとう こんにちは おはよう さようなら だいすき 大好き あいしてる
    にほん 日本 令和 平成 昭和 れいわ へいせい しょうわ かんり 管理 管理者 しょくいん 職員 そうだん 相談 まどぐち 窓口
    ふくし 福祉 やくしょ 役所 区役所 市役所 町役場 社会福祉協議会 いばしょ 居場所 つながり 地図 マップ
    太郎 花子 山田 田中 鈴木 佐藤
""".split()

_TOO_SHORT = f"{SHORTEST}文字以上にしてください。ことばを4つほどつなげると覚えやすいです"
_NUMBERS = "数字だけ、数字と記号だけのパスワードは使えません。ことばもまぜてください"
_NAME = (
    "名前と同じか、名前に少し手を加えただけのパスワードは、いちばんに試されます。名前と関係のないことばにしてください"
)
_EASY = (
    "だれでも思いつくことばや、それに数字を足したり、逆から書いたりしただけのパスワードは、すぐに見ぬかれます。"
    "たがいに関係のないことばを、4つほどつなげてみてください"
)


def check(password: str, name: str) -> None:
    """Raises AccountRefused, saying how to choose a better one, for what others would try first."""
    if reason := _refusal(_plain(password), name):
        raise AccountRefused("password", reason)


def _refusal(plain: str, name: str) -> str:
    """Why it is refused; "" where it is not."""
    if len(plain) < SHORTEST:
        return _TOO_SHORT
    if len(plain) > LONGEST:
        return f"{LONGEST}文字までにしてください"
    if not any(letter.isalpha() for letter in plain):
        return _NUMBERS
    own = guessable.pattern(_parts_of(name))
    if any(own.search(one) for one in (guessable.plain(plain), guessable.plain(plain)[::-1])) and _is_easy(plain, own):
        return _NAME
    return _EASY if _is_easy(plain) else ""


def _parts_of(name: str) -> Iterable[str]:
    """A name whole and in its parts: 田中 花子 is 田中, 花子 and 田中花子."""
    return {name_key(name), re.sub(r"[\W_]", "", name_key(name)), *re.split(r"[\W_]+", _plain(name))}


def _is_easy(plain: str, *words: re.Pattern[str]) -> bool:
    if len(set(plain)) < _FEWEST_LETTERS or guessable.repeats(plain):
        return True
    left = guessable.left_over(plain, [*words, _common_words()])
    return left is not None and left < _FEWEST_OWN


@caches.of_ward()
def _common_words() -> re.Pattern[str]:
    """What all people think of, and what people of this ward do."""
    here = ward.load()
    own = [here.name, *here.called, here.prefecture, here.prefecture_kana, *here.kana.split(), *here.romaji.split()]
    own += [here.prefecture_romaji, *here.site_text("name").split(), here.site_text("name")]
    for office in here.offices:
        own += [office.code, office.name, office.short, *office.legal_person.split()]
    return guessable.pattern([*_COMMON, *map(_plain, own)])


def _plain(password: str) -> str:
    """The same password, whatever the width of the letters that an input method made."""
    return unicodedata.normalize("NFKC", password)


def hashed(password: str) -> str:
    return _HASHER.hash(_plain(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether it is that password. Takes as long where nothing is stored, as for a name that is not known.

    What is beyond the longest does not count: browsers once cut it off when it was set.
    """
    blank = _blank()
    try:
        return _HASHER.verify(stored or blank, _plain(password)[:LONGEST]) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether it was kept with parameters that are no longer ours."""
    return _HASHER.check_needs_rehash(stored)


@cache
def _blank() -> str:
    return _HASHER.hash("nobody has this password")
