"""A list is taken whole or not at all, and known again the next time."""

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from mapdata import storage
from mapdata.claims.entry import Claim
from mapdata.claims.projection import PUBLIC, office
from mapdata.clock import today
from mapdata.lists import exporting, headings, importing
from mapdata.lists.taking_in import ListChange
from mapdata.registry import Registry
from tests import schema
from tests.factories import PUBLISHED, import_rows, published, write_csv

FULL_ROW = {
    "管理番号": "001", "名称": "髙橋さんちの縁側", "名称_カナ": "タカハシサンチノエンガワ", "種別": "居場所",
    "運営団体": "NPO法人ひなた", "説明": "縁側で①お茶を飲みます。\nだまっていても大丈夫です。", "困りごと": "ひきこもり、孤独・孤立",
    "対象年齢_下限": "18", "対象年齢_上限": "39", "対象者": "区内の方", "対象地域": "区内", "活動の種類": "居場所・フリースペース",
    "参加しやすさ": "話さなくてよい、個室なし", "つながり方": "静かな居場所", "開催日時": "毎週木曜 13:00〜16:00", "料金": "無料",
    "申込方法": "不要", "郵便番号": "124-0012", "住所": "葛飾区立石5-13-1", "方書": "2階", "位置の公開": "正確な位置",
    "最寄り駅": "京成立石駅", "電話番号": "03-0000-0001（代表）", "FAX番号": "03-0000-0002", "メール": "a@example.jp",
    "URL": "https://example.jp/hinata", "使える言語": "日本語、英語", "バリアフリー": "段差なし", **PUBLISHED,
    "掲載開始日": "2020-01-01", "掲載終了日": "2099-12-31", "確認日": "2026/4/1", "支援者向けメモ": "初回は電話を",
    "職員向けメモ": "鍵は大家さん", "備考": "猫がいます",
}


def entries(registry: Registry) -> dict[str, object]:
    with storage.reading(registry.engine) as connection:
        return {e.name: e for e in storage.load_entries(connection)}


def everything(registry: Registry) -> tuple[object, ...]:
    """All that a refused import must leave as it was."""
    with storage.reading(registry.engine) as connection:
        return (storage.revision(connection), storage.load_entries(connection),
                storage.claims_of_source(connection, "kuramaru"), storage.known_of(connection, "kuramaru"))


def test_a_full_row_arrives_whole(registry: Registry, tmp_path: Path) -> None:
    report = import_rows(registry, tmp_path, [FULL_ROW])
    assert report.as_dict() == {
        "rows": 1, "added": 1, "updated": 0, "unchanged": 0, "missing": 0, "problems": [], "warnings": [],
        "widens": [{"id": registry.snapshots.current(office("kuramaru")).records[0].id, "what": "entry", "to": "public"}],
    }
    record = registry.snapshots.current(office("kuramaru")).records[0]
    assert (record.name, record.kind, record.organization) == ("髙橋さんちの縁側", "ibasho", "NPO法人ひなた")
    assert record.description == "縁側で①お茶を飲みます。\nだまっていても大丈夫です。"
    assert record.needs == ("hikikomori", "isolation") and record.activities == ("ibasho",)
    assert record.ease == {"silent_ok": True, "private_room": False} and record.ways == ("quiet_place",)
    assert (record.min_age, record.max_age, record.ages) == (18, 39, ("young",))
    place = record.places[0]
    assert (place.postal_code, place.address, place.address_2) == ("124-0012", "葛飾区立石5-13-1", "2階")
    assert (place.level, place.town, place.schedule) == ("chome", "立石5丁目", "毎週木曜 13:00～16:00")
    assert [(c.type, c.value, c.label) for c in record.contacts] == [
        ("phone", "03-0000-0001", "代表"), ("fax", "03-0000-0002", ""), ("email", "a@example.jp", ""),
        ("url", "https://example.jp/hinata", "")]
    assert record.languages == ("日本語", "英語") and record.assured_on == date(2026, 4, 1)
    assert record.staff_notes == {"kuramaru": "鍵は大家さん"} and record.supporter_note == "初回は電話を"
    assert record.staff is not None and record.staff.local_ids == {"kuramaru": "001"}


def test_the_same_list_again_changes_nothing_and_keeps_the_revision(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [FULL_ROW, published(名称="番号のない場所", 住所="葛飾区亀有3-1")])
    before = everything(registry)
    report = import_rows(registry, tmp_path, [FULL_ROW, published(名称="番号のない場所", 住所="葛飾区亀有3-1")])
    assert report.change == ListChange(0, 0, 2, 0)
    assert everything(registry) == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_encodings_are_detected(registry: Registry, tmp_path: Path, encoding: str) -> None:
    path = write_csv(tmp_path / "list.csv", [published(名称="髙﨑①～", 説明="はしご髙")], encoding)
    report = importing.import_file(registry.engine, path, "kuramaru", "tester")
    assert report.change.added == 1 and list(entries(registry)) == ["髙﨑①～"]


def test_a_workbook_keeps_texts_numbers_and_dates(registry: Registry, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    row = published(管理番号="007", 対象年齢_下限=18, 確認日=pd.Timestamp("2026-04-01"), 緯度=35.74325, 経度=139.85604)
    pd.DataFrame([row]).to_excel(path, index=False)
    assert importing.import_file(registry.engine, path, "shakyo", "tester").change.added == 1
    record = registry.snapshots.current(office("shakyo")).records[0]
    assert (record.min_age, record.assured_on, record.point) == (18, date(2026, 4, 1), (35.74325, 139.85604))
    assert record.staff is not None and record.staff.local_ids == {"shakyo": "007"}


def test_both_offices_have_a_001(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(管理番号="001", 名称="くらまるの一番")], "kuramaru")
    report = import_rows(registry, tmp_path, [published(管理番号="001", 名称="社協の一番")], "shakyo")
    assert report.change == ListChange(1, 0, 0, 0)
    assert set(entries(registry)) == {"くらまるの一番", "社協の一番"}


def test_a_row_without_a_number_is_known_by_name_and_address(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(名称="サロン・ひなた", 住所="立石５－１３－１")])
    report = import_rows(registry, tmp_path, [published(名称="サロンひなた", 住所="立石5-13-1", 料金="100円")])
    assert report.change == ListChange(0, 1, 0, 0)


def test_a_row_that_gains_a_number_stays_the_same_entry(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(住所="立石5-13-1")])
    import_rows(registry, tmp_path, [published(住所="立石5-13-1", 管理番号="12")])
    report = import_rows(registry, tmp_path, [published(名称="名前がかわった", 住所="亀有1-1-1", 管理番号="12")])
    assert report.change == ListChange(0, 1, 0, 0) and list(entries(registry)) == ["名前がかわった"]


def test_numbers_win_over_names_wherever_the_rows_stand(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(管理番号="5", 名称="甲", 住所="立石5-1")])
    report = import_rows(registry, tmp_path, [
        published(管理番号="", 名称="甲", 住所="立石5-1"), published(管理番号="5", 名称="乙", 住所="立石5-2")])
    assert report.change == ListChange(1, 1, 0, 0) and set(entries(registry)) == {"甲", "乙"}


def test_an_absent_column_leaves_and_an_empty_cell_withdraws(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [FULL_ROW])
    short = {k: FULL_ROW[k] for k in ("管理番号", "名称", "住所")} | {"料金": "", "電話番号": ""}
    assert import_rows(registry, tmp_path, [short]).change == ListChange(0, 1, 0, 0)
    record = registry.snapshots.current(office("kuramaru")).records[0]
    assert record.fees_description == ""
    assert record.description.startswith("縁側で") and record.staff_notes
    assert (record.places[0].address_2, record.places[0].schedule) == ("2階", "毎週木曜 13:00～16:00")
    assert [c.type for c in record.contacts] == ["fax", "email", "url"]
    assert record.assured_on == date(2026, 4, 1)


def test_entries_the_list_no_longer_has_are_counted_and_kept(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(管理番号="1", 名称="甲"), published(管理番号="2", 名称="乙")])
    report = import_rows(registry, tmp_path, [published(管理番号="2", 名称="乙")])
    assert report.change == ListChange(0, 0, 1, 1) and set(entries(registry)) == {"甲", "乙"}


def test_set_fills_blank_cells_only(registry: Registry, tmp_path: Path) -> None:
    rows = [{"名称": "甲", "公開範囲": ""}, {"名称": "乙", "公開範囲": "自所属のみ"}]
    import_rows(registry, tmp_path, rows, fill={"公開範囲": "公開", "状態": "公開中", "掲載同意": "口頭"})
    assert [r.name for r in registry.snapshots.current(PUBLIC).records] == ["甲"]
    assert {e.audience for e in entries(registry).values()} == {"public", "office"}  # type: ignore[attr-defined]


def test_a_blank_audience_is_for_staff(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [{**published(), "公開範囲": ""}])
    assert registry.snapshots.current(PUBLIC).records == ()


def test_a_dry_run_says_what_would_change_and_saves_nothing(registry: Registry, tmp_path: Path) -> None:
    before = everything(registry)
    assert import_rows(registry, tmp_path, [published()], dry_run=True).change == ListChange(1, 0, 0, 0)
    assert everything(registry) == before


BAD_ROWS = [
    ({"種別": "温泉"}, "種別", "温泉", "次のどれかにしてください"),
    ({"公開範囲": "みんな"}, "公開範囲", "みんな", "次のどれかにしてください"),
    ({"状態": "たぶん"}, "状態", "たぶん", "次のどれかにしてください"),
    ({"掲載同意": "?"}, "掲載同意", "?", "次のどれかにしてください"),
    ({"位置の公開": "ないしょ"}, "位置の公開", "ないしょ", "次のどれかにしてください"),
    ({"名称": ""}, "名称", "", "名称が書かれていません"),
    ({"確認日": "2199-04-01"}, "確認日", "2199-04-01", "まだ来ていない日"), ({"確認日": "9999-12-31"}, "確認日", "9999-12-31", "暦にない"),
    ({"対象年齢_上限": "65歳以上"}, "対象年齢_上限", "65歳以上", "逆です"), ({"対象年齢_下限": "18歳以下"}, "対象年齢_下限", "18歳以下", "逆です"),
    ({"対象年齢_下限": "年齢不問", "対象年齢_上限": "64"}, "対象年齢_上限", "64", "年齢不問"),
    ({"郵便番号": "124-0012 葛飾区立石"}, "郵便番号", "124-0012 葛飾区立石", "7けた"),
    ({"確認日": "2026-02-30"}, "確認日", "2026-02-30", "暦にない日付"),
    ({"対象年齢_下限": "70", "対象年齢_上限": "65"}, "対象年齢_上限", "65", "65が下限70より小さくなっています"),
    ({"緯度": "50.1", "経度": "139.8"}, "緯度", "50.1", "日本の外"),
    ({"緯度": "35.7"}, "緯度", "35.7", "経度がありません"),
    ({"郵便番号": "12"}, "郵便番号", "12", "7けた"),
    ({"URL": "javascript:alert(1)"}, "URL", "javascript:alert(1)", "http://"),
    ({"掲載開始日": "2026-05-01", "掲載終了日": "2026-04-01"}, "掲載終了日", "2026-04-01", "より前の日"),
    ({"管理番号": "1"}, "管理番号", "1", "2行目と同じ管理番号"),
]


@pytest.mark.parametrize(("cells", "column", "value", "message"), BAD_ROWS)
def test_one_bad_row_refuses_the_whole_list(
    registry: Registry, tmp_path: Path, cells: dict[str, str], column: str, value: str, message: str
) -> None:
    import_rows(registry, tmp_path, [published(管理番号="9", 名称="前からある")])
    before = everything(registry)
    good = published(管理番号="1", 名称="良い行", 住所="葛飾区立石1-1-1")
    report = import_rows(registry, tmp_path, [good, published(**{"名称": "悪い行", "管理番号": "2", **cells})])
    assert [(p.row, p.column, p.value) for p in report.problems] == [(3, column, value)]
    assert message in report.problems[0].message
    assert report.change == ListChange(0, 0, 0, 0) and everything(registry) == before


def test_every_problem_is_named_at_once(registry: Registry, tmp_path: Path) -> None:
    rows = [published(種別="温泉", 確認日="いつか"), published(名称="乙", 状態="?")]
    report = import_rows(registry, tmp_path, rows)
    assert [(p.row, p.column) for p in report.problems] == [(2, "確認日"), (2, "種別"), (3, "状態")]


def test_unknown_columns_needs_and_activities_are_warnings(registry: Registry, tmp_path: Path) -> None:
    report = import_rows(registry, tmp_path, [published(困りごと="ひきこもり、宇宙", 活動の種類="剣道", 担当="山田")])
    assert [(w.row, w.column) for w in report.warnings] == [(1, "担当"), (2, "困りごと"), (2, "活動の種類")]
    assert report.change.added == 1


def test_row_numbers_are_those_of_excel(registry: Registry, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('名称,説明,種別\n甲,"二行の\n説明",居場所\n,,\n丙,,温泉\n', encoding="utf-8")
    report = importing.import_file(registry.engine, path, "kuramaru", "tester")
    assert [p.row for p in report.problems] == [4]


def test_history_falls_out_of_claims(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(管理番号="1", 料金="無料")])
    import_rows(registry, tmp_path, [published(管理番号="1", 料金="100円")])
    with storage.reading(registry.engine) as connection:
        current = [c.value for c in storage.claims_of_source(connection, "kuramaru") if c.field == "fees_description"]
        every = [t.claim.value for t in storage.history(connection, next(iter(storage.all_ids(connection))))
                 if t.claim.field == "fees_description"]
    assert current == ["100円"] and every == ["無料", "100円"]


def test_an_entry_outside_the_ward_is_drawn_by_its_coordinates(registry: Registry, tmp_path: Path) -> None:
    rows = [published(名称="都の窓口", 住所="新宿区西新宿2-8-1", 緯度="35.6895", 経度="139.6917"),
            published(名称="隣の区", 住所="江戸川区小岩1-1")]
    import_rows(registry, tmp_path, rows)
    points = {r.name: r.point for r in registry.snapshots.current(PUBLIC).records}
    assert points == {"都の窓口": (35.6895, 139.6917), "隣の区": None}


def test_an_id_stays_and_tells_nothing(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(管理番号="1")])
    first = entries(registry)["ひなた"].id  # type: ignore[attr-defined]
    import_rows(registry, tmp_path, [published(管理番号="1", 名称="名がちがう", 住所="葛飾区亀有3-1")])
    assert [e.id for e in entries(registry).values()] == [first] and len(first) == 6  # type: ignore[attr-defined]
    again = Registry(schema.file(tmp_path / 'second.db'))
    import_rows(again, tmp_path, [published(管理番号="1")])
    assert entries(again)["ひなた"].id != first  # type: ignore[attr-defined]


def test_claims_know_who_said_them(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [FULL_ROW], "shakyo")
    with storage.reading(registry.engine) as connection:
        claims: list[Claim] = storage.claims_of_source(connection, "shakyo")
    levels = {c.field: str(c.audience) for c in claims}
    assert {c.recorded_by for c in claims} == {"tester"} and {c.assured_on for c in claims} == {date(2026, 4, 1)}
    assert (levels["staff_note"], levels["supporter_note"], levels["name"]) == ("office", "supporter", "public")


def test_a_public_export_read_again_withdraws_nothing_it_could_not_know(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [{**FULL_ROW, "住所": "葛飾区立石5-13-1"}])
    path = tmp_path / "public.csv"
    rows = exporting.audience_rows(registry.engine, PUBLIC, today())
    exporting.write_list(path, rows, headings=exporting.audience_headings(PUBLIC))
    report = importing.import_file(registry.engine, path, "kuramaru", "tester")
    assert report.change == ListChange(0, 0, 1, 0) and report.warnings == ()


def test_values_that_a_list_takes_back_are_counted_aloud(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(管理番号="1", 料金="無料", 説明="静か"), published(管理番号="2", 名称="乙", 料金="無料")])
    report = import_rows(
        registry, tmp_path, [published(管理番号="1", 料金="", 説明=""), published(管理番号="2", 名称="乙", 料金="")], dry_run=True)
    assert [w.message for w in report.warnings] == [
        "前に書かれていて、この一覧では空欄の値を取り消します：料金 2件、説明 1件"]


def test_a_number_given_to_another_place_is_said(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(管理番号="1", 名称="ひだまり広場", 住所="葛飾区立石5-1")])
    moved = import_rows(registry, tmp_path, [published(管理番号="1", 名称="ひだまり広場", 住所="葛飾区亀有3-1")], dry_run=True)
    renamed = import_rows(registry, tmp_path, [published(管理番号="1", 名称="新しい名前の会", 住所="葛飾区立石5-1")], dry_run=True)
    another = import_rows(registry, tmp_path, [published(管理番号="1", 名称="家族会ともしび", 住所="葛飾区亀有3-1")], dry_run=True)
    assert (moved.warnings, renamed.warnings) == ((), ())
    assert [(w.row, w.column) for w in another.warnings] == [(2, "管理番号")] and "「ひだまり広場」" in another.warnings[0].message


@pytest.mark.parametrize(("cells", "column", "message"), [
    ({"住所": "葛飾区亀有9丁目1-1"}, "住所", "9丁目はありません"),
    ({"住所": "葛飾区奥戸4-1", "緯度": "35.0", "経度": "139.0"}, "緯度", "km離れています"),
])
def test_what_someone_should_look_at_is_a_warning(
    registry: Registry, tmp_path: Path, cells: dict[str, str], column: str, message: str
) -> None:
    report = import_rows(registry, tmp_path, [published(**cells)])
    assert report.change.added == 1
    assert [(w.row, w.column) for w in report.warnings] == [(2, column)] and message in report.warnings[0].message


def test_a_number_that_lost_its_zeros_is_the_same_row(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(管理番号="001", 名称="甲"), published(管理番号="012", 名称="乙")])
    report = import_rows(registry, tmp_path, [published(管理番号="1", 名称="甲"), published(管理番号="12", 名称="乙")])
    assert report.change == ListChange(0, 0, 2, 0)
    assert [k.local_id for k in _known(registry)] == ["001", "012"]


def test_numbers_that_differ_by_zeros_alone_stay_apart(registry: Registry, tmp_path: Path) -> None:
    rows = [published(管理番号="1", 名称="甲"), published(管理番号="01", 名称="乙")]
    import_rows(registry, tmp_path, rows)
    assert import_rows(registry, tmp_path, rows).change == ListChange(0, 0, 2, 0)
    assert import_rows(registry, tmp_path, [published(管理番号="001", 名称="丙")]).change.added == 1


def _known(registry: Registry) -> list[storage.KnownAs]:
    with storage.reading(registry.engine) as connection:
        return storage.known_of(connection, "kuramaru")


@pytest.mark.parametrize("precision", ["町丁目まで", "非公開"])
def test_a_blank_never_tells_a_place_that_was_kept_back(registry: Registry, tmp_path: Path, precision: str) -> None:
    import_rows(registry, tmp_path, [published(管理番号="1", 住所="葛飾区立石5-13-1", 位置の公開=precision)])
    before = everything(registry)
    report = import_rows(registry, tmp_path, [published(管理番号="1", 住所="葛飾区立石5-13-1", 位置の公開="")])
    assert [(p.row, p.column) for p in report.problems] == [(2, "位置の公開")] and precision in report.problems[0].message
    assert everything(registry) == before


def test_a_point_goes_with_its_address(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(
        管理番号="1", 住所="葛飾区立石5-13-1；葛飾区亀有3-1-1", 緯度="35.7434；35.766", 経度="139.846；139.848")])
    import_rows(registry, tmp_path, [published(管理番号="1", 住所="葛飾区立石5-13-1")])
    places = entries(registry)["ひなた"].places  # type: ignore[attr-defined]
    assert [(p.address, p.level) for p in places] == [("葛飾区立石5-13-1", "point")]
    import_rows(registry, tmp_path, [published(管理番号="1", 住所="葛飾区亀有5-1-1")])
    places = entries(registry)["ひなた"].places  # type: ignore[attr-defined]
    assert [(p.town, p.level) for p in places] == [("亀有5丁目", "chome")]


def test_an_area_tells_the_town_of_its_address(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(住所="葛飾区立石5-1-1", 緯度="35.74", 経度="139.85", 位置の公開="町丁目まで")])
    assert registry.snapshots.current(PUBLIC).records[0].places[0].town == "立石5丁目"


def test_two_organisations_stay_two(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(名称="甲", 運営団体="ハートの会"), published(名称="乙", 運営団体="はとの会")])
    assert {e.organization for e in entries(registry).values()} == {"ハートの会", "はとの会"}  # type: ignore[attr-defined]


def test_more_than_a_form_takes_is_taken_in_whole_and_told(registry: Registry, tmp_path: Path) -> None:
    phones, long = "、".join(f"03-0000-{n:04}" for n in range(51)), "あ" * 40_000
    report = import_rows(registry, tmp_path, [published(管理番号="1", 電話番号=phones, 説明=long)])
    told = {(w.row, w.column): w.message for w in report.warnings}
    assert told.keys() == {(2, "電話番号"), (2, "説明")} and "51件あります。すべて取り込みます" in told[2, "電話番号"]
    assert "40,000文字あります" in told[2, "説明"] and report.problems == ()
    record = registry.snapshots.current(PUBLIC).records[0]
    assert len(record.contacts) == 51 and record.description == long
    report = import_rows(registry, tmp_path, [published(管理番号="1", 電話番号="、".join("0" * 9 + str(n) for n in range(501)))])
    assert [(p.row, p.column) for p in report.problems] == [(2, "電話番号")] and "501件に分かれています" in report.problems[0].message


def test_of_many_columns_that_are_not_taken_the_rest_is_counted(registry: Registry, tmp_path: Path) -> None:
    """Headings of a standard list that this map has no use for are named in one sentence, or counted."""
    assert headings._listed([f"列{n}" for n in range(43)]).endswith("列39、ほか3列") and headings._listed(["甲", "乙"]) == "甲、乙"


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize(("before", "after", "widens"), [
    ({"公開範囲": "両職員まで"}, {"公開範囲": "公開"}, [("entry", "public", "")]),
    ({"状態": "準備中"}, {"状態": "公開中"}, [("entry", "public", "")]),
    ({"掲載同意": "未確認"}, {"掲載同意": "口頭"}, [("entry", "public", "")]),
    ({"位置の公開": "非公開", "住所": "葛飾区立石5-13-1"}, {"位置の公開": "正確な位置", "住所": "葛飾区立石5-13-1"}, [("places", "public", "")]),
    ({"公開範囲": "両職員まで"}, {"公開範囲": "支援者まで"}, [("entry", "supporter", "")]),
    ({"状態": "準備中", "公開範囲": "両職員まで"}, {"状態": "公開中", "公開範囲": "公開", "掲載開始日": "2100-01-01"}, [("entry", "public", "2100-01-01")]),
    ({"料金": "無料"}, {"料金": "100円"}, []),
    ({"公開範囲": "公開"}, {"公開範囲": "両職員まで"}, []),
])
def test_what_becomes_visible_is_listed(
    registry: Registry, tmp_path: Path, before: dict[str, str], after: dict[str, str], widens: list[Any], dry_run: bool,
) -> None:
    """By every cause, before it is taken in and after; a command is its own agreement."""
    import_rows(registry, tmp_path, [published(管理番号="1") | before])
    path = write_csv(tmp_path / "next.csv", [published(管理番号="1") | after])
    report = importing.import_file(registry.engine, path, "kuramaru", "test", dry_run=dry_run)
    told = [(w["what"], w["to"], w.get("day", "")) for w in report.as_dict()["widens"]]  # type: ignore[attr-defined]
    assert told == widens
