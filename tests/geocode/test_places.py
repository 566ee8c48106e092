"""Towns, stations and lines by the names that people search for."""

import pytest

from geocode import places

FOUND = [
    ("立石", "立石", "town"),
    ("たていし", "立石", "town"),
    ("ﾀﾃｲｼ", "立石", "town"),
    ("Tateishi", "立石", "town"),
    ("葛飾区立石", "立石", "town"),
    ("水元公園", "水元公園", "town"),
    ("四ツ木", "四つ木", "town"),
    ("亀有", "亀有", "town"),
    ("あおと", "青戸", "town"),
    ("新宿", "新宿", "town"),
    ("立石5丁目", "立石5丁目", "chome"),
    ("立石５", "立石5丁目", "chome"),
    ("立石五丁目", "立石5丁目", "chome"),
    ("立石5-13-1", "立石5丁目", "chome"),
    ("亀有駅", "亀有駅", "station"),
    ("かめあり駅", "亀有駅", "station"),
    (" 亀有 駅 ", "亀有駅", "station"),
    ("青砥", "青砥駅", "station"),
    ("アオト駅", "青砥駅", "station"),
    ("四つ木駅", "四ツ木駅", "station"),
    ("京成立石", "京成立石駅", "station"),
    ("立石駅", "京成立石駅", "station"),
    ("高砂駅", "京成高砂駅", "station"),
    ("金町駅", "金町駅", "station"),
    ("小岩", "小岩駅", "station"),
    ("北千住", "北千住駅", "station"),
]


@pytest.mark.parametrize(("text", "name", "kind"), FOUND)
def test_find(text: str, name: str, kind: str) -> None:
    found = places.find(text)
    assert found is not None
    assert (found.name, found.kind) == (name, kind)


@pytest.mark.parametrize(
    "text", ["", " ", "駅", "岩駅", "いわ駅", "葛飾区", "新宿区", "新宿駅", "立石9丁目", "松戸市金町", "どこか"]
)
def test_find_nothing(text: str) -> None:
    assert places.find(text) is None


def test_find_tells_the_point() -> None:
    assert places.find("亀有駅") == places.NamedPoint("亀有駅", 35.76654, 139.84756, "station")
    assert places.find("立石5丁目") == places.NamedPoint("立石5丁目", 35.744, 139.84541, "chome")


def test_everything_that_is_suggested_is_found() -> None:
    found = {name: places.find(name) for name in places.names()}
    assert all(point is not None and point.name == name for name, point in found.items())
    assert places.names()[0] == "青戸"
    assert places.names()[-1] == "矢切駅"
    assert len(set(places.names())) == len(places.names())


def test_a_station_of_several_lines_is_one_station() -> None:
    by_name = {station.name: station for station in places.stations()}
    assert len(by_name) == len(places.stations()) == 26
    assert by_name["京成高砂"].lines == ("京成本線", "京成金町線", "北総線")
    assert by_name["青砥"].kana == "あおと"


def test_lines_run_through_their_stations_in_order() -> None:
    lines = places.lines()
    assert len(lines) == 6
    assert lines["京成金町線"] == ((35.75087, 139.86659), (35.75643, 139.87528), (35.76845, 139.87035))


def test_labels_of_towns() -> None:
    labels = [town.label for town in places.towns()]
    assert "立石5丁目" in labels
    assert "水元公園" in labels
