"""The site: its settings, what it is made of, and its commands. What it shows is put together in `views/site.py`.

Commands start in a moment because nothing is imported before it is needed: not here, and not at the top of a module
with commands.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
from flask import Flask

import settings
from commands import CannotStart, LazyGroup, logs
from commands.cli import REFUSAL, WAITS, WRITTEN
from geocode import installed, tables, ward


def create_app(given: Mapping[str, Any] | None = None) -> Flask:
    """The site, ready to answer. `given` settings stand over the environment's (README, 設定).

    Called by `flask --app app` to look a command up, it is only as much as commands need: they open what they ask for,
    and its settings are refused by the command that is run, so that `--help` always helps. Raises CannotStart.
    """
    if given is None:
        logs.install()
    app = Flask(__name__, static_folder=None)
    app.extensions = _Parts(app)
    app.cli = LazyGroup(_COMMANDS)
    if given is not None or not (asking := _asking_for_a_command()):
        app.extensions[WAITS] = given is None
        _configure(app, given or {})
        _complete(app)
        return app
    asking.command.epilog = f"\b\n設定（環境変数）：\n{settings.told()}"
    try:
        _configure(app, {})
    except CannotStart as refusal:
        app.extensions[REFUSAL] = refusal
    return app


def _asking_for_a_command() -> click.Context | None:
    """The context of `flask` itself, which looks for a command of ours; its own (run, shell, routes) have their own."""
    context = click.get_current_context(silent=True)
    return context if context and context.parent is None else None


def _configure(app: Flask, given: Mapping[str, Any]) -> None:
    app.extensions[WRITTEN] = {**os.environ, **given}
    try:
        app.config.from_mapping({**given, **settings.read(app.extensions[WRITTEN])})
    except settings.WrongSetting as wrong:
        raise CannotStart(wrong) from wrong
    folder = Path(app.config["INSTANCE_DIR"])
    try:
        place = ward.use(ward.file_for(app.config["WARD_FILE"], folder))
        ward.require_files(place)
        tables.check(place)
    except ward.WardFileError as error:
        raise CannotStart(settings.shown(error)) from error
    installed.use(folder)


def _complete(app: Flask) -> None:
    """Everything that answers a request, made now if it is not: what is wrong is told before anyone asks."""
    app.extensions["site"]


# --- what the app is made of


class _Parts(dict[str, Any]):
    """An app's extensions: those of the site are made when they are first asked for."""

    def __init__(self, app: Flask):
        super().__init__()
        self._app = app

    def __missing__(self, name: str) -> Any:
        self[name] = made = _PARTS[name](self._app)
        return made


def _registry(app: Flask) -> Any:
    """Raises CannotStart when the database cannot be used."""
    from mapdata.errors import Unavailable, WrongDatabase
    from mapdata.registry import Registry, default_url

    url, name = app.config["DATABASE_URL"], "DATABASE_URL" if app.config["DATABASE_URL"] else "INSTANCE_DIR"
    folder = Path(app.config["INSTANCE_DIR"])
    try:
        return Registry(url or default_url(folder), folder, may_be_away=app.extensions.get(WAITS, False))
    except WrongDatabase as wrong:
        raise CannotStart(f"データベースを開けません：{wrong}（{name}={settings.shown(app.config[name])}）") from wrong
    except (Unavailable, OSError) as error:
        value, hint = settings.shown(app.config[name]), settings.SETTINGS[name].hint
        raise CannotStart(f"データベースを開けません：{name}={value}（{settings.shown(error)}）。{hint}") from error


def _pairs(app: Flask) -> Any:
    from mapdata.merging.matching.registry_pairs import RegistryPairs

    registry = app.extensions["registry"]
    return RegistryPairs(registry.engine, registry.snapshots)


def _confirmed_points(app: Flask) -> Any:
    from mapdata.editing.confirmed import ConfirmedPoints

    return ConfirmedPoints(app.extensions["registry"].snapshots)


def _texts(app: Flask) -> Any:
    from mapdata.sitetexts import CurrentTexts

    return CurrentTexts(app.extensions["registry"].engine)


def _site(app: Flask) -> Any:
    """What answers requests. Raises CannotStart."""
    from views import site

    site.install(app)
    return app.wsgi_app


def _page_of(app: Flask) -> Any:
    """The site's own reading of an answer, which the one-file map shows too."""
    from views.public import finder

    _complete(app)
    return finder.Page


_PARTS: Mapping[str, Callable[[Flask], Any]] = {
    "registry": _registry, "pairs": _pairs, "confirmed_points": _confirmed_points, "texts": _texts, "site": _site,
    "page_of": _page_of,
}

#: Our commands → where they are.
_COMMANDS: Mapping[str, str] = {
    "registry": "mapdata.cli:group", "users": "mapdata.accounts.cli:group", "geocode": "geocode.cli:group",
    "map": "layers.cli:group", "serve": "serve:command", "doctor": "doctor.cli:command",
}
