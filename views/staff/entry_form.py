"""The form of an entry: its fields, what was typed into them as `mapdata.editing.forms` reads it, and its mistakes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Form as Part
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput

from mapdata import words
from mapdata.editing import forms
from mapdata.editing.saving import Opened
from mapdata.fields import field_table, limits
from mapdata.fields.field_table import OWN_AUDIENCE
from mapdata.fields.field_table import Field as Claimed
from mapdata.sentences import say
from mapdata.words import Level, Vocabulary
from views import wording
from views.asked import numbers
from views.forms import STALE, Form, choices
from views.translation import _, said

#: What a field of age says where age does not matter.
ANY_AGE = words.ANY_AGE_LABEL

def _offered(vocabulary: Vocabulary) -> Callable[[], list[SelectChoice]]:
    """The terms as they are called now."""
    return lambda: choices((str(t.code), t.label) for t in wording.vocabularies()[vocabulary.name].terms)


def _boxes(field: Claimed) -> SelectMultipleField:
    return SelectMultipleField(
        field.label, choices=_offered(_terms_of(field)), option_widget=CheckboxInput(), validate_choice=False
    )


def _one_of(field: Claimed) -> Field:
    """Where there must be a choice, all stand open."""
    if field.never_empty:
        return RadioField(field.label, choices=_offered(_terms_of(field)), validate_choice=False)
    return _select(field)


def _select(field: Claimed) -> SelectField:
    offered = _offered(_terms_of(field))
    none = [] if field.never_empty else [("", say("選んでください"))]
    return SelectField(field.label, choices=lambda: [*choices(none), *offered()], validate_choice=False)


def _terms_of(field: Claimed) -> Vocabulary:
    assert field.shape.vocabulary
    return field.shape.vocabulary


def _part(name: str, made: Mapping[str, Any]) -> type[Part]:
    return type(name, (Part,), dict(made))


#: はい・いいえ・わからない for each term, and who sees each field that may have an audience of its own.
_ANSWERS = (("yes", say("はい")), ("no", say("いいえ")), ("", say("わからない")))
EaseForm = _part("EaseForm", {
    term.code: RadioField(term.label, choices=choices(_ANSWERS), validate_choice=False)
    for term in words.EASE.terms
})
LevelForm = _part("LevelForm", {
    name: SelectField("見せる範囲", choices=_offered(words.AUDIENCE), validate_choice=False) for name in OWN_AUDIENCE
})


class PlaceForm(Part):
    """One place. `pick` chooses among the points that were found for its address: "lat,lng", or "-" for the address."""

    address = StringField("住所")
    address_2 = StringField("建物名・部屋")
    postal_code = StringField("郵便番号")
    station = StringField("最寄り駅")
    schedule = TextAreaField("開催日時")
    lat = StringField("緯度")
    lng = StringField("経度")
    pick = RadioField("位置", choices=[], validate_choice=False)

    def settle(self) -> None:
        """Put the point that was picked where points are typed."""
        picked = self.pick.data or ""
        if picked == "-":
            self.lat.data = self.lng.data = ""
        elif picked.count(",") == 1:
            self.lat.data, self.lng.data = picked.split(",")
        self.pick.data = ""


class ContactForm(Part):
    type = SelectField(say("種類"), choices=lambda: choices(field_table.CONTACT_TYPES.items()), validate_choice=False)
    value = StringField(say("番号・アドレス"))
    label = StringField(say("説明"))
    personal = BooleanField(say("個人の電話・自宅（職員だけに見えます）"))


#: The two stand under one heading.
_IN_PAIR: Mapping[str, str] = {"min_age": say("何歳から"), "max_age": say("何歳まで")}

#: Shape → the control that such a field is typed into.
_CONTROLS: Mapping[str, Callable[[Claimed], Field]] = {
    "line": lambda field: StringField(field.label),
    "day": lambda field: StringField(field.label),
    "list": lambda field: StringField(field.label),
    "age": lambda field: StringField(_IN_PAIR.get(field.name, field.label)),
    "text": lambda field: TextAreaField(field.label),
    "term": _one_of,
    "yes_no": lambda field: RadioField(
        field.label, choices=choices(_ANSWERS), default="", validate_choice=False,
    ),
    "terms": _boxes,
    "ease": lambda field: FormField(EaseForm, field.label),
    "places": lambda field: FieldList(FormField(PlaceForm), field.label, min_entries=1),
    "contacts": lambda field: FieldList(FormField(ContactForm), field.label, min_entries=1),
}


def control_of(field: Claimed, narrow: bool = False) -> Field:
    """The control that a field is typed into; `narrow`: a list to unfold instead of choices that stand open."""
    return _select(field) if narrow and field.shape.kind == "term" else _CONTROLS[field.shape.kind](field)


class EntryForm(Form):
    """A control for each field of the table, put in below in the order of the page. `base`: the revision it was made
    from; `new_id`: pressed twice, it makes one entry."""

    base = HiddenField()
    new_id = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.name.flags.required = True
        self.found: dict[int, Any] = {}
        for row in self.places:
            row.form.settle()

    def validate_any_age(self, field: BooleanField) -> None:
        if field.data and self.min_age.data:
            raise ValidationError(say("年齢を書いたときは、しるしを外してください"))

    def typed(self) -> dict[str, Any]:
        """What stands in the fields, as `forms.read_form` takes it."""
        said: dict[str, Any] = {field.name: typed_of(self[field.name], field) for field in field_table.FIELDS}
        if self.any_age.data and not said["min_age"]:
            said["min_age"] = ANY_AGE
        return said

    def levels(self) -> dict[str, Level]:
        """Who shall see each field, as far as that was sent."""
        return {name: Level(text) for name, text in self.level.data.items() if text in list(Level)}

    def blame(self, errors: Mapping[str, Iterable[str]]) -> None:
        """Put errors by key (`places.0.address`, `contacts.1`) at their fields."""
        for key, messages in errors.items():
            field = self.at(key)
            field.errors = [*field.errors, *messages]

    def blame_refused(self, errors: Mapping[str, Iterable[str]]) -> None:
        """Put what an operation refused at its fields; of a field with its own audience, that is meant."""
        for name, messages in errors.items():
            field = self.level.form[name] if name in OWN_AUDIENCE else self[name]
            field.errors = [*field.errors, *messages]

    def note(self, warnings: Iterable[tuple[str, str]]) -> None:
        """Put remarks by key at their fields, which are shown with them."""
        for key, message in warnings:
            field = self.at(key)
            field.notes = [*getattr(field, "notes", ()), message]

    def at(self, key: str) -> Field:
        """The field that a key of `forms.FormReading` names."""
        name, *rest = key.split(".")
        if name == "places":
            return self.places[int(rest[0])].form[rest[1] if len(rest) > 1 else "address"]
        return self.contacts[int(rest[0])].form.value if rest else self[name]

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(id of the field, what is wrong), in the order of the page; places and contacts say which."""
        found = [("", text) for text in ([STALE] if self.stale else []) + self.whole]
        for field, called in self._controls():
            found += [
                (target_of(field), _("%(field)s：%(problem)s", field=called(), problem=said(text)))
                for text in self.errors_of(field)
            ]
        return found

    @staticmethod
    def errors_of(field: Field) -> list[str]:
        """What is wrong with a control itself; rows have the errors of their controls among their own."""
        return [text for text in field.errors if isinstance(text, str)]

    @property
    def answer(self) -> int:
        """The status of the page that shows the form; a field of ours is called `status`."""
        return 400 if self.stale else 422 if self.problems else 200

    def _controls(self) -> Iterator[tuple[Field, Callable[[], str]]]:
        """Every single control, with what it is called to be told from its like; before rows, all of them together."""
        for field in self:
            if isinstance(field, FieldList):
                yield field, partial(said, _ROWS[field.name])
                for number, row in enumerate(field, 1):
                    yield from ((part, partial(_called_in_row, field, number, part)) for part in row.form)
            elif isinstance(field, FormField):
                yield from ((part, partial(_called_in, field, part)) for part in field.form)
            elif field.name != "csrf_token":
                yield field, partial(said, field.label.text)

    def focus(self, target: str) -> None:
        """Let the control of this id be where the page begins."""
        for field, _called in self._controls():
            if field.id == target:
                field.render_kw = {**(field.render_kw or {}), "autofocus": True}

    def rearrange(self, wanted: str) -> str:
        """Add or take away a row, as a button asks; the id of the control to go on from, "" for no such button."""
        deed, _sign, number = wanted.partition(":")
        rows = {"places": self.places, "contacts": self.contacts}.get(deed.partition("-")[2])
        if rows is None or not deed.startswith(("add-", "remove-")):
            return ""
        kept = [row.data for index, row in enumerate(rows) if wanted != f"remove-{rows.name}:{index}"]
        added: list[dict[str, str]] = [{}] if deed.startswith("add-") else []
        if added and (beyond := limits.rows_beyond(len(kept) + 1)):
            rows.errors = [*rows.errors, beyond]
            return _first_id(rows, len(rows) - 1)
        rows.process(None, [*kept, *added])
        return _first_id(rows, len(rows) - 1 if added else min(numbers.whole(number, 0), len(rows) - 1))


_ROWS = {field.name: field.heading for field in field_table.STRUCTURED}


def _called_in_row(rows: FieldList, number: int, part: Field) -> str:
    return _(
        "%(rows)s%(number)sの%(field)s", rows=said(_ROWS[rows.name]), number=number, field=said(part.label.text),
    )


def _called_in(group: FormField, part: Field) -> str:
    return _("%(group)sの%(field)s", group=said(group.label.text), field=said(part.label.text))


def _put_controls() -> None:
    """WTForms keeps the order in which controls are made: that of the page, with what stands between the fields."""
    for section in field_table.SECTIONS:
        for field in field_table.of_section(section):
            setattr(EntryForm, field.name, control_of(field))
            if field.name == "max_age":
                EntryForm.any_age = BooleanField(say("年齢は問わない"))
        if section == "publishing":
            EntryForm.assure = BooleanField("今日、団体に聞くなどして確かめました")
    EntryForm.level = FormField(LevelForm, "見せる範囲")


_put_controls()


def contact_rows(control: FieldList) -> list[dict[str, str]]:
    """What stands in rows of contacts, as texts."""
    return [
        {part: ("yes" if row[part] else "") if part == "personal" else row[part] or "" for part in row}
        for row in control.data
    ]


def typed_of(control: Field, field: Claimed) -> Any:
    """What stands in the control of a field, as `forms.read_form` takes it."""
    if field.shape.kind == "places":
        return [{part: row[part] or "" for part in field_table.PLACE_PARTS} for row in control.data]
    if field.shape.kind == "contacts":
        return contact_rows(control)
    return control.data or ([] if field.shape.kind == "terms" else "")


def _first_id(rows: FieldList, index: int) -> str:
    return str(next(iter(rows[index].form)).id)


def target_of(field: Field) -> str:
    """What a link to a field leads to: the first of several boxes, of rows the first box of the last one."""
    if isinstance(field, FieldList):
        return _first_id(field, len(field) - 1)
    return f"{field.id}-0" if field.type in ("RadioField", "SelectMultipleField") else str(field.id)


def blank_form(new_id: str) -> EntryForm:
    """The form of a new entry: nothing of it is public until somebody says so."""
    level = {name: str(field_table.default_audience(name)) for name in OWN_AUDIENCE}
    return EntryForm(new_id=new_id, level=level, **words.UNSAID)


def form_of(opened: Opened) -> EntryForm:
    """The form as it begins, filled with what the office is shown."""
    filled = forms.fill({name: shown.value for name, shown in opened.shown.items()})
    filled = {name: value for name, value in filled.items() if value != ""}
    if filled.get("min_age") == ANY_AGE:
        filled |= {"min_age": "", "any_age": True}
    level = {name: str(opened.level(name)) for name in OWN_AUDIENCE}
    return EntryForm(base=str(opened.base), level=level, **filled)


def as_sent(name: str, value: Any) -> list[tuple[str, str]]:
    """The fields that a browser would send for a value of `forms.fill`: the way back from `EntryForm.typed`."""
    if name in ("places", "contacts"):
        rows = enumerate(value)
        return [(f"{name}-{number}-{part}", str(text)) for number, row in rows for part, text in row.items()]
    if name == "ease":
        return [(f"ease-{code}", str(said)) for code, said in value.items()]
    if name == "min_age" and value == ANY_AGE:
        return [("any_age", "y")]
    return [(name, str(one)) for one in value] if isinstance(value, list) else [(name, str(value))]


def without(sent: MultiDict[str, str], name: str) -> None:
    """Take out of what was sent all that belongs to one field of the entry, and who sees it."""
    also = ("any_age",) if name == "min_age" else ()
    for key in list(sent):
        if key in (name, f"level-{name}", *also) or key.startswith(f"{name}-"):
            del sent[key]
