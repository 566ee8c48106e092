"""Pages and payloads as a browser asks for them."""

import html
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from mapdata.claims.projection import PUBLIC, STAFF, SUPPORTER, Audience, office
from mapdata.errors import Unavailable
from tests import schema
from tests.factories import published
from tests.mapdata.lists.test_exporting import MAY_HOLD, SECRET_ROWS

Fill = Callable[..., dict[str, str]]
READERS = {"public": PUBLIC, "supporter": SUPPORTER, "staff": STAFF, "own": office("kuramaru")}


def listed(text: str) -> list[str]:
    """The ids of the rows on a page, in order."""
    return re.findall(r'data-row="([a-z0-9]+)"', text)


def test_an_empty_registry_still_shows_a_page(client: FlaskClient) -> None:
    assert client.get("/").status_code == 200
    assert client.get("/pins.json").json["id"] == []  # type: ignore[index]
    assert client.get("/resources.geojson").json["features"] == []  # type: ignore[index]


@pytest.mark.parametrize("reader", READERS)
def test_pages_and_payloads_hold_only_what_their_reader_may_see(
    client: FlaskClient, fill: Fill, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    audience: Audience = READERS[reader]
    monkeypatch.setattr("views.reader.audience", lambda: audience)
    ids = fill(*SECRET_ROWS)
    texts = [client.get(path).text for path in ("/", "/list", "/pins.json", "/resources.geojson")]
    for path in ("/resources/", "/cards/"):
        texts += [client.get(path + it).text for it in ids.values()]
    texts += [client.get(f"/?q={word}").text.replace(word, "", 8) for word in ("sec-office", "4-77-7", "3-88-8")
              if reader not in MAY_HOLD[word]]
    everything = html.unescape("\n".join(texts)).replace("sec-supporter-entry", "" if reader == "public" else "S-E")
    for word, who in MAY_HOLD.items():
        if reader not in who and word not in ("P-OPEN", "両職員まで", "sec-supporter-entry"):
            assert word not in everything, word


@pytest.mark.parametrize("reader", ["public", "supporter"])
def test_a_search_for_what_is_withheld_finds_nothing(
    client: FlaskClient, fill: Fill, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    monkeypatch.setattr("views.reader.audience", lambda: READERS[reader])
    fill(*SECRET_ROWS)
    for word in ("sec-office", "4-77-7", "sec-room", "sec-station", "細田", "sec-draft", "P-AREA"):
        assert client.get(f"/pins.json?q={word}").json["id"] == [], word  # type: ignore[index]


@pytest.mark.parametrize("path", ["/resources/{}", "/cards/{}"])
def test_an_entry_one_may_not_see_answers_like_one_that_is_not_there(client: FlaskClient, fill: Fill, path: str) -> None:
    ids = fill(*SECRET_ROWS)
    unseen, missing = client.get(path.format(ids["sec-draft"])), client.get(path.format("zzzzzz"))
    assert (unseen.status_code, missing.status_code) == (404, 404)
    assert unseen.text.replace(ids["sec-draft"], "zzzzzz") == missing.text


def test_all_ways_to_ask_give_the_same_entries(client: FlaskClient, fill: Fill) -> None:
    fill(*(published(名称=f"場所{i}", 困りごと="ひきこもり" if i % 2 else "しごと・就労", 住所="葛飾区立石5-13-1") for i in range(9)))
    query = "?need=hikikomori&near=亀有駅"
    page = listed(client.get("/" + query).text)
    assert len(page) == 4
    assert page == listed(client.get("/list" + query).text)
    assert page == client.get("/pins.json" + query).json["id"]  # type: ignore[index]
    assert page == [f["id"] for f in client.get("/resources.geojson" + query).json["features"]]  # type: ignore[index]


def test_pages_of_fifty_reach_every_entry(client: FlaskClient, fill: Fill) -> None:
    fill(*(published(名称=f"場所{i:03}") for i in range(120)))
    pages = [listed(client.get(f"/?page={n}").text) for n in (1, 2, 3)]
    assert [len(p) for p in pages] == [50, 50, 20]
    assert len({it for page in pages for it in page}) == 120
    assert listed(client.get("/?page=99").text) == pages[2]


def test_pins_columns_are_aligned_and_null_points_stay(client: FlaskClient, fill: Fill) -> None:
    fill(published(名称="あ", 緯度="35.74", 経度="139.85", 参加しやすさ="無料、個室なし"), published(名称="い", 状態="休止中"),
         published(名称="う", 住所="葛飾区立石5-1；葛飾区亀有3-1", 位置の公開="町丁目まで"))
    pins = client.get("/pins.json").json
    assert pins is not None
    columns = [pins[name] for name in ("id", "name", "kind", "lat", "lng", "precision", "level", "paused")]
    assert {len(column) for column in [*columns, *pins["bits"].values()]} == {3}
    assert pins["lat"][:2] == [35.74, None] and pins["paused"] == [0, 1, 0]
    assert pins["precision"] == ["exact", "exact", "area"] and pins["more"]["row"] == [2]
    assert pins["bits"]["ease"] == [1 << 12, 0, 0] and pins["bits"]["age"] == [31, 31, 31]


def test_an_unchanged_payload_is_not_sent_again(client: FlaskClient, fill: Fill) -> None:
    fill(published(管理番号="1"))
    first = client.get("/pins.json")
    again = client.get("/pins.json", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    fill(published(管理番号="1", 名称="名前が変わった"))
    changed = client.get("/pins.json", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200 and changed.headers["ETag"] != first.headers["ETag"]


def test_another_worker_s_write_is_obeyed_at_once(client: FlaskClient, fill: Fill, registry: object, tmp_path: Path) -> None:
    fill(published(管理番号="1", 名称="見える場所"))
    other = create_app({"INSTANCE_DIR": schema.instance(tmp_path / "instance"), "DATABASE_URL": ""})
    other.jinja_env.autoescape = True
    assert "見える場所" in other.test_client().get("/").text
    fill(published(管理番号="1", 名称="見える場所", 公開範囲="自所属のみ"))
    assert "見える場所" not in other.test_client().get("/").text


HOSTILE = "<script>alert(1)</script>${7*7}{{7*7}}\"'><img src=x onerror=alert(1)>"


def test_typed_text_is_shown_as_text(client: FlaskClient, fill: Fill) -> None:
    row = published(**{name: HOSTILE for name in ("名称", "説明", "運営団体", "料金", "住所", "開催日時", "電話番号", "対象者", "備考")})
    ids = fill(row)
    for path in ("/", f"/resources/{ids[next(iter(ids))]}", f"/cards/{ids[next(iter(ids))]}", f"/?q={HOSTILE}&near={HOSTILE}"):
        text = client.get(path).text
        assert "<script>alert" not in text and "<img src=x" not in text
        assert "{{7*7}}" in html.unescape(text) and "${49}" not in text


def test_errors_have_a_page_and_a_way_on(client: FlaskClient) -> None:
    missing = client.get("/nowhere")
    assert missing.status_code == 404 and 'href="/"' in missing.text
    assert client.post("/").status_code == 405


def test_a_fault_of_ours_has_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app({"INSTANCE_DIR": schema.instance(tmp_path / "i"), "DATABASE_URL": "", "PROPAGATE_EXCEPTIONS": False})

    def broken(*_: object) -> None:
        raise RuntimeError("kept to ourselves")

    monkeypatch.setattr("views.public.pages.asking.ask", broken)
    answer = app.test_client().get("/?need=work")
    assert answer.status_code == 500 and "kept to ourselves" not in answer.text and 'href="/?need=work"' in answer.text


def test_tiles_are_off_until_a_setting_names_them(tmp_path: Path, client: FlaskClient) -> None:
    assert "cyberjapandata" not in client.get("/").text + client.get("/").headers["Content-Security-Policy"]
    tiled = create_app({
        "INSTANCE_DIR": schema.instance(tmp_path / "t"), "DATABASE_URL": "",
        "TILE_URL": "https://cyberjapandata.gsi.go.jp/xyz/pale/{z}/{x}/{y}.png",
        "TILE_ATTRIBUTION": "地理院タイル https://maps.gsi.go.jp/development/ichiran.html",
    }).test_client()
    page = tiled.get("/")
    assert "img-src 'self' data: https://cyberjapandata.gsi.go.jp;" in page.headers["Content-Security-Policy"]
    found = re.search(r'(?:src|href)="(/map/base\.js[^"]*)"', page.text)
    assert found and "cyberjapandata.gsi.go.jp" in tiled.get(html.unescape(found[1])).text


def test_the_sample_band_shows_as_long_as_samples_are_in(app: Flask, client: FlaskClient) -> None:
    assert "サンプルデータ" not in client.get("/").text
    assert app.test_cli_runner().invoke(args=["registry", "load-sample"]).exit_code == 0
    for path in ("/", "/about", "/nowhere"):
        assert "サンプルデータ" in client.get(path).text


def test_healthz(client: FlaskClient, fill: Fill) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    fill(published())
    assert client.get("/healthz").json == {"status": "ok"}  # nothing of what was written, by whomever


def test_the_base_map_is_kept_while_it_does_not_change(client: FlaskClient) -> None:
    found = re.search(r'(?:src|href)="(/map/base\.js\?v=[0-9a-f]+)"', client.get("/").text)
    assert found
    assert "immutable" in client.get(found[1]).headers["Cache-Control"]
    assert "immutable" not in client.get("/map/base.js?v=old").headers["Cache-Control"]


def test_every_public_field_is_on_the_entry_page(client: FlaskClient, fill: Fill) -> None:
    from tests.mapdata.lists.test_importing import FULL_ROW
    ids = fill(FULL_ROW)
    text = html.unescape(client.get(f"/resources/{ids['髙橋さんちの縁側']}").text)
    for column in ("名称", "運営団体", "対象者", "対象地域", "料金", "申込方法", "郵便番号", "住所", "方書", "最寄り駅", "FAX番号", "メール",
                   "URL", "バリアフリー", "備考"):
        assert FULL_ROW[column] in text, column
    for word in ("だまっていても大丈夫です", "18〜39歳", "話さなくてよい", "個室", "毎週木曜", "03-0000-0001", "代表", "英語", "ひきこもり",
                 "静かな居場所", "2026年4月1日"):
        assert word in text, word
    assert "鍵は大家さん" not in text and "初回は電話を" not in text


def test_json_and_stderr_are_apart(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("名称,種別\nひなた,温泉\n", encoding="utf-8")
    result = app.test_cli_runner().invoke(args=["registry", "import", str(path), "--source", "kuramaru"])
    assert result.exit_code == 1
    assert json.loads(result.stdout)["problems"][0]["row"] == 2 and "2行目「種別」" in result.stderr


def test_a_period_ends_at_midnight_in_tokyo(client: FlaskClient, fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(published(名称="今日まで", 掲載終了日="2026-11-23"))
    tags = []
    for day, names in ((date(2026, 11, 23), ["今日まで"]), (date(2026, 11, 24), [])):
        monkeypatch.setattr("mapdata.search.snapshot.today", lambda day=day: day)
        answer = client.get("/pins.json")
        assert answer.json["name"] == names  # type: ignore[index]
        tags.append(answer.headers["ETag"])
    assert tags[0] != tags[1]


def test_what_is_kept_for_one_reader_is_not_another_s(client: FlaskClient, fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(*SECRET_ROWS)
    tags = []
    for reader in READERS.values():
        monkeypatch.setattr("views.reader.audience", lambda reader=reader: reader)
        tags.append(client.get("/pins.json").headers["ETag"])
    assert len(set(tags)) == len(READERS)


def test_an_error_page_does_not_break_of_what_it_tells(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise Unavailable("gone")

    monkeypatch.setattr("mapdata.search.snapshot.Snapshots.current", broken)
    answer = client.get("/about")
    assert answer.status_code == 200
    answer = client.get("/")
    assert answer.status_code == 503 and "しばらく待って" in answer.text and "gone" not in answer.text


def test_a_row_is_rendered_once_and_tells_its_own_distance(client: FlaskClient, fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that was rendered before reads as one rendered now, whatever was asked for in between."""
    here = published(管理番号="1", 名称="ここ<b>", 緯度="35.7660", 経度="139.8485")
    fill(here, published(管理番号="2", 名称="あそこ", 緯度="35.7434", 経度="139.8478"), published(管理番号="3", 名称="場所なし"))
    rendered: list[object] = []
    real = __import__("views.public.finder", fromlist=["render_template"]).render_template
    monkeypatch.setattr("views.public.finder.render_template", lambda *a, **k: rendered.append(1) or real(*a, **k))

    def rows(query: str) -> list[str]:
        return re.findall(r"<li class=\"row.*?</li>\n(?=<li class=\"row|</ul>)|<li class=\"row.*?</li>(?=</ul>|<li class=\"row)",
                          client.get(f"/list?{query}").text, re.S)

    asked = ["", "near=亀有駅", "near=立石", "need=work", "near=亀有駅", ""]
    first = [rows(query) for query in asked]
    assert [len(some) for some in first] == [3, 3, 3, 0, 3, 3] and len(rendered) == 5  # without a distance 3, with one 2
    told = ["".join(re.findall(r"約[\d.]+k?m|およそ[\d.]+k?m", "".join(some))) for some in first]
    assert told[0] == told[5] == "" and told[1] == told[4] != told[2] != ""
    assert "ここ&lt;b&gt;" in first[0][0] + first[0][1] + first[0][2] and first[1] == first[4]
    fill({**here, "名称": "変わった"})
    again = rows("near=亀有駅")
    assert "変わった" in "".join(again) and "ここ" not in "".join(again) and len(rendered) == 6
