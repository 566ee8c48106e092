"""What is measured of two builds beside each other: a table of cases, each with its goal.

SERVED is asked of running sites, HELD read from them afterwards, ALONE taken of a build with no site running. Figures
are of what the build promises to everyone: `make run`, commands and pages. A new thing to measure is one row more.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory

from benchmarks import forms, load, questions, serving
from benchmarks.builds import Build
from benchmarks.ratios import Goal, Pair, in_turn

READERS = 4
#: Even, so that either site is first in half of them.
SLICES = 8
_NAME, _PASSWORD = "測る人", "うみべの灯台と猫が三匹いる"
#: So many entries' pages are asked for.
_ENTRIES = 400


@dataclass(frozen=True)
class Place:
    """A build, the folder that holds its instances, and the list that they are filled with."""

    build: Build
    folder: Path
    list_file: Path

    def fill(self) -> None:
        """The instance of the site that is asked: the whole list, and an editor."""
        _import(self, self.folder / "site")
        account = ["users", "add", _NAME, "--role", "editor", "--office", "kuramaru"]
        self.build.flask(*account, instance=self.folder / "site", said=f"{_PASSWORD}\n")


@dataclass(frozen=True)
class Site:
    """A running site, the ids that some of its entries have there, and its editor's cookie."""

    server: serving.Server
    ids: Sequence[str]
    cookie: str


@contextmanager
def site(place: Place) -> Iterator[Site]:
    """The filled site as `make run` starts it."""
    with place.build.run(place.folder / "site") as server:
        yield Site(server, serving.some_ids(server, _ENTRIES), serving.sign_in(server.url, _NAME, _PASSWORD))


@dataclass(frozen=True)
class Served:
    """CPU seconds that a site takes for 1,000 answers; a round asks either site in turn, SLICES times each."""

    title: str
    answers: int  # in a slice; in a round about a CPU second's worth
    paths: Callable[[Site], Sequence[str]]
    goal: Goal | None
    signed_in: bool = False

    def warm(self, asked: Site, round_: int) -> None:
        """Both workers have answered it, and one uncounted round has passed, before anything is measured."""
        asked.server.warm(self.paths(asked)[:1], **self._headers(asked))
        for number in range(SLICES):
            self._slice(round_ * SLICES + number, asked)

    def measure(self, round_: int, pair: Pair[Site]) -> Pair[float]:
        """What passes over the machine for a second weighs on both sites, who wait no longer than a slice takes."""
        found = [in_turn(number, partial(self._slice, round_ * SLICES + number), pair) for number in range(SLICES)]
        return mean(earlier for earlier, _ in found), mean(today for _, today in found)

    def _slice(self, number: int, asked: Site) -> float:
        """Goes on in the paths where the last slice ended, for either build alike."""
        start = number * self.answers
        paths = list(islice(cycle(self.paths(asked)), start, start + self.answers))
        before = asked.server.cpu_seconds()
        load.send(asked.server.url, paths, READERS, self._headers(asked))
        return (asked.server.cpu_seconds() - before) / self.answers * 1000

    def _headers(self, asked: Site) -> dict[str, str]:
        return {"Cookie": asked.cookie} if self.signed_in else {}


@dataclass(frozen=True)
class Saved:
    """CPU seconds that a site takes to save 1,000 forms of entries; opening them is not counted."""

    title: str
    saves: int
    goal: Goal | None

    def warm(self, asked: Site, round_: int) -> None:
        self._save(round_, asked)

    def measure(self, round_: int, pair: Pair[Site]) -> Pair[float]:
        found = [in_turn(number, partial(self._save, round_ * SLICES + number), pair) for number in range(SLICES)]
        return mean(earlier for earlier, _ in found), mean(today for _, today in found)

    def _save(self, number: int, asked: Site) -> float:
        taken = 0.0
        for one in range(number * self.saves, (number + 1) * self.saves):
            path = f"/staff/entries/{asked.ids[one % len(asked.ids)]}/edit"
            form, cookie = forms.opened(asked.server.url, path, asked.cookie)
            form |= {"remarks": [f"{one}回目の備考"], "do": ["save"]}
            before = asked.server.cpu_seconds()
            forms.sent(asked.server.url, path, cookie, form)
            taken += asked.server.cpu_seconds() - before
        return taken / self.saves * 1000


@dataclass(frozen=True)
class Held:
    """What a site holds once it has been asked all of SERVED; a figure each time the sites are started anew."""

    title: str
    measure: Callable[[serving.Server], float]
    goal: Goal | None


@dataclass(frozen=True)
class Alone:
    """What something takes with no site running; what takes long is not in every round."""

    title: str
    measure: Callable[[Place], float]
    goal: Goal | None
    every: int = 1


def _import(place: Place, instance: Path) -> float:
    """CPU seconds of an import into an empty registry."""
    words = ["registry", "import", str(place.list_file), "--source", "kuramaru"]
    return place.build.flask(*words, instance=instance)


def _import_alone(place: Place) -> float:
    with TemporaryDirectory(dir=place.folder) as instance:
        return _import(place, Path(instance))


def _start(place: Place) -> float:
    """Seconds from `make run` to the first answer; its first start loads the sample lists, which the next ones find."""
    began = time.perf_counter()
    with place.build.run(place.folder / "started"):
        return time.perf_counter() - began


def _help(place: Place) -> float:
    return place.build.flask("users", "--help", instance=place.folder / "started")


#: No more than before, and hardly a chance that it is a tenth more.
_NO_MORE = Goal(1.0, upper=1.10)
_BUSY_HOUR = questions.busy_hour(1000)

SERVED: Mapping[str, Served | Saved] = {
    "page": Served("filtered page of map and list", 40, lambda _: [f"/?{query}" for query in _BUSY_HOUR], _NO_MORE),
    "marks": Served("filtered view of the map", 50, lambda _: [*questions.views(_BUSY_HOUR)], _NO_MORE),
    "pins": Served("all pins", 300, lambda _: ["/pins.json"], _NO_MORE),
    "entry": Served("entry page", 50, lambda asked: [f"/resources/{one}" for one in asked.ids], _NO_MORE),
    "staff": Served("staff list", 12, lambda _: questions.staff_list(), _NO_MORE, signed_in=True),
    "save": Saved("an entry's form saved", 6, Goal(1.10)),
}
HELD = {
    "memory": Held("memory of the workers, Σ PSS, MB", serving.Server.shared_memory, Goal(1.0)),
    "whole": Held("memory of workers and master, Σ PSS, MB", serving.Server.whole_memory, None),
}
ALONE = {
    "import": Alone("import of the list, CPU s", _import_alone, Goal(1.05), every=3),
    "start": Alone("second `make run` to the first answer, s", _start, Goal(0.5)),
    "help": Alone("`users --help`, CPU s", _help, Goal(0.35)),
}
CASES: Mapping[str, Served | Saved | Held | Alone] = {**SERVED, **HELD, **ALONE}


def chosen(names: str) -> list[str]:
    """Those of a list like `pins,help`, all if it is empty. Raises ValueError for one that does not exist."""
    found = [name for name in names.split(",") if name]
    if unknown := set(found) - set(CASES):
        raise ValueError(f"no such case: {', '.join(sorted(unknown))}; there are {', '.join(CASES)}")
    return found or [*CASES]
