"""Who may widen and narrow what: acts × offices × fields, as one table. That only editors and admins act at all, role by
role and address by address, stands in tests/views/test_access.py."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mapdata import storage
from mapdata.claims.entry import Entry
from mapdata.claims.projection import PUBLIC
from mapdata.editing import bulk
from mapdata.editing.saving import save
from mapdata.errors import EditRefused
from mapdata.history import undo
from mapdata.merging import merge as merging
from mapdata.registry import Registry
from mapdata.storage.speaking.acting import Agreed, MustAsk, WouldWiden
from mapdata.words import Level
from tests.factories import import_rows, published

ON = date(2026, 11, 1)
#: Field → (wide value, narrow value), as a list writes them and as a claim has them.
RULES = {
    "location_precision": (("正確な位置", "exact"), ("非公開", "hidden")), "audience": (("公開", "public"), ("両職員まで", "staff")),
    "status": (("公開中", "active"), ("準備中", "preparing")), "consent": (("口頭", "oral"), ("なし", "no")),
    "publish_from": (("", None), ("2100-01-01", "2100-01-01")), "publish_until": (("", None), ("2020-12-31", "2020-12-31")),
}
HEADING = {"location_precision": "位置の公開", "audience": "公開範囲", "status": "状態", "consent": "掲載同意",
           "publish_from": "掲載開始日", "publish_until": "掲載終了日"}
#: What 社協, who keeps it, くらまる課, who does not, and the two that keep it together may do to each of them.
MAY = {
    # field: keeper widens, keeper narrows, other widens, other narrows, both keep: one widens its own word beside the other's narrow one
    "location_precision": ("named", "done", "asks", "done", "asks"),
    "audience": ("named", "done", "asks", "done", "own"),
    "status": ("named", "done", "asks", "done", "own"),
    "consent": ("named", "done", "asks", "done", "asks"),
    "publish_from": ("named", "done", "asks", "done", "asks"),
    "publish_until": ("named", "done", "asks", "done", "asks"),
}


class Place:
    """An entry that 社協 keeps."""

    def __init__(self, registry: Registry, folder: Path, **cells: str):
        self.registry, self.engine, self.folder = registry, registry.engine, folder
        self.take("shakyo", **cells)

    def take(self, source: str, number: str = "1", **cells: str) -> None:
        row = published(管理番号=f"{source}-{number}", 電話番号="03-0000-0001", 住所="葛飾区立石5-13-1", 説明=f"{source}の説明") | cells
        assert not import_rows(self.registry, self.folder, [row], source).problems

    @property
    def entry(self) -> Entry:
        with storage.reading(self.engine) as connection:
            return next(e for e in storage.load_entries(connection) if "shakyo" in e.local_ids)

    def say(self, who: str, said: str | None = "", **says: Any) -> None:
        base = self.registry.revision()
        save(self.engine, self.entry.id, base, says, {}, who, "t", ON, agreed=Agreed(said))

    def public(self) -> set[str]:
        """What residents read: whether it is there, and its address."""
        found = self.registry.snapshots.current(PUBLIC).by_id.get(self.entry.id)
        return {"there", *(place.address for place in found.places if place.address)} if found else set()

    def share(self, **cells: str) -> None:
        """くらまる課 has it in its list too, in these words."""
        self.take("kuramaru", **cells)
        with storage.reading(self.engine) as connection:
            other = next(e.id for e in storage.load_entries(connection) if set(e.local_ids) == {"kuramaru"})
        merging.merge(self.engine, self.entry.id, other, {}, "t", "kuramaru", ON, self.registry.revision())


def outcome(place: Place, who: str, **says: Any) -> str:
    before = place.public()
    try:
        place.say(who, **says)
    except MustAsk as asked:
        assert place.public() == before and set(asked.offices) <= {"shakyo", "kuramaru"} - {who}
        return "asks"
    except WouldWiden as named:
        assert place.public() == before
        place.say(who, named.digest, **says)
        return "named"
    return "done"


@pytest.mark.parametrize("field", MAY)
def test_the_table(registry: Registry, tmp_path: Path, field: str) -> None:
    (wide_cell, wide), (narrow_cell, narrow) = RULES[field]
    heading, table = HEADING[field], MAY[field]
    place = Place(registry, tmp_path, **{heading: narrow_cell})
    whole = {"there", "葛飾区立石5-13-1"}
    assert outcome(place, "kuramaru", **{field: wide}) == table[2]
    assert outcome(place, "shakyo", **{field: wide}) == table[0] and place.public() == whole
    assert outcome(place, "kuramaru", **{field: narrow}) == table[3] and place.public() != whole
    assert outcome(place, "kuramaru", **{field: wide}) == "named" and place.public() == whole  # its own narrowing, taken back
    outcome(place, "kuramaru", **{field: narrow})
    assert outcome(place, "shakyo", **{field: wide}) == "named" and place.public() == whole  # its keeper lifts it
    assert outcome(place, "shakyo", **{field: narrow}) == table[1] and place.public() != whole
    place.share(**{heading: wide_cell})
    found = outcome(place, "kuramaru", **{field: wide})
    if table[4] == "own":  # it is that already: each office's word binds its own values
        assert found == "done" and "there" in place.public() and place.entry.by_reader.scopes["shakyo"] != Level.PUBLIC
    else:
        assert found == table[4] and place.public() != whole


@pytest.mark.parametrize(("who", "found"), [("shakyo", "named"), ("kuramaru", "asks")])
def test_the_audience_of_a_value(registry: Registry, tmp_path: Path, who: str, found: str) -> None:
    place = Place(registry, tmp_path)
    save(place.engine, place.entry.id, registry.revision(), {}, {"description": Level.STAFF}, "shakyo", "t", ON)
    try:
        save(place.engine, place.entry.id, registry.revision(), {}, {"description": Level.PUBLIC}, who, "t", ON, agreed=Agreed(""))
    except MustAsk:
        assert found == "asks"
    except WouldWiden as named:
        assert found == "named" and [w.what for w in named.widenings] == ["description"]


@pytest.mark.parametrize(("who", "found"), [("shakyo", WouldWiden), ("kuramaru", MustAsk)])
def test_many_and_taking_back(registry: Registry, tmp_path: Path, who: str, found: type[WouldWiden]) -> None:
    place = Place(registry, tmp_path)
    done = bulk.set_status(place.engine, [place.entry.id], "preparing", "shakyo", "t", ON)
    for act in (
        lambda: bulk.set_status(place.engine, [place.entry.id], "active", who, "t", ON, Agreed("")),
        lambda: undo.undo(place.engine, done.operation or 0, "t", who, Agreed("")),
    ):
        with pytest.raises(WouldWiden) as named:
            act()
        assert type(named.value) is found and place.public() == set()


def test_nobody_narrows_it_out_of_its_keeper_s_sight(registry: Registry, tmp_path: Path) -> None:
    place = Place(registry, tmp_path)
    with pytest.raises(EditRefused):
        place.say("kuramaru", audience="office")


def test_what_no_office_keeps_any_editor_widens(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(管理番号="1", 公開範囲="両職員まで")], "self")
    with storage.reading(registry.engine) as connection:
        it, = storage.all_ids(connection)
    for who in ("kuramaru", "shakyo"):
        with pytest.raises(WouldWiden) as named:
            save(registry.engine, it, registry.revision(), {"audience": "public"}, {}, who, "t", ON, agreed=Agreed(""))
        assert not isinstance(named.value, MustAsk)
