"""What stands in front of a town: prefecture, 郡, city and ward, in whichever of their writings.

A municipality's name has one part (葛城市) or two: the ward of a 政令指定都市 behind its city, and a 町 or 村
behind its 郡 where ward.toml says that too. Of two parts people often write the last one only.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from geocode.normalise import fold
from geocode.ward import Ward

_OURS, _BY_ITS_LAST_PART = "ours", "last"
_NOT_OUTSIDE = r"(?!外(?:$|[ ,、(の]))"
_GAP = "[ ,、)]*"
_ROMAN_KIND = r"[ -]?(?:ku|shi|gun|cho|machi|mura|city|ward|town|village)"
_ANY_COUNTY = r"(?:[一-龠々ぁ-ん]{1,5}郡 ?)?"
_ANY_WARD = r"[一-龠々ぁ-んァ-ヶー]{1,5}区"

Spaced = Callable[[str], str]


@dataclass(frozen=True)
class Larger:
    """What was read in front of a town: is it our municipality by its whole name, or by the last part of it only?"""

    ours: bool
    last_part: bool

    @classmethod
    def of(cls, match: re.Match[str] | None) -> "Larger":
        if match is None:
            return cls(False, False)
        return cls(match[_OURS] is not None, match[_BY_ITS_LAST_PART] is not None)


def pattern(place: Ward, town: str, spaced: Spaced) -> re.Pattern[str]:
    """Everything larger than a town, in some lists twice over, to be handed to `Larger.of`.

    `town` is the pattern of all our towns; `spaced` makes a pattern of a folded name. Our own name comes first:
    千葉市 begins like its prefecture. A short name is none where a town of ours stands: 長野 in 長野元善町.
    """
    whole, last, city = _whole(place, town, spaced), _last(place, town, spaced), _city(place, town, spaced)
    named = rf"(?P<{_OURS}>{whole})|(?P<{_BY_ITS_LAST_PART}>{last})|{city}|{_prefecture(place, town, spaced)}"
    return re.compile(rf"(?:\(?(?:{named}){_GAP})*")


def _whole(place: Ward, town: str, spaced: Spaced) -> str:
    """葛城市, かつらぎ市, かつらぎし, Katsuragi-shi …; and both parts of a name that has two."""
    *above, _ = place.names
    if above:
        before, own = _one(place, 0, spaced), _written(place, -1, town, spaced)
        return rf"{before} ?{own}"
    whole = _written(place, 0, town, spaced)
    if place.is_designated_city:  # its wards are no part of its name, and of any address in it
        return rf"{whole}(?: ?{_ANY_WARD}(?={_GAP}(?:{town})))?"
    return rf"{_ANY_COUNTY}{whole}" if place.name[-1] in "町村" else whole


def _last(place: Ward, town: str, spaced: Spaced) -> str:
    """北区 for 大阪市北区, and 大阪北区; nothing for a name of one part."""
    return _written(place, -1, town, spaced) if len(place.names) > 1 else "(?!)"


def _city(place: Ward, town: str, spaced: Spaced) -> str:
    """大阪市 for 大阪市北区: it says no more than a prefecture does."""
    return rf"{_one(place, 0, spaced)}(?!外)" if len(place.names) > 1 else "(?!)"


def _written(place: Ward, part: int, town: str, spaced: Spaced) -> str:
    """A part of our name. In kana only before a town (かつらぎしみん is none); 葛城市外 is the rest of the world."""
    name, kana, romaji = _folded(place, part)
    written = "|".join(map(spaced, filter(None, (name, kana and kana[:-1] + name[-1]))))
    forms = [rf"(?:{written}){_NOT_OUTSIDE}", _roman(place, romaji, town)]
    if kana:
        forms.append(rf"{spaced(kana)}(?=$|{_GAP}(?:{town}))")
    return rf"(?:{'|'.join(forms)})"


def _one(place: Ward, part: int, spaced: Spaced) -> str:
    """A part that another follows: 大阪市, おおさかし, Osaka-shi, Osaka, and 大阪 before its ward."""
    name, kana, romaji = _folded(place, part)
    names = "|".join(map(spaced, filter(None, (name, kana, kana and kana[:-1] + name[-1]))))
    own = "|".join(map(spaced, filter(None, _folded(place, -1)[:2])))
    roman = rf"{re.escape(romaji)}(?:{_ROMAN_KIND})?(?![a-z])"
    return rf"(?:{names}|{spaced(name[:-1])}(?= ?(?:{own}))|{roman})"


def _folded(place: Ward, part: int) -> tuple[str, str, str]:
    """A part of our name as (漢字, かな, romaji), folded; "" for what ward.toml does not tell."""
    name, kana, romaji = place.names[part]
    return fold(name), fold(kana), fold(romaji)


def _roman(place: Ward, romaji: str, town: str) -> str:
    """Chiba-shi and Chiba City; Chiba alone may be the prefecture, unless a town follows."""
    if romaji != fold(place.prefecture_romaji):
        return rf"{re.escape(romaji)}(?:{_ROMAN_KIND})?(?![a-z])"
    return rf"{re.escape(romaji)}(?:{_ROMAN_KIND}(?![a-z])|(?=[ ,]*(?:{town})))"


def _prefecture(place: Ward, town: str, spaced: Spaced) -> str:
    """千葉県, 千葉, ちばけん, Chiba or Chiba-ken."""
    full = "|".join(spaced(fold(name)) for name in (place.prefecture, place.prefecture_kana) if name)
    romaji = re.escape(fold(place.prefecture_romaji))
    short = rf"(?!(?:{town})){spaced(fold(place.prefecture[:-1]))}"
    return rf"(?:{full}|{short}|{romaji}(?:[ -]?(?:to|fu|ken|prefecture))?(?![a-z]))"
