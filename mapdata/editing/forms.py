"""What a person typed into the form of an entry → what the entry shall say, read as the cells of a list are.

Also the way back, for the form to begin with. Keys are field names; `places` and `contacts` are lists of mappings.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mapdata.claims import publishing
from mapdata.fields import contacts, field_table, limits, personal, place_cells, values
from mapdata.fields.field_table import NEVER_EMPTY
from mapdata.fields.folding import narrow
from mapdata.fields.shapes import is_blank
from mapdata.lists import drafting
from mapdata.sentences import say
from mapdata.words import EASE

Values = Mapping[str, Any]
_SEPARATORS = str.maketrans("；;", "、、")


@dataclass
class FormReading:
    """`says`: claim values by field, None where the field was emptied. Errors and warnings are sentences by key:
    a field's name, `places.0.address` for a part of the first place, `contacts.0` for the first contact."""

    says: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    warnings: dict[str, list[str]] = field(default_factory=dict)


def read_form(typed: Values, shown: Mapping[str, Any] | None = None) -> FormReading:
    """Read the fields that were sent; those that were not are left out of `says`.

    `shown` holds the entry's values as they are now, so that what is published is judged as a whole, and that an entry
    which holds more than forms take (`limits`) can be edited.
    """
    form = _Form(typed, dict(shown or {}))
    form.read()
    return form.reading


class _Form:
    def __init__(self, typed: Values, shown: dict[str, Any]):
        self.typed, self.shown, self.reading = typed, shown, FormReading()
        self.known = frozenset(_long_texts(shown))

    def read(self) -> None:
        for name in (one.name for one in field_table.SIMPLE):
            if name in self.typed:
                self._simple(name)
        if "places" in self.typed:
            self._places(self.typed["places"])
        if "contacts" in self.typed:
            self._contacts(self.typed["contacts"])
        self._check({**self.shown, **self.reading.says})

    def _error(self, key: str, message: str) -> None:
        self.reading.errors.setdefault(key, []).append(message)

    def _warn(self, key: str, message: str) -> None:
        self.reading.warnings.setdefault(key, []).append(message)

    def _simple(self, name: str) -> None:
        text = _text(self.typed[name])
        if not text and name in NEVER_EMPTY:
            return
        value = self._value(name, text, field_table.BY_NAME[name].read)
        if name not in self.reading.errors:
            self.reading.says[name] = None if is_blank(value) else value

    def _value(self, key: str, text: str, read: Any) -> Any:
        """The value of a text, None when it is blank or cannot be read (then it is said)."""
        if beyond := limits.text_beyond(text, self.known):
            self._error(key, beyond)
        if not text or key in self.reading.errors:
            return None
        try:
            reading = read(text)
        except values.CellError as error:
            self._error(key, str(error))
            return None
        for remark in reading.remarks:
            self._warn(key, remark)
        return reading.value

    def _places(self, rows: Sequence[Mapping[str, str]]) -> None:
        self._count("places", sum(any(row.values()) for row in rows))
        read = [(number, self._place(number, row)) for number, row in enumerate(rows)]
        places = [(number, place) for number, place in read if place]
        if len(places) > 1 and not any("address" in place for _, place in places):
            for number, _ in places[1:]:
                self._error(f"places.{number}.address", say("場所を2つ以上書くときは、住所も書いてください"))
        self.reading.says["places"] = [place for _, place in places] or None

    def _place(self, number: int, row: Mapping[str, str]) -> place_cells.Place:
        """One place; a sign that separates places in a list becomes a comma."""
        key = f"places.{number}"
        texts = {part: values.clean(row.get(part, "")).translate(_SEPARATORS) for part in field_table.PLACE_PARTS}
        for part, text in texts.items():
            if beyond := limits.text_beyond(text, self.known):
                self._error(f"{key}.{part}", beyond)
        parts = {heading: part for part, (heading, _) in field_table.PLACE_PARTS.items()}
        try:
            read = place_cells.read(
                {part: text for part, text in texts.items() if text},
                lambda heading, _, said: self._warn(f"{key}.{parts[heading]}", said),
            )
        except place_cells.PartError as error:
            self._error(f"{key}.{parts[error.heading]}", str(error))
            return {}
        for part, _, message in drafting.place_remarks(read[0]) if read else ():
            self._warn(f"{key}.{part}", message)
        return read[0] if read else {}

    def _count(self, key: str, rows: int) -> None:
        """Say of too many rows that they are: none is left out."""
        if beyond := limits.rows_beyond(rows, len(self.shown.get(key) or ())):
            self._error(key, beyond)

    def _contacts(self, rows: Sequence[Mapping[str, str]]) -> None:
        found = [contact for number, row in enumerate(rows) for contact in self._contact(f"contacts.{number}", row)]
        self._count("contacts", max(len(found), sum(bool(row.get("value") or row.get("label")) for row in rows)))
        order = list(field_table.CONTACT_TYPES)
        self.reading.says["contacts"] = sorted(found, key=lambda c: order.index(c["type"])) or None

    def _contact(self, key: str, row: Mapping[str, str]) -> list[contacts.Contact]:
        """The contacts of one row, as a list would give them back; a label goes with one contact alone."""
        kind, label = row.get("type", ""), values.clean(row.get("label", ""))
        value, ticked = values.clean(row.get("value", "")), row.get("personal")
        if not value:
            if label:
                self._error(key, say("番号やアドレスを書いてください"))
            return []
        if kind not in field_table.CONTACT_TYPES:
            self._error(key, say("電話番号、FAX番号、メール、URLのどれかを選んでください"))
            return []
        if ticked is not None:
            label = personal.marked(kind, value, label) if ticked else personal.unmarked(label)
            if not ticked and personal.is_personal(kind, value, label):
                self._error(key, _NOT_TICKED)
                return []
        text = f"{value}（{label}）" if label else value
        read: list[contacts.Contact] = self._value(key, text, lambda cell: contacts.read(kind, cell)) or []
        if key not in self.reading.errors and read and not _comes_back(read, label):
            self._error(key, say("説明に、かっこや区切りの記号は使えません。1行に1つずつ書いてください"))
        return read

    def _check(self, after: Mapping[str, Any]) -> None:
        """Rules between fields, as the entry will be."""
        if not after.get("name") or ("name" in self.typed and not _text(self.typed["name"])):
            self._error("name", say("名称を書いてください"))
        for name, _, message in drafting.faults_between(after):
            self._error(name, message)
        if publishing.lacks_consent(self.shown, after):
            self._error("consent", publishing.NEEDS_CONSENT)
        elif publishing.is_published(after) and not publishing.has_consent(after):
            self._warn("consent", publishing.NO_LONGER_PUBLIC)


def _long_texts(shown: Mapping[str, Any]) -> Iterator[str]:
    """Those of the entry's own texts, as they stand in the form, that are longer than a form takes."""
    for name, filled in fill(shown).items():
        rows = filled if isinstance(filled, list) else [{name: filled}]
        texts = [values.clean(text) for row in rows if isinstance(row, Mapping) for text in row.values()]
        yield from (text for text in texts if len(text) > limits.LONGEST)


_NOT_TICKED = say(
    "説明に「個人」や「自宅」とあります。個人の電話や自宅なら、しるしを付けてください。ちがうなら、説明を書きかえてください"
)
#: A contact that may stand beside another in a list.
_NEIGHBOURS = {"phone": "0", "fax": "0", "email": "a@example.jp", "url": "http://example.jp"}


def _comes_back(read: list[contacts.Contact], label: str) -> bool:
    """Whether a list would give the same contacts back, also beside others, and the label went with one contact as it
    was typed."""
    if label and (len(read) != 1 or narrow(read[0]["label"]) != narrow(label)):
        return False
    kind = read[0]["type"]
    beside: contacts.Contact = {"type": kind, "value": _NEIGHBOURS[kind], "label": ""}
    cells = (read, [*read, beside], [beside, *read])
    return all(contacts.read(kind, values.clean(contacts.write(kind, cell))).value == cell for cell in cells)


def _text(typed: Any) -> str:
    """What was typed or chosen, as a cell of a list would hold it. 参加しやすさ may come as term → "yes", "no", ""."""
    if isinstance(typed, Mapping):
        typed = [code if said == "yes" else f"{code}なし" for code, said in typed.items() if said in ("yes", "no")]
    if not isinstance(typed, str):
        typed = values.join(typed)
    return values.clean(typed)


def fill(shown: Mapping[str, Any]) -> dict[str, Any]:
    """What the form begins with: a text a field, codes for choices, `ease` as term → "yes" or "no", and rows of texts
    for places and contacts. Reading it gives the same values back."""
    return {name: _filled(name, shown.get(name)) for name in field_table.NAMES}


def _filled(name: str, value: Any) -> Any:
    shape = field_table.BY_NAME[name].shape
    if filler := _FILLERS.get(shape.kind):
        return filler(value)
    return "" if value is None else shape.write(value)


def _codes(value: Mapping[str, bool] | None) -> dict[str, str]:
    return {code: "yes" if value[code] else "no" for code in EASE.codes if value and code in value}


#: Shape → what its controls begin with; the others are texts, as a list has them.
_FILLERS: Mapping[str, Callable[[Any], Any]] = {
    "places": lambda value: [{part: str(text) for part, text in place.items()} for place in value or ()],
    "contacts": lambda value: [{**one, "personal": "yes" if contacts.is_own(one) else ""} for one in value or ()],
    "terms": lambda value: list(value or ()),
    "term": lambda value: str(value or ""),
    "yes_no": lambda value: "" if value is None else "yes" if value else "no",
    "ease": _codes,
}
