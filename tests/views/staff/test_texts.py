"""文言: what an admin writes is what the pages say, as text and at once."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from geocode import ward
from mapdata import sitetexts
from mapdata.registry import Registry
from tests.factories import published
from tests.views.conftest import check_page, send, token_of

SignedIn = Callable[..., FlaskClient]
PAGE, LABELS = "/staff/texts", "/staff/texts/labels"
NASTY = "<script>alert(1)</script> ${7*7} {{ 7*7 }} <b>太字</b>"


@pytest.fixture
def admin(signed_in: SignedIn) -> FlaskClient:
    return signed_in("admin")


def typed(client: FlaskClient, **fields: str) -> dict[str, str]:
    """The form as it stands on the page, with these fields written."""
    text = client.get(PAGE).text
    found = dict(re.findall(r'<input [^>]*name="([^"]+)" type="text"[^>]*value="([^"]*)"', text))
    found |= dict(re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>\r?\n?([^<]*)</textarea>', text))
    return found | {"sample_band": "on", "csrf_token": token_of(text)} | fields


def save(client: FlaskClient, **fields: str) -> TestResponse:
    return client.post(PAGE, data=typed(client, **fields))


def test_what_is_written_stands_on_the_pages_at_once(admin: FlaskClient, client: FlaskClient) -> None:
    before = client.get("/").text
    assert "site-notice" not in before
    answer = save(admin, tagline="ようこそ。ゆっくりどうぞ。", notice="お盆は休みます", **{"windows-0-phone": "０３-0000-0001"})
    assert "保存しました" in admin.get(answer.location).text
    page = client.get("/").text
    assert "<h1>ようこそ。</h1>" in page and "ゆっくりどうぞ。" in page and "お盆は休みます" in page and "tel:0300000001" in page
    assert "お盆は休みます" not in client.get("/about").text


def test_what_is_written_is_text(admin: FlaskClient, client: FlaskClient) -> None:
    answer = save(admin, tagline=NASTY, notice=NASTY, name="<i>かつしか つながりマップ</i>", **{"windows-0-name": NASTY, "windows-0-note": NASTY})
    assert answer.status_code == 302
    for reader, path in ((client, "/"), (client, "/about"), (admin, PAGE), (admin, "/staff/changes")):
        text = reader.get(path).text
        assert "<script>alert" not in text and "<b>太字" not in text and "<i>かつしか" not in text and " 49 " not in text, path
    assert "${7*7} {{ 7*7 }}" in client.get("/").text


def test_the_standing_texts_come_back(admin: FlaskClient, client: FlaskClient, registry: Registry) -> None:
    save(admin, tagline="べつのことば。")
    fields = typed(admin, notice="書きかけ", do="reset:tagline")
    again = admin.post(PAGE, data=fields)
    assert ward.load().site["tagline"] in again.text and "書きかけ" in again.text and "まだ保存していません" in again.text
    assert "べつのことば" in client.get("/").text
    save(admin, tagline="")
    assert ward.load().site["tagline"].partition("。")[0] in client.get("/").text
    assert sitetexts.texts(registry.engine).texts == {}
    for key in ("windows", "nonsense", "sample_band"):
        assert admin.post(PAGE, data=typed(admin, do=f"reset:{key}")).status_code == 200


def test_history_and_undo(admin: FlaskClient, client: FlaskClient) -> None:
    page = admin.get(save(admin, notice="一つめ").location).text
    assert "もとの文</del>" in page and "一つめ</ins>" in page
    undo = re.search(r'action="(/staff/changes/\d+/undo)"', page)
    assert undo and "一つめ" in client.get("/").text
    assert admin.post(undo[1], data={"csrf_token": token_of(page)}).status_code == 302
    assert "一つめ" not in client.get("/").text


@pytest.mark.parametrize(("fields", "where"), [
    ({"tagline": "あ" * 201}, "tagline"), ({"name": "あ" * 41}, "name"), ({"windows-2-note": "名なし"}, "windows-2-name"),
    ({"windows-0-url": "javascript:alert(1)"}, "windows-0-name"), ({"windows-0-phone": "平日"}, "windows-0-name"), ({"sample_band": "たぶん"}, "sample_band-0"),
])
def test_what_will_not_do_is_told_at_its_field(admin: FlaskClient, registry: Registry, fields: dict[str, str], where: str) -> None:
    before = registry.revision()
    for path in (PAGE, f"{PAGE}/preview"):
        answer = admin.post(path, data=typed(admin, notice="残る文", **fields))
        check_page(answer, whole=True)
        assert answer.status_code == 422 and f'href="#{where}"' in answer.text and f'id="{where}"' in answer.text
        assert "残る文" in answer.text and registry.revision() == before


def test_a_preview_saves_nothing(admin: FlaskClient, client: FlaskClient, registry: Registry) -> None:
    before = registry.revision()
    answer = admin.post(f"{PAGE}/preview", data=typed(admin, tagline="ためし。", name="かつしか つながりマップ（仮）", **{"windows-0-name": "ためし窓口"}))
    check_page(answer, whole=True)
    assert "<h1>ためし。</h1>" in answer.text and "ためし窓口" in answer.text and "（仮）" in answer.text
    assert registry.revision() == before and "ためし" not in client.get("/").text


def test_the_band_of_samples_can_be_put_away(app: Flask, admin: FlaskClient, client: FlaskClient) -> None:
    assert app.test_cli_runner().invoke(args=["registry", "load-sample"]).exit_code == 0
    assert "sample-band" in client.get("/").text
    save(admin, sample_band="off")
    assert "sample-band" not in client.get("/").text
    assert "出さない" in admin.get(PAGE).text


# --- what terms are called


def rename(client: FlaskClient, **labels: str) -> TestResponse:
    return send(client, LABELS, **{name.replace("__", "-"): text for name, text in labels.items()})


def test_a_new_label_stands_in_filters_rows_entries_pins_and_is_found(
    admin: FlaskClient, client: FlaskClient, fill: Callable[..., dict[str, str]]
) -> None:
    ids = fill(published(困りごと="しごと・就労", 種別="居場所", 活動の種類="相談", 参加しやすさ="個室"))
    answer = rename(admin, need__work="はたらくこと", kind__ibasho="いられる場所", ease__private_room="ひとりの部屋")
    assert "保存しました" in admin.get(answer.location).text
    page, entry = client.get("/").text, client.get(f"/resources/{ids['ひなた']}").text
    for text in (page, entry):
        assert "はたらくこと" in text and "いられる場所" in text and "しごと・就労" not in text
    assert "ひとりの部屋" in entry and "いられる場所" in client.get("/about").text
    assert "はたらくこと" in client.get("/?need=work").text.split("選んだ条件")[1]
    for q in ("はたらくこと", "しごと・就労"):
        assert "1件" in client.get(f"/?q={q}").text.partition("<title>")[2].partition("</title>")[0], q


def test_labels_are_text_and_go_back(admin: FlaskClient, client: FlaskClient, fill: Callable[..., dict[str, str]]) -> None:
    fill(published(困りごと="しごと・就労"))
    rename(admin, need__work="<b>はたらく${x}{{7*7}}")
    page = client.get("/").text
    assert "<b>はたらく" not in page and "&lt;b&gt;はたらく" in page and "{{7*7}}" in page
    rename(admin, need__work="")
    assert "はたらく" not in client.get("/").text


def test_two_terms_of_one_name_are_refused(admin: FlaskClient, registry: Registry) -> None:
    before = registry.revision()
    answer = rename(admin, need__work="ひきこもり", need__money="お金、生活")
    check_page(answer, whole=True)
    assert answer.status_code == 422 and 'href="#need-work"' in answer.text and 'href="#need-money"' in answer.text
    assert 'value="お金、生活"' in answer.text and registry.revision() == before


def test_the_file_of_the_map_says_it_too(app: Flask, admin: FlaskClient, fill: Callable[..., dict[str, str]], tmp_path: Any) -> None:
    fill(published(困りごと="しごと・就労"))
    rename(admin, need__work="はたらくこと")
    save(admin, tagline="ファイルのことば。")
    assert app.test_cli_runner().invoke(args=["map", "export", str(tmp_path / "map.html")]).exit_code == 0
    text = (tmp_path / "map.html").read_text("utf-8")
    assert "はたらくこと" in text and "ファイルのことば" in text


def test_texts_are_read_once_a_revision(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get("/")
    monkeypatch.setattr(sitetexts, "_read", lambda *_: 1 / 0)
    assert "かつしか つながりマップ" in client.get("/").text


def test_without_a_database_the_standing_texts_are_said(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setitem(app.extensions, "texts", broken)
    assert client.get("/about").status_code == 200


def test_a_window_too_many_is_told_and_none_is_dropped(admin: FlaskClient) -> None:
    answer = save(admin, **{f"windows-{n}-name": f"窓口{n}" for n in range(31)})
    assert answer.status_code == 422 and "窓口は30までにしてください（いま31）" in answer.text and 'value="窓口30"' in answer.text


def test_changes_that_are_not_shown_are_counted(admin: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(3):
        save(admin, tagline=f"ことば{n}。")
    assert "これより前の" not in admin.get(PAGE).text
    monkeypatch.setattr("views.staff.texts._CHANGES_SHOWN", 1)
    assert "これより前の2件は、「最近の変更」にあります" in admin.get(PAGE).text
