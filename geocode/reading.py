"""An address taken apart: is our ward named, which town, which 丁目, 番 and 号, and what is left over."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from geocode import caches, gazetteer, larger, normalise, numbering, roman, ward
from geocode.gazetteer import Gazetteer
from geocode.larger import Larger
from geocode.scanner import Scanner
from geocode.ward import Ward

_PUNCTUATION = " ,、。()「"
_AZA = "大字|字"
_STATION = re.compile(r"[ -]?(?:駅|(?:station|sta|eki)(?![a-z]))")
_ELSEWHERE = r"北海道|京都府|大阪府|[一-龠]県|[一-龠](?:[市郡]|(?<!地)区)(?=$|[ ,、()])"


@dataclass(frozen=True)
class Reading:
    """What an address says, before anyone asks where that is.

    `town` is "" when none of ours was read, and then `rest` is all that stands behind the ward's
    name, or the whole address when `names_ward` is False too. `chome` is what is written, whether
    the town has such a 丁目 or not. `block` is "13-1", "13" or "".
    """

    names_ward: bool = False
    town: str = ""
    chome: int | None = None
    block: str = ""
    rest: str = ""


class Reader:
    """Takes addresses apart for one ward, by patterns compiled once from ward.toml and the gazetteer."""

    def __init__(self, place: Ward, towns: Gazetteer) -> None:
        self._ward = place
        self._towns = towns
        self._names = _writings(towns.readings)
        town = _any_of(self._names)
        self._town = re.compile(rf"[ ,、]*({_AZA})?({town})")
        self._larger = larger.pattern(place, town, _spaced)
        self._elsewhere = re.compile("|".join([_ELSEWHERE, *map(re.escape, place.neighbours)]))

    def read(self, address: str) -> Reading:
        """What the address says. Never raises, whatever the text."""
        readings = list(self._attempts(normalise.tidy(address)))
        return max(readings, key=lambda reading: (bool(reading.town), reading.names_ward))

    def _attempts(self, text: str) -> Iterator[Reading]:
        """The address as it is written; one in romaji also turned round from the English order."""
        code, text = normalise.split_postal_code(text)
        text = normalise.drop_label(text)
        if roman.is_roman(normalise.fold(text)):
            names = [*self._ward.romaji.split(), self._ward.prefecture_romaji]
            behind, turned = roman.japanese_order(text, *names)
            code = code or behind
            yield self._read_in_order(turned, code)
        yield self._read_in_order(text, code)

    def _read_in_order(self, text: str, postal_code: str) -> Reading:
        """Read prefecture and ward, in some lists twice over, then the town and its numbers.

        The last part of our name alone (北区) is a ward of many a city: it names ours if nothing speaks against it.
        """
        address = Scanner(text)
        before = Larger.of(address.take(self._larger))
        names_ward = before.ours or (before.last_part and self._may_be_ours(address.rest, postal_code))
        unread = Reading(names_ward, rest=address.rest if names_ward else text)
        if before.last_part and not names_ward:
            return unread
        reading = self._read_town(address, names_ward)
        if reading is None or not (names_ward or self._is_surely_ours(reading, text, postal_code)):
            return unread
        return reading

    def _read_town(self, address: Scanner, names_ward: bool) -> Reading | None:
        match = address.take(self._town)
        if match is None:
            return None
        town = self._names[_bare(match[2])]
        if match[1] and not (names_ward or town.startswith(match[1])):
            return None  # nobody here writes 大字桜町: without the ward's name it is one of elsewhere
        has_chome = bool(self._towns.chomes(town))
        if numbering.sees_several_chome(address):
            return Reading(names_ward, town, rest=address.rest)
        take = numbering.take_chome if has_chome else numbering.take_written_chome
        chome = take(address)
        if chome is None and not self._ends_a_town(address, names_ward, has_chome):
            return None
        block = numbering.take_block(address) if chome is not None or not has_chome else ""
        return Reading(names_ward, town, chome, block, address.rest)

    def _ends_a_town(self, address: Scanner, names_ward: bool, has_chome: bool) -> bool:
        """Whether the town's name ends here, without a 丁目: 桜町, but not 桜町図書館 or 桜町駅前.

        Where the ward is not named, 桜町 and 桜町13番1号 are addresses; 桜町 太郎 is not.
        森の公園内 is in 森の公園. A station is never its town: the two may be written alike, in romaji above all.
        """
        if address.sees(_STATION):
            return False
        if not address.rest or (not has_chome and address.rest[0] == "内"):
            return True
        if not names_ward:
            return numbering.sees_plot(address) or (not has_chome and numbering.sees_number(address))
        following = address.text[address.at]
        return following in _PUNCTUATION or numbering.sees_number(address)

    def _is_surely_ours(self, reading: Reading, text: str, postal_code: str) -> bool:
        """Whether a town without its ward is ours: many a city has a 本町 or a 中央 of its own."""
        if not self._may_be_ours(reading.rest, postal_code):
            return False
        return not roman.is_roman(text) or roman.names_a_building(reading.rest)

    def _may_be_ours(self, rest: str, postal_code: str) -> bool:
        """Whether neither the postal code nor what stands behind the address says that it lies elsewhere."""
        prefixes = self._ward.postal_prefixes
        if postal_code and prefixes and not postal_code.startswith(prefixes):
            return False
        for name, *_ in self._ward.names:
            rest = rest.replace(name, "")
        return not self._elsewhere.search(rest)


@caches.of_ward()
def reader() -> Reader:
    """The reader of this installation's ward."""
    return Reader(ward.load(), gazetteer.load())


def _writings(readings: dict[str, str]) -> dict[str, str]:
    """Every folded writing of a town (漢字, かな and romaji if its reading is known) → the town's name."""
    names: dict[str, str] = {}
    for name, kana in readings.items():
        without_aza = re.sub(rf"^(?:{_AZA})(?=.)", "", name)
        for writing in (without_aza, name, *((kana, *roman.spellings(kana)) if kana else ())):
            names[_bare(normalise.fold(writing))] = name
    return names


def _bare(folded: str) -> str:
    return re.sub(r"[ '-]", "", folded)


def _any_of(names: dict[str, str]) -> str:
    """A pattern of all names, the longest first, so that 森の公園 is not read as 森の; without any, of nothing."""
    return "|".join(_spaced(name) for name in sorted(names, key=len, reverse=True)) or "(?!)"


def _spaced(folded: str) -> str:
    """A pattern that also finds the name broken by a space or a line (立 石); romaji also by a hyphen."""
    if folded.isascii():
        return "[ '-]?".join(map(re.escape, folded)) + "(?![a-z])"
    return " ?".join(map(re.escape, folded))
