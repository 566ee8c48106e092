"""文言: the site's own texts, what terms are called, and whether the band of samples shows."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from wtforms import FieldList, FormField, RadioField, StringField, TextAreaField
from wtforms import Form as PlainForm

from geocode.ward import Window
from mapdata import sitetexts
from mapdata.errors import EditRefused
from mapdata.people.roles import Permission
from mapdata.sitetexts import TEXTS, VOCABULARIES, SiteTexts
from mapdata.words import Vocabulary
from views import access, reader, wording
from views.access import needs, shows_again
from views.asked import numbers
from views.forms import Form, choices, clean, page
from views.staff import entry_list

blueprint = Blueprint("texts", __name__, url_prefix="/staff/texts")

_PLAIN = ("name", "tagline", "notice", "sample_band")
#: Windows that can be added in one go; saved, the page offers as many again.
_MORE_WINDOWS = 2
_CHANGES_SHOWN = 30


class WindowForm(PlainForm):
    """One window to call; a blank one is none."""

    name = StringField("窓口の名前", filters=[clean])
    note = TextAreaField("ひとこと", filters=[clean])
    phone = StringField("電話番号", filters=[clean])
    url = StringField("ウェブサイト", filters=[clean])


class TextsForm(Form):
    name = StringField(TEXTS["name"].heading, filters=[clean])
    tagline = TextAreaField(TEXTS["tagline"].heading, filters=[clean])
    notice = TextAreaField(TEXTS["notice"].heading, filters=[clean])
    windows = FieldList(FormField(WindowForm), "窓口")
    sample_band = RadioField(TEXTS["sample_band"].heading, choices=choices([("on", "出す"), ("off", "出さない")]))

    def said(self) -> dict[str, Any]:
        """What was typed, as the operation takes it."""
        return {key: self[key].data or "" for key in _PLAIN} | {"windows": [dict(row.data) for row in self.windows]}

    @property
    def problems(self) -> list[tuple[str, str]]:
        names = [row.form.name for row in self.windows]
        return [*super().problems, *((name.id, text) for name in names for text in name.errors)]

    def blame(self, errors: Mapping[str, Sequence[str]]) -> None:
        for key, said in errors.items():
            name, _, number = key.partition(".")
            if key == "windows":
                self.whole += said
                continue
            field = self.windows[int(number)].form.name if number else self[name]
            field.errors = [*field.errors, *said]

    def put_back(self, key: str) -> None:
        """What the site says by itself, into the field; everything else stays as it was typed."""
        if key in _PLAIN:
            self[key].data = TEXTS[key].default()
        elif key == "windows":
            while self.windows.entries:
                self.windows.pop_entry()
            for window in TEXTS[key].default():
                self.windows.append_entry(window)

    def check(self) -> dict[str, Any] | None:
        """The texts as they would be kept; None, with the errors at their fields, for what will not do."""
        if not self.validate_on_submit():
            return None
        try:
            return sitetexts.checked(self.said())
        except EditRefused as refused:
            self.blame(refused.errors)
            return None


def _form_of(now: SiteTexts) -> TextsForm:
    blank = [dict.fromkeys(("name", "note", "phone", "url"), "")] * _MORE_WINDOWS
    return TextsForm(formdata=None, windows=[*now.text("windows"), *blank], **{key: now.text(key) for key in _PLAIN})


@blueprint.route("", methods=["GET", "POST"])
@needs(Permission.MANAGE_USERS)
@shows_again
def index() -> Any:
    if request.method == "GET":
        return _page(_form_of(wording.current()))
    form = TextsForm()
    wanted = request.form.get("do", "")
    if wanted.startswith("reset:"):
        form.put_back(wanted.removeprefix("reset:"))
        return _page(form, refilled=True)
    said = form.check()
    if said is None:
        return _page(form)
    return _saved(sitetexts.write_texts(reader.registry().engine, said, access.actor().name), "texts.index")


def _saved(operation: int | None, endpoint: str) -> Any:
    flash("保存しました。すぐにサイトに出ます。" if operation else "変わったところはありませんでした。")
    return redirect(url_for(endpoint, done=operation))


def _page(form: TextsForm, refilled: bool = False) -> Any:
    """`refilled`: something stands there again as the site says it by itself, and is not saved yet."""
    changes, more = _changes()
    return page(
        "staff/texts/index.html", form, refilled=refilled, texts=TEXTS, now=wording.current(), changes=changes,
        more_changes=more, done=entry_list.find_change(numbers.asked("done", 0)),
    )


def _changes() -> tuple[list[tuple[sitetexts.TextChange, str, str]], int]:
    """The newest, and how many others there are."""
    found = sitetexts.changes(reader.registry().engine)
    shown = [(change, _words(change.before), _words(change.after)) for change in found[:_CHANGES_SHOWN]]
    return shown, len(found) - len(shown)


def _words(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(w["name"] + (f"（{w['phone']}）" if w["phone"] else "") for w in value)
    return {None: "もとの文", "on": "出す", "off": "出さない"}.get(value, str(value))


@blueprint.post("/preview")
@needs(Permission.MANAGE_USERS)
@shows_again
def preview() -> Any:
    """The top and the foot of the start page as they would be."""
    form = TextsForm()
    said = form.check()
    if said is None:
        return _page(form)
    texts = {key: value or TEXTS[key].default() for key, value in said.items()}
    return render_template(
        "staff/texts/preview.html", notice=texts["notice"], windows=[Window(**window) for window in texts["windows"]],
        # What this page says itself must not stand for what the site would say.
        site={**wording.site(), "name": texts["name"], "tagline": texts["tagline"]},
        sample_band=reader.holds_samples() and texts["sample_band"] == "on",
    )


# --- what terms are called


def _labels_form() -> type[Form]:
    """A field for each term."""
    fields = {
        f"{vocabulary.name}-{term.code}": StringField(term.label, filters=[clean])
        for vocabulary in VOCABULARIES.values() for term in vocabulary.terms
    }
    return type("LabelsForm", (Form,), fields)


@blueprint.route("/labels", methods=["GET", "POST"])
@needs(Permission.MANAGE_USERS)
@shows_again
def labels() -> Any:
    form = _labels_form()(data=_labels_now())
    if form.validate_on_submit():
        try:
            said = {slot: form[name].data or "" for name, slot in _slots().items()}
            operation = sitetexts.write_labels(reader.registry().engine, said, access.actor().name)
            return _saved(operation, "texts.labels")
        except EditRefused as refused:
            for key, errors in refused.errors.items():
                form[key.replace(".", "-")].errors = errors
    done = entry_list.find_change(numbers.asked("done", 0))
    return page("staff/texts/labels.html", form, groups=_groups(form), done=done)


def _slots() -> dict[str, tuple[str, str]]:
    """By the name of a field, the vocabulary and the code it is for."""
    return {f"{v.name}-{code}": (v.name, code) for v in VOCABULARIES.values() for code in v.codes}


def _labels_now() -> dict[str, str]:
    now = wording.current().labels
    return {name: now.get(slot, "") for name, slot in _slots().items()}


def _groups(form: Form) -> list[tuple[Vocabulary, list[Any], bool]]:
    """(vocabulary, its fields, whether any of them says something)."""
    found = [(v, [form[f"{v.name}-{code}"] for code in v.codes]) for v in VOCABULARIES.values()]
    return [(v, some, any(field.data for field in some)) for v, some in found]
