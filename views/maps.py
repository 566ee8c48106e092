"""The base map's script: one URL a look, kept by browsers for as long as it does not change."""

from functools import cache

from flask import Blueprint, current_app, request, url_for
from werkzeug.wrappers import Response

from layers import basemap
from layers.basemap import Tiles
from views.compressed import Compressed, reply

blueprint = Blueprint("maps", __name__)

_A_YEAR = 365 * 24 * 3600


def tiles() -> Tiles | None:
    """The tile background that the settings switch on, or None."""
    found: Tiles | None = current_app.config["TILES"]
    return found


@cache
def _script(chosen: Tiles | None) -> Compressed:
    return Compressed(basemap.script(chosen).encode())


def basemap_url() -> str:
    return url_for("maps.base", v=_script(tiles()).etag)


@blueprint.get("/map/base.js")
def base() -> Response:
    script = _script(tiles())
    response = reply(script, "text/javascript", script.etag)
    if request.args.get("v") == script.etag:
        response.cache_control.public = True
        response.cache_control.immutable = True
        response.cache_control.max_age = _A_YEAR
    else:
        response.cache_control.no_cache = True
    return response
