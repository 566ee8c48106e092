"""Today's figure over the earlier one, round by round: the median of these ratios, its interval, the verdict.

Below 1 today's takes less. Figures of one round are taken one right after the other, so that what else the machine
does weighs on both; which comes first changes from round to round.
"""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb
from typing import TypeVar

_T = TypeVar("_T")
#: (earlier, today)
Pair = tuple[_T, _T]

#: How surely the interval holds the true median, at least.
SURE = 0.90


@dataclass(frozen=True)
class Goal:
    """What the median of the ratios may be at most and, where it is set, the upper end of its interval."""

    median: float
    upper: float | None = None

    def __str__(self) -> str:
        return f"≤ {self.median:.2f}" + (f", upper end ≤ {self.upper:.2f}" if self.upper is not None else "")


@dataclass(frozen=True)
class Rounds:
    """What was measured of one thing in each round, in one unit."""

    rounds: Sequence[Pair[float]]

    @property
    def earlier(self) -> float:
        return statistics.median(earlier for earlier, _ in self.rounds)

    @property
    def today(self) -> float:
        return statistics.median(today for _, today in self.rounds)

    @property
    def ratios(self) -> list[float]:
        """Raises ValueError where the earlier build was measured as taking nothing: there is nothing to compare."""
        if not all(earlier > 0 for earlier, _ in self.rounds):
            raise ValueError("the earlier build's figure is 0: measure more of it")
        return [today / earlier for earlier, today in self.rounds]

    @property
    def median(self) -> float:
        return statistics.median(self.ratios)

    @property
    def interval(self) -> tuple[float, float] | None:
        return interval(self.ratios)

    def reached(self, goal: Goal) -> bool | None:
        """Judged before anything is rounded. None: there are too few rounds for an interval, thus for a verdict."""
        if self.interval is None:
            return None
        return self.median <= goal.median and (goal.upper is None or self.interval[1] <= goal.upper)


def in_turn(round_: int, measure: Callable[[_T], float], pair: Pair[_T]) -> Pair[float]:
    """What is measured of either, the earlier build first in every other round."""
    if round_ % 2 == 0:
        earlier = measure(pair[0])
        return earlier, measure(pair[1])
    today = measure(pair[1])
    return measure(pair[0]), today


def interval(values: Sequence[float]) -> tuple[float, float] | None:
    """The ends within which the true median lies, with SURE at least; None of fewer than 5 values.

    The ends are two of the values, as far from the smallest as from the largest (the sign test turned round): each
    value lies below the true median with a chance of one half, so how many do is a binomial number. That supposes
    nothing of how the values are spread, needs no random numbers and says nothing too narrow; a bootstrap of so few
    values would.
    """
    ordered, count = sorted(values), len(values)
    outside = max((number for number in range(count // 2) if covered(count, number) >= SURE), default=None)
    return None if outside is None else (ordered[outside], ordered[count - 1 - outside])


def covered(count: int, outside: int) -> float:
    """The chance that the true median of `count` values lies within them without so many of either end."""
    below = sum(comb(count, number) for number in range(outside + 1)) / 2**count
    return 1 - 2 * below
