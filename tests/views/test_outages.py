"""Two workers, two writers and ten readers, while the database goes and comes back: no public answer fails within ten
minutes, none is older than what was acknowledged, and nothing needs a hand afterwards."""

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from mapdata import storage
from mapdata.errors import Unavailable
from mapdata.registry import Registry
from tests import postgres, provide, schema
from tests.browser import clocked
from tests.conftest import unavailable
from tests.factories import import_rows, published
from tests.mapdata.storage.test_replaced import by_cp, by_mv

ROOT = Path(__file__).parents[2]
READERS, WRITERS = 10, 2
BAND = "いま、新しい内容を読み込めません。"


class Site:
    """A site of two workers by a clock that the test moves."""

    def __init__(self, folder: Path, database_url: str):
        self.folder, self.instance, self.database_url = folder, folder / "instance", database_url
        self.instance.mkdir(exist_ok=True)
        self.clock = clocked.Clock(folder / "clock")
        self.log = folder / "log"
        self.url = ""

    @contextmanager
    def running(self) -> Iterator["Site"]:
        settings = {"INSTANCE_DIR": str(self.instance), "DATABASE_URL": self.database_url, clocked.SETTING: str(self.clock.file)}
        with socket.create_server(("127.0.0.1", 0)) as listener, self.log.open("ab") as log:
            self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            command = [sys.executable, "-m", "gunicorn", "tests.browser.clocked:create_app()", "--bind", f"fd://{listener.fileno()}"]
            self.master = subprocess.Popen(
                command, cwd=ROOT, env=os.environ | settings, stdout=log, stderr=log, pass_fds=[listener.fileno()])
            try:
                self.until(lambda: self.get("/healthz")[0] == 200)
                yield self
                assert self.master.poll() is None, self.log.read_text()
            finally:
                self.master.terminate()
                self.master.wait(20)

    def get(self, path: str) -> tuple[int, str, dict[str, str]]:
        try:
            answer = urllib.request.urlopen(self.url + path, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        except OSError:
            return 0, "", {}
        with answer:
            return answer.status, answer.read().decode(), dict(answer.headers)

    def until(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 40
        while not holds():
            assert time.monotonic() < deadline and self.master.poll() is None, self.log.read_text()
            time.sleep(0.1)

    def workers(self) -> set[int]:
        found: set[int] = set()
        self.until(lambda: found.add(int(self.get("/healthz")[2].get(clocked.WORKER, 0))) or len(found - {0}) == 2)  # type: ignore[func-returns-value]
        return found - {0}

    def has_edition(self) -> bool:
        return any((self.instance / "kept").glob("public-*.json"))


class Traffic:
    """Writers that save numbered states of an entry each, every second one hidden; readers that look what is shown."""

    def __init__(self, site: Site, folder: Path):
        self.site, self.folder = site, folder
        self.acknowledged = [0] * WRITERS
        self.faults: list[str] = []
        self.answers = self.refused = 0
        self.over, self.paused = threading.Event(), threading.Event()

    def _write(self, which: int) -> None:
        folder = self.folder / str(which)
        folder.mkdir()
        registry, number = Registry(self.site.database_url, self.site.instance, may_be_away=True), 0
        while not self.over.is_set():
            if self.paused.is_set():
                time.sleep(0.05)
                continue
            number += 1
            row = published(管理番号=str(which), 名称=f"書き手{which}の{number:05}")
            try:
                import_rows(registry, folder, [row | ({"公開範囲": "両職員まで"} if number % 2 else {})])
                self.acknowledged[which] = number
            except Unavailable:
                self.refused += 1
                time.sleep(0.1)
        registry.engine.dispose()

    def _read(self, path: str) -> None:
        while not self.over.is_set():
            before = list(self.acknowledged)
            status, text, _ = self.site.get(path)
            self.answers += 1
            if status not in (0, 200) and not self.over.is_set():  # 0: whoever would have answered was killed
                self.faults.append(f"{path}: {status} {text[:2000]}")
            for which, number in re.findall(r"書き手(\d)の(\d{5})", text):
                if int(number) < before[int(which)]:
                    self.faults.append(f"{path}: 書き手{which}の{number} after {before[int(which)]}")
            time.sleep(0.02)

    @contextmanager
    def flowing(self) -> Iterator["Traffic"]:
        paths = ["/", "/pins.json", "/list", "/resources.geojson", "/about"]
        threads = [threading.Thread(target=self._write, args=(n,)) for n in range(WRITERS)]
        threads += [threading.Thread(target=self._read, args=(paths[n % len(paths)],)) for n in range(READERS)]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self.over.set()
            for thread in threads:
                thread.join(60)
        assert self.faults == [] and self.answers > 0

    def goes_on(self) -> None:
        """Every writer saves something more, and it is shown."""
        before = list(self.acknowledged)
        self.site.until(lambda: all(now > then for now, then in zip(self.acknowledged, before, strict=True)))


@pytest.fixture
def own_postgres() -> Iterator[postgres.Server]:
    """It loses nothing that it confirmed, however it ends."""
    folder = provide.find_postgres() or unavailable(provide.POSTGRES)
    with postgres.own_server(folder, synchronous_commit="on") as server:
        yield server


def nothing_lost(site: Site, traffic: Traffic) -> None:
    registry = Registry(site.database_url)
    with storage.reading(registry.engine) as connection:
        held = {entry.name for entry in storage.load_entries(connection)}
    registry.engine.dispose()
    for which, number in enumerate(traffic.acknowledged):
        mine = [int(name.rsplit("の", 1)[1]) for name in held if name.startswith(f"書き手{which}の")]
        assert len(mine) == 1 and mine[0] in (number, number + 1), (held, traffic.acknowledged)


def _restarts(server: postgres.Server, tmp_path: Path, times: int) -> None:
    with postgres.database(server.url) as url, Site(tmp_path, url).running() as site:
        with Traffic(site, tmp_path).flowing() as traffic:
            site.until(site.has_edition)
            for number in range(times):
                traffic.goes_on()
                server.end(postgres.Server.IMMEDIATE if number % 2 else postgres.Server.FAST)
                time.sleep(0.5)
                server.start()
            traffic.goes_on()
        nothing_lost(site, traffic)


def test_a_restart_of_postgresql_is_not_noticed(own_postgres: postgres.Server, tmp_path: Path) -> None:
    _restarts(own_postgres, tmp_path, 2)


@pytest.mark.full
def test_ten_restarts_of_postgresql_are_not_noticed(own_postgres: postgres.Server, tmp_path: Path) -> None:
    _restarts(own_postgres, tmp_path, 10)


def test_away_with_a_worker_killed_meanwhile(own_postgres: postgres.Server, tmp_path: Path) -> None:
    with postgres.database(own_postgres.url) as url, Site(tmp_path, url).running() as site:
        with Traffic(site, tmp_path).flowing() as traffic:
            site.until(site.has_edition)
            traffic.goes_on()
            own_postgres.end()
            old = site.workers()
            os.kill(min(old), signal.SIGKILL)
            site.until(lambda: not site.workers() <= old)
            site.clock.move(minutes=9)
            assert BAND in site.get("/")[1]
        site.clock.move(minutes=2)
        status, text, headers = site.get("/")
        assert status == 503 and "Retry-After" in headers and "知らせの番号" in text
        assert site.get("/healthz")[0] == 200 and site.get("/readyz")[0] == 503
        own_postgres.start()
        site.until(lambda: site.get("/")[0] == 200 and BAND not in site.get("/")[1])
        nothing_lost(site, traffic)


def test_a_site_that_begins_without_its_database(own_postgres: postgres.Server, tmp_path: Path) -> None:
    with postgres.database(own_postgres.url) as url:
        own_postgres.end()
        with Site(tmp_path, url).running() as site:
            assert [site.get(path)[0] for path in ("/", "/readyz")] == [503, 503] and len(site.workers()) == 2
            own_postgres.start()
            site.until(lambda: site.get("/")[0] == 200)
            site.until(lambda: json.loads(site.get("/readyz")[1])["writes"] is True)


def _replaced(site: Site, traffic: Traffic, backup: Path, file: Path, put: Callable[[Path, Path], None]) -> None:
    """With the writers at rest a backup is put back: whoever asks next is shown it."""
    traffic.paused.set()
    time.sleep(0.5)
    then = json.loads(site.get("/pins.json")[1])["name"]
    shutil.copyfile(file, backup)
    traffic.paused.clear()
    traffic.goes_on()
    traffic.paused.set()
    time.sleep(0.5)
    traffic.acknowledged[:] = [0] * WRITERS  # what is put back is older; who asked before has been answered by then
    time.sleep(0.5)
    put(backup, file)
    shown = {worker: names for worker, names in (_shown(site) for _ in range(12))}
    assert len(shown) == 2 and all(names == then for names in shown.values()), (then, shown)
    traffic.paused.clear()
    traffic.goes_on()


def _shown(site: Site) -> tuple[str, list[str]]:
    status, text, headers = site.get("/pins.json")
    assert status == 200
    return headers[clocked.WORKER], json.loads(text)["name"]


def _files_replaced(tmp_path: Path, times: int) -> None:
    file = tmp_path / "instance" / "registry.db"
    file.parent.mkdir()
    with Site(tmp_path, schema.file(file)).running() as site, Traffic(site, tmp_path).flowing() as traffic:
        site.until(site.has_edition)
        for number in range(times):
            _replaced(site, traffic, tmp_path / "backup.db", file, by_cp if number % 2 else by_mv)


def test_a_database_file_put_back_is_shown_at_once(tmp_path: Path) -> None:
    _files_replaced(tmp_path, 2)


@pytest.mark.full
def test_database_files_put_back_are_shown_at_once(tmp_path: Path) -> None:
    _files_replaced(tmp_path, 10)


def test_a_locked_file_is_no_reason_to_fail(tmp_path: Path) -> None:
    file = tmp_path / "instance" / "registry.db"
    file.parent.mkdir()
    with Site(tmp_path, schema.file(file)).running() as site, Traffic(site, tmp_path).flowing() as traffic:
        site.until(site.has_edition)
        traffic.goes_on()
        with sqlite3.connect(file, timeout=30, isolation_level=None) as other:
            other.execute("BEGIN EXCLUSIVE")
            site.until(lambda: BAND in site.get("/")[1])
            with suppress(sqlite3.OperationalError):
                other.execute("ROLLBACK")
        other.close()
        traffic.goes_on()
        site.until(lambda: BAND not in site.get("/")[1])
