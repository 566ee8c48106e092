"""記録: who signed in, exported, changed an account."""

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from wtforms import SelectField

from mapdata.accounts import audit
from mapdata.clock import TIMEZONE, today
from mapdata.people.account import actor_label
from mapdata.people.roles import Permission
from mapdata.storage.people.audit_rows import AuditQuery
from views import access, sessions
from views.access import needs
from views.asked import numbers
from views.forms import Day, Form, choices

blueprint = Blueprint("audit", __name__, url_prefix="/staff/audit")


class FilterForm(Form):
    """The question; it stands in the address, so that an answer can be kept as a bookmark."""

    class Meta(Form.Meta):
        csrf = False

    kind = SelectField("何を", choices=choices([("", "すべて"), *audit.LABELS.items()]), default="")
    person = SelectField("だれ", choices=lambda: choices([
        ("", "すべて"), *((name, actor_label(name)) for name in audit.people(sessions.registry().engine)),
    ]), default="")
    since = Day("この日から")
    until = Day("この日まで")

    def query(self) -> AuditQuery:
        """What is wrong in the question asks for nothing in particular."""
        wrong = self.errors
        said = {name: field.data for name, field in self._fields.items() if field.data and name not in wrong}
        since, until = said.get("since"), said.get("until")
        return AuditQuery(
            said.get("kind", ""), said.get("person", ""),
            _midnight(since) if since else None, _midnight(until + timedelta(days=1)) if until else None,
        )


_ASKED = ("kind", "person", "since", "until")


def _midnight(day: date) -> datetime:
    """The day begins in Japan."""
    return datetime.combine(day, time(), TIMEZONE)


def _form() -> FilterForm:
    form = FilterForm(formdata=MultiDict(request.args))
    form.validate()
    return form


@blueprint.get("")
@needs(Permission.MANAGE_USERS)
def index() -> Any:
    form = _form()
    found = audit.find(sessions.registry().engine, form.query(), numbers.asked("page", 1))
    return render_template(
        "staff/audit.html", form=form, found=found, audit=audit, csv_url=_url("audit.download"),
        page_url=lambda number: _url("audit.index", page=number),
    ), form.status


def _url(endpoint: str, **more: Any) -> str:
    """Another page of this question."""
    asked: dict[str, Any] = {name: text for name, text in request.args.items() if name in _ASKED and text}
    return url_for(endpoint, **asked, **more)


@blueprint.get("/records.csv")
@needs(Permission.MANAGE_USERS)
def download() -> Response:
    text = audit.export(sessions.registry().engine, access.actor(), _form().query())
    headers = {"Content-Disposition": f"attachment; filename=records-{today():%Y%m%d}.csv"}
    return Response(text.encode("utf-8-sig"), mimetype="text/csv", headers=headers)
