"""The command that serves the site: what its workers find when they begin."""

import gc
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask, has_app_context
from flask.cli import FlaskGroup

import serve
from app import create_app
from mapdata.claims.projection import PUBLIC
from mapdata.registry import Registry
from tests import schema


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    made = create_app({"INSTANCE_DIR": schema.instance(tmp_path / "instance"), "DATABASE_URL": ""})
    made.config["PORT"] = 0  # any that is free
    yield made
    made.extensions["registry"].engine.dispose()


class Caught:
    """In the place of gunicorn."""

    def __init__(self, site: Flask, listener: object):
        self.site = site

    def run(self) -> None:
        Caught.found = (has_app_context(), self.site)

    found: tuple[bool, Flask] | None = None


def test_requests_are_not_answered_in_the_command_s_own_context(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that answers where it was forked would hand what one request keeps for itself to the next."""
    monkeypatch.setattr(serve, "_Served", Caught)
    done = app.test_cli_runner().invoke(args=["serve"])
    assert done.exit_code == 0 and Caught.found == (False, app)
    assert done.stdout == "" and "http://127.0.0.1:" in done.stderr and "Ctrl-C" in done.stderr


def test_what_flask_itself_starts_shows_its_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`flask` looks the command up before the site is there, and asks for its templates by app.debug."""
    monkeypatch.setattr(serve, "_Served", Caught)
    monkeypatch.setattr(serve, "_listening", lambda host, port: socket.create_server(("127.0.0.1", 0)))
    environment = {"INSTANCE_DIR": schema.instance(tmp_path / "instance"), "DATABASE_URL": ""}
    done = CliRunner().invoke(FlaskGroup(create_app=create_app), ["serve"], env=environment)
    assert done.exit_code == 0 and Caught.found, done.output
    site = Caught.found[1]
    assert [site.test_client().get(path).status_code for path in ("/", "/about", "/nowhere")] == [200, 200, 404]
    site.extensions["registry"].engine.dispose()


def test_a_database_elsewhere_needs_no_folder_beforehand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "_Served", Caught)
    monkeypatch.setattr(serve, "_listening", lambda host, port: socket.create_server(("127.0.0.1", 0)))
    environment = {"INSTANCE_DIR": str(tmp_path / "new"), "DATABASE_URL": schema.file(tmp_path / "elsewhere.db")}
    done = CliRunner().invoke(FlaskGroup(create_app=create_app), ["serve", "--samples"], env=environment)
    assert done.exit_code == 0 and "demo-admin" in done.stderr, done.output
    assert Caught.found
    Caught.found[1].extensions["registry"].engine.dispose()


@pytest.mark.parametrize("held", [0, 1])
def test_samples_are_for_an_empty_registry(app: Flask, monkeypatch: pytest.MonkeyPatch, held: int) -> None:
    monkeypatch.setattr(serve, "_Served", Caught)
    registry: Registry = app.extensions["registry"]
    if held:
        assert app.test_cli_runner().invoke(args=["registry", "load-sample"]).exit_code == 0
    revision = registry.revision()
    assert "demo-admin" in app.test_cli_runner().invoke(args=["serve", "--samples"]).stderr
    assert not registry.is_empty() and (registry.revision() == revision) == bool(held)
    assert "demo" not in app.test_cli_runner().invoke(args=["serve"]).stderr


def test_workers_begin_with_what_was_loaded_and_without_connections(app: Flask) -> None:
    registry: Registry = app.extensions["registry"]
    snapshot = registry.snapshots.current(PUBLIC)
    threads = threading.active_count()
    try:
        serve.share(app)
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
    assert registry.engine.pool.checkedin() == registry.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    assert threading.active_count() == threads and registry.snapshots.current(PUBLIC) is snapshot


def test_what_is_no_site_of_ours_is_served_too() -> None:
    try:
        serve.share(Flask("other"))
        serve.share(object())
    finally:
        gc.unfreeze()
