"""The headers of every answer."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, request

from layers.basemap import Tiles
from mapdata.claims.projection import PUBLIC
from views import login, reader, sessions
from views.public import maps

_Application = Callable[..., Iterable[bytes]]

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
    by_https = app.config["PUBLIC_URL"].lower().startswith("https:")
    app.wsgi_app = _saying(app.wsgi_app, [*_OF_ALL, *([_BY_HTTPS] if by_https else [])])  # type: ignore[method-assign]
    app.after_request(_secure)


def _saying(app: _Application, words: list[tuple[str, str]]) -> _Application:
    """The application with these headers at every answer, put there all at once, as nothing else says them."""

    def answer(asked: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        def begin(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            return start(status, headers + words, *error)

        return app(asked, begin)

    return answer


def _secure(response: Response) -> Response:
    """Of a page: nothing from elsewhere, nothing inline, nothing for other sites."""
    if response.mimetype == "text/html":
        response.headers["Content-Security-Policy"] = _policy(maps.tiles())
        for name, value in _OF_A_PAGE:
            response.headers.add(name, value)
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
