"""Each office's word binds its own values, in an entry that two keep; the narrower rule holds for the whole."""

from datetime import date
from pathlib import Path

import pytest

from mapdata.claims.projection import PUBLIC, STAFF, office
from mapdata.editing.saving import save
from mapdata.errors import NotFound
from mapdata.merging import merge as merging
from mapdata.merging.merge import MergeRefused
from mapdata.registry import Registry
from mapdata.storage.speaking.acting import MustAsk
from mapdata.words import Level
from tests.mapdata.merging.two import HINATA, ON, SUNNY, Two


@pytest.fixture
def two(registry: Registry, tmp_path: Path) -> Two:
    return Two(registry, tmp_path)


def test_each_office_binds_its_own_values(two: Two) -> None:
    """A merge makes nothing wider: what the one keeps to staff stays with staff beside what the other publishes."""
    two.take("shakyo", {**SUNNY, "電話番号": "03-0000-0002"})
    two.merge()
    seen = two.registry.snapshots.current(PUBLIC).by_id[two.keep]
    assert (seen.name, seen.fees_description, [c.value for c in seen.contacts]) == ("ひなたサロン", "無料", ["03-0000-0001"])
    assert seen.assured_on == date(2026, 4, 1)
    staff = two.registry.snapshots.current(STAFF).by_id[two.keep]
    assert (staff.name, staff.fees_description, staff.assured_on) == ("サロンひなた", "100円", date(2026, 5, 1))
    two.take("shakyo", {**SUNNY, "電話番号": "03-0000-0002"}, 公開範囲="公開")
    seen = two.registry.snapshots.current(PUBLIC).by_id[two.keep]
    assert (seen.name, [c.value for c in seen.contacts]) == ("サロンひなた", ["03-0000-0002"])


@pytest.mark.parametrize(("narrow", "public"), [
    ({"公開範囲": "自所属のみ"}, True), ({"状態": "下書き"}, True), ({"状態": ""}, True), ({"公開範囲": ""}, True),
    ({"状態": "終了"}, False), ({"掲載同意": "なし"}, False), ({"掲載同意": "未確認"}, True), ({"掲載同意": ""}, True),
    ({"掲載開始日": "2027-04-01"}, False), ({"掲載終了日": "2026-10-31"}, False),
])
def test_for_the_whole_entry_the_narrower_holds(two: Two, narrow: dict[str, str], public: bool) -> None:
    two.take("shakyo", SUNNY | {"公開範囲": "公開"} | narrow)
    two.merge("shakyo")
    assert (two.keep in two.registry.snapshots.current(PUBLIC).by_id) == public
    assert two.keep in two.registry.snapshots.current(office("kuramaru")).by_id
    assert two.keep in two.registry.snapshots.current(office("shakyo")).by_id


def test_no_choice_overrides_a_rule(two: Two) -> None:
    two.take("kuramaru", HINATA, 位置の公開="正確な位置")
    two.take("shakyo", SUNNY, 位置の公開="非公開")
    two.merge(audience="kuramaru", location_precision="kuramaru")
    assert two.entry.location_precision == "hidden" and two.entry.by_reader.scopes["shakyo"] == Level.STAFF
    assert merging.choose(two.engine, two.keep, {"location_precision": "kuramaru"}, "太郎", "shakyo", ON, two.registry.revision()) is None
    with pytest.raises(MustAsk) as asked:
        two.edit(two.keep, "kuramaru", location_precision="area")
    assert asked.value.offices == ("shakyo",)
    two.edit(two.keep, "shakyo", location_precision="area")
    assert two.entry.location_precision == "area"


def test_nobody_loses_sight_of_their_own_entry(two: Two) -> None:
    two.take("shakyo", SUNNY, 公開範囲="自所属のみ")
    with pytest.raises(NotFound):
        two.merge()
    two.merge("shakyo")
    seen = {code: two.registry.snapshots.current(office(code)).by_id[two.keep].name for code in ("kuramaru", "shakyo")}
    assert seen == {"kuramaru": "ひなたサロン", "shakyo": "サロンひなた"}


def test_who_only_speaks_of_it_does_not_lose_sight_of_it(two: Two) -> None:
    """社協 keeps the one for itself; くらまる課 wrote into the other, and has it in no list."""
    two.take("shakyo", SUNNY, {**SUNNY, "管理番号": "S-8", "名称": "ひなた別室"}, 公開範囲="両職員まで")
    other = two.id("ひなた別室")
    two.edit(other, "kuramaru", remarks="くらまる課より")
    save(two.engine, two.other, two.registry.revision(), {"audience": "office"}, {}, "shakyo", "花子", ON)
    with pytest.raises(MergeRefused):
        two.merge_two(two.other, other, "shakyo")
