"""What makes a contact somebody's own, and that such a one goes to nobody but staff."""

from pathlib import Path

import pytest

from mapdata import storage
from mapdata.claims.entry import Contact
from mapdata.claims.projection import PUBLIC, STAFF, SUPPORTER, office
from mapdata.clock import today
from mapdata.editing import preview, saving
from mapdata.editing.forms import fill, read_form
from mapdata.fields import contacts, personal
from mapdata.lists import exporting, geojson, importing
from mapdata.lists.taking_in import ListChange
from mapdata.storage import proposal_rows
from mapdata.upkeep import deciding, org_links, proposals, slips
from tests import schema
from tests.factories import entry, import_rows, published

NUMBER = "090-0000-0001"


@pytest.mark.parametrize(("label", "is_own"), [
    ("個人の電話", True), ("自宅", True), ("個人", True), ("代表者個人", True), ("携帯（代表者個人）", True), ("個人携帯", True),
    ("個人用携帯電話", True), ("代表・個人の電話", True), ("ご自宅", True), ("会長宅", True), ("代表者の自宅の電話", True), ("私用", True),
    ("事務局、個人のFAX", True), ("個人ＦＡＸ", True), ("世話人 自宅", True), ("団体代表・個人携帯", True),
    ("個人の電話。夜は出ません", True), ("個人の電話〜20時", True), ("自宅兼事務所", True), ("自宅です", True), ("自宅の固定電話", True),
    ("自宅TEL", True), ("個人のLINE", True), ("個人の電話相談", False), ("ご自宅に伺います", False), ("自宅から参加", False), ("自宅の訪問", False),
    ("", False), ("平日", False), ("代表", False), ("携帯", False), ("個人相談", False), ("個人の方", False), ("個人情報の窓口", False),
    ("自宅訪問の受付", False), ("在宅支援係", False), ("団体・個人", False), ("個人・法人とも", False), ("住宅相談", False), ("私立学校", False),
])
def test_a_label_says_whose_it_is(label: str, is_own: bool) -> None:
    assert personal.is_personal("phone", NUMBER, label) == is_own
    assert Contact("phone", NUMBER, label).personal == is_own


@pytest.mark.parametrize("cell", [f"{NUMBER}（携帯（代表者個人））", f"個人携帯 {NUMBER}", f"自宅：{NUMBER}", f"{NUMBER} 自宅（夜間）", f"{NUMBER}（自宅）"])
def test_beside_the_number_counts_as_well(cell: str) -> None:
    assert all(contacts.is_own(contact) for contact in contacts.read("phone", cell).value)


def test_an_address_on_the_web_is_not_read_for_words() -> None:
    assert not personal.is_personal("url", "https://example.jp/自宅", "") and personal.is_personal("email", "a@example.jp", "個人のメール")


@pytest.mark.parametrize(("cell", "told"), [
    (f"{NUMBER}（個人の電話）", 0), (f"{NUMBER}（自宅）", 0), (f"{NUMBER}（事務局・個人の電話）", 0), (f"{NUMBER}（代表者個人）", 1), (f"{NUMBER}（平日）", 0),
])
def test_what_was_only_gathered_is_told(cell: str, told: int) -> None:
    assert len(contacts.read("phone", cell).remarks) == told


@pytest.mark.parametrize("kind", personal.MARKS)
def test_the_box_writes_words_that_are_read_again(kind: str) -> None:
    for label in ("", "事務局"):
        written = personal.marked(kind, "x", label)
        assert personal.is_personal(kind, "x", written) and personal.marked(kind, "x", written) == written
        assert personal.unmarked(written) == label and personal.is_plain(written)


@pytest.mark.parametrize(("row", "label"), [
    ({"label": "", "personal": "yes"}, "個人の電話"), ({"label": "事務局", "personal": "yes"}, "事務局・個人の電話"),
    ({"label": "自宅", "personal": "yes"}, "自宅"), ({"label": "事務局・個人の電話", "personal": ""}, "事務局"),
    ({"label": "事務局", "personal": ""}, "事務局"), ({"label": "自宅"}, "自宅"),
])
def test_the_form_s_box(row: dict[str, str], label: str) -> None:
    reading = read_form({"name": "甲", "contacts": [{"type": "phone", "value": NUMBER, **row}]})
    assert reading.errors == {} and reading.says["contacts"] == [{"type": "phone", "value": NUMBER, "label": label}]
    again = fill({"contacts": reading.says["contacts"]})["contacts"]
    assert read_form({"name": "甲", "contacts": again}).says["contacts"] == reading.says["contacts"]


def test_a_label_that_says_so_needs_its_tick_or_other_words() -> None:
    reading = read_form({"name": "甲", "contacts": [{"type": "phone", "value": NUMBER, "label": "代表者自宅", "personal": ""}]})
    assert "しるし" in reading.errors["contacts.0"][0]


OWN, OPEN = "090-0000-7777", "03-0000-0001"
ROW = published(管理番号="1", 電話番号=f"{OWN}（個人の電話）、{OPEN}（平日）", FAX番号="03-0000-8888（自宅）")


def test_none_but_staff_are_told(tmp_path: Path) -> None:
    registry = schema.in_memory()
    import_rows(registry, tmp_path, [ROW])
    for reader, sees in ((PUBLIC, False), (SUPPORTER, False), (STAFF, True), (office("kuramaru"), True)):
        record = registry.snapshots.current(reader).records[0]
        told = str([record, geojson.feature(record), exporting.rows_of([record])])
        assert (OWN in told, "0000-8888" in told, OPEN in told) == (sees, sees, True)
    facts = slips.slips(registry.engine, [record.id], STAFF, today(), sealed=True)[0].facts
    assert OPEN in str(facts) and OWN not in str(facts)


def test_lists_come_back_and_nothing_is_written_anew(tmp_path: Path) -> None:
    registry = schema.in_memory()
    import_rows(registry, tmp_path, [ROW])
    with storage.reading(registry.engine) as connection:
        claims = [c for c in storage.claims_of_source(connection, "kuramaru") if c.field == "contacts"]
    assert claims[0].value[1] == {"type": "phone", "value": OPEN, "label": "平日"}
    exporting.write_list(tmp_path / "out.csv", exporting.source_rows(registry.engine, "kuramaru"))
    again = importing.import_file(registry.engine, tmp_path / "out.csv", "kuramaru", "tester")
    assert (again.change, again.warnings) == (ListChange(0, 0, 1, 0), ())


def test_only_what_is_left_is_on_the_map_and_staff_are_told_before() -> None:
    made = entry(contacts=(Contact("phone", OWN, "自宅"),))
    assert preview.keeps_contacts_back(made, PUBLIC) and not preview.keeps_contacts_back(made, STAFF)
    assert not preview.keeps_contacts_back(entry(contacts=(Contact("phone", OPEN, "平日"),)), PUBLIC)


@pytest.fixture
def linked(tmp_path: Path) -> tuple[schema.Registry, str, str]:
    registry = schema.in_memory()
    import_rows(registry, tmp_path, [ROW])
    it = registry.snapshots.current(STAFF).records[0].id
    return registry, it, org_links.make(registry.engine, it, "user:花子", "kuramaru")


def test_a_link_does_not_show_it_and_loses_none_of_it(linked: tuple[schema.Registry, str, str]) -> None:
    registry, it, link = linked
    seen = org_links.open_link(registry.engine, link).seen
    assert seen["contacts"] == [{"type": "phone", "value": OPEN, "label": "平日"}]
    new = {"type": "phone", "value": "03-0000-0002", "label": ""}
    org_links.tell_changes(registry.engine, link, seen, {"contacts": [new]}, "")
    told = proposals.waiting_for(registry.engine, it, "kuramaru")[0].proposal
    case = proposals.open_case(registry.engine, told.id, "kuramaru")
    assert not case.differences[0].is_moved, "nobody changed it meanwhile"
    deciding.accept(registry.engine, told.id, ["contacts"], case.mark, "", "kuramaru", "user:花子")
    kept = [c.value for c in registry.snapshots.current(STAFF).records[0].contacts]
    assert kept == ["03-0000-0002", OWN, "03-0000-8888"]


def test_what_a_link_found_right_is_right_with_what_it_did_not_show(linked: tuple[schema.Registry, str, str]) -> None:
    registry, it, link = linked
    org_links.confirm(registry.engine, link, org_links.open_link(registry.engine, link).seen)
    told = proposals.waiting_for(registry.engine, it, "kuramaru")[0].proposal
    before = saving.open_entry(registry.engine, it, "kuramaru", today()).value("contacts")
    assert told.says["contacts"] == before and len(before) == 3
    with storage.reading(registry.engine) as connection:
        assert proposal_rows.link(connection, org_links.digest(link)) is not None
