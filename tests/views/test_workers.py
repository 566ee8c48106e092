"""Two gunicorn workers never disagree after a write: what one hides, the other does not show."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from mapdata.claims.projection import PUBLIC
from mapdata.registry import Registry
from tests import scale
from tests.factories import import_rows, published

ROOT = Path(__file__).parents[2]
WRITES = scale.of(5, 30)
MARKS = "/marks.json?zoom=12&south=35.6&west=139.7&north=35.9&east=140"

#: The site as it is, but that each answer tells whose it is.
SETTINGS = """
import os
workers, threads, keepalive = 2, 4, 60

def post_worker_init(worker):
    site = worker.wsgi
    def telling(environ, start_response):
        def start(status, headers, *more):
            return start_response(status, [*headers, ("X-Worker", str(os.getpid()))], *more)
        return site(environ, start)
    worker.wsgi = telling
"""


class Reader:
    """One kept connection; it is one worker's for as long as it lasts."""

    def __init__(self, address: str):
        self._connection = http.client.HTTPConnection(address, timeout=60)
        self.worker = ""
        self.get("/healthz")

    def get(self, path: str) -> str:
        self._connection.request("GET", path)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        assert answer.status == 200, text
        assert self.worker in ("", answer.headers["X-Worker"])
        self.worker = answer.headers["X-Worker"]
        return text

    def close(self) -> None:
        self._connection.close()


@contextmanager
def site(database_url: str, folder: Path) -> Iterator[str]:
    """The address of a running site."""
    (folder / "gunicorn.py").write_text(SETTINGS)
    environment = os.environ | {"DATABASE_URL": database_url, "INSTANCE_DIR": str(folder)}
    with socket.create_server(("127.0.0.1", 0)) as listener, (folder / "log").open("wb") as log:
        command = [sys.executable, "-m", "gunicorn", "app:create_app()", "--config", str(folder / "gunicorn.py"),
                   "--bind", f"fd://{listener.fileno()}", "--no-control-socket", "--log-level", "warning"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, pass_fds=[listener.fileno()])
        try:
            yield f"127.0.0.1:{listener.getsockname()[1]}"
            assert process.poll() is None, (folder / "log").read_text()
        finally:
            process.terminate()
            process.wait(20)


@contextmanager
def readers(address: str) -> Iterator[list[Reader]]:
    """Some at each of the two workers."""
    made: list[Reader] = []
    deadline = time.monotonic() + 60
    while min((count := Counter(r.worker for r in made)).values(), default=0) < 3 or len(count) < 2:
        assert time.monotonic() < deadline, f"only one worker answers: {count}"
        try:
            made.append(Reader(address))
        except ConnectionError:  # it is not up yet
            time.sleep(0.1)
    yield made
    for reader in made:
        reader.close()


def told(reader: Reader) -> dict[str, object]:
    """What one worker says now, each time asked anew: revisions, and names where there are names."""
    pins, marks = json.loads(reader.get("/pins.json")), json.loads(reader.get(MARKS))
    entries = [entry["name"] for mark in marks["marks"] for entry in mark.get("entries", [])]
    rows = re.findall(r'class="row-name"><a href="[^"]*">([^<]*)<', reader.get("/list"))
    return {
        "pins": pins["revision"], "marks": marks["revision"], "names": pins["name"], "rows": rows, "map": sorted(entries),
        "total": marks["total"],
    }


def test_no_worker_shows_an_older_state(database_url: str, tmp_path: Path) -> None:
    registry = Registry(database_url)
    import_rows(registry, tmp_path, [published(管理番号="0", 名称="初め")])
    with site(database_url, tmp_path) as address, readers(address) as all_readers, ThreadPoolExecutor(8) as many:
        assert len({reader.worker for reader in all_readers}) == 2
        for number in range(WRITES):
            row = published(管理番号=str(number % 3), 名称=f"場所{number:02}", 住所="葛飾区立石5-13-1")
            hidden = number % 4 == 3
            import_rows(registry, tmp_path, [row | ({"公開範囲": "両職員まで"} if hidden else {})])
            revision = registry.snapshots.current(PUBLIC).version
            answers = list(many.map(told, all_readers))
            for answer in answers:
                assert answer["pins"] == answer["marks"] == revision
                assert answer == answers[0] and answer["rows"] == answer["names"] and answer["total"] == len(answer["names"])  # type: ignore[arg-type]
                assert (f"場所{number:02}" in answer["names"]) == (not hidden)  # type: ignore[operator]
                assert set(answer["map"]) <= set(answer["names"])  # type: ignore[call-overload]
    registry.engine.dispose()


def test_a_restarted_database_is_asked_again(postgres_server: str, tmp_path: Path) -> None:
    """As far as a site notices: its connections break while nobody asks."""
    from tests import postgres
    with postgres.database(postgres_server) as url:
        registry = Registry(url)
        with site(url, tmp_path) as address, readers(address) as all_readers:
            with registry.engine.connect() as connection:
                connection.exec_driver_sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE pid <> pg_backend_pid() AND datname = current_database()")
            import_rows(registry, tmp_path, [published(名称="後から")])
            assert [json.loads(reader.get("/pins.json"))["name"] for reader in all_readers] == [["後から"]] * len(all_readers)
        registry.engine.dispose()


