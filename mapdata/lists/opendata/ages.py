"""「0歳〜就学前」「18歳以上」「年齢不問」 → the youngest and the oldest age, as far as they are sure."""

import re
from dataclasses import dataclass

from mapdata import words
from mapdata.fields import values
from mapdata.fields.folding import unspaced

_ANY = "(年齢)?不問|年齢[はを]?問わ(ず|ない)|(年齢)?制限(なし|無し)|全年齢|全世代|どなたでも|誰でも"
_YEARS = r"(?:満)?(?P<{0}>\d{{1,3}})(?:歳|才)?(?P<{0}_rest>児|(?<=[歳才])\d{{1,2}}(?:か|カ|ヶ|ケ|ヵ|箇)月)?"
_BABY = r"(?P<baby>(?:生後)?\d{1,3}(?:日|週|(?:か|カ|ヶ|ケ|ヵ|箇)月)(?:児)?)"
_SPAN = re.compile(
    rf"(?:(?:{_YEARS.format('low')}|{_BABY}|(?P<low_words>産休明け?))(?:から|以上|より)?)?"
    rf"(?:~|-|から|以上)(?:(?:{_YEARS.format('high')}(?P<below>未満)?|(?P<high_words>就学前|未就学児?|小学校就学前))(?:まで|以下)?)?"
)
_FROM = re.compile(rf"{_YEARS.format('low')}(?:以上|から|~|以降)")
_UNTIL = re.compile(rf"~?{_YEARS.format('high')}(?:以下|まで|(?P<below>未満))")


@dataclass(frozen=True)
class Ages:
    """Cells of 対象年齢_下限 and 対象年齢_上限, and whether they say all that the text says."""

    low: str = ""
    high: str = ""
    whole: bool = False


def read(text: str) -> Ages:
    """Never raises: a text that is not understood, or whose ages are the wrong way round, gives no ages."""
    plain = unspaced(text)
    plain = re.sub("[〜～‐‑–—―−]", "~", plain)
    if re.fullmatch(_ANY, plain):
        return Ages(low=words.ANY_AGE_LABEL, whole=True)
    match = _FROM.fullmatch(plain) or _UNTIL.fullmatch(plain) or _SPAN.fullmatch(plain)
    return _ages(match.groupdict()) if match else Ages()


def _ages(found: dict[str, str | None]) -> Ages:
    low, high = _low(found), _high(found)
    if any(age is not None and age > values.MAX_AGE for age in (low, high)):
        return Ages()
    if low is not None and high is not None and high < low:
        return Ages()
    vague = ("baby", "low_words", "high_words", "low_rest", "high_rest")
    some = low is not None or high is not None
    return Ages(_cell(low), _cell(high), whole=some and not any(found.get(part) for part in vague))


def _low(found: dict[str, str | None]) -> int | None:
    """A baby of so many days, weeks or months is 0 years old, if that is less than a year."""
    if baby := found.get("baby"):
        year = next(count for unit, count in (("日", 365), ("週", 52), ("月", 12)) if unit in baby)
        return 0 if int(re.sub(r"\D", "", baby)) < year else None
    return int(found.get("low") or 0) if found.get("low") else None


def _high(found: dict[str, str | None]) -> int | None:
    """「5歳未満」 ends at 4; a 「5歳児」 class also has children of six, and 「5歳6か月」 is no whole year."""
    if not found.get("high") or found.get("high_rest"):
        return None
    age = int(found["high"] or 0) - bool(found.get("below"))
    return age if age >= 0 else None


def _cell(age: int | None) -> str:
    return "" if age is None else str(age)
