"""The days of the week that a text of 開催日時 means."""

import re
from collections.abc import Iterable, Iterator

_DAYS = "月火水木金土日"
_SPAN = re.compile(rf"([{_DAYS}])曜?日?[～〜~\-－から]+([{_DAYS}])")
_ROW = re.compile(rf"[{_DAYS}](?:[・、,／/][{_DAYS}])+(?=曜|\s|\d|$)")
_WEEKDAYS, _WEEKEND = "平日", ("土日", "週末")


def days(schedule: str) -> Iterator[str]:
    """The days that a span, a row or 平日 means: 「月～金」 → 月曜日 … 金曜日."""
    found = set(re.findall(rf"([{_DAYS}])曜", schedule))
    found.update(day for row in _ROW.findall(schedule) for day in row if day in _DAYS)
    for first, last in _SPAN.findall(schedule):
        found.update(_between(first, last))
    if _WEEKDAYS in schedule:
        found.update(_DAYS[:5])
    if any(word in schedule for word in _WEEKEND):
        found.update("土日")
    yield from (f"{day}曜日" for day in sorted(found, key=_DAYS.index))


def _between(first: str, last: str) -> Iterable[str]:
    start, end = _DAYS.index(first), _DAYS.index(last)
    return _DAYS[start:end + 1] if start <= end else _DAYS[start:] + _DAYS[:end + 1]
