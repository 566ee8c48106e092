"""Pairs among the registry's own entries: found, renewed after a change, and not asked twice."""

from datetime import date
from pathlib import Path

import pytest

from mapdata.editing import bulk
from mapdata.editing.saving import save
from mapdata.merging import merge
from mapdata.merging.matching import Decision, judging
from mapdata.merging.matching import registry_pairs as matching
from mapdata.merging.matching.registry_pairs import EntryPair, RegistryPairs
from mapdata.registry import Registry
from tests.factories import import_rows

ON = date(2026, 11, 1)
STAFF = {"公開範囲": "両職員まで"}
KURAMARU = [
    {"管理番号": "1", "名称": "NPO法人ひより 談話室", "住所": "葛飾区青戸6-77-10", "電話番号": "03-0000-1004"},
    {"管理番号": "2", "名称": "将棋クラブ", "住所": "葛飾区立石1-5-5"},
    {"管理番号": "3", "名称": "家族会ともしび", "住所": "葛飾区亀有3-72-8", "電話番号": "03-0000-1010"},
    {"管理番号": "4", "名称": "灯りの会", "住所": "葛飾区亀有1-2-3", "電話番号": "03-0000-2049"},
    {"管理番号": "5", "名称": "灯りの会", "住所": "葛飾区東金町4-5-6", "電話番号": "03-0000-2049"},
]
SHAKYO = [
    {"管理番号": "A", "名称": "当事者会ともしび", "住所": "葛飾区亀有3-72-8", "電話番号": "03-0000-1010"},
    {"管理番号": "B", "名称": "(特非)ひより だんわ室", "住所": "葛飾区青戸六丁目77番10号"},
]


@pytest.fixture
def pairs(registry: Registry, tmp_path: Path) -> RegistryPairs:
    for source, rows in (("kuramaru", KURAMARU), ("shakyo", SHAKYO)):
        assert not import_rows(registry, tmp_path, [row | STAFF for row in rows], source).problems
    return RegistryPairs(registry.engine, registry.snapshots)


def names(pairs: RegistryPairs) -> list[tuple[str, str, str]]:
    return [(p.left.name, p.right.name, str(p.judgement.decision)) for p in pairs.current()]


def first(pairs: RegistryPairs) -> EntryPair:
    return pairs.current()[0]


HIYORI = ("NPO法人ひより 談話室", "(特非)ひより だんわ室", "same")


def test_two_offices_pairs_are_found_and_one_list_is_not_asked_about_itself(pairs: RegistryPairs) -> None:
    assert names(pairs) == [HIYORI]  # neither 家族会 and 当事者会, nor two rows of one list that may be one


def test_after_a_change_only_what_changed_is_judged(
    pairs: RegistryPairs, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs.current()
    judged = []
    monkeypatch.setattr(matching, "judge", lambda a, b: judged.append({a.name, b.name}) or judging.judge(a, b))
    it = next(r.id for r in pairs._records.values() if r.name == "将棋クラブ")
    save(registry.engine, it, registry.revision(), {"name": "ひより談話室"}, {}, "kuramaru", "花子", ON)
    found = names(pairs)
    assert len(found) == 2 and judged and all("ひより談話室" in both for both in judged)
    judged.clear()
    assert names(pairs) == found and judged == []


def test_what_was_decided_or_has_ended_is_not_asked_again(pairs: RegistryPairs, registry: Registry) -> None:
    engine, (left, right) = registry.engine, first(pairs).key
    operation = merge.find_distinct(engine, left, right, "", "花子", "kuramaru", ON)
    assert names(pairs) == [] and operation
    from mapdata.history import undo
    undo.undo(engine, operation, "花子")
    assert names(pairs) == [HIYORI]
    made = merge.merge(engine, left, right, {}, "花子", "kuramaru", ON, registry.revision())
    assert names(pairs) == []
    undo.undo(engine, made.operation, "花子")
    assert names(pairs) == [HIYORI]
    bulk.set_status(engine, [left], "closed", "kuramaru", "花子", ON)
    assert names(pairs) == []


def test_what_was_found_two_of_one_holds_for_what_it_is_part_of(
    pairs: RegistryPairs, registry: Registry, tmp_path: Path
) -> None:
    engine, (left, right) = registry.engine, first(pairs).key
    import_rows(registry, tmp_path, [{"名称": "ひより談話室", "住所": "葛飾区青戸6-77-10", **STAFF}], "self")
    third = next(r.id for r in registry.snapshots.current(matching.STAFF).records if r.name == "ひより談話室")
    assert len(names(pairs)) == 3
    merge.find_distinct(engine, right, third, "", "花子", "kuramaru", ON)
    assert len(names(pairs)) == 2
    merge.merge(engine, left, right, {}, "花子", "kuramaru", ON, registry.revision())
    assert names(pairs) == []


def test_of_two_that_match_one_the_lesser_is_for_a_person(
    pairs: RegistryPairs, registry: Registry, tmp_path: Path
) -> None:
    rows = [*SHAKYO, {"管理番号": "C", "名称": "ひより談話室", "住所": "葛飾区青戸6-77-10", "電話番号": "03-0000-1004"}]
    import_rows(registry, tmp_path, [row | STAFF for row in rows], "shakyo")
    found = [p for p in pairs.current() if p.left.name == HIYORI[0]]
    assert [p.judgement.decision for p in found] == [Decision.SAME, Decision.REVIEW]
    assert "もっとよく合う相手がいます" in found[1].judgement.reasons


def test_what_one_office_keeps_for_itself_is_in_no_pair(
    pairs: RegistryPairs, registry: Registry, tmp_path: Path
) -> None:
    import_rows(registry, tmp_path, [SHAKYO[0] | STAFF, SHAKYO[1] | {"公開範囲": "自所属のみ"}], "shakyo")
    assert names(pairs) == []


def test_the_first_look_is_taken_beside_whoever_asks(pairs: RegistryPairs) -> None:
    with pairs._lock:  # as long as the look takes
        assert pairs.soon() is None and pairs.soon(0.01) is None
    found = pairs.soon(60)
    assert found is not None and len(found) == 1
