"""Claims → the entry: the newest assured wins, then the newest recorded; each office keeps its own note."""

from datetime import UTC, date, datetime
from typing import Any

from mapdata.entry import Claim, newest_assured
from mapdata.resolve import resolve
from mapdata.words import Level


def claim(source: str, value: Any, assured: date | None, recorded: int, name: str = "fees_description") -> Claim:
    return Claim("r1", name, source, value, Level.PUBLIC, assured, datetime(2026, 1, recorded, tzinfo=UTC), "t")


def test_the_newest_assured_wins_over_the_newest_recorded() -> None:
    old, new = claim("kuramaru", "無料", date(2026, 4, 1), 1), claim("shakyo", "100円", date(2025, 4, 1), 2)
    assert newest_assured([old, new]) == old and newest_assured([new, old]) == old


def test_an_assured_claim_wins_over_one_never_assured() -> None:
    never, once = claim("kuramaru", "無料", None, 9), claim("shakyo", "100円", date(2020, 1, 1), 1)
    assert resolve("r1", [never, once], {}).fees_description == "100円"


def test_without_dates_the_newest_recorded_wins() -> None:
    first, second = claim("kuramaru", "無料", None, 1), claim("shakyo", "100円", None, 2)
    entry = resolve("r1", [second, first], {})
    assert entry.fees_description == "100円" and entry.provenance["fees_description"].source == "shakyo"


def test_each_office_keeps_its_own_note() -> None:
    notes = [claim(s, f"{s}のメモ", None, 1, "staff_note") for s in ("kuramaru", "shakyo")]
    assert resolve("r1", notes, {}).staff_notes == {"kuramaru": "kuramaruのメモ", "shakyo": "shakyoのメモ"}


def test_nothing_said_is_read_narrowly() -> None:
    entry = resolve("r1", [], {})
    assert (entry.status, entry.audience, entry.consent) == ("draft", Level.STAFF, "unconfirmed")
