"""一覧の取り込み as staff use it: a list sent, looked through, corrected, taken in and taken back; and what is no list."""

import errno
import io
import os
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mapdata.claims.projection import STAFF
from mapdata.lists.sent import staging, uploads
from mapdata.registry import Registry
from tests.factories import import_rows, published, write_csv
from tests.mapdata.lists.test_staging import at_once, never
from tests.views.conftest import check_page, send, token_of

SignedIn = Callable[..., FlaskClient]
PAGE = "/staff/import"
ROWS = [published(管理番号="1", 名称="甲", 料金="無料"), published(管理番号="2", 名称="乙", 料金="100円")]
NASTY = "<script>alert(1)</script> ${777*777} {{ 777*777 }} ' \" &amp;"


class Runs:
    """Does the work in this process, or lets it die, as a test wants."""

    def __init__(self) -> None:
        self.run: Any = at_once

    def __call__(self, *arguments: Any) -> None:
        self.run(*arguments)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Runs]:
    made = Runs()
    for operation in (staging.stage, staging.look_again, staging.apply):
        monkeypatch.setitem(operation.__kwdefaults__, "run", made)  # type: ignore[attr-defined]
    yield made


@pytest.fixture
def editor(signed_in: SignedIn, runs: Runs) -> FlaskClient:
    return signed_in("editor")


def body(rows: list[Mapping[str, str]], folder: Path) -> bytes:
    return write_csv(folder / "sent.csv", rows, "cp932").read_bytes()


def send_file(client: FlaskClient, data: bytes, name: str = "一覧.csv", source: str = "kuramaru") -> TestResponse:
    form = {"csrf_token": token_of(client.get(PAGE).text), "source": source, "file": (io.BytesIO(data), name)}
    answer = client.post(PAGE, data=form, content_type="multipart/form-data")
    check_page(answer, whole=answer.status_code != 302)
    return answer


def sent(client: FlaskClient, rows: list[Mapping[str, str]] | bytes, folder: Path, **more: str) -> str:
    """Send a list; the address of its page."""
    return str(send_file(client, rows if isinstance(rows, bytes) else body(rows, folder), **more).location)


def press(client: FlaskClient, page: str, do: str, **fields: str) -> str:
    """Press a button of the page, and read the page it leads to."""
    answer = send(client, f"{page}/{do}", page, **fields)
    return client.get(answer.location).text if answer.location else answer.text


def names(registry: Registry) -> list[str]:
    return sorted(r.name for r in registry.snapshots.current(STAFF).records)


def test_from_a_file_to_entries_and_back(editor: FlaskClient, registry: Registry, tmp_path: Path) -> None:
    page = sent(editor, ROWS, tmp_path)
    text = editor.get(page).text
    assert "一覧.csv" in text and "まだ何も変わっていません" in text and names(registry) == []
    assert "新しく加わる" in text and "2行目・管理番号 1" in text and "甲" in text and "料金（自動）" in text
    done = press(editor, page, "apply")
    assert "取り込みました" in done and names(registry) == ["乙", "甲"]
    undo = re.search(r'action="(/staff/changes/\d+/undo)"', done)
    assert undo and editor.post(undo[1], data={"csrf_token": token_of(done)}).status_code == 302
    assert names(registry) == [] and "/undo" not in editor.get(page).text
    assert "取り込みました" in editor.get(PAGE).text


def test_changed_missing_and_unchanged_are_told_before(editor: FlaskClient, registry: Registry, tmp_path: Path) -> None:
    press(editor, sent(editor, ROWS, tmp_path), "apply")
    page = sent(editor, [ROWS[0] | {"料金": "500円"}, published(管理番号="3", 名称="丙")], tmp_path)
    text = editor.get(page).text
    assert re.search(r"料金.*?<del>.*?無料</del>.*?<ins>.*?500円</ins>", text, re.S)
    assert "丙" in editor.get(f"{page}?kind=added").text
    missing = editor.get(f"{page}?kind=missing").text
    assert "乙" in missing and "終了にはなりません" in missing
    assert [editor.get(f"{page}?kind={kind}&page={n}").status_code for kind, n in (("nonsense", "1"), ("added", "99"), ("added", "x"))] == [200] * 3
    press(editor, page, "apply")
    assert names(registry) == ["丙", "乙", "甲"]


def test_what_is_wrong_names_row_column_value_and_the_way_to_mend(editor: FlaskClient, registry: Registry, tmp_path: Path) -> None:
    page = sent(editor, [published(名称="甲", 公開範囲="みんな"), published(名称="")], tmp_path)
    text = editor.get(page).text
    assert "直してほしいところがあります" in text and "直すところ<strong>2か所" in text
    assert re.search(r"2行目.*?公開範囲.*?みんな.*?次のどれかにしてください", text, re.S) and "/apply" not in text
    refused = send(editor, f"{page}/apply", page)
    assert refused.status_code == 409 and f'href="{page}"' in refused.text and names(registry) == []


def test_columns_are_corrected_one_after_the_other(editor: FlaskClient, registry: Registry, tmp_path: Path) -> None:
    data = "番号,施設,くわしく,謎\n1,ひなた,話せる場所,x\n".encode("cp932")
    page = sent(editor, data, tmp_path)
    assert "「名称」の列が見つかりません" in editor.get(page).text
    fields = {"sheet": "0", "row": "1", "blank_audience": "", "blank_status": "", "blank_consent": ""}
    first = press(editor, page, "look", **fields, **{"column-1": "名称"})
    assert "内容を確かめます" in first and re.search(r'name="column-1".*?<option selected>名称', first, re.S)
    press(editor, page, "look", **fields | {"blank_audience": "公開"}, **{"column-1": "名称", "column-2": "説明"})
    press(editor, page, "apply")
    record = registry.snapshots.current(STAFF).records[0]
    assert (record.name, record.description, record.staff and record.staff.audience) == ("ひなた", "話せる場所", "public")


def test_a_heading_chosen_twice_is_refused_and_what_was_chosen_stays(editor: FlaskClient, tmp_path: Path) -> None:
    page = sent(editor, ROWS, tmp_path)
    answer = send(editor, f"{page}/look", page, sheet="0", row="1", blank_audience="", blank_status="", blank_consent="",
                  **{"column-0": "備考", "column-1": "備考"})
    assert answer.status_code == 422 and "2つの列に選ばれています" in answer.text
    assert len(re.findall(r"<option selected>備考", answer.text)) == 2
    answer = send(editor, f"{page}/look", page, sheet="x", row="0", blank_audience="everyone")
    assert answer.status_code == 422 and "1以上の数字" in answer.text and "一覧の中から" in answer.text


def test_what_stands_in_cells_is_text(editor: FlaskClient, tmp_path: Path) -> None:
    page = sent(editor, [published(名称=NASTY, 説明=NASTY, 謎の列=NASTY, 公開範囲=NASTY)], tmp_path, name=f"{NASTY}.csv")
    for path in (page, f"{page}?kind=warnings", PAGE):
        text = editor.get(path).text
        assert "<script>alert" not in text and "603729" not in text, path
    assert "${777*777} {{ 777*777 }}" in editor.get(page).text
    page = sent(editor, [published(名称=NASTY, 説明=NASTY)], tmp_path)
    assert "&lt;script&gt;alert(1)" in press(editor, page, "apply") + editor.get(f"{page}?kind=added").text + editor.get("/staff/entries").text
    assert "<script>alert" not in editor.get("/staff/entries").text


def bomb() -> bytes:
    """A small workbook that would unpack to a gigabyte."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b"0" * 80_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(("data", "said"), [
    (b"", "ファイルが空です"), (b"<!doctype html><title>x", "中身はウェブページです"), (b"%PDF-1.7", "PDFは読み込めません"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "古い形式のファイル"),
])
def test_what_is_plainly_no_list_is_refused_at_once(editor: FlaskClient, app: Flask, data: bytes, said: str) -> None:
    answer = send_file(editor, data)
    assert answer.status_code == 422 and said in answer.text and 'href="#file"' in answer.text
    assert list(Path(app.config["INSTANCE_DIR"], "uploads").glob("*")) == []


@pytest.mark.parametrize("data", [
    b"PK\x03\x04 broken", b"\x00\xff\xfe\x01" * 50, bomb(), "名称\n\"ひらいたまま".encode(), ("あ" * 200_000).encode(),
], ids=["a broken archive", "no text", "a bomb", "an open quote", "one long cell"])
def test_a_hostile_file_is_refused_in_words_or_read_as_text(editor: FlaskClient, registry: Registry, data: bytes) -> None:
    answer = send_file(editor, data)
    text = editor.get(answer.location).text if answer.status_code == 302 else answer.text
    assert any(said in text for said in ("直してほしいところがあります", "内容を確かめます")) and names(registry) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\registry.db", "\x00.csv", "", "あ" * 300 + ".csv"])
def test_a_file_s_name_is_no_path(editor: FlaskClient, app: Flask, tmp_path: Path, name: str) -> None:
    answer = send_file(editor, body(ROWS, tmp_path), name)
    assert answer.status_code == 302 if name else answer.status_code in (302, 422)
    folder = Path(app.config["INSTANCE_DIR"])
    found = {path.relative_to(folder).parts[0] for path in folder.rglob("*") if path.is_file()}
    assert found <= {"uploads", "registry.db", "secret-key", "registry.db-journal"}, found


def test_a_list_that_is_too_large_is_refused_in_words(editor: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(uploads, "MAX_BYTES", 50)
    assert "を超えるファイルです" in send_file(editor, body(ROWS, tmp_path)).text
    monkeypatch.setattr("views.staff.imports._MOST_RECEIVED", 60)
    answer = editor.post(PAGE, data={"file": (io.BytesIO(b"x" * 500), "a.csv")}, content_type="multipart/form-data")
    assert answer.status_code in (413, 422) and "32MBを超えるファイルです" in answer.text
    assert editor.post("/staff/entries/chosen", data={"asked": "x" * 34_000_000}).status_code == 413


def test_no_file_and_an_old_form(editor: FlaskClient) -> None:
    answer = send(editor, PAGE, source="kuramaru")
    assert answer.status_code == 422 and "ファイルを選んでください" in answer.text
    assert editor.post(PAGE, data={"csrf_token": "old", "source": "kuramaru"}).status_code == 400


def test_work_that_died_or_goes_on_is_told(editor: FlaskClient, runs: Runs, registry: Registry, tmp_path: Path) -> None:
    runs.run = never
    page = sent(editor, ROWS, tmp_path)
    text = editor.get(page).text
    assert "途中で止まりました" in text and "何も変わっていません" in text
    assert "data-ended" in editor.get(f"{page}/progress").text
    held: list[int] = []
    runs.run = lambda *arguments: held.append(arguments[-1])
    working = press(editor, page, "again")
    assert "読んでいます" in working and '<meta http-equiv="refresh"' in working and "<progress" in working
    assert "data-ended" not in editor.get(f"{page}/progress").text
    refused = editor.post(f"{page}/apply", data={"csrf_token": token_of(editor.get(PAGE).text)})
    assert refused.status_code == 409 and names(registry) == []
    os.close(held[0])
    runs.run = at_once
    assert "内容を確かめます" in press(editor, page, "again")


def test_why_work_stopped_is_told_with_what_to_do(editor: FlaskClient, app: Flask, runs: Runs, tmp_path: Path) -> None:
    runs.run = never
    page = sent(editor, ROWS, tmp_path)
    upload = uploads.Upload(Path(app.config["INSTANCE_DIR"], "uploads"), page.rpartition("/")[2])
    for cause, said in (("full", "サーバーの空きがなくなったため"), ("away", "つながりが切れたため"), ("locked", "ほかの取り込みや保存が")):
        upload.because(cause)
        text = editor.get(page).text
        assert said in text and "何も変わっていません" in text and text.count("ファイルを選びなおす必要はありません") == 1
    assert "消しました" in press(editor, page, "discard")


def test_who_waits_sees_it_and_may_give_up(editor: FlaskClient, app: Flask, runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[int] = []
    runs.run = lambda *arguments: held.append(arguments[-1])
    for _ in range(2):
        sent(editor, ROWS, tmp_path)
    page = sent(editor, ROWS, tmp_path)
    text = editor.get(page).text
    assert "<h1>順番を待っています</h1>" in text and "あと1件終わると、はじまります" in text and "この作業をやめる" in text
    assert editor.get(PAGE).text.count(">順番を待っています<") == 1
    assert 'data-waits="1"' in editor.get(f"{page}/progress").text
    for lock in held:
        os.close(lock)
    assert "消しました" in press(editor, page, "discard") and editor.get(page).status_code == 404


def test_no_room_for_a_file_is_said_as_such(editor: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr("mapdata.lists.sheets.check_kind", lambda _: (_ for _ in ()).throw(full))
    answer = send_file(editor, body(ROWS, tmp_path))
    assert answer.status_code == 503 and "サーバーの空きがないため" in answer.text and "空きを作ってもらってから" in answer.text
    assert editor.get(PAGE).text.count("一覧.csv") == 0


def test_a_list_is_thrown_away(editor: FlaskClient, app: Flask, tmp_path: Path) -> None:
    page = sent(editor, ROWS, tmp_path)
    assert "消しました" in press(editor, page, "discard") and editor.get(page).status_code == 404
    assert list(Path(app.config["INSTANCE_DIR"], "uploads").glob("*")) == []


def test_a_list_belongs_to_its_office(editor: FlaskClient, signed_in: SignedIn, registry: Registry, tmp_path: Path) -> None:
    page, other = sent(editor, ROWS, tmp_path), signed_in("editor", "shakyo")
    token = token_of(other.get(PAGE).text)
    assert other.get(page).status_code == other.get(f"{page}/progress").status_code == 404 and "一覧.csv" not in other.get(PAGE).text
    for do in ("apply", "look", "discard", "again"):
        assert other.post(f"{page}/{do}", data={"csrf_token": token}).status_code == 404
    refused = send_file(other, body(ROWS, tmp_path), source="kuramaru")
    assert refused.status_code == 422 and "一覧の中から" in refused.text and names(registry) == []
    assert signed_in("admin", "shakyo").get(page).status_code == 404  # whoever is not there to send it is another matter
    assert signed_in("admin").get(page).status_code == 200


def test_an_admin_sends_the_list_of_an_office_that_has_nobody_here(
    signed_in: SignedIn, runs: Runs, registry: Registry, tmp_path: Path
) -> None:
    admin = signed_in("admin")
    page = sent(admin, ROWS, tmp_path, source="shakyo")
    press(admin, page, "apply")
    signed_in("editor", "shakyo")
    assert admin.get(page).status_code == 404 and 'value="shakyo"' not in admin.get(PAGE).text
    assert send_file(admin, body(ROWS, tmp_path), source="shakyo").status_code == 422
    records = registry.snapshots.current(STAFF).records
    assert {source for r in records if r.staff for source in r.staff.sources.values()} == {"shakyo"}


def test_a_list_of_another_office_is_noticed(signed_in: SignedIn, runs: Runs, tmp_path: Path) -> None:
    admin = signed_in("admin")
    press(admin, sent(admin, [published(管理番号=str(n), 名称=f"甲{n}") for n in range(8)], tmp_path), "apply")
    same = sent(admin, [published(管理番号=str(n), 名称=f"甲{n}", 料金="無料") for n in range(8)], tmp_path)
    assert "ほかの所属の一覧では" not in admin.get(same).text
    other = sent(admin, [published(管理番号=str(n), 名称=f"乙{n}") for n in range(8)], tmp_path)
    assert "ほかの所属の一覧では" in admin.get(other).text


def test_who_sends_another_office_s_list_is_not_told_what_that_office_keeps_for_itself(
    signed_in: SignedIn, runs: Runs, registry: Registry, tmp_path: Path
) -> None:
    """Neither what it said before, nor what it calls the entries that the list no longer has."""
    rows = [
        published(管理番号="S1", 名称="みんなの家", 料金="前の料金", 職員向けメモ="前のメモ"),
        published(管理番号="S2", 名称="前の名前", 説明="前の説明", 公開範囲="自所属のみ"),
        published(管理番号="S3", 名称="消えた名前", 公開範囲="自所属のみ"), published(管理番号="S4", 名称="見える名前"),
    ]
    import_rows(registry, tmp_path, rows, "shakyo")
    sent = [
        published(管理番号="S1", 名称="みんなの家", 料金="次の料金", 職員向けメモ="次のメモ"),
        published(管理番号="S2", 名称="まったく別の名", 説明="次の説明", 公開範囲="自所属のみ", 住所="葛飾区亀有3-1"),
    ]
    for who, is_own in ((("admin",), False), (("editor", "shakyo"), True)):
        client = signed_in(*who)
        page = send_file(client, body(sent, tmp_path), source="shakyo").location
        told = {kind: client.get(f"{page}?kind={kind}").text for kind in ("changed", "missing", "warnings")}
        for words in ("前のメモ", "前の名前", "前の説明", "消えた名前", "S3"):
            assert (words in "".join(told.values())) == is_own, words
        assert "前の料金" in told["changed"] and "次のメモ" in told["changed"] and "見える名前" in told["missing"]
        assert ("（見られない項目）" in told["missing"]) != is_own and "この管理番号は" in told["warnings"]
