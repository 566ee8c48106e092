"""What an entry's sources say side by side, to whom it may be told."""

from datetime import date
from pathlib import Path

from mapdata.claims.projection import office
from mapdata.editing.saving import save
from mapdata.merging import compare
from mapdata.registry import Registry
from mapdata.words import Level
from tests.factories import import_rows, published

ON = date(2026, 11, 1)


def test_whose_value_is_shown_is_told_to_those_who_see_it(registry: Registry, tmp_path: Path) -> None:
    """A source that says something for itself alone is not named as the one whose value stands there."""
    import_rows(registry, tmp_path, [published(管理番号="1", 備考="甲", 確認日="2026-04-01")])
    it = registry.snapshots.current(office("kuramaru")).records[0].id
    save(registry.engine, it, 1, {"remarks": "乙"}, {}, "self", "団体", date(2026, 10, 1))
    save(registry.engine, it, 2, {"remarks": "丙"}, {"remarks": Level.OFFICE}, "shakyo", "山田", ON)
    told = {code: compare.sources(registry.engine, it, office(code), ON).rivals for code in ("kuramaru", "shakyo")}
    assert [(c.source, c.value) for c in told["kuramaru"][0].claims] == [("kuramaru", "甲"), ("self", "乙")]
    assert (told["kuramaru"][0].shown, told["shakyo"][0].shown) == ("self", "shakyo")
    assert [c.value for c in told["shakyo"][0].claims] == ["甲", "乙", "丙"]
