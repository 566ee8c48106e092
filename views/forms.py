"""Forms: what is asked for, what is wrong with it in words, and the page shown again with all that was typed."""

import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from flask import render_template
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    Field,
    FieldList,
    FileField,
    FormField,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectChoice,
    StringField,
)
from wtforms.fields.core import UnboundField

from mapdata.fields import written_dates
from mapdata.people.refusals import AccountRefused
from mapdata.sentences import say
from views.translation import said

STALE = say(
    "この画面を開いてから時間がたったか、別の画面でログインしなおしたため、まだ受け取っていません。"
    "内容を確かめて、もう一度ボタンを押してください。"
)


#: What the library says by itself, in our words.
_SAID = {
    "Not a valid choice.": say("一覧の中から選んでください"),
    "Invalid Choice: could not coerce.": say("一覧の中から選んでください"),
    "'%(value)s' is not a valid choice for this field.": say("一覧の中から選んでください"),
    "'%(value)s' are not valid choices for this field.": say("一覧の中から選んでください"),
    "This field is required.": say("ここを書いてください"),
    "Not a valid integer value.": say("数字を書いてください"),
}


class _Words:
    """Stands in for a translation of the library's few sentences."""

    def gettext(self, text: str) -> str:
        return _SAID.get(text, text)

    def ngettext(self, one: str, several: str, n: int) -> str:
        return self.gettext(one if n == 1 else several)


def clean(text: str | None) -> str:
    """What was typed, without blanks at its ends and signs that no keyboard has."""
    kept = "".join(c for c in text or "" if c in "\n\r\t" or unicodedata.category(c) != "Cc")
    return re.sub(r"\r\n?", "\n", kept).strip()


def choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """What a field offers: (code, label). A list to unfold asks for it anew for each page, in the page's language."""
    return [SelectChoice(code, said(label)) for code, label in pairs]


class Day(DateField):
    """A day, from the browser's calendar or typed as offices write it (令和9年3月31日)."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = clean(" ".join(valuelist))
        try:
            self.data = written_dates.read(text) if text else None
        except written_dates.NoSuchDay:
            raise ValueError(f"「{text}」という日は、ありません") from None
        if text and self.data is None:
            raise ValueError("日付は、2027-03-31 や 令和9年3月31日 のように書いてください")


class Form(FlaskForm):
    """A form of ours. Its errors: at their fields, `whole` for none of them, `stale` for an old page."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> _Words:
            return _Words()

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.whole: list[str] = []

    @property
    def stale(self) -> bool:
        return "csrf_token" in self.errors

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(id of the field, "" for none; what is wrong), in the order of the page."""
        found = [("", text) for text in ([STALE] if self.stale else []) + self.whole]
        for field in self:
            if field.name != "csrf_token":
                found += [(_target(field), str(text)) for text in _flat(field.errors)]
        return found

    @property
    def status(self) -> int:
        if self.stale:
            return 400
        return 422 if self.problems else 200

    def refuse(self, error: AccountRefused) -> None:
        """Put what an operation refused where it belongs."""
        if error.field in self:
            self[error.field].errors = [*self[error.field].errors, error.message]
        else:
            self.whole.append(error.message)


def _target(field: Field) -> str:
    """What a link in the summary leads to: the first of several boxes."""
    return f"{field.id}-0" if field.type in ("RadioField", "SelectMultipleField") else str(field.id)


def _flat(errors: Any) -> list[str]:
    """The errors of a field that consists of others come as a mapping or a list of lists."""
    if isinstance(errors, dict):
        return [text for part in errors.values() for text in _flat(part)]
    return [text for part in errors for text in ([part] if isinstance(part, str) else _flat(part))]


def called(module: str, name: str) -> str:
    """What a form of this module calls the box of this name in which somebody types; "" for whatever else is sent."""
    known = vars(sys.modules[module]).values() if module in sys.modules else ()
    made = [one for one in known if isinstance(one, type) and issubclass(one, Form)]
    return next((label for one in made if (label := _called_in(one, name.split("-")))), "")


def _called_in(form: type, path: Sequence[str]) -> str:
    """`path`: contacts, 0, value. Rows are counted from 1."""
    made = getattr(form, path[0], None) if path else None
    if not isinstance(made, UnboundField):
        return ""
    kind = made.field_class
    label = str(said(made.args[1])) if issubclass(kind, FieldList | FormField) and len(made.args) > 1 else ""
    if issubclass(kind, FieldList):
        row, number = made.args[0], path[1] if len(path) > 1 and path[1].isdecimal() else ""
        if not number or not issubclass(row.field_class, FormField):
            return f"{label}{int(number) + 1}" if number and len(path) == 2 else ""
        inner = _called_in(row.args[0], path[2:])
        return f"{label}{int(number) + 1}の{inner}" if inner else ""
    if issubclass(kind, FormField):
        inner = _called_in(made.args[0], path[1:])
        return f"{label}の{inner}" if inner else ""
    is_typed = issubclass(kind, _TYPED) and not issubclass(kind, HiddenField | PasswordField)
    return str(said(made.args[0])) if is_typed and len(path) == 1 and made.args else ""


_TYPED = (StringField, IntegerField, DateField, FileField)


def page(template: str, form: Form, status: int | None = None, **context: Any) -> tuple[str, int]:
    """The page of a form, with the status that its errors ask for."""
    return render_template(template, form=form, **context), status or form.status
