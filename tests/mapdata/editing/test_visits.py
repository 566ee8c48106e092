"""訪問記録: dated notes for those they are written for, rewritten and withdrawn by their own office."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from mapdata.claims.projection import PUBLIC, STAFF, SUPPORTER, Audience, office
from mapdata.clock import today
from mapdata.editing import visits
from mapdata.errors import EditRefused, NotFound
from mapdata.history import undo
from mapdata.registry import Registry
from mapdata.words import Level
from tests.factories import import_rows, published

ON = date(2026, 9, 1)


@pytest.fixture
def it(registry: Registry, tmp_path: Path) -> str:
    import_rows(registry, tmp_path, [published()])
    return registry.snapshots.current(STAFF).records[0].id


def told(registry: Registry, reader: Audience) -> list[str]:
    return [v.text for v in registry.snapshots.current(reader).records[0].visits]


def test_each_reader_sees_what_is_for_them_newest_first(registry: Registry, it: str) -> None:
    for days, level, source in ((2, Level.SUPPORTER, "shakyo"), (0, Level.STAFF, "kuramaru"), (1, Level.OFFICE, "shakyo")):
        visits.write(registry.engine, it, ON + timedelta(days), f"{level}", level, source, "山田")
    assert told(registry, PUBLIC) == [] and told(registry, SUPPORTER) == ["supporter"]
    assert told(registry, office("kuramaru")) == ["supporter", "staff"]
    assert told(registry, office("shakyo")) == ["supporter", "office", "staff"]


def test_a_note_is_rewritten_withdrawn_and_taken_back(registry: Registry, it: str) -> None:
    note = visits.write(registry.engine, it, ON, "閉まっていた", Level.STAFF, "shakyo", "山田").note
    visits.rewrite(registry.engine, it, note, ON, "開いていた", Level.STAFF, "shakyo", "佐藤")
    assert told(registry, STAFF) == ["開いていた"]
    gone = visits.withdraw(registry.engine, it, note, "shakyo", "佐藤")
    assert told(registry, STAFF) == []
    undo.undo(registry.engine, gone.operation, "佐藤")
    assert told(registry, STAFF) == ["開いていた"]


def test_nobody_else_s_note(registry: Registry, it: str) -> None:
    note = visits.write(registry.engine, it, ON, "見た", Level.STAFF, "shakyo", "山田").note
    with pytest.raises(NotFound):
        visits.rewrite(registry.engine, it, note, ON, "ちがう", Level.STAFF, "kuramaru", "佐藤")
    with pytest.raises(NotFound):
        visits.withdraw(registry.engine, it, note, "kuramaru", "佐藤")
    with pytest.raises(NotFound):
        visits.write(registry.engine, "zzzzzz", ON, "見た", Level.STAFF, "kuramaru", "佐藤")


def test_what_is_wrong_is_told_at_its_field(registry: Registry, it: str) -> None:
    with pytest.raises(EditRefused) as refused:
        visits.write(registry.engine, it, today() + timedelta(1), " ", Level.PUBLIC, "shakyo", "山田")
    assert list(refused.value.errors) == ["visited_on", "text", "audience"]
