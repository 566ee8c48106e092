"""Entries are found by words that people say and lists do not."""

from datetime import date

import pytest

from mapdata.claims.entry import Place
from mapdata.claims.projection import PUBLIC
from mapdata.fields import weekdays
from tests.mapdata.search.test_asking import ask, names, snapshot

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(("schedule", "found"), [
    ("毎週木曜 13時", "木"), ("月～金 9:00", "月火水木金"), ("火～土曜", "火水木金土"), ("平日 9:00～17:00", "月火水木金"), ("月・水・金曜", "月水金"),
    ("月曜から水曜", "月火水"), ("金～月", "金土日月"), ("土日 10時", "土日"), ("第2・第4土曜", "土"), ("毎日", ""), ("8月は休み", ""), ("1月～3月", ""),
])
def test_days(schedule: str, found: str) -> None:
    assert [word[0] for word in weekdays.days(schedule)] == sorted(found, key="月火水木金土日".index)


CORNER = {
    "name": "ひだまり", "needs": ("school_refusal",), "ease": {"silent_ok": True},
    "places": (Place(address="葛飾区亀有3-1-1", station="亀有", level="chome", town="亀有3丁目", schedule="月～木 10時"),),
}


@pytest.mark.parametrize("q", ["木曜日", "木曜", "いばしょ", "ふとうこう", "亀有駅", "kameari", "KAMEARI", "亀有三丁目", "亀有3丁目", "かめあり"])
def test_ordinary_words_find_an_entry(q: str) -> None:
    other = {"name": "別の会", "kind": "group"}
    assert names(ask(snapshot(CORNER, other), f"q={q}")) == ["ひだまり"]


def test_what_is_withheld_gives_no_words() -> None:
    hidden = {**CORNER, "location_precision": "hidden", "needs": ()}
    snap = snapshot(hidden)
    for q in ("かめあり", "kameari", "亀有駅", "亀有三丁目"):
        assert names(ask(snap, f"q={q}")) == []
    assert snap.audience == PUBLIC
