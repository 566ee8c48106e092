"""A registry on each kind of database."""

import pytest

from mapdata.registry import Registry


@pytest.fixture
def registry(database_url: str) -> Registry:
    made = Registry(database_url)
    yield made
    made.engine.dispose()
