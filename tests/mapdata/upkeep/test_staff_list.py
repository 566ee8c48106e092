"""The staff's list: filters, counts, marks and orders."""

from datetime import date
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from mapdata.claims.projection import office
from mapdata.clock import today
from mapdata.editing import visits
from mapdata.editing.saving import save
from mapdata.registry import Registry
from mapdata.upkeep.staff_list import SORTS, Asked, Found, staff_list
from mapdata.words import Level
from tests import schema
from tests.factories import import_rows, published

RECENT = today().isoformat()
KURAMARU = [
    published(管理番号="K-7", 名称="あ", 住所="葛飾区立石5-13-1", 開催日時="木曜 13:00～15:00", 確認日=RECENT),
    published(管理番号="K-8", 名称="い", 住所="新宿区西新宿2-8-1", 開催日時="月2回", 確認日="2020-01-01", 掲載同意=""),
    published(管理番号="K-9", 名称="う", 活動の種類="オンライン", 状態="準備中", 掲載同意="なし"),
]
SHAKYO = [
    published(管理番号="1", 名称="え", 状態="終了", 掲載同意=""),
    published(管理番号="2", 名称="お", 状態="下書き", 住所="葛飾区亀有3-1；葛飾区", 確認日=RECENT),
    published(管理番号="3", 名称="か", 公開範囲="自所属のみ", 確認日=RECENT),
]


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    folder: Path = tmp_path_factory.mktemp("list")
    made = Registry(schema.file(folder / 'r.db'))
    import_rows(made, folder, KURAMARU, "kuramaru")
    import_rows(made, folder, SHAKYO, "shakyo")
    it = next(r.id for r in made.snapshots.current(office("kuramaru")).records if r.name == "い")
    save(made.engine, it, made.revision(), {"remarks": "社協より"}, {}, "shakyo", "山田", date(2020, 1, 1))
    visits.write(made.engine, it, date(2026, 9, 1), "猫がいた", Level.STAFF, "shakyo", "山田")
    return made


def ask(registry: Registry, question: str, **options: int) -> Found:
    pairs = [tuple(part.split("=")) for part in question.split("&") if part]
    return staff_list(registry.engine, registry.snapshots.current(office("kuramaru")), Asked.read(MultiDict(pairs)), **options)


def names(registry: Registry, question: str) -> str:
    return "".join(line.record.name for line in ask(registry, question).lines)


@pytest.mark.parametrize(("question", "found"), [
    ("", "あいうえお"), ("status=draft&status=preparing", "うお"), ("source=shakyo", "いえお"), ("office=shakyo", "えお"),
    ("mark=overdue", "いう"), ("mark=unplaced", "いお"), ("mark=no_consent", "いう"), ("mark=overdue&mark=unplaced", "い"),
    ("mark=unclear_times", "い"),
    ("q=K-8", "い"), ("q=猫 いた", "い"), ("q=社協より", "い"), ("status=closed&source=kuramaru", ""), ("status=たぶん&page=x&sort=y", "あいうえお"),
    ("sort=assured", "うえいあお"), ("sort=changed", "いえおあう"), ("sort=status", "おうあいえ"),
])
def test_filters_and_orders(registry: Registry, question: str, found: str) -> None:
    assert names(registry, question) == found


def test_counts_ignore_their_own_filter(registry: Registry) -> None:
    counts = ask(registry, "status=active&office=kuramaru").counts
    assert counts["status"] == {"draft": 0, "preparing": 1, "active": 2, "paused": 0, "closed": 0}
    assert counts["office"] == {"kuramaru": 2, "shakyo": 0} and counts["mark"]["overdue"] == 1


def test_pages_and_all_that_match(registry: Registry) -> None:
    found = ask(registry, "page=2", per_page=2)
    assert ("".join(line.record.name for line in found.lines), found.pages, len(found.ids)) == ("うえ", 3, 5)
    assert "".join(line.record.name for line in ask(registry, "page=99", per_page=2).lines) == "お"


def test_a_line_knows_its_marks_and_its_last_change(registry: Registry) -> None:
    line = ask(registry, "q=K-8").lines[0]
    assert line.marks == ("overdue", "unplaced", "no_consent", "unclear_times") and line.changed_by == "山田" and line.changed_at


def test_a_question_is_read_back_from_its_own_string() -> None:
    asked = Asked.read(MultiDict([("status", "draft"), ("mark", "overdue"), ("mark", "unplaced"), ("q", "亀 有"), ("sort", "changed"), ("page", "3")]))
    assert Asked.read(MultiDict([tuple(p.split("=")) for p in asked.string().replace("+", " ").split("&") if "q=" not in p])) == Asked(
        asked.choices, "", "changed", 3)
    assert set(SORTS) == {"name", "assured", "changed", "status"}
