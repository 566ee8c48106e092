"""What one office keeps, another asks it to let be widened."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mapdata import storage
from mapdata.claims.projection import PUBLIC
from mapdata.editing import bulk
from mapdata.editing.saving import save
from mapdata.errors import EditRefused, NotFound
from mapdata.history import erasing, requests, undo
from mapdata.people.account import Actor
from mapdata.registry import Registry
from mapdata.storage.speaking.acting import Act, MustAsk
from mapdata.words import Level
from tests.factories import import_rows, published

ON = date(2026, 11, 1)
ROWS = [published(管理番号=str(number), 名称=name, 状態="準備中", 電話番号="03-0000-0001", 位置の公開="非公開", 住所="葛飾区立石5-13-1")
        for number, name in enumerate(("甲", "乙", "丙"))]


class Office:
    """くらまる課 asks; 社協 keeps."""

    def __init__(self, registry: Registry, folder: Path):
        self.registry, self.engine = registry, registry.engine
        import_rows(registry, folder, ROWS, "shakyo")

    def ids(self, *names: str) -> list[str]:
        with storage.reading(self.engine) as connection:
            by_name = {e.name: e.id for e in storage.load_entries(connection)}
        return [by_name[name] for name in names]

    def edit(self, name: str, says: dict[str, Any], source: str = "kuramaru", **levels: Level) -> None:
        save(self.engine, self.ids(name)[0], self.registry.revision(), says, levels, source, "花子", ON)

    def ask(self, must: MustAsk) -> int:
        assert must.act
        return requests.ask(self.engine, must.act, must.offices, "kuramaru", "花子", "載せてよいと聞きました")

    def public(self) -> list[str]:
        return sorted(record.name for record in self.registry.snapshots.current(PUBLIC).records)


@pytest.fixture
def office(registry: Registry, tmp_path: Path) -> Office:
    return Office(registry, tmp_path)


def asked_status(office: Office, *names: str) -> int:
    with pytest.raises(MustAsk) as must:
        bulk.set_status(office.engine, office.ids(*names), "active", "kuramaru", "花子", ON)
    return office.ask(must.value)


def test_asked_named_and_accepted_by_one_press(office: Office) -> None:
    number = asked_status(office, "甲", "乙")
    assert office.public() == []
    waiting, = requests.waiting(office.engine, "shakyo")
    assert waiting.id == number and requests.waiting(office.engine, "kuramaru") == []
    assert [one.id for one in requests.made(office.engine, "kuramaru")] == [number]
    case = requests.look(office.engine, number, "shakyo")
    assert {(w.name, w.what, w.to) for w in case.widenings} == {("甲", "entry", Level.PUBLIC), ("乙", "entry", Level.PUBLIC)}
    assert office.public() == [] and not case.changed
    operation = requests.accept(office.engine, number, case.left, "shakyo", "太郎")
    assert office.public() == ["乙", "甲"] or office.public() == ["甲", "乙"]
    done, = requests.done(office.engine, "kuramaru", 10)
    assert (done.state, done.operation, done.decided_by) == ("accepted", operation, "太郎")
    undo.undo(office.engine, operation or 0, "太郎", "shakyo")
    assert office.public() == []


def test_by_entry_and_what_changed_since_is_left_out(office: Office) -> None:
    number = asked_status(office, "甲", "乙", "丙")
    office.edit("丙", {"remarks": "あとから書いた"}, "shakyo")
    case = requests.look(office.engine, number, "shakyo")
    assert case.changed == set(office.ids("丙")) and set(case.left) == set(office.ids("甲", "乙"))
    requests.accept(office.engine, number, office.ids("甲", "丙"), "shakyo", "太郎")
    assert office.public() == ["甲"]


def test_it_lapses_when_all_of_it_changed(office: Office) -> None:
    number = asked_status(office, "甲")
    office.edit("甲", {"remarks": "あとから書いた"}, "shakyo")
    with pytest.raises(requests.Lapsed):
        requests.accept(office.engine, number, office.ids("甲"), "shakyo", "太郎")
    assert office.public() == [] and requests.done(office.engine, "shakyo", 10)[0].state == "lapsed"


def test_a_form_with_values_and_levels_is_done_as_it_was_asked(office: Office) -> None:
    office.edit("甲", {"contacts": None, "remarks": "合鍵は隣"}, "shakyo", remarks=Level.STAFF)
    with pytest.raises(MustAsk) as must:
        office.edit("甲", {"location_precision": "exact", "fees_description": "無料"}, remarks=Level.SUPPORTER)
    number = office.ask(must.value)
    bulk.set_status(office.engine, office.ids("乙"), "active", "shakyo", "太郎", ON)  # of another entry: no matter
    requests.accept(office.engine, number, office.ids("甲"), "shakyo", "太郎")
    with storage.reading(office.engine) as connection:
        entry = next(e for e in storage.load_entries(connection) if e.name == "甲")
    assert (entry.location_precision, entry.fees_description) == ("exact", "無料")
    assert entry.provenance["remarks"].audience == Level.SUPPORTER and entry.remarks == "合鍵は隣"


def test_declined_for_a_reason_or_withdrawn(office: Office) -> None:
    first, second = asked_status(office, "甲"), asked_status(office, "乙")
    with pytest.raises(EditRefused):
        requests.decline(office.engine, first, " ", "shakyo", "太郎")
    requests.decline(office.engine, first, "まだ準備中です", "shakyo", "太郎")
    with pytest.raises(NotFound):
        requests.withdraw(office.engine, second, "shakyo", "太郎")
    requests.withdraw(office.engine, second, "kuramaru", "花子")
    assert [one.state for one in requests.done(office.engine, "kuramaru", 10)] == ["withdrawn", "declined"]
    for number in (first, second):
        with pytest.raises(requests.Lapsed):
            requests.accept(office.engine, number, office.ids("甲", "乙"), "shakyo", "太郎")
    assert office.public() == []


def test_nobody_else_sees_or_decides_it(office: Office) -> None:
    number = asked_status(office, "甲")
    for who in ("kuramaru",):
        with pytest.raises(requests.Lapsed):
            requests.accept(office.engine, number, office.ids("甲"), who, "花子")
    for unknown in (number + 1, 0, -1, 10**30):
        with pytest.raises(NotFound):
            requests.look(office.engine, unknown, "shakyo")
    with pytest.raises(NotFound):
        requests.look(office.engine, number, "third")
    assert office.public() == []


def test_an_erased_entry_is_in_no_request(office: Office) -> None:
    number = asked_status(office, "甲")
    erasing.erase(office.engine, office.ids("甲")[0], Actor("管理者", 1), "request")
    assert requests.waiting(office.engine, "shakyo") == []
    with pytest.raises(NotFound):
        requests.look(office.engine, number, "shakyo")


def test_an_act_is_kept_as_json_and_comes_back(office: Office) -> None:
    with pytest.raises(MustAsk) as must:
        bulk.set_status(office.engine, office.ids("甲"), "active", "kuramaru", "花子", ON)
    act = must.value.act
    assert act and act.only([]) == Act("bulk_status", {**act.params, "ids": []}, ())
