"""An organisation's link: three answers without cookie or script, nothing typed lost, every dead end in plain words."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from mapdata import sitetexts
from mapdata.claims.projection import STAFF
from mapdata.clock import today
from mapdata.editing import bulk
from mapdata.history import erasing
from mapdata.merging import merge
from mapdata.people.account import Actor
from mapdata.registry import Registry
from mapdata.storage.proposal_rows import Proposal
from mapdata.upkeep import org_links, proposals
from tests.factories import import_rows, published
from tests.sent import contents

ROW = published(
    管理番号="1", 説明="静かな部屋", 種別="居場所", 運営団体="ひなたの会", 困りごと="ひきこもり、不登校", 活動の種類="居場所・フリースペース", 参加しやすさ="個室、無料なし",
    対象年齢_下限="年齢不問", 料金="無料", 申込方法="予約不要", 住所="葛飾区立石5-13-1", 緯度="35.744", 経度="139.8455", 開催日時="毎週木曜 13時から",
    電話番号="03-0000-0001（平日）", 使える言語="日本語、英語", 職員向けメモ="内々の話", 支援者向けメモ="支援者へ",
)


@pytest.fixture
def it(fill: Callable[..., dict[str, str]]) -> str:
    return fill(ROW)["ひなた"]


@pytest.fixture
def key(registry: Registry, it: str) -> str:
    return org_links.make(registry.engine, it, "user:花子", "kuramaru")


def opened(client: FlaskClient, path: str, **fields: str | list[str]) -> MultiDict[str, str]:
    """The form of a page, with these fields typed over; `__` in a name stands for a hyphen."""
    answer = client.get(path)
    assert answer.status_code == 200 and "csrf_token" not in answer.text
    return typed(contents(answer.text, "sealed-form"), **fields)


def typed(form: MultiDict[str, str], **fields: str | list[str]) -> MultiDict[str, str]:
    for name, value in fields.items():
        form.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    return form


def send(client: FlaskClient, path: str, form: Any) -> TestResponse:
    answer = client.post(path, data=form)
    assert "Set-Cookie" not in answer.headers and answer.headers["Cache-Control"] == "no-store"
    return answer


def told(registry: Registry, it: str) -> list[Proposal]:
    return [item.proposal for item in proposals.waiting_for(registry.engine, it, "kuramaru")]


# --- the three answers


def test_it_shows_what_is_public_and_keeps_nothing(client: FlaskClient, key: str) -> None:
    answer = client.get(f"/o/{key}")
    for words in ("静かな部屋", "ひきこもり", "葛飾区立石5-13-1", "毎週木曜 13時から", "03-0000-0001", "くらしのまると相談課"):
        assert words in answer.text
    assert "内々" not in answer.text and "支援者へ" not in answer.text and "35.744" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store" and "noindex" in answer.headers["X-Robots-Tag"]


def test_all_is_right(client: FlaskClient, registry: Registry, it: str, key: str) -> None:
    answer = send(client, f"/o/{key}", opened(client, f"/o/{key}"))
    assert (answer.status_code, answer.location) == (303, f"/o/{key}")
    after = client.get(f"/o/{key}").text
    assert "お答えを受け取りました" in after and "まちがいありません" in after
    assert [p.kind for p in told(registry, it)] == ["confirmed"] and "fees_description" in told(registry, it)[0].says


def test_sending_it_as_it_stands_is_no_change(client: FlaskClient, registry: Registry, it: str, key: str) -> None:
    """Every public field comes back as it was shown."""
    answer = send(client, f"/o/{key}/change", opened(client, f"/o/{key}/change"))
    assert answer.status_code == 422 and "変わったところを上で直すか" in answer.text and told(registry, it) == []


@pytest.mark.parametrize(("fields", "says"), [
    ({"fees_description": "100円"}, {"fees_description": "100円"}),
    ({"fees_description": ""}, {"fees_description": None}),
    ({"status": "paused"}, {"status": "paused"}),
    ({"needs": ["work"]}, {"needs": ["work"]}),
    ({"ease-free": "yes"}, {"ease": {"private_room": True, "free": True}}),
    ({"any_age": [], "min_age": "18"}, {"min_age": 18}),
    ({"contacts-0-value": "03-0000-0009", "contacts-0-label": ""},
     {"contacts": [{"type": "phone", "value": "03-0000-0009", "label": ""}]}),
    ({"places-0-schedule": "毎週金曜 10時から"},
     {"places": [{"address": "葛飾区立石5-13-1", "lat": 35.744, "lng": 139.8455, "schedule": "毎週金曜 10時から"}]}),
    ({"places-0-address": "葛飾区亀有3-1"}, {"places": [{"address": "葛飾区亀有3-1", "schedule": "毎週木曜 13時から"}]}),
])
def test_a_change_is_told_field_by_field(
    client: FlaskClient, registry: Registry, it: str, key: str, fields: dict[str, str | list[str]], says: dict[str, Any]
) -> None:
    answer = send(client, f"/o/{key}/change", opened(client, f"/o/{key}/change", **fields))
    assert answer.status_code == 303, answer.text
    assert told(registry, it)[0].says == says
    assert "変わったところがあります" in client.get(answer.location).text


def test_what_cannot_be_read_is_said_and_what_was_typed_stays(client: FlaskClient, registry: Registry, it: str, key: str) -> None:
    path = f"/o/{key}/change"
    form = opened(client, path, name="", min_age="四十", any_age=[], fees_description="100円", text="よろしく")
    answer = send(client, path, form)
    assert answer.status_code == 422 and 'href="#name"' in answer.text and 'href="#min_age"' in answer.text
    assert '<details class="panel more-fields" open>' in answer.text
    again = contents(answer.text, "sealed-form")
    assert (again["fees_description"], again["text"], again["min_age"]) == ("100円", "よろしく", "四十")
    assert send(client, path, typed(again, name="ひなた", min_age="40")).status_code == 303
    assert told(registry, it)[0].says == {"fees_description": "100円", "min_age": 40} and told(registry, it)[0].text == "よろしく"


def test_places_and_contacts_come_and_go_without_a_script(client: FlaskClient, registry: Registry, it: str, key: str) -> None:
    path = f"/o/{key}/change"
    answer = send(client, path, opened(client, path, do="add-places", fees_description="100円"))
    form = typed(contents(answer.text, "sealed-form"), places__1__address="葛飾区亀有3-1", places__1__schedule="月曜")
    answer = send(client, path, typed(form, do="remove-places:0"))
    assert answer.status_code == 200
    assert send(client, path, contents(answer.text, "sealed-form")).status_code == 303
    assert told(registry, it)[0].says == {"fees_description": "100円", "places": [{"address": "葛飾区亀有3-1", "schedule": "月曜"}]}


def test_it_is_no_more(client: FlaskClient, registry: Registry, it: str, key: str) -> None:
    assert "もうありませんか" in client.get(f"/o/{key}/gone").text
    answer = send(client, f"/o/{key}/gone", opened(client, f"/o/{key}/gone", text="三月まで"))
    assert answer.status_code == 303 and client.get(f"/resources/{it}").status_code == 200
    assert [(p.kind, p.says, p.text) for p in told(registry, it)] == [("gone", {"status": "closed"}, "三月まで")]


def test_a_hidden_place_is_not_told_even_by_its_form(client: FlaskClient, registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [{**ROW, "位置の公開": "非公開"}])
    it = registry.snapshots.current(STAFF).records[0].id
    key = org_links.make(registry.engine, it, "user:花子", "kuramaru")
    for path in (f"/o/{key}", f"/o/{key}/change"):
        text = client.get(path).text
        assert "毎週木曜" in text and "5-13-1" not in text and "places-0" not in text
    answer = send(client, f"/o/{key}/change", opened(client, f"/o/{key}/change", **{"places-0-address": "x", "text": "金曜に"}))
    assert answer.status_code == 303 and told(registry, it)[0].says == {}


# --- what does not work any more


@pytest.mark.parametrize("page", ["", "/change", "/gone"])
@pytest.mark.parametrize("why", ["altered", "expired", "used", "closed", "erased"])
def test_a_dead_link_says_why_and_whom_to_ring(
    client: FlaskClient, registry: Registry, it: str, key: str, page: str, why: str, later: Callable[..., None]
) -> None:
    path = f"/o/{key}{page}"
    form = opened(client, path, text="書いたこと")
    if why == "expired":
        later(days=61)
    elif why == "used":
        org_links.tell_end(registry.engine, key, "")
    elif why == "closed":
        bulk.set_status(registry.engine, [it], "closed", "kuramaru", "花子", today())
    elif why == "erased":
        erasing.erase(registry.engine, it, Actor("管理", "kuramaru"), "request")
    else:
        path = f"/o/x{key}{page}"
    words, status = {
        "altered": ("リンクは使えません", 404), "expired": ("期限が過ぎました", 410), "used": ("もう一度答えることはできません", 200),
        "closed": ("終わっています", 410), "erased": ("もうありません", 410),
    }[why]
    before = [p.id for p in told(registry, it)]
    for answer in (client.get(path), send(client, path, form)):
        assert answer.status_code == status and words in answer.text
        assert "お電話ください" in answer.text or "お電話で" in answer.text
        assert why == "altered" or "くらしのまると相談課" in answer.text
    assert [p.id for p in told(registry, it)] == before


def test_the_office_s_number_is_there_to_press(client: FlaskClient, registry: Registry, key: str) -> None:
    windows = [{"name": "くらしのまると相談課", "note": "", "phone": "03-0000-0100", "url": ""}]
    sitetexts.write_texts(registry.engine, {"windows": windows}, "user:花子")
    assert 'href="tel:0300000100"' in client.get(f"/o/{key}").text


def test_an_entry_merged_meanwhile_is_followed_and_said(client: FlaskClient, registry: Registry, it: str, key: str, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(名称="ひなたの家", 備考="まとめた先")], "shakyo")
    kept = next(r.id for r in registry.snapshots.current(STAFF).records if r.id != it)
    form = opened(client, f"/o/{key}")
    merge.merge(registry.engine, kept, it, {}, "user:花子", "kuramaru", today(), registry.revision())
    text = client.get(f"/o/{key}").text
    assert "まとめた先" in text and "ひとつにまとめました" in text
    assert send(client, f"/o/{key}", form).status_code == 303
    assert [p.resource_id for p in told(registry, kept)] == [kept]


@pytest.mark.parametrize("page", ["", "/change", "/gone"])
def test_a_page_whose_token_is_not_its_own_is_shown_again(client: FlaskClient, registry: Registry, it: str, key: str, page: str) -> None:
    other = org_links.make(registry.engine, it, "user:花子", "kuramaru")
    form = opened(client, f"/o/{key}{page}", text="書いたこと", fees_description="100円")
    answer = send(client, f"/o/{other}{page}", form)
    assert answer.status_code == 400 and "まだ受け取っていません" in answer.text and told(registry, it) == []
    assert not page or "書いたこと" in answer.text
    assert send(client, f"/o/{other}{page}", contents(answer.text, "sealed-form")).status_code == 303
