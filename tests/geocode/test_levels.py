"""The levels that need more than the built-in table: 街区, points that people confirmed, and another ward's files."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from geocode import Match, address_key, blocks, cli, gazetteer, geocode, installed, places, space, ward
from geocode.official import installing
from tests.geocode.official_files import block, blocks_table, packed, town, towns_table

BLOCKS = [
    block("立石五丁目", 13, 35.7445, 139.8471),
    block("立石五丁目", 27, 35.7437, 139.8462, 代表フラグ=0),
    block("四ツ木一丁目", 2, 35.7351, 139.8333),
    block("水元公園", 3, 35.7861, 139.8702, 住居表示フラグ=0),
]

PLACED_BY_BLOCK = [
    ("葛飾区立石5-13-1", "立石5丁目13番", "1"),
    ("葛飾区立石5-13", "立石5丁目13番", ""),
    ("東京都葛飾区立石五丁目十三番一号", "立石5丁目13番", "1"),
    ("〒124-0012 葛飾区立石5丁目13番地1 ひまわりビル2階", "立石5丁目13番", "1 ひまわりビル2階"),
    ("立石５丁目１３番１号２０１号室", "立石5丁目13番", "1 201号室"),
    ("葛飾区立石5-13-1-201", "立石5丁目13番", "1-201"),
    ("葛飾区立石5丁目13番 三和ビル", "立石5丁目13番", "三和ビル"),
    ("葛飾区立石5丁目13番地先", "立石5丁目13番", "先"),
    ("葛飾区立石5-13-201号室", "立石5丁目13番", "201号室"),
    ("葛飾区立石5-13〜15", "立石5丁目13番", "〜15"),
    ("5-13-1 Tateishi, Katsushika-ku, Tokyo", "立石5丁目13番", "1"),
    ("立石5-27-4", "立石5丁目27番", "4"),  # not representative, but the only point there is
    ("四つ木1-2-3", "四つ木1丁目2番", "3"),  # written 四ツ木 in the installed table
    ("葛飾区水元公園3-2", "水元公園3番地", "2"),
]

NOT_BY_BLOCK = [
    ("葛飾区立石5-14-1", "chome", "14-1"),
    ("葛飾区立石4-13-1", "chome", "13-1"),
    ("葛飾区東立石5-13-1", "ward", "東立石5丁目13-1"),
    ("葛飾区立石5丁目", "chome", ""),
    ("葛飾区立石13番1号", "town", "13番1号"),
    ("葛飾区立石9-13-1", "ward", "立石9丁目13-1"),
    ("江戸川区立石5-13-1", "none", "江戸川区立石5-13-1"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An instance folder with a few 街区."""
    path = packed(tmp_path / "13122-22.0a.zip", b=blocks_table(*BLOCKS))
    installing.install([path], tmp_path / "instance", ward.load())
    return tmp_path / "instance"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("address", "matched", "rest"), PLACED_BY_BLOCK)
def test_placed_by_block(address: str, matched: str, rest: str) -> None:
    match = geocode(address)
    assert (match.level, match.matched, match.rest) == ("block", f"葛飾区{matched}", rest)
    assert (match.lat, match.lng) in {(row["緯度"], row["経度"]) for row in BLOCKS}
    assert match.source == "国土交通省 位置参照情報（街区レベル）"


def test_every_town_of_ours_is_found_under_its_official_name(tmp_path: Path) -> None:
    towns = gazetteer.load().towns
    names = [t.name if t.chome is None else f"{t.name}{'〇一二三四五六七八九'[t.chome]}丁目" for t in towns]
    path = packed(tmp_path / "b.zip", b=blocks_table(*(block(name, 2) for name in names)))
    assert installing.install([path], tmp_path, ward.load()).unknown_towns == ()
    found = {town.label: geocode(f"葛飾区{town.label}2-3") for town in towns}
    assert {match.level for match in found.values()} == {"block"}
    assert [match.town for match in found.values()] == list(found)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("address", "level", "rest"), NOT_BY_BLOCK)
def test_never_the_nearest_block(address: str, level: str, rest: str) -> None:
    match = geocode(address)
    assert (match.level, match.rest) == (level, rest)


def test_without_the_folder_nothing_is_installed(folder: Path) -> None:
    assert geocode("立石5-13-1").level == "block"
    installed.use(None)
    assert geocode("立石5-13-1").level == "chome"
    installed.use(folder)
    assert geocode("立石5-13-1").level == "block"
    assert blocks.find("立石", 5, 14) is None


@pytest.mark.usefixtures("folder")
def test_the_town_of_a_match_never_tells_the_block() -> None:
    assert geocode("立石5-13-1").town == "立石5丁目"
    assert geocode("立石5-13-1", lambda town, number: (35.7, 139.8)).town == "立石5丁目"
    assert geocode("立石").town == "立石"
    assert geocode("葛飾区").town == geocode("江戸川区").town == ""


@pytest.mark.usefixtures("folder")
def test_a_place_to_measure_from_stays_a_chome() -> None:
    assert places.find("立石5-13-1") == places.NamedPoint("立石5丁目", 35.744, 139.84541, "chome")


# A point that a person confirmed.


class Confirmed:
    """One confirmed point, and what was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def __call__(self, town: str, number: str, /) -> tuple[float, float] | None:
        self.asked.append((town, number))
        return {("立石5丁目", "13-1"): (35.74444, 139.84444), ("水元公園", "3-2"): (35.78, 139.87)}.get((town, number))


CONFIRMED = [
    ("葛飾区立石5-13-1", "葛飾区立石5丁目13番1号", ""),
    ("東京都葛飾区立石五丁目十三番一号 ひまわりビル2階", "葛飾区立石5丁目13番1号", "ひまわりビル2階"),
    ("立石５丁目１３番１号２０１号室", "葛飾区立石5丁目13番1号", "201号室"),
    ("立石5-13-1-201", "葛飾区立石5丁目13番1号", "201"),
    ("Tateishi 5-13-1", "葛飾区立石5丁目13番1号", ""),
    ("水元公園3番2号", "葛飾区水元公園3番2号", ""),
]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("address", "matched", "rest"), CONFIRMED)
def test_a_confirmed_point_comes_before_the_block(address: str, matched: str, rest: str) -> None:
    match = geocode(address, Confirmed())
    assert (match.level, match.matched, match.rest, match.source) == ("point", matched, rest, "確認された位置")
    assert (match.query, match.lat) in {(address, 35.74444), (address, 35.78)}


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("立石5-13-2", [("立石5丁目", "13-2")]),
        ("立石5-14-1", [("立石5丁目", "14-1")]),
        ("立石5-13", []),  # a 番 is no point
        ("立石5丁目", []),
        ("立石", []),
        ("立石9-13-1", []),
        ("江戸川区立石5-13-1", []),
        ("", []),
    ],
)
def test_asked_only_for_the_same_number(address: str, asked: list[tuple[str, str]]) -> None:
    confirmed = Confirmed()
    assert geocode(address, confirmed) == geocode(address)
    assert confirmed.asked == asked


@pytest.mark.parametrize("address", [row[0] for row in CONFIRMED])
def test_the_key_of_an_address_is_what_is_asked_for(address: str) -> None:
    confirmed = Confirmed()
    geocode(address, confirmed)
    assert [address_key(address)] == confirmed.asked


@pytest.mark.parametrize("address", ["立石5-13", "立石9-13-1", "江戸川区立石5-13-1", "", "亀有駅前"])
def test_no_key_without_a_number_of_ours(address: str) -> None:
    assert address_key(address) is None


def test_the_command_asks_the_sites_confirmed_points() -> None:
    site = Flask("site")
    site.config["INSTANCE_DIR"] = "nowhere"
    site.extensions["confirmed_points"] = Confirmed()
    with site.app_context():
        result = CliRunner().invoke(cli.group, ["立石5-13-1", "立石5-13-2"])
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["level"] for answer in answers] == ["point", "chome"]
    assert "town" not in answers[0]


# The table of towns.


def test_an_official_point_takes_the_place_of_ours_and_keeps_our_reading(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "t.zip", t=towns_table(town("立石五丁目", 35.7441, 139.8455), town("四ッ木一丁目", 35.735, 139.833))
    )
    before = gazetteer.load()
    installing.install([path], tmp_path, ward.load())
    after = gazetteer.load()
    assert [t.label for t in after.towns] == [t.label for t in before.towns]
    assert after.readings == before.readings
    match = geocode("たていし5-13-1")
    assert (match.lat, match.lng, match.source) == (35.7441, 139.8455, "国土交通省 位置参照情報（大字・町丁目レベル）")
    assert geocode("Yotsugi 1").matched == "葛飾区四つ木1丁目"
    assert geocode("立石4").source == ward.load().data.towns_source
    assert space.nearest_town(35.7441, 139.8455) == gazetteer.load().find("立石", 5)


def test_a_new_chome_is_known_from_the_official_table(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "t.zip", t=towns_table(town("立石九丁目", 35.7441, 139.8455), town("見本町", 35.75, 139.85))
    )
    installing.install([path], tmp_path, ward.load())
    new = gazetteer.load().find("立石", 9)
    assert new is not None and new.kana == "たていし"
    assert geocode("立石9-1-1").level == "chome"
    assert (geocode("葛飾区見本町1-2").matched, geocode("葛飾区見本町1-2").rest) == ("葛飾区見本町", "1-2")
    assert "見本町" in places.names()


@pytest.fixture
def another_ward(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ward.Ward]:
    """A town whose ward.toml names no table of towns."""
    ours = ward.load()
    place = replace(
        ours,
        prefecture="架空県", prefecture_kana="かくうけん", prefecture_romaji="Kaku", name="見本市", kana="みほんし",
        romaji="Mihon", code="99201", code_with_check_digit="992011", postal_prefixes=(), neighbours=(),
        data=replace(ours.data, towns=None, towns_source=""),
    )  # fmt: skip
    monkeypatch.setattr(ward, "load", lambda: place)
    installed.use(tmp_path)
    yield place
    monkeypatch.undo()


def test_another_ward_lives_on_the_official_files_alone(another_ward: ward.Ward, tmp_path: Path) -> None:
    there = {"都道府県名": "架空県", "市区町村名": "見本市"}
    towns = [
        town(name, lat, 139.5, 市区町村コード="99201", **there)
        for name, lat in [("霧ヶ丘一丁目", 36.1), ("霧ヶ丘二丁目", 36.2), ("大字三輪", 36.3)]
    ]
    rows = [
        block("霧ヶ丘一丁目", 2, 36.11, 139.51, **there),
        block("大字三輪", 120, 36.31, 139.5, 住居表示フラグ=0, **there),
    ]
    assert geocode("見本市霧が丘1-2-3").level == "ward"
    assert geocode("").level == "none"
    assert places.towns() == ()
    files = [packed(tmp_path / "t.zip", t=towns_table(*towns)), packed(tmp_path / "b.zip", b=blocks_table(*rows))]
    assert installing.install(files, tmp_path, another_ward).unknown_towns == ()
    assert geocode("架空県見本市霧が丘一丁目2番3号") == Match(
        "架空県見本市霧が丘一丁目2番3号", 36.11, 139.51, "block", "見本市霧ヶ丘1丁目2番", "3",
        "国土交通省 位置参照情報（街区レベル）", town="霧ヶ丘1丁目",
    )  # fmt: skip
    assert geocode("見本市霧ケ丘2").level == "chome"
    assert geocode("見本市霧ケ丘").level == "town"
    assert (geocode("見本市大字三輪120-4").matched, geocode("見本市三輪120番地4").rest) == (
        "見本市大字三輪120番地",
        "4",
    )
    assert geocode("葛飾区立石5-13-1").level == "none"
    assert places.names()[:2] == ("霧ヶ丘", "大字三輪")


def test_blocks_of_another_ward_are_not_ours(another_ward: ward.Ward, tmp_path: Path) -> None:
    path = packed(tmp_path / "b.zip", b=blocks_table(block()))
    with pytest.raises(installing.InstallRefused, match="架空県見本市の行がありません"):
        installing.install([path], tmp_path, another_ward)


def test_what_is_installed_can_be_read_by_people(folder: Path) -> None:
    with (folder / "geocode" / "blocks_13122.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0] == {
        "town": "立石", "chome": "5", "number": "13", "lat": "35.7445", "lng": "139.8471", "displayed": "1"
    }  # fmt: skip
    assert [row["displayed"] for row in rows] == ["1", "1", "1", "0"]
