"""The ward's 街区 (block by block points), when `geocode install` has brought them."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from geocode import caches, gazetteer, installed

HEADINGS = ("town", "chome", "number", "lat", "lng", "displayed")


@dataclass(frozen=True, slots=True)
class Block:
    """One 街区 or lot (地番) and its representative point (WGS84).

    `displayed` says that 住居表示 is in force: `number` is a 街区符号 (13番) and not a 地番 (13番地).
    """

    town: str
    chome: int | None
    number: int
    lat: float
    lng: float
    displayed: bool

    @property
    def label(self) -> str:
        return f"{self.number}番" if self.displayed else f"{self.number}番地"


Place = tuple[str, int | None, int]


def find(town: str, chome: int | None, number: int) -> Block | None:
    """The 街区 of that number in a 町丁目 of the gazetteer; None when there is none, or no table."""
    return _load().get((town, chome, number))


@caches.of_ward()
def _load() -> dict[Place, Block]:
    tables, towns = installed.current(), gazetteer.load()
    if tables.blocks is None:
        return {}
    return {
        (name, block.chome, block.number): block
        for block in read(tables.blocks)
        if (name := towns.name_of(block.town)) is not None
    }


def read(path: Path) -> Iterable[Block]:
    """The rows of a table of 街区 (UTF-8; chome blank for a town without 丁目; displayed 1 or 0)."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for town, chome, number, lat, lng, displayed in rows:
            yield Block(town, int(chome) if chome else None, int(number), float(lat), float(lng), displayed == "1")
