"""How long a confirmation holds, on worked dates."""

from datetime import date, timedelta

import pytest

from mapdata.claims import stale
from mapdata.claims.projection import STAFF, project
from mapdata.storage import Care
from mapdata.upkeep import freshness
from tests.factories import entry


@pytest.mark.parametrize(("day", "months", "expected"), [
    ("2026-01-31", 1, "2026-02-28"), ("2024-01-31", 1, "2024-02-29"), ("2024-02-29", 12, "2025-02-28"),
    ("2025-11-23", 12, "2026-11-23"), ("2026-08-31", 6, "2027-02-28"), ("2025-12-01", 1, "2026-01-01"),
])
def test_months_are_those_of_the_calendar(day: str, months: int, expected: str) -> None:
    assert stale.holds_until(date.fromisoformat(day), months) == date.fromisoformat(expected)


@pytest.mark.parametrize("confirmed", ["2025-11-23", "2023-03-01", "2024-02-29", "2024-02-28"])
def test_on_its_last_day_it_is_asked_for_and_on_the_next_it_is_stale(confirmed: str) -> None:
    day = date.fromisoformat(confirmed)
    last = stale.holds_until(day)
    it = entry(assured_on=day)

    def told(on: date) -> tuple[bool, bool]:
        record = project(it, STAFF, on)
        assert record
        return record.stale, bool(freshness.due(record, {("name", "kuramaru"): day, ("status", "kuramaru"): day}, Care(), on))

    days = [timedelta(away) for away in (-1, 0, 1)]
    assert [told(last + away) for away in days] == [(False, False), (False, True), (True, True)]


@pytest.mark.parametrize(("months", "said"), [(1, "1か月"), (6, "半年"), (9, "9か月"), (12, "1年"), (18, "1年半"), (36, "3年")])
def test_lengths_in_words(months: int, said: str) -> None:
    assert stale.length(months) == said


def test_the_usual_may_be_chosen_and_is_what_pages_say() -> None:
    assert stale.USUAL in stale.CHOICES and stale.SCHEDULE in stale.CHOICES
    assert stale.FOR_LONG == "1年以上" and Care() == Care(stale.USUAL, stale.SCHEDULE)
