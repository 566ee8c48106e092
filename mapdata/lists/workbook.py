"""A workbook, looked through before anything reads it: what it would take to lay it out, and what it knows beside its
cells' values (merged and hidden cells, formulas without a result).

Everything in the archive is unpacked once, in pieces, and every part that a reader of workbooks opens goes through a
parser, in time and memory in proportion to what is unpacked: what a sheet spans, how often a long text is used, how
deep and how many its elements are. `TooMuch` and `Broken` say in words where that is more than any list.
"""

import zipfile
from array import array
from collections.abc import Iterator, Mapping

from mapdata.lists.workbook_parts import Broken, Marks, Relations, Sheet, Sheets, Strings, TooMuch

#: What all parts unpack to, in bytes (a small file can hold gigabytes), and how many they are.
MAX_UNPACKED, MOST_PARTS = 200 * 1024 * 1024, 10_000
#: Cells of all sheets, laid out with what lies between them (20,000 rows of all columns are 0.8 million), and letters
#: in them, each counted as often as it is used.
MOST_CELLS, MOST_LETTERS = 5_000_000, 100_000_000
_PIECE = 1024 * 1024
_BOOK, _RELATIONS, _STRINGS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedstrings.xml"


def marks(archive: zipfile.ZipFile) -> Mapping[str, Marks]:
    """The marks of each sheet by its name. Raises TooMuch and Broken, whatever the archive says of itself."""
    return _Book(archive).look()


class _Book:
    """One archive being looked through."""

    def __init__(self, archive: zipfile.ZipFile):
        self.archive = archive
        self.parts = _parts(archive)
        self.unpacked = self.elements = self.cells = self.letters = 0
        self.lengths = array("I")
        self.called = ""

    def look(self) -> dict[str, Marks]:
        if _BOOK not in self.parts:
            raise Broken("no workbook")
        targets = Relations(self).read(_RELATIONS).targets
        strings = {_STRINGS, *(path for path, kind in targets.values() if kind == "sharedStrings")}
        for path in sorted(strings & self.parts.keys()):
            Strings(self).read(path)
        book = Sheets(self).read(_BOOK)
        names = {targets.get(target, ("", ""))[0]: name for name, (target, _) in book.sheets.items()}
        needed = {path: names.get(path, "") for path, _ in targets.values()}
        looked = self._look_at_rest({_BOOK, _RELATIONS, *strings}, needed)
        found: dict[str, Marks] = {}
        for name, (target, is_hidden) in book.sheets.items():
            sheet = looked.get(targets.get(target, ("", ""))[0])
            found[name] = sheet.marks(is_hidden) if sheet else Marks(is_hidden=is_hidden)
        return found

    def _look_at_rest(self, done: set[str], targets: Mapping[str, str]) -> dict[str, Sheet]:
        """Every other part as if it were a sheet: which of them a reader takes for one is its own affair. `targets`:
        part that it needs → the sheet's name, "" for none."""
        looked = {}
        for path in self.parts.keys() - done:
            sheet, self.called = Sheet(self, path), targets.get(path, "")
            if path in targets or path.endswith((".xml", ".rels")):
                looked[path] = sheet.read(path, strict=path in targets)
                self.cells += sheet.rows * sheet.columns
            else:
                for _ in self.pieces(path):
                    pass
        return looked

    def has(self, path: str) -> bool:
        return path in self.parts

    def span(self, rows: int, columns: int, last: str) -> None:
        """A reader lays out the whole rectangle: one stray cell far away would take all memory."""
        if (cells := self.cells + rows * columns) > MOST_CELLS:
            sheet, reach = f"シート「{self.called[:40]}」の" if self.called else "", f"{last}まで、" if last else ""
            raise TooMuch(
                f"{sheet}表の範囲が広すぎます（{reach}{cells:,}セル）。"
                "表からはなれた所に何か書かれていないか確かめて、その行や列を削除してください"
            )

    def use(self, letters: int) -> None:
        self.letters += letters
        if self.letters > MOST_LETTERS:
            raise TooMuch(
                f"セルの文字が全部で{MOST_LETTERS:,}文字を超えます。"
                "長い文をくり返しているセルを短くするか、ファイルを分けてください"
            )

    def pieces(self, path: str) -> Iterator[bytes]:
        """A part as it really unpacks, however long it says that it is."""
        with self.archive.open(self.parts[path]) as member:
            while piece := member.read(_PIECE):
                self.unpacked += len(piece)
                if self.unpacked > MAX_UNPACKED:
                    raise TooMuch(TOO_LARGE)
                yield piece


TOO_LARGE = f"開くと{MAX_UNPACKED // _PIECE}MBを超えるファイルです。必要な行だけを新しいファイルに貼りつけてください"


def _parts(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The archive's parts by name, as readers look them up: in any case. Raises TooMuch and Broken."""
    found: dict[str, zipfile.ZipInfo] = {}
    infos = archive.infolist()
    if len(infos) > MOST_PARTS:
        raise TooMuch(f"ファイルの中の部品が{MOST_PARTS:,}を超えています。表だけを新しいファイルに貼りつけてください")
    if sum(info.file_size for info in infos) > MAX_UNPACKED:
        raise TooMuch(TOO_LARGE)
    for info in infos:
        name = info.filename.replace("\\", "/").lower()
        if name in found or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or info.flag_bits & 1:
            raise Broken(name)
        found[name] = info
    return found


