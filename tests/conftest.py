"""What every test may ask for."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import hypothesis
import pytest

import settings
from mapdata import clock
from mapdata.registry import Registry
from tests import postgres, provide, scale, schema, wards

# A shared runner can stall for a second, and a red run must be red again when repeated.
hypothesis.settings.register_profile("project", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("project")

# A developer's own settings must never reach the tests, nor the tests that developer's data.
OWN_SETTINGS = (*settings.SETTINGS, "CASEWORK", "CASEWORK_DATABASE_URL")


# Before any test is gathered: some read the ward's tables as soon as they are imported.
os.environ["WARD_FILE"] = str(wards.KATSUSHIKA)


def pytest_configure(config: pytest.Config) -> None:
    scale.full = "full or not full" in config.option.markexpr


def unavailable(tool: provide.Tool) -> NoReturn:
    """Skip with how to get it; fail where nothing may be skipped (CI)."""
    if os.environ.get("CI"):
        pytest.fail(tool.missing, pytrace=False)
    pytest.skip(tool.missing)


@pytest.fixture(scope="session", autouse=True)
def _own_surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in OWN_SETTINGS:
            patch.delenv(name, raising=False)
        patch.setenv("WARD_FILE", str(wards.KATSUSHIKA))
        patch.setenv("INSTANCE_DIR", str(tmp_path_factory.mktemp("instance")))
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server: TEST_POSTGRES_URL, or one started for this process."""
    lent = os.environ.get("TEST_POSTGRES_URL")
    if lent:
        yield lent
        return
    folder = provide.find_postgres() or unavailable(provide.POSTGRES)
    with postgres.server(folder) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_registry(postgres_server: str) -> Iterator[str]:
    """The URL of an empty registry on that server, for others to be copied from; nothing connects to it."""
    with postgres.database(postgres_server) as url:
        Registry(url).engine.dispose()
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty registry of this test's own; a test that asks for it runs once on each kind of database."""
    if request.param == "sqlite":
        yield schema.file(tmp_path / "registry.db")
        return
    server, like = map(request.getfixturevalue, ("postgres_server", "postgres_registry"))
    with postgres.database(server, like) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with nothing in it, as a ward makes it; once on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'registry.db'}"
        return
    with postgres.database(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture
def later() -> Iterator[Callable[..., None]]:
    """later(hours=2): that much time passes."""
    passed = [timedelta()]

    def pass_(**length: float) -> None:
        passed[0] += timedelta(**length)

    clock.run_by(lambda: datetime.now(UTC) + passed[0])
    yield pass_
    clock.run_by()
