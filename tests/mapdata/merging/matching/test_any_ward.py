"""The matcher in whichever ward: what an address tells there, and what it leaves open."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from geocode import places
from geocode.ward import Ward
from mapdata.merging.matching import Facts, judge
from mapdata.merging.matching.facts import Spot
from tests import wards

FILES = {"katsushika": wards.KATSUSHIKA, **wards.OTHERS}


@pytest.fixture(scope="module", params=FILES.values(), ids=FILES)
def here(request: pytest.FixtureRequest) -> Iterator[Ward]:
    file: Path = request.param
    with wards.using(file) as place:
        yield place


def _decision(one: dict[str, Any], other: dict[str, Any]) -> str:
    judged = judge(_facts(**one), _facts(**other))
    return str(judged.decision) if judged else "different"


def _facts(name: str = "みなもの会", address: str = "", **more: Any) -> Facts:
    return Facts(name, places=({"address": address},), **more)


def _whole(place: Ward) -> list[str]:
    """Addresses that say no more than which municipality it is."""
    name = place.name
    return [
        name, f"{place.prefecture}{name}", f"{name}内", f"{name}全域", f"{name}（各所）", f"{name[-1]}内",
        f"〒999-0000 {name}", place.prefecture, "となりの市", "架空県となりの市", "架空県架空郡架空町", "オンライン", "非公開",
    ]  # fmt: skip


def test_equal_names_in_no_more_than_a_municipality_are_not_told_as_one(here: Ward) -> None:
    for address in _whole(here):
        assert _decision({"address": address}, {"address": address}) == "review", address
        assert Spot.of({"address": address}) == Spot(), address


def test_equal_names_are_one_where_the_address_is(here: Ward) -> None:
    town = places.towns()[0].label
    for one, other in [(f"{here.name}{town}12-3", f"{town}12番3号"), (f"{here.prefecture}{here.name}{town}12", f"{town}12-3")]:
        assert _decision({"address": one}, {"address": other}) == "same"
    assert _decision({"address": "架空県となりの市5-6"}, {"address": "架空県となりの市5-6"}) == "same", "outside, but told"


def test_equal_names_in_two_towns_are_for_a_person_and_with_two_numbers_are_two(here: Ward) -> None:
    towns = {town.name: town.label for town in places.towns()}
    one, other, *_ = (f"{here.name}{label}12-3" for label in towns.values())
    assert _decision({"address": one}, {"address": other}) == "review"
    numbers = [{"contacts": ({"type": "phone", "value": f"03-0000-000{n}"},)} for n in (1, 2)]
    assert _decision({"address": one} | numbers[0], {"address": other} | numbers[1]) == "different"


def test_the_wards_name_says_nothing_in_a_name(here: Ward) -> None:
    for word in here.called:
        judged = judge(_facts(f"{word}ひだまり食堂"), _facts("ひだまり食堂"))
        assert judged and judged.reasons[0].startswith("名称が同じです"), word


def test_another_wards_name_does() -> None:
    with wards.using(wards.OTHERS["mihon"]):
        judged = judge(_facts("葛飾ひだまり食堂"), _facts("ひだまり食堂"))
        assert judged and "「葛飾」" in judged.reasons[0] and not judged.reasons[0].startswith("名称が同じです")


def test_a_single_letter_of_a_name_says_something() -> None:
    with wards.using(wards.OTHERS["osaka_kita"]) as place:
        assert place.called == ("大阪市北区", "大阪市", "大阪", "おおさか", "北区")
        judged = judge(_facts("北ひだまり食堂"), _facts("ひだまり食堂"))
        assert judged and not judged.reasons[0].startswith("名称が同じです")
