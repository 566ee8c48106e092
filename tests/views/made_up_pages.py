"""What made-up terms and numbers become on every page, without another file that knows them."""

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mapdata import words
from mapdata.claims import publishing, stale
from mapdata.clock import today
from mapdata.lists import list_file
from mapdata.search import asking
from mapdata.search.query import Query
from mapdata.storage import Care
from mapdata.upkeep import freshness, org_links
from tests.factories import published

#: Those needs of おためしの場 that stand in the second column of bits; and what residents see, as the form lists it.
LATE = sum(1 << words.NEED.bit(code) - 31 for code in ("made_up_17", "made_up_29"))
PUBLISHED = "か".join(f"「{term.label}」" for term in words.STATUS.terms if words.status(term.code).is_public)

Fill = Callable[..., dict[str, str]]
SignedIn = Callable[..., FlaskClient]


def months_ago(months: int) -> str:
    day = next(d for n in range(1, 2000) if stale.holds_until(d := date.fromordinal(today().toordinal() - n), months) <= today())
    return str(day)


TRIAL = published(
    名称="おためしの場", 種別="図書館", 状態="試行中", 掲載同意="公表情報", 困りごと="つくりごと17、つくりごと29、ひきこもり",
    住所="葛飾区立石5-13-1", 開催日時="毎週木曜 13時から",
)


@pytest.fixture
def ids(fill: Fill) -> dict[str, str]:
    return fill(
        {**TRIAL, "管理番号": "1", "確認日": months_ago(13)}, published(名称="ふつうの場", 管理番号="2", 困りごと="つくりごと0", 確認日=months_ago(19)),
        published(名称="おわった場", 管理番号="3", 状態="おためし終了"),
    )


def test_the_public_finds_the_entry_by_its_terms_and_is_told_its_status(client: FlaskClient, ids: dict[str, str]) -> None:
    page = client.get("/?need=made_up_17&need=made_up_2&kind=library").text
    assert "おためしの場" in page and "ふつうの場" not in page and '<span class="state-mark">おためし</span>' in page
    assert "おためしの場" in client.get("/?q=つくりごと29").text and "おわった場" not in client.get("/").text
    entry = client.get(f"/resources/{ids['おためしの場']}").text
    assert "ためしに開いています。日時が変わることがあります。" in entry and "図書館" in entry
    assert client.get(f"/resources/{ids['おわった場']}").status_code == 404
    assert "おためし" in client.get(f"/cards/{ids['おためしの場']}").text


def test_the_map_has_a_pin_and_bits_for_it(client: FlaskClient, ids: dict[str, str]) -> None:
    pins = client.get("/pins.json").get_json()
    row = pins["id"].index(ids["おためしの場"])
    assert pins["bits"]["need"][row] == 1 and pins["bits"]["need.1"][row] == LATE
    assert (pins["kind"][row], pins["paused"][row]) == ("library", 1)
    assert 'id="draw-pin-library"' in client.get("/").text
    found = client.get("/marks.json?zoom=14&south=35.6&west=139.7&north=35.9&east=140&need=made_up_29").get_json()
    assert [e["id"] for mark in found["marks"] for e in mark["entries"]] == [ids["おためしの場"]]


def test_the_one_file_map_holds_it(app: Flask, ids: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "map.html"
    done = app.test_cli_runner().invoke(args=["map", "export", str(path)])
    assert done.exit_code == 0, done.output
    found = re.search(r'id="onefile-data"[^>]*>(.*?)</script>', path.read_text("utf-8"), re.DOTALL)
    assert found
    data = json.loads(found[1])
    assert sorted(data["pins"]["bits"]["need.1"]) == [0, LATE]


def test_counts_and_likeness_reach_the_last_term(app: Flask, ids: dict[str, str]) -> None:
    from mapdata.claims.projection import PUBLIC

    snapshot = app.extensions["registry"].snapshots.current(PUBLIC)
    counts = asking.ask(snapshot, Query()).counts["need"]
    assert (counts["made_up_29"], counts["made_up_28"], counts["made_up_0"]) == (1, 0, 1)


def test_staff_have_its_buttons_its_words_and_its_place_in_every_choice(signed_in: SignedIn, ids: dict[str, str]) -> None:
    staff, it = signed_in("editor"), ids["おためしの場"]
    page = staff.get(f"/staff/entries/{it}").text
    assert "本格的にはじめる" in page and "おわりにする" in page and "おためし中" in page
    form = staff.get(f"/staff/entries/{it}/edit").text
    for said in ("ためしに開いています。", "施設が自分で公表しています。", PUBLISHED, "つくりごと29", "図書館"):
        assert said in form, said
    listed = staff.get("/staff/entries?status=trial").text
    assert "おためしの場" in listed and "ふつうの場" not in listed and "おためし終了" in listed
    sheet = staff.get(f"/staff/fresh/{it}").text
    assert "おためし中" in sheet and "9か月" in sheet


def test_a_button_leads_on_and_back(signed_in: SignedIn, ids: dict[str, str], client: FlaskClient) -> None:
    staff, it = signed_in("editor"), ids["おためしの場"]
    token = re.search(r'name="csrf_token" value="([^"]+)"', staff.get(f"/staff/entries/{it}").text)
    assert token
    assert staff.post(f"/staff/entries/{it}/status", data={"csrf_token": token[1], "status": "over"}).status_code == 302
    assert client.get(f"/resources/{it}").status_code == 404
    assert "もう一度ためす" in staff.get(f"/staff/entries/{it}").text


def test_it_goes_out_and_comes_in_as_a_list(signed_in: SignedIn, ids: dict[str, str], app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    done = app.test_cli_runner().invoke(args=["registry", "export", str(path), "--audience", "staff"])
    assert done.exit_code == 0, done.output
    rows = {row["名称"]: row for row in _rows(path)}
    assert (rows["おためしの場"]["状態"], rows["おためしの場"]["掲載同意"]) == ("おためし中", "公表情報")
    assert "つくりごと29" in rows["おためしの場"]["困りごと"] and rows["おためしの場"]["種別"] == "図書館"


def _rows(path: Path) -> list[dict[str, str]]:
    return [dict(row.cells) for row in list_file.read(path).rows]


def test_the_organisation_says_it_in_its_own_words() -> None:
    assert org_links.STATES["trial"] == "ためしに開いています" and "over" not in org_links.STATES


def test_consents_are_named_where_they_are_asked_for() -> None:
    assert publishing.may_publish("announced") and "「あり」か「口頭」か「公表情報」" in publishing.NEEDS_CONSENT


def test_other_lengths_are_said_and_counted(client: FlaskClient, signed_in: SignedIn, ids: dict[str, str]) -> None:
    assert (Care().interval_months, Care().schedule_interval_months) == (18, 9) and Care() == freshness.USUAL
    page = client.get("/").text
    assert page.count("1年半以上確認していません") == 1 and "1年以上" not in page  # 13 months are not long now, 19 are
    assert "1年半以上確かめていない" in client.get("/about").text
    assert re.search(r"1年半以上確認していない<strong>1件", signed_in("editor").get("/staff/entries").text)
