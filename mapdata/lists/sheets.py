"""A file → grids of texts: CSV (UTF-8, CP932, UTF-16), XLSX. What cannot be read is refused in words.

Row i of a grid is row i + 1 in Excel.
"""

import csv
import io
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from mapdata.errors import ListRefused, Problem
from mapdata.lists import apart, workbook
from mapdata.lists.workbook_parts import MOST_ROWS, Marks

#: More than any list of offices; what a workbook unpacks to is checked as well when it is read.
MAX_BYTES = 32 * 1024 * 1024
MAX_UNPACKED = workbook.MAX_UNPACKED

#: Nobody writes a cell this long: it is a paste gone wrong, or a quote that never closed.
MAX_CELL = 100_000

_DELIMITERS = (",", "\t", ";")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RESAVE = "Excelで開き、「Excelブック（.xlsx）」か「CSV」で保存しなおしてください"
_BROKEN = f"Excelのファイルとして読めません。こわれているようです。{_RESAVE}"


@dataclass(frozen=True)
class Sheet:
    """One grid of texts as they stand in the file; `name` is "" for a CSV."""

    name: str
    rows: list[list[str]]
    marks: Marks = field(default_factory=Marks)


def read(path: Path) -> list[Sheet]:
    """Every sheet of a file. Raises ListRefused, saying what is wrong and how to mend it."""
    check_size(path.stat().st_size)
    data = path.read_bytes()
    if not data.strip(b"\0 \t\r\n"):
        raise refused("ファイルが空です。見出しの行と、1行に1件ずつの行が入ったファイルを選んでください")
    check_kind(data)
    sheets = _workbook(path) if data.startswith(b"PK") else [Sheet("", _csv(_decode(data)))]
    for sheet in sheets:
        _check_cells(sheet)
    return sheets


def refused(message: str, row: int = 1, column: str = "", value: str = "") -> ListRefused:
    return ListRefused([Problem(row, column, value, message)])


def check_size(length: int, most: int = MAX_BYTES) -> None:
    """Raises ListRefused for a file of so many bytes that it is no list."""
    if length > most:
        message = f"{most // (1024 * 1024)}MBを超えるファイルです。必要な行だけを新しいファイルに貼りつけてください"
        raise refused(message)


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
    cells = 0
    try:
        for row in reader:
            rows.append(row)
            cells += len(row)
            if cells > workbook.MOST_CELLS or len(rows) > MOST_ROWS:
                raise refused("行やセルが多すぎます。空の行や、使わない列を消してください", len(rows))
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


def _workbook(path: Path) -> list[Sheet]:
    """Its sheets, read by a process of its own."""
    if not zipfile.is_zipfile(path):
        raise refused("ファイルが途中で切れています。元のファイルをもう一度保存するか、送ってもらいなおしてください")
    if "xl/workbook.xml" not in _names(path):
        raise refused(f"Excelのファイルではありません。{_RESAVE}")
    try:
        return [Sheet(one.name, one.rows, one.marks) for one in apart.sheets_of(path)]
    except apart.Refused as error:
        raise refused(str(error) or _BROKEN) from error


def _names(path: Path) -> set[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise refused(_BROKEN) from error
