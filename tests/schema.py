"""Registries whose schema is there already: the migrations make it once, and each test takes a copy.

Most tests start with an empty registry, and making its tables takes longer than the test itself. What a fresh database
needs is tested where it belongs, on databases with nothing in them (`empty_database_url`).
"""

from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Engine

from mapdata import registry
from mapdata.registry import Registry
from mapdata.storage import migrations


@cache
def _made() -> bytes:
    """An SQLite file as the migrations make it."""
    with Registry("sqlite://").engine.connect() as connection:
        content: bytes = connection.connection.driver_connection.serialize()
        return content


def in_memory() -> Registry:
    """An empty registry that is gone with its engine."""
    content = _made()

    def fill(engine: Engine) -> None:
        with engine.connect() as connection:
            connection.connection.driver_connection.deserialize(content)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "upgrade", fill)
        return Registry("sqlite://")


def instance(folder: Path) -> str:
    """The setting INSTANCE_DIR: a folder with an empty registry, or with the one that it holds already."""
    path = Path(registry.default_url(folder).removeprefix("sqlite:///"))
    if not path.exists():
        path.write_bytes(_made())
    return str(folder)


def file(path: Path) -> str:
    """The URL of an empty registry in a file of this name."""
    path.write_bytes(_made())
    return f"sqlite:///{path}"
