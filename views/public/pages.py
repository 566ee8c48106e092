"""What everyone may open: map and list, an entry, what this site is."""

from urllib.parse import quote

from flask import Blueprint, render_template, request

from geocode import ward
from mapdata.claims.projection import PlaceView
from mapdata.search import asking
from mapdata.search.query import Query
from views import reader
from views.public.finder import SitePage, plain_rows

blueprint = Blueprint("public", __name__)

#: Opened only by the reader's own press; the words of an address serve better than a 町丁目's point.
_DIRECTIONS = "https://www.google.com/maps/dir/?api=1&destination="


def _page() -> SitePage:
    return SitePage(asking.ask(reader.snapshot(), Query.read(request.args)))


@blueprint.get("/")
def index() -> str:
    return render_template("public/index.html", page=_page())


@blueprint.get("/list")
def results() -> str:
    """The list alone, for a page that is already open."""
    return render_template("public/_results.html", page=_page())


@blueprint.get("/cards/<resource_id>")
def card(resource_id: str) -> str:
    """What a pin opens."""
    record = reader.record(resource_id)
    return render_template("public/_card.html", record=record, row=plain_rows([record])[0])


@blueprint.get("/resources/<resource_id>")
def resource(resource_id: str) -> str:
    record = reader.record(resource_id)
    snapshot = reader.snapshot()
    alike = plain_rows(snapshot.records[row] for row in asking.similar(snapshot, record))
    directions = [(p, url) for p in record.places if (url := directions_url(p))]
    return render_template("public/resource.html", record=record, similar=alike, directions=directions)


@blueprint.get("/about")
def about() -> str:
    return render_template("public/about.html")


def directions_url(place: PlaceView) -> str:
    """A route to the place in the reader's own map; "" where no door is told."""
    if place.address:
        outside = place.level in ("none", "ward") or not place.town
        prefix = "" if outside else ward.load().prefecture
        return _DIRECTIONS + quote(f"{prefix}{place.address}")
    return _DIRECTIONS + f"{place.lat},{place.lng}" if place.level == "point" else ""
