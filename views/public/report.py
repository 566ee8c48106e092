"""まちがいを知らせる: anyone tells, without an account, that an entry is wrong. Staff look at it."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from wtforms import RadioField, StringField, TextAreaField

from mapdata.accounts import throttle
from mapdata.errors import EditRefused
from mapdata.people.refusals import Throttled
from mapdata.sentences import say
from mapdata.upkeep import proposals
from views import access, reader
from views.access import shows_again
from views.forms import choices, clean, page
from views.public.sealed import SealedForm

blueprint = Blueprint("report", __name__, url_prefix="/report")


class ReportForm(SealedForm):
    about = RadioField(say("どこがちがいますか"), choices=choices(proposals.ABOUT.items()), validate_choice=False)
    text = TextAreaField(say("どうちがいますか"), filters=[clean])
    contact = StringField(say("返事がほしいときの連絡先"), filters=[clean])

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.text.flags.required = True

    def blame(self, refused: EditRefused) -> None:
        for name, messages in refused.errors.items():
            self[name].errors = [*self[name].errors, *messages]


@blueprint.route("/<resource_id>", methods=["GET", "POST"])
@shows_again
def report(resource_id: str) -> Any:
    """What was written of an entry merged meanwhile is told of the one it is part of. Raises NotFound."""
    form, wait = ReportForm(), ""
    record = reader.record(_followed(resource_id) if form.is_submitted() else resource_id)
    if form.is_submitted() and (sealed := form.unseal(resource_id)):
        try:
            _send(form, record.id, sealed.page)
            return redirect(url_for("report.thanks", resource_id=record.id), 303)
        except EditRefused as refused:
            form.blame(refused)
        except Throttled as throttled:
            wait = throttle.wait_text(throttled.seconds)
    form.put_seal(resource_id)
    return page("report/report.html", form, 429 if wait else None, record=record, wait=wait)


def _followed(resource_id: str) -> str:
    return proposals.belongs_to(reader.registry().engine, resource_id)


def _send(form: ReportForm, resource_id: str, sent_from: str) -> None:
    """Robots are thanked too, and learn nothing. Raises EditRefused, Throttled."""
    if form.is_from_robot:
        return
    said = form.about.data or "", form.text.data or "", form.contact.data or ""
    proposals.report(reader.registry().engine, resource_id, *said, access.address(), sent_from)


@blueprint.get("/<resource_id>/thanks")
def thanks(resource_id: str) -> str:
    """Raises NotFound."""
    return render_template("report/thanks.html", record=reader.record(resource_id))
