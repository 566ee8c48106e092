"""Municipalities whose names are hard to tell from what stands around them, and how addresses in them are read.

The towns are made up; the names of prefectures and municipalities are real but for 架空県, 架空郡 and 見本町.
"""

from dataclasses import replace
from functools import cache

import pytest

from geocode import ward
from geocode.gazetteer import Gazetteer, Town
from geocode.reading import Reader

TOWNS = [("見本町", "みほんちょう", 1), ("見本町", "みほんちょう", 2), ("霧ヶ丘", "きりがおか", None)]

#: The ward's name → prefecture and its readings, the ward's readings, its code; towns besides TOWNS.
PLACES: dict[str, tuple[tuple[str, ...], list[tuple[str, str, int | None]]]] = {
    "千葉市": (("千葉県", "ちばけん", "Chiba", "ちばし", "Chiba", "12100"), [("千葉見本", "ちばみほん", None)]),
    "千葉市中央区": (("千葉県", "ちばけん", "Chiba", "ちばし ちゅうおうく", "Chiba Chuo", "12101"), []),
    "大阪市北区": (("大阪府", "おおさかふ", "Osaka", "おおさかし きたく", "Osaka Kita", "27127"), []),
    "大阪市": (("大阪府", "おおさかふ", "Osaka", "おおさかし", "Osaka", "27100"), []),
    "京都市": (("京都府", "きょうとふ", "Kyoto", "きょうとし", "Kyoto", "26100"), []),
    "広島市": (("広島県", "ひろしまけん", "Hiroshima", "ひろしまし", "Hiroshima", "34100"), []),
    "府中市": (("東京都", "とうきょうと", "Tokyo", "ふちゅうし", "Fuchu", "13206"), []),
    "長野市": (("長野県", "ながのけん", "Nagano", "ながのし", "Nagano", "20201"), [("長野", "ながの", None)]),
    "市川市": (("千葉県", "ちばけん", "Chiba", "いちかわし", "Ichikawa", "12203"), [("市川", "いちかわ", 1)]),
    "四日市市": (("三重県", "みえけん", "Mie", "よっかいちし", "Yokkaichi", "24202"), []),
    "松戸市": (("千葉県", "ちばけん", "Chiba", "まつどし", "Matsudo", "12207"), []),
    "見本町": (("架空県", "かくうけん", "Kaku", "みほんちょう", "Mihon", "99301"), [("見本", "みほん", 1)]),
    "架空郡見本町": (("架空県", "かくうけん", "Kaku", "かくうぐん みほんちょう", "Kaku Mihon", "99301"), [("見本", "みほん", 1)]),
}  # fmt: skip

#: Ward | address | town, 丁目 and number, or 市区 for its ward alone.
PLACED = """
千葉市|千葉県千葉市見本町1-2-3|見本町1 2-3
千葉市|千葉市見本町1-2-3|見本町1 2-3
千葉市|千葉市　見本町　1-2-3|見本町1 2-3
千葉市|千葉県 千葉市 見本町1-2-3|見本町1 2-3
千葉市|〒999-0000 千葉県千葉市見本町1-2-3|見本町1 2-3
松戸市|千葉見本町1-2-3|見本町1 2-3
千葉市|見本町1-2-3|見本町1 2-3
千葉市|千葉県見本町1-2|見本町1 2
千葉市|ちばし見本町1-2-3|見本町1 2-3
千葉市|ちば市見本町1-2|見本町1 2
千葉市|千葉県ちばしみほんちょう1-2|見本町1 2
千葉市|千葉市中央区見本町1-2|見本町1 2
千葉市|千葉県千葉市 花見川区 見本町1-2|見本町1 2
千葉市|千葉見本12-3|千葉見本 12-3
千葉市|千葉市千葉見本12-3|千葉見本 12-3
千葉市|千葉県千葉市中央区千葉見本12|千葉見本 12
千葉市|1-2-3 Mihoncho, Chiba-shi, Chiba|見本町1 2-3
千葉市|1-2-3 Mihoncho, Chiba City, Chiba|見本町1 2-3
千葉市|Mihoncho 1-2-3, Chiba, Chiba|見本町1 2-3
千葉市|千葉市|市区
千葉市|千葉県千葉市|市区
千葉市中央区|千葉県千葉市中央区見本町1-2-3|見本町1 2-3
千葉市中央区|千葉市中央区見本町1-2-3|見本町1 2-3
千葉市中央区|中央区見本町1-2-3|見本町1 2-3
千葉市中央区|千葉市見本町1-2-3|見本町1 2-3
千葉市中央区|千葉市中央区|市区
大阪市北区|大阪府大阪市北区見本町1-2-3|見本町1 2-3
大阪市北区|大阪市北区見本町1-2-3|見本町1 2-3
大阪市北区|大阪市 北区 見本町1-2-3|見本町1 2-3
大阪市北区|大阪府北区見本町1-2-3|見本町1 2-3
大阪市北区|大阪北区見本町1-2-3|見本町1 2-3
大阪市北区|大阪市見本町1-2-3|見本町1 2-3
大阪市北区|北区見本町1-2-3|見本町1 2-3
大阪市北区|見本町1-2-3|見本町1 2-3
大阪市北区|おおさかし北区見本町1-2|見本町1 2
大阪市北区|おおさかしきたくみほんちょう1-2|見本町1 2
大阪市北区|1-2-3 Mihoncho, Kita-ku, Osaka-shi, Osaka|見本町1 2-3
大阪市北区|1-2-3 Mihoncho, Kita-ku, Osaka 530-0000|見本町1 2-3
大阪市北区|大阪市北区|市区
大阪市北区|大阪府大阪市北区|市区
大阪市北区|北区|市区
大阪市|大阪府大阪市見本町1-2-3|見本町1 2-3
大阪市|大阪市北区見本町1-2|見本町1 2
京都市|京都府京都市左京区見本町1-2-3|見本町1 2-3
京都市|京都市見本町1-2|見本町1 2
広島市|広島県広島市見本町1-2-3|見本町1 2-3
広島市|広島市見本町1-2|見本町1 2
府中市|東京都府中市見本町1-2-3|見本町1 2-3
府中市|府中市見本町1-2-3|見本町1 2-3
長野市|長野県長野市長野491|長野 491
長野市|長野市長野491|長野 491
長野市|長野市大字長野491番地|長野 491
長野市|長野市見本町1-2|見本町1 2
市川市|千葉県市川市市川1-2-3|市川1 2-3
市川市|市川市市川1-2-3|市川1 2-3
市川市|市川1-2-3|市川1 2-3
四日市市|三重県四日市市見本町1-2|見本町1 2
四日市市|四日市市|市区
松戸市|千葉県松戸市見本町1-2|見本町1 2
松戸市|松戸市|市区
見本町|架空県見本町見本1-2|見本1 2
見本町|架空県架空郡見本町見本1-2|見本1 2
見本町|架空郡見本町霧ヶ丘12|霧ヶ丘 12
見本町|見本1-2|見本1 2
見本町|架空県架空郡見本町|市区
架空郡見本町|架空県架空郡見本町見本1-2|見本1 2
架空郡見本町|架空郡見本町霧ヶ丘12|霧ヶ丘 12
架空郡見本町|見本町見本1-2|見本1 2
架空郡見本町|架空郡見本町|市区
"""

ELSEWHERE = """
千葉市|千葉県松戸市見本町1-2
千葉市|千葉市外
千葉市|千葉県
千葉市|千葉駅
千葉市|1-2-3 Mihoncho, Ichikawa, Chiba
千葉市中央区|千葉市緑区見本町1-2
千葉市中央区|東京都中央区見本町1-2
千葉市中央区|大阪市中央区見本町1-2
千葉市中央区|〒104-0000 中央区見本町1-2
大阪市北区|大阪市福島区見本町1-2
大阪市北区|京都市北区見本町1-2
大阪市北区|東京都北区見本町1-2
大阪市北区|名古屋市北区見本町1-2-3
大阪市北区|堺市北区見本町1-2
大阪市北区|〒114-0000 北区見本町1-2
大阪市北区|北区見本町1-2 名古屋市
大阪市北区|大阪市
大阪市北区|大阪府
大阪市北区|大阪市北区外
大阪市|東大阪市見本町1-2
大阪市|大阪狭山市見本町1-2
大阪市|大阪府堺市見本町1-2
京都市|京都府宇治市見本町1-2
京都市|東京都見本町1-2
広島市|広島県府中市見本町1-2
府中市|広島県府中市見本町1-2-3
松戸市|千葉市見本町1-2
松戸市|千葉県千葉市見本町1-2
松戸市|葛飾区見本町1-2
見本町|架空県別町見本1-2
"""


@cache
def _reader(name: str) -> Reader:
    """The postal codes that begin with 53, 26 and 999 are theirs where a case has one."""
    (prefecture, prefecture_kana, prefecture_romaji, kana, romaji, code), more = PLACES[name]
    place = replace(
        ward.load(), prefecture=prefecture, prefecture_kana=prefecture_kana, prefecture_romaji=prefecture_romaji,
        name=name, kana=kana, romaji=romaji, code=code, postal_prefixes=("53", "26"), neighbours=("福島区",),
    )  # fmt: skip
    return Reader(place, Gazetteer.of(Town(*town, 35.0, 140.0) for town in [*TOWNS, *more]))


def _cases(table: str) -> list[list[str]]:
    return [line.split("|") for line in table.strip().split("\n")]


@pytest.mark.parametrize(("name", "address", "where"), _cases(PLACED))
def test_placed(name: str, address: str, where: str) -> None:
    found = _reader(name).read(address)
    if where == "市区":
        assert (found.names_ward, found.town, found.rest) == (True, "", "")
        return
    assert (f"{found.town}{found.chome or ''} {found.block}", found.rest) == (where, "")


@pytest.mark.parametrize(("name", "address"), _cases(ELSEWHERE))
def test_elsewhere(name: str, address: str) -> None:
    found = _reader(name).read(address)
    assert (found.names_ward, found.town) == (False, "")


def test_no_postal_codes_refuse_none() -> None:
    place = replace(ward.load(), name="見本市", kana="みほんし", romaji="Mihon", postal_prefixes=())
    reader = Reader(place, Gazetteer.of([Town("霧ヶ丘", "きりがおか", None, 35.0, 140.0)]))
    assert reader.read("〒123-4567 霧ヶ丘12").town == "霧ヶ丘"
