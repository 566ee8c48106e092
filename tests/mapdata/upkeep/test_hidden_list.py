"""An entry that both offices keep, of which one keeps all that it says to itself: the other is told as if it did not."""

from datetime import date
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from mapdata.claims.projection import STAFF, office
from mapdata.clock import today
from mapdata.editing import saving
from mapdata.history.recent_changes import recent
from mapdata.history.timeline import history
from mapdata.merging import merge
from mapdata.registry import Registry
from mapdata.upkeep import freshness, org_links, slips, worklist
from mapdata.upkeep.staff_list import Asked, staff_list
from tests.factories import import_rows, published

KURAMARU, SHAKYO = office("kuramaru"), office("shakyo")
OURS = published(管理番号="K1", 名称="ひなた", 料金="無料", 確認日="2026-04-01")
THEIRS = published(管理番号="S1", 名称="ひなたの別名", 電話番号="03-0000-0009", 確認日="2026-05-01", 職員向けメモ="うちの話")


def told(registry: Registry, it: str) -> dict[str, object]:
    """All that くらまる課 is told of it beside its values."""
    engine, snapshot = registry.engine, registry.snapshots.current(KURAMARU)
    record = snapshot.by_id[it]
    assert record.staff
    found = staff_list(engine, snapshot, Asked.read(MultiDict()))
    slip = slips.slips(engine, [it], KURAMARU, today(), True)[0]
    lines = worklist.worklist(engine, snapshot, worklist.Asked(worklist.ALL)).lines
    return {
        "lists": record.staff.local_ids, "sources": set(record.staff.sources.values()), "assured": record.assured_on,
        "counts": found.counts, "by": found.lines[0].changed_by, "slip": (slip.numbers, slip.facts),
        "others": saving.open_entry(engine, it, "kuramaru", today()).others,
        "history": [(c.how, c.source, c.fields) for c in history(engine, it, KURAMARU)],
        "recent": [(r.how, r.source, r.outcome) for r in recent(engine, KURAMARU, snapshot.by_id)],
        "due": [(line.office, line.due, line.attempt) for line in lines],
        "links": [link.name for link in org_links.given(engine, it, KURAMARU)],
    }


@pytest.fixture
def it(registry: Registry, tmp_path: Path) -> str:
    import_rows(registry, tmp_path, [OURS])
    return registry.snapshots.current(STAFF).records[0].id


def test_nothing_tells_that_the_other_list_has_it(registry: Registry, tmp_path: Path, it: str) -> None:
    before = told(registry, it)
    import_rows(registry, tmp_path, [{**THEIRS, "公開範囲": "自所属のみ"}], "shakyo")
    other = next(r.id for r in registry.snapshots.current(SHAKYO).records if r.id != it)
    assert told(registry, it) == before
    merge.merge(registry.engine, it, other, {}, "山田", "shakyo", date(2026, 6, 1), registry.revision())
    assert told(registry, it) == before
    import_rows(registry, tmp_path, [{**THEIRS, "公開範囲": "自所属のみ", "電話番号": "03-0000-0008"}], "shakyo")
    assert told(registry, it) == before
    freshness.no_answer(registry.engine, it, today(), "", "うちの電話", "shakyo", "山田", today())
    mine = org_links.make(registry.engine, it, "山田", "shakyo", agreed=[it])
    assert told(registry, it) == before and org_links.given(registry.engine, it, SHAKYO)[0].digest == org_links.digest(mine)
    own = registry.snapshots.current(SHAKYO).by_id[it]
    assert own.staff and own.staff.local_ids == {"kuramaru": "K1", "shakyo": "S1"}
    import_rows(registry, tmp_path, [THEIRS], "shakyo")
    assert told(registry, it) != before and told(registry, it)["lists"] == {"kuramaru": "K1", "shakyo": "S1"}
