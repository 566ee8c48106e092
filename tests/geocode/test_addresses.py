"""Addresses of the ward as people write them, and where each one lands."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geocode import Match, Town, gazetteer, geocode, roman
from geocode.gazetteer import Gazetteer
from geocode.reading import Reader, Reading
from geocode.ward import load

TOWNS = gazetteer.load().towns
KANJI = "〇一二三四五六七八九"
HYPHENS = "-－‐−ー‑–—―ｰのノ"

PLACED = [
    # the plain one, with and without prefecture, ward and postal code
    ("東京都葛飾区立石5-13-1", "立石5丁目", "13-1"),
    ("葛飾区立石5-13-1", "立石5丁目", "13-1"),
    ("東京都立石5-13-1", "立石5丁目", "13-1"),
    ("立石5-13-1", "立石5丁目", "13-1"),
    ("〒124-8555 東京都葛飾区立石5-13-1", "立石5丁目", "13-1"),
    ("1248555葛飾区立石5-13-1", "立石5丁目", "13-1"),
    ("日本、〒124-0012 東京都葛飾区立石５丁目１３−１", "立石5丁目", "13-1"),
    ("所在地：葛飾区立石5-13-1", "立石5丁目", "13-1"),
    ("東京都,葛飾区,立石5-13-1", "立石5丁目", "13-1"),
    ("東京都葛飾区東京都葛飾区立石5-13-1", "立石5丁目", "13-1"),
    ("東京都葛飾区葛飾区立石5-13-1", "立石5丁目", "13-1"),
    ("葛飾區立石5-13-1", "立石5丁目", "13-1"),
    ("葛\U000e0100飾区立石5-13-1", "立石5丁目", "13-1"),
    ("かつしか区立石5-13-1", "立石5丁目", "13-1"),
    # a postal code of elsewhere is a slip of the pen when our ward is named
    ("〒134-8555 葛飾区立石5-13-1", "立石5丁目", "13-1"),
    # … and so is one behind it; a right one may stand there as well
    ("東京都葛飾区立石5-13-1 〒330-0063", "立石5丁目", "13-1"),
    ("〒124-0012東京都葛飾区立石5-13-1", "立石5丁目", "13-1"),
    ("立石5-13-1 〒124-0012", "立石5丁目", "13-1"),
    ("立石5-13-1（〒124-0012）", "立石5丁目", "13-1"),
    ("立石5-13-1 124-0012", "立石5丁目", "13-1"),
    ("〒124 葛飾区立石5-13-1", "立石5丁目", "13-1"),
    ("郵便番号：124-0012　住所：葛飾区立石5-13-1", "立石5丁目", "13-1"),
    # what lists put around it
    ("※葛飾区立石5-13-1", "立石5丁目", "13-1"),
    ("・葛飾区立石5-13-1", "立石5丁目", "13-1"),
    ("「葛飾区立石5-13-1」", "立石5丁目", "13-1"),
    ("（葛飾区）立石5-13-1", "立石5丁目", "13-1"),
    ("(東京都葛飾区) 立石5-13-1", "立石5丁目", "13-1"),
    ("会場　葛飾区立石5-13-1", "立石5丁目", "13-1"),
    # 大字 and 字
    ("葛飾区大字立石5-13-1", "立石5丁目", "13-1"),
    ("東京都葛飾区字立石五丁目13番1号", "立石5丁目", "13-1"),
    ("葛飾区大字水元公園3-2", "水元公園", "3-2"),
    # 丁目, 番, 号
    ("葛飾区立石五丁目十三番一号", "立石5丁目", "13-1"),
    ("葛飾区立石5丁目13番1号", "立石5丁目", "13-1"),
    ("葛飾区立石５丁目１３番地１", "立石5丁目", "13-1"),
    ("葛飾区立石5丁目13番地の1", "立石5丁目", "13-1"),
    ("葛飾区立石5丁目の13の1", "立石5丁目", "13-1"),
    ("葛飾区立石五の十三の一", "立石5丁目", "13-1"),
    ("葛飾区立石五ー十三ー一", "立石5丁目", "13-1"),
    ("葛飾区立石5丁目13-1", "立石5丁目", "13-1"),
    ("葛飾区立石5丁目-13-1", "立石5丁目", "13-1"),
    ("葛飾区立石5一13一1", "立石5丁目", "13-1"),
    ("葛飾区立石5丁目", "立石5丁目", ""),
    ("葛飾区立石5", "立石5丁目", ""),
    ("葛飾区立石5－", "立石5丁目", ""),
    ("葛飾区立石5丁目13番", "立石5丁目", "13"),
    ("葛飾区立石第5丁目13番", "立石5丁目", "13"),
    ("葛飾区立石５丁目１３番地の１号", "立石5丁目", "13-1"),
    ("葛飾区立石5-13番1号", "立石5丁目", "13-1"),
    ("葛飾区立石5-13-1号", "立石5丁目", "13-1"),
    ("東京都葛飾区　立石五―十三―一", "立石5丁目", "13-1"),
    ("立石五丁目一三番一号", "立石5丁目", "13-1"),
    ("立石5丁目-13番地の1", "立石5丁目", "13-1"),
    *((f"立石5{hyphen}13{hyphen}1", "立石5丁目", "13-1") for hyphen in HYPHENS),
    # spaces and line breaks
    ("東京都　葛飾区　立石　５丁目　１３番　１号", "立石5丁目", "13-1"),
    ("東京都葛飾区\n立石5-13-1", "立石5丁目", "13-1"),
    ("葛飾区立\r\n石5-13-1", "立石5丁目", "13-1"),
    ("葛飾区立石5 - 13 - 1", "立石5丁目", "13-1"),
    # buildings and rooms behind
    ("葛飾区立石5-13-1 ひまわりビル2階", "立石5丁目", "13-1 ひまわりビル2階"),
    ("葛飾区立石5-13-1ひまわりビル２Ｆ", "立石5丁目", "13-1 ひまわりビル2F"),
    ("葛飾区立石5-13-1-201", "立石5丁目", "13-1-201"),
    ("葛飾区立石5丁目13番1号201号室", "立石5丁目", "13-1 201号室"),
    ("立石５丁目１３番１号２０１号室", "立石5丁目", "13-1 201号室"),
    ("立石5丁目付近", "立石5丁目", "付近"),
    ("立石5-13-1, 2F", "立石5丁目", "13-1 2F"),
    ("立石5-13-1、4丁目", "立石5丁目", "13-1 4丁目"),
    ("葛飾区立石5丁目13番 三和ビル", "立石5丁目", "13 三和ビル"),
    ("葛飾区立石5-13-1(一番館)", "立石5丁目", "13-1 (一番館)"),
    ("葛飾区立石5-13-1\nひまわりビル", "立石5丁目", "13-1 ひまわりビル"),
    ("葛飾区立石5-13〜15", "立石5丁目", "13〜15"),
    ("葛飾区立石5丁目13番地先", "立石5丁目", "13 先"),
    ("葛飾区亀有3-1-1 亀有地区センター 第1会議室", "亀有3丁目", "1-1 亀有地区センター 第1会議室"),
    ("亀有5-1-1 亀有駅前ビル", "亀有5丁目", "1-1 亀有駅前ビル"),
    ("立石5-13-1（葛飾区）", "立石5丁目", "13-1 (葛飾区)"),
    ("立石5-13-1 高砂地区", "立石5丁目", "13-1 高砂地区"),
    # variants of a name
    *((f"{name}1-2-3", "四つ木1丁目", "2-3") for name in ("四つ木", "四ツ木", "四ッ木", "四っ木", "四ﾂ木")),
    *((f"葛飾区{name}四丁目", "東四つ木4丁目", "") for name in ("東四つ木", "東四ツ木", "東四ッ木")),
    *((f"{name}4丁目", "四つ木4丁目", "") for name in ("よつぎ", "ヨツギ", "ﾖﾂｷﾞ", "Yotsugi", "YOTSUGI ")),
    ("おはなじゃや1丁目", "お花茶屋1丁目", ""),
    ("オハナヂャヤ1丁目", "お花茶屋1丁目", ""),
    ("髙砂3-1-1", "高砂3丁目", "1-1"),
    ("龜有3-1", "亀有3丁目", "1"),
    ("靑戸3-1", "青戸3丁目", "1"),
    ("たていし5-13-1", "立石5丁目", "13-1"),
    ("タテイシ5-13-1", "立石5丁目", "13-1"),
    ("ﾀﾃｲｼ5丁目", "立石5丁目", ""),
    ("かつしかくたていし5-13-1", "立石5丁目", "13-1"),
    ("とうきょうとかつしかくたていし5ちょうめ", "立石5丁目", ""),
    ("おはなぢゃや1-2-3", "お花茶屋1丁目", "2-3"),
    ("おはなじゃや1-2-3", "お花茶屋1丁目", "2-3"),
    # 新宿 is にいじゅく here, and the kana of 青戸 is its own
    ("葛飾区新宿1-2-3", "新宿1丁目", "2-3"),
    ("新宿1-2-3", "新宿1丁目", "2-3"),
    ("にいじゅく1-2-3", "新宿1丁目", "2-3"),
    ("あおと3-1", "青戸3丁目", "1"),
    # one town's name within another's
    ("葛飾区東金町1-1", "東金町1丁目", "1"),
    ("葛飾区金町1-1", "金町1丁目", "1"),
    ("葛飾区東立石1-1", "東立石1丁目", "1"),
    ("葛飾区西亀有1-1", "西亀有1丁目", "1"),
    ("葛飾区新小岩1-1", "新小岩1丁目", "1"),
    ("葛飾区東新小岩1-1", "東新小岩1丁目", "1"),
    ("葛飾区西新小岩1-1", "西新小岩1丁目", "1"),
    ("葛飾区水元1-1", "水元1丁目", "1"),
    ("葛飾区東水元1-1", "東水元1丁目", "1"),
    ("葛飾区西水元1-1", "西水元1丁目", "1"),
    ("葛飾区南水元1-1", "南水元1丁目", "1"),
    # no 丁目
    ("葛飾区水元公園3-2", "水元公園", "3-2"),
    ("水元公園3番2号", "水元公園", "3-2"),
    ("水元公園", "水元公園", ""),
    ("葛飾区水元公園 かわせみの里", "水元公園", "かわせみの里"),
    ("水元公園内", "水元公園", "内"),
    ("葛飾区金町浄水場1-1", "金町浄水場", "1-1"),
    ("かなまちじょうすいじょう", "金町浄水場", ""),
    # romaji
    ("Tateishi 5-13-1", "立石5丁目", "13-1"),
    ("TATEISHI5-13-1", "立石5丁目", "13-1"),
    ("Ｔａｔｅｉｓｈｉ　５－１３－１", "立石5丁目", "13-1"),
    ("Tateishi 5-chome 13-1", "立石5丁目", "13-1"),
    ("Tateishi 5 chome 13-1 Himawari Bldg 2F", "立石5丁目", "13-1 Himawari Bldg 2F"),
    ("Tateishi5丁目13番1号", "立石5丁目", "13-1"),
    ("葛飾区Tateishi 5-13-1", "立石5丁目", "13-1"),
    ("5-13-1 Tateishi, Katsushika-ku, Tokyo 124-0012, Japan", "立石5丁目", "13-1"),
    ("13-1, Tateishi 5-chome, Katsushika City, Tokyo", "立石5丁目", "13-1"),
    ("5-13-1 Tateishi Katsushika-ku Tokyo", "立石5丁目", "13-1"),
    ("Tokyo, Katsushika-ku, Tateishi 5-13-1", "立石5丁目", "13-1"),
    ("2F Himawari Bldg., 5-13-1 Tateishi, Katsushika-ku, Tokyo", "立石5丁目", "13-1 2F Himawari Bldg"),
    ("5 Chome-13-1 Tateishi, Katsushika City, Tokyo 124-0012", "立石5丁目", "13-1"),
    ("〒124-0012 Tokyo, Katsushika City, Tateishi, 5 Chome−13−1", "立石5丁目", "13-1"),
    ("Yotsugi 4 chome", "四つ木4丁目", ""),
    ("Yotsugi 4-chome 2-3", "四つ木4丁目", "2-3"),
    ("Aoto 3-1", "青戸3丁目", "1"),
    ("Ohanajaya 1-2-3", "お花茶屋1丁目", "2-3"),
    ("Higashi-Kanamachi 1-2-3", "東金町1丁目", "2-3"),
    ("Higashi Kanamachi 1-2-3", "東金町1丁目", "2-3"),
    ("Shin-Koiwa 1-2-3", "新小岩1丁目", "2-3"),
    ("Nishi-Shinkoiwa 1-2-3", "西新小岩1丁目", "2-3"),
    ("Niijuku 1-2-3", "新宿1丁目", "2-3"),
    ("Nijuku 1-2-3", "新宿1丁目", "2-3"),
    ("Mizumoto Kōen", "水元公園", ""),
    ("Mizumoto Koen 3-2, Katsushika-ku", "水元公園", "3-2"),
]

NO_CHOME_GIVEN = [
    ("葛飾区立石", "立石", ""),
    ("立石", "立石", ""),
    ("東京都葛飾区立石", "立石", ""),
    ("葛飾区立石 ひまわりビル", "立石", "ひまわりビル"),
    ("葛飾区立石13番1号", "立石", "13番1号"),
    ("立石13番1号", "立石", "13番1号"),
    ("葛飾区立石5階", "立石", "5階"),
    ("Tateishi", "立石", ""),
    # several 丁目 are none of them in particular
    ("立石1〜3丁目", "立石", "1〜3丁目"),
    ("立石１～３丁目", "立石", "1~3丁目"),
    ("葛飾区立石1-3丁目", "立石", "1-3丁目"),
    ("葛飾区立石一・二丁目", "立石", "一・二丁目"),
    ("葛飾区立石5丁目から6丁目", "立石", "5丁目から6丁目"),
    ("葛飾区立石1丁目、2丁目、4丁目", "立石", "1丁目、2丁目、4丁目"),
]

NO_NUMBER_AT_ALL = [
    ("お花茶屋", "お花茶屋"),
    ("おはなじゃや", "お花茶屋"),
    ("おはなぢゃや", "お花茶屋"),
    ("葛飾区おはなぢゃや", "お花茶屋"),
    ("四つ木", "四つ木"),
    ("四ツ木", "四つ木"),
    ("四ッ木", "四つ木"),
    ("よつぎ", "四つ木"),
    ("Yotsugi", "四つ木"),
    ("Aoto", "青戸"),
    ("葛飾区新宿", "新宿"),
    ("金町", "金町"),
    ("東金町", "東金町"),
]

ONLY_THE_WARD = [
    ("葛飾区", ""),
    ("東京都葛飾区", ""),
    ("Katsushika-ku, Tokyo", ""),
    ("葛飾区役所", "役所"),
    ("葛飾区青砥3-1", "青砥3-1"),
    ("葛飾区小岩1-2-3", "小岩1-2-3"),
    ("葛飾区亀有駅前", "亀有駅前"),
    ("葛飾区亀有駅南口徒歩5分", "亀有駅南口徒歩5分"),
    ("葛飾区亀有地区センター", "亀有地区センター"),
    ("葛飾区青砥駅", "青砥駅"),
    ("葛飾区新宿区", "新宿区"),
    ("葛飾区Aoto Station", "Aoto Station"),
    ("葛飾区役所 立石5-13-1", "役所 立石5-13-1"),
    ("葛飾区立石図書館", "立石図書館"),
    ("葛飾区立石小学校", "立石小学校"),
    ("葛飾区立金町小学校", "立金町小学校"),
    ("葛飾区立石・四つ木", "立石・四つ木"),
    ("葛飾区西立石1-1", "西立石1-1"),
    ("葛飾区13-1", "13-1"),
]

NO_SUCH_CHOME = [
    ("葛飾区立石9丁目", "ward", "立石9丁目", "立石に9丁目はありません（1〜8丁目）"),
    ("葛飾区立石九丁目1-2 ひまわり", "ward", "立石9丁目1-2 ひまわり", "立石に9丁目はありません（1〜8丁目）"),
    ("葛飾区立石13-1", "ward", "立石13丁目1", "立石に13丁目はありません（1〜8丁目）"),
    ("葛飾区立石0丁目", "ward", "立石0丁目", "立石に0丁目はありません（1〜8丁目）"),
    ("立石9丁目", "none", "立石9丁目", "立石に9丁目はありません（1〜8丁目）"),
    ("宝町3-1", "none", "宝町3丁目1", "宝町に3丁目はありません（1〜2丁目）"),
    ("葛飾区水元公園1丁目", "ward", "水元公園1丁目", "水元公園に丁目はありません"),
]


@pytest.mark.parametrize(("address", "label", "rest"), PLACED)
def test_placed_by_chome(address: str, label: str, rest: str) -> None:
    match = geocode(address)
    assert (match.level, match.matched, match.rest, match.note) == ("chome", f"葛飾区{label}", rest, "")
    assert (match.lat, match.lng) == _point_of(label)
    assert (match.query, match.town) == (address, label)
    assert match.source == "国土交通省 位置参照情報・Geolonia 住所データ"


@pytest.mark.parametrize(("address", "town", "rest"), NO_CHOME_GIVEN)
def test_placed_by_town(address: str, town: str, rest: str) -> None:
    match = geocode(address)
    assert (match.level, match.matched, match.rest) == ("town", f"葛飾区{town}", rest)
    assert (match.lat, match.lng) == (35.74046, 139.84769)  # the mean of 立石's eight points


@pytest.mark.parametrize(("address", "town"), NO_NUMBER_AT_ALL)
def test_a_town_by_any_of_its_names(address: str, town: str) -> None:
    match = geocode(address)
    assert (match.level, match.matched, match.town) == ("town", f"葛飾区{town}", town)
    assert (match.lat, match.lng) == gazetteer.load().centroid(town)


@pytest.mark.parametrize(("address", "rest"), ONLY_THE_WARD)
def test_only_the_ward_is_understood(address: str, rest: str) -> None:
    assert geocode(address) == Match(address, None, None, "ward", "葛飾区", rest, "ward.toml")


@pytest.mark.parametrize(("address", "level", "rest", "note"), NO_SUCH_CHOME)
def test_a_chome_that_does_not_exist_is_said_not_guessed(address: str, level: str, rest: str, note: str) -> None:
    match = geocode(address)
    assert (match.level, match.rest, match.note) == (level, rest, note)
    assert match.lat is None and match.lng is None


@pytest.mark.parametrize("town", TOWNS, ids=lambda town: town.label)
def test_every_town_in_every_writing(town: Town) -> None:
    writings = _writings(town)
    assert len(writings) >= 6
    landed = {writing: geocode(writing) for writing in writings}
    wrong = {writing: match for writing, match in landed.items() if match.matched != f"葛飾区{town.label}"}
    assert wrong == {}
    assert {match.level for match in landed.values()} == {"chome"}
    assert {(match.lat, match.lng) for match in landed.values()} == {(town.lat, town.lng)}


def test_all_155_towns_are_there() -> None:
    assert len(TOWNS) == len({town.label for town in TOWNS}) == 155
    assert [town.label for town in TOWNS if town.chome is None] == ["金町浄水場", "水元公園"]


ADDRESS_LETTERS = "東京都葛飾区立石亀有新宿水元公園たていし0123456789五十丁目番地号のノー-－ 〒,Tokyo\n"


@given(st.text() | st.text(alphabet=ADDRESS_LETTERS))
def test_any_text_is_answered_and_stays_in_the_ward(text: str) -> None:
    match = geocode(text)
    assert match.level in {"chome", "town", "ward", "none"}
    assert (match.lat is None) == (match.lng is None) == (match.level in {"ward", "none"})
    if match.lat is not None and match.lng is not None:
        assert 35.71085 <= match.lat <= 35.79734
        assert 139.81322 <= match.lng <= 139.89454


@pytest.mark.parametrize("text", ["9" * 6000, "立石" + "9" * 6000, "立石5-" * 5000, "葛飾区" * 5000, " " * 100_000])
def test_a_very_long_text_is_answered_too(text: str) -> None:
    assert geocode(text).level in {"chome", "ward", "none"}


def test_another_ward_needs_only_its_own_tables() -> None:
    place = replace(
        load(), prefecture="北海道", prefecture_romaji="Hokkaido", name="架空市", kana="かくうし", romaji="Kaku"
    )
    reader = Reader(place, Gazetteer.of([Town("霧ヶ丘", "きりがおか", 1, 43.0, 141.0)]))
    understood = Reading(True, "霧ヶ丘", 1, "2-3", "")
    assert reader.read("北海道架空市霧が丘一丁目2番3号") == understood
    assert reader.read("2-3, Kirigaoka 1-chome, Kaku-shi, Hokkaido") == understood
    assert reader.read("架空市立石5-13-1") == Reading(True, rest="立石5-13-1")
    assert reader.read("葛飾区立石5-13-1") == Reading(rest="葛飾区立石5-13-1")


def _point_of(label: str) -> tuple[float, float]:
    return next((town.lat, town.lng) for town in TOWNS if town.label == label)


def _writings(town: Town) -> set[str]:
    if town.chome is None:
        return _writings_without_chome(town)
    chome = KANJI[town.chome]
    romaji = roman.hepburn(town.kana)
    return {
        f"東京都葛飾区{town.name}{chome}丁目",
        f"葛飾区{town.name}{town.chome}-2-3",
        f"{town.name}{_wide(town.chome)}丁目２番３号",
        f"〒125-0000 東京都　葛飾区\n{town.name}　{town.chome}ー2ー3 ひまわりビル5階",
        f"{town.name}{chome}の二の三",
        f"葛飾区{town.kana}{town.chome}丁目2番地3",
        f"{romaji.title()} {town.chome}-2-3",
        f"2-3, {romaji} {town.chome}-chome, Katsushika-ku, Tokyo",
        f"{town.chome} Chome-2-3 {romaji.title()}, Katsushika City, Tokyo 125-0000",
        f"葛飾区大字{town.name}第{chome}丁目二番地の三（〒125-0000）",
    }


def _writings_without_chome(town: Town) -> set[str]:
    romaji = roman.hepburn(town.kana)
    return {
        town.name,
        f"葛飾区{town.name}",
        f"東京都葛飾区{town.name}２番３号",
        f"{town.name}2-3",
        f"葛飾区{town.kana}",
        f"{romaji}, Katsushika-ku, Tokyo",
    }


def _wide(number: int) -> str:
    return chr(ord("０") + number)
