"""Every test starts, and ends, with the built-in tables alone."""

from collections.abc import Iterator

import pytest

from geocode import installed


@pytest.fixture(autouse=True)
def _nothing_installed() -> Iterator[None]:
    installed.use(None)
    yield
    installed.use(None)
