"""What time it is, asked in one place by the registry and the accounts, so that one hand can move all of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

#: The day changes in Japan, wherever the server stands.
TIMEZONE = ZoneInfo("Asia/Tokyo")

Source = Callable[[], datetime]


def _real() -> datetime:
    return datetime.now(UTC)


_source: Source = _real


def now() -> datetime:
    """This moment, in UTC."""
    return _source()


def today() -> date:
    """The day that it is in Japan."""
    return now().astimezone(TIMEZONE).date()


def run_by(source: Source = _real) -> None:
    """Take the time from there from now on, in this process; from the machine's clock again when nothing is given.

    `source` gives an aware datetime in UTC.
    """
    global _source
    _source = source
