"""The one-file map: whole, light, for its audience only, and nothing in it runs but what we wrote."""

import base64
import csv
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app import create_app
from geocode import places, space
from layers import inline, modules, repeats
from layers.onefile_places import named_places
from mapdata.fields.folding import fold, fold_words
from mapdata.search.snapshot import Snapshot
from tests import schema
from tests.factories import import_rows, published
from tests.mapdata.lists.test_exporting import MAY_HOLD, READERS, SECRET_ROWS
from tests.mapdata.lists.test_importing import FULL_ROW

ROOT = Path(__file__).parents[2]
FOLDED = json.loads((ROOT / "tests" / "data" / "fold_cases.json").read_text("utf-8"))
HOSTILE = (
    "</script><script>alert(1)</script>", "<!-- <script>", "`${alert(1)}`", "{{ 7*7 }}{% raw %}", "\"'><img src=x onerror=alert(1)>",
    "</template></noscript>", "\\u003c\\", "⁦rtl",
)


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return create_app({"INSTANCE_DIR": schema.instance(tmp_path / "instance"), "DATABASE_URL": ""})


@pytest.fixture
def export(app: Flask, tmp_path: Path) -> Callable[..., str]:
    """Import rows, export the map, give its text."""

    def made(*rows: dict[str, str], audience: str = "public") -> str:
        if rows:
            import_rows(app.extensions["registry"], tmp_path, rows)
        path = tmp_path / "map.html"
        done = app.test_cli_runner().invoke(args=["map", "export", str(path), "--audience", audience])
        assert done.exit_code == 0, done.output
        return path.read_text("utf-8")

    return made


def data_of(html: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(html.split('id="onefile-data">')[1].split("</script>")[0])
    return found


def whole(data: dict[str, Any], name: str) -> list[str]:
    return ["".join(data["parts"][p] if isinstance(p, int) else p for p in pieces) for pieces in data[name]]


# --- the command


def test_the_command_says_what_it_wrote(app: Flask, tmp_path: Path) -> None:
    import_rows(app.extensions["registry"], tmp_path, [published(名称="甲"), published(名称="乙", 公開範囲="支援者まで")])
    for options, count, mark in (([], 1, "公開用"), (["--audience", "supporter"], 2, "支援者用")):
        path = tmp_path / "m.html"
        done = app.test_cli_runner().invoke(args=["map", "export", str(path), *options])
        assert json.loads(done.stdout) == {"file": str(path), "entries": count, "bytes": path.stat().st_size}
        assert mark in done.stderr and f"{count}件" in done.stderr
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(("name", "reason"), [("no/such/m.html", "フォルダーがありません"), ("d.html", "同じ名前のフォルダー")])
def test_what_cannot_be_written_is_said(app: Flask, tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "d.html").mkdir()
    done = app.test_cli_runner().invoke(args=["map", "export", str(tmp_path / name)])
    assert (done.exit_code, done.stdout) == (1, "") and reason in done.stderr
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("args", [["m.txt"], [], ["m.html", "--audience", "office"]])
def test_wrong_usage(app: Flask, args: list[str]) -> None:
    assert app.test_cli_runner().invoke(args=["map", "export", *args]).exit_code == 2


def test_a_write_that_fails_leaves_the_file_as_it_was(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "m.html"
    path.write_text("before")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("commands.whole.os.fsync", full)
    assert app.test_cli_runner().invoke(args=["map", "export", str(path)]).exit_code == 1
    assert path.read_text() == "before" and not list(tmp_path.glob(".*.part"))


def test_the_same_again_differs_in_its_date_only(export: Callable[..., str]) -> None:
    first = export(FULL_ROW)
    dated = r"\d{4}-\d\d-\d\dT[\d:+]+|\d+年\d+月\d+日 \d+時\d+分"
    assert re.sub(dated, "", first) == re.sub(dated, "", export())


# --- what is in it


@pytest.mark.parametrize("audience", ["public", "supporter", "staff"])
def test_it_holds_only_what_its_audience_may_see(export: Callable[..., str], audience: str) -> None:
    html = export(*SECRET_ROWS, audience=audience)
    told = "\n".join(text for name in ("rows", "cards", "entries", "texts") for text in whole(data_of(html), name))
    for word, who in MAY_HOLD.items():
        if word == "P-OPEN":  # Staff see the numbers of both lists, as on an entry's page.
            assert (word in html) == (audience == "staff")
        elif word == "細田3":  # Every file names every town; that this entry is there is the secret.
            assert (word in told) == (audience in who)
        elif word != "sec-supporter" or audience == "public":
            assert (word in html) == (audience in who), word


def test_a_place_that_is_not_told_has_no_metres_either(export: Callable[..., str]) -> None:
    town = places.find("奥戸4丁目")
    assert town
    told, secret = space.metres([(town.lat, town.lng), (35.728261, 139.865871)]).round(3).tolist()
    for audience, point in (("public", told), ("supporter", told), ("staff", secret)):
        points = data_of(export(*SECRET_ROWS, audience=audience))["points"]
        assert point in [list(xy) for xy in zip(points["x"], points["y"], strict=True)]
        assert (secret == point) == ([secret[0]] == [x for x in points["x"] if x == secret[0]])


def test_an_entry_tells_every_field(export: Callable[..., str], app: Flask) -> None:
    data = data_of(export(FULL_ROW, audience="staff"))
    entry = whole(data, "entries")[0]
    for heading, cell in FULL_ROW.items():
        if heading in ("緯度", "経度", "名称_カナ", "状態", "確認日", "掲載開始日", "掲載終了日", "職員向けメモ", "位置の公開"):
            continue  # Told in other words, or for one office alone.
        words = re.split(r"[、\n（）]", cell.replace("〜", "～") if heading == "開催日時" else cell)
        for word in filter(None, words):
            word = {"18": "18〜39歳", "39": "18〜39歳"}.get(word, word.removesuffix("なし"))
            assert word in entry, (heading, word)
    assert "2026年4月1日" in entry and "2020年1月1日" in entry and "鍵は大家さん" not in json.dumps(data, ensure_ascii=False)


def test_it_says_when_and_for_whom(export: Callable[..., str]) -> None:
    for audience, mark in (("public", "公開用"), ("supporter", "支援者用"), ("staff", "職員用")):
        html = export(audience=audience)
        assert re.search(rf"<title>[^<]*（{mark}・\d+年\d+月\d+日）</title>", html)
        assert re.search(r"<time datetime=\"[^\"]+\+09:00\">\d+年\d+月\d+日 \d+時\d\d分</time>（日本時間）", html)


def test_hostile_texts_stay_texts(export: Callable[..., str]) -> None:
    rows = [published(名称=f"{n}{text}", 説明=text, 運営団体=text, 電話番号=f"03-0000-000{n}（{text}）") for n, text in enumerate(HOSTILE)]
    html = export(*rows)
    for text in HOSTILE:
        if "<" in text:
            assert text not in html
    assert html.count("</script>") == html.count("<script")
    assert sorted(data_of(html)["pins"]["name"])[0] == f"0{HOSTILE[0]}"


def test_without_entries(export: Callable[..., str]) -> None:
    assert data_of(export())["pins"]["id"] == []


def sample_rows(count: int) -> list[dict[str, str]]:
    """As many entries as a ward has, as long as those of the sample list, no two of them alike."""
    with (ROOT / "mapdata" / "samples" / "kuramaru.csv").open(encoding="cp932", newline="") as file:
        samples = list(csv.DictReader(file))
    return [_varied(samples[n % len(samples)], n) for n in range(count)]


def _varied(row: dict[str, str], n: int) -> dict[str, str]:
    address = f"葛飾区亀有{n % 5 + 1}丁目{n % 40 + 1}-{n}"
    return row | published(管理番号=f"N{n}", 名称=f"{row['名称']}{n}", 説明=f"{n}番目。{row['説明']}", 住所=address, 電話番号=f"03-0000-{n:04}", 掲載開始日="", 掲載終了日="")


def test_it_is_light_at_the_size_of_a_ward(export: Callable[..., str]) -> None:
    html = export(*sample_rows(500))
    assert len(data_of(html)["pins"]["id"]) == 500
    assert len(html.encode()) < 2_000_000


# --- nothing is asked for


def test_the_policy_lets_nothing_but_its_own_scripts_and_styles(export: Callable[..., str]) -> None:
    html = export(FULL_ROW)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    assert policy
    rules = dict(rule.strip().split(" ", 1) for rule in policy[1].replace("&#39;", "'").split(";"))
    assert rules.pop("default-src") == rules.pop("connect-src") == rules.pop("form-action") == rules.pop("base-uri") == "'none'"
    assert rules.pop("img-src") == "data:"
    for name, element in (("script-src", r'<script(?: type="module")?>(.*?)</script>'), ("style-src", r"<style[^>]*>(.*?)</style>")):
        texts = re.findall(element, html, flags=re.S)
        assert len(texts) >= 3
        assert sorted(rules.pop(name).split()) == sorted(_hash(text) for text in texts)
    assert rules == {}
    assert not re.search(r"<(?:script|img|link|iframe)[^>]* (?:src|href)=\"(?!data:|#)", html)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_licences_travel_with_what_they_are_for(export: Callable[..., str]) -> None:
    html = export()
    for words in ("Volodymyr Agafonkin", "Redistributions of source code must retain", "デジタル庁"):
        assert words in html


def test_a_text_that_would_end_its_element_is_refused() -> None:
    for text in ("x</SCRIPT>", "<!--"):
        with pytest.raises(inline.Unsafe):
            inline.Inline().script(text)


# --- its parts


@given(st.lists(st.lists(st.sampled_from(["<b>", "</b>", '<a href="&lt;">', "<svg a><use></use></svg>", "甲", "乙", "\n", " x "]), max_size=12).map("".join), max_size=8),
       st.lists(st.text(alphabet="<>a\n"), max_size=4))
def test_what_is_packed_comes_back(markup: list[str], plain: list[str]) -> None:
    packed = repeats.pack(markup={"m": markup}, plain={"p": plain})
    assert whole(packed, "m") == markup and whole(packed, "p") == plain


def test_what_repeats_is_written_once() -> None:
    packed = repeats.pack(markup={"m": [f'<li class="row">{n}</li>' for n in range(9)]}, plain={"p": []})
    assert sorted(packed["parts"]) == ["</li>", '<li class="row">']


def linked(**files: str) -> str:
    return modules.link("main", lambda name: files[name.replace("-", "_")])


def test_modules_are_linked_in_the_order_of_their_imports() -> None:
    text = linked(main='import { a as b } from "./one.js";\nimport "./two-x.js";\nb();\n',
                  one='import { c } from "./two-x.js";\nexport function a() { return c; }\n', two_x="export const c = 1;\n")
    assert [text.index(part) for part in ("const c = 1", "function a", "b();")] == sorted(text.index(p) for p in ("const c = 1", "function a", "b();"))
    assert "const { a: b } = $one;" in text and "return { a };" in text and text.count("const c = 1") == 1


def test_modules_of_other_folders_are_found_from_where_they_are_named() -> None:
    files = {"a/main": 'import { x } from "../b/one.js";\nx();\n', "b/one": 'import { y } from "./two.js";\nexport const x = y;\n',
             "b/two": "export const y = 1;\n"}
    text = modules.link("a/main", files.__getitem__)
    assert "const { y } = $b_two;" in text and "const { x } = $b_one;" in text
    assert [text.index(part) for part in ("const $b_two", "const $b_one", "const $a_main")] == sorted(text.index(part) for part in ("const $b_two", "const $b_one", "const $a_main"))


@pytest.mark.parametrize("source", [
    'import x from "./one.js";', 'import * as x from "./one.js";', "export default 1;", "export { x };", 'import { x } from "leaflet";',
    'const x = await import("./one.js");', 'import { x } from "./main.js";',
])
def test_what_cannot_be_linked_is_refused(source: str) -> None:
    with pytest.raises(modules.NotLinkable):
        linked(main=f"{source}\n", one="export const x = 1;\n")


@pytest.mark.parametrize("case", FOLDED, ids=lambda case: ascii(case["text"]))
def test_texts_fold_as_the_table_says(case: dict[str, Any]) -> None:
    assert fold(case["text"]) == case["folded"]
    assert list(fold_words(case["text"])) == case["words"]


def test_places_lead_where_the_site_leads() -> None:
    known = named_places()
    for name in (*places.names(), "立石5丁目", "立石五丁目", "立石5", "たていし", "青砥", "高砂駅", "かめあり駅"):
        found, point = places.find(name), known["points"][known["keys"][fold(name)]]
        assert found and (found.name, found.lat, found.lng) == (point["name"], point["lat"], point["lng"])
        assert (point["x"], point["y"]) == pytest.approx(tuple(space.metres([(found.lat, found.lng)])[0]), abs=0.001)


def test_columns_are_aligned(export: Callable[..., str], app: Flask) -> None:
    data = data_of(export(FULL_ROW, published(名称="場所なし"), published(名称="二つ", 住所="立石5-13-1；亀有3-2-1", 確認日="2026-01-02")))
    snapshot: Snapshot = app.extensions["registry"].snapshots.current(READERS["public"])
    assert data["pins"]["id"] == [r.id for r in snapshot.records] and whole(data, "texts") == list(snapshot.texts)
    assert data["points"]["row"] == snapshot.point_owner.tolist()
    assert data["days"] == [r.assured_on.toordinal() if r.assured_on else 0 for r in snapshot.records]
    for name in ("rows", "cards", "entries"):
        assert all(r.name in text for r, text in zip(snapshot.records, whole(data, name), strict=True))
