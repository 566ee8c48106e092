"""A list sent in the browser: looked through, corrected, taken in by the command's own code, and gone in a day."""

import io
import os
import shutil
import time
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from geocode import ward
from mapdata import storage
from mapdata.claims.projection import STAFF
from mapdata.clock import today
from mapdata.editing.saving import save
from mapdata.errors import EditRefused, ListRefused, NotFound
from mapdata.history import undo
from mapdata.lists.sent import import_job, staging
from mapdata.lists.sent.staging import NotNow, Status
from mapdata.lists.sent.uploads import Upload
from mapdata.registry import Registry
from tests import wards
from tests.factories import import_rows, published, write_csv

ROWS = [published(管理番号="1", 名称="甲", 料金="無料"), published(管理番号="2", 名称="乙", 料金="無料", 住所="葛飾区立石5-1")]


def at_once(engine: Engine, folder: Path, upload: Upload, task: str, lock: int) -> None:
    """Does the work in this process."""
    try:
        import_job.run(engine, upload, task)
    finally:
        os.close(lock)


def never(engine: Engine, folder: Path, upload: Upload, task: str, lock: int) -> None:
    """A process that dies before it did anything."""
    os.close(lock)


class Desk:
    """One office's desk at which lists are sent."""

    def __init__(self, registry: Registry, folder: Path, run: Any = at_once):
        self.registry, self.folder, self.run = registry, folder, run

    def send(self, rows: list[Mapping[str, str]] | bytes, name: str = "一覧.csv", encoding: str = "cp932") -> str:
        if not isinstance(rows, bytes):
            rows = write_csv(self.folder / "sent.csv", rows, encoding).read_bytes()
        return staging.stage(self.registry.engine, self.folder, io.BytesIO(rows), name, "kuramaru", "山田", run=self.run)

    def status(self, token: str) -> Status:
        return staging.status(self.registry.engine, self.folder, token, "kuramaru")

    def found(self, token: str, kind: str, **page: int) -> list[Any]:
        return list(staging.preview(self.registry.engine, self.folder, token, "kuramaru", kind, **page).items)

    def again(self, token: str, **settings: Any) -> Status:
        staging.look_again(self.registry.engine, self.folder, token, "kuramaru", run=self.run, **settings)
        return self.status(token)

    def apply(self, token: str) -> Status:
        staging.apply(self.registry.engine, self.folder, token, "kuramaru", run=self.run)
        return self.status(token)


@pytest.fixture
def desk(registry: Registry, tmp_path: Path) -> Desk:
    return Desk(registry, tmp_path)


def names(registry: Registry) -> list[str]:
    return [r.name for r in registry.snapshots.current(STAFF).records]


def test_what_a_list_would_do_is_shown_and_then_done(desk: Desk, tmp_path: Path) -> None:
    import_rows(desk.registry, tmp_path, [*ROWS, published(管理番号="3", 名称="丙")])
    token = desk.send([{**ROWS[0], "料金": "100円"}, ROWS[1], published(管理番号="4", 名称="丁", 困りごと="宇宙")])
    seen = desk.status(token)
    assert (seen.state, seen.filename, seen.outcome["rows"], seen.moved) == ("ready", "一覧.csv", 3, False)
    assert seen.counts == {"added": 1, "changed": 1, "missing": 1, "problems": 0, "warnings": 1, "widens": 1} and seen.outcome["unchanged"] == 1
    changed = desk.found(token, "changed")[0]
    assert (changed["row"], changed["name"]) == (2, "甲") and changed["fields"] == [{"heading": "料金", "before": "無料", "after": "100円"}]
    assert {"heading": "名称", "before": "", "after": "丁"} in desk.found(token, "added")[0]["fields"]
    assert [(m["name"], m["local_id"]) for m in desk.found(token, "missing")] == [("丙", "3")]
    assert [(w["name"], w["what"], w["to"], w["is_new"]) for w in desk.found(token, "widens")] == [("丁", "項目の全体", "公開", True)]
    assert sorted(names(desk.registry)) == sorted("甲乙丙")
    done = desk.apply(token)
    assert (done.state, done.done, done.total) == ("done", 6, 6) and "丁" in names(desk.registry)
    with storage.reading(desk.registry.engine) as connection:
        operation = storage.operation(connection, done.operation or 0)
    assert operation and (operation.kind, operation.actor, operation.source) == ("import", "山田", "kuramaru")
    undo.undo(desk.registry.engine, operation.id, "山田")
    assert "丁" not in names(desk.registry)


def test_findings_come_in_pages(desk: Desk) -> None:
    token = desk.send([published(管理番号=str(i), 名称=f"場所{i}") for i in range(7)])
    page = staging.preview(desk.registry.engine, desk.folder, token, "kuramaru", "added", page=3, per_page=3)
    assert ([item["row"] for item in page.items], page.pages, page.total) == ([8], 3, 7)
    assert len(desk.found(token, "added", page=99, per_page=3)) == 1
    with pytest.raises(NotFound):
        desk.found(token, "../../etc")


def test_columns_are_shown_as_they_were_understood_and_corrected(desk: Desk) -> None:
    rows = [{"施設名": "甲", "TEL": "03-0000-0001", "会の話": "静かに過ごします", "公開範囲": ""}, {"施設名": "乙", "TEL": "", "会の話": "", "公開範囲": ""}]
    token = desk.send(rows)
    columns = {c.heading: (c.name, c.choice, c.examples) for c in desk.status(token).columns}
    assert columns["施設名"] == ("名称", "名称", ("甲", "乙")) and columns["TEL"][0] == "電話番号"
    assert columns["会の話"] == ("", "", ("静かに過ごします",))
    assert desk.found(token, "warnings")[0]["column"] == "会の話"
    seen = desk.again(token, columns={2: "説明", 1: ""}, fill={"公開範囲": "支援者まで"})
    assert {c.heading: c.name for c in seen.columns} == {"施設名": "名称", "TEL": "", "会の話": "説明", "公開範囲": "公開範囲"}
    assert seen.fill == {"公開範囲": "支援者まで"}
    added = [(f["heading"], f["after"]) for f in desk.found(token, "added")[0]["fields"]]
    assert added == [("名称", "甲"), ("説明", "静かに過ごします"), ("公開範囲", "支援者まで")]
    assert not any("会の話" in str(w) or "TEL" in str(w) for w in desk.found(token, "warnings"))


def test_a_list_whose_name_column_nobody_knows_can_be_told(desk: Desk) -> None:
    token = desk.send([{"よびかた": "甲", "住所": "葛飾区立石5-1"}])
    seen = desk.status(token)
    assert seen.state == "refused" and "「名称」の列が見つかりません" in desk.found(token, "problems")[0]["message"]
    assert [c.heading for c in seen.columns] == ["よびかた", "住所"]
    assert desk.again(token, columns={0: "名称"}).state == "ready"
    assert desk.apply(token).state == "done" and names(desk.registry) == ["甲"]


@pytest.mark.parametrize(("settings", "at"), [
    ({"columns": {0: "宇宙"}}, "columns"), ({"columns": {0: "住所", 1: "住所"}}, "columns"),
    ({"fill": {"公開範囲": "みんな"}}, "fill"), ({"fill": {"宇宙": "x"}}, "fill"),
])
def test_wrong_corrections_are_told(desk: Desk, settings: dict[str, Any], at: str) -> None:
    token = desk.send(ROWS)
    with pytest.raises(EditRefused) as refused:
        desk.again(token, **settings)
    assert list(refused.value.errors) == [at] and desk.status(token).state == "ready"


def test_a_list_with_faults_shows_them_and_is_not_taken(desk: Desk) -> None:
    token = desk.send([ROWS[0], published(管理番号="2", 名称="乙", 種別="温泉")])
    assert desk.status(token).state == "refused"
    assert [(p["row"], p["column"], p["value"]) for p in desk.found(token, "problems")] == [(3, "種別", "温泉")]
    with pytest.raises(NotNow):
        desk.apply(token)


def test_a_change_meanwhile_that_matters_shows_a_new_look(desk: Desk, tmp_path: Path) -> None:
    import_rows(desk.registry, tmp_path, ROWS)
    token = desk.send([{**ROWS[0], "料金": "100円"}, ROWS[1]])
    it = next(r.id for r in desk.registry.snapshots.current(STAFF).records if r.name == "甲")
    save(desk.registry.engine, it, desk.registry.revision(), {"fees_description": "50円"}, {}, "kuramaru", "佐藤", today())
    seen = desk.apply(token)
    assert (seen.state, seen.moved) == ("ready", True)
    assert desk.found(token, "changed")[0]["fields"] == [{"heading": "料金", "before": "50円", "after": "100円"}]
    assert desk.apply(token).state == "done"


def test_a_change_meanwhile_elsewhere_does_not_matter(desk: Desk, tmp_path: Path) -> None:
    import_rows(desk.registry, tmp_path, ROWS)
    token = desk.send([{**ROWS[0], "料金": "100円"}])
    import_rows(desk.registry, tmp_path, [published(管理番号="1", 名称="社協のもの")], "shakyo")
    assert desk.apply(token).state == "done"


def test_work_that_died_says_so_and_starts_again(desk: Desk) -> None:
    desk.run = never
    token = desk.send(ROWS)
    assert desk.status(token).state == "died"
    desk.run = at_once
    assert desk.again(token).state == "ready"
    desk.run = never
    assert desk.apply(token).state == "died" and names(desk.registry) == []
    desk.run = at_once
    assert desk.apply(token).state == "done"
    with pytest.raises(NotNow):
        desk.again(token)


def test_two_presses_do_it_once(desk: Desk) -> None:
    held: list[int] = []
    token = desk.send(ROWS)
    desk.run = lambda engine, folder, upload, task, lock: held.append(lock)
    assert desk.apply(token).is_working
    with pytest.raises(NotNow):
        desk.apply(token)
    with pytest.raises(NotNow):
        staging.discard(desk.registry.engine, desk.folder, token, "kuramaru")
    os.close(held[0])
    assert desk.status(token).state == "died"


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 300_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(("data", "words"), [
    (b"", "空です"), (b"%PDF-1.7", "PDF"), (b"<html><body>", "ウェブページ"), (b"\0" * (33 * 1024 * 1024), "32MBを超える"),
])
def test_what_is_plainly_no_list_is_refused_at_once(desk: Desk, data: bytes, words: str) -> None:
    with pytest.raises(ListRefused, match=words):
        desk.send(data)
    assert list((desk.folder / "uploads").glob("*")) == []


@pytest.mark.parametrize("data", [
    b"PK\x03\x04kaputt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "名称\n\"甲".encode(), bomb(),
], ids=["a broken archive", "a picture", "an open quote", "a bomb"])  # by name: an archive tells the time it was made
def test_hostile_files_are_refused_by_the_same_checks(desk: Desk, data: bytes) -> None:
    token = desk.send(data, "../../etc/passwd\x00.xlsx")
    seen = desk.status(token)
    assert seen.state == "refused" and desk.found(token, "problems") and seen.filename == "passwd.xlsx"


def test_another_office_finds_nothing(desk: Desk) -> None:
    token = desk.send(ROWS)
    for source, asked in (("shakyo", token), ("kuramaru", "x" * 24), ("kuramaru", "../registry.db")):
        with pytest.raises(NotFound):
            staging.status(desk.registry.engine, desk.folder, asked, source)


def test_after_a_day_nothing_is_left(desk: Desk) -> None:
    kept, thrown = desk.send(ROWS), desk.send(ROWS)
    staging.discard(desk.registry.engine, desk.folder, thrown, "kuramaru")
    folder = desk.folder / "uploads"
    assert {p.name.split(".")[0] for p in folder.iterdir()} == {kept}
    staging.sweep(desk.registry.engine, desk.folder, datetime.now(UTC) + timedelta(hours=23))
    assert desk.status(kept).state == "ready"
    staging.sweep(desk.registry.engine, desk.folder, datetime.now(UTC) + timedelta(hours=25))
    assert list(folder.iterdir()) == []
    with pytest.raises(NotFound):
        desk.status(kept)


def test_files_are_for_the_site_alone(desk: Desk) -> None:
    token = desk.send(ROWS)
    folder = desk.folder / "uploads"
    assert folder.stat().st_mode & 0o077 == 0 and (folder / f"{token}.list").stat().st_mode & 0o077 == 0


def test_a_process_of_its_own_does_the_work(registry: Registry, tmp_path: Path) -> None:
    desk = Desk(registry, tmp_path, staging.in_background)
    token = desk.send(ROWS)
    assert desk.status(token).is_working
    wait(lambda: not desk.status(token).is_working)
    assert desk.status(token).state == "ready"
    staging.apply(registry.engine, tmp_path, token, "kuramaru")
    wait(lambda: not desk.status(token).is_working)
    assert desk.status(token).state == "done" and len(names(registry)) == 2


def wait(until: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_the_work_is_done_for_the_ward_of_the_instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A site whose ward.toml lies in its instance folder, with no WARD_FILE that the process would inherit."""
    shutil.copytree(wards.OTHERS["mihon"].parent, tmp_path / "instance")
    monkeypatch.delenv("WARD_FILE")
    try:
        import_job.settle(tmp_path / "instance")
        assert ward.load().name == ward.read(wards.OTHERS["mihon"]).name
    finally:
        ward.use(wards.KATSUSHIKA)
