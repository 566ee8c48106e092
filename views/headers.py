"""The headers of every answer."""

from functools import cache
from urllib.parse import urlsplit

from flask import Flask, Response, request

from layers.basemap import Tiles
from mapdata.claims.projection import PUBLIC
from views import login, reader, sessions
from views.public import maps

#: What every answer says: it is of the kind that it says, it tells no other site where a reader came from, and no other
#: site's page may load it.
_OF_ALL = (
    ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
#: What a page says besides: what it may ask of the device, that it stands in no other page, and that no page of another
#: site that opened it, or that it opened, has a hold of it.
_OF_A_PAGE = (
    ("Permissions-Policy", "geolocation=(self), camera=(), microphone=()"),
    ("X-Frame-Options", "DENY"), ("Cross-Origin-Opener-Policy", "same-origin"),
)
#: For a year (in seconds) by https alone. Browsers take this word from an answer that came by https, from no other.
_BY_HTTPS = ("Strict-Transport-Security", "max-age=31536000")


def install(app: Flask) -> None:
    of_all = (*_OF_ALL, _BY_HTTPS) if app.config["PUBLIC_URL"].startswith("https:") else _OF_ALL

    @app.after_request
    def secure(response: Response) -> Response:
        """Nothing from elsewhere, nothing inline, nothing for other sites."""
        add = response.headers.add  # nothing else says these, so nothing is looked for
        if response.mimetype == "text/html":
            add("Content-Security-Policy", _policy(maps.tiles()))
            for name, value in _OF_A_PAGE:
                add(name, value)
        for name, value in of_all:
            add(name, value)
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
