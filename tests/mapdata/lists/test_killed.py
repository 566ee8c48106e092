"""An import ended by SIGKILL leaves all of the list or none of it."""

import random
import subprocess
import sys
import time
from pathlib import Path

from mapdata import storage
from mapdata.registry import Registry
from tests import scale
from tests.factories import published, write_csv

ROWS, MOMENTS = 600, scale.of(6, 40)

#: Says when it begins to write, so that moments are spread over the work and not over the start of Python.
PROGRAM = """
import sys
from pathlib import Path
from mapdata.lists.importing import import_file
from mapdata.registry import Registry
url, path, source = sys.argv[1:]
registry = Registry(url)
print("ready", flush=True)
import_file(registry.engine, Path(path), source, "killed")
print("done", flush=True)
"""


def run(url: str, path: Path, source: str, seconds: float | None) -> float:
    """Import in a process of its own, ended after `seconds`; returns how long it lived after its start."""
    command = [sys.executable, "-c", PROGRAM, url, str(path), source]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        began = time.monotonic()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
        process.wait()
    return time.monotonic() - began


def held(url: str, source: str) -> tuple[int, int]:
    """How many entries the source has, and how many claims of it are current."""
    registry = Registry(url)
    with storage.reading(registry.engine) as connection:
        known, claims = storage.known_of(connection, source), storage.claims_of_source(connection, source)
        shown = {e.id for e in storage.load_entries(connection)}
    assert {k.resource_id for k in known} <= shown
    registry.engine.dispose()
    return len(known), len(claims)


def test_all_or_none(database_url: str, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "l.csv", (published(管理番号=str(i), 名称=f"場所{i}") for i in range(ROWS)))
    Registry(database_url).engine.dispose()
    whole_time = run(database_url, path, "whole", None)
    whole = held(database_url, "whole")
    assert whole[0] == ROWS
    chance = random.Random(13122)
    outcomes = []
    for moment in range(MOMENTS):
        run(database_url, path, f"s{moment}", chance.uniform(0.2, 1.05) * whole_time)
        outcomes.append(held(database_url, f"s{moment}"))
    assert set(outcomes) <= {(0, 0), whole}
    assert (0, 0) in outcomes, "no import was caught at work"
