"""Finding what two lists have in common: this matcher beside what one would do instead, in one run.

    python benchmarks/matching.py       # ROUNDS=7 is the default

Right and found are counted on the table of judged pairs (tests/data/pairs*.txt); seconds are those for two lists of
1,000 rows each, of which 500 are in both, the second one spelled another way.
"""

import os
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

# A script run by its path has its own folder first on the path, not the project's.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from rapidfuzz import fuzz, process  # noqa: E402

from benchmarks import synthetic  # noqa: E402
from benchmarks.report import spread, table  # noqa: E402
from mapdata.fields import contacts, place_cells  # noqa: E402
from mapdata.merging.matching import Decision, Facts, judge, pairs  # noqa: E402
from tests.mapdata.merging.matching import pair_table  # noqa: E402
from tests.mapdata.merging.matching.pair_table import Judged  # noqa: E402

ROUNDS = int(os.environ.get("ROUNDS", "7"))
ROWS = 1_000
ALIKE = 80

Many = Callable[[Sequence[Facts], Sequence[Facts]], object]


def _plain(facts: Facts) -> str:
    return unicodedata.normalize("NFKC", facts.name).lower().replace(" ", "")


def _exact(left: Sequence[Facts], right: Sequence[Facts]) -> object:
    known = {facts.name: j for j, facts in enumerate(right)}
    return [(i, known[facts.name]) for i, facts in enumerate(left) if facts.name in known]


def _fuzzy(left: Sequence[Facts], right: Sequence[Facts]) -> object:
    return process.cdist([*map(_plain, left)], [*map(_plain, right)], scorer=fuzz.ratio, score_cutoff=ALIKE)


#: By name: what tells a pair as one, what puts it before a person, and how two whole lists are gone through.
METHODS: dict[str, tuple[Callable[[Judged], bool], Callable[[Judged], bool], Many]] = {
    "this matcher": (lambda p: _decision(p) == Decision.SAME, lambda p: _decision(p) == Decision.REVIEW, pairs),
    "equal names (VLOOKUP)": (lambda p: p.a.name == p.b.name, lambda p: False, _exact),
    f"names alike from {ALIKE} of 100 (rapidfuzz)": (
        lambda p: fuzz.ratio(_plain(p.a), _plain(p.b)) >= ALIKE, lambda p: False, _fuzzy),
}


def _decision(pair: Judged) -> Decision | None:
    judged = judge(pair.a, pair.b)
    return judged.decision if judged else None


def _lists() -> tuple[list[Facts], list[Facts]]:
    rows = [_facts(row) for row in synthetic.rows(ROWS * 3 // 2)]
    return rows[:ROWS], [replace(f, name=f"（一社） {f.name.replace(' ', '・')}") for f in rows[ROWS // 2:]]


def _facts(row: dict[str, str]) -> Facts:
    place = {"address": row["住所"], "lat": row["緯度"], "lng": row["経度"]}
    numbers = contacts.read("phone", row["電話番号"]).value
    places = tuple(place_cells.read(place))
    return Facts(row["名称"], row["名称_カナ"], row["運営団体"], places=places, contacts=tuple(numbers))


def _seconds(method: Many) -> float:
    left, right = _lists()
    began = time.perf_counter()
    method(left, right)
    return time.perf_counter() - began


def rows(judged: Sequence[Judged]) -> Iterator[tuple[str, ...]]:
    times: dict[str, list[float]] = {name: [] for name in METHODS}
    for _ in range(ROUNDS):
        for name, (_, _, many) in METHODS.items():
            times[name].append(_seconds(many) * 1000)
    true = [pair for pair in judged if pair.same]
    for name, (same, review, _) in METHODS.items():
        told = [pair for pair in judged if same(pair)]
        right = sum(pair.same for pair in told)
        shown = sum(same(pair) or review(pair) for pair in true)
        asked = sum(review(pair) for pair in judged)
        yield (name, f"{right} of {len(told)}", f"{shown} of {len(true)}", str(asked), spread(times[name]))


def main() -> None:
    judged = [pair for path in sorted(pair_table.DATA.glob("pairs*.txt")) for pair in pair_table.read(path)]
    print(f"{len(judged)} judged pairs; {ROWS:,} × {ROWS:,} rows, {ROUNDS} alternating rounds, milliseconds.\n")
    print(table(["method", "told as one and right", "true pairs told or asked", "asked of a person", "1,000 × 1,000"],
                list(rows(judged))))


if __name__ == "__main__":
    main()
