"""ward.toml: what it says of Katsushika, and what is said of a file that cannot be used."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from geocode import ward

SMALL = """
[ward]
prefecture = "架空県"
prefecture_romaji = "Kaku"
name = "架空市"
kana = "かくうし"
romaji = "Kaku"
code = "99999"
code_with_check_digit = "999999"
centre = [36, 140]
zoom = 12
epsg = 6677
[data]
towns = "towns.csv"
railways = "railways.csv"
boundaries = "boundaries.geojson"
towns_source = "手づくりの表"
"""


def test_katsushika() -> None:
    place = ward.load()
    assert (place.prefecture, place.name, place.kana) == ("東京都", "葛飾区", "かつしかく")
    assert (place.code, place.code_with_check_digit, place.epsg) == ("13122", "131229", 6677)
    assert place.site["name"] == "かつしか つながりマップ"
    assert len(place.neighbours) == 10


def test_check_digit_is_the_one_the_code_calls_for() -> None:
    place = ward.load()
    weighted = sum(int(digit) * weight for digit, weight in zip(place.code, (6, 5, 4, 3, 2), strict=True))
    assert place.code_with_check_digit == f"{place.code}{(11 - weighted % 11) % 10}"


def test_offices_are_known_by_the_code_of_their_source() -> None:
    place = ward.load()
    assert {office.code: office.short for office in place.offices} == {"kuramaru": "くらまる課", "shakyo": "社協"}
    assert place.office("shakyo") == ward.Office("shakyo", "葛飾区社会福祉協議会", "社協")
    assert place.office("self") is None


def test_windows_tell_no_number_that_nobody_has_confirmed() -> None:
    windows = ward.load().windows
    assert [window.name for window in windows] == ["くらしのまると相談課", "葛飾区社会福祉協議会"]
    assert not any(char.isdigit() for window in windows for char in window.note + window.phone)


def test_files_and_credits() -> None:
    place = ward.load()
    assert all(path.is_file() for path in (place.data.towns, place.data.railways, place.data.boundaries))
    shown = "".join(credit.text for credit in place.credits)
    assert all(name in shown for name in ("位置参照情報", "Geolonia", "CC BY 4.0", "N02", "N03"))


def test_read_once_and_unchangeable() -> None:
    assert ward.load() is ward.load()
    with pytest.raises(FrozenInstanceError):
        ward.load().zoom = 3  # type: ignore[misc]
    with pytest.raises(TypeError):
        ward.load().site["name"] = "別の名前"  # type: ignore[index]


def test_another_ward_is_another_file(tmp_path: Path) -> None:
    place = ward.read(_file(tmp_path, SMALL))
    assert place.centre == (36.0, 140.0)
    assert place.data.towns == tmp_path / "towns.csv"
    assert (place.site, place.offices, place.neighbours, place.prefecture_kana) == ({}, (), (), "")


def test_a_ward_without_a_table_of_towns_waits_for_the_official_one(tmp_path: Path) -> None:
    bare = SMALL.replace('towns = "towns.csv"', "").replace('towns_source = "手づくりの表"', "")
    data = ward.read(_file(tmp_path, bare)).data
    assert (data.towns, data.towns_source) == (None, "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "ward がありません"),
        (SMALL.replace('railways = "railways.csv"', ""), "railways がありません"),
        (SMALL.replace("[ward]", "[ward"), "正しい TOML ではありません"),
        (SMALL.replace("[36, 140]", "[36]"), "読めない項目があります"),
        (SMALL.replace("zoom = 12", ""), "zoom"),
        (SMALL.replace("zoom = 12", "zoom = 12\nzooom = 13"), "zooom"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ward.WardFileError, match=said):
        ward.read(_file(tmp_path, text))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ward.WardFileError, match="読めません"):
        ward.read(tmp_path / "ward.toml")


def _file(folder: Path, text: str) -> Path:
    path = folder / "ward.toml"
    path.write_text(text, encoding="utf-8")
    return path
