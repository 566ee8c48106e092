"""A list that an office opened and saved again is the same list."""

import subprocess
from pathlib import Path

import pytest

from mapdata.lists import exporting, importing
from mapdata.lists.taking_in import ListChange
from mapdata.registry import Registry
from tests import provide, schema
from tests.conftest import unavailable
from tests.factories import import_rows, published
from tests.mapdata.lists.test_exporting import AWKWARD
from tests.mapdata.lists.test_importing import FULL_ROW

#: Save as CSV: comma, double quote, CP932 (64), from the first line, cells as shown.
CP932_CSV = "csv:Text - txt - csv (StarCalc):44,34,64,1,,0,false,true,false"


@pytest.fixture(scope="session")
def soffice() -> Path:
    return provide.find_libreoffice() or unavailable(provide.LIBREOFFICE)


def saved_again(soffice: Path, path: Path, form: str, folder: Path) -> Path:
    """Open a file in LibreOffice without a window and save it in another form."""
    folder.mkdir()
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = [str(soffice), profile, "--headless", "--convert-to", form, "--outdir", str(folder), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=True)
    made = folder / f"{path.stem}.{form.split(':')[0]}"
    assert made.exists(), done.stderr
    return made


@pytest.mark.parametrize("form", ["xlsx", CP932_CSV], ids=["xlsx", "cp932"])
def test_a_list_saved_in_libreoffice_imports_unchanged(tmp_path: Path, soffice: Path, form: str) -> None:
    registry = Registry(schema.file(tmp_path / 'r.db'))
    rows = [FULL_ROW, AWKWARD, published(管理番号="0012", 名称="番号の頭にゼロ", 対象年齢_下限="年齢不問", 公開範囲="")]
    import_rows(registry, tmp_path, rows)
    exporting.write_list(tmp_path / "out.xlsx", exporting.source_rows(registry.engine, "kuramaru"))
    again = saved_again(soffice, tmp_path / "out.xlsx", form, tmp_path / "office")
    report = importing.import_file(registry.engine, again, "kuramaru", "tester")
    assert (report.change, report.problems, report.warnings) == (ListChange(0, 0, 3, 0), (), ())


def test_the_samples_saved_in_libreoffice_import_unchanged(tmp_path: Path, soffice: Path) -> None:
    from mapdata.samples import loading
    registry = Registry(schema.file(tmp_path / 'r.db'))
    loading.load(registry.engine)
    for source in loading.lists():
        path = tmp_path / f"{source}.xlsx"
        exporting.write_list(path, exporting.source_rows(registry.engine, source))
        again = saved_again(soffice, path, CP932_CSV, tmp_path / f"{source}-csv")
        report = importing.import_file(registry.engine, again, source, "tester")
        assert (report.problems, report.change.updated, report.change.added, report.change.missing) == ((), 0, 0, 0)
