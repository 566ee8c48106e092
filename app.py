"""The site: settings, security headers, error pages and the list of blueprints."""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, render_template, request, url_for
from flask.cli import NoAppException
from flask_compress import Compress
from flask_wtf.csrf import CSRFError
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

import geocode.cli
import geocode.installed
import geocode.ward
import layers.cli
import mapdata.accounts.cli
import mapdata.cli
import settings
from layers.basemap import Tiles
from mapdata.accounts import secret
from mapdata.claims.projection import PUBLIC
from mapdata.editing.confirmed import ConfirmedPoints
from mapdata.errors import NotFound, Unavailable
from mapdata.lists.sent.staging import NotNow
from mapdata.lists.sent.uploads import MAX_BYTES
from mapdata.merging.matching.registry_pairs import RegistryPairs
from mapdata.people.refusals import AccountRefused, LinkUnusable
from mapdata.registry import Registry, default_url
from views import access, assets, health, layout, login, moved, reader, sessions, translation
from views.public import data, finder, maps, org_link, pages, report
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
    freshness.blueprint, slips.blueprint,
)

#: The domain's named errors → statuses.
STATUSES: dict[type[Exception], int] = {NotFound: 404, LinkUnusable: 410, Unavailable: 503}

_TITLES = {
    401: ("ログインしてください", "ログインが切れています。もう一度ログインしてからお試しください。"),
    403: ("この画面は開けません", "いまのアカウントでは使えない画面です。必要なときは、管理者に頼んでください。"),
    404: ("ページが見つかりません", "掲載が終わったか、住所（URL）がちがうようです。もう一度おさがしください。"),
    405: ("この開き方はできません", "もう一度、はじめのページからお進みください。"),
    410: (
        "このリンクは使えません",
        "もう使われたか、72時間の期限が過ぎたか、途中で切れているようです。"
        "渡してくれた人に、新しいリンクを頼んでください。",
    ),
    413: ("送られた内容が大きすぎます", "小さく分けて、もう一度お試しください。"),
    503: ("いま、開けません", "しばらく待って、もう一度お試しください。"),
    500: ("うまく表示できませんでした", "こちらの不具合です。少し待って、もう一度お試しください。"),
}
_OTHER = ("ページを表示できません", "もう一度、はじめのページからお進みください。")


def create_app(given: Mapping[str, Any] | None = None) -> Flask:
    """The application. `given` settings stand over the environment's (README, 設定).

    Raises WrongSetting, and WardFileError for a ward.toml that cannot be used.
    """
    app = Flask(__name__, static_folder=None)
    given = given or {}
    app.config.from_mapping({**given, **settings.read({**os.environ, **given})})
    app.config["TILES"] = _tiles(app.config)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BYTES
    translation.install(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    url = app.config["DATABASE_URL"] or default_url(Path(app.config["INSTANCE_DIR"]))
    place = geocode.ward.use(geocode.ward.file_for(app.config["WARD_FILE"], Path(app.config["INSTANCE_DIR"])))
    geocode.ward.require_files(place)
    geocode.installed.use(Path(app.config["INSTANCE_DIR"]))
    app.extensions["registry"] = registry = _open(url)
    app.extensions["pairs"] = RegistryPairs(registry.engine, registry.snapshots)
    app.extensions["confirmed_points"] = ConfirmedPoints(registry.engine)
    _guard(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    layout.install(app)
    assets.install(app)
    Compress(app)
    app.cli.add_command(mapdata.cli.group)
    app.cli.add_command(mapdata.accounts.cli.group)
    app.cli.add_command(geocode.cli.group)
    app.cli.add_command(layers.cli.make_group(finder.Page))
    app.after_request(_security_headers)
    _install_errors(app)
    return app


def _open(url: str) -> Registry:
    """Raises NoAppException, which the commands tell in one sentence, when the database cannot be used."""
    try:
        return Registry(url)
    except Unavailable as error:
        shown = settings.shown(url)
        message = f"データベースを開けません（{shown}）。DATABASE_URL か INSTANCE_DIR を確かめてください：{error}"
        raise NoAppException(message) from error


def _guard(app: Flask) -> None:
    """Every page closed unless it says otherwise; cookies sealed with this installation's own key."""
    folder = Path(app.config["INSTANCE_DIR"])
    try:
        app.config["SECRET_KEY"] = app.config["SECRET_KEY"] or secret.load(folder)
    except OSError as error:
        message = f"{folder / secret.FILE} を読み書きできません（{error.strerror}）。INSTANCE_DIR を確かめてください"
        raise NoAppException(message) from error
    if proxies := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    sessions.install(app)
    access.install(app, login.refuse)


def _tiles(config: Mapping[str, Any]) -> Tiles | None:
    return Tiles(config["TILE_URL"], config["TILE_ATTRIBUTION"]) if config["TILE_URL"] else None


def _security_headers(response: Response) -> Response:
    """Nothing from elsewhere, nothing inline, no trace of where a reader came from."""
    if response.mimetype == "text/html":
        response.headers["Content-Security-Policy"] = _policy(maps.tiles())
        response.headers["Permissions-Policy"] = "geolocation=(self), camera=(), microphone=()"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    _set_caching(response)
    return response


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
    if reader.audience() != PUBLIC or sessions.ended() or request.blueprint == login.blueprint.name:
        response.headers["Cache-Control"] = "no-store"
    elif not said:
        response.headers["Cache-Control"] = "no-cache"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".replace("{s}", "*")


def _install_errors(app: Flask) -> None:
    for error, status in STATUSES.items():
        app.register_error_handler(error, lambda e, s=status: _error_page(s))
    app.register_error_handler(NotFound, lambda e: moved.answer() or _error_page(404))
    app.register_error_handler(CSRFError, login.stale)
    app.register_error_handler(AccountRefused, users.refused)
    app.register_error_handler(NotNow, imports.not_now)
    app.register_error_handler(HTTPException, lambda e: _error_page(e.code or 500))


def _error_page(status: int) -> tuple[str, int]:
    title, message = _TITLES.get(status, _OTHER)
    next_steps = [("地図と一覧にもどる", url_for("public.index"))]
    if status == 401:
        next_steps.insert(0, ("ログインする", url_for("login.sign_in")))
    if status >= 500:
        next_steps.insert(0, ("もう一度ひらく", request.full_path.rstrip("?")))
    page = render_template(
        "errors/error.html", code=status, title=title, message=message, next_steps=next_steps
    )
    return page, status
