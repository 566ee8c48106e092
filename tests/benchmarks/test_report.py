import sys
from pathlib import Path

import pytest

from benchmarks import report

_COMMAND = [sys.executable, "-c", "print('new table')"]


@pytest.fixture
def readme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "README.md"
    path.write_text("before\n<!-- it -->\nold table\n<!-- /it -->\nafter\n")
    monkeypatch.setattr(report, "README", path)
    monkeypatch.setattr(report, "surroundings", lambda: "Measured here.")
    return path


@pytest.mark.parametrize(("load", "idle", "written"), [(1.0, True, True), (1.01, True, False), (1.01, False, True)])
def test_a_busy_machine_writes_no_table_that_wants_an_idle_one(
    readme: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], load: float, idle: bool, written: bool
) -> None:
    monkeypatch.setattr("os.getloadavg", lambda: (load, 0.0, 0.0))
    report.main("it", _COMMAND, idle)
    text, told = readme.read_text(), capsys.readouterr()
    assert ("new table" in text, "old table" in text) == (written, not written)
    assert "new table" in told.out
    assert ("not written into README.md: the load average was 1.01" in told.err) is not written


def test_marks_that_are_missing(readme: Path) -> None:
    with pytest.raises(ValueError, match="no marks for other"):
        report.put("other", "text")
