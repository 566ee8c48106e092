"""The site's own texts and labels: written, refused in words, read in lists beside the old ones, taken back."""

from pathlib import Path
from typing import Any

import pytest

from geocode import ward
from mapdata import sitetexts, words
from mapdata.claims.projection import STAFF
from mapdata.errors import EditRefused
from mapdata.history import undo
from mapdata.lists import exporting
from mapdata.registry import Registry
from mapdata.sitetexts import CurrentTexts, changes, texts, write_labels, write_texts
from tests import schema
from tests.factories import import_rows, published

WINDOW = {"name": "まるごと相談", "note": "平日", "phone": "０３－００００－０００１", "url": ""}


def test_what_nobody_wrote_is_said_by_ward_toml(registry: Registry) -> None:
    now = texts(registry.engine)
    assert now.text("name") == ward.load().site["name"] and now.windows == ward.load().windows
    assert now.label("need", "work") == "しごと・就労" and now.label("need", "宇宙") == "宇宙"
    assert now.shows_sample_band(True) and not now.shows_sample_band(False)


def test_texts_are_written_and_blank_ones_taken_back(registry: Registry) -> None:
    first = write_texts(registry.engine, {"tagline": "ようこそ。", "windows": [WINDOW, {"name": " "}], "sample_band": "off"}, "管理")
    now = texts(registry.engine)
    assert first and now.text("tagline") == "ようこそ。" and not now.shows_sample_band(True)
    assert now.windows == (ward.Window("まるごと相談", "平日", "03-0000-0001", ""),)
    assert write_texts(registry.engine, {"tagline": "ようこそ。"}, "管理") is None
    write_texts(registry.engine, {"tagline": "", "windows": []}, "管理")
    assert texts(registry.engine).text("tagline") == ward.load().site["tagline"] and texts(registry.engine).windows == ward.load().windows


@pytest.mark.parametrize(("said", "at"), [
    ({"tagline": "あ" * 201}, "tagline"), ({"sample_band": "たぶん"}, "sample_band"), ({"windows": [{"note": "名なし"}]}, "windows.0"),
    ({"windows": [WINDOW, {"name": "x", "phone": "平日のみ"}]}, "windows.1"), ({"windows": [{"name": "x", "url": "javascript:alert(1)"}]}, "windows.0"),
])
def test_what_cannot_stand_there_is_told(registry: Registry, said: dict[str, Any], at: str) -> None:
    with pytest.raises(EditRefused) as refused:
        write_texts(registry.engine, said, "管理")
    assert list(refused.value.errors) == [at] and registry.revision() == 0


def test_a_label_is_shown_and_read_beside_the_old_one_and_lists_keep_theirs(registry: Registry, tmp_path: Path) -> None:
    write_labels(registry.engine, {("need", "work"): "はたらくこと", ("ease", "private_room"): "個室あり"}, "管理")
    now = texts(registry.engine)
    assert now.label("need", "work") == "はたらくこと" and now.vocabularies["need"].label_of("money") == "お金・生活"
    assert now.vocabularies["need"].codes == words.NEED.codes and words.NEED.label_of("work") == "しごと・就労"
    report = import_rows(registry, tmp_path, [
        published(管理番号="1", 名称="甲", 困りごと="はたらくこと", 参加しやすさ="個室あり"), published(管理番号="2", 名称="乙", 困りごと="しごと・就労")])
    assert report.warnings == ()
    assert {r.needs for r in registry.snapshots.current(STAFF).records} == {("work",)}
    rows = exporting.source_rows(registry.engine, "kuramaru")
    assert [row["困りごと"] for row in rows] == ["しごと・就労"] * 2 and rows[0]["参加しやすさ"] == "個室"
    other = schema.in_memory()
    assert import_rows(other, tmp_path, [published(困りごと="はたらくこと")]).warnings


@pytest.mark.parametrize(("slot", "label"), [
    (("need", "work"), "お金・生活"), (("need", "work"), "8050"), (("need", "work"), "しごと、就労"), (("ease", "pickup"), "送迎なし"),
    (("need", "work"), "あ" * 41), (("need", "work"), "くらし"),
])
def test_a_label_that_would_mean_something_else_is_refused(registry: Registry, slot: tuple[str, str], label: str) -> None:
    write_labels(registry.engine, {("need", "money"): "くらし"}, "管理")
    with pytest.raises(EditRefused) as refused:
        write_labels(registry.engine, {slot: label}, "管理")
    assert list(refused.value.errors) == [".".join(slot)]


def test_history_and_undo(registry: Registry) -> None:
    write_texts(registry.engine, {"notice": "年末は休みます"}, "管理")
    second = write_labels(registry.engine, {("need", "work"): "はたらくこと"}, "管理")
    told = [(c.heading, c.before, c.after, c.actor) for c in changes(registry.engine)]
    assert told == [("困りごと「しごと・就労」の呼び方", None, "はたらくこと", "管理"), ("お知らせ", None, "年末は休みます", "管理")]
    undo.undo(registry.engine, second or 0, "管理")
    assert texts(registry.engine).label("need", "work") == "しごと・就労" and texts(registry.engine).text("notice") == "年末は休みます"


def test_current_texts_are_as_new_as_the_registry(registry: Registry) -> None:
    current = CurrentTexts(registry.engine)
    assert current() is current()
    write_texts(registry.engine, {"notice": "お知らせ"}, "管理")
    assert current().text("notice") == "お知らせ"


def test_every_vocabulary_is_one_of_the_filters() -> None:
    assert list(sitetexts.VOCABULARIES) == ["need", "age", "activity", "way", "ease", "kind"]
