"""A CSV or XLSX file → rows of texts, with the row numbers a person sees in Excel."""

import csv
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from mapdata import values
from mapdata.errors import ListRefused, Problem
from mapdata.fields import HEADINGS

#: A workbook that unpacks to more than this is not read (a small one can hold gigabytes).
MAX_UNPACKED = 200 * 1024 * 1024

_KNOWN = {re.sub(r"\s", "", values.narrow(h)).lower(): h for h in HEADINGS}


@dataclass(frozen=True)
class ListRow:
    """One data row: its number in Excel and its cells by heading (blank cells are "")."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class ListTable:
    """A list as read: the registry's headings it has, its rows, and remarks on the headings."""

    headings: tuple[str, ...]
    rows: tuple[ListRow, ...]
    warnings: tuple[Problem, ...] = field(default=())


def read(path: Path, fill: Mapping[str, str] | None = None) -> ListTable:
    """Read a list file. `fill` gives the value for blank cells of a column, by heading.

    Raises ListRefused when the file cannot be read as a list at all.
    """
    frame = _frame(path)
    return _table(frame, fill or {})


def _frame(path: Path) -> pd.DataFrame:
    """All cells as texts, no heading row taken, blank rows kept so that numbers stay true."""
    data = path.read_bytes()
    if not data.strip():
        raise _refused("ファイルが空です。見出しの行と、1件ずつの行が入ったファイルを選んでください")
    if zipfile.is_zipfile(io.BytesIO(data)):
        return _workbook(data)
    return _csv(_decode(data))


def _refused(message: str, row: int = 1, column: str = "", value: str = "") -> ListRefused:
    return ListRefused([Problem(row, column, value, message)])


def _decode(data: bytes) -> str:
    """UTF-8 with or without BOM, else CP932, both strictly (a detector fails on 髙 and ①)."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _refused("文字として読めないファイルです。CSV（UTF-8 か Shift_JIS）か XLSX で保存してください")


def _csv(text: str) -> pd.DataFrame:
    """Strict quoting: an unclosed quote would swallow the rest of the list in silence."""
    csv.field_size_limit(max(len(text), 131072))
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        raise _refused("引用符「\"」が閉じていません。Excelで開き、CSVとして保存しなおしてください") from None
    return pd.DataFrame(rows, dtype=object).fillna("")


def _workbook(data: bytes) -> pd.DataFrame:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
            raise _refused("開くと200MBを超えるファイルです。必要な行だけを新しいファイルに貼りつけてください")
    try:
        frame = pd.read_excel(io.BytesIO(data), header=None, dtype=object, engine="openpyxl")
    except Exception as error:  # openpyxl raises whatever its XML parser met
        raise _refused("Excelのファイルとして読めません。Excelで開き、XLSXとして保存しなおしてください") from error
    return frame.map(_cell_text)


def _cell_text(cell: object) -> str:
    if isinstance(cell, datetime | date) and not pd.isna(cell):
        return values.cell_date(cell)
    if isinstance(cell, float):
        return "" if pd.isna(cell) else f"{cell:.10g}"
    return "" if cell is None else str(cell)


def _table(frame: pd.DataFrame, fill: Mapping[str, str]) -> ListTable:
    cells = [[values.clean(cell) for cell in row] for row in frame.itertuples(index=False)]
    if not cells:
        raise _refused("ファイルが空です。見出しの行と、1件ずつの行が入ったファイルを選んでください")
    columns, warnings = _columns(cells[0])
    headings = (*columns, *(h for h in fill if h not in columns))
    rows = tuple(
        ListRow(number, _filled(dict(zip(columns, (row[i] for i in columns.values()), strict=True)), fill))
        for number, row in enumerate(cells[1:], start=2)
        if any(row)
    )
    return ListTable(headings, rows, warnings)


def _filled(cells: dict[str, str], fill: Mapping[str, str]) -> dict[str, str]:
    for heading, value in fill.items():
        cells[heading] = cells.get(heading) or value
    return cells


def heading_of(text: str) -> str | None:
    """The registry's heading for what a list calls a column; None for a strange one."""
    return _KNOWN.get(re.sub(r"\s", "", values.narrow(text)).lower())


def _columns(first_row: list[str]) -> tuple[dict[str, int], tuple[Problem, ...]]:
    """Heading → position. Raises ListRefused without 名称 or with a heading twice."""
    columns: dict[str, int] = {}
    warnings, problems = [], []
    for position, text in enumerate(first_row):
        heading = heading_of(text)
        if heading is None and text:
            warnings.append(Problem(1, text, "", "知らない見出しの列です。この列は取り込みません"))
        elif heading in columns:
            problems.append(Problem(1, heading, text, "同じ見出しの列が2つあります。1つにしてください"))
        elif heading:
            columns[heading] = position
    if "名称" not in columns:
        message = "「名称」の列が見つかりません。1行目に見出しを書いてください"
        problems.append(Problem(1, "名称", "", message))
    if problems:
        raise ListRefused(problems, warnings=warnings)
    return columns, tuple(warnings)
