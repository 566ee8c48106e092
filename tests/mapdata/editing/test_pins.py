"""Candidates for an address, and how far a pin lies from it."""

from pathlib import Path

import pytest

from mapdata.editing import pins
from mapdata.editing.confirmed import ConfirmedPoints
from mapdata.registry import Registry
from tests.factories import import_rows, published


@pytest.mark.parametrize(("address", "labels"), [
    ("葛飾区立石5-13-1", [("葛飾区立石5丁目", "chome")]),
    ("東立石", [("葛飾区東立石", "town"), *((f"東立石{n}丁目", "chome") for n in range(1, 5))]),
    ("亀有9丁目1-1", [(f"亀有{n}丁目", "chome") for n in range(1, 6)]),
    ("京成高砂駅", [("京成高砂駅", "station")]),
    ("新宿区西新宿2-8-1", []), ("", []), ("たぶん駅のちかく", []),
])
def test_what_an_address_may_mean(address: str, labels: list[tuple[str, str]]) -> None:
    assert [(c.label, c.level) for c in pins.candidates(address)] == labels


def test_a_confirmed_point_comes_first_and_the_rest_stays_to_choose(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(住所="葛飾区立石5-13-1", 緯度="35.7441", 経度="139.8455")])
    found = pins.candidates("立石五丁目13番1号", ConfirmedPoints(registry.snapshots))
    assert [(c.level, c.how) for c in found] == [("point", "前に確かめた位置"), ("chome", "町丁目の代表点（おおよその位置）")]
    assert (found[0].lat, found[0].lng) == (35.7441, 139.8455)


def test_how_far_a_pin_lies_in_words() -> None:
    chome = pins.candidates("立石5-13-1")[0]
    near = pins.distance_from_address("立石5-13-1", chome.lat + 0.001, chome.lng)
    far = pins.distance_from_address("立石5-13-1", chome.lat + 0.02, chome.lng)
    assert near and far and (near.is_far, far.is_far) == (False, True)
    assert near.metres == pytest.approx(111, abs=1) and near.words == "住所（葛飾区立石5丁目）の町丁目の代表点から約110m"
    assert far.words.endswith("約2.2km")
    assert pins.distance_from_address("新宿区西新宿2-8-1", 35.7, 139.8) is None
