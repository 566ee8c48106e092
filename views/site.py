"""What the site shows, put together: every page, guarded, with its headers, its files and its errors."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from flask_compress import Compress
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from commands import CannotStart, logs
from layers.basemap import Tiles
from mapdata.accounts import secret
from mapdata.lists.sent.uploads import MAX_BYTES
from views import access, assets, error_pages, headers, kept, layout, login, sessions, translation
from views.answers import requests
from views.asked import odd
from views.public import data, health, maps, org_link, pages, report
from views.staff import (
    audit,
    changes,
    chosen,
    entries,
    entry_list,
    entry_page,
    freshness,
    home,
    imports,
    pairs,
    places,
    proposals,
    slips,
    texts,
    users,
    visits,
)

BLUEPRINTS = (
    pages.blueprint, data.blueprint, maps.blueprint, health.blueprint, login.blueprint, home.blueprint,
    users.blueprint, audit.blueprint, entries.blueprint, entry_page.blueprint, places.blueprint, visits.blueprint,
    changes.blueprint, entry_list.blueprint, chosen.blueprint, imports.blueprint,
    texts.blueprint, pairs.blueprint, report.blueprint, org_link.blueprint, proposals.blueprint,
    freshness.blueprint, slips.blueprint, requests.blueprint,
)


#: Bytes and parts of one form: every field of an entry as long as it may be, and as many rows as any entry has.
_MOST_TYPED, _MOST_PARTS = 16 * 1024 * 1024, 20_000


def install(app: Flask) -> None:
    """The pages of an app whose settings are read. Raises CannotStart."""
    for name in ("registry", "pairs", "confirmed_points", "texts"):
        app.extensions[name]  # what is wrong with the database is told now
    health.look_through(app)
    app.config["TILES"] = _tiles(app)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"], app.config["MAX_FORM_PARTS"] = _MOST_TYPED, _MOST_PARTS
    app.ensure_sync = _as_it_is  # type: ignore[method-assign,assignment]
    odd.install(app)
    translation.install(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    _guard(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    layout.install(app)
    assets.install(app)
    _Compress(app)
    headers.install(app)
    error_pages.install(app)
    _log_plainly(app)


class _Compress(Compress):
    """What was compressed when it was made, and says so, is not looked through again."""

    def after_request(self, response: Response | None) -> Response:
        if response and "Content-Encoding" in response.headers:
            return response
        return super().after_request(response)


def _log_plainly(app: Flask) -> None:
    """What breaks is written down with the path's own words, and nothing that was sent."""
    def log_exception(exc_info: Any) -> None:
        app.logger.error("Exception on %s [%s]", request.path, request.method, exc_info=exc_info)

    logs.know(rule.rule for rule in app.url_map.iter_rules())
    app.log_exception = log_exception  # type: ignore[method-assign]


def _as_it_is(function: Callable[..., Any]) -> Callable[..., Any]:
    """Nothing of ours is a coroutine, for which Flask looks through each function at each request."""
    return function


def _tiles(app: Flask) -> Tiles | None:
    return Tiles(app.config["TILE_URL"], app.config["TILE_ATTRIBUTION"]) if app.config["TILE_URL"] else None


def _guard(app: Flask) -> None:
    """Every page closed unless it says otherwise; cookies sealed with this installation's own key."""
    folder = Path(app.config["INSTANCE_DIR"])
    try:
        app.config["SECRET_KEY"] = app.config["SECRET_KEY"] or secret.load(folder)
    except OSError as error:
        message = f"{folder / secret.FILE} を読み書きできません（{error.strerror}）。INSTANCE_DIR を確かめてください"
        raise CannotStart(message) from error
    if count := app.config["TRUSTED_PROXIES"]:
        told = _Plausible(app.wsgi_app)
        app.wsgi_app = ProxyFix(told, count, count, x_host=count, x_prefix=count)  # type: ignore[method-assign]
    sessions.install(app)
    access.install(app, login.refuse)
    kept.install(app)


#: Two slashes in front of where the site is mounted would be another site's address.
_PLAUSIBLE = {
    "wsgi.url_scheme": re.compile("https?"),
    "HTTP_HOST": re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?"),
    "SCRIPT_NAME": re.compile(r"(?:/[A-Za-z0-9._~-]+)*/?"),
}


class _Plausible:
    """An application to which what proxies said that could not be true of a site is as if it had not been said."""

    def __init__(self, app: Callable[..., Iterable[bytes]]):
        self._app = app

    def __call__(self, asked: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        said_to_us = asked["werkzeug.proxy_fix.orig"]
        for name, pattern in _PLAUSIBLE.items():
            if not pattern.fullmatch(asked.get(name) or ""):
                asked[name] = said_to_us[name] or ""
        asked["SCRIPT_NAME"] = asked["SCRIPT_NAME"].rstrip("/")
        return self._app(asked, start)
