"""What is no list is refused at once, in words, and changes nothing."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mapdata.claims.projection import PUBLIC
from mapdata.fields import contacts, values
from mapdata.fields.field_table import HEADINGS
from mapdata.lists import importing, sheets
from mapdata.lists import workbook as workbook_marks
from tests import schema
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
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


def test_many_merged_ranges_and_open_tags_take_work_in_proportion() -> None:
    merged = b"".join(b'<mergeCell ref="A1:A9000"/>' for _ in range(50_000))
    found = workbook_marks._marks(b"<sheetData>" + b"<c " * 300_000 + b"</sheetData>" + merged, False)
    assert len(found.merged) <= 2_000
