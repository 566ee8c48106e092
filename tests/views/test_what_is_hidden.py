"""What is hidden from a reader moves nothing that this reader is sent: two sites of one key, clock and ids that differ in
nothing else answer with the same bytes, headers included, over every URL."""

import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from mapdata import clock
from mapdata.claims.projection import STAFF
from mapdata.editing import visits
from mapdata.editing.saving import save
from mapdata.people.roles import Role
from mapdata.registry import Registry
from mapdata.words import Level
from tests import accounts, schema
from tests.accounts import account, quick_passwords
from tests.factories import import_rows, published
from tests.views.conftest import send

NOW = clock.now()
ROWS = [
    published(管理番号="1", 名称="ひなた", 料金="無料", 電話番号="03-0000-0001", 住所="葛飾区立石5-13-1", 確認日="2026-04-01"),
    published(管理番号="2", 名称="こかげ", 住所="葛飾区亀有3-1-1", 位置の公開="町丁目まで", 確認日="2025-01-01"),
    published(管理番号="3", 名称="せせらぎ", 公開範囲="支援者まで", 支援者向けメモ="見学から"),
]


@pytest.fixture
def sites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Flask, Flask]]:
    """Two of one beginning; of the second, both offices wrote on, for staff alone."""
    quick_passwords(monkeypatch)
    clock.run_by(lambda: NOW)
    one, other = tmp_path / "one", tmp_path / "other"
    first = create_app({"INSTANCE_DIR": schema.instance(one), "DATABASE_URL": "", "SECRET_KEY": "the same for both"})
    registry: Registry = first.extensions["registry"]
    import_rows(registry, tmp_path, ROWS, "kuramaru")
    account(registry.engine, "支援者", Role.SUPPORTER, "ひだまりの会")
    registry.engine.dispose()
    shutil.copytree(one, other)
    made = [create_app({"INSTANCE_DIR": str(it), "DATABASE_URL": "", "SECRET_KEY": "the same for both"}) for it in (one, other)]
    write_what_is_hidden(made[1].extensions["registry"], tmp_path)
    yield made[0], made[1]
    for app in made:
        app.extensions["registry"].engine.dispose()
    clock.run_by()


def write_what_is_hidden(registry: Registry, folder: Path) -> None:
    hidden = [published(管理番号="S-1", 名称="かくれ家", 住所="葛飾区立石5-13-2", 公開範囲="両職員まで"),
              published(管理番号="S-2", 名称="下書きの会", 状態="下書き"), published(管理番号="S-3", 名称="終わった会", 状態="終了")]
    import_rows(registry, folder, hidden, "shakyo")
    ids = {record.name: record.id for record in registry.snapshots.current(STAFF).records}
    today = clock.today()
    save(registry.engine, ids["ひなた"], registry.revision(), {"staff_note": "鍵は大家さん"}, {}, "kuramaru", "花子", today)
    save(registry.engine, ids["こかげ"], registry.revision(), {"remarks": "職員だけの話"}, {"remarks": Level.STAFF}, "kuramaru", "花子", today)
    save(registry.engine, ids["ひなた"], registry.revision(), {"accessibility": "職員だけの段差の話"}, {"accessibility": Level.STAFF}, "shakyo", "太郎", today)
    visits.write(registry.engine, ids["ひなた"], date(2026, 4, 2), "見てきた", Level.STAFF, "kuramaru", "花子")


def paths(app: Flask) -> list[str]:
    """Every address that can be opened without an argument, and those of the entries."""
    registry: Registry = app.extensions["registry"]
    ids = sorted(record.id for record in registry.snapshots.current(STAFF).records)
    plain = [rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    of_entries = [rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.arguments in ({"resource_id"}, {"entry_id"})]
    found = [re.sub(r"<[^>]+>", it, rule) for rule in of_entries for it in ids]
    asked = ["/?q=かくれ家", "/?q=立石&sort=assured", "/?need=isolation&sort=near&near=立石", "/list?q=鍵", "/pins.json?q=ひなた",
             "/marks.json?zoom=14&south=35.7&west=139.8&north=35.8&east=139.9", "/resources.geojson?sort=assured"]
    return [*plain, *found, *asked]


#: What is drawn by chance each time: the tokens and seals of forms.
_ANEW = re.compile(r'value="[A-Za-z0-9_.=-]{30,}"')


@pytest.mark.parametrize("who", ["nobody", "supporter"])
def test_the_same_bytes_for_who_may_see_the_same(sites: tuple[Flask, Flask], who: str) -> None:
    clients = [app.test_client() for app in sites]
    if who == "supporter":
        for client in clients:
            assert send(client, "/login", name="支援者", password=accounts.PASSWORD).status_code == 302
    same = 0
    for path in paths(sites[0]):
        answers = [answer_of(client, path) for client in clients]
        assert answers[0] == answers[1], path
        same += answers[0][0] == 200
    assert same > 20


def answer_of(client: FlaskClient, path: str) -> tuple[int, list[tuple[str, str]], str]:
    answer = client.get(path)
    headers = sorted((name, value) for name, value in answer.headers if name not in ("Date", "Set-Cookie"))
    return answer.status_code, headers, _ANEW.sub("", answer.get_data().decode("utf-8", "replace"))


def test_what_is_shown_moves_it(sites: tuple[Flask, Flask]) -> None:
    """So that the test above can fail."""
    one, other = (app.test_client() for app in sites)
    registry: Registry = sites[1].extensions["registry"]
    before = [client.get("/pins.json").headers["ETag"] for client in (one, other)]
    assert before[0] == before[1]
    ids = {record.name: record.id for record in registry.snapshots.current(STAFF).records}
    save(registry.engine, ids["ひなた"], registry.revision(), {"name": "ひなたぼっこ"}, {}, "kuramaru", "花子", clock.today())
    assert other.get("/pins.json").headers["ETag"] != before[0]
