"""Where the pin of a place may go, while its address is typed: for the form of an entry and its modules."""

from dataclasses import asdict, dataclass
from typing import Any

from flask import Blueprint, current_app, jsonify, request
from werkzeug.wrappers import Response

import geocode
from mapdata.editing import pins
from mapdata.editing.confirmed import ConfirmedPoints
from mapdata.editing.pins import Candidate
from mapdata.people.roles import Permission
from views import access
from views.access import needs
from views.asked import numbers
from views.forms import choices
from views.staff.entry_form import EntryForm
from views.staff.entry_sheet import is_far

blueprint = Blueprint("places", __name__, url_prefix="/staff/places")

_LONGEST = 300
#: Points that stand for a part of a town: never taken for a place's own.
_COARSE = ("chome", "town")


@dataclass(frozen=True)
class Found:
    """What is known of an address: the point that stands for it as it is written (`own`), points that a person may
    take for the place's own, and where to begin looking when neither is near enough. `note`: what is wrong with it."""

    own: Candidate | None
    points: tuple[Candidate, ...]
    starts: tuple[Candidate, ...]
    note: str


def find(address: str) -> Found:
    match = geocode.geocode(address)
    confirmed: ConfirmedPoints = current_app.extensions["confirmed_points"]
    found = pins.candidates(address, confirmed.seen_by(access.reader().audience))
    own = next((c for c in found if c.level != "point" and (c.lat, c.lng) == (match.lat, match.lng)), None)
    rest = [c for c in found if c is not own]
    points = tuple(c for c in ([own] if own and own.level not in _COARSE else []) + rest if c.level not in _COARSE)
    return Found(own, points, tuple(c for c in rest if c.level in _COARSE), match.note)


def find_for(form: EntryForm, number: str) -> None:
    """Show what is known of a place's address in the form, if it has that place."""
    index = numbers.whole(number, -1)
    if not 0 <= index < len(form.places):
        return
    row = form.places[index].form
    found = find((row.address.data or "")[:_LONGEST])
    own = f"住所のまま：{found.own.label}（{found.own.how}）" if found.own else "住所のまま（地図には出ません）"
    kept = [("", "いまの位置のまま")] if row.lat.data and row.lng.data else []
    offered = [(f"{c.lat},{c.lng}", f"{c.label}（{c.how}）") for c in found.points]
    row.pick.choices = choices([*kept, ("-", own), *offered])
    row.pick.data = "" if kept else "-"
    form.found[index] = found


@blueprint.get("/candidates")
@needs(Permission.EDIT_REGISTRY)
def candidates() -> Response:
    found = find(request.args.get("address", "")[:_LONGEST])
    return jsonify(
        own=asdict(found.own) if found.own else None, points=list(map(asdict, found.points)),
        starts=list(map(asdict, found.starts)), note=found.note,
    )


@blueprint.get("/distance")
@needs(Permission.EDIT_REGISTRY)
def distance() -> Response:
    """How far a pin lies from the point of its address, in words; "" where that cannot be said."""
    point = [numbers.decimal(request.args.get(name)) for name in ("lat", "lng")]
    told: dict[str, Any] = {"words": "", "far": False}
    if (lat := point[0]) is not None and (lng := point[1]) is not None and abs(lat) <= 90 and abs(lng) <= 180:
        away = pins.distance_from_address(request.args.get("address", "")[:_LONGEST], lat, lng)
        told = {"words": away.words if away else "", "far": is_far(away)}
    return jsonify(told)


def position_words(address: str, lat: str, lng: str) -> str:
    """Where the pin of a place stands as its row is now: for the page as it comes from the server."""
    if lat and lng:
        return "確かめた位置に載ります。"
    own = find(address[:_LONGEST]).own if address else None
    if own is None:
        return "まだ地図に載りません。住所を書くか、地図で位置を決めてください。"
    return f"住所から、{own.how}に載ります（{own.label}）。"
