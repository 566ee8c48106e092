import pytest

from benchmarks.cases import ALONE, CASES, HELD, SERVED, chosen


def test_cases_are_chosen_by_name() -> None:
    assert chosen("help,pins") == ["help", "pins"]
    assert chosen("") == [*SERVED, *HELD, *ALONE]
    assert len({case.title for case in CASES.values()}) == len(CASES)
    with pytest.raises(ValueError, match="no such case: pin; there are page, "):
        chosen("pin,help")
