"""Which rows of the official files are taken, and which of several points of one place counts."""

from dataclasses import replace
from pathlib import Path

import pytest

from geocode import ward
from geocode.blocks import Block
from geocode.official import positions
from geocode.official.positions import split_chome
from tests import wards
from tests.geocode.official_files import (
    OLD_BLOCK_HEADINGS,
    TOWN_HEADINGS,
    Row,
    block,
    blocks_table,
    packed,
    table,
    town,
    towns_table,
)

NAMES = [
    ("立石五丁目", "立石", 5),
    ("四つ木一丁目", "四つ木", 1),
    ("東四つ木四丁目", "東四つ木", 4),
    ("水元公園", "水元公園", None),
    ("北二十四条西十二丁目", "北二十四条西", 12),
    ("立石５丁目", "立石", 5),
    ("西与賀町　字今津", "西与賀町字今津", None),
    ("一丁目", "一丁目", None),
    ("三番町", "三番町", None),
    ("1" * 40_000 + "丁", "1" * 40_000 + "丁", None),
    ("千" + "九" * 40_000 + "丁目", "千" + "九" * 40_000 + "丁目", None),
]


@pytest.mark.parametrize(("text", "name", "chome"), NAMES, ids=lambda value: str(value)[:12])
def test_split_chome(text: str, name: str, chome: int | None) -> None:
    assert split_chome(text) == (name, chome)


def read(tmp_path: Path, **members: bytes) -> positions.Taken:
    return positions.read(packed(tmp_path / "13000-22.0a.zip", **members), ward.load())


def numbers(taken: positions.Taken) -> list[tuple[str, int | None, int]]:
    return list(taken.blocks)


def test_a_row_of_each_level(tmp_path: Path) -> None:
    taken = read(tmp_path, block=blocks_table(block()), town=towns_table(town()))
    assert list(taken.blocks.values()) == [Block("立石", 5, 13, 35.7445, 139.8471, True)]
    (of_town,) = taken.towns.values()
    assert (of_town.label, of_town.kana, of_town.lat, of_town.lng) == ("立石5丁目", "", 35.7441, 139.8455)
    assert +taken.passed_over == {}


def test_several_cities_in_one_file_and_several_files_in_one_zip(tmp_path: Path) -> None:
    taken = read(
        tmp_path,
        edogawa=blocks_table(block("東小岩一丁目", 市区町村名="江戸川区")),
        tokyo=blocks_table(block(number=1), block("金町一丁目", 市区町村名="足立区"), block(number=2)),
    )
    assert numbers(taken) == [("立石", 5, 1), ("立石", 5, 2)]
    assert taken.passed_over["他の市区町村"] == 2


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (block(都道府県名="大阪府"), "a ward of the same name in another prefecture"),
        (block(市区町村名="南葛飾区"), "a name that ends in ours"),
        (block(市区町村名=""), "no name"),
    ],
)
def test_without_a_code_prefecture_and_name_tell(tmp_path: Path, row: Row, why: str) -> None:
    taken = read(tmp_path, b=blocks_table(block(number=1), row))
    assert (numbers(taken), taken.passed_over["他の市区町村"]) == ([("立石", 5, 1)], 1), why


def test_the_code_tells_where_there_is_one(tmp_path: Path) -> None:
    ours = town("青戸一丁目", 市区町村コード="131229", 市区町村名="かつしか区")
    taken = read(tmp_path, t=towns_table(town(), ours, town("小岩", 市区町村コード="13123")))
    assert [t.label for t in taken.towns.values()] == ["立石5丁目", "青戸1丁目"]


def test_a_town_in_a_county_and_a_code_that_lost_its_zero(tmp_path: Path) -> None:
    place = replace(ward.load(), prefecture="北海道", name="架空町", code="01999", code_with_check_digit="019990")
    there = {"都道府県名": "北海道", "市区町村名": "見本郡架空町"}
    path = packed(
        tmp_path / "01000.zip",
        b=blocks_table(block("字上", **there), block("字下", 都道府県名="北海道", 市区町村名="見本郡大架空町")),
        t=towns_table(town("字上", 市区町村コード="1999", **there)),
    )
    taken = positions.read(path, place)
    assert list(taken.towns) == [("字上", None)]
    assert numbers(taken) == [("字上", None, 13)]


def test_a_designated_city_is_all_of_its_wards(tmp_path: Path) -> None:
    """Its own name and code stand in no table; a town that two of its wards have is not guessed."""
    place = ward.read(wards.OTHERS["chiba"])
    central, green = ({"都道府県名": "千葉県", "市区町村名": f"千葉市{name}"} for name in ("見本区", "架空区"))
    other = {"都道府県名": "千葉県", "市区町村名": "千葉見本市"}
    path = packed(
        tmp_path / "12000.zip",
        b=blocks_table(block("見本町一丁目", **central), block("本町", **central), block("本町", **green), block("本町", **other)),
        t=towns_table(
            town("見本町一丁目", 市区町村コード="12198", **central), town("本町", 市区町村コード="12198", **central),
            town("本町", 市区町村コード="12199", **green), town("本町", 市区町村コード="12999", **other),
            town("架空町", 市区町村コード="12199", **green), town("東町", 市区町村コード="27199", 都道府県名="大阪府", 市区町村名="千葉市区"),
        ),
    )
    taken = positions.read(path, place)
    assert [t.label for t in taken.towns.values()] == ["見本町1丁目", "架空町"]
    assert numbers(taken) == [("見本町", 1, 13)]
    assert (taken.passed_over["区ごとに同じ町名"], taken.passed_over["他の市区町村"]) == (2, 3)


def test_a_ward_of_a_designated_city_is_known_by_its_whole_name(tmp_path: Path) -> None:
    here, other = ({"都道府県名": "大阪府", "市区町村名": name} for name in ("大阪市北区", "堺市北区"))
    path = packed(tmp_path / "b.zip", b=blocks_table(block("架空橋一丁目", 1, **here), block("架空橋一丁目", 2, **other)))
    assert numbers(positions.read(path, ward.read(wards.OTHERS["osaka_kita"]))) == [("架空橋", 1, 1)]


@pytest.mark.parametrize(
    "headings", [OLD_BLOCK_HEADINGS, [h.replace("Ｘ", "X") for h in OLD_BLOCK_HEADINGS if h != "Ｙ座標"]]
)
def test_older_editions(tmp_path: Path, headings: list[str]) -> None:
    row = block() | {"X座標": 0}
    assert numbers(read(tmp_path, b=table(headings, [row]))) == [("立石", 5, 13)]


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    assert list(read(tmp_path, t=table(TOWN_HEADINGS, [town("髙砂一丁目")], encoding)).towns) == [("髙砂", 1)]


@pytest.mark.parametrize("flag", ["更新前履歴フラグ", "更新後履歴フラグ"])
def test_rows_that_were_removed_are_left_out(tmp_path: Path, flag: str) -> None:
    rows = [block(number=number, **{flag: number}) for number in range(4)]  # 0 as before, 1 new, 2 renamed, 3 removed
    taken = read(tmp_path, b=blocks_table(*rows))
    assert numbers(taken) == [("立石", 5, 0), ("立石", 5, 1), ("立石", 5, 2)]
    assert taken.passed_over["廃止"] == 1


@pytest.mark.parametrize("backwards", [False, True])
def test_the_representative_point_counts(tmp_path: Path, backwards: bool) -> None:
    rows = [block(lat=35.1, 代表フラグ=0), block(lat=35.2, 代表フラグ=1), block(lat=35.3, 代表フラグ=0)]
    taken = read(tmp_path, b=blocks_table(*(reversed(rows) if backwards else rows)))
    assert [b.lat for b in taken.blocks.values()] == [35.2]
    assert taken.passed_over["重複"] == 2


@pytest.mark.parametrize("backwards", [False, True])
def test_a_lot_answers_only_where_no_block_has_its_number(tmp_path: Path, backwards: bool) -> None:
    rows = [
        block(lat=35.1, 住居表示フラグ=0),
        block(lat=35.2, 住居表示フラグ=1, 代表フラグ=0),
        block(number=400, lat=35.3, 住居表示フラグ=0),
    ]
    taken = read(tmp_path, b=blocks_table(*(reversed(rows) if backwards else rows)))
    assert {b.label: b.lat for b in taken.blocks.values()} == {"13番": 35.2, "400番地": 35.3}


def test_a_number_that_several_small_places_have_is_none_of_them(tmp_path: Path) -> None:
    rows = [block("水元公園", 7, **{"小字・通称名": koaza}, 住居表示フラグ=0) for koaza in ("甲", "乙")]
    taken = read(tmp_path, b=blocks_table(*rows, block("水元公園", 8, **{"小字・通称名": "甲"}, 住居表示フラグ=0)))
    assert numbers(taken) == [("水元公園", None, 8)]
    assert taken.passed_over["小字ごとに同じ番号"] == 2


@pytest.mark.parametrize("number", ["", "甲", "13-A", "無番地", "-1", "123456"])
def test_what_is_no_number_is_passed_over(tmp_path: Path, number: str) -> None:
    taken = read(tmp_path, b=blocks_table(block(), block(number=number)))
    assert (numbers(taken), taken.passed_over["番号が数字でない"]) == ([("立石", 5, 13)], 1)


@pytest.mark.parametrize("number", ["13", "１３", "013", "13番", "13番地"])
def test_writings_of_a_number(tmp_path: Path, number: str) -> None:
    assert numbers(read(tmp_path, b=blocks_table(block(number=number)))) == [("立石", 5, 13)]
