"""訪問記録: what staff saw and heard, dated. Caseworkers write them too, who do not edit entries."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField, TextAreaField

from mapdata import words
from mapdata.claims.entry import Visit
from mapdata.claims.projection import Record
from mapdata.clock import today
from mapdata.editing import visits
from mapdata.errors import EditRefused, NotFound
from mapdata.people.roles import Permission
from mapdata.words import Level
from views import access, reader
from views.access import needs, shows_again
from views.forms import Day, Form, choices, page

blueprint = Blueprint("visits", __name__, url_prefix="/staff/entries/<entry_id>/visits")

MEANINGS = {
    Level.SUPPORTER: "民生委員や支援団体の方も読みます。", Level.STAFF: "二つの課の職員が読みます。",
    Level.OFFICE: "自分の所属の職員だけが読みます。",
}


class VisitForm(Form):
    visited_on = Day("訪問した日")
    text = TextAreaField("見たこと、聞いたこと")
    audience = RadioField("だれに見せるか", choices=choices(
        (str(level), words.AUDIENCE.label_of(level)) for level in visits.AUDIENCES
    ), validate_choice=False)

    @property
    def said(self) -> tuple[Any, str, Level]:
        return self.visited_on.data, self.text.data or "", Level(self.audience.data or Level.PUBLIC)

    def check(self) -> bool:
        """Whether there is anything to hand on: the day, and an audience that is one."""
        if not self.validate_on_submit():
            return False
        if self.visited_on.data is None:
            self.visited_on.errors = ["訪問した日を書いてください"]
        if self.audience.data not in list(Level):
            self.audience.errors = ["だれに見せるかを選んでください"]
        return not self.problems

    def blame(self, refused: EditRefused) -> None:
        for name, messages in refused.errors.items():
            self[name].errors = [*self[name].errors, *messages]


def _own(record: Record, note: str) -> Visit:
    """Raises NotFound for a note that there is not, or that another office wrote."""
    found = next((v for v in record.visits if (v.note, v.source) == (note, access.reader().office)), None)
    if found is None:
        raise NotFound(note)
    return found


def _who() -> tuple[str, str]:
    return access.reader().office, access.actor().name


@blueprint.route("", methods=["GET", "POST"])
@needs(Permission.SEE_SUPPORTER_FIELDS, staff=True)
@shows_again
def index(entry_id: str) -> Any:
    """Raises NotFound."""
    record = reader.record(entry_id)
    form = VisitForm() if request.method == "POST" else VisitForm(visited_on=today(), audience=str(Level.STAFF))
    if form.check():
        try:
            visits.write(reader.registry().engine, entry_id, *form.said, *_who())
            flash("訪問記録を書きました。")
            return redirect(url_for("visits.index", entry_id=entry_id))
        except EditRefused as refused:
            form.blame(refused)
    return page("staff/visits/index.html", form, record=record, own=access.reader().office, meanings=MEANINGS)


@blueprint.route("/<note>", methods=["GET", "POST"])
@needs(Permission.SEE_SUPPORTER_FIELDS, staff=True)
@shows_again
def edit(entry_id: str, note: str) -> Any:
    """Raises NotFound."""
    record = reader.record(entry_id)
    visit = _own(record, note)
    form = VisitForm() if request.method == "POST" else VisitForm(
        visited_on=visit.visited_on, text=visit.text, audience=str(visit.audience),
    )
    if form.check():
        try:
            visits.rewrite(reader.registry().engine, entry_id, note, *form.said, *_who())
            flash("訪問記録を書きなおしました。")
            return redirect(url_for("visits.index", entry_id=entry_id))
        except EditRefused as refused:
            form.blame(refused)
    return page("staff/visits/edit.html", form, record=record, visit=visit, meanings=MEANINGS)


@blueprint.post("/<note>/withdraw")
@needs(Permission.SEE_SUPPORTER_FIELDS, staff=True)
def withdraw(entry_id: str, note: str) -> Response:
    """Raises NotFound."""
    _own(reader.record(entry_id), note)
    visits.withdraw(reader.registry().engine, entry_id, note, *_who())
    flash("訪問記録を取り下げました。書いたことは、変更の記録に残ります。")
    return redirect(url_for("visits.index", entry_id=entry_id))
