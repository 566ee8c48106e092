"""The ward's table of 町丁目: which towns there are, how they are read and where they lie."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from geocode import ward


@dataclass(frozen=True)
class Town:
    """One 町丁目 and its representative point (WGS84). `chome` is None for a town without any (水元公園)."""

    name: str
    kana: str
    chome: int | None
    lat: float
    lng: float

    @property
    def label(self) -> str:
        """As an address has it: 立石5丁目, 水元公園."""
        return self.name if self.chome is None else f"{self.name}{self.chome}丁目"


@dataclass(frozen=True)
class Gazetteer:
    """Every 町丁目 of one ward, to be looked up by town name and 丁目."""

    towns: tuple[Town, ...]
    by_name: dict[str, dict[int | None, Town]]

    @classmethod
    def of(cls, towns: Iterable[Town]) -> "Gazetteer":
        kept = tuple(towns)
        by_name: dict[str, dict[int | None, Town]] = {}
        for town in kept:
            by_name.setdefault(town.name, {})[town.chome] = town
        return cls(kept, by_name)

    @property
    def readings(self) -> dict[str, str]:
        """Town name → its reading in hiragana, each town once."""
        return {town.name: town.kana for town in self.towns}

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


@cache
def load() -> Gazetteer:
    """The gazetteer that ward.toml names. Raises OSError when its table is missing."""
    return Gazetteer.of(read_towns(ward.load().data.towns))


def read_towns(path: Path) -> tuple[Town, ...]:
    """The rows of a table `town,kana,chome,lat,lng` (UTF-8; chome blank for a town without 丁目)."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return tuple(
            Town(
                name=row["town"],
                kana=row["kana"],
                chome=int(row["chome"]) if row["chome"] else None,
                lat=float(row["lat"]),
                lng=float(row["lng"]),
            )
            for row in csv.DictReader(file)
        )
