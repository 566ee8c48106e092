"""What is no list is refused at once, in words, and changes nothing."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mapdata.claims.projection import PUBLIC
from mapdata.errors import ListRefused
from mapdata.fields import contacts, values
from mapdata.fields.field_table import HEADINGS
from mapdata.lists import apart, headings, importing, list_file, sheets
from mapdata.lists import workbook as workbook_marks
from mapdata.lists.workbook_parts import Broken, Marks, TooMuch
from tests import scale, schema
from tests.factories import import_rows, published


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def bomb() -> bytes:
    """A workbook of some 200 kB that says it unpacks to 210 MB."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as member:
            for _ in range(210):
                member.write(b"0" * 1024 * 1024)
    return buffer.getvalue()


def stray(reference: str) -> bytes:
    """A small workbook with one cell very far away."""
    book = openpyxl.Workbook()
    book.active.append(["名称"])
    book.active[reference] = "x"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def zipped(**members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/"), text)
    return buffer.getvalue()


GOOD = workbook(["名称", "説明"], *[[f"場所{i}", "a" * 50] for i in range(200)])
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 100

REFUSALS: list[tuple[str, bytes, str]] = [
    ("empty", b"", "ファイルが空です"), ("blanks only", b" \r\n\t\n", "ファイルが空です"), ("NULs only", b"\0" * 500, "ファイルが空です"),
    ("headings only", "名称,説明\n".encode(), "見出しの下に行がありません"),
    ("headings only in a workbook", workbook(["名称", "説明"]), "見出しの下に行がありません"),
    ("no name column", "名前でない,説明\na,b\n".encode(), "「名称」の列が見つかりません"),
    ("an empty workbook", workbook(), "「名称」の列が見つかりません"),
    ("binary noise", bytes(range(128, 256)) * 40, "文字として読めない"),
    ("a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "文字として読めない"),
    ("a PDF", b"%PDF-1.7\n" + b"x" * 100, "PDFは読み込めません"),
    ("NUL bytes", "名称\nひな\0た\n".encode(), "文字として読めない"),
    ("a truncated workbook", GOOD[: len(GOOD) // 2], "途中で切れて"),
    ("a broken workbook", zipped(xl__workbook_xml="<x", a="b").replace(b"workbook_xml", b"workbook.xml"), "読めません"),
    ("a password", LOCKED, "パスワード"), ("an old .xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "古い形式"),
    ("unpacks to more than 200 MB", bomb(), "200MB"),
    ("a stray cell at the last corner", stray("XFD1048576"), "範囲が広すぎます"),
    ("a stray cell far below", stray("AZ1048576"), "範囲が広すぎます"),
    ("a web page", "<!DOCTYPE html><html><table><tr><td>名称</td></tr></table></html>".encode(), "ウェブページ"),
    ("a web page with a BOM", b"\xef\xbb\xbf\n<html>", "ウェブページ"),
    ("another zip", zipped(a="b"), "Excelのファイルではありません"),
    ("a document", zipped(word__document="x"), "Excelのファイルではありません"),
    ("an unclosed quote", '名称,説明\n甲,"閉じない\n乙,b\n'.encode(), "引用符"),
    ("a cell over 100,000 characters", f"名称\n{'あ' * 100_001}\n".encode(), "100,000文字を超える"),
    ("a duplicate heading", "名称,料金,料金\na,b,c\n".encode(), "同じ見出し"),
    ("a duplicate heading in other width", "名称,URL,ＵＲＬ\na,,\n".encode(), "同じ見出し"),
    ("a duplicate number", "管理番号,名称\n1,甲\n１,乙\n".encode(), "2行目と同じ管理番号"),
    ("a date that does not exist", "名称,確認日\n甲,令和8年2月30日\n".encode(), "暦にない日付"),
    ("ages the wrong way round", "名称,対象年齢_下限,対象年齢_上限\n甲,70,65\n".encode(), "65が下限70より小さくなっています"),
    ("coordinates outside Japan", "名称,緯度,経度\n甲,51.5,0.1\n".encode(), "日本の外"),
    ("an unknown audience", "名称,公開範囲\n甲,みんなに公開\n".encode(), "公開範囲として読めません"),
]


@pytest.mark.parametrize(("name", "data", "message"), REFUSALS, ids=[r[0] for r in REFUSALS])
def test_refused_in_words(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    registry = schema.in_memory()
    import_rows(registry, tmp_path, [published(名称="前からある")])
    path = tmp_path / "list.xlsx"
    path.write_bytes(data)
    report = importing.import_file(registry.engine, path, "kuramaru", "tester")
    assert report.problems and message in report.problems[0].message
    assert registry.revision() == 1


def test_a_message_is_a_sentence_a_clerk_understands(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("名称,対象年齢_下限,対象年齢_上限\n甲,70,65\n", encoding="utf-8")
    report = importing.import_file(schema.in_memory().engine, path, "kuramaru", "tester")
    assert str(report.problems[0]).startswith("2行目「対象年齢_上限」：65が下限70より小さくなっています")


def test_an_unclosed_quote_is_found_where_it_opens(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text('名称,説明\n甲,a\n乙,"閉じない\n丙,b\n', encoding="utf-8")
    report = importing.import_file(schema.in_memory().engine, path, "kuramaru", "tester")
    assert report.problems[0].row == 3


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """Its declared size is looked at, nothing is read: the time is that of the file's own 200 kB."""
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(bomb())
    assert path.stat().st_size < 1_000_000 and sheets.MAX_UNPACKED == 200 * 1024 * 1024
    with pytest.raises(Exception, match="200MB"):
        sheets.read(path)


@given(st.binary(max_size=400) | st.builds(lambda b, n: GOOD[:n] + b + GOOD[n + len(b):], st.binary(max_size=40), st.integers(0, len(GOOD))))
@settings(max_examples=scale.of(60, 300), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_end_in_words_or_in_a_list(tmp_path: Path, data: bytes) -> None:
    registry = schema.in_memory()
    path = tmp_path / "any.bin"
    path.write_bytes(data)
    report = importing.import_file(registry.engine, path, "kuramaru", "tester")
    assert bool(report.problems) == registry.is_empty()


CELLS = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["公開", "〃", "同上", "=1+1", "2026-02-30", "65", "年齢不問", "139.8", "35.7,139.8", "あり", "公開中", "令和元年", "\0", '"'])
HEADS = st.sampled_from([*HEADINGS, "団体名", "所在地_連結表記", "知らない列", "", "名称_通称", "開始時間"])


@given(
    heads=st.lists(HEADS, min_size=1, max_size=8), data=st.lists(st.lists(CELLS, max_size=8), max_size=6),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp932", "utf-16"]), quoted=st.booleans(),
)
@settings(max_examples=scale.of(80, 400), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_generated_lists_never_end_half_or_public_by_accident(
    tmp_path: Path, heads: list[str], data: list[list[str]], encoding: str, quoted: bool
) -> None:
    registry = schema.in_memory()
    lines = [",".join(f'"{c}"' if quoted else c for c in row) for row in [heads, *data]]
    path = tmp_path / "any.csv"
    path.write_bytes("\r\n".join(lines).encode(encoding, "replace"))
    report = importing.import_file(registry.engine, path, "kuramaru", "tester")
    if report.problems:
        assert registry.is_empty()
    said_public = any("公開" in cell for row in data for cell in row)
    assert said_public or registry.snapshots.current(PUBLIC).records == ()


@pytest.mark.parametrize("cell", ["1、" * 49_000, "(" * 99_000, " " * 99_000 + "x", "１（" * 33_000, "a@" * 49_000, "http://" * 14_000])
@pytest.mark.parametrize("kind", ["phone", "email", "url"])
def test_long_cells_take_work_in_proportion(cell: str, kind: str) -> None:
    """Whatever comes of it, it comes: these once took half a minute each."""
    try:
        read = contacts.read(kind, values.clean(cell)).value
    except values.CellError:
        return
    assert len(read) <= len(cell)


# --- workbooks that would ask for too much, told before anything reads them


BOOK = '<workbook xmlns:r="r"><sheets><sheet name="一覧" sheetId="1" r:id="rId1"/></sheets></workbook>'
RELATIONS = '<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'


def book_of(sheet: str, strings: str = "", book: str = BOOK, **more: str) -> bytes:
    """The smallest workbook with this sheet in it."""
    buffer = io.BytesIO()
    parts = {"xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": RELATIONS, "xl/worksheets/sheet1.xml": sheet, **more}
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (parts | ({"xl/sharedStrings.xml": strings} if strings else {})).items():
            archive.writestr(name, text)
    return buffer.getvalue()


def looked(data: bytes) -> Mapping[str, Marks]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return workbook_marks.marks(archive)


def rows_of(*cells: str) -> str:
    return f"<worksheet><sheetData><row>{''.join(cells)}</row></sheetData></worksheet>"


#: However a cell far away is written: with other quotes, another prefix, in another order, in another encoding, spelt
#: by numbers, without a place of its own, or in a part that only its relation calls a sheet.
FAR = {
    "single quotes": rows_of("<c r='A1'/><c t='s' r='XFD1048576'/>"), "a prefix": rows_of('<q:c xmlns:q="q" r="XFD1048576"/>'),
    "line breaks": rows_of('<c\n r\n=\n"XFD1048576"\n/>'), "small letters": rows_of('<c r="xfd1048576"/>'),
    "numbers for letters": rows_of('<c r="&#88;F&#68;1048576"/>'), "UTF-16": '<?xml version="1.0" encoding="UTF-16"?>' + rows_of('<c r="XFD1048576"/>'),
    "no place": '<worksheet><sheetData><row r="1048576">' + "<c/>" * 5 + "</row></sheetData></worksheet>",
}


@pytest.mark.parametrize("writing", FAR)
def test_a_cell_far_away_is_seen_however_it_is_written(writing: str) -> None:
    data = book_of(FAR[writing])
    if writing == "UTF-16":
        data = book_of("", **{"xl/worksheets/sheet1.xml": FAR[writing].encode("utf-16")})  # type: ignore[arg-type]
    with pytest.raises(TooMuch, match="シート「一覧」の表の範囲が広すぎます"):
        looked(data)


@pytest.mark.parametrize(("data", "words"), [
    (book_of(rows_of('<c r="A1" t="s"><v>0</v></c>' * 1_200), f"<sst><si><t>{'あ' * 90_000}</t></si></sst>"), "100,000,000文字を超えます"),
    (book_of(rows_of('<c r="A1"/>'), book="<workbook><sheets>" + "".join(f'<sheet name="{n}"/>' for n in range(101)) + "</sheets></workbook>"), "シートが100を"),
    (book_of("<worksheet>" + '<mergeCell ref="A1:B2"/>' * 100_001 + "</worksheet>"), "結合したセルが"),
    (book_of("<worksheet/>", **{f"xl/media/{n}.png": "" for n in range(10_000)}), "部品が10,000を"),
], ids=["one text in many cells", "sheets", "merged cells", "parts"])
def test_what_is_more_than_any_list_says_of_what(data: bytes, words: str) -> None:
    with pytest.raises(TooMuch, match=words):
        looked(data)


@pytest.mark.parametrize("sheet", [
    '<!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>', "<worksheet>" * 101 + "</worksheet>" * 101,
    "<worksheet><sheetData>", rows_of('<c r="A1048577"/>'), rows_of('<c r="?"/>'),
], ids=["entities", "too deep", "broken off", "below the last row", "no place"])
def test_what_no_program_writes_is_broken(sheet: str) -> None:
    with pytest.raises(Broken):
        looked(book_of(sheet))


def test_a_part_longer_than_it_says_is_not_read_on() -> None:
    data = book_of(rows_of('<c r="A1"/>') + " " * 50_000)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.getinfo("xl/worksheets/sheet1.xml").file_size = 100
        with pytest.raises((Broken, zipfile.BadZipFile)):
            workbook_marks.marks(archive)


def test_parts_that_no_reader_needs_may_be_anything_and_count(monkeypatch: pytest.MonkeyPatch) -> None:
    more = {"xl/drawings/vmlDrawing1.vml": "<xml><br></xml>", "docProps/x.xml": "<x><y>", "xl/media/a.png": "x" * 5_000}
    data = book_of(rows_of('<c r="B2"><f>1</f></c><c r="C2" t="e"><v>#N/A</v></c>'), **more)
    assert looked(data)["一覧"] == Marks(unresolved=((1, 1),), errors=((1, 2),))
    monkeypatch.setattr(workbook_marks, "MAX_UNPACKED", 5_000)
    with pytest.raises(TooMuch, match="超えるファイル"):
        looked(data)


#: What the process does to itself before it reads, and what more memory is then.
LIMITED = """
from mapdata.lists import apart
apart.MEMORY = 10 ** 9
apart._limit()
try:
    bytearray(2 * 10 ** 9)
except MemoryError:
    print("no more memory")
"""


def test_the_process_that_reads_has_limits_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too little memory, too little time to wait: both end in words, and nothing of it is left running."""
    path = tmp_path / "list.xlsx"
    path.write_bytes(GOOD)
    assert [len(one.rows) for one in apart.sheets_of(path)] == [201]
    limited = subprocess.run([sys.executable, "-c", LIMITED], capture_output=True, text=True, check=True)
    assert limited.stdout == "no more memory\n"
    monkeypatch.setattr(apart, "PATIENCE", 0.0)
    with pytest.raises(apart.Refused, match="時間がかかりすぎる"):
        apart.sheets_of(path)
    monkeypatch.setattr(apart, "PATIENCE", 60)
    for program, words in (("__import__('os').abort()", "メモリーが多すぎる"), ("raise SystemExit(1)", "^$"),
                           ("resource.setrlimit(resource.RLIMIT_CPU, (1, 2))\nwhile True: pass", "時間がかかりすぎる")):
        monkeypatch.setattr(apart, "COMMAND", (sys.executable, "-c", f"import resource\n{program}"))
        with pytest.raises(apart.Refused, match=words):
            apart.sheets_of(path)


@pytest.mark.parametrize(("data", "words"), [
    (("名称" + "," * 40 + "\n").encode() * 5, "セルが多すぎます"), ("名称\n".encode() * 60, "行やセルが多すぎます"),
], ids=["cells", "rows"])
def test_a_csv_of_odd_size_is_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, words: str) -> None:
    monkeypatch.setattr(workbook_marks, "MOST_CELLS", 150)
    monkeypatch.setattr(sheets, "MOST_ROWS", 50)
    (tmp_path / "list.csv").write_bytes(data)
    with pytest.raises(ListRefused, match=words):
        sheets.read(tmp_path / "list.csv")


def test_a_file_too_large_is_not_opened(tmp_path: Path) -> None:
    with (tmp_path / "list.csv").open("wb") as file:
        file.truncate(sheets.MAX_BYTES + 1)
    with pytest.raises(ListRefused, match="32MBを超える"):
        sheets.read(tmp_path / "list.csv")


def test_merged_cells_that_reach_too_far_are_told_and_not_left_blank(monkeypatch: pytest.MonkeyPatch) -> None:
    found = headings.find([sheets.Sheet("一覧", [["名称", "料金"], *([f"場所{n}", ""] for n in range(9))], Marks(merged=((1, 1, 9, 1),)))])
    assert len(list_file.table(found).rows) == 9
    monkeypatch.setattr(list_file, "_MERGED_ROWS", 7)
    with pytest.raises(ListRefused, match="2行目：結合したセルが"):
        list_file.table(found)
