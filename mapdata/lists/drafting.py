"""Rows of a list → drafts: what a source says of each entry, checked, before anything is saved."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sized
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mapdata.claims import placing
from mapdata.clock import today
from mapdata.errors import Problem
from mapdata.fields import contacts, field_table, limits, place_cells, values
from mapdata.fields.folding import name_key, narrow
from mapdata.lists.list_file import ListRow, ListTable
from mapdata.sentences import say

#: Metres between coordinates and the point of the address's 町丁目, beyond which someone should look.
_FAR = 1_000
_TOLD_EVERY = 500

#: Told how many rows of how many are done.
Progress = Callable[[int, int], None]


@dataclass
class Draft:
    """One row as claims: values by field, and which fields the list has no column for."""

    row: int
    local_id: str
    assured_on: date | None
    says: dict[str, Any]
    keeps: frozenset[str]
    keeps_parts: frozenset[str]
    keeps_contacts: frozenset[str]
    keeps_assured: bool

    @property
    def name_key(self) -> str:
        """The key of a row without 管理番号: its name and first address, loosely written."""
        places = self.says.get("places") or [{}]
        return name_key(self.says.get("name", ""), places[0].get("address", ""))


@dataclass
class Drafting:
    """All drafts of a list with every remark made on the way."""

    drafts: list[Draft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def draft_list(table: ListTable, progress: Progress = lambda *_: None) -> Drafting:
    """Read every row; problems and warnings are collected, not raised. `progress` is told now and then."""
    result = Drafting(warnings=list(table.warnings))
    absences = _absences(table)
    for number, row in enumerate(table.rows):
        if number % _TOLD_EVERY == 0:
            progress(number, len(table.rows))
        result.drafts.append(_Row(row, result).draft(absences))
    result.problems += _duplicates(result.drafts)
    result.warnings.sort(key=lambda w: w.row)
    return result


def _absences(table: ListTable) -> dict[str, Any]:
    have = set(table.headings)
    parts = frozenset(p for p, (heading, _) in field_table.PLACE_PARTS.items() if heading not in have)
    types = frozenset(t for t, heading in field_table.CONTACT_TYPES.items() if heading not in have)
    return {
        "keeps": frozenset(f.name for f in field_table.SIMPLE if f.heading not in have),
        "keeps_parts": parts,
        "keeps_contacts": types,
        "keeps_assured": field_table.ASSURED_ON not in have,
    }


class _Row:
    """One row being read; remarks go to the drafting of the whole list."""

    def __init__(self, row: ListRow, result: Drafting):
        self.row, self.result = row, result

    def draft(self, absences: Mapping[str, Any]) -> Draft:
        says = self._simple() | self._places() | self._contacts()
        self._check(says)
        for place in says.get("places", ()):
            self._look_at(place)
        return Draft(
            row=self.row.number,
            local_id=narrow(self._cell(field_table.LOCAL_ID)),
            assured_on=self._assured_on(),
            says=says,
            **absences,
        )

    def _cell(self, heading: str) -> str:
        return self.row.cells.get(heading, "")

    def _problem(self, column: str, value: str, message: str) -> None:
        self.result.problems.append(Problem(self.row.number, column, _short(value), message))

    def _warn(self, column: str, value: str, message: str) -> None:
        self.result.warnings.append(Problem(self.row.number, column, _short(value), message))

    def _read(self, heading: str, reader: Any) -> Any:
        """The value of a cell, or None when it is blank or cannot be read (then it is said)."""
        text = self._cell(heading)
        if not text:
            return None
        if len(text) > limits.LONGEST:
            self._warn(heading, text, limits.of_a_long_cell(text))
        try:
            reading = reader(text)
        except values.CellError as error:
            self._problem(heading, text, str(error))
            return None
        for remark in reading.remarks:
            self._warn(heading, text, remark)
        return reading.value

    def _simple(self) -> dict[str, Any]:
        read = {f.name: self._read(f.heading, f.read) for f in field_table.SIMPLE}
        return {name: value for name, value in read.items() if value not in (None, [], {}, "")}

    def _places(self) -> dict[str, Any]:
        cells = {part: self._cell(heading) for part, (heading, _) in field_table.PLACE_PARTS.items()}
        try:
            places = place_cells.read({part: text for part, text in cells.items() if text}, self._warn)
        except place_cells.PartError as error:
            self._problem(error.heading, error.value, str(error))
            return {}
        if len(places) > limits.MOST_ROWS:
            self._count("address", places)
        return {"places": places} if places else {}

    def _count(self, part: str, found: Sized) -> None:
        """Say of more places or contacts than a form takes that they are, at the column with this part or type."""
        headings = {name: heading for name, (heading, _) in field_table.PLACE_PARTS.items()} | field_table.CONTACT_TYPES
        heading = headings[part]
        problem, warning = limits.of_a_cell(found)
        if problem:
            self._problem(heading, self._cell(heading), problem)
        elif warning:
            self._warn(heading, self._cell(heading), warning)

    def _contacts(self) -> dict[str, Any]:
        found: list[contacts.Contact] = []
        for kind, heading in field_table.CONTACT_TYPES.items():
            found += self._read(heading, lambda text, kind=kind: contacts.read(kind, text)) or []
        if len(found) > limits.MOST_ROWS:
            self._count(Counter(one["type"] for one in found).most_common(1)[0][0], found)
        return {"contacts": found} if found else {}

    def _assured_on(self) -> date | None:
        text = self._read(field_table.ASSURED_ON, values.read_date)
        if not text:
            return None
        if (day := date.fromisoformat(text)) > today():
            self._problem(field_table.ASSURED_ON, text, "まだ来ていない日です。確かめた日を書いてください")
        return day

    def _check(self, says: Mapping[str, Any]) -> None:
        """Rules between cells."""
        if not self._cell("名称"):
            self._problem("名称", "", "名称が書かれていません。名称を入れるか、行ごと消してください")
        for name, value, message in faults_between(says):
            self._problem(field_table.heading_of(name), value, message)

    def _look_at(self, place: Mapping[str, Any]) -> None:
        for part, value, message in place_remarks(place):
            self._warn(field_table.PLACE_PARTS[part][0], value, message)


def faults_between(says: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Rules between values: the field at fault, its value and what is wrong with it."""
    low, high = says.get("min_age"), says.get("max_age")
    if isinstance(low, int) and high is not None and high < low:
        message = say("%(high)sが下限%(low)sより小さくなっています。下限と上限を確かめてください", high=high, low=low)
        yield "max_age", str(high), message
    if low == "any" and high is not None:
        yield "max_age", str(high), say("下限が「年齢不問」なのに上限があります。どちらかにしてください")
    start, end = says.get("publish_from"), says.get("publish_until")
    if start and end and end < start:
        yield "publish_until", end, f"掲載開始日（{start}）より前の日になっています"


def place_remarks(place: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Part, value and sentence where an address does not exist, or lies far from its coordinates."""
    address = place.get("address", "")
    note, metres = placing.doubts(place)
    if note:
        yield "address", address, note
    if metres is not None and metres > _FAR:
        message = f"緯度・経度が住所から約{metres / 1000:.1f}km離れています。どちらが正しいか確かめてください"
        yield "lat", str(place["lat"]), message


def _short(value: str, limit: int = 60) -> str:
    return value if len(value) <= limit else value[: limit - 1] + "…"


def _duplicates(drafts: list[Draft]) -> list[Problem]:
    """The same 管理番号 twice in one list, or the same name and address twice without one."""
    problems: list[Problem] = []
    seen: dict[tuple[str, str], int] = {}
    for draft in drafts:
        key = ("id", draft.local_id) if draft.local_id else ("name", draft.name_key)
        first = seen.setdefault(key, draft.row)
        if first == draft.row:
            continue
        if draft.local_id:
            message = f"{first}行目と同じ管理番号です。1件に1つの番号にしてください"
            problems.append(Problem(draft.row, field_table.LOCAL_ID, draft.local_id, message))
        elif draft.says.get("name"):
            message = f"{first}行目と名称も住所も同じです。片方を消すか、管理番号を書いてください"
            problems.append(Problem(draft.row, "名称", draft.says["name"], message))
    return problems
