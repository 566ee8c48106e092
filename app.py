"""The site: its settings, its registry and its commands. What it shows is put together in `views/site.py`."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from flask.cli import NoAppException

import geocode.cli
import geocode.installed
import geocode.ward
import layers.cli
import mapdata.accounts.cli
import mapdata.cli
import settings
from mapdata.editing.confirmed import ConfirmedPoints
from mapdata.errors import Unavailable
from mapdata.merging.matching.registry_pairs import RegistryPairs
from mapdata.registry import Registry, default_url
from views import site
from views.public import finder


def create_app(given: Mapping[str, Any] | None = None) -> Flask:
    """The application. `given` settings stand over the environment's (README, 設定).

    Raises WrongSetting, and WardFileError for a ward.toml that cannot be used.
    """
    app = Flask(__name__, static_folder=None)
    given = given or {}
    app.config.from_mapping({**given, **settings.read({**os.environ, **given})})
    url = app.config["DATABASE_URL"] or default_url(Path(app.config["INSTANCE_DIR"]))
    place = geocode.ward.use(geocode.ward.file_for(app.config["WARD_FILE"], Path(app.config["INSTANCE_DIR"])))
    geocode.ward.require_files(place)
    geocode.installed.use(Path(app.config["INSTANCE_DIR"]))
    app.extensions["registry"] = registry = _open(url)
    app.extensions["pairs"] = RegistryPairs(registry.engine, registry.snapshots)
    app.extensions["confirmed_points"] = ConfirmedPoints(registry.engine)
    site.install(app)
    app.cli.add_command(mapdata.cli.group)
    app.cli.add_command(mapdata.accounts.cli.group)
    app.cli.add_command(geocode.cli.group)
    app.cli.add_command(layers.cli.make_group(finder.Page))
    return app


def _open(url: str) -> Registry:
    """Raises NoAppException, which the commands tell in one sentence, when the database cannot be used."""
    try:
        return Registry(url)
    except Unavailable as error:
        shown = settings.shown(url)
        message = f"データベースを開けません（{shown}）。DATABASE_URL か INSTANCE_DIR を確かめてください：{error}"
        raise NoAppException(message) from error
