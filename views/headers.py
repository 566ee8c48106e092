"""The headers of every answer."""

from functools import cache
from urllib.parse import urlsplit

from flask import Flask, Response, request

from layers.basemap import Tiles
from mapdata.claims.projection import PUBLIC
from views import login, reader, sessions
from views.public import maps


def install(app: Flask) -> None:
    app.after_request(_secure)


def _secure(response: Response) -> Response:
    """Nothing from elsewhere, nothing inline, no trace of where a reader came from."""
    if response.mimetype == "text/html":
        response.headers["Content-Security-Policy"] = _policy(maps.tiles())
        response.headers["Permissions-Policy"] = "geolocation=(self), camera=(), microphone=()"
    response.headers.add("X-Content-Type-Options", "nosniff")  # nothing else says these, so nothing is looked for
    response.headers.add("Referrer-Policy", "no-referrer")
    _set_caching(response)
    return response


def _is_for_everyone() -> bool:
    """Also an answer that says what broke must not break of it: who asks is not known then."""
    try:
        return reader.audience() == PUBLIC and not sessions.ended()
    except Exception:
        return False


@cache
def _policy(chosen: Tiles | None) -> str:
    """What a page may load; other answers are no documents, so nothing loads anything for them."""
    images = f"'self' data: {_origin(chosen.url)}" if chosen else "'self' data:"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        f"img-src {images}; connect-src 'self'; font-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def _set_caching(response: Response) -> None:
    """Whoever is signed in, or just was, leaves nothing in caches."""
    said = response.headers.get("Cache-Control", "")
    if said.startswith("public"):
        return  # a file of one version, the same for everyone
    if request.blueprint == login.blueprint.name or not _is_for_everyone():
        response.headers["Cache-Control"] = "no-store"
    elif not said:
        response.headers["Cache-Control"] = "no-cache"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".replace("{s}", "*")
