"""まちがいを知らせる: for anyone, without an account, a cookie or a script; nothing typed is lost, robots learn nothing."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from mapdata.clock import today
from mapdata.merging import merge
from mapdata.registry import Registry
from mapdata.upkeep import proposals
from tests.factories import published
from tests.sent import contents

HOSTILE = "<script>alert(1)</script>{{ 7*7 }}\"'&%00=cmd|' /C calc'!A0"


@pytest.fixture
def it(fill: Callable[..., dict[str, str]]) -> str:
    return fill(published())["ひなた"]


def form_of(client: FlaskClient, it: str, **fields: str) -> MultiDict[str, str]:
    answer = client.get(f"/report/{it}")
    assert answer.status_code == 200 and "csrf_token" not in answer.text
    form = contents(answer.text, "sealed-form")
    for name, text in fields.items():
        form[name] = text
    return form


def send(client: FlaskClient, it: str, form: MultiDict[str, str]) -> TestResponse:
    answer = client.post(f"/report/{it}", data=form)
    assert "Set-Cookie" not in answer.headers
    return answer


def told(registry: Registry, it: str) -> list[str]:
    return [item.proposal.text for item in proposals.waiting_for(registry.engine, it, "kuramaru")]


def test_from_an_entry_s_page_to_thanks(client: FlaskClient, registry: Registry, it: str) -> None:
    assert f'href="/report/{it}"' in client.get(f"/resources/{it}").text
    answer = send(client, it, form_of(client, it, about="schedule", text="土曜は休み", contact="a@example.jp"))
    assert (answer.status_code, answer.location) == (303, f"/report/{it}/thanks")
    assert "受け取りました" in client.get(answer.location).text
    found = proposals.waiting_for(registry.engine, it, "kuramaru")[0].proposal
    assert (found.about, found.text, found.contact, found.origin) == ("schedule", "土曜は休み", "a@example.jp", "reader")


def test_what_is_wrong_is_said_and_what_was_typed_stays(client: FlaskClient, registry: Registry, it: str) -> None:
    answer = send(client, it, form_of(client, it, about="contacts", text=" ", contact="03-0000-0001"))
    assert answer.status_code == 422 and 'href="#text"' in answer.text and "エラー：" in answer.text
    again = contents(answer.text, "sealed-form")
    assert (again["about"], again["contact"]) == ("contacts", "03-0000-0001")
    again["text"] = "番号がちがう"
    assert send(client, it, again).status_code == 303 and told(registry, it) == ["番号がちがう"]


@pytest.mark.parametrize("spoil", ["none", "altered", "another entry's", "old"])
def test_a_page_that_is_not_ours_or_too_old_is_shown_again(
    client: FlaskClient, registry: Registry, fill: Callable[..., dict[str, str]], it: str, spoil: str, later: Callable[..., None]
) -> None:
    form = form_of(client, it, text="書いたこと")
    if spoil == "none":
        del form["seal"]
    elif spoil == "altered":
        form["seal"] = "x" + form["seal"]
    elif spoil == "another entry's":
        form["seal"] = form_of(client, fill(published(), published(名称="こかげ"))["こかげ"])["seal"]
    else:
        later(hours=13)
    answer = send(client, it, form)
    assert answer.status_code == 400 and "まだ受け取っていません" in answer.text and told(registry, it) == []
    again = contents(answer.text, "sealed-form")
    assert again["text"] == "書いたこと" and send(client, it, again).status_code == 303


def test_the_button_pressed_twice_tells_once_and_a_robot_tells_nothing(client: FlaskClient, registry: Registry, it: str) -> None:
    form = form_of(client, it, text="二度おす")
    assert [send(client, it, form).status_code for _ in range(2)] == [303, 303]
    assert send(client, it, form_of(client, it, text="buy", website="http://x.example")).status_code == 303
    assert told(registry, it) == ["二度おす"]


def test_a_flood_is_answered_in_words_and_nothing_is_lost(client: FlaskClient, registry: Registry, it: str) -> None:
    for number in range(10):
        assert send(client, it, form_of(client, it, text=f"その{number}")).status_code == 303
    answer = send(client, it, form_of(client, it, text="もうひとつ", about="fees"))
    assert answer.status_code == 429 and "少し待ってから" in answer.text and "あと" in answer.text
    again = contents(answer.text, "sealed-form")
    assert (again["text"], again["about"]) == ("もうひとつ", "fees") and len(told(registry, it)) == 10


def test_hostile_text_stays_text(client: FlaskClient, registry: Registry, it: str, signed_in: Callable[..., FlaskClient]) -> None:
    answer = send(client, it, form_of(client, it, text=HOSTILE, contact=HOSTILE * 5))
    assert answer.status_code == 422 and "<script>alert" not in answer.text
    assert send(client, it, form_of(client, it, text=HOSTILE, contact=HOSTILE)).status_code == 303
    number = proposals.waiting_for(registry.engine, it, "kuramaru")[0].proposal.id
    for path in ("/staff/proposals", f"/staff/proposals/{number}", f"/staff/entries/{it}"):
        page = signed_in("editor").get(path).text
        assert "<script>alert" not in page and "alert(1)49" not in page


def test_the_contact_of_who_told_goes_after_half_a_year(
    client: FlaskClient, registry: Registry, it: str, signed_in: Callable[..., FlaskClient], later: Callable[..., None]
) -> None:
    send(client, it, form_of(client, it, text="あ", contact="a@example.jp"))
    for days, kept in ((179, "a@example.jp"), (2, "")):
        later(days=days)
        signed_in("editor")
        assert proposals.waiting_for(registry.engine, it, "kuramaru")[0].proposal.contact == kept


def test_the_page_of_an_entry_merged_meanwhile_leads_on(
    client: FlaskClient, registry: Registry, fill: Callable[..., dict[str, str]], it: str
) -> None:
    kept = fill(published(名称="ひなたの家"), source="shakyo")["ひなたの家"]
    form = form_of(client, it, text="書いたこと")
    merge.merge(registry.engine, kept, it, {}, "user:花子", "kuramaru", today(), registry.revision())
    answer = client.get(f"/report/{it}")
    assert (answer.status_code, answer.location) == (301, f"/report/{kept}")
    assert send(client, it, form).location == f"/report/{kept}/thanks" and told(registry, kept) == ["書いたこと"]


def test_only_entries_that_the_reader_sees(client: FlaskClient, fill: Callable[..., dict[str, str]]) -> None:
    hidden = fill(published(公開範囲="両職員まで"))["ひなた"]
    assert client.get(f"/report/{hidden}").status_code == client.get("/report/zzzzzz").status_code == 404
    assert client.post(f"/report/{hidden}", data={"text": "x"}).status_code == 404


def test_a_reader_who_is_signed_in_may_tell_too(signed_in: Callable[..., FlaskClient], registry: Registry, it: str) -> None:
    supporter = signed_in("supporter", "ひだまりの会")
    form = form_of(supporter, it, text="支援者から")
    assert supporter.post(f"/report/{it}", data=form).status_code == 303 and told(registry, it) == ["支援者から"]
