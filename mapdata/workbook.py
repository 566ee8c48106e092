"""What a workbook knows beside its cells' values: merged and hidden cells, formulas without a result.

Read from the sheets' XML by pattern: the value reader streams cells and keeps none of this, and a
whole parse of a large list would cost more than reading it.
"""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_HIDDEN = re.compile(rb"<(?:\w+:)?col\b[^>]*/?>")
_FORMULA = re.compile(rb'<(?:\w+:)?c\b[^>]*\br="([A-Z]+\d+)"[^>]*>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)'
                      rb"\s*(?:<(?:\w+:)?v>\s*</(?:\w+:)?v>|<(?:\w+:)?v\s*/>)?\s*</(?:\w+:)?c>")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True)
class Marks:
    """Positions count from 0: `merged` as (top, left, bottom, right), `unresolved` as (row, column)."""

    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_columns: frozenset[int] = frozenset()
    unresolved: tuple[tuple[int, int], ...] = ()


def marks(archive: zipfile.ZipFile) -> Mapping[str, Marks]:
    """The marks of each sheet by its name; a sheet whose XML is elsewhere has none."""
    found = {}
    for name, path in _sheet_paths(archive).items():
        if path in archive.namelist():
            found[name] = _marks(archive.read(path))
    return found


def _sheet_paths(archive: zipfile.ZipFile) -> dict[str, str]:
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {r.get("Id"): r.get("Target", "") for r in relations}
    sheets = (e for e in book.iter() if e.tag.endswith("}sheet"))
    return {s.get("name", ""): _absolute(targets.get(s.get(_RELATION), "")) for s in sheets}


def _absolute(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _marks(xml: bytes) -> Marks:
    merged = tuple(
        (int(top) - 1, column_number(left), int(bottom) - 1, column_number(right))
        for left, top, right, bottom in _MERGED.findall(xml)
    )
    unresolved = []
    for cell in _FORMULA.findall(xml):
        letters, digits = re.match(rb"([A-Z]+)(\d+)", cell).groups()  # type: ignore[union-attr]
        unresolved.append((int(digits) - 1, column_number(letters)))
    return Marks(merged, frozenset(_hidden(xml)), tuple(unresolved))


def _hidden(xml: bytes) -> set[int]:
    hidden: set[int] = set()
    for tag in _HIDDEN.findall(xml.partition(b"<sheetData")[0]):
        said = dict(re.findall(rb'\b(min|max|hidden)="(\w+)"', tag))
        if said.get(b"hidden") in (b"1", b"true"):
            hidden.update(range(int(said[b"min"]) - 1, min(int(said[b"max"]), 16_384)))
    return hidden


def column_number(letters: bytes) -> int:
    """A → 0, Z → 25, AA → 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
