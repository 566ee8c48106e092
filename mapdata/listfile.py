"""A list file → rows of texts under the registry's headings, with the row numbers of Excel."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mapdata import headings, opendata, sheets, values
from mapdata.errors import ListRefused, Problem
from mapdata.fields import HEADINGS
from mapdata.headings import Headings

_KNOWN = {headings.fold(h): h for h in HEADINGS}
_DITTO = frozenset({"〃", "同上", "々", "″", "仝"})
_FOOTNOTES = ("※", "＊", "*", "注", "（注", "備考：", "以上", "計", "合計")


@dataclass(frozen=True)
class ListRow:
    """One data row: its number in Excel and its cells by heading (blank cells are "")."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class ListTable:
    """A list as read: the registry's headings it has, its rows, and remarks made on the way."""

    headings: tuple[str, ...]
    rows: tuple[ListRow, ...]
    warnings: tuple[Problem, ...] = field(default=())


def heading_of(text: str) -> str | None:
    """The registry's heading, however it is written; None for a strange one."""
    return _KNOWN.get(headings.fold(text))


def read(path: Path, fill: Mapping[str, str] | None = None) -> ListTable:
    """Read a list file. `fill` gives the value for blank cells of a column, by heading.

    Raises ListRefused when the file cannot be read as a list at all.
    """
    found = headings.find(sheets.read(path))
    return _Reader(found, dict(fill or {})).table()


class _Reader:
    """The rows under one heading row."""

    def __init__(self, found: Headings, fill: Mapping[str, str]):
        self.found, self.fill = found, fill
        self.columns = [(i, name) for i, name in enumerate(found.names) if name]
        self.is_own = not found.kind and all(name in HEADINGS for _, name in self.columns)
        self.printed = [text for text in map(headings.fold, found.texts) if text]
        self.problems: list[Problem] = []
        self.warnings = list(found.warnings)

    def table(self) -> ListTable:
        self.warnings += self._unresolved()
        rows = tuple(self._rows())
        if self.problems:
            raise ListRefused(self.problems, rows=len(rows), warnings=self.warnings)
        present = dict.fromkeys(self._combined(dict.fromkeys((name for _, name in self.columns), "")))
        present |= dict.fromkeys(self.fill)
        return ListTable(tuple(present), rows, tuple(self.warnings))

    def _rows(self) -> Iterator[ListRow]:
        above: dict[str, str] = {}
        for number, texts in self._data():
            cells = self._named(texts)
            if self._is_footnote(texts, cells):
                message = "表の下の注記と見て、取り込みません"
                self.warnings.append(Problem(number, "", next(t for t in texts if t)[:40], message))
                continue
            cells = self._dittoed(number, cells, above)
            above = cells
            yield ListRow(number, self._filled(self._combined(cells)))

    def _combined(self, cells: Mapping[str, str]) -> dict[str, str]:
        """The row under the registry's headings; a list of a standard's headings is put together."""
        return dict(cells) if self.is_own else opendata.combine(cells, self.found.kind)

    def _data(self) -> Iterator[tuple[int, list[str]]]:
        """Rows under the headings that hold something and are not the headings printed again."""
        merged = self._merged()
        for index in range(self.found.row + 1, len(self.found.sheet.rows)):
            texts = [values.clean(cell) for cell in self.found.sheet.rows[index]]
            for column, text in merged.get(index, ()):
                texts[column] = text
            if any(texts) and not self._is_heading(texts):
                yield index + 1, texts

    def _is_heading(self, texts: Sequence[str]) -> bool:
        """The headings printed again, as at the top of each page."""
        filled = [text for text in texts if text]
        return len(filled) == len(self.printed) and [headings.fold(t) for t in filled] == self.printed

    def _merged(self) -> dict[int, list[tuple[int, str]]]:
        """Row → (column, text) for rows that a cell merged downwards reaches."""
        rows, reached = self.found.sheet.rows, dict[int, list[tuple[int, str]]]()
        for top, left, bottom, _ in self.found.sheet.marks.merged:
            if top > self.found.row and top < len(rows) and left < len(rows[top]):
                for row in range(top + 1, min(bottom + 1, len(rows))):
                    reached.setdefault(row, []).append((left, values.clean(rows[top][left])))
        return reached

    def _named(self, texts: Sequence[str]) -> dict[str, str]:
        return {name: texts[i] if i < len(texts) else "" for i, name in self.columns}

    def _is_footnote(self, texts: Sequence[str], cells: Mapping[str, str]) -> bool:
        """One cell alone, without a name, that begins as notes under a table do."""
        filled = [text for text in texts if text]
        return len(filled) == 1 and filled[0].startswith(_FOOTNOTES) and cells.get("管理番号", "") in ("", filled[0])

    def _dittoed(self, number: int, cells: dict[str, str], above: Mapping[str, str]) -> dict[str, str]:
        """〃 and 同上 take the cell above."""
        for name, text in cells.items():
            if text in _DITTO:
                cells[name] = above.get(name, "")
                if not cells[name]:
                    message = "上のセルに何も書かれていません。同じ内容をここに書いてください"
                    self.problems.append(Problem(number, name, text, message))
        return cells

    def _filled(self, cells: dict[str, str]) -> dict[str, str]:
        for heading, value in self.fill.items():
            cells[heading] = cells.get(heading) or value
        return cells

    def _unresolved(self) -> list[Problem]:
        """Formulas whose result the file does not hold are blank to us: say so."""
        taken = {i: name for i, name in self.columns}
        message = "計算式の結果がファイルに入っていないため、空欄として読みました。Excelで開いて保存しなおすと読めます"
        return [
            Problem(row + 1, taken[column], "", message)
            for row, column in self.found.sheet.marks.unresolved if column in taken and row > self.found.row
        ]
