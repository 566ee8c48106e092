"""A file → grids of texts: CSV (UTF-8, CP932, UTF-16), XLSX. What cannot be read is refused in words.

Row i of a grid is row i + 1 in Excel.
"""

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path

import pandas as pd

from mapdata.errors import ListRefused, Problem
from mapdata.lists import workbook

#: A workbook that unpacks to more than this is not read (a small one can hold gigabytes).
MAX_UNPACKED = 200 * 1024 * 1024

#: Nobody writes a cell this long: it is a paste gone wrong, or a quote that never closed.
MAX_CELL = 100_000

_DELIMITERS = (",", "\t", ";")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RESAVE = "Excelで開き、「Excelブック（.xlsx）」か「CSV」で保存しなおしてください"


@dataclass(frozen=True)
class Sheet:
    """One grid of texts as they stand in the file; `name` is "" for a CSV."""

    name: str
    rows: list[list[str]]
    marks: workbook.Marks = field(default_factory=workbook.Marks)


def read(path: Path) -> list[Sheet]:
    """Every sheet of a file. Raises ListRefused, saying what is wrong and how to mend it."""
    data = path.read_bytes()
    if not data.strip(b"\0 \t\r\n"):
        raise refused("ファイルが空です。見出しの行と、1行に1件ずつの行が入ったファイルを選んでください")
    check_kind(data)
    sheets = _workbook(data) if data.startswith(b"PK") else [Sheet("", _csv(_decode(data)))]
    for sheet in sheets:
        _check_cells(sheet)
    return sheets


def refused(message: str, row: int = 1, column: str = "", value: str = "") -> ListRefused:
    return ListRefused([Problem(row, column, value, message)])


def check_kind(data: bytes) -> None:
    """Files that are something else say so by their first bytes, whatever their name. Raises ListRefused."""
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<head", b"<table", b"<?xml", b"<meta")):
        raise refused(f"Excelの名前が付いていますが、中身はウェブページです。{_RESAVE}")
    if start.startswith(b"%pdf"):
        raise refused("PDFは読み込めません。元のExcelの表か、CSVを選んでください")
    if data.startswith(_OLD_OFFICE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise refused("パスワードのかかったファイルです。Excelで開き、パスワードを外して保存しなおしてください")
        raise refused(f"古い形式のファイル（.xls）です。{_RESAVE}")


def _check_cells(sheet: Sheet) -> None:
    for number, row in enumerate(sheet.rows, start=1):
        for text in row:
            if len(text) > MAX_CELL:
                message = f"{MAX_CELL:,}文字を超えるセルがあります。引用符の閉じ忘れや貼りつけの誤りを確かめてください"
                raise refused(message, number, value=text[:20] + "…")


# --- CSV -------------------------------------------------------------------------------------


def _decode(data: bytes) -> str:
    """UTF-8 with or without BOM, else CP932, both strictly (a detector fails on 髙 and ①)."""
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp932"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise refused(f"文字として読めないファイルです。表のファイルでないか、こわれています。{_RESAVE}")


def _csv(text: str) -> list[list[str]]:
    """Strict quoting: an unclosed quote would swallow the rest of the list in silence."""
    csv.field_size_limit(max(len(text) + 1, 131072))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend(reader)
    except csv.Error:
        message = "引用符「\"」が正しく閉じていません。この行のセルの引用符を確かめるか、Excelで保存しなおしてください"
        raise refused(message, len(rows) + 1) from None
    return rows


def _delimiter(text: str) -> str:
    """What separates the cells, told by the headings; a comma when nothing does."""
    lines = text[:4000].splitlines() or [""]
    head = next((line for line in lines if "名称" in line), "\n".join(lines))
    return max(_DELIMITERS, key=lambda sign: (head.count(sign), -_DELIMITERS.index(sign)))


# --- XLSX ------------------------------------------------------------------------------------


def _workbook(data: bytes) -> list[Sheet]:
    buffer = io.BytesIO(data)
    if not zipfile.is_zipfile(buffer):
        raise refused("ファイルが途中で切れています。元のファイルをもう一度保存するか、送ってもらいなおしてください")
    try:
        with zipfile.ZipFile(buffer) as archive:
            _check_archive(archive)
            marks = workbook.marks(archive)
        frames = pd.read_excel(
            io.BytesIO(data), sheet_name=None, header=None, dtype=object, na_filter=False, engine="calamine"
        )
        return [Sheet(name, _grid(frame), marks.get(name, workbook.Marks())) for name, frame in frames.items()]
    except ListRefused:
        raise
    except workbook.TooLarge as error:
        message = f"表の範囲が広すぎます（{error}セル）。表からはなれた所に何か書かれていないか確かめてください"
        raise refused(message) from error
    except Exception as error:  # calamine and zipfile raise whatever their parsers met
        raise refused(f"Excelのファイルとして読めません。こわれているようです。{_RESAVE}") from error


def _check_archive(archive: zipfile.ZipFile) -> None:
    if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
        raise refused("開くと200MBを超えるファイルです。必要な行だけを新しいファイルに貼りつけてください")
    if "xl/workbook.xml" not in archive.namelist():
        raise refused(f"Excelのファイルではありません。{_RESAVE}")


def _grid(frame: pd.DataFrame) -> list[list[str]]:
    return [[cell_text(cell) for cell in row] for row in frame.itertuples(index=False, name=None)]


def cell_text(cell: object) -> str:
    """A workbook's cell as a clerk sees it: days as 2026-04-01, times as 09:00, numbers without .0."""
    if isinstance(cell, str):
        return cell
    if cell is None or cell is pd.NaT:
        return ""
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d" if cell.time() == time() else "%Y-%m-%d %H:%M")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.strftime("%H:%M")
    if isinstance(cell, float):
        return "" if cell != cell else re.sub(r"\.0$", "", f"{cell:.10f}".rstrip("0").rstrip(".") or "0")
    return str(cell)
