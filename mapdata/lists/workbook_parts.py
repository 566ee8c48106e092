"""The parts of a workbook, each on its way through a parser once: its relations, the names of its sheets, the texts
that cells share, and its sheets. What is counted goes to the book (`Tally`), which says when it is too much.
"""

import posixpath
import re
from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from xml.parsers import expat

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
#: Texts that cells share, sheets, and kinds of elements in one part.
_MOST_STRINGS, MOST_SHEETS, _MOST_NAMES = 5_000_000, 100, 10_000
#: Elements of all parts, and one within the other.
_MOST_ELEMENTS, _DEEPEST = 30_000_000, 100
#: Ranges of merged cells.
_MERGES = 100_000

#: So much of a cell's text is looked at: whether there is any, and which of the shared texts it means.
_BEGINNING = 64
_REFERENCE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")


class TooMuch(ValueError):
    """More than any list: the text says of what, where, and what to do."""


class Broken(ValueError):
    """No workbook that a reader can be trusted with."""


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


class Tally(Protocol):
    """What all parts of a book add up to. `span` and `use` raise TooMuch."""

    elements: int
    lengths: "array[int]"

    def pieces(self, path: str) -> Iterator[bytes]: ...

    def has(self, path: str) -> bool: ...

    def span(self, rows: int, columns: int, last: str) -> None: ...

    def use(self, letters: int) -> None: ...


class _Reading:
    """A part on its way through the parser. `begins` and `ends`: name of an element, whatever its prefix → the method
    that is told of it; both are looked up once a name, since a list has a million elements."""

    begins: Mapping[str, str] = {}
    ends: Mapping[str, str] = {}

    def __init__(self, book: Tally):
        self.book, self.depth, self.count, self.most = book, 0, 0, _MOST_ELEMENTS - book.elements
        self._begins: dict[str, Callable[[dict[str, str]], None] | None] = {}
        self._ends: dict[str, Callable[[], None] | None] = {}
        self._parser: Any = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = _refuse_doctype
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._start, self._end
        self._parser.buffer_text = True

    def read(self, path: str, strict: bool = True) -> Any:
        """Itself. A part that is no XML is Broken where a reader needs it, and left alone elsewhere."""
        if not self.book.has(path):
            return self
        pieces = self.book.pieces(path)
        try:
            for piece in pieces:
                self._parser.Parse(piece, False)
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            if strict:
                raise Broken(path) from error
            for _ in pieces:  # its length counts all the same
                pass
        self.book.elements += self.count
        return self

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.count += 1
        if self.depth > _DEEPEST:
            raise Broken("too deep")
        if self.count > self.most:
            raise TooMuch("ファイルの中身が多すぎます。必要な行だけを新しいファイルに貼りつけてください")
        if name not in self._begins:
            self._meet(name)
        if begin := self._begins[name]:
            begin(attributes)

    def _end(self, name: str) -> None:
        self.depth -= 1
        if end := self._ends[name]:
            end()

    def _meet(self, name: str) -> None:
        """A name for the first time."""
        local = name.rpartition(":")[2]
        self._begins[name] = getattr(self, self.begins[local]) if local in self.begins else None
        self._ends[name] = getattr(self, self.ends[local]) if local in self.ends else None
        if len(self._begins) > _MOST_NAMES:
            raise Broken("too many names")

    def hear(self, told: Callable[[str], None] | None) -> None:
        """Be told texts from now on, or no more."""
        self._parser.CharacterDataHandler = told


def _refuse_doctype(*_: Any) -> None:
    """No program writes one into a workbook, and what it defines may unfold without end."""
    raise Broken("doctype")


class Relations(_Reading):
    """Id of a relation → (part, kind)."""

    def __init__(self, book: Tally):
        super().__init__(book)
        self.targets: dict[str, tuple[str, str]] = {}

    begins = {"Relationship": "_relation"}

    def _relation(self, attributes: dict[str, str]) -> None:
        if attributes.get("TargetMode") != "External":
            kind, target = attributes.get("Type", "").rpartition("/")[2], attributes.get("Target", "")
            self.targets[attributes.get("Id", "")] = (_absolute(target.replace("\\", "/")).lower(), kind)


def _absolute(target: str) -> str:
    path = target[1:] if target.startswith("/") else f"xl/{target}"
    return posixpath.normpath(path)


class Sheets(_Reading):
    """Name of a sheet → (id of its relation, whether it is hidden)."""

    def __init__(self, book: Tally):
        super().__init__(book)
        self.sheets: dict[str, tuple[str, bool]] = {}
        self.listed = 0

    begins = {"sheet": "_listed"}

    def _listed(self, attributes: dict[str, str]) -> None:
        target = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id"), "")
        self.sheets[attributes.get("name", "")] = (target, attributes.get("state", "visible") != "visible")
        self.listed += 1
        if self.listed > MOST_SHEETS:
            raise TooMuch(f"シートが{MOST_SHEETS}を超えています。一覧のシートだけを新しいファイルに移してください")


class Strings(_Reading):
    """How long each of the texts is that cells share."""

    def __init__(self, book: Tally):
        super().__init__(book)
        self.length = 0

    begins = {"si": "_begin_string", "t": "_begin_text"}
    ends = {"si": "_end_string", "t": "_end_text"}

    def _begin_string(self, _attributes: dict[str, str]) -> None:
        self.length = 0

    def _begin_text(self, _attributes: dict[str, str]) -> None:
        self.hear(self._text)

    def _text(self, text: str) -> None:
        self.length += len(text)

    def _end_text(self) -> None:
        self.hear(None)

    def _end_string(self) -> None:
        self.book.lengths.append(self.length)
        if len(self.book.lengths) > _MOST_STRINGS:
            raise TooMuch("ファイルの中の文が多すぎます。必要な行だけを新しいファイルに貼りつけてください")


@dataclass
class _Found:
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: list[tuple[int, int]] = field(default_factory=list)
    unresolved: list[tuple[int, int]] = field(default_factory=list)
    errors: list[tuple[int, int]] = field(default_factory=list)


class Sheet(_Reading):
    """What one sheet spans, and its marks. `_kind`, `_is_formula` and `_said` are of the cell being read."""

    begins = {
        "c": "_begin_cell", "v": "_begin_text", "t": "_begin_text", "f": "_begin_formula", "row": "_begin_row",
        "mergeCell": "_merge", "col": "_hide",
    }
    ends = {"c": "_end_cell", "v": "_end_text", "t": "_end_text"}

    def __init__(self, book: Tally, path: str):
        super().__init__(book)
        self.path, self.rows, self.columns, self.last = path, 0, 0, ""
        self._numbers: dict[str, int] = {}
        self._written = ""
        self._row, self._column, self._found = 0, 0, _Found()
        self._place, self._kind, self._is_formula, self._said, self._length = (0, 0), "", False, "", 0

    def marks(self, is_hidden: bool) -> Marks:
        found = self._found
        return Marks(
            tuple(found.merged), frozenset(_between(found.hidden)), tuple(found.unresolved), tuple(found.errors),
            is_hidden,
        )

    def _begin_row(self, attributes: dict[str, str]) -> None:
        """Rows without a number follow the one before."""
        self._written = said = attributes.get("r", "")
        self._row = int(said) if said.isascii() and said.isdecimal() and len(said) < 9 else self._row + 1
        self._column = 0

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        """Cells without a place follow the one before; a sheet spans whatever either way of counting would reach."""
        row, column, reference = self._row, self._column + 1, attributes.get("r")
        if reference is not None:
            letters = reference.rstrip("0123456789")
            known = self._numbers.get(letters)
            if known and reference[len(letters):] == self._written:
                column = known
            else:
                row, column = self._placed(reference)
        self._column = column
        if row > self.rows or column > self.columns:
            self._reach(max(row, self._row), column, reference or "")
        self._place, self._kind = (row - 1, column - 1), attributes.get("t", "")
        self._is_formula, self._said, self._length = False, "", 0

    def _placed(self, reference: str) -> tuple[int, int]:
        match = _REFERENCE.fullmatch(reference)
        if match is None:
            raise Broken(reference[:20])
        return int(match[2]), self._numbers.setdefault(match[1], column_number(match[1]) + 1)

    def _reach(self, row: int, column: int, reference: str) -> None:
        self.rows, self.columns, self.last = max(self.rows, row, 1), max(self.columns, column), reference
        if self.rows > MOST_ROWS or self.columns > MOST_COLUMNS:
            raise Broken(reference)
        self.book.span(self.rows, self.columns, reference)

    def _begin_formula(self, _attributes: dict[str, str]) -> None:
        self._is_formula = True

    def _begin_text(self, _attributes: dict[str, str]) -> None:
        self.hear(self._text)

    def _text(self, text: str) -> None:
        self._length += len(text)
        if not self._said:
            self._said = text[:_BEGINNING].strip()

    def _end_text(self) -> None:
        self.hear(None)

    def _end_cell(self) -> None:
        said, kind = self._said, self._kind
        if kind != "s":
            self.book.use(self._length)
        elif said.isdecimal() and len(said) < 9 and (index := int(said)) < len(self.book.lengths):
            self.book.use(self.book.lengths[index])
        if kind == "e":
            self._found.errors.append(self._place)
        if self._is_formula and not said:
            self._found.unresolved.append(self._place)

    def _merge(self, attributes: dict[str, str]) -> None:
        if match := _RANGE.fullmatch(attributes.get("ref", "")):
            left, top, right, bottom = match.groups()
            self._found.merged.append((int(top) - 1, column_number(left), int(bottom) - 1, column_number(right)))
        if len(self._found.merged) > _MERGES:
            raise TooMuch(f"結合したセルが{_MERGES:,}か所を超えています。結合をやめて、保存しなおしてください")

    def _hide(self, said: dict[str, str]) -> None:
        first, last = said.get("min", ""), said.get("max", "")
        if said.get("hidden") in ("1", "true") and first.isdecimal() and last.isdecimal() and len(first + last) < 15:
            self._found.hidden.append((int(first) - 1, min(int(last), MOST_COLUMNS)))
        if len(self._found.hidden) > MOST_COLUMNS:
            raise Broken("more columns than there are")


def _between(ranges: list[tuple[int, int]]) -> Iterator[int]:
    """Every number from the first of a range to before its last, once."""
    reached = 0
    for first, last in sorted(ranges):
        yield from range(max(first, reached), last)
        reached = max(reached, last)


def column_number(letters: str) -> int:
    """A → 0, Z → 25, AA → 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1
