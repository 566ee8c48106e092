"""社会資源の一覧 at 2,000 entries, as an editor's browser asks for it: milliseconds until the answer.

    python benchmarks/staff.py     # ROUNDS=7, SIZE=2000 and SECONDS=2 are the defaults

Every round asks for everything in turn, the empty answer among them; 2 readers, one a worker, ask without pause. The
first answer after a change is told apart: each worker then reads what changed and projects it anew.
"""

import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks import load, serving, synthetic  # noqa: E402
from benchmarks.load import Found  # noqa: E402
from benchmarks.questions import STAFF_LIST  # noqa: E402
from benchmarks.report import percentile, spread, table, tell, verdicts  # noqa: E402
from mapdata import storage  # noqa: E402
from mapdata.accounts import managing  # noqa: E402
from mapdata.claims.projection import STAFF  # noqa: E402
from mapdata.clock import today  # noqa: E402
from mapdata.editing import bulk  # noqa: E402
from mapdata.people.account import Actor  # noqa: E402
from mapdata.people.refusals import AccountRefused  # noqa: E402
from mapdata.people.roles import Role  # noqa: E402
from mapdata.registry import Registry  # noqa: E402

ROUNDS = int(os.environ.get("ROUNDS", "7"))
SIZE = int(os.environ.get("SIZE", "2000"))
SECONDS = int(os.environ.get("SECONDS", "2"))
READERS, CHANGES, LIMIT = 2, 20, 150

_LIST = "/staff/entries"
_NAME, _PASSWORD = "測る人", "うみべの灯台と猫が三匹いる"
_AFTER = "the first answer after a change"


@contextmanager
def signed_in() -> Iterator[tuple[serving.Server, Registry, str]]:
    """A site with the entries, its registry, and the cookie of an editor."""
    with synthetic.instance(SIZE, tell) as folder:
        registry = Registry(f"sqlite:///{folder / 'registry.db'}")
        try:
            managing.add(registry.engine, Actor("cli:benchmark"), _NAME, [Role.EDITOR], "kuramaru", password=_PASSWORD)
        except AccountRefused:
            tell("the account of an earlier run is there")
        with serving.serve(serving.SITE, "/healthz", INSTANCE_DIR=str(folder)) as server:
            yield server, registry, serving.sign_in(server.url, _NAME, _PASSWORD)


def measure(server: serving.Server, empty: serving.Server, cookie: str) -> dict[str, list[Found]]:
    """All rounds, by what was asked for."""
    results: dict[str, list[Found]] = defaultdict(list)
    for round_ in range(ROUNDS):
        tell(f"round {round_ + 1} of {ROUNDS}")
        results["empty answer"].append(load.press(empty.url, ["/empty"], READERS, SECONDS))
        for name, queries in STAFF_LIST.items():
            paths = [f"{_LIST}?{query}" for query in queries]
            results[name].append(load.press(server.url, paths, READERS, SECONDS, {"Cookie": cookie}))
    return results


def after_changes(server: serving.Server, registry: Registry, cookie: str) -> list[float]:
    """Milliseconds of the first answer after each of some changes."""
    ids = [record.id for record in registry.snapshots.current(STAFF).records[:CHANGES]]
    found = []
    for number, it in enumerate(ids):
        status = "paused" if _status(registry, it) == "active" else "active"
        bulk.set_status(registry.engine, [it], status, "kuramaru", "benchmark", today())
        began = time.perf_counter()
        serving.fetch(f"{server.url}{_LIST}?page={number + 1}", Cookie=cookie)
        found.append((time.perf_counter() - began) * 1000)
    return found


def _status(registry: Registry, it: str) -> str:
    with storage.reading(registry.engine) as connection:
        claims = storage.claims_of_resources(connection, [it])[it]
    return next(str(claim.value) for claim in claims if claim.field == "status")


def main() -> None:
    with signed_in() as (server, registry, cookie), serving.serve(serving.OTHERS, "/empty") as empty:
        tell("warming")
        for _ in range(16):
            serving.fetch(server.url + _LIST, Cookie=cookie)
        results = measure(server, empty, cookie)
        after = after_changes(server, registry, cookie)
    rows = [(name, spread([one.rate for one in rounds]), spread([one.p95 for one in rounds], 1))
            for name, rounds in results.items()]
    p95 = percentile(after, .95)
    rows.append((_AFTER, "", f"{p95:.1f} (of {len(after)}, median {statistics.median(after):.1f})"))
    print(f"Median (range) of {ROUNDS} rounds of {SECONDS} s, {SIZE:,} entries, SQLite, {READERS} readers.\n")
    print(table(["asked for", "answers a second", "p95, ms"], rows))
    goals = [(f"{name}, p95 within {LIMIT} ms", f"{it:.1f} ms", it <= LIMIT) for name, it in _goals(results, p95)]
    print(verdicts(goals))


def _goals(results: dict[str, list[Found]], after: float) -> list[tuple[str, float]]:
    medians = [(name, statistics.median(one.p95 for one in results[name])) for name in STAFF_LIST]
    return [*medians, (_AFTER, after)]


if __name__ == "__main__":
    main()
