"""What a workbook knows beside its cells' values: merged and hidden cells, formulas without a result.

Read from the sheets' XML by pattern: the value reader streams cells and keeps none of this, and a
whole parse of a large list would cost more than reading it.
"""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from xml.etree import ElementTree

_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^<>]*\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_HIDDEN = re.compile(rb"<(?:\w+:)?col\b[^<>]*/?>")
_FORMULA = re.compile(
    rb'<(?:\w+:)?c\b[^<>]*\br="([A-Z]+\d+)"[^<>]*>\s*<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)'
    rb"\s*(?:<(?:\w+:)?v>\s*</(?:\w+:)?v>|<(?:\w+:)?v\s*/>)?\s*</(?:\w+:)?c>"
)
_ERROR = re.compile(rb'<(?:\w+:)?c\b[^<>]*\br="([A-Z]+\d+)"[^<>]*\bt="e"')
_CELL = re.compile(rb'<(?:\w+:)?c\b[^<>]*?\br="([A-Z]{1,3})(\d{1,7})"')

#: More merged ranges than these are no list; more cells neither (20,000 rows of all columns are 0.8 million).
_MERGES, _MAX_CELLS = 2_000, 5_000_000

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True)
class Marks:
    """Positions count from 0: `merged` as (top, left, bottom, right), the others as (row, column).

    `unresolved` are formulas without a result, `errors` cells like #N/A; `is_hidden` is the sheet's own.
    """

    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_columns: frozenset[int] = frozenset()
    unresolved: tuple[tuple[int, int], ...] = ()
    errors: tuple[tuple[int, int], ...] = ()
    is_hidden: bool = False


class TooLarge(ValueError):
    """The sheet spans more cells than any list: the text is how many."""


def marks(archive: zipfile.ZipFile) -> Mapping[str, Marks]:
    """The marks of each sheet by its name; a sheet whose XML is elsewhere has none."""
    found = {}
    for name, (path, is_hidden) in _sheets(archive).items():
        if path in archive.namelist():
            found[name] = _marks(archive.read(path), is_hidden)
    return found


def _sheets(archive: zipfile.ZipFile) -> dict[str, tuple[str, bool]]:
    """Where each sheet's XML lies, and whether the sheet is hidden."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {r.get("Id"): r.get("Target", "") for r in relations}
    sheets = (e for e in book.iter() if e.tag.endswith("}sheet"))
    return {
        s.get("name", ""): (_absolute(targets.get(s.get(_RELATION), "")), s.get("state", "visible") != "visible")
        for s in sheets
    }


def _absolute(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _marks(xml: bytes, is_hidden: bool) -> Marks:
    _check_span(xml)
    merged = tuple(
        (int(top) - 1, column_number(left), int(bottom) - 1, column_number(right))
        for left, top, right, bottom in islice(_MERGED.findall(xml), _MERGES)
    )
    return Marks(
        merged, frozenset(_hidden(xml)), _positions(_FORMULA.findall(xml)), _positions(_ERROR.findall(xml)), is_hidden
    )


def _check_span(xml: bytes) -> None:
    """The value reader lays out the whole rectangle: one stray cell far away would take all memory."""
    rows = columns = 0
    for match in _CELL.finditer(xml):
        rows, columns = max(rows, int(match[2])), max(columns, column_number(match[1]) + 1)
    if rows * columns > _MAX_CELLS:
        raise TooLarge(f"{rows * columns:,}")


def _positions(references: list[bytes]) -> tuple[tuple[int, int], ...]:
    found = []
    for reference in references:
        letters = reference.rstrip(b"0123456789")
        found.append((int(reference[len(letters):]) - 1, column_number(letters)))
    return tuple(found)


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
