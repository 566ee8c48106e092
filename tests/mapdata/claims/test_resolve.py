"""Claims → the entry: the newest assured wins, then the newest recorded; each office keeps its own note."""

from datetime import UTC, date, datetime
from typing import Any

from mapdata.claims.entry import Claim, newest_assured
from mapdata.claims.resolve import resolve
from mapdata.claims.winning import Choice, Standing, chosen, is_undecided, winner
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


# --- whose value a person chose

APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)


def standing(choice: Choice | None = None, name: str = "fees_description", lists: int = 2) -> Standing:
    return Standing(dict.fromkeys(("kuramaru", "shakyo")[:lists], ""), {name: choice} if choice else {})


def of(source: str, *claims: Claim) -> Standing:
    return standing(chosen(source, claims))


A, B, C = claim("kuramaru", "無料", APRIL, 1), claim("shakyo", "100円", MAY, 2), claim("self", "50円", APRIL, 1)
A2, B2, B_LATE = claim("kuramaru", "200円", APRIL, 3), claim("shakyo", "300円", APRIL, 3), claim("shakyo", "300円", MAY, 4)


def test_the_chosen_holds_until_one_says_something_new() -> None:
    for rivals, shown, waits in (
        ([A, B], A, False), ([A, B2], B2, False), ([A2, B], A2, False), ([A2, B_LATE], B_LATE, True),
        ([A2, claim("shakyo", "200円", MAY, 3)], "200円", False), ([A, B, C], B, False), ([A2, B, C], A2, True),
        ([B], B, False),
    ):
        found = winner("fees_description", rivals, of("kuramaru", A, B))
        assert found == shown or found.value == shown, rivals
        assert is_undecided("fees_description", rivals, of("kuramaru", A, B)) == waits, rivals


def test_what_nobody_chose_waits_only_where_two_lists_have_it() -> None:
    assert is_undecided("fees_description", [A, B], standing()) and not is_undecided("fees_description", [A, B], standing(lists=1))
    note = [claim(s, s, None, 1, "staff_note") for s in ("kuramaru", "shakyo")]
    assert not is_undecided("staff_note", note, standing())
    levels = [claim("kuramaru", "public", None, 1, "audience"), claim("shakyo", "staff", None, 1, "audience")]
    assert not is_undecided("audience", levels, standing())
    assert not is_undecided("audience", levels, standing(chosen("kuramaru", []), "audience"))
