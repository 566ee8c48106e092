"""The base map's script: one URL a look, kept by browsers for as long as it does not change."""

import hashlib
from functools import cache

from flask import Blueprint, current_app, request, url_for
from werkzeug.wrappers import Response

from layers import basemap
from layers.basemap import Tiles

blueprint = Blueprint("maps", __name__)

_A_YEAR = 365 * 24 * 3600


def tiles() -> Tiles | None:
    """The tile background that the settings switch on, or None."""
    found: Tiles | None = current_app.config["TILES"]
    return found


@cache
def _script(chosen: Tiles | None) -> tuple[str, str]:
    text = basemap.script(chosen)
    return text, hashlib.sha256(text.encode()).hexdigest()[:12]


def basemap_url() -> str:
    return url_for("maps.base", v=_script(tiles())[1])


@blueprint.get("/map/base.js")
def base() -> Response:
    text, version = _script(tiles())
    response = Response(text, mimetype="text/javascript")
    response.set_etag(version)
    if request.args.get("v") == version:
        response.cache_control.public = True
        response.cache_control.immutable = True
        response.cache_control.max_age = _A_YEAR
    else:
        response.cache_control.no_cache = True
    return response.make_conditional(request)
