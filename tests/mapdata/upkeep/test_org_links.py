"""Personal links: one entry, one answer, and nothing of the entry that is not public."""

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mapdata import storage
from mapdata.claims.entry import Claim
from mapdata.claims.projection import STAFF
from mapdata.clock import today
from mapdata.editing import bulk, saving
from mapdata.errors import EditRefused, NotFound
from mapdata.history import erasing, undo
from mapdata.merging import merge
from mapdata.people.account import Actor
from mapdata.registry import Registry
from mapdata.storage import migrations, proposal_rows
from mapdata.storage.tables import proposals_models
from mapdata.upkeep import org_links, proposals
from mapdata.upkeep.org_links import LinkClosed
from mapdata.words import Level
from tests.factories import import_rows, published

ROW = published(管理番号="1", 料金="無料", 住所="葛飾区立石5-13-1", 開催日時="毎週木曜 13時から", 電話番号="03-0000-0001",
                確認日="2026-04-01", 職員向けメモ="内々の話", 支援者向けメモ="支援者へ")


@pytest.fixture
def it(registry: Registry, tmp_path: Path) -> str:
    import_rows(registry, tmp_path, [ROW])
    return registry.snapshots.current(STAFF).records[0].id


def link(registry: Registry, it: str, **more: Any) -> str:
    return org_links.make(registry.engine, it, "user:花子", "kuramaru", **more)


def closed(registry: Registry, token: str) -> str:
    with pytest.raises(LinkClosed) as found:
        org_links.open_link(registry.engine, token)
    return found.value.why


def waiting(registry: Registry, it: str, source: str = "kuramaru") -> list[proposals.Proposal]:
    return [item.proposal for item in proposals.waiting_for(registry.engine, it, source)]


def claims(registry: Registry, it: str) -> dict[tuple[str, str], Claim]:
    with storage.reading(registry.engine) as connection:
        return {(c.source, c.field): c for c in storage.claims_of_resources(connection, [it])[it]}


def test_the_secret_is_not_kept_and_every_link_is_another(registry: Registry, it: str) -> None:
    first, second = link(registry, it), link(registry, it)
    assert first != second and len(first) >= 22
    with registry.engine.connect() as connection:
        kept = repr(connection.execute(select(proposals_models.organization_link)).all())
    assert first not in kept and second not in kept
    assert org_links.open_link(registry.engine, first).entry_id == org_links.open_link(registry.engine, second).entry_id == it


def test_it_shows_what_may_be_public_and_nothing_else(registry: Registry, it: str) -> None:
    saving.save(registry.engine, it, registry.revision(), {"remarks": "裏口から"}, {"remarks": Level.STAFF}, "kuramaru", "花子", today())
    seen = org_links.open_link(registry.engine, link(registry, it)).seen
    assert set(seen) == set(org_links.FIELDS) - {"remarks"}
    assert seen["fees_description"] == "無料" and seen["description"] is None
    assert "内々" not in repr(seen) and "支援者へ" not in repr(seen) and "裏口" not in repr(seen)


@pytest.mark.parametrize("precision", ["町丁目まで", "非公開"])
def test_a_place_that_is_kept_back_stays_so(registry: Registry, tmp_path: Path, precision: str) -> None:
    import_rows(registry, tmp_path, [{**ROW, "位置の公開": precision}])
    it = registry.snapshots.current(STAFF).records[0].id
    opened = org_links.open_link(registry.engine, link(registry, it))
    assert "places" not in opened.seen and opened.schedules == ("毎週木曜 13時から",) and "5-13" not in repr(opened)


def test_only_an_office_that_sees_the_entry_gives_links(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [{**ROW, "公開範囲": "自所属のみ"}])
    with storage.reading(registry.engine) as connection:
        it = next(iter(storage.all_ids(connection)))
    with pytest.raises(NotFound):
        org_links.make(registry.engine, it, "user:次郎", "shakyo")
    assert org_links.given(registry.engine, it) == []


def test_an_altered_an_old_and_a_used_link(registry: Registry, it: str, later: Callable[..., None]) -> None:
    token = link(registry, it)
    assert closed(registry, token[:-1] + ("a" if token[-1] != "a" else "b")) == "unknown"
    assert closed(registry, "") == closed(registry, token + "x") == "unknown"
    org_links.tell_end(registry.engine, token, "")
    assert closed(registry, token) == "answered"
    for answer in (lambda: org_links.confirm(registry.engine, token, {}), lambda: org_links.tell_end(registry.engine, token, "")):
        with pytest.raises(LinkClosed):
            answer()
    assert len(waiting(registry, it)) == 1
    fresh = link(registry, it, days=30)
    later(days=29)
    assert org_links.open_link(registry.engine, fresh).entry_id == it
    later(days=1, seconds=1)
    assert closed(registry, fresh) == "expired"


def test_of_two_answers_at_once_one_is_taken(registry: Registry, it: str) -> None:
    token, ends, ready = link(registry, it), list[str](), threading.Barrier(2)

    def answer() -> None:
        ready.wait()
        try:
            org_links.tell_end(registry.engine, token, "")
            ends.append("taken")
        except LinkClosed as late:
            ends.append(late.why)

    threads = [threading.Thread(target=answer) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["answered", "taken"] and len(waiting(registry, it)) == 1


def test_an_entry_that_has_ended_or_was_erased(registry: Registry, it: str) -> None:
    token = link(registry, it)
    bulk.set_status(registry.engine, [it], "closed", "kuramaru", "花子", today())
    assert closed(registry, token) == "closed"
    erasing.erase(registry.engine, it, Actor("管理", "kuramaru"), "request")
    assert closed(registry, token) == "erased"


def test_a_link_of_an_entry_merged_meanwhile_follows_it(registry: Registry, it: str, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(名称="ひなたの家", 料金="100円")], "shakyo")
    kept = next(r.id for r in registry.snapshots.current(STAFF).records if r.id != it)
    token = link(registry, it)
    merge.merge(registry.engine, kept, it, {}, "user:花子", "kuramaru", today(), registry.revision())
    opened = org_links.open_link(registry.engine, token)
    assert (opened.entry_id, opened.followed) == (kept, True)
    org_links.tell_end(registry.engine, token, "")
    assert [p.resource_id for p in waiting(registry, kept)] == [kept]


# --- answers


def test_all_is_right_goes_to_the_office_whose_words_they_are(registry: Registry, it: str, tmp_path: Path) -> None:
    saving.save(registry.engine, it, registry.revision(), {"description": "静か"}, {}, "shakyo", "次郎", date(2026, 5, 1))
    token, before = link(registry, it), registry.revision()
    org_links.confirm(registry.engine, token, org_links.open_link(registry.engine, token).seen)
    assert registry.revision() == before
    mine, theirs = waiting(registry, it), waiting(registry, it, "shakyo")
    assert [(p.kind, p.office) for p in mine + theirs] == [("confirmed", "kuramaru"), ("confirmed", "shakyo")]
    assert "fees_description" in mine[0].says and list(theirs[0].says) == ["description"]


def test_what_the_organisation_says_itself_is_confirmed_at_once(registry: Registry, it: str) -> None:
    saving.save(registry.engine, it, registry.revision(), {"description": "静か"}, {}, "self", "団体", date(2026, 5, 1))
    token = link(registry, it)
    org_links.confirm(registry.engine, token, org_links.open_link(registry.engine, token).seen)
    found = claims(registry, it)
    assert found["self", "description"].assured_on == today() and found["kuramaru", "fees_description"].assured_on == date(2026, 4, 1)
    assert "description" not in waiting(registry, it)[0].says


def test_what_was_changed_while_it_was_looked_at_is_not_confirmed(registry: Registry, it: str) -> None:
    token = link(registry, it)
    seen = org_links.open_link(registry.engine, token).seen
    saving.save(registry.engine, it, registry.revision(), {"fees_description": "100円"}, {}, "kuramaru", "花子", today())
    org_links.confirm(registry.engine, token, seen)
    assert "fees_description" not in waiting(registry, it)[0].says


def test_changes_are_told_and_change_nothing(registry: Registry, it: str) -> None:
    token, before = link(registry, it), registry.revision()
    seen = dict(org_links.open_link(registry.engine, token).seen)
    with pytest.raises(EditRefused):
        org_links.tell_changes(registry.engine, token, seen, {"fees_description": "無料"}, " ")
    with pytest.raises(EditRefused):
        org_links.tell_changes(registry.engine, token, seen, {}, "あ" * 2001)
    org_links.tell_changes(registry.engine, token, seen, {"fees_description": "100円", "name": "ひなた", "staff_note": "x"}, "よろしく")
    told = waiting(registry, it)[0]
    assert (told.kind, told.says, told.seen, told.text) == ("changed", {"fees_description": "100円"}, {"fees_description": "無料"}, "よろしく")
    assert registry.revision() == before and claims(registry, it)["kuramaru", "fees_description"].value == "無料"


# --- for how long, and of what


NARROWER = {
    "公開範囲": "支援者まで", "状態": "下書き", "掲載同意": "未確認", "位置の公開": "町丁目まで", "掲載終了日": "2020-01-01",
}


def ended(registry: Registry, it: str) -> list[str]:
    return [link.ended_why for link in org_links.given(registry.engine, it)]


@pytest.mark.parametrize("heading", NARROWER)
def test_a_link_ends_for_good_when_its_entry_is_narrowed(registry: Registry, it: str, tmp_path: Path, heading: str) -> None:
    """Whatever narrowed it; widened again, it stays ended, and another link can be given."""
    token = link(registry, it)
    import_rows(registry, tmp_path, [{**ROW, "備考": "広くも狭くもならない"}])
    assert org_links.open_link(registry.engine, token).is_public and ended(registry, it) == [""]
    import_rows(registry, tmp_path, [{**ROW, heading: NARROWER[heading]}])
    assert closed(registry, token) == "ended" and ended(registry, it) == ["narrowed"]
    import_rows(registry, tmp_path, [{heading: "", **ROW, **({"位置の公開": ""} if heading == "位置の公開" else {})}])
    assert closed(registry, token) == "ended"
    assert org_links.open_link(registry.engine, link(registry, it)).is_public


def test_it_ends_by_a_form_in_bulk_and_when_what_widened_it_is_taken_back(registry: Registry, it: str, tmp_path: Path) -> None:
    tokens = [link(registry, it)]
    saving.save(registry.engine, it, registry.revision(), {"audience": "staff"}, {}, "kuramaru", "花子", today())
    widened = bulk.set_audience(registry.engine, [it], Level.PUBLIC, "kuramaru", "花子", today())
    tokens.append(link(registry, it))
    undo.undo(registry.engine, widened.operation, "花子")
    assert [closed(registry, token) for token in tokens] == ["ended", "ended"]
    assert ended(registry, it) == ["narrowed", "narrowed"]


@pytest.mark.parametrize(("cells", "why", "told"), [({"掲載同意": "なし"}, "refused", "ended"), ({"状態": "終了"}, "over", "closed")])
def test_a_refused_entry_and_one_that_has_ended_have_no_links(
    registry: Registry, it: str, tmp_path: Path, cells: dict[str, str], why: str, told: str
) -> None:
    token = link(registry, it)
    import_rows(registry, tmp_path, [{**ROW, **cells}])
    assert closed(registry, token) == told and ended(registry, it) == [why]
    with pytest.raises(org_links.NotGiven) as refused:
        link(registry, it, agreed=[it])
    assert refused.value.hindered == {it: why} and len(org_links.given(registry.engine, it)) == 1
    import_rows(registry, tmp_path, [ROW])
    assert closed(registry, token) == "ended"


def test_the_link_of_what_is_part_of_another_ends_with_that(registry: Registry, it: str, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [published(名称="ひなたの家", 管理番号="9")], "shakyo")
    kept = next(r.id for r in registry.snapshots.current(STAFF).records if r.id != it)
    token = link(registry, it)
    merge.merge(registry.engine, kept, it, {}, "user:花子", "kuramaru", today(), registry.revision())
    assert org_links.open_link(registry.engine, token).followed
    assert [one.name for one in org_links.given(registry.engine, kept)] == [org_links.digest(token)[:12]]
    import_rows(registry, tmp_path, [published(名称="ひなたの家", 管理番号="9", 位置の公開="非公開")], "shakyo")
    assert closed(registry, token) == "ended" and ended(registry, kept) == ["narrowed"]


def test_of_an_entry_that_is_not_public_a_link_is_given_only_to_who_says_so(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [{**ROW, "公開範囲": "両職員まで", "掲載同意": ""}])
    it = registry.snapshots.current(STAFF).records[0].id
    with pytest.raises(org_links.NotGiven) as asks:
        org_links.make_many(registry.engine, [it], "user:花子", "kuramaru")
    assert (asks.value.ask, asks.value.hindered, org_links.given(registry.engine, it)) == ((it,), {}, [])
    before = org_links.rehearse(registry.engine, it, "kuramaru")
    opened = org_links.open_link(registry.engine, link(registry, it, agreed=[it]))
    assert not opened.is_public and opened.seen == before.seen and opened.seen["fees_description"] == "無料"
    assert "内々" not in repr(opened.seen) and "支援者へ" not in repr(opened.seen)
    import_rows(registry, tmp_path, [ROW])
    assert org_links.open_link(registry.engine, link(registry, it)).is_public


def test_it_can_be_seen_whether_it_was_opened_and_each_be_taken_back(registry: Registry, it: str) -> None:
    first, second = link(registry, it), link(registry, it)
    for _ in range(2):
        org_links.looked_at(registry.engine, org_links.open_link(registry.engine, first))
    by_name = {one.name: one for one in org_links.given(registry.engine, it)}
    names = [org_links.digest(token)[:12] for token in (first, second)]
    assert [by_name[name].opened_at is not None for name in names] == [True, False]
    assert org_links.open_link(registry.engine, second).link.opened_at is None
    assert org_links.revoke(registry.engine, it, names[1], "user:次郎", "shakyo")
    assert not org_links.revoke(registry.engine, it, names[1], "user:三郎", "shakyo")
    assert closed(registry, second) == "ended" and org_links.open_link(registry.engine, first)
    found = next(one for one in org_links.given(registry.engine, it) if one.name == names[1])
    assert (found.ended_why, found.ended_by) == ("revoked", "user:次郎") and found.ended_at is not None
    with pytest.raises(NotFound):
        org_links.revoke(registry.engine, it, "nothing", "user:次郎", "shakyo")


def test_an_answer_that_comes_while_it_is_narrowed_is_not_taken(registry: Registry, it: str) -> None:
    token = link(registry, it)
    seen = org_links.open_link(registry.engine, token).seen
    bulk.set_audience(registry.engine, [it], Level.STAFF, "kuramaru", "花子", today())
    for answer in (lambda: org_links.confirm(registry.engine, token, seen), lambda: org_links.tell_end(registry.engine, token, "")):
        with pytest.raises(LinkClosed):
            answer()
    assert waiting(registry, it) == []


def test_a_link_whose_entry_left_the_public_by_its_date_opens_nothing(registry: Registry, tmp_path: Path, later: Callable[..., None]) -> None:
    import_rows(registry, tmp_path, [{**ROW, "掲載終了日": str(today())}])
    token = link(registry, registry.snapshots.current(STAFF).records[0].id)
    assert org_links.open_link(registry.engine, token).is_public
    later(days=2)
    assert closed(registry, token) == "ended"


def test_links_given_before_this_was_kept_end_with_what_is_narrowed_from_then_on(empty_database_url: str) -> None:
    engine = storage.open_engine(empty_database_url)
    migrations.upgrade(engine, "0013")
    entries = {"aaaaaa": ("public", "active", "yes"), "bbbbbb": ("staff", "active", "yes"), "cccccc": ("public", "active", "unconfirmed")}
    with engine.begin() as connection:
        for it, (audience, status, consent) in entries.items():
            connection.exec_driver_sql(
                "INSERT INTO resource (id, kind, audience, status, consent, location_precision, any_age, languages, staff_notes, provenance)"
                f" VALUES ('{it}', '', '{audience}', '{status}', '{consent}', 'area', false, '[]', '{{}}', '{{}}')")
            connection.exec_driver_sql(
                "INSERT INTO organization_link (digest, resource_id, source, made_at, made_by, expires_at)"
                f" VALUES ('{it}', '{it}', 'kuramaru', '2026-04-01 00:00:00', 'x', '2026-06-01 00:00:00')")
    migrations.upgrade(engine)
    with storage.reading(engine) as connection:
        found = proposal_rows.links_of(connection, list(entries))
    assert {one.digest: (str(one.reach), one.location_precision, one.ended_why) for one in found} == {
        "aaaaaa": ("public", "area", ""), "bbbbbb": ("office", "area", ""), "cccccc": ("office", "area", "")}
    engine.dispose()
