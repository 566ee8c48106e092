"""社会資源の一覧: what it finds, what is said before many are changed, and what is done then."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from mapdata import words
from mapdata.claims.projection import PUBLIC, STAFF
from mapdata.clock import today
from mapdata.editing import saving
from mapdata.editing.bulk_preview import Prospects
from mapdata.registry import Registry
from mapdata.words import Level
from tests.accounts import recorded
from tests.factories import published
from tests.views.conftest import agree, check_page, token_of

SignedIn = Callable[..., FlaskClient]
LIST = "/staff/entries"
ROWS = [
    published(名称="あおば", 管理番号="1", 確認日=str(today())),
    published(名称="いずみ", 管理番号="2", 状態="下書き", 掲載同意="", 確認日="2020-01-01"),
    published(名称="うみ", 管理番号="3", 公開範囲="両職員まで", 住所="どこでもない町1-1"),
]


@pytest.fixture
def ids(fill: Callable[..., dict[str, str]]) -> dict[str, str]:
    return fill(*ROWS)


@pytest.fixture
def editor(signed_in: SignedIn, ids: dict[str, str]) -> FlaskClient:
    return signed_in("editor")


def names(text: str) -> list[str]:
    return re.findall(r"「(\S+)」を選ぶ", text)


def choose(client: FlaskClient, do: str, *chosen: str, query: str = "", **fields: str) -> TestResponse:
    """Mark entries in the list as a question shows it, and press one of its buttons."""
    page = client.get(f"{LIST}?{query}").text
    hidden = {name: found for name in ("asked", "on_page") if (found := re.search(rf'name="{name}" value="([^"]*)"', page)[1])}  # type: ignore[index]
    form = {"csrf_token": token_of(page), "do": do, "id": list(chosen), "which": "picked", **hidden, **fields}
    answer = client.post(f"{LIST}/chosen", data=form)
    check_page(answer, whole=True)
    return answer


def go_on(client: FlaskClient, asked: TestResponse, do: str, **fields: str) -> TestResponse:
    """Press the button of the page that says what will happen."""
    hidden = dict(re.findall(r'<input id="(ids|asked)"[^>]*value="([^"]*)"', asked.text))
    return client.post(f"{LIST}/chosen/{do}", data={"csrf_token": token_of(asked.text), **hidden, **fields})


def test_filters_marks_and_order(editor: FlaskClient) -> None:
    page = editor.get(LIST).text
    assert names(page) == ["あおば", "いずみ", "うみ"] and "3件" in page
    assert re.search(r"1年以上確認していない<strong>2件", page)
    for query, found in {
        "status=draft": ["いずみ"], "mark=no_consent": ["いずみ"], "mark=unplaced&q=うみ": ["うみ"], "q=2": ["いずみ"], "source=shakyo": [],
        "sort=status": ["いずみ", "あおば", "うみ"], "office=kuramaru&status=active": ["あおば", "うみ"], "status=nonsense&sort=x&page=99": ["あおば", "いずみ", "うみ"],
    }.items():
        assert names(editor.get(f"{LIST}?{query}").text) == found, query


def test_each_row_leads_to_its_entry(editor: FlaskClient, ids: dict[str, str]) -> None:
    links = re.findall(r'href="(/staff/entries/[^/"]+)">', editor.get(LIST).text)
    assert [editor.get(path).status_code for path in links if path != f"{LIST}/new"] == [200] * 3


def test_what_a_question_holds_is_text(editor: FlaskClient) -> None:
    page = editor.get(f"{LIST}?q=<script>x</script>%27%22").text
    assert "<script>x" not in page and "&lt;script&gt;x" in page
    answer = choose(editor, "status", query="q=あおば", which="page")
    assert 'href="/staff/entries?q=%E3%81%82%E3%81%8A%E3%81%B0"' in answer.text
    asked = {"asked": "q=x&evil=1\r\nSet-Cookie: a=b", "which": "picked", "id": "x"}
    token = token_of(editor.get(LIST).text)
    assert "evil" not in editor.post(f"{LIST}/chosen", data={"csrf_token": token, "do": "confirm", **asked}).text.split("<h1>")[0]


def test_nothing_chosen_is_said_and_the_question_stays(editor: FlaskClient) -> None:
    answer = choose(editor, "status", query="status=draft")
    assert answer.status_code == 422 and "先に選んでください" in answer.text and names(answer.text) == ["いずみ"]


def test_a_change_is_told_then_done_and_taken_back(editor: FlaskClient, ids: dict[str, str], registry: Registry) -> None:
    asked = choose(editor, "audience", ids["あおば"], ids["うみ"], query="status=active")
    assert "選んだもの：<strong>2件</strong>" in asked.text and "新しく1件が、だれでも見られるようになります" in asked.text
    named = go_on(editor, asked, "audience", value="public")
    assert "うみ" in named.text and "あおば" not in named.text
    assert "うみ" not in [r.name for r in registry.snapshots.current(PUBLIC).records]
    answer = agree(editor, named)
    page = editor.get(answer.location)
    assert "1件の公開範囲を「公開」にしました" in page.text and names(page.text) == ["あおば", "うみ"]
    assert "うみ" in [r.name for r in registry.snapshots.current(PUBLIC).records]
    undo = re.search(r'action="(/staff/changes/\d+/undo)"', page.text)
    assert undo and editor.post(undo[1], data={"csrf_token": token_of(page.text)}).status_code == 302
    assert "うみ" not in [r.name for r in registry.snapshots.current(PUBLIC).records]
    assert "/undo" not in editor.get(answer.location).text


def test_one_without_consent_stops_all_by_name_and_can_be_left_out(editor: FlaskClient, registry: Registry) -> None:
    revision = registry.revision()
    asked = choose(editor, "status", which="all")
    assert re.search(r"公開中<small>できません。.*?「いずみ」", asked.text)
    refused = go_on(editor, asked, "status", value="active")
    assert refused.status_code == 422 and 'role="alert"' in refused.text and "「いずみ」" in refused.text
    assert registry.revision() == revision
    found = re.search(r'name="without" value="([^"]+)"', refused.text)
    assert found
    fewer = go_on(editor, refused, "status", value="active", without=found[1])
    assert "選んだもの：<strong>2件</strong>" in fewer.text and registry.revision() == revision
    assert "変わったものは、ありませんでした" in editor.get(go_on(editor, fewer, "status", value="active").location).text


def test_confirming_says_what_it_could_not(editor: FlaskClient, fill: Callable[..., dict[str, str]], registry: Registry) -> None:
    ids = fill(published(名称="えのき"), source="shakyo")
    asked = choose(editor, "confirm", ids["いずみ"], ids["えのき"])
    page = editor.get(go_on(editor, asked, "confirm").location).text
    assert "1件を、今日確かめたことにしました" in page and "1件は、ほかの所属の内容だけ" in page
    days = {r.name: r.assured_on for r in registry.snapshots.current(STAFF).records}
    assert days["いずみ"] == today() and days["えのき"] is None


def test_what_went_meanwhile_is_said_and_the_rest_can_go_on(editor: FlaskClient, ids: dict[str, str]) -> None:
    asked = choose(editor, "confirm", *ids.values())
    text = asked.text.replace(ids["うみ"], "nothere")
    hidden = dict(re.findall(r'<input id="(ids|asked)"[^>]*value="([^"]*)"', text))
    answer = editor.post(f"{LIST}/chosen/confirm", data={"csrf_token": token_of(asked.text), **hidden})
    assert answer.status_code == 422 and "1件は、なくなったか" in answer.text
    assert go_on(editor, answer, "confirm").status_code == 302


def test_an_old_form_is_shown_again_with_what_was_chosen(editor: FlaskClient, ids: dict[str, str], registry: Registry) -> None:
    before = registry.revision()
    answer = editor.post(f"{LIST}/chosen/status", data={"csrf_token": "old", "ids": ids["うみ"], "asked": "", "value": "closed"})
    assert answer.status_code == 400 and "まだ受け取っていません" in answer.text and f'value="{ids["うみ"]}"' in answer.text
    assert registry.revision() == before


@pytest.mark.parametrize(("do", "fields", "status"), [
    ("nonsense", {}, 404), ("status", {"value": "king"}, 422), ("status", {}, 422), ("audience", {"value": "everyone"}, 422), ("export", {"value": "exe"}, 422),
])
def test_what_nobody_offers_is_not_done(editor: FlaskClient, ids: dict[str, str], registry: Registry, do: str, fields: dict[str, str], status: int) -> None:
    before = registry.revision()
    token = token_of(editor.get(LIST).text)
    answer = editor.post(f"{LIST}/chosen/{do}", data={"csrf_token": token, "ids": ids["うみ"], "asked": "", **fields})
    assert answer.status_code == status and registry.revision() == before


def test_nobody_chooses_what_another_office_keeps_to_itself(
    signed_in: SignedIn, fill: Callable[..., dict[str, str]], registry: Registry
) -> None:
    ids = fill(published(名称="ないしょ", 公開範囲="自所属のみ"), published(名称="みんな"))
    other = signed_in("editor", "shakyo")
    assert names(other.get(LIST).text) == ["みんな"]
    asked = choose(other, "export", ids["ないしょ"])
    assert "ないしょ" not in asked.text and "<strong>0件</strong>" in asked.text
    answer = go_on(other, asked, "export", value="csv", ids=ids["ないしょ"])
    assert answer.status_code == 422 and "ないしょ" not in answer.text


def test_undo_is_offered_to_those_who_may(editor: FlaskClient, signed_in: SignedIn, ids: dict[str, str]) -> None:
    answer = go_on(editor, choose(editor, "status", ids["うみ"]), "status", value="paused")
    assert "/undo" in editor.get(answer.location).text
    assert "/undo" not in signed_in("editor", "shakyo").get(answer.location).text
    for number in ("0", "-1", "99999999999999999999", "x"):
        assert editor.get(f"{LIST}?done={number}").status_code == 200


# --- what would happen


@pytest.mark.parametrize("status", words.STATUS.codes)
def test_what_is_told_beforehand_is_what_happens(registry: Registry, ids: dict[str, str], status: str) -> None:
    from mapdata.editing import bulk

    chosen = [ids["あおば"], ids["うみ"]]
    told = Prospects(registry.engine, chosen, "kuramaru", today()).of_status(status)
    before = {r.name for r in registry.snapshots.current(PUBLIC).records}
    done = bulk.set_status(registry.engine, chosen, status, "kuramaru", "山田", today())
    after = {r.name for r in registry.snapshots.current(PUBLIC).records}
    assert (told.changed, told.opened, told.shut) == (done.changed, len(after - before), len(before - after))
    assert told.seen.get(Level.PUBLIC, 0) == len(after) and not told.refused


def test_what_two_offices_speak_of_is_not_for_one(registry: Registry, ids: dict[str, str]) -> None:
    saving.save(registry.engine, ids["あおば"], registry.revision(), {"remarks": "社協から"}, {}, "shakyo", "佐藤", today())
    told = Prospects(registry.engine, list(ids.values()), "kuramaru", today()).of_audience(Level.OFFICE)
    assert told.refused == ((ids["あおば"], "あおば"),) and "ほかの所属も" in told.message


# --- writing it out

DANGEROUS = ["=HYPERLINK(\"http://x\",\"y\")", "+1", "-1", "@SUM(A1)", "\t=1", "<b>太字</b> ${x} {{ 7*7 }}"]


@pytest.fixture
def risky(editor: FlaskClient, fill: Callable[..., dict[str, str]]) -> dict[str, str]:
    return fill(*(published(名称=f"あぶない{n}", 説明=f"'{text}" if n < 5 else text) for n, text in enumerate(DANGEROUS)))


def exported(client: FlaskClient, ids: dict[str, str], kind: str) -> TestResponse:
    chosen = [it for name, it in ids.items() if name.startswith("あぶない")]
    return go_on(client, choose(client, "export", *chosen), "export", value=kind)


@pytest.mark.parametrize(("kind", "encoding"), [("csv", "utf-8-sig"), ("cp932", "cp932")])
def test_no_cell_of_a_csv_is_a_formula(editor: FlaskClient, risky: dict[str, str], kind: str, encoding: str) -> None:
    answer = exported(editor, risky, kind)
    assert answer.mimetype == "text/csv" and re.fullmatch(r"attachment; filename=shigen-\d{8}\.csv", answer.headers["Content-Disposition"])
    assert kind != "csv" or answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode(encoding))))
    assert len(rows) == 1 + len(DANGEROUS) and "名称" in rows[0]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert any(DANGEROUS[-1] in row for row in rows)


def test_no_cell_of_a_workbook_is_a_formula_and_it_is_recorded(editor: FlaskClient, risky: dict[str, str], registry: Registry) -> None:
    answer = exported(editor, risky, "xlsx")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None and sheet.max_row == 1 + len(DANGEROUS)
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    assert ("export", "user:editor.kuramaru", "entries") in recorded(registry.engine)


def test_what_cp932_cannot_hold_is_told_by_name(editor: FlaskClient, fill: Callable[..., dict[str, str]], registry: Registry) -> None:
    ids = fill(published(名称="あぶない𠮷野家"))
    answer = exported(editor, ids, "cp932")
    assert answer.status_code == 422 and "「あぶない𠮷野家」の名称にある「𠮷」" in answer.text
    assert "export" not in [kind for kind, _, _ in recorded(registry.engine)]


def test_another_office_s_note_is_in_no_file(signed_in: SignedIn, fill: Callable[..., dict[str, str]]) -> None:
    ids = fill(published(名称="あぶない", 職員向けメモ="くらまる課だけのこと", 管理番号="K-77"))
    for office, seen in (("kuramaru", True), ("shakyo", False)):
        assert ("くらまる課だけのこと" in exported(signed_in("editor", office), ids, "csv").data.decode()) == seen


def test_pages_of_a_hundred(app: Flask, editor: FlaskClient, fill: Callable[..., dict[str, str]], tmp_path: Path) -> None:
    fill(*(published(名称=f"場所{n:03}") for n in range(140)), source="shakyo")
    first, second = editor.get(LIST).text, editor.get(f"{LIST}?page=2").text
    assert len(names(first)) == 100 and len(names(second)) == 43 and not set(names(first)) & set(names(second))
    assert "143件" in choose(editor, "confirm", which="all").text and "100件" in choose(editor, "confirm", which="page").text
