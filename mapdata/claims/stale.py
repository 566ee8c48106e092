"""How long a confirmation holds: the one rule, and its numbers (docs/decisions/staleness.md).

It holds for so many calendar months, the day on which they are over included. On that day the offices are asked to
confirm again (`mapdata/upkeep/freshness.py`); from the next one on pages say how long nobody has.
"""

import calendar
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from mapdata.sentences import say

#: Months, unless an office says otherwise of an entry (`mapdata/storage/care_rows.py`): what an entry tells, and its
#: opening hours, which change sooner.
USUAL, SCHEDULE = 12, 6

_NAMED = {6: say("半年"), 18: say("1年半")}


def length(months: int) -> str:
    """「3か月」「半年」「1年」「1年半」."""
    if months in _NAMED:
        return _NAMED[months]
    return say("%(n)sか月", n=months) if months % 12 else say("%(n)s年", n=months // 12)


#: What an office may choose between two confirmations, in months, and what the screen calls it.
CHOICES: Mapping[int, str] = {
    months: length(months) for months in sorted({1, 2, 3, 6, 12, 18, 24, 36, USUAL, SCHEDULE})
}
#: 「1年以上確認していない」 as pages and lists say it.
FOR_LONG = say("%(length)s以上", length=length(USUAL))


@lru_cache(maxsize=8192)
def holds_until(confirmed: date, months: int = USUAL) -> date:
    """The last day of a confirmation: so many calendar months later, the last of a month that has no such day."""
    years, month = divmod(confirmed.month - 1 + months, 12)
    year, month = confirmed.year + years, month + 1
    return date(year, month, min(confirmed.day, calendar.monthrange(year, month)[1]))


def is_stale(confirmed: date | None, on: date) -> bool:
    """Whether nobody has confirmed for so long that it has to be said; None: nobody ever did."""
    return confirmed is None or holds_until(confirmed) < on
