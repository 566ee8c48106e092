"""Today's code beside an earlier build of it, in one run, alternating: how much more or less each thing takes.

    python benchmarks/beside.py     # BESIDE=76cb18c, ROUNDS=18 and SIZE=10000 are the defaults

BESIDE is the commit of the earlier build, made as a worktree with a .venv of its own (BENCH_KEEP=FOLDER keeps it, and
the list of entries, there for the next run); BESIDE_DIR=FOLDER is an earlier build that is there already.
CASES=pins,help measures these alone. Both builds get the same list, made once by the earlier one. What is measured
stands in cases.py.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks import builds  # noqa: E402
from benchmarks.builds import Build  # noqa: E402
from benchmarks.cases import ALONE, CASES, HELD, SERVED, Place, Saved, Served, chosen, site  # noqa: E402
from benchmarks.ratios import SURE, Pair, Rounds, in_turn  # noqa: E402
from benchmarks.report import table, tell  # noqa: E402

COMMIT = os.environ.get("BESIDE", "76cb18c")
FOLDER, CACHE = os.environ.get("BESIDE_DIR", ""), os.environ.get("BENCH_KEEP", "")
#: The least number from 15 on of which each build can be first in half, and whose interval is hardly wider than 90 %.
ROUNDS = int(os.environ.get("ROUNDS", "18"))
SIZE = int(os.environ.get("SIZE", "10000"))
#: After so many rounds both sites are started anew: what one start happens to decide (how memory is laid out, which
#: worker has which reader) would else weigh on every round.
ROUNDS_A_START = 3

#: Case → what its rounds found.
Results = dict[str, list[Pair[float]]]
_REACHED = {True: "yes", False: "**no**", None: "too few rounds"}


@contextmanager
def places() -> Iterator[Pair[Place]]:
    """Either build with a folder for its instances; instances are gone afterwards."""
    now = builds.today()
    with builds.earlier(COMMIT, FOLDER, CACHE) as before, TemporaryDirectory() as scratch:
        path = Path(CACHE or scratch).resolve() / f"list-{before.commit()}-{SIZE}.csv"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            before.write_list(path, SIZE)
        yield _place(before, scratch, path), _place(now, scratch, path)


def _place(build: Build, scratch: str, list_file: Path) -> Place:
    folder = Path(scratch, build.name)
    folder.mkdir()
    return Place(build, folder, list_file)


def alone(pair: Pair[Place], names: list[str]) -> Results:
    """The rounds of those with no site running, after one that is not counted: files are then read and compiled."""
    results: Results = {name: [] for name in names if name in ALONE}
    for name in results:
        tell(f"first time, not counted: {ALONE[name].title}")
        in_turn(0, ALONE[name].measure, pair)
    for round_ in range(ROUNDS):
        for name in (name for name in results if round_ % ALONE[name].every == 0):
            _add(results, name, in_turn(len(results[name]), ALONE[name].measure, pair))
    return results


def served(pair: Pair[Place], names: list[str]) -> Results:
    """The rounds of running sites, both there at the same time and asked in turns."""
    results: Results = {name: [] for name in names if name in SERVED or name in HELD}
    if results:
        for place in pair:
            tell(f"importing {SIZE:,} entries: {place.build.name}")
            place.fill()
        for start in range(0, ROUNDS, ROUNDS_A_START):
            _sitting(pair, range(start, min(ROUNDS, start + ROUNDS_A_START)), results)
    return results


def _sitting(places: Pair[Place], rounds: range, results: Results) -> None:
    """Both sites started and asked everything; then these rounds; then what the sites hold."""
    with ExitStack() as stack:
        pair = (stack.enter_context(site(places[0])), stack.enter_context(site(places[1])))
        tell("both sites are started")
        for case in SERVED.values():
            for asked in pair:
                case.warm(asked, rounds.start)
        for round_ in rounds:
            for name in (name for name in results if name in SERVED):
                _add(results, name, SERVED[name].measure(round_ + 1, pair))
        for name in (name for name in results if name in HELD):
            _add(results, name, in_turn(0, HELD[name].measure, (pair[0].server, pair[1].server)))


def _add(results: Results, name: str, found: Pair[float]) -> None:
    results[name].append(found)
    tell(f"{name}, round {len(results[name])}: {found[0]:.3f} → {found[1]:.3f}")


def rows(results: Results) -> Iterator[tuple[str, ...]]:
    """The lines of the table, in the order of the cases."""
    for name in (name for name in CASES if name in results):
        case, pairs = CASES[name], Rounds(results[name])
        title = f"{case.title}, CPU s per 1,000 answers" if isinstance(case, Served | Saved) else case.title
        ends = "–" if pairs.interval is None else f"{pairs.interval[0]:.3f}–{pairs.interval[1]:.3f}"
        yield (
            title, str(len(pairs.rounds)), f"{pairs.earlier:,.2f}", f"{pairs.today:,.2f}", f"{pairs.median:.3f}", ends,
            str(case.goal or ""), _REACHED[pairs.reached(case.goal)] if case.goal else "",
        )


def said(pair: Pair[Place]) -> str:
    """What was compared, and how to read it."""
    before, now = (place.build.commit() + (", changed" if place.build.changed() else "") for place in pair)
    return (
        f"Today's code ({now}) beside commit {before}; {SIZE:,} entries, SQLite; median of each build, median of the "
        f"ratios of alternating rounds (below 1 today's takes less) and an interval of at least {SURE:.0%} for it.\n"
    )


def main() -> None:
    names = chosen(os.environ.get("CASES", ""))
    with places() as pair:
        results = alone(pair, names) | served(pair, names)
        print(said(pair))
    headings = ["taken by", "rounds", "earlier", "today", "today / earlier", "interval", "goal", "reached"]
    print(table(headings, [*rows(results)]))


if __name__ == "__main__":
    main()
