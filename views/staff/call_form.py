"""The forms of a call's sheet: what is heard and corrected, when to ring again, how often and by whom."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wtforms import (
    FieldList,
    FormField,
    HiddenField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.widgets import CheckboxInput

from geocode import ward
from mapdata import words
from mapdata.claims import stale
from mapdata.editing import forms
from mapdata.editing.forms import FormReading
from mapdata.editing.saving import Opened
from mapdata.fields import field_table, values
from mapdata.upkeep import freshness
from mapdata.upkeep.freshness import MATTERS, Care, Sheet
from views import access
from views.forms import STALE, Day, Form, choices, clean
from views.staff.entry_form import ContactForm, contact_rows, control_of

#: What is asked of and corrected in one box of its own.
_ALONE = tuple(field for field, _ in field_table.ASKED if field not in field_table.STRUCTURED)
_INTERVALS = [SelectChoice(months, text) for months, text in stale.CHOICES.items()]


class _Blaming(Form):
    @property
    def answer(self) -> int:
        """The status of the page that shows the form; a field of ours is called `status`."""
        return 400 if self.stale else 422 if self.problems else 200

    def blame(self, errors: Mapping[str, Iterable[str]]) -> None:
        """Put errors by key (`contacts.1`, `places.0.schedule`) at their fields; what has none here, on top."""
        for key, messages in errors.items():
            field = self.at(key)
            if field is None:
                self.whole += [f"{freshness.HEADINGS.get(key.split('.')[0], key)}：{text}" for text in messages]
            else:
                field.errors = [*field.errors, *messages]

    def at(self, key: str) -> Any:
        return self._fields.get(key)


class CallForm(_Blaming):
    """`seen`: what the sheet showed, by field; `heard`: what was asked and found true."""

    seen = HiddenField()
    heard = SelectMultipleField(
        "聞いて確かめたもの", choices=choices((name, freshness.HEADINGS[name]) for name in MATTERS),
        option_widget=CheckboxInput(), validate_choice=False,
    )
    schedules = FieldList(TextAreaField("開催日時"), min_entries=1)
    contacts = FieldList(FormField(ContactForm), "連絡先", min_entries=1)

    #: By heading, what was typed into boxes that had to begin again.
    put_aside: Sequence[tuple[str, str]] = ()

    def seen_digests(self) -> dict[str, str]:
        """What the sheet showed; nothing where that cannot be read."""
        try:
            said = json.loads(self.seen.data or "{}")
        except ValueError:
            return {}
        known = said.items() if isinstance(said, dict) else ()
        return {name: str(digest) for name, digest in known if name in MATTERS}

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(id of the box, what is wrong), in the order of the fields; places and contacts say which."""
        found = [("", text) for text in ([STALE] if self.stale else []) + self.whole]
        for name in MATTERS:
            boxes = self._boxes(name)
            for number, box in enumerate(boxes, 1):
                which = f"{freshness.HEADINGS[name]}{number if len(boxes) > 1 else ''}"
                found += [(str(box.id), f"{which}：{text}") for text in box.errors]
        return found

    def _boxes(self, name: str) -> list[Any]:
        """The boxes of a field in which something can be wrong."""
        if name == "contacts":
            return [row.form.value for row in self.contacts]
        return list(self.schedules) if name == "places" else [self[name]]

    def at(self, key: str) -> Any:
        name, *rest = key.split(".")
        if name == "contacts" and rest and int(rest[0]) < len(self.contacts):
            return self.contacts[int(rest[0])].form.value
        if name == "places" and rest[1:] == ["schedule"] and int(rest[0]) < len(self.schedules):
            return self.schedules[int(rest[0])]
        return None if name in ("contacts", "places") else self._fields.get(name)

    def is_open(self, name: str, opened: Opened) -> bool:
        """Whether the boxes of a field hold something to look at: a mistake, or what was typed."""
        return any(box.errors for box in self._boxes(name)) or name in self._typed_anew(opened)

    def fit(self, sheet: Sheet) -> None:
        """As many boxes as there are places, whatever was sent, and one more contact than is filled in."""
        wanted = len(sheet.opened.value("places") or [None])
        texts = [box.data or "" for box in self.schedules]
        if len(texts) != wanted:
            left_over = "／".join(filter(None, map(clean, texts[wanted:])))
            self.put_aside = [(freshness.HEADINGS["places"], left_over)] if left_over else []
            self.schedules.process(None, [*texts[:wanted], *[""] * (wanted - len(texts))])
        if self.contacts.entries and self.contacts[-1].form.value.data:
            self.contacts.append_entry({})

    def renew(self, sheet: Sheet, names: Sequence[str]) -> None:
        """Begin again from what stands there now: what changed is not heard yet, and its boxes hold the new value.

        What was typed into those stands in `put_aside`.
        """
        fresh = call_form(sheet)
        typed = [(freshness.HEADINGS[name], text) for name in names if (text := self._typed(name))]
        self.put_aside = [*self.put_aside, *typed]
        self.seen.data = fresh.seen.data
        self.heard.data = [name for name in self.heard.data or [] if name not in names]
        for name in names:
            if name == "places":
                self.schedules.process(None, [box.data for box in fresh.schedules])
            elif name == "contacts":
                self.contacts.process(None, [row.data for row in fresh.contacts])
            elif name in self:
                self[name].data = fresh[name].data

    def _typed(self, name: str) -> str:
        if name == "places":
            return "／".join(filter(None, (clean(box.data) for box in self.schedules)))
        if name == "contacts":
            return "／".join(f"{row['value']} {row['label']}".strip() for row in self._contacts())
        shape = field_table.BY_NAME[name].shape
        return clean(self[name].data) if shape.kind in ("line", "text") else ""

    def reading(self, opened: Opened) -> FormReading:
        """What was corrected, read as the form of an entry reads it; what stands there as before is left out."""
        return forms.read_form(self._typed_anew(opened), {name: one.value for name, one in opened.shown.items()})

    def _typed_anew(self, opened: Opened) -> dict[str, Any]:
        """By field, what stands in its boxes now, where that is not what they were filled with."""
        filled = _fill(opened)
        typed: dict[str, Any] = {field.name: clean(self[field.name].data) for field in _ALONE}
        typed |= {"places": self._places(filled["places"]), "contacts": self._contacts()}
        return {name: said for name, said in typed.items() if _plain(said) != _plain(filled[name])}

    def _places(self, filled: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
        rows = [dict(place) for place in filled] or [{}]
        for row, box in zip(rows, self.schedules, strict=False):
            row["schedule"] = clean(box.data)
        return [row for row in rows if any(row.values())]

    def _contacts(self) -> list[dict[str, str]]:
        """A contact whose number was taken out is gone."""
        rows = [{part: clean(text) for part, text in row.items()} for row in contact_rows(self.contacts)]
        return [row for row in rows if row["value"]]


def _plain(filled: Any) -> Any:
    """What a form is filled with, comparable to what comes back from it."""
    if isinstance(filled, str):
        return values.clean(filled)
    return [{part: values.clean(text) for part, text in row.items() if text} for row in filled]


def _fill(opened: Opened) -> dict[str, Any]:
    """What the boxes begin with; the state, which has no blank choice, with what holds where nobody said any."""
    filled = forms.fill({name: one.value for name, one in opened.shown.items()})
    return {**filled, "status": filled["status"] or words.DRAFT}


def call_form(sheet: Sheet) -> CallForm:
    """The form as it begins: what this office says itself is taken as heard, what another does is not."""
    filled = _fill(sheet.opened)
    own = [q.field for q in sheet.questions if q.is_told and q.shown and q.shown.source == access.reader().office]
    return CallForm(
        formdata=None, seen=json.dumps({q.field: q.seen for q in sheet.questions}), heard=own,
        schedules=[place.get("schedule", "") for place in filled["places"]] or [""],
        contacts=[*filled["contacts"], {}], **{field.name: filled[field.name] for field in _ALONE},
    )


for _field in _ALONE:
    setattr(CallForm, _field.name, control_of(_field, narrow=True))


class AgainForm(_Blaming):
    """応答なし."""

    try_again_on = Day("かけなおす日")
    try_again_at = SelectField("時間帯", choices=choices(freshness.TIMES_OF_DAY.items()), validate_choice=False)
    note = StringField("メモ", filters=[clean])


class CareForm(_Blaming):
    interval_months = SelectField("確認の間隔", coerce=int, choices=_INTERVALS)
    schedule_interval_months = SelectField("開催日時と受け入れを確認する間隔", coerce=int, choices=_INTERVALS)
    office = SelectField("担当", choices=lambda: choices([
        ("", "いつもどおり（一覧にのせている所属）"), *((o.code, o.name) for o in ward.load().offices),
    ]))


def care_form(care: Care) -> CareForm:
    return CareForm(
        formdata=None, interval_months=care.interval_months,
        schedule_interval_months=care.schedule_interval_months, office=care.office,
    )
