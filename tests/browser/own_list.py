"""A site that shows a test's own list, in this process: for what the sample lists do not hold."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app
from tests.factories import import_rows


class Quiet(WSGIRequestHandler):
    """A failing test shows what failed, not a hundred lines of requests."""

    def log(self, type: str, message: str, *args: object) -> None:
        pass


@contextmanager
def serve_list(folder: Path, rows: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """The URL of a site that holds these rows of a list and nothing else.

    Raises ListRefused for a list that the registry would not take.
    """
    app = create_app({"INSTANCE_DIR": str(folder), "DATABASE_URL": ""})
    import_rows(app.extensions["registry"], folder, rows)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
