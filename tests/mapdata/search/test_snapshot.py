"""A snapshot that was carried over changes is the one that would be built anew; nothing of an old one stays."""

import random
import threading
import weakref
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mapdata import storage, words
from mapdata.claims.projection import PUBLIC, STAFF, SUPPORTER, office
from mapdata.clock import today
from mapdata.lists.importing import import_file
from mapdata.people.account import SAMPLE_ACTOR
from mapdata.registry import Registry
from mapdata.search import asking
from mapdata.search.query import Query
from mapdata.search.record_store import ClaimedRecords
from mapdata.search.snapshot import Snapshot, build
from mapdata.storage.speaking import resolve_again
from tests.factories import import_rows, published, write_csv

AUDIENCES = (PUBLIC, SUPPORTER, STAFF, office("kuramaru"))
TOWNS = ("葛飾区立石5-13-1", "葛飾区亀有3-2-1", "葛飾区青戸7丁目", "千代田区外神田1-1", "")


def state(snapshot: Snapshot) -> dict[str, Any]:
    """All of it, as plain values."""
    points = snapshot.points
    return {
        "revision": snapshot.revision, "version": snapshot.version, "samples": snapshot.holds_samples, "records": snapshot.records,
        "keys": snapshot.name_keys, "bits": {name: column.tolist() for name, column in snapshot.bits.items()},
        "days": snapshot.days.tolist(), "texts": list(snapshot.texts), "by_id": snapshot.by_id,
        "points": [points.row.tolist(), points.lat.tolist(), points.lng.tolist(), *map(np.ndarray.tolist, points.pixels)],
        "metres": points.metres.round(6).tolist(), "has_point": snapshot.has_point.tolist(),
        "together": [np.flatnonzero(points.spot == spot).tolist() for spot in points.spot],
        "offered": snapshot.offered, "words": [snapshot.texts.holding(word).tolist() for word in ("あ", "立石", "\x01", "静かな部屋")],
    }


def some_row(chance: random.Random, number: int) -> dict[str, str]:
    def some(vocabulary: words.Vocabulary) -> str:
        return "、".join(t.label for t in chance.sample(vocabulary.terms, chance.randint(0, 3)))

    homes = [chance.choice(TOWNS) for _ in range(chance.choice((0, 1, 1, 1, 2, 3)))]
    return published(
        管理番号=chance.choice((f"{number:03}", str(number))), 名称=chance.choice("あいうえおアカ亜") + str(number % 4),
        名称_カナ=chance.choice(("", "カメアリ", "ンン")), 住所="；".join(homes), 困りごと=some(words.NEED), 説明=chance.choice(("", "静かな部屋")),
        参加しやすさ=some(words.EASE), 活動の種類=some(words.ACTIVITY), つながり方=some(words.WAY),
        種別=chance.choice(words.KIND.terms).label, 位置の公開=chance.choices(words.PRECISION.terms, [4, 1, 1])[0].label,
        公開範囲=chance.choices(words.AUDIENCE.terms, [6, 1, 1, 1])[0].label, 職員向けメモ=chance.choice(("", "鍵は隣")),
        状態=chance.choices(words.STATUS.terms, [1, 1, 8, 1, 1])[0].label, 対象年齢_下限=chance.choice(("", "18", "年齢不問")),
        掲載終了日=chance.choice(("", "", "2020-01-01")), 確認日=chance.choice(("", "2026-04-01", "2020-04-01")),
    )


def change(registry: Registry, folder: Path, chance: random.Random) -> None:
    """One write: a part of a list anew, once in a while as the samples are loaded, or all entries resolved again."""
    if chance.random() < 0.1:
        resolve_again(registry.engine, "tester")
        return
    numbers = chance.sample(range(1, 15), chance.choice((1, 1, 2, 6)))
    actor = SAMPLE_ACTOR if chance.random() < 0.15 else "tester"
    path = write_csv(folder / "list.csv", [some_row(chance, number) for number in numbers])
    import_file(registry.engine, path, chance.choice(("kuramaru", "shakyo")), actor)


@pytest.mark.parametrize("seed", range(4))
def test_carried_over_is_built_anew(registry: Registry, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(14):
        change(registry, tmp_path, chance)
        for audience in AUDIENCES:
            found = registry.snapshots.current(audience)
            if chance.random() < 0.6:  # else its columns are made of records that were carried over
                assert state(found) == state(build(ClaimedRecords(registry.engine), audience, today()))


def test_only_what_changed_is_read_and_made(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [published(管理番号=str(i), 名称=f"場所{i:02}") for i in range(30)]
    import_rows(registry, tmp_path, rows)
    old = registry.snapshots.current(PUBLIC)
    list(old.texts)
    made: list[str] = []
    real = __import__("mapdata.search.record_store", fromlist=["project"]).project
    monkeypatch.setattr("mapdata.search.record_store.project", lambda entry, *a: made.append(entry.name) or real(entry, *a))
    import_rows(registry, tmp_path, [{**rows[3], "名称": "場所99"}, *rows[4:8]])
    new = registry.snapshots.current(PUBLIC)
    assert made == ["場所99"] and new.records[-1].name == "場所99"
    assert [a is b for a, b in zip([r for r in old.records if r.name != "場所03"], new.records[:-1], strict=True)] == [True] * 29


def test_a_newer_number_of_the_same_entry_is_seen(registry: Registry, tmp_path: Path) -> None:
    """How a source knows an entry is no claim: staff are shown it all the same."""
    row = published(名称="ひなた", 住所="葛飾区立石5-13-1")
    import_rows(registry, tmp_path, [row])
    assert registry.snapshots.current(STAFF).records[0].staff.local_ids == {"kuramaru": ""}  # type: ignore[union-attr]
    import_rows(registry, tmp_path, [{**row, "管理番号": "7"}])
    assert registry.snapshots.current(STAFF).records[0].staff.local_ids == {"kuramaru": "7"}  # type: ignore[union-attr]


def test_another_database_in_its_place_is_read_anew(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(管理番号="1", 名称="前")])
    import_rows(registry, tmp_path, [published(管理番号="1", 名称="後")])
    assert registry.snapshots.current(PUBLIC).revision == 2
    with storage.writing(registry.engine) as connection:
        connection.exec_driver_sql("UPDATE registry_state SET revision = 1")
        connection.exec_driver_sql("UPDATE resource SET name = '前', revision = 1")
    assert [r.name for r in registry.snapshots.current(PUBLIC).records] == ["前"]


def test_a_new_day_is_built_anew(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import_rows(registry, tmp_path, [published(名称="今日まで", 掲載終了日="2026-11-23")])
    for day, names in ((date(2026, 11, 23), ["今日まで"]), (date(2026, 11, 24), []), (date(2026, 11, 23), ["今日まで"])):
        monkeypatch.setattr("mapdata.search.snapshot.today", lambda day=day: day)
        assert [r.name for r in registry.snapshots.current(PUBLIC).records] == names


def test_nothing_of_an_old_snapshot_stays(registry: Registry, tmp_path: Path) -> None:
    """Not even until the next search for garbage: it may be hundreds of megabytes."""
    import_rows(registry, tmp_path, [published(管理番号="1", 住所="葛飾区立石5-13-1")])
    old = registry.snapshots.current(PUBLIC)
    answer = asking.ask(old, Query(q="ひなた", near="立石"))
    assert len(answer.points) == 1 and len(answer.records) == 1
    gone = weakref.ref(old)
    del old, answer
    import_rows(registry, tmp_path, [published(管理番号="1", 名称="こかげ")])
    assert registry.snapshots.current(PUBLIC).records[0].name == "こかげ" and gone() is None


def test_threads_see_no_older_state_than_before(registry: Registry, tmp_path: Path) -> None:
    faults: list[BaseException] = []
    over = threading.Event()

    def read() -> None:
        last, rng = 0, random.Random(threading.get_ident())
        try:
            while not over.is_set():
                found = registry.snapshots.current(PUBLIC)
                answer = asking.ask(found, Query(q=rng.choice(("場所", "1", "なし")), near=rng.choice(("", "立石"))))
                assert len(answer.records) == len(answer.rows) <= len(found.records) == len(found.bits["need"])
                assert found.revision >= last
                last = found.revision
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(12):
        import_rows(registry, tmp_path, [published(管理番号=str(number % 5), 名称=f"場所{number}")])
        assert registry.snapshots.current(PUBLIC).revision == number + 1
    over.set()
    for thread in threads:
        thread.join()
    assert faults == []
