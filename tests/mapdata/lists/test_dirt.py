"""Lists as offices write them: each kind of dirt is a named row, with what is read from it."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from mapdata.errors import ListRefused
from mapdata.fields import contacts, coordinates, values, written_dates
from mapdata.lists import drafting, list_file
from mapdata.lists.drafting import Drafting

DAY = date(2026, 4, 1)


def drafts(path: Path) -> Drafting:
    return drafting.draft_list(list_file.read(path))


def says(path: Path) -> list[dict[str, Any]]:
    read = drafts(path)
    assert read.problems == []
    return [d.says for d in read.drafts]


def csv_file(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes(text.encode(encoding))
    return path


# name, the file's text, the names read, in order
CSV_DIRT: list[tuple[str, str, list[str]]] = [
    ("plain", "名称,説明\nひなた,a\n", ["ひなた"]),
    ("a title and blank rows above", "社会資源一覧（令和8年度）,\n,\n\n名称,説明\nひなた,a\n", ["ひなた"]),
    ("headings in another order", "説明,名称\na,ひなた\n", ["ひなた"]),
    ("a heading with a line break", '"名\n称",説明\nひなた,a\n', ["ひなた"]),
    ("headings with blanks", " 名　称 ,説 明\nひなた,a\n", ["ひなた"]),
    ("full-width letters in headings", "名称,ＵＲＬ\nひなた,https://example.jp\n", ["ひなた"]),
    ("trailing blank rows", "名称\nひなた\n\n,\n\n", ["ひなた"]),
    ("trailing blank columns", "名称,説明,,,\nひなた,a,,,\n", ["ひなた"]),
    ("short rows", "名称,説明,料金\nひなた\nこだま,a\n", ["ひなた", "こだま"]),
    ("headings printed again on each page", "名称,説明\nひなた,a\n名称,説明\nこだま,b\n", ["ひなた", "こだま"]),
    ("a note under the table", "名称,説明\nひなた,a\n※令和8年4月現在,\n", ["ひなた"]),
    ("tabs between cells", "名称\t説明\nひなた\ta,b\n", ["ひなた"]),
    ("semicolons between cells", "名称;説明\nひなた;a\n", ["ひなた"]),
    ("old line ends", "名称,説明\rひなた,a\r", ["ひなた"]),
    ("a name that means nothing to pandas", "名称\nNA\nnull\n", ["NA", "null"]),
]


@pytest.mark.parametrize(("name", "text", "names"), CSV_DIRT, ids=[row[0] for row in CSV_DIRT])
def test_a_dirty_csv(tmp_path: Path, name: str, text: str, names: list[str]) -> None:
    assert [row["name"] for row in says(csv_file(tmp_path, text))] == names


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("name", ["髙﨑さん", "①番館", "～なみ～", "㈱ひなた"])
def test_letters_of_cp932(tmp_path: Path, encoding: str, name: str) -> None:
    assert says(csv_file(tmp_path, f"名称,説明\n{name},a\n", encoding))[0]["name"] == name


@pytest.mark.parametrize("ditto", ["〃", "同上", " 〃 "])
def test_ditto_takes_the_cell_above(tmp_path: Path, ditto: str) -> None:
    rows = says(csv_file(tmp_path, f"名称,運営団体\n甲,ひなた会\n乙,{ditto}\n丙,{ditto}\n"))
    assert [r["organization"] for r in rows] == ["ひなた会"] * 3


def test_ditto_under_nothing_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ListRefused, match="2行目「運営団体」：「〃」は、上のセルが空"):
        list_file.read(csv_file(tmp_path, "名称,運営団体\n甲,〃\n"))


# --- workbooks ---------------------------------------------------------------------------------


def workbook(tmp_path: Path, build: Callable[[openpyxl.Workbook, Worksheet], None]) -> Path:
    book = openpyxl.Workbook()
    build(book, book.active)
    book.save(path := tmp_path / "list.xlsx")
    return path


def test_typed_cells(tmp_path: Path) -> None:
    def build(_: openpyxl.Workbook, sheet: Worksheet) -> None:
        sheet.append(["管理番号", "名称", "対象年齢_下限", "緯度", "経度", "確認日", "掲載終了日", "電話番号", "郵便番号"])
        sheet.append([7, "ひなた", 18.0, 35.74325, 139.85604, datetime(2026, 4, 1), DAY, 300000001, 600000])
    read = drafts(workbook(tmp_path, build))
    draft = read.drafts[0]
    assert (draft.local_id, draft.assured_on, draft.says["min_age"], draft.says["publish_until"]) == (
        "7", DAY, 18, "2026-04-01")
    assert draft.says["places"] == [{"postal_code": "060-0000", "lat": 35.74325, "lng": 139.85604}]
    assert draft.says["contacts"][0]["value"] == "03-0000-0001"
    assert [w.column for w in read.warnings] == ["郵便番号", "電話番号"]


def test_a_cell_merged_downwards_speaks_for_its_rows(tmp_path: Path) -> None:
    def build(_: openpyxl.Workbook, sheet: Worksheet) -> None:
        sheet.append(["社会資源一覧", None, None])
        sheet.merge_cells("A1:C1")
        sheet.append(["運営団体", "名称", "料金"])
        for name in ("甲", "乙", "丙"):
            sheet.append(["ひなた会" if name == "甲" else None, name, "100円"])
        sheet.merge_cells("A3:A4")
    rows = says(workbook(tmp_path, build))
    assert [r.get("organization") for r in rows] == ["ひなた会", "ひなた会", None]


def test_the_sheet_with_the_headings_is_found_and_the_others_named(tmp_path: Path) -> None:
    def build(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        sheet.title = "表紙"
        sheet.append(["令和8年度 社会資源調べ"])
        listed = book.create_sheet("一覧")
        listed.append(["名称", "説明"])
        listed.append(["ひなた", "a"])
        book.create_sheet("空白")
    read = drafts(workbook(tmp_path, build))
    assert [d.says["name"] for d in read.drafts] == ["ひなた"]
    assert [w.message for w in read.warnings] == [
        "シート「一覧」を読み込みました。ほかのシート（表紙）は読み込んでいません"]


def test_hidden_columns_are_read_and_said(tmp_path: Path) -> None:
    def build(_: openpyxl.Workbook, sheet: Worksheet) -> None:
        sheet.append(["名称", "職員向けメモ"])
        sheet.append(["ひなた", "内緒"])
        sheet.column_dimensions["B"].hidden = True
    read = drafts(workbook(tmp_path, build))
    assert read.drafts[0].says["staff_note"] == "内緒"
    assert [w.message for w in read.warnings] == ["隠れている列（職員向けメモ）も読み込みました"]


def test_formulas_are_read_by_their_value_never_run(tmp_path: Path) -> None:
    def build(_: openpyxl.Workbook, sheet: Worksheet) -> None:
        sheet.append(["名称", "料金"])
        sheet.append(["ひなた", '=CONCATENATE("100","円")'])
    read = drafts(workbook(tmp_path, build))
    assert "fees_description" not in read.drafts[0].says
    assert [(w.row, w.column) for w in read.warnings] == [(2, "料金")] and "計算式" in read.warnings[0].message


def test_a_formula_with_its_value_is_that_value(tmp_path: Path) -> None:
    path = workbook(tmp_path, lambda _, sheet: (sheet.append(["名称", "料金"]), sheet.append(["ひなた", "=1+1"])))  # type: ignore[func-returns-value]
    data = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(data, "w") as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename.endswith("sheet1.xml"):
                content = re.sub(rb"<f>1\+1</f><v\s*/>|<f>1\+1</f><v></v>", b"<f>1+1</f><v>2</v>", content)
            new.writestr(item, content)
    path.write_bytes(data.getvalue())
    read = drafts(path)
    assert read.drafts[0].says["fees_description"] == "2" and read.warnings == []


# --- cells -------------------------------------------------------------------------------------

DATES = [
    ("2026-04-01", DAY), ("2026/4/1", DAY), ("2026.4.1", DAY), ("2026年4月1日", DAY), ("２０２６／４／１", DAY),
    ("令和8年4月1日", DAY), ("令和８年４月１日", DAY), ("R8.4.1", DAY), ("r8/4/1", DAY), ("Ｒ８．４．１", DAY), ("㋿8年4月1日", DAY),
    ("令和元年5月1日", date(2019, 5, 1)), ("令和元年５月１日（水）", date(2019, 5, 1)), ("平成31年4月30日", date(2019, 4, 30)),
    ("H31.4.30", date(2019, 4, 30)), ("昭和64年1月7日", date(1989, 1, 7)), ("S64.1.7", date(1989, 1, 7)),
    ("46113", DAY), ("46113.0", DAY), ("20260401", DAY), ("2026-04-01 00:00:00", DAY), ("2026/4/1 9:30", DAY),
    ("令和 8 年 4 月 1 日", DAY), ("2026年4月1日現在", DAY), ("2026−4−1", DAY), ("2026ー4ー1", DAY),
]


@pytest.mark.parametrize(("text", "day"), DATES)
def test_dates(text: str, day: date) -> None:
    assert written_dates.read(text) == day


@pytest.mark.parametrize("text", ["2026年4月", "4/1", "来年", "令和", "１２３", "", "19999", "2026-4", "R8"])
def test_what_is_no_whole_date(text: str) -> None:
    assert written_dates.read(text) is None


@pytest.mark.parametrize("text", ["2026-02-30", "令和8年13月1日", "20260431", "R8.2.29"])
def test_days_that_do_not_exist(text: str) -> None:
    with pytest.raises(written_dates.NoSuchDay):
        written_dates.read(text)


PHONES = [
    ("03-0000-0001", [("03-0000-0001", "")]), ("０３－００００－０００１", [("03-0000-0001", "")]),
    ("03ー0000ー0001", [("03-0000-0001", "")]), ("03‐0000−0001", [("03-0000-0001", "")]),
    ("0300000001", [("03-0000-0001", "")]), ("300000001", [("03-0000-0001", "")]), ("300000001.0", [("03-0000-0001", "")]),
    ("9000000001", [("090-0000-0001", "")]), ("03(0000)0001", [("03(0000)0001", "")]),
    ("TEL:03-0000-0001", [("03-0000-0001", "")]), ("電話 03-0000-0001", [("03-0000-0001", "")]),
    ("03-0000-0001（平日）03-0000-0002（土日）", [("03-0000-0001", "平日"), ("03-0000-0002", "土日")]),
    ("03-0000-0001 03-0000-0002", [("03-0000-0001", ""), ("03-0000-0002", "")]),
    ("03-0000-0001\n03-0000-0002（夜間、土日）", [("03-0000-0001", ""), ("03-0000-0002", "夜間、土日")]),
    ("03-0000-0001（内線12）", [("03-0000-0001", "内線12")]), ("03-0000-0001 内線12", [("03-0000-0001 内線12", "")]),
]


@pytest.mark.parametrize(("text", "found"), PHONES)
def test_telephone_numbers(text: str, found: list[tuple[str, str]]) -> None:
    read = contacts.read("phone", values.clean(text)).value
    assert [(c["value"], c["label"]) for c in read] == found
    assert contacts.read("phone", contacts.write("phone", read)).value == read


@pytest.mark.parametrize(("text", "found", "said"), [
    ("www.example.jp/a", [("url", "http://www.example.jp/a")], 1), ("info@example.jp", [("email", "info@example.jp")], 0),
    ("https://note.example.jp/@hinata/index.html", [("url", "https://note.example.jp/@hinata/index.html")], 0),
    ("https://example.jp/a\nhttps://example.jp/b", [("url", "https://example.jp/a"), ("url", "https://example.jp/b")], 0),
])
def test_web_addresses(text: str, found: list[tuple[str, str]], said: int) -> None:
    read = contacts.read("url", text)
    assert [(c["type"], c["value"]) for c in read.value] == found and len(read.remarks) == said


@pytest.mark.parametrize(("lat", "lng", "found", "said"), [
    ("35.7", "139.8", ("35.7", "139.8"), 0), ("139.8", "35.7", ("35.7", "139.8"), 1),
    ("35.7,139.8", "", ("35.7", "139.8"), 0), ("35.7 139.8", "", ("35.7", "139.8"), 0), ("(35.7、139.8)", "", ("35.7", "139.8"), 0),
    ("", "35.7, 139.8", ("35.7", "139.8"), 0), ("139.8,35.7", "", ("35.7", "139.8"), 1), ("３５．７", "１３９．８", ("35.7", "139.8"), 0),
    ("35.7", "", ("35.7", ""), 0),
])
def test_coordinates_are_put_right(lat: str, lng: str, found: tuple[str, str], said: int) -> None:
    remarks: list[str] = []
    assert coordinates.settle(lat, lng, lambda _, sentence: remarks.append(sentence)) == found
    assert len(remarks) == said


@pytest.mark.parametrize(("text", "age"), [("18", 18), ("18歳", 18), ("１８歳以上", 18), ("満18歳から", 18), ("18～", 18)])
def test_ages(text: str, age: int) -> None:
    assert values.read_min_age(text).value == age


@pytest.mark.parametrize(("text", "age"), [("39", 39), ("39才まで", 39), ("３９歳以下", 39)])
def test_upper_ages(text: str, age: int) -> None:
    assert values.read_age(text).value == age


def test_an_error_cell_is_a_problem_never_a_blank(tmp_path: Path) -> None:
    def build(_: openpyxl.Workbook, sheet: Worksheet) -> None:
        sheet.append(["名称", "位置の公開"])
        sheet.append(["ひなた", "#N/A"])
        sheet["B2"].data_type = "e"
    with pytest.raises(ListRefused, match="2行目「位置の公開」：エラーの値"):
        drafts(workbook(tmp_path, build))


def test_a_formula_without_result_never_decides_who_sees_what(tmp_path: Path) -> None:
    def build(_: openpyxl.Workbook, sheet: Worksheet) -> None:
        sheet.append(["名称", "公開範囲"])
        sheet.append(["ひなた", "=A1"])
    with pytest.raises(ListRefused, match="2行目「公開範囲」：計算式"):
        drafts(workbook(tmp_path, build))


def test_a_hidden_sheet_is_not_taken_for_the_list(tmp_path: Path) -> None:
    def build(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        sheet.append(["名称"])
        sheet.append(["いまの一覧"])
        old = book.create_sheet("旧")
        old.append(["名称", "説明", "料金"])
        old.append(["むかしの一覧", "a", "b"])
        old.sheet_state = "hidden"
    assert [d.says["name"] for d in drafts(workbook(tmp_path, build)).drafts] == ["いまの一覧"]


def test_strange_columns_of_an_own_list_never_become_public_fields(tmp_path: Path) -> None:
    text = "名称,公開範囲,その他,特記事項,携帯電話,TEL\nひなた,公開,代表は元当事者,家族と絶縁中,090-0000-0001,03-0000-0001\n"
    read = drafts(csv_file(tmp_path, text))
    said = repr(read.drafts[0].says)
    assert all(word not in said for word in ("元当事者", "絶縁", "090-0000-0001")) and "03-0000-0001" in said
    assert {w.column for w in read.warnings} == {"その他", "特記事項", "携帯電話", ""}
    assert any("TEL→電話番号" in w.message for w in read.warnings)


@pytest.mark.parametrize("name", ["計画相談室あおば", "以上児の会", "注文の多い食堂", "合計クラブ"])
def test_a_row_with_a_name_alone_is_a_row(tmp_path: Path, name: str) -> None:
    assert [row["name"] for row in says(csv_file(tmp_path, f"名称,説明\n{name},\n"))] == [name]


def test_semicolons_within_cells_do_not_split_the_list(tmp_path: Path) -> None:
    rows = says(csv_file(tmp_path, "名称,困りごと\nひなた,ひきこもり;不登校;しごと・就労;お金・生活\n"))
    assert len(rows[0]["needs"]) == 4


@pytest.mark.parametrize(("text", "code"), [("124-0012", "124-0012"), ("〒124－0012", "124-0012"), ("1240012", "124-0012"), ("600000", "060-0000")])
def test_postal_codes(text: str, code: str) -> None:
    assert values.read_postal_code(text).value == code


@pytest.mark.parametrize("separator", ["、", ",", "，", ";", "；", "/", "／", "\n", " 、 ", "、\n"])
def test_several_values_in_any_separator(tmp_path: Path, separator: str) -> None:
    text = f'名称,困りごと\nひなた,"ひきこもり{separator}不登校"\n'
    assert says(csv_file(tmp_path, text))[0]["needs"] == ["hikikomori", "school_refusal"]
