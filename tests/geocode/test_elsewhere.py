"""Addresses of other wards, cities and prefectures: none of them is ever placed in ours."""

import pytest

from geocode import gazetteer, geocode

NEIGHBOURS = """
東京都江戸川区小岩1-2-3
江戸川区東小岩1-2-3
江戸川区西小岩1-2-3
江戸川区南小岩7-1-1
江戸川区北小岩2-1-1
小岩1-2-3
東小岩1-2-3
西小岩1-2-3
南小岩7-1-1
北小岩2-1-1
小岩駅前
江戸川区新小岩1-2-3
江戸川区東新小岩1-1
江戸川区松島3-1-1
江戸川区中央1-4-1
江戸川区上一色1-1-1
江戸川区興宮町1-1
江戸川区鹿骨1-1-1
江戸川区平井5-1-1
足立区綾瀬1-2-3
東京都足立区中央本町1-17-1
足立区東綾瀬1-1-1
足立区亀有1-1-1
足立区西亀有3-1
足立区小菅1-1-1
足立区中川1-1-1
足立区大谷田5-1-1
足立区東和3-1-1
足立区佐野2-1-1
足立区千住1-4-18
足立区堀切1-1
綾瀬1-2-3
墨田区立花1-2-3
墨田区東墨田1-1-1
墨田区八広1-1-1
墨田区墨田5-1-1
墨田区吾妻橋1-23-20
墨田区押上1-1-2
墨田区立石5-13-1
墨田区四つ木1-1-1
立花1-2-3
松戸市金町1-1
千葉県松戸市根本387-5
松戸市小山1-1
松戸市新松戸1-1
松戸市下矢切1-1
松戸市高砂3-1
松戸市東金町1-1
三郷市戸ヶ崎1-1
埼玉県三郷市花和田648-1
三郷市高州1-1-1
三郷市水元1-1
三郷市鷹野1-1
八潮市大瀬1-1
八潮市中央1-2-1
埼玉県八潮市水元公園1
八潮市西亀有1-1
市川市国府台1-1
市川市市川1-1-1
千葉県市川市鎌倉1-1
市川市柴又1-1
台東区浅草1-1-1
荒川区南千住1-1
江東区亀戸1-1-1
江東区東陽4-11-28
"""

FARTHER = """
東京都新宿区新宿1-2-3
新宿区1-2-3
新宿区歌舞伎町1-4-1
東京都新宿区
新宿区新宿七丁目
西新宿2-8-1
東京都新宿区西新宿2-8-1
北新宿1-1-1
しんじゅく1-2-3
鎌倉市鎌倉1-2-3
神奈川県鎌倉市御成町18-10
鎌倉市
〒248-0000 鎌倉1-2-3
高砂市荒井町1-1
兵庫県高砂市
高砂1-2-3 加古川市
さいたま市浦和区高砂3-15-1
埼玉県さいたま市浦和区高砂3-15-1
〒330-0063 高砂3-15-1
札幌市中央区白鳥1-2
静岡県熱海市水元1-1
北海道江別市高砂町6
北海道室蘭市水元町27-1
北海道白鳥1-2-3
大阪市北区中之島1-3-20
大阪府高砂1-2-3
京都市東山区青戸1-1
京都府白鳥1-1
名古屋市熱田区白鳥1-1-1
愛知県名古屋市熱田区白鳥1-1-1
福岡県立石5-13-1
横須賀市立石1-1
山口県宝町1-1
川越市宝町1-1
調布市宝町1
千葉県船橋市葛飾町2-1
船橋市葛飾町2丁目
埼玉県北葛飾郡松伏町1-1
北葛飾郡杉戸町高砂1-1
東京府南葛飾郡金町1-1
奈良県葛城市立石1-1
港区青山1-1-1
世田谷区奥沢1-1-1
千代田区千代田1-1
東京都千代田区霞が関1-1-1
中央区宝町1-1
東京都八王子市高砂1-1
大田区西亀有1-1
金町市1-1
立石町1-1
亀有町3-1
高砂町1-2-3
白鳥町1-1
立石郡1-1
宝町区2-1
"""

NO_ADDRESS = """
亀有駅前
亀有駅
金町駅北口
青砥駅前広場
青砥3-1-1
青砥
四ツ木駅
立石図書館
亀有公園前
水元公園前
新小岩北口
立石 太郎
高砂花子
柴又帝釈天
立石5階
立石・四つ木
葛飾
かつしかくらぶ
区内各所
東京都
東京都内
オンライン
要問い合わせ
5
５－１３－１
124-0012
〒124-0012
03-0000-0000
日本
"""

ROMAN = """
Shinjuku 1-2-3
1-2-3 Shinjuku, Shinjuku-ku, Tokyo
Koiwa 1-2-3
1-2-3 Higashi-Koiwa, Edogawa-ku, Tokyo
Ayase 1-2-3, Adachi-ku
Tateishi, Yokosuka, Kanagawa
Tateishi 1-2-3, Yokosuka, Kanagawa
1-2-3 Takasago, Urawa-ku, Saitama
1-2-3 Kamakura, Kanagawa 248-0000
248-0000 Kamakura 1-2-3
Kamakura 1-2-3, 248-0000
1-2-3 Kamakura 248-0000
Kamakura City
Kameari Station
Tateishi Library
Tateishiyama 1-2-3
Matsudo
Tokyo
"""


def _lines(*tables: str) -> list[str]:
    return [line for table in tables for line in table.strip().split("\n")]


def test_the_table_is_long_enough() -> None:
    assert len(set(_lines(NEIGHBOURS, FARTHER))) >= 100


@pytest.mark.parametrize("address", ["", " ", "\n", *_lines(NEIGHBOURS, FARTHER, NO_ADDRESS, ROMAN)])
def test_not_ours(address: str) -> None:
    match = geocode(address)
    assert (match.level, match.lat, match.lng, match.matched, match.source) == ("none", None, None, "", "")


@pytest.mark.parametrize("place", ["東京都墨田区", "足立区", "松戸市", "大阪市", "北海道", "新宿区", "西"])
def test_none_of_our_towns_is_ours_in_another_place(place: str) -> None:
    ours = gazetteer.load().by_name
    wrong = [name for name in ours if f"{place}{name}" not in ours and geocode(f"{place}{name}1-2-3").level != "none"]
    assert wrong == []


def test_the_whole_address_is_left_over() -> None:
    assert geocode("江戸川区小岩１－２").rest == "江戸川区小岩1-2"
