from collections.abc import Sequence
from itertools import product

import pytest

from benchmarks.ratios import SURE, Goal, Rounds, covered, in_turn, interval


def rounds(ratios: Sequence[float]) -> Rounds:
    return Rounds([(2.0, 2.0 * ratio) for ratio in ratios])


def test_rounds_are_compared_each_by_itself() -> None:
    found = Rounds([(1.0, 2.0), (10.0, 10.0), (4.0, 2.0)])
    assert found.ratios == [2.0, 1.0, 0.5]
    assert (found.median, found.earlier, found.today) == (1.0, 4.0, 2.0)


def test_nothing_is_no_ground_for_a_ratio() -> None:
    with pytest.raises(ValueError, match="measure more"):
        _ = Rounds([(1.0, 1.0), (0.0, 1.0)]).median


@pytest.mark.parametrize(("count", "ends"), [(5, (1, 5)), (7, (1, 7)), (8, (2, 7)), (15, (4, 12)), (18, (6, 13))])
def test_the_interval_ends_at_two_of_the_values(count: int, ends: tuple[int, int]) -> None:
    assert interval([float(value) for value in range(count, 0, -1)]) == ends


@pytest.mark.parametrize("count", [0, 1, 4])
def test_few_values_have_no_interval(count: int) -> None:
    assert interval([1.0] * count) is None


@pytest.mark.parametrize(("count", "outside"), [(5, 0), (8, 1), (8, 2), (11, 2)])
def test_what_it_holds_is_counted_over_all_that_can_happen(count: int, outside: int) -> None:
    held = 0
    for sides in product((-1, 1), repeat=count):  # of the true median, 0: below or above, each as likely
        ordered = sorted(side * (1 + number) for number, side in enumerate(sides))
        held += ordered[outside] < 0 < ordered[count - 1 - outside]
    assert covered(count, outside) == pytest.approx(held / 2**count)


def test_eighteen_rounds_waste_little() -> None:
    assert SURE <= covered(18, 5) < 0.91
    assert covered(15, 3) > 0.96


LEVEL = [1.0] * 18


@pytest.mark.parametrize(
    ("goal", "ratios", "reached"),
    [
        (Goal(1.0), LEVEL, True),
        (Goal(1.0), [1.0004] * 18, False),  # nothing is rounded first
        (Goal(1.0, 1.10), [0.9] * 12 + [1.09] * 6, True),
        (Goal(1.0, 1.10), [0.9] * 12 + [1.11] * 6, False),
        (Goal(1.0), [0.9] * 12 + [1.11] * 6, True),
        (Goal(0.35), [0.3] * 5, True),
        (Goal(0.35), [0.3] * 4, None),
    ],
)
def test_the_verdict(goal: Goal, ratios: list[float], reached: bool | None) -> None:
    assert rounds(ratios).reached(goal) is reached


def test_goals_in_words() -> None:
    assert [str(Goal(0.35)), str(Goal(1.0, 1.10))] == ["≤ 0.35", "≤ 1.00, upper end ≤ 1.10"]


def test_either_is_first_in_turn() -> None:
    asked: list[str] = []

    def measure(build: str) -> float:
        asked.append(build)
        return float(len(build))

    found = [in_turn(round_, measure, ("earlier", "today")) for round_ in range(3)]
    assert found == [(7.0, 5.0)] * 3
    assert asked == ["earlier", "today", "today", "earlier", "earlier", "today"]
