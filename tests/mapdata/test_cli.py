"""The commands as scripts call them: JSON on stdout, words on stderr, exit codes."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask.cli import NoAppException

import geocode.installed
from app import create_app
from mapdata.claims import placing
from mapdata.claims.projection import PUBLIC
from tests import schema
from tests.factories import published, write_csv


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    made = create_app({"INSTANCE_DIR": schema.instance(tmp_path / "instance"), "DATABASE_URL": ""})
    yield made
    made.extensions["registry"].engine.dispose()
    geocode.installed.use(None)
    placing.forget()


def run(app: Flask, *args: str) -> Result:
    return app.test_cli_runner().invoke(args=["registry", *args])


def test_a_command_on_an_empty_folder_makes_the_database(app: Flask, tmp_path: Path) -> None:
    result = run(app, "import", str(write_csv(tmp_path / "l.csv", [published()])), "--source", "self")
    assert result.exit_code == 0 and json.loads(result.stdout)["added"] == 1
    assert (tmp_path / "instance" / "registry.db").exists() and "追加 1" in result.stderr


def test_set_and_dry_run(app: Flask, tmp_path: Path) -> None:
    path = str(write_csv(tmp_path / "l.csv", [{"名称": "ひなた"}]))
    options = ("--source", "shakyo", "--set", "公開範囲=公開", "--set", "状態=公開中", "--set", "掲載同意=口頭")
    assert json.loads(run(app, "import", path, *options, "--dry-run").stdout)["added"] == 1
    assert json.loads(run(app, "import", path, *options).stdout)["added"] == 1
    run(app, "export", str(tmp_path / "o.geojson"))
    assert [f["properties"]["name"] for f in json.loads((tmp_path / "o.geojson").read_text())["features"]] == ["ひなた"]


@pytest.mark.parametrize("args", [
    ("import", "none.csv", "--source", "kuramaru"), ("import",), ("export", "x.pdf"), ("nothing",),
    ("export", "x.csv", "--source", "kuramaru", "--audience", "public"), ("export", "x.csv", "--audience", "everyone"),
    ("export", "x.geojson", "--source", "kuramaru"),
])
def test_wrong_usage_is_2(app: Flask, args: tuple[str, ...]) -> None:
    assert run(app, *args).exit_code == 2


@pytest.mark.parametrize(("option", "value"), [("--set", "公開範囲"), ("--set", "宇宙=1"), ("--source", "city")])
def test_wrong_options_of_an_import_are_2(app: Flask, tmp_path: Path, option: str, value: str) -> None:
    path = write_csv(tmp_path / "l.csv", [published()])
    args = ("import", str(path), "--source", "kuramaru", option, value)
    result = run(app, *args)
    assert result.exit_code == 2 and run(app, "import", str(path), "--source", "kuramaru").exit_code == 0


def test_a_refused_list_is_1_and_names_every_reason(app: Flask, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "l.csv", [published(種別="温泉"), published(名称="乙", 状態="?")])
    result = run(app, "import", str(path), "--source", "kuramaru")
    report = json.loads(result.stdout)
    assert result.exit_code == 1 and [p["row"] for p in report["problems"]] == [2, 3]
    assert set(report["problems"][0]) == {"row", "column", "value", "message"}
    assert "2行目「種別」：「温泉」は、種別として" in result.stderr and "何も保存していません" in result.stderr


def test_cp932_that_cannot_hold_a_letter_is_1(app: Flask, tmp_path: Path) -> None:
    run(app, "import", str(write_csv(tmp_path / "l.csv", [published(名称="𠮷野家の庭")])), "--source", "self")
    out = tmp_path / "o.csv"
    result = run(app, "export", str(out), "--encoding", "cp932")
    assert result.exit_code == 1 and "2行目「名称」：「𠮷」は、" in result.stderr and not out.exists()
    assert run(app, "export", str(out)).exit_code == 0 and out.exists()


def test_the_samples_import_whole_and_again_unchanged(app: Flask) -> None:
    first, again = (json.loads(run(app, "load-sample").stdout) for _ in range(2))
    for source, report in first.items():
        assert report["problems"] == [] and report["warnings"] == [], source
        assert report["added"] == report["rows"] > 50
        assert again[source]["unchanged"] == report["rows"] and again[source]["updated"] == 0


def test_samples_are_for_an_empty_registry_when_asked(app: Flask, tmp_path: Path) -> None:
    run(app, "import", str(write_csv(tmp_path / "l.csv", [published()])), "--source", "self")
    result = run(app, "load-sample", "--if-empty")
    assert result.exit_code == 0 and result.stdout == "" and "読み込みません" in result.stderr


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_samples_exported_by_source_and_imported_again_change_nothing(app: Flask, tmp_path: Path, ending: str) -> None:
    run(app, "load-sample")
    for source in ("kuramaru", "shakyo"):
        path = str(tmp_path / f"{source}.{ending}")
        assert run(app, "export", path, "--source", source).exit_code == 0
        report = json.loads(run(app, "import", path, "--source", source).stdout)
        assert (report["added"], report["updated"], report["missing"], report["problems"]) == (0, 0, 0, [])
        assert report["unchanged"] == report["rows"]


BLOCK_TABLE = (
    '"都道府県名","市区町村名","大字・丁目名","小字・通称名","街区符号・地番","座標系番号","X座標","Y座標","緯度","経度",'
    '"住居表示フラグ","代表フラグ","更新前履歴フラグ","更新後履歴フラグ"\r\n'
    '"東京都","葛飾区","立石五丁目","","13","9","-28000.0","1200.0","35.7450","139.8470","1","1","0","0"\r\n'
)


def test_installed_blocks_place_more_finely_but_an_area_tells_its_town_only(app: Flask, tmp_path: Path) -> None:
    rows = [published(名称="番まで", 住所="立石5-13-1"), published(名称="町丁目まで", 住所="立石5-13-1", 位置の公開="町丁目まで")]
    run(app, "import", str(write_csv(tmp_path / "l.csv", rows)), "--source", "self")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("13122.csv", BLOCK_TABLE.encode("cp932"))
    runner = app.test_cli_runner()
    assert runner.invoke(args=["geocode", "install", str(tmp_path / "b.zip")]).exit_code == 0
    assert json.loads(run(app, "refresh").stdout) == {"resolved": 2}
    records = {r.name: r for r in app.extensions["registry"].snapshots.current(PUBLIC).records}
    assert (records["番まで"].places[0].level, records["番まで"].point) == ("block", (35.745, 139.847))
    told = records["町丁目まで"].places[0]
    assert (told.level, told.town, told.address) == ("chome", "立石5丁目", "") and told.point != (35.745, 139.847)


def test_samples_never_go_over_a_list_that_somebody_keeps(app: Flask, tmp_path: Path) -> None:
    run(app, "import", str(write_csv(tmp_path / "l.csv", [published(管理番号="001")])), "--source", "kuramaru")
    result = run(app, "load-sample")
    assert result.exit_code == 1 and "くらしのまると相談課" in result.stderr and result.stdout == ""
    assert app.extensions["registry"].revision() == 1


def test_a_value_of_set_that_cannot_be_read_is_the_option_s_fault(app: Flask, tmp_path: Path) -> None:
    path = str(write_csv(tmp_path / "l.csv", [published()]))
    result = run(app, "import", path, "--source", "self", "--set", "公開範囲=全部")
    assert result.exit_code == 2 and "公開範囲：「全部」は、" in result.stderr


def test_a_folder_that_is_not_there_is_a_sentence(app: Flask, tmp_path: Path) -> None:
    result = run(app, "export", str(tmp_path / "none" / "x.csv"))
    assert result.exit_code == 1 and "ファイルを読み書きできません" in result.stderr and "Traceback" not in result.stderr


@pytest.mark.parametrize("url", ["nonsense", "mysql://a:secret@h/d", "postgresql://a:secret@127.0.0.1:1/d", "sqlite:////proc/none/x.db"])
def test_a_database_that_cannot_be_opened_is_a_sentence(url: str) -> None:
    with pytest.raises(NoAppException, match="データベースを開けません") as caught:
        create_app({"DATABASE_URL": url})
    assert "secret" not in str(caught.value)


def test_a_database_that_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "registry.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(NoAppException, match="データベースを開けません"):
        create_app({"INSTANCE_DIR": str(tmp_path), "DATABASE_URL": ""})


def test_a_list_over_samples_is_warned_of_and_the_band_stays_while_they_do(app: Flask, tmp_path: Path) -> None:
    run(app, "load-sample")
    path = str(write_csv(tmp_path / "l.csv", [published(管理番号="Z1")]))
    assert "サンプル（架空のデータ）も入っています" in run(app, "import", path, "--source", "self").stderr
    assert app.extensions["registry"].snapshots.current(PUBLIC).holds_samples
