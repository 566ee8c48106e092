"""A list file → rows of texts under the registry's headings, with the row numbers of Excel."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mapdata.errors import ListRefused, Problem
from mapdata.fields import values
from mapdata.fields.field_table import HEADINGS
from mapdata.fields.folding import term_key
from mapdata.lists import headings, opendata, sheets
from mapdata.lists.headings import Headings

_KNOWN = {term_key(h): h for h in HEADINGS}
_DITTO = frozenset({"〃", "同上", "々", "″", "仝"})
_FOOTNOTES, _TOTALS = ("※", "＊", "*", "（注", "注）", "注：", "注1", "注１"), frozenset({"計", "合計", "以上", "小計"})

#: A blank here would tell more than somebody meant: a formula without a result is a problem, not a blank.
_GUARDED = frozenset({"公開範囲", "掲載同意", "状態", "位置の公開", "掲載開始日", "掲載終了日"})

#: Rows that merged cells may fill, all told.
_MERGED_ROWS = 200_000
_MERGED_TOO_FAR = f"結合したセルが{_MERGED_ROWS:,}行を超えて広がっています。結合をやめて、保存しなおしてください"


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
    return _KNOWN.get(term_key(text))


def read(path: Path, fill: Mapping[str, str] | None = None) -> ListTable:
    """Read a list file. `fill` gives the value for blank cells of a column, by heading.

    Raises ListRefused when the file cannot be read as a list at all.
    """
    return table(headings.find(sheets.read(path)), fill)


def table(found: Headings, fill: Mapping[str, str] | None = None) -> ListTable:
    """The rows under headings that were found. Raises ListRefused."""
    return _Reader(found, dict(fill or {})).table()


class _Reader:
    """The rows under one heading row."""

    def __init__(self, found: Headings, fill: Mapping[str, str]):
        self.found, self.fill = found, fill
        self.columns = [(i, name) for i, name in enumerate(found.names) if name]
        self.is_own = not found.kind and all(name in HEADINGS for _, name in self.columns)
        self.printed = [text for text in map(term_key, found.texts) if text]
        self.problems: list[Problem] = []
        self.warnings = list(found.warnings)

    def table(self) -> ListTable:
        self._look_for_lost_values()
        rows = tuple(self._rows())
        if self.problems:
            raise ListRefused(self.problems, rows=len(rows), warnings=self.warnings)
        present = dict.fromkeys(self._combined(dict.fromkeys((name for _, name in self.columns), "")))
        present |= dict.fromkeys(self.fill)
        return ListTable(tuple(present), rows, tuple(self.warnings))

    def _rows(self) -> Iterator[ListRow]:
        above: dict[str, str] = {}
        for number, texts in self._data():
            if self._is_footnote(texts):
                message = "表の下の注記と見て、取り込みません"
                self.warnings.append(Problem(number, "", next(t for t in texts if t)[:40], message))
                continue
            above = cells = self._dittoed(number, self._named(texts), above)
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
        return len(filled) == len(self.printed) and [term_key(t) for t in filled] == self.printed

    def _merged(self) -> dict[int, list[tuple[int, str]]]:
        """Row → (column, text) for rows that a cell merged downwards reaches. Raises ListRefused."""
        rows, reached = self.found.sheet.rows, dict[int, list[tuple[int, str]]]()
        left_over = _MERGED_ROWS
        for top, left, bottom, _ in self.found.sheet.marks.merged:
            if top > self.found.row and top < len(rows) and left < len(rows[top]):
                below = range(top + 1, min(bottom + 1, len(rows)))
                if (left_over := left_over - len(below)) < 0:
                    raise sheets.refused(_MERGED_TOO_FAR, top + 1)
                text = values.clean(rows[top][left])
                for row in below:
                    reached.setdefault(row, []).append((left, text))
        return reached

    def _named(self, texts: Sequence[str]) -> dict[str, str]:
        return {name: texts[i] if i < len(texts) else "" for i, name in self.columns}

    def _is_footnote(self, texts: Sequence[str]) -> bool:
        """One cell alone that begins as notes under a table do, or a word of its last line."""
        filled = [text for text in texts if text]
        if len(filled) != 1:
            return False
        return filled[0].startswith(_FOOTNOTES) or filled[0] in _TOTALS

    def _dittoed(self, number: int, cells: dict[str, str], above: Mapping[str, str]) -> dict[str, str]:
        """〃 and 同上 take the cell above."""
        for name, text in cells.items():
            if text in _DITTO:
                cells[name] = above.get(name, "")
                if not cells[name]:
                    message = "上のセルが空のため、読めません。内容をそのまま書いてください"
                    self.problems.append(Problem(number, name, text, message))
        return cells

    def _filled(self, cells: dict[str, str]) -> dict[str, str]:
        for heading, value in self.fill.items():
            cells[heading] = cells.get(heading) or value
        return cells

    def _look_for_lost_values(self) -> None:
        """Errors such as #N/A are problems; formulas whose result is not in the file are blank: say so."""
        marks = self.found.sheet.marks
        for row, name in self._taken(marks.errors):
            message = "エラーの値（#N/A など）が入っています。正しい値に直してください"
            self.problems.append(Problem(row, name, "", message))
        for row, name in self._taken(marks.unresolved):
            message = "計算式の結果がファイルに入っていません。Excelで開いて保存しなおすと読めます"
            if name in _GUARDED:
                self.problems.append(Problem(row, name, "", message))
            else:
                self.warnings.append(Problem(row, name, "", f"{message}（空欄として読みました）"))

    def _taken(self, positions: Iterable[tuple[int, int]]) -> Iterator[tuple[int, str]]:
        """Excel row and heading of those cells that lie in columns of the list."""
        names = dict(self.columns)
        for row, column in positions:
            if column in names and row > self.found.row:
                yield row + 1, names[column]
