"""The base map's script: one URL a look, kept by browsers for as long as it does not change."""

from flask import Blueprint, current_app, request, url_for
from werkzeug.wrappers import Response

from geocode import caches
from layers import basemap
from layers.basemap import Tiles
from views.compressed import Compressed, keep, reply

blueprint = Blueprint("maps", __name__)



def tiles() -> Tiles | None:
    """The tile background that the settings switch on, or None."""
    found: Tiles | None = current_app.config["TILES"]
    return found


def draw(chosen: Tiles | None) -> None:
    """Now, so that nobody waits for it: the script and its compressed forms."""
    script = _script(chosen)
    assert script.etag and script.gzip and script.br


@caches.of_ward()
def _script(chosen: Tiles | None) -> Compressed:
    return Compressed(basemap.script(chosen).encode)


def basemap_url() -> str:
    return url_for("maps.base", v=_script(tiles()).etag)


@blueprint.get("/map/base.js")
def base() -> Response:
    script = _script(tiles())
    return keep(reply(script, "text/javascript"), request.args.get("v") == script.etag)
