"""What widens another office's word: refused, asked, named to its keeper, accepted or left, without any script."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from mapdata.accounts import managing
from mapdata.claims.projection import PUBLIC
from mapdata.registry import Registry
from tests.accounts import TESTER
from tests.factories import published
from tests.sent import contents
from tests.views.conftest import check_page, send

SignedIn = Callable[..., FlaskClient]
Fill = Callable[..., dict[str, str]]


@pytest.fixture
def asked(signed_in: SignedIn, fill: Fill) -> tuple[FlaskClient, FlaskClient, str]:
    """(who asked in くらまる課, who keeps it in 社協, the entry), with the request made through the pages."""
    it = fill(published(状態="準備中", 電話番号="03-0000-0001"), source="shakyo")["ひなた"]
    keeper, editor = signed_in("editor", "shakyo"), signed_in("editor")
    page = f"/staff/entries/{it}"
    question = send(editor, f"{page}/status", page, status="active")
    assert question.status_code == 409 and "社会福祉協議会に頼むことです" in question.text
    assert "だれでも見られるようになります（状態が変わるため）" in question.text
    check_page(question, whole=True)
    form = contents(question.text, "widening-form")
    answer = editor.post(f"{page}/status", data={**form, "note": "載せてよいと聞きました", "ask_offices": "1"})
    assert answer.status_code == 302 and answer.location == "/staff/requests"
    assert "頼みました" in editor.get("/staff/requests").text
    return editor, keeper, it


def test_its_keeper_is_shown_what_it_opens_and_opens_it(asked: tuple[FlaskClient, FlaskClient, str], registry: Registry) -> None:
    _, keeper, it = asked
    assert "見せる人を広げる依頼" in (home := keeper.get("/staff/").text) and "1件" in home.partition("見せる人を広げる依頼")[2][:400]
    page = keeper.get("/staff/requests/1").text
    assert "載せてよいと聞きました" in page and "だれでも見られるようになります" in page
    assert it not in registry.snapshots.current(PUBLIC).by_id
    assert send(keeper, "/staff/requests/1", do="accept").status_code == 302
    assert it in registry.snapshots.current(PUBLIC).by_id
    assert "広げました" in keeper.get("/staff/requests/1").text


def test_it_is_declined_for_a_reason_that_the_other_reads(asked: tuple[FlaskClient, FlaskClient, str], registry: Registry) -> None:
    editor, keeper, it = asked
    refused = send(keeper, "/staff/requests/1", do="decline")
    assert refused.status_code == 422 and "理由を書いてください" in refused.text
    assert send(keeper, "/staff/requests/1", do="decline", reason="団体に聞いています").status_code == 302
    assert "団体に聞いています" in editor.get("/staff/requests").text and it not in registry.snapshots.current(PUBLIC).by_id
    assert "もう決まっています" in keeper.get(send(keeper, "/staff/requests/1", "/password", do="accept").location).text


def test_whoever_asked_can_take_it_back_and_not_accept_it(asked: tuple[FlaskClient, FlaskClient, str], registry: Registry) -> None:
    editor, keeper, it = asked
    assert "広げてよい" not in editor.get("/staff/requests/1").text
    send(editor, "/staff/requests/1", do="accept")
    assert it not in registry.snapshots.current(PUBLIC).by_id
    assert send(editor, "/staff/requests/1", do="withdraw").status_code == 302
    assert "取り下げました" in keeper.get("/staff/requests/1").text


def test_an_office_without_anybody_here_is_told_on_paper(signed_in: SignedIn, fill: Fill, registry: Registry) -> None:
    it = fill(published(状態="準備中"), source="shakyo")["ひなた"]
    signed_in("editor", "shakyo")
    editor, page = signed_in("editor"), f"/staff/entries/{it}"
    keeper = next(one.account for one in managing.listed(registry.engine) if one.account.office == "shakyo")
    managing.disable(registry.engine, TESTER, keeper.id)
    question = send(editor, f"{page}/status", page, status="active")
    assert question.status_code == 409 and "印刷して渡し" in question.text and "ask_offices" not in question.text


@pytest.mark.parametrize("number", ["0", "2", "999999999999999999999"])
def test_what_is_no_request_is_not_found(asked: tuple[FlaskClient, FlaskClient, str], number: str) -> None:
    assert asked[1].get(f"/staff/requests/{number}").status_code == 404
