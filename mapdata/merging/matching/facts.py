"""What is known of a row or an entry beside its name, made comparable."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import hypot
from typing import Any

from geocode import caches, geocode, space
from mapdata.fields.folding import fold, one_width
from mapdata.merging.matching import spelling
from mapdata.merging.matching.naming import Names, Spelling
from mapdata.words import ACTIVITY, NEED

#: Points closer than this are at one address, metres.
NEAR = 40
#: Points further apart than this are not at one address, metres.
APART = 400
#: Why two places go together that have no number in common: many groups may meet in one house.
SAME_HOUSE = "建物が同じです"
_NUMBER = re.compile(r"^(\d+)(?:-(\d+))?")
_NUMBER_ASIDE = re.compile(r"(?<![\d-])0\d{1,4}[-(]\d{1,4}[-)]\d{4}(?!\d)|(?<!\d)\(0\d{1,4}\)\d{1,4}-\d{4}(?!\d)")
_ROOM = re.compile(
    r"\d+階.*$|\d+f.*$|[b地]下?\d*階.*$|(?:大|小|中|第?\d+)?(?:会議室|和室|洋室|集会室|研修室|音楽室|学習室|ホール|ロビー|料理室|美術室|談話室|保育室).*$"
    r"|\d+号室?$|\d+$|別館$|本館$|.{0,2}棟$"
)
#: 架空県見本市, 架空県架空郡隣町, 市内全域, and the words that tell no place.
_NOWHERE = re.compile(
    r"(?:[一-龠]{2,3}[都道府県])?(?:[一-龠ぁ-んァ-ヶ]{1,6}(?:市|(?<!地)区))*"
    r"(?:(?:(?<=[都道府県])|[一-龠]{1,5}郡)(?:[一-龠ぁ-んァ-ヶ]{1,6}[町村])?)?"
    r"[市区町村県都府]?(?:内|外|全域|全体|各所|各地|一円|のどこか)*"
    rf"|{'|'.join(spelling.words('nowhere')['words'])}"
)


@dataclass(frozen=True)
class Spot:
    """One place: town (桜町5丁目), number (13 or 13-1) and building, "" where not told; metres in the ward's plane."""

    town: str = ""
    number: str = ""
    building: str = ""
    written: str = ""
    metres: tuple[float, float] | None = None

    @classmethod
    def of(cls, place: Mapping[str, Any]) -> "Spot":
        address = str(place.get("address", ""))
        town, number, rest, tells = _address(address)
        building = _building(f"{rest} {place.get('address_2', '')}")
        lat, lng = place.get("lat"), place.get("lng")
        metres = None if lat is None or lng is None else _metres(lat, lng)
        return cls(town, number, building, fold(address) if tells else "", metres)


@caches.texts_of_ward(most_bytes=32 * 1024 * 1024)
def _address(address: str) -> tuple[str, str, str, bool]:
    """町丁目, number and the rest of an address, and whether it tells a place at all; without a town it is all rest."""
    found = geocode(address)
    if _is_nowhere(found.rest if found.level == "ward" else address):
        return "", "", "", False
    if found.level == "none":
        return "", "", address, True
    number = _NUMBER.match(found.rest)
    rest = found.rest[number.end():] if number else found.rest
    return found.town, number.group() if number else "", rest, True


def _is_nowhere(text: str) -> bool:
    """Whether a text names a municipality alone (見本市, 区内各所), or no place."""
    return bool(_NOWHERE.fullmatch(re.sub(r"[\s()（）・、。]", "", one_width(text).lower())))


def _building(text: str) -> str:
    """桜町会館 2階和室 → さくら…: the house without floor and room, folded; "" for too little."""
    plain = one_width(re.sub(r"[(（][^)）]*[)）]", " ", text)).strip(" -")
    folded = fold(_ROOM.sub("", fold(spelling.in_full(plain))))
    return folded if len(folded) > 2 else ""


@caches.of_ward(maxsize=50_000)
def _metres(lat: float, lng: float) -> tuple[float, float]:
    x, y = space.metres([(float(lat), float(lng))])[0]
    return float(x), float(y)


@dataclass(frozen=True)
class Facts:
    """A row of a list or an entry, ready to be compared with another."""

    name: str
    kana: str = ""
    organization: str = ""
    kind: str = ""
    remarks: str = ""
    about: str = ""
    places: tuple[Mapping[str, Any], ...] = ()
    contacts: tuple[Mapping[str, Any], ...] = field(default=())

    @classmethod
    def of(cls, says: Mapping[str, Any]) -> "Facts":
        """From what a source says of an entry (field → value, as claims have it)."""
        return cls(
            says.get("name") or "", says.get("name_kana") or "", says.get("organization") or "", says.get("kind") or "",
            says.get("remarks") or "", _about(says), tuple(says.get("places") or ()), tuple(says.get("contacts") or ()),
        )

    @cached_property
    def names(self) -> Names:
        return Names.of(self.name, self.kana, self.remarks, f"{self.about}\n{self.remarks}")

    @cached_property
    def is_corporation(self) -> bool:
        """The name is an organisation's own: 法人格 and nothing but what its operator is called."""
        unified = spelling.unify(self.name)
        bare = spelling.without_corporate_form(unified)
        has_form = bare != " ".join(unified.split())
        return has_form and " " not in bare and self.operator in ("", fold(bare))

    @cached_property
    def operator(self) -> str:
        """The operator's name without 法人格, folded."""
        return Spelling(self.organization).folded

    @cached_property
    def spots(self) -> tuple[Spot, ...]:
        found = (Spot.of(place) for place in self.places)
        return tuple(spot for spot in found if spot.written or spot.building or spot.metres)

    @cached_property
    def towns(self) -> frozenset[str]:
        """The 町丁目 and their towns (桜町 of 桜町5丁目), folded."""
        return frozenset(fold(t) for s in self.spots if s.town for t in (s.town, re.sub(r"\d+丁目$", "", s.town)))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Telephone and FAX numbers as digits, without 内線."""
        texts = (str(c["value"]) for c in self.contacts if c.get("type") in ("phone", "fax"))
        return frozenset(digits for text in texts if len(digits := _digits(text)) > 7)

    @cached_property
    def numbers_aside(self) -> frozenset[str]:
        """Telephone numbers that stand in the remarks."""
        return frozenset(map(_digits, _NUMBER_ASIDE.findall(one_width(self.remarks))))

    @cached_property
    def addresses(self) -> frozenset[str]:
        """Mail and web addresses."""
        texts = (str(c["value"]) for c in self.contacts if c.get("type") in ("email", "url"))
        return frozenset(text.lower().rstrip("/") for text in texts)

    def empty_words(self) -> Iterable[str]:
        """What a name of this entry may hold without saying more: its operator, and the house it is in."""
        return (self.operator, *(s.building for s in self.spots))


def _about(says: Mapping[str, Any]) -> str:
    """What its other cells say an entry is, as labels and texts."""
    terms = [(NEED, "needs"), (ACTIVITY, "activities")]
    labels = [vocabulary.label_of(code) for vocabulary, name in terms for code in says.get(name) or ()]
    return "\n".join([*labels, says.get("description") or "", says.get("eligibility_description") or ""])


def place_evidence(a: Facts, b: Facts) -> tuple[str, str]:
    """How their places go together ("same", "town", "far" or "unknown") and why, in words."""
    if not a.spots or not b.spots:
        return "unknown", ""
    found = [_spots(one, other) for one in a.spots for other in b.spots]
    return min(found, key=lambda each: ("same", "town", "unknown", "far").index(each[0]))


def _spots(a: Spot, b: Spot) -> tuple[str, str]:
    if a.town and a.town == b.town and a.number and b.number and _same_number(a.number, b.number):
        return "same", f"住所が同じです（{a.town}{max(a.number, b.number, key=len)}）"
    if a.building and b.building and _one_building(a.building, b.building) and _towns_agree(a, b):
        return "same", SAME_HOUSE
    if a.metres and b.metres:
        return _apart(hypot(a.metres[0] - b.metres[0], a.metres[1] - b.metres[1]))
    if a.written and a.written == b.written:
        return ("town", f"町が同じです（{a.town}）") if a.town and not a.number else ("same", "住所が同じです")
    if a.town and b.town:
        return _towns(a, b)
    return "unknown", ""


def _same_number(a: str, b: str) -> bool:
    """85 and 85-7 may be one; 85-6 and 85-7 are not."""
    return a == b or (a.split("-")[0] == b.split("-")[0] and ("-" in a) != ("-" in b))


def _one_building(a: str, b: str) -> bool:
    return a == b or (len(min(a, b, key=len)) > 4 and (a in b or b in a))


def _towns_agree(a: Spot, b: Spot) -> bool:
    return not a.town or not b.town or _towns(a, b)[0] != "far"


def _apart(metres: float) -> tuple[str, str]:
    if metres <= NEAR:
        return "same", f"場所が約{max(5, round(metres / 5) * 5)}mしか離れていません"
    return ("town", f"場所が約{round(metres / 10) * 10}m離れています") if metres <= APART else ("far", "")


def _towns(a: Spot, b: Spot) -> tuple[str, str]:
    """One town where one says it more exactly; another number in it is another house."""
    if a.town == b.town:
        return ("far", "") if a.number and b.number else ("town", f"町が同じです（{a.town}）")
    short, long = sorted((a.town, b.town), key=len)
    if re.sub(r"\d+丁目$", "", long) == short:
        return "town", f"町が同じです（{short}）"
    return "far", ""


def shared_numbers(a: Facts, b: Facts) -> bool | None:
    """Whether a telephone number or web address is theirs both; None where one has none."""
    mine, others = a.numbers | a.numbers_aside, b.numbers | b.numbers_aside
    if a.addresses & b.addresses or any(_one_number(x, y) for x in mine for y in others):
        return True
    return False if a.numbers and b.numbers else None


def _digits(text: str) -> str:
    """A number's digits: +81-3-… as 03-…, without 内線."""
    plain = one_width(text).split("内線")[0]
    return re.sub(r"\D", "", re.sub(r"^\s*\+81[-\s(]*0?", "0", plain))


def _one_number(a: str, b: str) -> bool:
    """Equal, or one without the area code."""
    short, long = sorted((a, b), key=len)
    return short == long or (len(short) == 8 and long.endswith(short) and long[0] == "0")


def same_operator(a: Facts, b: Facts) -> bool | None:
    """Whether one operator stands behind both; None where one does not say it."""
    one, other = a.operator, b.operator
    if not one or not other:
        return None
    if one == other or spelling.reading(one) == spelling.reading(other):
        return True
    return len(min(one, other, key=len)) > 3 and (one in other or other in one)
