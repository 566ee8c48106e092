"""Lists under the open-data standards' headings, and under the ones offices use every day."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapdata.fields import field_table, values
from mapdata.lists.drafting import draft_list
from mapdata.lists.list_file import ListRow, ListTable
from mapdata.lists.opendata import Understanding, combine, understand
from mapdata.lists.opendata import known_headings as tables
from mapdata.lists.opendata.ages import Ages
from mapdata.lists.opendata.ages import read as read_ages
from mapdata.lists.opendata.hours import days_text, schedule, time_text
from mapdata.lists.opendata.understanding import known

DATA = Path(__file__).parents[2] / "data"
CODES_OLDER = ("都道府県コード又は市区町村コード", "都道府県名", "市区町村名")
CODES_NEWER = ("全国地方公共団体コード", "地方公共団体名", "所在地_全国地方公共団体コード", "町字ID")

#: File → kind, headings without use, and every cell of its row that is not blank.
LISTS: dict[str, tuple[str, tuple[str, ...], dict[str, str]]] = {
    "facilities_older": ("facilities", (*CODES_OLDER, "POIコード", "法人番号"), {
        "管理番号": "0000000001", "名称": "架空第一集い交流館", "名称_カナ": "カクウダイイチツドイコウリュウカン",
        "運営団体": "架空の区", "説明": "だれでも使える集会室です",
        "開催日時": "月火水木金 09:00～17:00（祝日を除く）", "住所": "東京都葛飾区立石5-13-1", "方書": "ひまわりビル2階",
        "緯度": "35.743251", "経度": "139.856045", "電話番号": "03-0000-0001（内線12）",
        "URL": "https://example.jp/tsudoi", "バリアフリー": "車椅子可、多目的トイレ",
        "備考": "車での来館はご遠慮ください\n通称：つどい館",
    }),
    "facilities_newer": ("facilities", (
        *CODES_NEWER, "名称_英字", "高度の種別", "高度の値", "法人番号", "画像", "画像_ライセンス",
    ), {
        "管理番号": "JJ1312290001", "名称": "架空みずべ館", "名称_カナ": "カクウミズベカン", "運営団体": "架空文化財団",
        "説明": "川の近くの学びの場",
        "開催日時": "月火水木金土 09:00～21:30\n年末年始（12月29日から1月3日まで）は休み",
        "郵便番号": "125-0061", "住所": "東京都葛飾区亀有三丁目26-1", "方書": "みずべ館", "緯度": "35.7665",
        "経度": "139.8483", "電話番号": "03-0000-0002（内線345）", "メール": "mizube@example.jp",
        "URL": "https://example.jp/mizube\nhttps://example.jp/form（問い合わせフォーム）",
        "バリアフリー": "車椅子可、バリアフリートイレ、優先駐車場：なし、授乳室：1階",
        "備考": "連絡先の備考：電話がつながりにくいときはフォームへ",
    }),
    "childcare_older": ("childcare", (*CODES_OLDER, "法人番号", "認可等年月日"), {
        "管理番号": "3", "名称": "架空どんぐり保育園", "名称_カナ": "カクウドングリホイクエン",
        "運営団体": "社会福祉法人架空どんぐり会", "対象年齢_下限": "0", "対象者": "対象年齢：0歳～就学前",
        "開催日時": "月火水木金土 07:15～18:15", "住所": "東京都葛飾区お花茶屋1-2-3", "緯度": "35.7475",
        "経度": "139.84", "最寄り駅": "お花茶屋駅から歩いて5分", "電話番号": "03-0000-0003", "FAX番号": "03-0000-0004",
        "URL": "https://example.jp/donguri",
        "備考": "施設の種別：認可私立保育所\n駐車場：なし\n一時預かり：有\n定員：60人",
    }),
    "childcare_newer": ("childcare", (
        *CODES_NEWER, "名称_英字", "高度の種別", "高度の値", "法人番号", "認可等年月日", "画像", "画像_ライセンス",
    ), {
        "管理番号": "JJ1312290101", "名称": "架空すみれ子ども園", "名称_カナ": "カクウスミレコドモエン",
        "運営団体": "学校法人架空すみれ学園", "対象年齢_下限": "3", "対象年齢_上限": "5",
        "開催日時": "月火水木金 09:00～14:30", "郵便番号": "125-0041", "住所": "東京都葛飾区東金町1-1-1",
        "方書": "すみれ荘", "緯度": "35.7695", "経度": "139.8705", "電話番号": "03-0000-0005、03-0000-0006",
        "FAX番号": "03-0000-0007", "URL": "https://example.jp/sumire",
        "バリアフリー": "授乳室、おむつ替えコーナー、ベビーカー貸出：なし",
        "備考": "見学できます\n施設の種別：認定こども園（幼保連携型）\n駐車場：2台\n一時預かり：有\n病児保育：無\n"
                "子供の預かり（料金）：1時間500円\n飲食：可\n定員：90人（うち0歳6人）\n内線番号：7",
    }),
    "care_older": ("care", (*CODES_OLDER, "法人番号"), {
        "管理番号": "12", "名称": "架空ひだまりデイサービス", "名称_カナ": "カクウヒダマリデイサービス",
        "運営団体": "株式会社架空ひだまり", "説明": "実施サービス：通所介護", "開催日時": "月火水木金（祝日も開所）",
        "住所": "東京都葛飾区高砂3-4-5", "方書": "高砂荘1階", "緯度": "35.7512", "経度": "139.8667",
        "電話番号": "03-0000-0008", "FAX番号": "03-0000-0009", "URL": "https://example.jp/hidamari",
        "備考": "事業所番号：1300000000\n定員：25人",
    }),
    "care_newer": ("care", (*CODES_NEWER, "高度の種別", "高度の値", "法人番号"), {
        "管理番号": "JJ1312290201", "名称": "架空こもれび相談室", "名称_カナ": "カクウコモレビソウダンシツ",
        "運営団体": "合同会社架空こもれび", "説明": "実施サービス：居宅介護支援", "開催日時": "平日",
        "郵便番号": "125-0052", "住所": "東京都葛飾区柴又4-5-6", "電話番号": "03-0000-0010",
        "備考": "訪問中は留守番電話です\n事業所番号：1300000001\n連絡先FormURL：お問い合わせは電話で",
    }),
    "events_older": ("events", (*CODES_OLDER, "イベント名_英語"), {
        "管理番号": "0000000001", "名称": "架空ほっとカフェ", "名称_カナ": "カクウホットカフェ", "種別": "事業・催し",
        "運営団体": "架空ほっと会", "説明": "お茶を飲みながら話す会です",
        "開催日時": "2026-12-12 10:00～12:00（開場は9時45分）", "料金": "100円\nお茶代として",
        "申込方法": "電話で申込み（締切：2026-12-05 17:00）", "住所": "東京都葛飾区亀有3-26-1",
        "方書": "架空亀有ホール 2階", "緯度": "35.7665", "経度": "139.8483", "最寄り駅": "亀有駅南口すぐ",
        "電話番号": "03-0000-0011（架空地域支え合い係 内線34）", "URL": "https://example.jp/hot",
        "備考": "手ぶらでどうぞ\n駐車場：なし\n定員：30人",
    }),
    "events_newer": ("events", (*CODES_NEWER, "イベント名_英語", "画像", "画像_ライセンス"), {
        "管理番号": "JJ1312290301", "名称": "架空親子あそびの三日間", "名称_カナ": "カクウオヤコアソビノミッカカン",
        "種別": "事業・催し", "運営団体": "架空あそび隊", "説明": "親子で遊びます",
        "開催日時": "2026-12-12～2026-12-14 10:00～", "料金": "無料", "申込方法": "締切：2026-12-01",
        "住所": "東京都葛飾区新小岩2-3", "方書": "架空公園", "緯度": "35.7168", "経度": "139.8577",
        "電話番号": "03-0000-0012（架空子育て係 あそび担当）",
        "URL": "https://example.jp/asobi\nhttps://example.jp/content\n"
               "https://example.jp/form2（問い合わせフォーム）",
        "備考": "イベントの種類：親子\n定員：親子20組",
    }),
}


def rows_of(name: str) -> list[list[str]]:
    with (DATA / f"opendata_{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def read(headings: list[str], texts: list[str], kind: str | None = None) -> dict[str, str]:
    """The cells of a row that are not blank, read as the list's reader reads them."""
    understood = understand(headings)
    assert kind is None or understood.kind == kind
    cells = {name: text for name, text in zip(understood.names, texts, strict=True) if name}
    return {heading: text for heading, text in combine(cells, understood.kind).items() if text}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_a_standard(name: str) -> None:
    kind, unused, expected = LISTS[name]
    headings, row = rows_of(name)
    understood = understand(headings)
    assert understood.kind == kind
    assert sorted(understood.unused) == sorted(unused)
    unknown = [h for h, n in zip(headings, understood.names, strict=True) if n is None and h not in understood.unused]
    assert not unknown
    assert len(set(understood.names) - {None}) == len(headings) - len(unused)  # no column hides another
    assert read(headings, row) == expected


@pytest.mark.parametrize("name", LISTS)
def test_what_is_made_can_be_read_and_publishes_nothing(name: str) -> None:
    headings, row = rows_of(name)
    cells = read(headings, [values.clean(text) for text in row])
    assert cells == {heading: values.clean(text) for heading, text in cells.items()}  # as it comes back from an export
    drafting = draft_list(ListTable(tuple(cells), (ListRow(2, cells),)))
    assert drafting.problems == [] and drafting.warnings == []
    assert not {"audience", "consent", "location_precision", "status"} & drafting.drafts[0].says.keys()


def test_the_registrys_own_list_passes_unchanged() -> None:
    assert understand(field_table.HEADINGS) == Understanding(field_table.HEADINGS, "", ())
    row = {heading: f"{heading}の文字" for heading in field_table.HEADINGS}
    assert combine(row, "") == row
    assert combine({"名称": "a", "公開範囲": "", "住所": ""}, "") == {"名称": "a", "公開範囲": "", "住所": ""}


def test_own_marks_outweigh_those_of_a_standard() -> None:
    """An exported list to which somebody added a code is still the registry's own."""
    understood = understand(["全国地方公共団体コード", "名称", "種別", "公開範囲", "状態"])
    assert (understood.kind, understood.names) == ("", (None, "名称", "種別", "公開範囲", "状態"))
    assert understood.unused == ("全国地方公共団体コード",)


@pytest.mark.parametrize(("heading", "name"), [
    ("団体名", "運営団体"), ("所在地", "住所"), ("施設名", "名称"), ("団体・施設名", "名称"), ("事業所の名称", "名称"),
    ("フリガナ", "名称_カナ"), ("ふりがな", "名称_カナ"), ("よみ", "名称_カナ"), ("施設名（カナ）", "名称_カナ"), ("ﾌﾘｶﾞﾅ", "名称_カナ"),
    ("ＴＥＬ", "電話番号"), ("Tel.", "電話番号"), ("電 話", "電話番号"), ("℡", "電話番号"), ("FAX", "FAX番号"), ("ﾌｧｯｸｽ", "FAX番号"),
    ("Eメール", "メール"), ("E-mail", "メール"), ("Ｅ‐ｍａｉｌ", "メール"), ("メール\nアドレス", "メール"), ("ホームページ", "URL"), ("HP", "URL"),
    ("番号", "管理番号"), ("No.", "管理番号"), ("№", "管理番号"), ("ID", "管理番号"), ("〒", "郵便番号"), ("最寄駅", "最寄り駅"),
    ("建物名等（方書）", "方書"), ("緯度（10進法）", "緯度"), ("名称（必須）", "名称"), ("対象年齢 下限", "対象年齢_下限"), ("名称＿カナ", "名称_カナ"),
    ("利用料金", "料金"), ("主催", "運営団体"), ("定休日", "休業日"), ("会場", "場所名称"), ("施設種別", "施設の種別"), ("種別", "種別"),
    ("代表者氏名", None), ("開始日", None), ("電話・FAX", None), ("", None), ("　", None), ("※", None),
])
def test_headings_offices_use(heading: str, name: str | None) -> None:
    understood = understand(["", heading])
    assert understood == Understanding((None, name), "", ())


@pytest.mark.parametrize(("headings", "kind"), [
    (["全国地方公共団体コード", "ID", "名称"], "facilities"),
    (["都道府県コード又は\n市区町村コード", "ＮＯ", "名称", "受入年齢"], "childcare"),
    (["地方公共団体名", "名称", "開始日", "終了日"], "events"),
    (["イベント名", "開始日"], "events"),
    (["介護サービス事業所名称", "住所"], "care"),
    (["都道府県コード又は市町村コード", "No", "事業所名", "事業所名カナ", "サービスの種類", "方書（ビル名等）"], "care"),
    (["名称", "住所", "開始時間"], ""),
    ([], ""),
])
def test_kinds(headings: list[str], kind: str) -> None:
    assert understand(headings).kind == kind


def test_some_headings_mean_something_else_in_a_standard() -> None:
    assert understand(["全国地方公共団体コード", "種別", "状態"]).names == (None, "施設の種別", "開催の状態")
    assert understand(["イベント名", "種別", "終了日"]).names == ("名称", "イベントの種類", "終了日")


def test_two_columns_of_one_meaning_and_one_heading_twice() -> None:
    assert understand(["TEL", "名称", "電話番号", "連絡先電話番号"]).names == ("電話番号#2", "名称", "電話番号", "電話番号#3")
    assert understand(["TEL", "ＴＥＬ", "Tel"]).names == ("電話番号",) * 3  # for the reader to refuse


def test_the_nationwide_event_list() -> None:
    headings = """NO 都道府県コード又は市区町村コード 名称 名称(カナ) 名称(英字) 概要 説明 状態 開始日 終了日 開始時刻 終了時刻 日時備考
        場所名称 住所都道府県 住所市区町村 住所町名 住所丁目以下 建物名等 主催団体 対象者 定員 料金(基本) 申込期限日 申込方法
        連絡先名称 連絡先電話番号""".split()
    texts = ["7", "131229", "架空脳トレ会", "カクウノウトレカイ", "", "手の体操", "ゲームもします", "開催", "2026-02-01",
             "2026-02-01", "10:00", "11:30", "", "架空活動センター", "東京都", "葛飾区", "立石", "6-38-11", "", "架空の係", "シニア",
             "20", "0", "2026-01-06", "往復はがき", "架空係", "(03)0000-0013"]
    assert read(headings, texts, "events") == {
        "管理番号": "7", "名称": "架空脳トレ会", "名称_カナ": "カクウノウトレカイ", "種別": "事業・催し", "運営団体": "架空の係",
        "説明": "ゲームもします\n手の体操", "対象者": "シニア", "開催日時": "2026-02-01 10:00～11:30", "料金": "0円",
        "申込方法": "往復はがき（締切：2026-01-06）", "住所": "東京都葛飾区立石6-38-11", "方書": "架空活動センター",
        "電話番号": "(03)0000-0013（架空係）", "備考": "開催の状態：開催\n定員：20人",
    }


PARTS = ["所在地_連結表記", "所在地_都道府県", "所在地_市区町村", "所在地_町字", "所在地_番地以下", "建物名等(方書)"]


@pytest.mark.parametrize(("texts", "address"), [
    (["", "東京都", "葛飾区", "立石", "5-13-1", ""], "東京都葛飾区立石5-13-1"),
    (["", "東京都", "葛飾区", "立石5", "13-1", ""], "東京都葛飾区立石5-13-1"),
    (["", "東京都", "東京都葛飾区", "葛飾区立石五丁目", "13番1号", ""], "東京都葛飾区立石五丁目13番1号"),
    (["", "東京都", "葛飾区立石5-13-1", "立石5-13-1", "5-13-1", ""], "東京都葛飾区立石5-13-1"),
    (["", "", "葛飾区", "立石1", "1", ""], "葛飾区立石1-1"),
    (["東京都葛飾区立石5-13-1", "東京都", "葛飾区", "", "", ""], "東京都葛飾区立石5-13-1"),
    (["立石5-13-1", "東京都", "葛飾区", "", "", ""], "東京都葛飾区立石5-13-1"),
    (["千葉県松戸市新松戸1-1", "東京都", "葛飾区", "", "", ""], "千葉県松戸市新松戸1-1"),
    (["東京都葛飾区", "東京都", "葛飾区", "立石", "5-13-1", ""], "東京都葛飾区立石5-13-1"),
    (["東京都葛飾区立石5-13-1 ビル2階", "", "", "", "", "ビル2階"], "東京都葛飾区立石5-13-1"),
    (["東京都葛飾区立石5-13-1", "", "", "", "", "1"], "東京都葛飾区立石5-13-1"),
    (["", "", "", "", "", "ビル2階"], None),
])
def test_addresses(texts: list[str], address: str | None) -> None:
    assert read(PARTS, texts).get("住所") == address


def test_the_fuller_of_two_addresses() -> None:
    assert read(["住所", "所在地_連結表記"], ["立石5-13-1", "東京都葛飾区立石5-13-1"])["住所"] == "東京都葛飾区立石5-13-1"
    assert read(["住所", "所在地_連結表記"], ["東京都葛飾区立石5-13-1", ""])["住所"] == "東京都葛飾区立石5-13-1"
    assert read(["住所", "市区町村"], ["立石5-13-1；亀有3-1", "葛飾区"])["住所"] == "立石5-13-1；亀有3-1"


@pytest.mark.parametrize(("text", "expected"), [
    ("9:00", "09:00"), ("09:00:00", "09:00"), ("９：００", "09:00"), ("0.375", "09:00"), (".5", "12:00"), ("0.7291666667", "17:30"),
    ("9時", "09:00"), ("9時5分", "09:05"), ("午後1時半", "13:30"), ("午前9時", "09:00"), ("24:00", "24:00"),
    ("PM 3:00", "15:00"), ("", ""), ("日没", "日没"), ("9:75", "9:75"), ("99:00", "99:00"), ("9", "9"),
])
def test_times(text: str, expected: str) -> None:
    assert time_text(text) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("月火水", "月火水"), ("月;火;水", "月火水"), ("月・日", "月日"), ("月曜日、火曜日", "月火"), ("土曜 日曜", "土日"), ("日;祝", "日祝"),
    ("毎月第2土曜", "毎月第2土曜"), ("平日", "平日"), ("毎日", "毎日"), ("", ""),
])
def test_days(text: str, expected: str) -> None:
    assert days_text(text) == expected


def test_schedules() -> None:
    assert schedule("", "月", "", ["祝日は休み", "休業日：年末"]) == "月（祝日は休み）（休業日：年末）"
    assert schedule("", "", "", ["随時"]) == "随時"
    assert ";" not in schedule("", "月", "", ["8月は休み; 9月から再開"])  # it would begin another place's schedule
    assert read(["名称", "曜日", "開始時間", "終了時間"], ["a", "月", "", "17時"])["開催日時"] == "月 ～17:00"
    assert read(["名称", "開催日時", "曜日"], ["a", "第2月曜", "月"])["開催日時"] == "第2月曜\n月"
    event = ["イベント名", "開始日", "終了日"]
    assert read(event, ["a", "2026年12月12日", ""])["開催日時"] == "2026-12-12"
    assert read(event, ["a", "未定", "12月末"])["開催日時"] == "未定～12月末"


@pytest.mark.parametrize(("text", "low", "high", "whole"), [
    ("18歳以上", "18", "", True), ("18〜39歳", "18", "39", True), ("18歳から39歳まで", "18", "39", True), ("０～２", "0", "2", True),
    ("18歳以上39歳以下", "18", "39", True), ("満3歳～5歳", "3", "5", True), ("39歳以下", "", "39", True), ("5歳未満", "", "4", True),
    ("65歳～", "65", "", True), ("～5歳", "", "5", True), ("年齢不問", "年齢不問", "", True), ("どなたでも", "年齢不問", "", True),
    ("制限なし", "年齢不問", "", True), ("0歳～就学前", "0", "", False), ("6か月〜5歳", "0", "5", False),
    ("生後57日～就学前", "0", "", False), ("18か月～3歳", "", "3", False), ("1歳6か月～3歳", "1", "3", False),
    ("0歳児～5歳児", "0", "", False), ("産休明け～5歳", "", "5", False), ("おおむね65歳以上", "", "", False), ("小学生", "", "", False),
    ("39〜18歳", "", "", False), ("130歳以上", "", "", False), ("0～2歳、6～8歳", "", "", False), ("", "", "", False), ("～", "", "", False),
])
def test_ages(text: str, low: str, high: str, whole: bool) -> None:
    assert read_ages(text) == Ages(low, high, whole)


def test_an_age_that_is_not_sure_stays_readable() -> None:
    assert read(["名称", "対象者", "対象年齢"], ["a", "区民", "おおむね65歳以上"]) == {
        "名称": "a", "対象者": "区民\n対象年齢：おおむね65歳以上",
    }
    own_first = read(["名称", "対象年齢_下限", "対象年齢_上限", "年齢"], ["a", "20", "", "18〜39歳"])
    assert own_first == {"名称": "a", "対象年齢_下限": "20", "対象者": "対象年齢：18〜39歳"}


@pytest.mark.parametrize(("cells", "expected"), [
    ({"電話番号": "03-0000-0001", "電話番号#2": "03-0000-0002"}, {"電話番号": "03-0000-0001、03-0000-0002"}),
    ({"電話番号": "03-0000-0001（代表）", "内線番号": "5"}, {"電話番号": "03-0000-0001（代表）", "備考": "内線番号：5"}),
    ({"電話番号": "", "連絡先名称": "架空係"}, {"備考": "連絡先名称：架空係"}),
    ({"電話番号": "03-0000-0001", "連絡先名称": "甲" * 31}, {"電話番号": "03-0000-0001", "備考": "連絡先名称：" + "甲" * 31}),
    ({"URL": "https://a.example", "連絡先FormURL": "https://a.example"}, {"URL": "https://a.example"}),
    ({"名称": "甲", "名称#2": "乙"}, {"名称": "甲", "備考": "別の名称：乙"}),
    ({"管理番号": "", "管理番号#2": "8"}, {"管理番号": "8"}),
    ({"緯度経度": "35.7433, 139.8560"}, {"緯度": "35.7433", "経度": "139.8560"}),
    ({"緯度経度": "139.8560 35.7433"}, {"緯度": "35.7433", "経度": "139.8560"}),
    ({"緯度経度": "不明"}, {"緯度": "不明", "経度": "不明"}),
    ({"場所名称": "架空ホール", "方書": "架空ホール2階"}, {"方書": "架空ホール2階"}),
    ({"料金(基本)": "1,000", "料金(詳細)": "小学生は500円", "料金": ""}, {"料金": "1,000円\n小学生は500円"}),
    ({"申込開始日": "2026-11-01", "申込終了日": "2026/12/1", "申込方法": "電話"},
     {"申込方法": "電話（受付開始：2026-11-01）（締切：2026-12-01）"}),
    ({"名称": "a", "種別": "", "種別#2": ""}, {"名称": "a"}),  # no event list
    ({"知らない名": "x", "名称": "a", "名称#x": "b"}, {"名称": "a", "備考": "別の名称：b"}),
])
def test_combining(cells: dict[str, str], expected: dict[str, str]) -> None:
    assert {heading: text for heading, text in combine(cells, "").items() if text} == expected


def test_a_blank_row_of_an_event_list_stays_blank() -> None:
    assert set(combine({"名称": "", "開始日": "", "電話番号": ""}, "events").values()) == {""}


@pytest.mark.parametrize("text", ["1" * 99_999, " " * 99_999 + "x", "\n " * 50_000, "(" * 99_999, "月 " * 50_000, "歳～" * 50_000])
def test_the_longest_cell_is_combined(text: str) -> None:
    """A pattern whose work grows with the square of the length would hang here for minutes."""
    cells = dict.fromkeys(tables.INTERMEDIATE, text) | {"電話番号": text, "住所": text, "方書": text}
    assert combine(cells, "events")["電話番号"].startswith(text if text.strip() else "")


def test_no_heading_has_two_meanings() -> None:
    groups = (tables.OURS, tables.BETWEEN, tables.REMARKS, dict.fromkeys(tables.ACCESS_FLAGS, ""), tables.EVENTS_ONLY)
    meanings = {(tables.fold(h), name) for group in groups for name, others in group.items() for h in (name, *others.split())}
    twice = [key for key, count in Counter(key for key, _ in meanings).items() if count > 1]
    assert not twice
    assert not tables.folded([*tables.UNUSED]) & {key for key, _ in meanings}
    assert set(tables.OURS) <= set(field_table.HEADINGS)


ANY_HEADING = st.one_of(st.text(max_size=20), st.sampled_from([*field_table.HEADINGS, *tables.UNUSED, *tables.INTERMEDIATE]))
NAMES = st.one_of(st.text(max_size=12), st.sampled_from([*field_table.HEADINGS, *tables.INTERMEDIATE, "電話番号#2", "名称#9"]))
TEXTS = st.one_of(st.text(max_size=30), st.sampled_from(["0.5", "0歳～", "9:00", "有", "2026-12-12", "a（b）", "1;2", "https://a.b"]))
KINDS = st.sampled_from(["", "facilities", "childcare", "care", "events", "?"])


@given(st.lists(ANY_HEADING, max_size=30))
def test_any_headings_are_understood_or_unknown(headings: list[str]) -> None:
    understood = understand(headings)
    assert len(understood.names) == len(headings)
    assert all(name is None or known(name) for name in understood.names)
    assert set(understood.unused) <= set(headings)


@given(st.dictionaries(NAMES, TEXTS, max_size=30), KINDS)
def test_any_row_becomes_known_headings(cells: dict[str, str], kind: str) -> None:
    made = combine(cells, kind)
    assert made.keys() <= set(field_table.HEADINGS)
    assert made.keys() == combine(dict.fromkeys(cells, ""), kind).keys()
    for heading in ("公開範囲", "掲載同意", "位置の公開", "状態", "掲載開始日", "掲載終了日", "確認日", "職員向けメモ"):
        assert made.get(heading) == cells.get(heading)


@given(st.dictionaries(st.sampled_from(field_table.HEADINGS), st.text(max_size=30)))
def test_any_own_row_passes_unchanged(row: dict[str, str]) -> None:
    assert combine(row, "") == row
