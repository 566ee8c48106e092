"""An entry as staff keep it: what is said and by whom, its state, its history."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, ValidationError

from mapdata import words
from mapdata.claims import publishing
from mapdata.claims.entry import Entry
from mapdata.claims.shown import Shown
from mapdata.clock import today
from mapdata.editing import bulk, preview
from mapdata.editing.bulk import BulkChange, BulkRefused
from mapdata.editing.saving import Opened
from mapdata.fields import field_table
from mapdata.fields.field_table import SECTIONS, WITH_AUDIENCE, label_of
from mapdata.fields.folding import fold
from mapdata.fields.shapes import is_blank
from mapdata.history import erasing
from mapdata.history.timeline import FieldChange, history
from mapdata.merging import compare
from mapdata.people.roles import Permission
from mapdata.words import Level
from views import access, reader, wording
from views.access import needs, shows_again
from views.answers import widening
from views.forms import Form, choices, page
from views.staff.changes import may_undo
from views.staff.entries import open_for_reader
from views.staff.entry_sheet import Outlook, outlook_of, readers, residents

blueprint = Blueprint("entry", __name__, url_prefix="/staff/entries")



@dataclass(frozen=True)
class Line:
    """One field of the page: its words and where they come from. `kept_for`: who alone sees it, None for all
    that see the entry. `residents`: what they are shown instead, and whose it is, None where it is the same."""

    label: str
    text: str
    shown: Shown
    kept_for: Level | None
    residents: tuple[str, str] | None = None

    @property
    def origin(self) -> tuple[str, date | None]:
        return self.shown.source, self.shown.assured_on


@dataclass(frozen=True)
class Step:
    """A button to another status. `lacks_consent`: it would make the entry public, which it cannot; `outlook`: who
    would see it, where that is what the button is for."""

    code: str
    text: str
    lacks_consent: bool
    outlook: Outlook | None

    @property
    def label(self) -> str:
        return words.STATUS.label_of(self.code)


def heading_of(change: FieldChange) -> str:
    """A line of the history in the same words as the form."""
    if change.field in field_table.NAMES:
        return change.heading.replace(field_table.heading_of(change.field), label_of(change.field))
    return change.heading


def _lines(opened: Opened, fields: Iterable[field_table.Field]) -> Iterator[Line]:
    instead = residents(opened)
    for field in fields:
        shown = opened.shown.get(field.name)
        if shown and (text := wording.value(field.name, shown.value)):
            is_kept = field.name in WITH_AUDIENCE and shown.level != Level.PUBLIC
            yield Line(field.label, text, shown, shown.level if is_kept else None, instead.get(field.name))


@blueprint.get("/<entry_id>")
@needs(Permission.EDIT_REGISTRY)
def show(entry_id: str) -> str:
    """Raises NotFound."""
    opened, account, record = open_for_reader(entry_id), access.reader(), reader.record(entry_id)
    engine = reader.registry().engine
    groups = {key: list(_lines(opened, field_table.of_section(key))) for key in SECTIONS}
    origins = Counter(line.origin for lines in groups.values() for line in lines).most_common(1)
    return render_template(
        "staff/entry/show.html", record=record, opened=opened, sections=SECTIONS, groups=groups,
        usual=origins[0][0] if origins else None, state=_State(opened),
        missing=[f.label for f in field_table.FIELDS if f.missed and is_blank(opened.value(f.name))],
        history=history(engine, entry_id, account.audience), may_undo=may_undo,
        heading_of=heading_of, label_of=label_of, numbers=record.staff.local_ids if record.staff else {},
        rivals=compare.sources(engine, entry_id, account.audience, today()),
    )


class _State:
    """Where an entry stands, who sees it, and what its next states would make of that."""

    def __init__(self, opened: Opened):
        self.opened = opened
        self.code: str = opened.value("status") or words.DRAFT
        self.seen = preview.seen_by(opened.entry, today())
        self.steps = [self._step(code, text) for code, text in words.status(self.code).steps]

    def _entry(self, says: Mapping[str, str]) -> Entry:
        return preview.would_be(self.opened.sighted, says, {}, access.reader().office, today())

    @property
    def sentence(self) -> str:
        return f"いま、{readers(self.seen)}見られます。"

    def _step(self, code: str, text: str) -> Step:
        says = {name: shown.value for name, shown in self.opened.shown.items()}
        outlook = outlook_of(self.seen, self._entry({"status": code})) if words.status(code).is_open else None
        return Step(code, text, publishing.lacks_consent(says, says | {"status": code}), outlook)


@blueprint.post("/<entry_id>/status")
@needs(Permission.EDIT_REGISTRY)
def set_status(entry_id: str) -> Any:
    """Raises NotFound."""
    status = request.form.get("status", "")
    if status not in words.STATUS:
        raise BadRequest
    try:
        engine, office = reader.registry().engine, access.reader().office
        bulk.set_status(engine, [entry_id], status, office, access.actor().name, today(), widening.agreed())
    except BulkRefused as refused:
        back = url_for("entries.edit", entry_id=entry_id, _anchor="consent")
        return render_template("staff/refused.html", message=f"{refused.message}。", back=back), 422
    flash(f"「{words.STATUS.label_of(status)}」にしました。{_State(open_for_reader(entry_id)).sentence}")
    return redirect(url_for("entry.show", entry_id=entry_id))


@blueprint.post("/<entry_id>/confirm")
@needs(Permission.EDIT_REGISTRY)
def confirm(entry_id: str) -> Response:
    """Raises NotFound."""
    account, engine = access.reader(), reader.registry().engine
    flash(_confirmed(bulk.confirm(engine, [entry_id], account.office, access.actor().name, today())))
    return redirect(url_for("entry.show", entry_id=entry_id))


def _confirmed(change: BulkChange) -> str:
    if change.others:
        return "ここに見えているのは、ほかの所属が書いた内容だけです。確認は、その所属に頼んでください。"
    if change.partly:
        return "自分の所属の内容を、今日確かめたことにしました。ほかの所属の内容は、前の確認日のままです。"
    return "今日確かめたことにしました。" if change.changed else "もう、今日確かめたことになっています。"


class EraseForm(Form):
    reason = RadioField("理由", [InputRequired("理由を一つ選んでください")], choices=choices(erasing.REASONS.items()))
    name = StringField("名称", [InputRequired("消去する項目の名称を、そのまま書いてください")])

    def validate_name(self, field: StringField) -> None:
        if field.data and fold(field.data) != fold(self.wanted):
            raise ValidationError("名称がちがいます。消去する項目の名称を、そのまま書いてください")

    def __init__(self, wanted: str):
        super().__init__()
        self.wanted = wanted


@blueprint.route("/<entry_id>/erase", methods=["GET", "POST"])
@needs(Permission.EDIT_REGISTRY, Permission.MANAGE_USERS)
@shows_again
def erase(entry_id: str) -> Any:
    """Raises NotFound."""
    record = reader.record(entry_id)
    form = EraseForm(record.name)
    if form.validate_on_submit():
        erasing.erase(reader.registry().engine, entry_id, access.actor(), form.reason.data)
        flash("消去しました。消去したことと理由だけが、記録に残ります。")
        return redirect(url_for("changes.index"))
    return page("staff/entry/erase.html", form, record=record)
