"""確認票: the sheets and postcards of the entries that were chosen, ready to be printed."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import segno
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from mapdata.clock import today
from mapdata.fields import written_dates
from mapdata.people import roles
from mapdata.people.roles import Permission
from mapdata.upkeep import org_links, slips, worklist
from mapdata.upkeep.org_links import NotGiven, Outlook
from mapdata.upkeep.slips import Slip
from mapdata.upkeep.worklist import Asked
from views import access, reader, wording
from views.access import needs
from views.forms import clean
from views.login import local_path
from views.public import org_link
from views.staff import freshness

blueprint = Blueprint("slips", __name__, url_prefix="/staff/slips")

#: How a 確認票 travels. Only what is sealed or handed over carries a personal link.
FORMS: Mapping[str, str] = {
    "letter": "封筒で送る・手渡す", "fax": "FAXで送る", "postcard": "往復はがきの文",
}
#: What may be done with entries that are not public: links of them given too, or of the others alone.
WITH, WITHOUT = "with", "without"
#: More at a time than anybody folds in a day.
_MOST = 300
#: Letters of an address to send back to.
_LONGEST = 200
_NONE = "どの確認票をつくるか、先に選んでください"


@blueprint.route("", methods=["GET", "POST"])
@needs(Permission.EDIT_REGISTRY)
def show() -> Any:
    """The slips, made anew by every press: opened by its address alone there is nothing to print."""
    if request.method == "GET":
        return redirect(url_for("fresh.index"))
    form, asked = request.form.get("form", ""), _asked()
    ids = [it for it in dict.fromkeys(_chosen(asked)) if it in reader.snapshot().by_id]
    if not ids or form not in FORMS:
        return freshness.worklist_page(asked, _NONE)
    if len(ids) > _MOST:
        return freshness.worklist_page(asked, f"一度に{_MOST}件までです（いま{len(ids)}件）。分けてつくってください")
    if (letters := len(clean(request.form.get("back_to", "")))) > _LONGEST:
        return freshness.worklist_page(asked, f"返送先は{_LONGEST}文字までです（いま{letters}文字）")
    try:
        made = _made(ids, is_sealed=form == "letter")
    except NotGiven as asks:
        return _asks_first(asks, asked)
    return render_template(
        "print/slips.html", slips=made, form=form, forms=FORMS, is_whole=access.is_whole(),
        linked=sum(bool(slip.link) for slip in made), **_said(asked),
    )


def _made(ids: Sequence[str], is_sealed: bool) -> list[Slip]:
    """Raises NotGiven."""
    make_links = _make_links if is_sealed else None
    return slips.slips(reader.registry().engine, ids, access.reader().audience, today(), is_sealed, make_links)


def _asks_first(asks: NotGiven, asked: Asked) -> str:
    """Before links are given of entries that are not public: which those are, and whether."""
    records = reader.snapshot().by_id
    sent = [(n, text) for n, text in request.form.items(multi=True) if n not in ("csrf_token", "unpublished")]
    return render_template(
        "staff/freshness/ask_links.html", records=[records[it] for it in asks.ask if it in records], sent=sent,
        back=_back(asked), outlooks=_outlooks(asks.ask),
    )


def _asked() -> Asked:
    """The question of the worklist that the form carries along."""
    said = [(name, one) for name, some in parse_qs(request.form.get("asked", "")).items() for one in some]
    return Asked.read(MultiDict(said), access.reader().office)


def _chosen(asked: Asked) -> Sequence[str]:
    which = request.form.get("which", "picked")
    if which == "all":
        return worklist.worklist(reader.registry().engine, reader.snapshot(), asked).ids
    return request.form.get("on_page", "").split() if which == "page" else request.form.getlist("id")


def _make_links(ids: Sequence[str]) -> dict[str, str]:
    """A new personal link for each of these entries that may have one, as the address that a telephone opens. Raises
    NotGiven for those that are not public, as long as nobody said what is to be done with them."""
    found, choice = _outlooks(ids), request.form.get("unpublished", "")
    ids = [it for it, one in found.items() if not one.hindrance and (one.is_public or choice != WITHOUT)]
    who = access.actor().name, access.reader().office
    agreed = ids if choice == WITH else []
    made = org_links.make_many(reader.registry().engine, ids, *who, agreed=agreed)
    return {it: org_link.address(key) for it, key in made.items()}


def _outlooks(ids: Sequence[str]) -> dict[str, Outlook]:
    return org_links.outlooks(reader.registry().engine, ids, access.reader().office)


def _said(asked: Asked) -> dict[str, Any]:
    """What every slip says: who asks, until when, where the answer goes."""
    office, on = access.reader().office, today()
    try:
        reply_by = written_dates.read(request.form.get("reply_by", ""))
    except written_dates.NoSuchDay:
        reply_by = None
    reply_by = reply_by if reply_by and reply_by > on else on + freshness.REPLY_WITHIN
    name = roles.office_label(office)
    windows = [w for w in wording.current().windows if w.name == name]
    return {
        "office": name, "phone": windows[0].phone if windows else "", "today": on, "reply_by": reply_by,
        "back": _back(asked),
        "back_to": clean(request.form.get("back_to", "")), "link_until": on + timedelta(days=org_links.DAYS),
        "qr": qr, "asking": lambda slip: _asking(slip, name, reply_by), "reply": slips.reply_text,
    }


def _back(asked: Asked) -> str:
    return local_path(request.form.get("back", "")) or f"{url_for('fresh.index')}?{asked.string()}"


def _asking(slip: Slip, office: str, reply_by: Any) -> str:
    return slips.asking_text(slip, str(wording.site()["name"]), office, reply_by)


def qr(link: str) -> str:
    """A QR code as the address of a picture, dark on white with its quiet zone, quarter of it may be smudged.

    Letters beyond ASCII are written in UTF-8: readers do not agree on Shift_JIS, which the standard has for Japanese.
    """
    return str(segno.make(link, error="q", encoding="utf-8").svg_data_uri(scale=4, border=4, dark="#000", light="#fff"))
