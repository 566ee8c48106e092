"""What an organisation opens with its personal link: is it right, has something changed, is it no more.

No cookie, no script, nothing kept in caches; the address itself is the secret.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from geocode import ward
from mapdata import words
from mapdata.errors import EditRefused
from mapdata.fields import field_table
from mapdata.fields.field_table import label_of
from mapdata.sentences import say
from mapdata.storage.proposal_rows import Link
from mapdata.upkeep import org_links
from mapdata.upkeep.org_links import LinkClosed, Opened
from views import access, reader, wording
from views.access import shows_again
from views.forms import clean, page
from views.public.org_link_form import AnswerForm, form_of
from views.public.sealed import SealedForm
from views.translation import _, said

blueprint = Blueprint("orglink", __name__, url_prefix="/o/<key>")

#: Why a link cannot be answered → the status that says so.
_STATUSES = {"unknown": 404, "expired": 410, "ended": 410, "closed": 410, "erased": 410, "answered": 200}


def address(key: str) -> str:
    """The address of a link, to be handed over."""
    return access.for_others(url_for("orglink.show", key=key))


class EndForm(SealedForm):
    text = TextAreaField(say("いつごろまで続けていたか、これからのことなど"), filters=[clean])


@dataclass(frozen=True)
class Office:
    """Whom to ring: the office that gave the link, if there is such a link. `phone` is "" where the site has none."""

    name: str
    phone: str
    known: bool


def _office(link: Link | None) -> Office:
    office = ward.load().office(link.source) if link else None
    name = office.name if office else _("このリンクをお渡しした窓口")
    return Office(name, next((w.phone for w in wording.current().windows if w.name == name), ""), office is not None)


def _opened(key: str) -> Opened:
    """Raises LinkClosed."""
    opened = org_links.open_link(reader.registry().engine, key)
    if request.method == "GET":
        org_links.looked_at(reader.registry().engine, opened)
    return opened


@blueprint.route("", methods=["GET", "POST"])
@shows_again
def show(key: str) -> Any:
    """What the register says, and the three answers. Raises LinkClosed."""
    opened, form = _opened(key), SealedForm()
    if form.is_submitted() and (sealed := form.unseal(key)):
        org_links.confirm(reader.registry().engine, key, sealed.carried)
        return redirect(url_for("orglink.show", key=key), 303)
    form.put_seal(key, dict(opened.seen))
    return page("orglink/show.html", form, key=key, **_shown(opened))


def _shown(opened: Opened) -> dict[str, Any]:
    names = [name for name in opened.seen if not _words(name, opened.seen[name]) and _is_missed(name)]
    return {
        "opened": opened, "office": _office(opened.link), "until": opened.link.expires_at,
        "lines": lines(opened), "blank": [said(label_of(name)) for name in names],
    }


def lines(opened: Opened) -> list[tuple[str, str]]:
    """What a link shows, (heading, text)."""
    names = [*(name for name in _FOREMOST if name in opened.seen), *(n for n in opened.seen if n not in _FOREMOST)]
    words = {name: _words(name, opened.seen[name]) for name in names}
    return [(said(label_of(name)), text) for name, text in words.items() if text]


#: What changes most often, and what most depends on, is read first.
_FOREMOST = ("name", "status", "places", "contacts", "fees_description", "application_process")
def _is_missed(name: str) -> bool:
    return field_table.BY_NAME[name].missed and name not in ("name_kana", "organization", "languages")


def _words(name: str, value: Any) -> str:
    """A value as an organisation reads it: a line for each part of a place, and no numbers of degrees."""
    if name == "places":
        return "\n".join(line for place in value or () for line in _place_lines(place))
    if name == "contacts":
        return "\n".join(map(_contact_line, value or ()))
    return said(org_links.STATES.get(value, "")) if name == "status" else wording.value(name, value)


def _place_lines(place: Mapping[str, Any]) -> Iterator[str]:
    where = " ".join(place[part] for part in ("postal_code", "address", "address_2") if part in place)
    yield from [where] if where else []
    for part, heading in _PARTS.items():
        if part in place:
            yield _("%(heading)s：%(text)s", heading=said(heading), text=place[part])


def _contact_line(contact: Mapping[str, str]) -> str:
    kind = said(field_table.CONTACT_TYPES[contact["type"]])
    if not contact["label"]:
        return f"{kind} {contact['value']}"
    return _("%(kind)s %(value)s（%(note)s）", kind=kind, value=contact["value"], note=contact["label"])


_PARTS = {"station": say("最寄り駅"), "schedule": say("日時")}


@blueprint.route("/change", methods=["GET", "POST"])
@shows_again
def change(key: str) -> Any:
    """Raises LinkClosed."""
    opened = _opened(key)
    if request.method != "POST":
        return _change_page(key, opened, form_of(opened.seen), opened.seen)
    form = AnswerForm()
    sealed = form.unseal(key)
    seen = sealed.carried if sealed else opened.seen
    if sealed and (goto := form.rearrange(request.form.get("do", ""))):
        form.focus(goto)
        return _change_page(key, opened, form, seen, 200)
    if sealed and _told(key, form, seen):
        return redirect(url_for("orglink.show", key=key), 303)
    return _change_page(key, opened, form, seen)


def _told(key: str, form: AnswerForm, seen: Mapping[str, Any]) -> bool:
    """Whether what was typed could be read, and was told. Raises LinkClosed."""
    form.validate()
    says = form.says(seen)
    if form.problems:
        return False
    try:
        org_links.tell_changes(reader.registry().engine, key, seen, says, form.text.data or "")
    except EditRefused as refused:
        form.refuse_text(refused)
    return not form.problems


#: What the page asks for first; the rest is folded away.
_FIRST = frozenset({"status", "places", "contacts", "fees_description", "application_process", "text"})


def _change_page(key: str, opened: Opened, form: AnswerForm, seen: Mapping[str, Any], status: int = 0) -> Any:
    form.put_seal(key, dict(seen))
    text = render_template(
        "orglink/change.html", form=form, key=key, opened=opened, seen=seen, office=_office(opened.link),
        more_open=form.has_problem_beyond(_FIRST),
    )
    return text, status or form.answer


@blueprint.route("/gone", methods=["GET", "POST"])
@shows_again
def gone(key: str) -> Any:
    """Raises LinkClosed."""
    opened, form = _opened(key), EndForm()
    if form.is_submitted() and form.unseal(key):
        try:
            org_links.tell_end(reader.registry().engine, key, form.text.data or "")
            return redirect(url_for("orglink.show", key=key), 303)
        except EditRefused as refused:
            form.text.errors = refused.errors["text"]
    form.put_seal(key)
    return page("orglink/gone.html", form, key=key, opened=opened, office=_office(opened.link))


@blueprint.errorhandler(LinkClosed)
def closed(error: LinkClosed) -> Any:
    """Whatever is the matter, in plain words, and whom to ring."""
    said = {"why": error.why, "link": error.link, "office": _office(error.link), "answers": org_links.ANSWERS}
    said["ended"] = words.STATUS.label_of(words.CLOSED)
    return render_template("orglink/closed.html", **said), _STATUSES[error.why]


@blueprint.after_request
def keep_nowhere(response: Response) -> Response:
    """The page is for who holds the link: no cache keeps it, no search engine lists it."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
