"""What one office asks another to let be widened: asked from the page that names it, decided on a page of its own."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectMultipleField, TextAreaField

from mapdata.claims.projection import source_label
from mapdata.errors import EditRefused
from mapdata.history import requests
from mapdata.history.requests import Case, Lapsed
from mapdata.people.roles import Permission
from mapdata.storage.speaking.acting import Act, MustAsk, WouldWiden
from mapdata.storage.speaking.asked import Request
from views import access, reader
from views.access import needs, shows_again
from views.answers import widening
from views.forms import Form, choices, clean, page

blueprint = Blueprint("requests", __name__, url_prefix="/staff/requests")

_DONE_SHOWN = 50
#: How it ended.
STATES = {
    "accepted": "広げました", "declined": "見送りました", "withdrawn": "取り下げました",
    "lapsed": "内容が変わったので、終わりにしました",
}


class AnswerForm(Form):
    entries = SelectMultipleField("広げてよい項目", validate_choice=False)
    reason = TextAreaField("見送る理由", filters=[clean])


def count() -> str:
    return f"{len(requests.waiting(reader.registry().engine, access.reader().office))}件"


@blueprint.get("")
@needs(Permission.EDIT_REGISTRY)
def index() -> str:
    engine, office = reader.registry().engine, access.reader().office
    return render_template(
        "staff/requests/index.html", waiting=requests.waiting(engine, office), made=requests.made(engine, office),
        done=requests.done(engine, office, _DONE_SHOWN), states=STATES, names=_names, source_label=source_label,
    )


def _names(found: Request) -> str:
    """The entries that this reader sees, by name."""
    by_id = reader.snapshot().by_id
    names = [by_id[it].name for it in found.marks if it in by_id]
    more = f"など{len(names)}件" if len(names) > 3 else ""
    return "、".join(names[:3]) + more or "いまは見られない項目"


@blueprint.route("/<int:request_id>", methods=["GET", "POST"])
@needs(Permission.EDIT_REGISTRY)
@shows_again
def show(request_id: int) -> Any:
    """Raises NotFound."""
    case, form = requests.look(reader.registry().engine, request_id, access.reader().office), AnswerForm()
    if form.validate_on_submit():
        try:
            flash(_answered(case, form))
            return redirect(url_for("requests.index"))
        except EditRefused as refused:
            form["reason"].errors = refused.errors["reason"]
        except Lapsed as over:
            flash(f"{over}。")
            return redirect(url_for("requests.index"))
    return _page(case, form)


def _answered(case: Case, form: AnswerForm) -> str:
    """What was pressed, done, and what to say of it. Raises EditRefused, Lapsed."""
    engine, who = reader.registry().engine, (access.reader().office, access.actor().name)
    if (wanted := request.form.get("do")) == "decline":
        requests.decline(engine, case.request.id, form.reason.data or "", *who)
        return "見送りました。頼んだ所属の画面に、理由が出ます。"
    if wanted == "withdraw":
        requests.withdraw(engine, case.request.id, *who)
        return "取り下げました。"
    entries = form.entries.data or [] if len(case.left) > 1 else case.left
    done = requests.accept(engine, case.request.id, entries, *who)
    return "広げました。" if done else "受けました。ほかの所属も受けると、広がります。"


def _page(case: Case, form: AnswerForm) -> tuple[str, int]:
    form.entries.choices = choices((it, case.names[it]) for it in case.left)
    form.entries.data = form.entries.data if form.is_submitted() else list(case.left)
    return page(
        "staff/requests/show.html", form, case=case, it=case.request, states=STATES, source_label=source_label,
        is_ours=case.request.waits_for(access.reader().office), is_mine=case.request.source == access.reader().office,
        named=widening.by_entry(case.widenings), others=_others(case.request), changed=_changed(case),
    )


def _others(found: Request) -> Sequence[str]:
    """The offices that have still to decide beside this one."""
    own = access.reader().office
    return [source_label(one) for one in found.offices if one not in found.agreed and one != own]


def _changed(case: Case) -> Sequence[str]:
    return [case.names[it] for it in case.names if it in case.changed]


def answer(error: WouldWiden) -> Any:
    """What was not done: asked of the offices, where that is what was pressed, else named on a page of its own."""
    if isinstance(error, MustAsk) and error.act and request.form.get(widening.ASK):
        return _keep(error, error.act)
    return widening.question(error)


def _keep(error: MustAsk, act: Act) -> Response:
    account, note = access.reader(), clean(request.form.get("note"))
    requests.ask(reader.registry().engine, act, error.offices, account.office, access.actor().name, note)
    flash(f"{'と'.join(map(source_label, error.offices))}に頼みました。まだ何も変わっていません。")
    return redirect(url_for("requests.index"))
