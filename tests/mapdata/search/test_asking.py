"""Questions to a snapshot: text, order, nearness, likeness, suggestions."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from geocode import places as gazetteer
from mapdata import words
from mapdata.claims.entry import Place
from mapdata.claims.projection import PUBLIC, project
from mapdata.fields.folding import fold, fold_all, fold_words
from mapdata.search import asking
from mapdata.search.query import Query
from mapdata.search.snapshot import Snapshot, in_name_order
from tests.factories import entry

DAY = date(2026, 11, 23)


def snapshot(*entries: dict[str, object]) -> Snapshot:
    made = [project(entry(**{"id": f"id{i}", **e}), PUBLIC, DAY) for i, e in enumerate(entries)]
    return Snapshot(1, PUBLIC, DAY, tuple(in_name_order([r for r in made if r])[0]))


def at(lat: float, lng: float) -> tuple[Place, ...]:
    return (Place(lat=lat, lng=lng, level="point"),)


def names(found: asking.Answer) -> list[str]:
    return [r.name for r in found.records]


def ask(snap: Snapshot, text: str) -> asking.Answer:
    pairs = [pair.split("=") for pair in text.split("&")] if text else []
    return asking.ask(snap, Query.read(MultiDict(pairs)))


CORNER = {"name": "サロン・ひだまり", "name_kana": "サロンヒダマリ", "organization": "ＮＰＯ法人ＡＢＣ", "needs": ("hikikomori",),
          "places": (Place(address="葛飾区亀有3-1-1", lat=35.7, lng=139.8, level="chome", town="亀有3丁目"),)}


@pytest.mark.parametrize("q", [
    "ひだまり", "ヒダマリ", "ﾋﾀﾞﾏﾘ", "サロンひだまり", "さろん", "abc", "ＡＢＣ", "npo", "引きこもり", "かめあり",
    "亀有", "亀有　ひだまり", "ひだまり 亀有", "居場所", "さろん・ひだまり",
])
def test_a_search_forgives(q: str) -> None:
    assert names(ask(snapshot(CORNER, {"name": "別の会", "kind": "group"}), f"q={q}")) == ["サロン・ひだまり"]


@pytest.mark.parametrize("q", ["ひだまり 金町", "1-1亀有", "存在しない"])
def test_every_word_must_be_there(q: str) -> None:
    assert names(ask(snapshot(CORNER), f"q={q}")) == []


@pytest.mark.parametrize(("left", "right"), [
    ("子ども食堂", "こども食堂"), ("子供", "コドモ"), ("障がい", "障害"), ("ひき こもり", "引きこもり"), ("車椅子", "車いす"), ("お花ヶ丘", "お花ケ丘"),
])
def test_words_that_people_write_differently(left: str, right: str) -> None:
    assert fold(left) == fold(right)


WRITTEN = st.text(st.sampled_from("子ども供障がい碍引き籠こもり車椅子いす仕曜日ヶゖ髙ァｱﾞーΑΣς \n\0\x01Ａ1①"), max_size=8) | st.text(max_size=8)


@given(st.lists(WRITTEN, max_size=6))
def test_many_texts_fold_as_each_of_them(texts: list[str]) -> None:
    assert fold_all(texts) == [fold(text) for text in texts]


@given(st.lists(st.tuples(WRITTEN, WRITTEN), max_size=6), WRITTEN)
def test_a_word_is_found_where_it_stands(made: list[tuple[str, str]], q: str) -> None:
    snap = snapshot(*({"name": name, "description": words} for name, words in made))
    for word in fold_words(q):
        assert snap.texts.holding(word).tolist() == [word in text for text in snap.texts]
    assert len(snap.texts) == len(made)


def test_order_by_name_is_by_reading() -> None:
    snap = snapshot({"name": "葵", "name_kana": "アオイ"}, {"name": "亜", "name_kana": "ンア"}, {"name": "いろは"})
    assert names(ask(snap, "")) == ["葵", "いろは", "亜"]


def test_order_by_assured_is_newest_first_and_unknown_last() -> None:
    snap = snapshot({"name": "a", "assured_on": date(2025, 1, 1)}, {"name": "b", "assured_on": None},
                    {"name": "c", "assured_on": date(2026, 1, 1)})
    assert names(ask(snap, "sort=assured")) == ["c", "a", "b"]


def test_near_orders_by_metres_with_unplaced_last() -> None:
    station = gazetteer.find("亀有駅")
    assert station is not None
    snap = snapshot(
        {"name": "a遠い", "places": at(station.lat + 0.02, station.lng)}, {"name": "b場所なし"},
        {"name": "c近い", "places": at(station.lat + 0.001, station.lng)},
        {"name": "d二か所", "places": at(35.6, 139.7) + at(station.lat, station.lng)},
    )
    found = ask(snap, "near=亀有駅")
    assert names(found) == ["d二か所", "c近い", "a遠い", "b場所なし"]
    metres = [found.distance(int(row)) for row in found.rows]
    assert metres[0] == pytest.approx(0, abs=0.1) and metres[1] == pytest.approx(110.9, abs=0.5) and metres[3] is None


def test_an_unknown_place_is_said_and_the_order_stays() -> None:
    found = ask(snapshot({"name": "a"}), "near=どこでもない&sort=near")
    assert found.near_unknown and names(found) == ["a"]


def test_suggestions_are_near_to_what_was_typed() -> None:
    assert "サロン・ひだまり" in asking.suggestions(snapshot(CORNER), "さろんひだり")
    assert asking.suggestions(snapshot(CORNER), "ｘｙｚ") == []


def test_similar_shares_needs_and_is_near() -> None:
    me = {"name": "わたし", "needs": ("hikikomori", "work"), "places": at(35.75, 139.85)}
    snap = snapshot(
        me, {"name": "遠い", "needs": ("hikikomori", "work"), "places": at(35.75, 139.90)},
        {"name": "近い", "needs": ("hikikomori", "work"), "places": at(35.7501, 139.85)}, {"name": "別"},
    )
    alike = asking.similar(snap, next(r for r in snap.records if r.name == "わたし"))
    assert [snap.records[i].name for i in alike] == ["近い", "遠い"]


CODES = st.fixed_dictionaries({
    "needs": st.sets(st.sampled_from(words.NEED.codes[:4])), "ways": st.sets(st.sampled_from(words.WAY.codes[:3])),
    "kind": st.sampled_from(["", *words.KIND.codes]), "min_age": st.none() | st.integers(0, 90),
    "ease": st.dictionaries(st.sampled_from(words.EASE.codes[:4]), st.booleans()),
})
ASKED = st.fixed_dictionaries({
    "need": st.sets(st.sampled_from(words.NEED.codes[:4])), "way": st.sets(st.sampled_from(words.WAY.codes[:3])),
    "kind": st.sets(st.sampled_from(words.KIND.codes)), "age": st.sets(st.sampled_from(words.AGE_GROUP.codes)),
    "ease": st.sets(st.sampled_from(words.EASE.codes[:4])),
})


def plainly(record: object, asked: dict[str, set[str]]) -> bool:
    """The rules once more, as sets instead of bits."""
    r = record
    said = {"need": set(r.needs), "way": set(r.ways), "kind": {r.kind}, "age": set(r.ages)}  # type: ignore[attr-defined]
    yes = {code for code, holds in r.ease.items() if holds}  # type: ignore[attr-defined]
    return all(not asked[f] or asked[f] & said[f] for f in said) and asked["ease"] <= yes


@given(st.lists(CODES, max_size=12), ASKED)
def test_bits_and_counts_equal_the_plain_rules(made: list[dict[str, object]], asked: dict[str, set[str]]) -> None:
    snap = snapshot(*({**m, "needs": tuple(m["needs"]), "ways": tuple(m["ways"])} for m in made))  # type: ignore[arg-type]
    query = Query.read(MultiDict([(f, code) for f, codes in asked.items() for code in codes]))
    found = asking.ask(snap, query)
    assert list(found.records) == [r for r in snap.records if plainly(r, asked)]
    for name, codes in (("need", words.NEED.codes[:4]), ("ease", words.EASE.codes[:4]), ("age", words.AGE_GROUP.codes)):
        for code in codes:
            alone = [r for r in snap.records if plainly(r, {**asked, name: {code}})]
            assert found.counts[name][code] == len(alone)


@pytest.mark.parametrize(("text", "clean"), [
    ("need=hikikomori&need=xyz&page=2", "need=hikikomori&page=2"), ("page=-1", ""), ("page=٣", ""), ("sort=evil", ""),
    ("need=work&need=hikikomori", "need=hikikomori&need=work"), ("when=now", ""),
])
def test_queries_are_read_forgivingly(text: str, clean: str) -> None:
    assert Query.read(MultiDict(p.split("=") for p in text.split("&"))).string() == clean
