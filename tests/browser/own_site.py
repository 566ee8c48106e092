"""A site of a test's own, in this process: for what the sample lists do not hold, and for those who sign in."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app
from mapdata import storage
from mapdata.claims.projection import STAFF, Record
from mapdata.clock import today
from mapdata.people.roles import Role
from tests import schema
from tests.accounts import account
from tests.factories import import_rows


class Quiet(WSGIRequestHandler):
    """A failing test shows what failed, not a hundred lines of requests."""

    def log(self, type: str, message: str, *args: object) -> None:
        pass


class OwnSite:
    """A site that answers at `url` and holds nothing yet; `registry` is what it shows."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.app = create_app({"INSTANCE_DIR": schema.instance(folder), "DATABASE_URL": ""})
        self.registry = self.app.extensions["registry"]
        self.server = make_server("127.0.0.1", 0, self.app, threaded=True, request_handler=Quiet)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def open(self) -> None:
        """From now on it answers; what the app lacks must be in it by then."""
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.registry.engine.dispose()

    def records(self) -> dict[str, Record]:
        return {record.name: record for record in self.registry.snapshots.current(STAFF).records}

    def id_of(self, name: str) -> str:
        with storage.reading(self.registry.engine) as connection:
            return next(entry.id for entry in storage.load_entries(connection) if entry.name == name)

    def confirmed_today(self) -> int:
        return sum(record.assured_on == today() for record in self.records().values())


@contextmanager
def own_site(folder: Path) -> Iterator[OwnSite]:
    """A site with nothing in it but the account of an admin, 花子."""
    site = OwnSite(folder)
    account(site.registry.engine, "花子", Role.ADMIN)
    site.open()
    try:
        yield site
    finally:
        site.close()


@contextmanager
def serve_list(folder: Path, rows: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """The URL of a site that holds these rows of a list and nothing else.

    Raises ListRefused for a list that the registry would not take.
    """
    site = OwnSite(folder)
    import_rows(site.registry, folder, rows)
    site.open()
    try:
        yield site.url
    finally:
        site.close()
