"""Telling and deciding: nothing changes until staff take it, one of two wins, and every end is said."""

import threading
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from mapdata import storage
from mapdata.claims.entry import Claim
from mapdata.claims.projection import PUBLIC, STAFF, office
from mapdata.clock import today
from mapdata.editing import bulk, saving
from mapdata.errors import EditRefused, NotFound, RegistryError
from mapdata.history import erasing, timeline, undo
from mapdata.merging import merge
from mapdata.people.account import Actor
from mapdata.people.refusals import Throttled
from mapdata.registry import Registry
from mapdata.upkeep import deciding, org_links, proposals
from mapdata.upkeep.deciding import AlreadyDecided, MovedOn, NotYours
from mapdata.upkeep.proposals import Case
from mapdata.words import Level
from tests.factories import import_rows, published
from tests.mapdata.history.test_erasing import everything

ROW = published(管理番号="1", 料金="無料", 説明="静か", 電話番号="03-0000-0001", 確認日="2026-04-01")


@pytest.fixture
def it(registry: Registry, tmp_path: Path) -> str:
    import_rows(registry, tmp_path, [ROW])
    return registry.snapshots.current(STAFF).records[0].id


def told(registry: Registry, it: str, says: Mapping[str, Any], text: str = "") -> int:
    """The id of what an organisation told by a link."""
    token = org_links.make(registry.engine, it, "user:花子", "kuramaru")
    seen = org_links.open_link(registry.engine, token).seen
    org_links.tell_changes(registry.engine, token, seen, says, text)
    return newest(registry, it)


def newest(registry: Registry, it: str, source: str = "kuramaru") -> int:
    return proposals.waiting_for(registry.engine, it, source)[-1].proposal.id


def report(registry: Registry, it: str, text: str = "日時がちがう", address: str = "192.0.2.1", form: str = "") -> None:
    report.count = getattr(report, "count", 0) + 1  # type: ignore[attr-defined]
    page = form or f"page{report.count}"  # type: ignore[attr-defined]
    proposals.report(registry.engine, it, "schedule", text, "", address, page)


def look(registry: Registry, number: int, source: str = "kuramaru") -> Case:
    return proposals.open_case(registry.engine, number, source)


def accept(registry: Registry, number: int, taken: list[str], reason: str = "", source: str = "kuramaru", mark: str = "") -> Any:
    seen = mark or look(registry, number, source).mark
    return deciding.accept(registry.engine, number, taken, seen, reason, source, "user:花子")


def claim(registry: Registry, it: str, source: str, field: str) -> Claim | None:
    with storage.reading(registry.engine) as connection:
        found = storage.claims_of_resources(connection, [it])[it]
    return next((c for c in found if (c.source, c.field) == (source, field)), None)


def fees(registry: Registry) -> str:
    return registry.snapshots.current(PUBLIC).records[0].fees_description


# --- deciding


def test_the_approved_version_stays_until_a_field_is_taken_in_the_organisation_s_name(registry: Registry, it: str) -> None:
    number = told(registry, it, {"fees_description": "100円", "description": "にぎやか"})
    assert fees(registry) == "無料"
    case = look(registry, number)
    assert [(d.field, d.now, d.wanted) for d in case.differences] == [("description", "静か", "にぎやか"), ("fees_description", "無料", "100円")]
    done = accept(registry, number, ["fees_description"], "説明は、前のほうが伝わるため")
    assert done.state == "partly" and fees(registry) == "100円"
    made = claim(registry, it, "self", "fees_description")
    assert made and (made.assured_on, made.recorded_by) == (today(), "user:花子")
    assert claim(registry, it, "self", "description") is None
    assert proposals.waiting_for(registry.engine, it, "kuramaru") == []


def test_it_is_taken_although_an_office_made_sure_later(registry: Registry, it: str, later: Callable[..., None]) -> None:
    number = told(registry, it, {"fees_description": "100円"})
    bulk.confirm(registry.engine, [it], "kuramaru", "花子", date(2099, 1, 1))
    accept(registry, number, ["fees_description"])
    assert fees(registry) == "100円"


@pytest.mark.parametrize(("taken", "reason", "field"), [
    ([], "", "taken"), ([], "理由", "taken"), (["fees_description"], " ", "reason"), (["fees_description"], "あ" * 2001, "reason"),
])
def test_what_is_left_needs_a_reason(registry: Registry, it: str, taken: list[str], reason: str, field: str) -> None:
    number = told(registry, it, {"fees_description": "100円", "description": "にぎやか"})
    with pytest.raises(EditRefused) as refused:
        accept(registry, number, taken, reason)
    assert list(refused.value.errors) == [field] and look(registry, number).is_open and fees(registry) == "無料"


def test_declining_needs_a_reason_changes_nothing_and_gives_a_reply(registry: Registry, it: str) -> None:
    number = told(registry, it, {"fees_description": "100円"})
    with pytest.raises(EditRefused):
        deciding.decline(registry.engine, number, " ", "kuramaru", "user:花子")
    deciding.decline(registry.engine, number, "会則では無料のため", "kuramaru", "user:花子")
    case = look(registry, number)
    assert not case.is_open and fees(registry) == "無料"
    reply = proposals.reply(case.proposal, case.name, "kuramaru", [])
    assert "ひなた" in reply and "会則では無料のため" in reply and "くらしのまると相談課" in reply


def test_it_is_no_more_closes_the_entry(registry: Registry, it: str) -> None:
    token = org_links.make(registry.engine, it, "user:花子", "kuramaru")
    org_links.tell_end(registry.engine, token, "三月まで")
    accept(registry, newest(registry, it), ["status"])
    assert registry.snapshots.current(PUBLIC).records == ()
    found = claim(registry, it, "self", "status")
    assert found and found.value == "closed"


def test_confirmed_words_are_assured_by_their_own_office_as_of_that_day(
    registry: Registry, it: str, later: Callable[..., None]
) -> None:
    later(days=-3)
    token = org_links.make(registry.engine, it, "user:花子", "kuramaru")
    org_links.confirm(registry.engine, token, org_links.open_link(registry.engine, token).seen)
    later(days=3)
    number = newest(registry, it)
    saving.save(registry.engine, it, registry.revision(), {"description": "また変えた"}, {}, "kuramaru", "花子", date(2026, 5, 1))
    with pytest.raises(NotYours):
        accept(registry, number, [], source="shakyo")
    accept(registry, number, [])
    days = {name: claim(registry, it, "kuramaru", name) for name in ("fees_description", "description")}
    assert [c.assured_on for c in days.values() if c] == [today() - timedelta(days=3), date(2026, 5, 1)]


def test_a_report_never_says_anything_by_itself(registry: Registry, it: str) -> None:
    report(registry, it)
    number = newest(registry, it)
    assert accept(registry, number, []).state == "accepted"
    assert proposals.state_words(look(registry, number).proposal) == proposals.SEEN_TO
    assert claim(registry, it, "self", "places") is None and fees(registry) == "無料"


def test_two_people_at_once_one_wins_and_the_other_is_told(registry: Registry, it: str) -> None:
    number = told(registry, it, {"fees_description": "100円"})
    ends: list[str] = []
    ready = threading.Barrier(2)

    def decide(do: Callable[[], Any]) -> None:
        ready.wait()
        try:
            ends.append(do().state)
        except AlreadyDecided as late:
            ends.append(f"late:{late.proposal.decision.state if late.proposal.decision else ''}")

    mark = look(registry, number).mark
    both = (
        lambda: accept(registry, number, ["fees_description"], mark=mark),
        lambda: deciding.decline(registry.engine, number, "ちがう", "shakyo", "user:次郎"),
    )
    threads = [threading.Thread(target=decide, args=(do,)) for do in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = next(end for end in ends if not end.startswith("late:"))
    assert sorted(ends) == sorted([won, f"late:{won}"])
    assert fees(registry) == ("100円" if won == "accepted" else "無料")


def test_who_looked_at_something_older_is_told(registry: Registry, it: str) -> None:
    number = told(registry, it, {"fees_description": "100円"})
    mark = look(registry, number).mark
    saving.save(registry.engine, it, registry.revision(), {"remarks": "別のところ"}, {}, "shakyo", "次郎", today())
    assert look(registry, number).mark == mark
    saving.save(registry.engine, it, registry.revision(), {"fees_description": "50円"}, {}, "shakyo", "次郎", today())
    with pytest.raises(MovedOn):
        accept(registry, number, ["fees_description"], mark=mark)
    assert fees(registry) == "50円" and look(registry, number).differences[0].is_moved
    accept(registry, number, ["fees_description"])
    assert fees(registry) == "100円"


def test_a_decision_stands_in_the_history_and_can_be_taken_back(registry: Registry, it: str) -> None:
    number = told(registry, it, {"fees_description": "100円"})
    done = accept(registry, number, ["fees_description"])
    first = timeline.history(registry.engine, it, office("kuramaru"))[0]
    assert (first.how, first.operation.id) == ("変更の知らせ", done.operation)
    assert ("無料", "100円") in [(f.before, f.after) for f in first.fields]
    undo.undo(registry.engine, done.operation, "user:花子")
    assert fees(registry) == "無料" and look(registry, number).is_open
    deciding.decline(registry.engine, number, "まちがい", "kuramaru", "user:花子")
    assert "まちがい" in timeline.history(registry.engine, it, office("shakyo"))[0].fields[0].after


# --- what became of the entry meanwhile


def test_it_follows_an_entry_merged_meanwhile(registry: Registry, it: str, tmp_path: Path) -> None:
    number = told(registry, it, {"fees_description": "100円"})
    import_rows(registry, tmp_path, [published(名称="ひなたの家", 料金="500円")], "shakyo")
    kept = next(r.id for r in registry.snapshots.current(STAFF).records if r.id != it)
    done = merge.merge(registry.engine, kept, it, {"fees_description": "shakyo"}, "user:花子", "kuramaru", today(), registry.revision())
    case = look(registry, number)
    assert (case.entry_id, case.followed, case.differences[0].now) == (kept, True, "500円")
    assert [item.entry_id for item in proposals.waiting_for(registry.engine, kept, "shakyo")] == [kept]
    accept(registry, number, ["fees_description"], source="shakyo")
    assert registry.snapshots.current(PUBLIC).by_id[kept].fees_description == "100円"
    assert done.entry_id == kept


def test_on_an_erased_entry_it_is_over_and_nothing_of_it_is_left(registry: Registry, it: str) -> None:
    number, other = told(registry, it, {"fees_description": "ゆりかご100円"}, "ゆりかごの話"), told(registry, it, {"description": "ゆりかご"})
    report(registry, it, "ゆりかごは、うち")
    deciding.decline(registry.engine, other, "ゆりかごは不可", "kuramaru", "user:花子")
    assert "ゆりかご" in everything(registry)
    erasing.erase(registry.engine, it, Actor("管理", "kuramaru"), "personal")
    assert "ゆりかご" not in everything(registry)
    case = look(registry, number, "shakyo")
    assert case.is_erased and not case.is_open and "消去" in proposals.state_words(case.proposal)
    with pytest.raises(AlreadyDecided):
        accept(registry, number, ["fees_description"], mark="x")
    assert len(proposals.done(registry.engine, (), 10)) == 3 and proposals.waiting(registry.engine, (it,), "kuramaru") == []


def test_nobody_sees_what_was_told_of_an_entry_they_do_not_see(registry: Registry, it: str) -> None:
    report(registry, it)
    number = newest(registry, it)
    bulk.set_audience(registry.engine, [it], Level.OFFICE, "kuramaru", "花子", today())
    assert look(registry, number).is_open
    for wrong in (number, 0, -1, 2**40):
        with pytest.raises(NotFound):
            look(registry, wrong, "shakyo")


# --- reports


def test_a_flood_waits_and_one_page_tells_once(registry: Registry, it: str, later: Callable[..., None]) -> None:
    report(registry, it, form="same")
    report(registry, it, form="same")
    assert len(proposals.waiting_for(registry.engine, it, "kuramaru")) == 1
    for _ in range(9):
        report(registry, it)
    with pytest.raises(Throttled):
        report(registry, it)
    report(registry, it, address="198.51.100.7")
    later(seconds=31)
    report(registry, it)
    assert len(proposals.waiting_for(registry.engine, it, "kuramaru")) == 12


def test_a_flood_from_everywhere_waits_too(registry: Registry, it: str) -> None:
    for number in range(100):
        report(registry, it, address=f"203.0.113.{number}")
    with pytest.raises(Throttled):
        report(registry, it, address="198.51.100.1")


@pytest.mark.parametrize(("about", "text", "contact", "field"), [
    ("", " ", "", "text"), ("", "あ" * 2001, "", "text"), ("", "あ", "い" * 201, "contact"), ("x", "あ", "", "about"),
])
def test_what_cannot_be_kept_is_refused_at_its_field(registry: Registry, it: str, about: str, text: str, contact: str, field: str) -> None:
    with pytest.raises(EditRefused) as refused:
        proposals.report(registry.engine, it, about, text, contact, "192.0.2.1", "p")
    assert list(refused.value.errors) == [field]


def test_there_must_be_such_an_entry(registry: Registry, it: str) -> None:
    for wrong in ("zzzzzz", ""):
        with pytest.raises(RegistryError):
            report(registry, wrong)
