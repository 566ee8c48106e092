"""The ward's table of 町丁目: which towns there are, how they are read and where they lie.

It is made from the table that ward.toml names and the official one that was installed; a ward
may have either or both. The installed one knows better where a 町丁目 lies, ours how it is read.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from geocode import caches, installed, tables, ward
from geocode.normalise import fold

HEADINGS = ("town", "kana", "chome", "lat", "lng")


@dataclass(frozen=True)
class Town:
    """One 町丁目 and its representative point (WGS84). `chome` is None for a town without any (森の公園).

    `kana` is "" where nobody told the reading, `source` says whose point it is.
    """

    name: str
    kana: str
    chome: int | None
    lat: float
    lng: float
    source: str = ""

    @property
    def label(self) -> str:
        """As an address has it: 桜町5丁目, 森の公園."""
        return self.name if self.chome is None else f"{self.name}{self.chome}丁目"


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """Every 町丁目 of one ward, to be looked up by town name and 丁目. Two of them are never equal."""

    towns: tuple[Town, ...]
    by_name: dict[str, dict[int | None, Town]]

    @classmethod
    def of(cls, towns: Iterable[Town]) -> "Gazetteer":
        kept = tuple(towns)
        by_name: dict[str, dict[int | None, Town]] = {}
        for town in kept:
            by_name.setdefault(town.name, {})[town.chome] = town
        return cls(kept, by_name)

    @cached_property
    def readings(self) -> dict[str, str]:
        """Town name → its reading in hiragana, each town once."""
        return {town.name: town.kana for town in self.towns}

    def name_of(self, writing: str) -> str | None:
        """The name here of a town that others may write a little differently (三ツ木); None for no town."""
        return self._names.get(fold(writing))

    @cached_property
    def _names(self) -> dict[str, str]:
        return {fold(name): name for name in self.by_name}

    def find(self, name: str, chome: int | None) -> Town | None:
        return self.by_name.get(name, {}).get(chome)

    def chomes(self, name: str) -> tuple[int, ...]:
        """The 丁目 a town has, in order; () for one without."""
        return tuple(sorted(chome for chome in self.by_name.get(name, {}) if chome is not None))

    def centroid(self, name: str) -> tuple[float, float]:
        """(lat, lng): the mean of the town's points, to 5 decimals (about 1 m). Raises KeyError."""
        points = self.by_name[name].values()
        lat = sum(town.lat for town in points) / len(points)
        lng = sum(town.lng for town in points) / len(points)
        return round(lat, 5), round(lng, 5)


@caches.of_ward()
def load() -> Gazetteer:
    """The gazetteer of this installation. Raises OSError when the table that ward.toml names is missing."""
    data, tables = ward.load().data, installed.current()
    ours = read_towns(data.towns, data.towns_source) if data.towns else ()
    official = read_towns(tables.towns, installed.SOURCE_OF_TOWNS) if tables.towns else ()
    return merged(ours, official)


def merged(ours: Iterable[Town], official: Iterable[Town]) -> Gazetteer:
    """Ours with the official points, then the official ones that we lacked, in the order of the tables.

    An official town that we have already is written and read as ours is.
    """
    mine = Gazetteer.of(ours)
    towns = {(town.name, town.chome): town for town in mine.towns}
    for town in official:
        name = mine.name_of(town.name) or town.name
        kana = mine.readings.get(name, town.kana)
        towns[name, town.chome] = replace(town, name=name, kana=kana)
    return Gazetteer.of(towns.values())


def read_towns(path: Path, source: str = "") -> tuple[Town, ...]:
    """The rows of a table `town,kana,chome,lat,lng` (chome blank for a town without 丁目). Raises WardFileError."""
    def made(town: str, **cells: Any) -> Town:
        return Town(name=town, source=source, **cells)

    return tables.rows(path, _COLUMNS, made)


_COLUMNS = {
    "town": tables.text, "kana": tables.maybe, "chome": tables.whole_or_blank,
    "lat": tables.degrees("lat"), "lng": tables.degrees("lng"),
}
