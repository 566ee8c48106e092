"""Accounts whose passwords are quick to check."""

import pytest
from sqlalchemy import Engine

from mapdata.registry import Registry
from tests.accounts import quick_passwords


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick_passwords(monkeypatch)


@pytest.fixture
def engine(registry: Registry) -> Engine:
    return registry.engine
