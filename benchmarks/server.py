"""Answers a second of gunicorn with 2 workers, as shares of an empty Flask answer's, and their 95th percentiles.

    python benchmarks/server.py     # ROUNDS=7, SIZES=1000,10000,100000 and SECONDS=2 are the defaults

Every round asks for everything in turn, the empty answer among them. Rates are those of 8 readers who ask without
pause; percentiles are told for them and for 2 readers, one a worker, with whom nobody waits in a queue. SQLite, and
PostgreSQL where it is installed or lent (TEST_POSTGRES_URL).
"""

import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks import load, serving, synthetic  # noqa: E402
from benchmarks.load import Found  # noqa: E402
from benchmarks.questions import QUERIES, views  # noqa: E402
from benchmarks.report import spread, table, tell, verdicts  # noqa: E402
from benchmarks.serving import Server  # noqa: E402
from mapdata.lists.importing import import_file  # noqa: E402
from mapdata.registry import Registry  # noqa: E402
from tests import postgres, provide  # noqa: E402
from views.public.finder import BITS_UNTIL  # noqa: E402

ROUNDS = int(os.environ.get("ROUNDS", "7"))
SIZES = [int(size) for size in os.environ.get("SIZES", "1000,10000,100000").split(",")]
SECONDS = int(os.environ.get("SECONDS", "2"))
MANY, FEW = 8, 2
WRITES = 9
#: From this many entries on only lists and views of the map are asked for.
LARGE = 100_000

#: What both workers have answered before anything is measured: what is made once after each write is made then.
WARM = [f"/list?{query}" for query in QUERIES]


class Page(NamedTuple):
    """Paths asked for in turn, and what is said with them."""

    paths: list[str]
    headers: Mapping[str, str] = {}


class Place(NamedTuple):
    """A running site and its pages to ask for, by what a table calls them."""

    title: str
    size: int
    server: Server
    pages: dict[str, Page]
    url: str = ""  # of the registry's database
    built: float = 0.0  # seconds until the first worker's first answer, for which it reads the registry


#: Place and page → what each round found, for many readers and for few.
Results = dict[tuple[str, str], list[tuple[Found, Found]]]


def pages(server: Server, size: int) -> dict[str, Page]:
    """What is asked for at this size: of many entries the pins are not sent, the server draws each view of the map."""
    found: dict[str, Page] = {}
    if size < LARGE:
        _, about = serving.fetch(f"{server.url}/pins.json", **{"Accept-Encoding": "gzip"})
        found["pins.json, whole"] = Page(["/pins.json"])
        found["pins.json, unchanged (304)"] = Page(["/pins.json"], {"If-None-Match": about["etag"]})
    if size > BITS_UNTIL:
        found["filtered view of the map (marks.json)"] = Page([*views(QUERIES)])
    found["filtered page of map and list"] = Page([f"/?{query}" for query in QUERIES])
    found["filtered list alone"] = Page([f"/list?{query}" for query in QUERIES])
    if size < LARGE:
        found["entry page"] = Page([f"/resources/{one}" for one in serving.some_ids(server, 200)])
    return found


@contextmanager
def places() -> Iterator[list[Place]]:
    """The empty answer first; then each size on each database, both workers having answered."""
    with ExitStack() as stack:
        empty = stack.enter_context(serving.serve(serving.OTHERS, "/empty"))
        found = [Place("empty", 0, empty, {"empty answer": Page(["/empty"])})]
        for size in SIZES:
            folder = stack.enter_context(synthetic.instance(size, tell))
            settings = {"INSTANCE_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'registry.db'}"}
            found.append(_place(stack, f"{size:,}, SQLite", size, settings))
        if server_url := _postgres(stack):
            for size in SIZES:
                url = stack.enter_context(postgres.database(server_url))
                synthetic.fill(url, size, tell)
                settings = {"DATABASE_URL": url, "INSTANCE_DIR": stack.enter_context(TemporaryDirectory())}
                found.append(_place(stack, f"{size:,}, PostgreSQL", size, settings))
        yield found


def _place(stack: ExitStack, title: str, size: int, settings: dict[str, str]) -> Place:
    tell(f"starting a site: {title}")
    server = stack.enter_context(serving.serve(serving.SITE, "/healthz", **settings))
    began = time.perf_counter()
    serving.fetch(f"{server.url}/list")
    built = time.perf_counter() - began
    server.warm(WARM if size >= LARGE else ["/pins.json", *WARM])
    return Place(title, size, server, pages(server, size), settings["DATABASE_URL"], built)


def _postgres(stack: ExitStack) -> str | None:
    if lent := os.environ.get("TEST_POSTGRES_URL"):
        return lent
    folder = provide.find_postgres()
    return stack.enter_context(postgres.server(folder)) if folder else None


def measure(found: list[Place]) -> Results:
    """All rounds; the empty answer, which the others are compared with, is asked for before each place."""
    results: Results = defaultdict(list)
    for round_ in range(ROUNDS):
        for place in found[1:]:
            tell(f"round {round_ + 1} of {ROUNDS}: {place.title}")
            empty = found[0]
            for title, server, name, page in [
                (place.title, empty.server, "empty answer", empty.pages["empty answer"]),
                *((place.title, place.server, name, page) for name, page in place.pages.items()),
            ]:
                pair = [load.press(server.url, page.paths, readers, SECONDS, page.headers) for readers in (MANY, FEW)]
                results[title, name].append((pair[0], pair[1]))
    return results


def shares(results: Results, title: str, name: str) -> list[float]:
    """Round by round, the rate as a share of the empty answer's in the same round and place."""
    pairs = zip(results[title, name], results[title, "empty answer"], strict=True)
    return [ours[0].rate / empty[0].rate for ours, empty in pairs]


def after_writes(place: Place) -> list[float]:
    """Milliseconds until a list is answered that is asked for at once after one entry has changed, write by write."""
    registry, row, times = Registry(place.url), next(synthetic.rows(1)), []
    with TemporaryDirectory() as folder:
        path = Path(folder, "list.csv")
        for number in range(WRITES):
            row["説明"] = f"{number + 1}回目に変えた説明"
            path.write_text("\n".join([",".join(row), ",".join(row.values())]), encoding="utf-8")
            import_file(registry.engine, path, "kuramaru", "bench")
            began = time.perf_counter()
            serving.fetch(f"{place.server.url}/list?{QUERIES[0]}")
            times.append((time.perf_counter() - began) * 1000)
    registry.engine.dispose()
    return times


def tables(found: list[Place], results: Results) -> Iterator[str]:
    yield f"Median (range) of {ROUNDS} alternating rounds of {SECONDS} s; milliseconds."
    rows = [
        (f"{title}: {name}", spread([many.rate for many, _ in rounds]), spread(shares(results, title, name), 2),
         spread([few.p95 for _, few in rounds], 1), spread([many.p95 for many, _ in rounds], 1))
        for (title, name), rounds in results.items()
    ]
    yield table(["entries, database: asked for", "answers a second", "share of an empty answer's",
                 f"p95, {FEW} readers", f"p95, {MANY} readers"], rows)
    yield table(["entries, database", "first answer of a worker, s", "first answer after a write, ms",
                 "memory of a worker afterwards, MB"],
                [(place.title, f"{place.built:.1f}", spread(after_writes(place), 1), f"{place.server.memory():,.0f}")
                 for place in found[1:]])


def wanted(found: list[Place], results: Results) -> str:
    """The figures that were set as goals, for each place they apply to."""
    rows: list[tuple[str, str, bool]] = []
    for place in found[1:]:
        for name in (name for name in place.pages if name.startswith("pins.json")):
            share = statistics.median(shares(results, place.title, name))
            rows.append((f"{place.title}: {name}, 0.5 of an empty answer's rate", f"{share:.2f}", share >= 0.5))
        limit = 150 if place.size >= LARGE else 50
        for name in (name for name in place.pages if name.startswith("filtered")):
            p95 = statistics.median(few.p95 for _, few in results[place.title, name])
            rows.append((f"{place.title}: {name}, p95 within {limit} ms", f"{p95:.1f} ms", p95 <= limit))
    return f"Goals; percentiles with {FEW} readers, medians of the rounds:\n\n{verdicts(rows)}"


def main() -> None:
    with places() as found:
        results = measure(found)
        parts = [*tables(found, results), wanted(found, results)]
    print("\n\n".join(part.strip() for part in parts))


if __name__ == "__main__":
    main()
