"""What one reader may know of an entry's claims: by audience, by office, and by 位置の公開."""

from datetime import date, datetime
from typing import Any

import pytest

from mapdata.claims.entry import Claim
from mapdata.claims.projection import PUBLIC, STAFF, SUPPORTER, Audience, office
from mapdata.claims.sighted import Sighted
from mapdata.claims.winning import Standing
from mapdata.clock import TIMEZONE
from mapdata.words import Level

KURAMARU, SHAKYO = office("kuramaru"), office("shakyo")
DAY = date(2026, 11, 1)
PLACES = [{"postal_code": "124-0012", "address": "葛飾区立石5-13-1", "address_2": "2階", "station": "青砥駅", "lat": 35.7441,
           "lng": 139.8455, "schedule": "毎週木曜 13時から"}, {"address": "葛飾区亀有3-1-1"}]


def claim(field: str, value: Any, source: str = "kuramaru", level: Level = Level.PUBLIC, day: date = DAY) -> Claim:
    at = datetime.combine(day, datetime.min.time(), TIMEZONE)
    return Claim("abc", field, source, value, level, day, at, "花子")


def sighted(reader: Audience, *claims: Claim, lists: tuple[str, ...] = ("kuramaru",)) -> Sighted:
    return Sighted("abc", reader, claims, Standing(dict.fromkeys(lists, "")))


@pytest.mark.parametrize("precision", ["area", "hidden"])
@pytest.mark.parametrize("reader", [PUBLIC, SUPPORTER])
def test_a_place_that_is_kept_back_tells_when_it_is_open_and_nothing_else(reader: Audience, precision: str) -> None:
    """Whoever said that it is kept back, and whether or not this reader may know that it was said."""
    rule = claim("location_precision", precision, "shakyo", Level.OFFICE)
    entry = sighted(reader, claim("places", PLACES), rule)
    told = [entry.shown["places"].value, entry.value("places"), *(c.value for c in entry.visible("places"))]
    assert told == [[{"schedule": "毎週木曜 13時から"}]] * 3
    assert (won := entry.won("places")) and won.value == told[0] and not entry.tells_places
    assert (of := entry.of("places", "kuramaru")) and of.value == told[0]
    assert [c.value for c in entry.visible_of("kuramaru")] == [told[0]]


@pytest.mark.parametrize(("reader", "precision"), [
    (PUBLIC, "exact"), (SUPPORTER, "exact"), (STAFF, "area"), (STAFF, "hidden"), (SHAKYO, "hidden"),
])
def test_a_place_is_told_to_staff_and_where_it_is_open(reader: Audience, precision: str) -> None:
    entry = sighted(reader, claim("places", PLACES), claim("location_precision", precision, level=Level.STAFF))
    assert entry.shown["places"].value == entry.visible("places")[0].value == PLACES and entry.tells_places


def test_the_narrowest_of_two_lists_keeps_a_place_back() -> None:
    rules = (claim("location_precision", "exact", day=date(2026, 11, 9)), claim("location_precision", "hidden", "shakyo"),
             claim("audience", "public"), claim("status", "active"))
    assert sighted(PUBLIC, claim("places", PLACES), *rules, lists=("kuramaru", "shakyo")).value("places") == [{"schedule": "毎週木曜 13時から"}]


def test_a_place_that_was_emptied_stays_said() -> None:
    entry = sighted(PUBLIC, claim("places", None), claim("location_precision", "hidden"))
    assert entry.shown["places"].value is None and entry.kept_back == set()


def test_of_what_is_for_others_nothing_is_told() -> None:
    mine, theirs = claim("remarks", "甲"), claim("remarks", "社協だけの話", "shakyo", Level.OFFICE, date(2026, 11, 2))
    for reader, told in ((KURAMARU, ["甲"]), (SHAKYO, ["甲", "社協だけの話"]), (STAFF, ["甲"]), (PUBLIC, ["甲"])):
        entry = sighted(reader, mine, theirs)
        assert [c.value for c in entry.visible("remarks")] == told
        assert entry.value("remarks") == told[-1] and (won := entry.won("remarks")) and won.value == told[-1]
        assert entry.kept_back == set()
        assert entry.keeps_back("remarks", "shakyo") == (reader != SHAKYO) and not entry.keeps_back("remarks", "kuramaru")
    assert sighted(KURAMARU, mine, theirs).contested() == {}
    for reader in (KURAMARU, STAFF, PUBLIC):
        entry = sighted(reader, theirs)
        assert entry.won("remarks") is None and "remarks" not in entry.shown and entry.kept_back == {"remarks"}


def test_a_note_for_ones_own_office_does_not_hide_behind_anothers() -> None:
    notes = [claim("staff_note", f"{source}のメモ", source, Level.OFFICE) for source in ("kuramaru", "shakyo")]
    assert {r.office: sighted(r, *notes).value("staff_note") for r in (KURAMARU, SHAKYO, STAFF)} == {
        "kuramaru": "kuramaruのメモ", "shakyo": "shakyoのメモ", "": None}


def test_for_whom_an_entry_is() -> None:
    own = sighted(SHAKYO, claim("name", "ひなた"), claim("audience", "office"))
    assert not own.is_for_reader() and not own.is_seen(DAY) and own.is_spoken_of and not own.has_ended
    assert sighted(KURAMARU, claim("name", "ひなた"), claim("audience", "office")).is_for_reader()
    unsaid = sighted(PUBLIC, claim("name", "ひなた"), claim("audience", None))
    assert unsaid.is_for_reader() and not unsaid.is_seen(DAY)  # nobody said for whom: for staff, see may_see
    assert sighted(PUBLIC, claim("status", "closed")).has_ended and not sighted(PUBLIC).is_spoken_of
