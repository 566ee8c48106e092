"""While the database is away: public pages of what is kept, with a band; signed-in ones and forms at once in words."""

import logging
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from commands import CannotStart
from mapdata import storage
from mapdata.errors import Cause, Unavailable
from mapdata.registry import Registry
from mapdata.sitetexts import write_texts
from tests import schema
from tests.factories import published
from tests.views.conftest import token_of

Fill = Callable[..., dict[str, str]]


def away(registry: Registry, cause: Cause = Cause.AWAY) -> None:
    """From now on the database does not answer."""
    def gone() -> None:
        raise Unavailable("kept to ourselves", cause, "Gone")

    registry.engine.dispose()
    storage.before_use(registry.engine, gone)


def back(registry: Registry) -> None:
    storage.before_use(registry.engine, lambda: None)


@pytest.fixture
def kept(registry: Registry, fill: Fill) -> dict[str, str]:
    """Two public entries, of which an edition is kept; their ids."""
    ids = fill(published(管理番号="1", 名称="ひなた", 住所="葛飾区立石5-13-1"), published(管理番号="2", 名称="こかげ"))
    write_texts(registry.engine, {"name": "みんなの かつしか つながりマップ", "tagline": "ここから"}, "tester")
    assert registry.keeper
    registry.keeper.look(registry.snapshots)
    return ids


BAND = "いま、新しい内容を読み込めません。"


def test_public_pages_go_on_with_a_band(app: Flask, registry: Registry, kept: dict[str, str], later: Callable[..., None]) -> None:
    paths = ["/", "/?q=ひなた", "/list", "/about", f"/resources/{kept['ひなた']}", f"/cards/{kept['ひなた']}", f"/report/{kept['ひなた']}",
             "/login", "/pins.json", "/resources.geojson", "/marks.json?zoom=12&south=35.6&west=139.7&north=35.9&east=140"]
    client = app.test_client()
    before = {path: client.get(path) for path in paths}
    assert all(BAND not in answer.text for answer in before.values())
    away(registry)
    registry.snapshots._kept.clear()
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200, path
        if "<html" in answer.text:
            assert re.search(rf"{BAND}\d+年\d+月\d+日 \d+時\d\d分 の内容を", answer.text) and "みんなの かつしか" in answer.text, path
        if "ETag" in answer.headers:
            told = [{**one.json, "revision": ""} for one in (answer, before[path]) if one.json]
            assert answer.headers["ETag"] != before[path].headers["ETag"] and len(told) == 2 and told[0] == told[1]
    assert client.get("/resources/aaaaaaaaaa").status_code == 404
    later(minutes=11)
    assert [client.get(path).status_code for path in ("/", "/pins.json")] == [503, 503]
    back(registry)
    assert BAND not in client.get("/").text


def test_each_503_says_when_to_come_again_and_is_one_line(
    client: FlaskClient, registry: Registry, kept: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    form = client.get(f"/report/{kept['ひなた']}").text
    seal = re.search(r'name="seal"[^>]* value="([^"]+)"', form)
    away(registry, Cause.LOCKED)
    with caplog.at_level(logging.ERROR):
        answer = client.post(f"/report/{kept['ひなた']}?x=秘密", data={"seal": seal[1] if seal else "", "text": "電話は090-1234-5678", "what": "other"})
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
    number = re.search(r"知らせの番号：(\w{8})", answer.text)
    assert number, answer.text
    (line,) = [record.getMessage() for record in caplog.records]
    assert line == f"503 {number[1]}: locked (Gone) at report.report"
    assert "kept to ourselves" not in answer.text


def test_who_is_signed_in_is_told_at_once(app: Flask, registry: Registry, signed_in: Callable[..., FlaskClient], kept: dict[str, str]) -> None:
    editor = signed_in("editor")
    token = token_of(editor.get("/password").text)
    away(registry)
    for answer in (editor.get("/"), editor.get("/staff/"), editor.get("/pins.json"), editor.post("/password", data={"csrf_token": token})):
        assert answer.status_code == 503 and "Retry-After" in answer.headers and BAND not in answer.text
    assert app.test_client().get("/").status_code == 200


def test_an_entry_of_which_nobody_can_say_is_not_told_to_be_gone(
    client: FlaskClient, registry: Registry, kept: dict[str, str], fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mapdata.search.kept.journal.Journal.confirm", lambda *_: None)
    fill(published(管理番号="1", 名称="ひなた", 公開範囲="両職員まで"))
    away(registry)
    assert client.get(f"/resources/{kept['ひなた']}").status_code == 503
    assert client.get(f"/resources/{kept['こかげ']}").status_code == 200 and "ひなた" not in client.get("/").text


def test_alive_and_ready(client: FlaskClient, registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("views.public.health._TOLD_AGAIN", -1.0)
    ready = client.get("/readyz")
    assert ready.status_code == 200 and ready.headers["Cache-Control"] == "no-store"
    assert ready.json and {name: ready.json[name] for name in ("status", "reads", "writes")} == {"status": "ok", "reads": True, "writes": True}
    assert ready.json["integrity"]["whole"] is True
    away(registry)
    assert client.get("/healthz").json == {"status": "ok"}
    answer = client.get("/readyz")
    assert answer.status_code == 503 and answer.json and answer.json["causes"] == {"reads": "away", "writes": "away"}
    back(registry)

    def read_only(*_: object) -> None:
        raise Unavailable("x", Cause.READ_ONLY)

    monkeypatch.setattr(storage, "try_to_write", read_only)
    told = client.get("/readyz").json
    assert told and (told["reads"], told["writes"], told["causes"]) == (True, False, {"writes": "read-only"})


def test_the_database_is_examined_once_a_day(
    client: FlaskClient, registry: Registry, later: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    from mapdata.errors import WrongDatabase

    keeper, looked = registry.keeper, []
    assert keeper

    def damaged(*_: object) -> None:
        looked.append(1)
        raise WrongDatabase("こわれています", Cause.DAMAGED)

    monkeypatch.setattr("views.public.health._TOLD_AGAIN", -1.0)
    monkeypatch.setattr(keeper, "examine", damaged)
    keeper.look(registry.snapshots)
    assert looked == []  # it was when the site started
    later(days=1)
    keeper.look(registry.snapshots)
    keeper.look(registry.snapshots)
    told = client.get("/readyz")
    assert looked == [1] and told.status_code == 503 and told.json and told.json["integrity"]["whole"] is False


def test_a_damaged_database_is_told_before_anybody_asks(tmp_path: Path) -> None:
    file = Path(schema.instance(tmp_path)) / "registry.db"
    content = bytearray(file.read_bytes())
    size = int.from_bytes(content[16:18], "big")
    content[-2 * size:] = b"\x55" * (2 * size)
    file.write_bytes(content)
    with pytest.raises(CannotStart, match="こわれて"):
        create_app({"INSTANCE_DIR": str(tmp_path), "DATABASE_URL": ""})


def test_a_server_begins_without_its_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever gives settings by hand, and a command, are told instead (tests/mapdata/test_cli.py)."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://a:secret@127.0.0.1:1/d")
    monkeypatch.setenv("INSTANCE_DIR", str(tmp_path))
    client = create_app().test_client()
    assert client.get("/healthz").status_code == 200
    for path in ("/", "/pins.json", "/staff/"):
        assert client.get(path).status_code in (302, 503)
    assert client.get("/").status_code == 503 and client.get("/about").status_code == 200
