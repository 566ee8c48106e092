"""One clock: what it says, and that nothing else is asked for the time."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from mapdata import clock
from tests.test_house import FILES, read

#: Asks the machine itself, the database, or a library that asks the machine.
ASKS = re.compile(r"\b(datetime\.(now|utcnow|today)|date\.today|time\.(time|localtime|gmtime)|func\.now|\w*TimedSerializer|TimestampSigner)\b|CURRENT_TIMESTAMP")
#: Who may: the clock; what hands the clock to that library; what compares with the dates of files, which the machine writes.
MAY_ASK = {"mapdata/clock.py", "views/seals.py", "mapdata/lists/sent/uploads.py"}


def test_nothing_else_asks_the_machine() -> None:
    asking = {path for path in FILES if path.endswith(".py") and not path.startswith(("tests/", "benchmarks/", "findings/"))
              and ASKS.search(read(path))}
    assert asking == MAY_ASK


@pytest.mark.parametrize(("moment", "day"), [
    (datetime(2026, 3, 31, 14, 59, 59, tzinfo=UTC), date(2026, 3, 31)), (datetime(2026, 3, 31, 15, 0, tzinfo=UTC), date(2026, 4, 1)),
])
def test_the_day_changes_at_midnight_in_japan(moment: datetime, day: date) -> None:
    clock.run_by(lambda: moment)
    try:
        assert (clock.now(), clock.today()) == (moment, day)
    finally:
        clock.run_by()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_test_moves_it(later: Callable[..., None]) -> None:
    before = clock.now()
    later(days=2, hours=1)
    assert timedelta(days=2, hours=1) <= clock.now() - before < timedelta(days=2, hours=2)
