"""`/marks.json`: what the map draws where there are too many entries to send them all."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from layers import marks
from tests.cases import CASES, list_rows
from tests.factories import published

Fill = Callable[..., dict[str, str]]
WARD = "south=35.6&west=139.7&north=35.9&east=140"


def asked(client: FlaskClient, zoom: int = 20, query: str = "", box: str = WARD) -> dict[str, Any]:
    answer = client.get(f"/marks.json?zoom={zoom}&{box}&{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


@pytest.fixture
def in_views(monkeypatch: pytest.MonkeyPatch) -> None:
    """Boxes of the whole ward at a street's zoom, as no screen asks for."""
    monkeypatch.setattr("views.public.viewport._LARGEST", 10**6)


def test_the_answer_is_as_agreed(client: FlaskClient, fill: Fill, in_views: None) -> None:
    ids = fill(
        published(管理番号="1", 名称="ひなた", 種別="居場所", 緯度="35.75", 経度="139.85"),
        published(管理番号="2", 名称="こかげ", 状態="休止中", 緯度="35.75", 経度="139.85"),
        published(管理番号="3", 名称="あおぞら", 緯度="35.7503", 経度="139.8503"), published(管理番号="4", 名称="場所なし"),
    )
    close = asked(client, 17)
    assert close["total"] == 4 and close["revision"] == json.loads(client.get("/pins.json").text)["revision"] and close["bounds"] == [35.75, 139.85, 35.7503, 139.8503]
    assert close["counts"]["kind"] == {"ibasho": 1, "group": 0, "organization": 0, "programme": 0}
    pair, lone = sorted(close["marks"], key=lambda mark: -len(mark["entries"]))
    assert (pair["lat"], pair["lng"]) == (35.75, 139.85) and pair["key"].startswith("s:")
    blank = {"kind": "", "precision": "exact", "level": "point"}
    assert pair["entries"] == [
        {**blank, "id": ids["こかげ"], "name": "こかげ", "paused": 1}, {**blank, "id": ids["ひなた"], "name": "ひなた", "kind": "ibasho", "paused": 0}]
    assert lone["entries"] == [{**blank, "id": ids["あおぞら"], "name": "あおぞら", "paused": 0}]
    cluster = asked(client, 12)["marks"]
    assert [list(mark) for mark in cluster] == [["key", "lat", "lng", "n", "box", "cells"]] and cluster[0]["n"] == 3
    assert cluster[0]["box"] == [35.75, 139.85, 35.7503, 139.8503] and cluster[0]["key"].startswith("12:")


def test_every_filter_case_gives_the_same_entries_as_the_list(client: FlaskClient, fill: Fill, in_views: None) -> None:
    fill(*list_rows())
    for case in CASES:
        pins, found = client.get(f"/pins.json?{case['query']}").json, asked(client, 20, case["query"])
        placed = {it for it, lat in zip(pins["id"], pins["lat"], strict=True) if lat is not None}  # type: ignore[index]
        assert {entry["id"] for mark in found["marks"] for entry in mark["entries"]} == placed, case["name"]
        assert found["total"] == len(pins["id"]) == len(case["expect"])  # type: ignore[index]
        for name, said in case.get("counts", {}).items():
            assert {code: found["counts"][name][code] for code in said} == said, case["name"]


def test_entries_at_one_address_stand_in_the_order_of_the_list(client: FlaskClient, fill: Fill) -> None:
    here = {"緯度": "35.75", "経度": "139.85"}
    fill(published(管理番号="1", 名称="い", 確認日="2026-01-01", **here), published(管理番号="2", 名称="あ", 確認日="2025-01-01", **here))
    for sort, names in (("name", ["あ", "い"]), ("assured", ["い", "あ"])):
        mark, = asked(client, 12, f"sort={sort}")["marks"]
        assert [entry["name"] for entry in mark["entries"]] == names


def test_nothing_matches(client: FlaskClient) -> None:
    found = asked(client, 12)
    assert (found["total"], found["bounds"], found["marks"]) == (0, None, [])


@pytest.mark.parametrize(("query", "named"), [
    ("", "zoom"), ("zoom=12", "south"), (f"zoom=x&{WARD}", "zoom"), (f"zoom=nan&{WARD}", "zoom"),
    ("zoom=12&south=35&west=139&north=inf&east=140", "north"), ("zoom=12&south=36&west=139&north=35&east=140", "south"),
    (f"zoom=20&{WARD}", "zoom"),
])
def test_what_is_no_view_is_refused_with_a_sentence(client: FlaskClient, query: str, named: str) -> None:
    answer = client.get(f"/marks.json?{query}")
    assert answer.status_code == 400 and named in answer.json["message"]  # type: ignore[index]


def test_the_world_is_the_end_of_a_view(client: FlaskClient, fill: Fill) -> None:
    fill(published(緯度="35.75", 経度="139.85"))
    for zoom in (-5, 0, 3):
        assert len(asked(client, zoom, box="south=-400&west=-400&north=400&east=400")["marks"]) == 1
    assert len(asked(client, 99, box="south=35.7499&west=139.8499&north=35.7501&east=139.8501")["marks"]) == 1


def test_a_view_is_asked_for_once(client: FlaskClient, fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(published(管理番号="1", 緯度="35.75", 経度="139.85"))
    drawn: list[object] = []
    real = marks.draw
    monkeypatch.setattr(marks, "draw", lambda *a: drawn.append(1) or real(*a))
    tag = client.get(f"/marks.json?zoom=12&{WARD}").headers["ETag"]
    again = client.get(f"/marks.json?zoom=12&{WARD}", headers={"If-None-Match": tag})
    assert again.status_code == 304 and len(drawn) == 1
    for other in (f"zoom=13&{WARD}", f"zoom=12&{WARD}&need=work", f"zoom=12&{WARD}.0"):
        fresh = client.get(f"/marks.json?{other}", headers={"If-None-Match": tag})
        assert fresh.status_code == (304 if other.endswith(".0") else 200)
    fill(published(管理番号="1", 緯度="35.76", 経度="139.85"))
    assert client.get(f"/marks.json?zoom=12&{WARD}", headers={"If-None-Match": tag}).status_code == 200


def test_the_page_says_who_draws(client: FlaskClient, fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(published(管理番号="1"), published(管理番号="2", 名称="こかげ"))
    assert 'data-marks-url=""' in client.get("/").text
    monkeypatch.setattr("views.public.finder.BITS_UNTIL", 1)
    assert 'data-marks-url="/marks.json"' in client.get("/?need=work").text
