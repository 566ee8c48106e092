"""What goes out comes back unchanged, and tells nobody what is not for them."""

import json
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mapdata.claims.projection import PUBLIC, STAFF, SUPPORTER, office
from mapdata.clock import today
from mapdata.errors import ListRefused
from mapdata.fields import contacts, place_cells, values
from mapdata.lists import exporting, importing
from mapdata.lists.taking_in import ListChange
from mapdata.registry import Registry
from tests import schema
from tests.factories import import_rows, published
from tests.mapdata.lists.test_importing import FULL_ROW

AWKWARD = published(
    管理番号="010", 名称="=1+1", 説明="'引用から始まる\n二行目", 料金="-100円", 備考="@here, \"quoted\"", 電話番号="+81-3-0000-0001（海外から）",
    住所="立石5-13-1；亀有3-2-1", 方書="；2階", 開催日時="第1火曜；第3火曜", 緯度="35.74；", 経度="139.85；",
)


@pytest.mark.parametrize(("name", "encoding"), [("l.csv", "utf-8-sig"), ("l.csv", "cp932"), ("l.xlsx", "utf-8-sig")])
def test_a_source_s_own_list_comes_back_unchanged(
    registry: Registry, tmp_path: Path, name: str, encoding: str
) -> None:
    plain = published(名称="番号のない行", 参加しやすさ="個室なし、無料", 対象年齢_下限="年齢不問", 公開範囲="")
    import_rows(registry, tmp_path, [FULL_ROW, AWKWARD, plain])
    exporting.write_list(tmp_path / name, exporting.source_rows(registry.engine, "kuramaru"), encoding)
    report = importing.import_file(registry.engine, tmp_path / name, "kuramaru", "tester")
    assert (report.change, report.problems, report.warnings) == (ListChange(0, 0, 3, 0), (), ())


def test_each_source_s_list_holds_its_own_words_only(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(管理番号="1", 名称="甲")], "kuramaru")
    import_rows(registry, tmp_path, [published(管理番号="1", 名称="乙")], "shakyo")
    assert [row["名称"] for row in exporting.source_rows(registry.engine, "shakyo")] == ["乙"]


def test_cells_that_could_run_as_formulas_are_quoted(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [AWKWARD])
    exporting.write_list(tmp_path / "l.xlsx", exporting.source_rows(registry.engine, "kuramaru"))
    sheet = openpyxl.load_workbook(tmp_path / "l.xlsx").active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {c.data_type for c in cells} == {"s"}
    assert [c.value for c in cells if str(c.value).startswith(("=", "+", "-", "@"))] == []
    assert sheet.freeze_panes == "C2"


def test_what_cp932_would_lose_is_said_before_writing(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(名称="普通"), published(名称="𠮷野家の庭", 説明="♥")])
    path = tmp_path / "l.csv"
    with pytest.raises(ListRefused) as refused:
        exporting.write_list(path, exporting.source_rows(registry.engine, "kuramaru"), "cp932")
    assert [(p.row, p.column, p.value) for p in refused.value.problems] == [(3, "名称", "𠮷"), (3, "説明", "♥")]
    assert not path.exists()


SECRET_ROWS = [
    published(管理番号="P-OPEN", 名称="公開の場所", 説明="ok-description", 支援者向けメモ="sec-supporter", 職員向けメモ="sec-office"),
    published(管理番号="P-AREA", 名称="町丁目まで", 住所="葛飾区奥戸4-77-7", 郵便番号="124-0077", 方書="sec-room", 最寄り駅="sec-station",
              緯度="35.728261", 経度="139.865871", 位置の公開="area"),
    published(管理番号="P-HIDE", 名称="場所は非公開", 住所="葛飾区細田3-88-8", 位置の公開="hidden"),
    published(名称="sec-staff-entry", 公開範囲="両職員まで"), published(名称="sec-supporter-entry", 公開範囲="支援者まで"),
    published(名称="sec-office-entry", 公開範囲="自所属のみ"), published(名称="sec-draft", 状態="下書き"),
    published(名称="sec-no-consent", 掲載同意="なし"), published(名称="sec-expired", 掲載終了日="2020-01-01"),
]
# word → the audiences whose exports may hold it
MAY_HOLD = {
    "ok-description": {"public", "supporter", "staff", "own"},
    "sec-supporter": {"supporter", "staff", "own"}, "sec-office": {"own"},
    "4-77-7": {"staff", "own"}, "124-0077": {"staff", "own"}, "sec-room": {"staff", "own"},
    "sec-station": {"staff", "own"}, "35.728261": {"staff", "own"}, "139.865871": {"staff", "own"},
    "3-88-8": {"staff", "own"}, "細田3": {"staff", "own"},
    "sec-staff-entry": {"staff", "own"}, "sec-supporter-entry": {"supporter", "staff", "own"},
    "sec-office-entry": {"own"}, "sec-draft": {"staff", "own"}, "sec-no-consent": {"supporter", "staff", "own"},
    "sec-expired": {"staff", "own"}, "P-OPEN": set(), "両職員まで": {"staff", "own"},
}
READERS = {"public": PUBLIC, "supporter": SUPPORTER, "staff": STAFF, "own": office("kuramaru")}


@pytest.mark.parametrize("reader", READERS)
def test_exports_hold_only_what_their_audience_may_see(registry: Registry, tmp_path: Path, reader: str) -> None:
    import_rows(registry, tmp_path, SECRET_ROWS)
    path = tmp_path / "out.csv"
    exporting.write_list(path, exporting.audience_rows(registry.engine, READERS[reader], today()))
    exporting.write_geojson(tmp_path / "out.geojson", registry.engine, READERS[reader], today())
    listed, drawn = path.read_text("utf-8"), (tmp_path / "out.geojson").read_text("utf-8")
    for word, who in MAY_HOLD.items():
        needle = word if word != "sec-supporter" else "sec-supporter,"
        assert (needle in listed) == (reader in who), word
        if reader not in who:
            assert word not in drawn or (word == "sec-supporter" and "sec-supporter-entry" in drawn), word


def test_geojson_is_longitude_first_with_null_for_no_point(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(名称="あ", 緯度="35.7", 経度="139.8"), published(名称="い")])
    path = tmp_path / "o.geojson"
    assert exporting.write_geojson(path, registry.engine, PUBLIC, today()) == 2
    features = json.loads(path.read_text("utf-8"))["features"]
    assert [f["geometry"] for f in features] == [{"type": "Point", "coordinates": [139.8, 35.7]}, None]
    assert features[0]["properties"]["name"] == "あ" and features[0]["id"]


def test_a_public_list_gives_no_coordinates_that_nobody_gave(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(住所="葛飾区立石5-13-1")])
    row = exporting.audience_rows(registry.engine, PUBLIC, today())[0]
    assert row["住所"] == "葛飾区立石5-13-1" and "緯度" not in row


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30)


@given(cells=st.lists(st.fixed_dictionaries({
    "名称": TEXT, "説明": TEXT, "料金": TEXT, "電話番号": TEXT, "住所": TEXT, "方書": TEXT, "開催日時": TEXT, "使える言語": TEXT,
}), min_size=1, max_size=4), encoding=st.sampled_from(["utf-8-sig", "xlsx"]))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_texts_come_back_unchanged(tmp_path: Path, cells: list[dict[str, str]], encoding: str) -> None:
    registry = schema.in_memory()
    rows = [{**c, "管理番号": str(i), "名称": c["名称"] + "名"} for i, c in enumerate(cells)]
    first = import_rows(registry, tmp_path, rows)
    if first.problems:
        assert registry.is_empty()
        return
    path = tmp_path / ("out.xlsx" if encoding == "xlsx" else "out.csv")
    exporting.write_list(path, exporting.source_rows(registry.engine, "kuramaru"))
    again = importing.import_file(registry.engine, path, "kuramaru", "tester")
    assert again.change == ListChange(0, 0, len(rows), 0), again.problems


@given(st.lists(st.sampled_from(["phone", "fax"])), TEXT)
@example(["phone"], "0︵)")
def test_contacts_written_read_as_the_same(kinds: list[str], text: str) -> None:
    for kind in kinds:
        said = contacts.read(kind, values.clean(text)).value
        assert contacts.read(kind, values.clean(contacts.write(kind, said))).value == said


@given(st.lists(st.fixed_dictionaries({"address": TEXT, "schedule": TEXT}), min_size=1, max_size=3))
def test_places_written_read_as_the_same(parts: list[dict[str, str]]) -> None:
    cells = {name: "；".join(p[name] for p in parts) for name in ("address", "schedule")}
    cells = {name: values.clean(text) for name, text in cells.items() if values.clean(text)}
    try:
        said = place_cells.read(cells)
    except place_cells.PartError:
        return
    assert place_cells.read(place_cells.write(said)) == said


def test_what_a_workbook_cannot_hold_is_said_before_writing(tmp_path: Path) -> None:
    path = tmp_path / "l.xlsx"
    with pytest.raises(ListRefused, match="2行目「説明」"):
        exporting.write_list(path, [{"名称": "甲", "説明": "あ" * 40_000}])
    assert not path.exists()


def test_what_xml_would_take_for_an_escape_comes_back(tmp_path: Path) -> None:
    registry = schema.in_memory()
    import_rows(registry, tmp_path, [published(名称="甲_x0041_乙")])
    exporting.write_list(tmp_path / "l.xlsx", exporting.source_rows(registry.engine, "kuramaru"))
    assert importing.import_file(registry.engine, tmp_path / "l.xlsx", "kuramaru", "t").change == ListChange(0, 0, 1, 0)
