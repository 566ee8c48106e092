"""Small makers for tests: list files, entries, registries."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from mapdata.claims.entry import Entry, Place, Provenance
from mapdata.fields.field_table import NAMES, default_audience
from mapdata.lists.importing import ImportReport, import_file
from mapdata.registry import Registry
from mapdata.words import Level

#: What makes a row one that the public may see.
PUBLISHED = {"公開範囲": "公開", "状態": "公開中", "掲載同意": "あり"}


def write_csv(path: Path, rows: Iterable[Mapping[str, str]], encoding: str = "utf-8") -> Path:
    """A list file whose headings are the keys of the rows, in order of first appearance."""
    rows = list(rows)
    headings = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, headings)
        writer.writeheader()
        writer.writerows(rows)
    return path


def import_rows(
    registry: Registry, folder: Path, rows: Iterable[Mapping[str, str]], source: str = "kuramaru", **options: Any
) -> ImportReport:
    return import_file(registry.engine, write_csv(folder / "list.csv", rows), source, "tester", **options)


def published(**cells: str) -> dict[str, str]:
    return {"名称": "ひなた", **PUBLISHED, **cells}


def entry(source: str = "kuramaru", **values: Any) -> Entry:
    """An entry that the public may see, every value said by one source."""
    base: dict[str, Any] = {
        "id": "abc234", "name": "ひなた", "kind": "ibasho", "status": "active", "audience": Level.PUBLIC,
        "consent": "yes", "assured_on": date(2026, 4, 1),
    }
    made = base | values
    levels = made.pop("levels", {})
    made.setdefault("provenance", {
        name: Provenance(source, levels.get(name, default_audience(name))) for name in NAMES
    })
    return Entry(**made)


#: A place with everything in it that `area` and `hidden` keep back.
FULL_PLACE = Place(
    postal_code="124-0012", address="葛飾区立石5-13-1", address_2="ひなたビル2階", station="京成立石駅から徒歩5分",
    lat=35.743, lng=139.8485, level="point", town="立石5丁目", schedule="毎週木曜 13時から",
)
