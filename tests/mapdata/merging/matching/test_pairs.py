"""The table of judged pairs: what is told as one must be one, and what is one must be told."""

from collections import Counter
from typing import Any

import pytest

from mapdata.merging.matching import Facts, judge, pairs
from tests.mapdata.merging.matching import pair_table
from tests.mapdata.merging.matching.pair_table import Judged

TABLES = sorted(pair_table.DATA.glob("pairs*.txt"))
JUDGED = [pair for table in TABLES for pair in pair_table.read(table)]


def _decision(pair: Judged) -> str:
    judged = judge(pair.a, pair.b)
    return str(judged.decision) if judged else "different"


def test_the_table_is_large_and_holds_both_kinds() -> None:
    kinds = Counter(pair.same for pair in JUDGED)
    assert kinds[True] >= 90 and kinds[False] >= 60


def test_of_a_hundred_told_as_one_at_least_ninety_nine_are() -> None:
    told = [pair for pair in JUDGED if _decision(pair) == "same"]
    wrong = [pair.at for pair in told if not pair.same]
    assert told and len(wrong) <= len(told) / 100, wrong


def test_of_a_hundred_that_are_one_at_least_ninety_eight_are_told() -> None:
    true = [pair for pair in JUDGED if pair.same]
    missed = [pair.at for pair in true if _decision(pair) == "different"]
    assert len(missed) <= len(true) * 2 / 100, missed


def test_most_of_what_is_one_is_told_without_a_person() -> None:
    true = [pair for pair in JUDGED if pair.same]
    assert sum(_decision(pair) == "same" for pair in true) >= 0.6 * len(true)


def test_most_of_what_is_two_is_not_put_before_a_person() -> None:
    two = [pair for pair in JUDGED if not pair.same]
    assert sum(_decision(pair) == "different" for pair in two) >= 0.5 * len(two)


@pytest.mark.parametrize("pair", JUDGED[::7], ids=lambda pair: pair.at)
def test_the_order_of_the_two_does_not_matter(pair: Judged) -> None:
    one, other = judge(pair.a, pair.b), judge(pair.b, pair.a)
    assert (one and (one.decision, one.score)) == (other and (other.decision, other.score))


@pytest.mark.parametrize("pair", [p for p in JUDGED if p.same][::5], ids=lambda pair: pair.at)
def test_every_decision_says_why(pair: Judged) -> None:
    judged = judge(pair.a, pair.b)
    assert judged and judged.reasons and all(reason for reason in judged.reasons) and 0 < judged.score <= 100


def test_candidates_of_many_rows_hold_every_pair() -> None:
    """What is found among many is what is found one by one."""
    rows = [pair for pair in JUDGED if _decision(pair) == "same"]
    found = {(p.left, p.right) for p in pairs([pair.a for pair in rows], [pair.b for pair in rows])}
    missing = [pair.at for i, pair in enumerate(rows) if (i, i) not in found]
    assert not missing


def test_a_row_is_the_same_as_its_best_partner_only() -> None:
    here = {"places": ({"address": "葛飾区立石5-13-1"},)}
    one = Facts("ひなたの家", organization="ひなたの会", **here)
    found = pairs([one], [Facts("日向の家", kana="ヒナタノイエ", **here), Facts("ひなたの家", organization="ひなたの会", **here)])
    assert [(p.right, str(p.judgement.decision)) for p in found] == [(1, "same"), (0, "review")]
    assert "もっとよく合う相手がいます" in found[1].judgement.reasons


def test_nothing_in_common_is_no_pair() -> None:
    assert pairs([Facts("将棋クラブ"), Facts("")], [Facts("編み物の会"), Facts("")]) == []


@pytest.mark.parametrize(("here", "there", "decision"), [
    ({"contacts": ("03-0000-0001",)}, {"contacts": ("03-0000-0002",)}, "review"),
    ({"contacts": ("03-0000-0001",)}, {}, "same"),
    ({"contacts": ("03-0000-0001",), "organization": "将棋の会"}, {"contacts": ("03-0000-0002",), "organization": "将棋の会"}, "same"),
])
def test_two_circles_of_one_name_in_one_house_are_for_a_person(
    here: dict[str, Any], there: dict[str, Any], decision: str
) -> None:
    def circle(organization: str = "", contacts: tuple[str, ...] = ()) -> Facts:
        numbers = tuple({"type": "phone", "value": number} for number in contacts)
        return Facts("さくら会", organization=organization, places=({"address": "", "address_2": "亀有地区センター"},), contacts=numbers)

    judged = judge(circle(**here), circle(**there))
    assert judged and judged.decision == decision


def test_a_number_in_the_remarks_is_one_to_look_at() -> None:
    one, other = Facts("多胎育児サークル ツインズ", remarks="連絡先 ０９０－００００－２７０７ 石原"), Facts(
        "ふたごの会ツインズ", contacts=({"type": "phone", "value": "090-0000-2707"},)
    )
    (found,) = pairs([one], [other])
    assert "電話番号かURLが同じです" in found.judgement.reasons
    silent = Facts("ふたごの会ツインズ", contacts=({"type": "phone", "value": "090-0000-9999"},))
    assert pairs([Facts("ふたごの会ツインズ", remarks="090-0000-2707")], [silent])[0].judgement.reasons == ("名称が同じです",)
