"""Vocabularies with more terms than a number of the browser has bits: the cases that the JavaScript tests read too."""

from datetime import date
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from layers import pins
from mapdata import words
from mapdata.claims.projection import PUBLIC, Record
from mapdata.search.asking import ask, similar
from mapdata.search.query import Query
from mapdata.search.record_store import State
from mapdata.search.snapshot import Snapshot
from mapdata.words import Term, Vocabulary
from tests.cases import TABLE

MANY = TABLE["many"]


@pytest.fixture
def snapshot(monkeypatch: pytest.MonkeyPatch) -> Snapshot:
    """The entries of the table, and its terms in the place of ours."""
    for vocabulary in words.FILTERS:
        if vocabulary.name != "age":
            _replace_terms(monkeypatch, vocabulary, MANY["vocabulary"][vocabulary.name])
    return Snapshot(1, PUBLIC, date(2026, 11, 23), tuple(map(_record, MANY["entries"])))


def _replace_terms(monkeypatch: pytest.MonkeyPatch, vocabulary: Vocabulary, codes: list[str]) -> None:
    made = Vocabulary(vocabulary.name, vocabulary.label, tuple(Term(code, code) for code in codes))
    for name in ("terms", "_by_code"):
        monkeypatch.setitem(vocabulary.__dict__, name, made.__dict__[name])


def _record(entry: dict[str, Any]) -> Record:
    plain: dict[str, Any] = {name: tuple(entry[name]) for name in ("needs", "activities", "ways")}
    number = str(entry["no"])
    return Record(number, number, "active", "exact", kind=entry["kind"], ease=dict.fromkeys(entry["ease"], True), **plain)


@pytest.mark.parametrize("case", MANY["cases"], ids=lambda case: case["name"])
def test_the_table_is_answered_as_the_browser_answers_it(snapshot: Snapshot, case: dict[str, Any]) -> None:
    pairs = [tuple(part.split("=")) for part in case["query"].split("&") if part]
    answer = ask(snapshot, Query.read(MultiDict(pairs)))
    assert [int(r.id) for r in answer.records] == case["expect"]
    for name, numbers in case.get("counts", {}).items():
        assert {code: answer.counts[name][code] for code in numbers} == numbers
    assert [len(answer.counts[name]) for name in MANY["vocabulary"]] == [len(codes) for codes in MANY["vocabulary"].values()]


def test_the_payload_holds_them_31_to_a_column(snapshot: Snapshot) -> None:
    bits = {name: column.tolist() for name, column in snapshot.bits.items()}
    assert pins.payload(1, snapshot.records, bits)["bits"] == MANY["bits"]
    assert all(0 <= number < 1 << 31 for column in MANY["bits"].values() for number in column)


def test_columns_are_carried_over_a_change(snapshot: Snapshot) -> None:
    assert len(snapshot.bits["need.1"]) == 4
    later = snapshot.renewed(State(2), {})
    assert {name: column.tolist() for name, column in later.bits.items()} == {
        name: column.tolist() for name, column in snapshot.bits.items()}


def test_likeness_counts_terms_of_every_column(snapshot: Snapshot) -> None:
    by_id = snapshot.by_id
    assert snapshot.records[similar(snapshot, by_id["3"])[0]].id == "2"


def test_as_many_as_fit_are_one_column_of_the_filter_s_name() -> None:
    def columns(size: int) -> tuple[str, ...]:
        return Vocabulary("need", "", tuple(Term(str(n), "") for n in range(size))).columns

    assert (columns(0), columns(31), columns(32)) == (("need",), ("need",), ("need", "need.1"))
    assert (len(columns(62)), len(columns(63))) == (2, 3)
    assert all(len(v.columns) == 1 for v in words.FILTERS)
