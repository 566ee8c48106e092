"""Every field of the table goes the whole way: cell, claim, record, page, search, GeoJSON, file, form, history, call.

A field that is left out somewhere is red here, whoever adds it; what a way does not hold is said below by name.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from mapdata import storage
from mapdata.claims.projection import PUBLIC, STAFF, SUPPORTER, Audience, Record, office
from mapdata.claims.record_values import tells, value_of
from mapdata.clock import today
from mapdata.editing import saving
from mapdata.errors import EditRefused
from mapdata.fields import field_table
from mapdata.fields.field_table import FIELDS, SIMPLE, Field
from mapdata.fields.folding import fold
from mapdata.history.timeline import history
from mapdata.lists import exporting, geojson, importing
from mapdata.lists.taking_in import ListChange
from mapdata.upkeep import freshness, org_links, slips
from mapdata.words import Level
from tests import accounts, schema
from tests.factories import import_rows
from tests.sent import contents
from tests.views.conftest import CheckedClient, send

READERS: dict[str, Audience] = {"public": PUBLIC, "supporter": SUPPORTER, "staff": STAFF, "own": office("kuramaru")}
#: What the lists say of each field: first this, then that. A text is made up from the field's name.
CELLS: dict[str, tuple[str, str]] = {
    "kind": ("居場所", "団体・会"), "needs": ("ひきこもり、住まい", "依存症"), "min_age": ("18", "20"), "max_age": ("44", "45"),
    "activities": ("食事・こども食堂", "学習支援"), "ease": ("個室、送迎なし", "無料"), "ways": ("しごと体験", "来てもらう"),
    "women_only_place": ("はい", "いいえ"), "languages": ("中国語、英語", "ベトナム語"), "audience": ("公開", "支援者まで"),
    "status": ("公開中", "休止中"), "consent": ("口頭", "あり"), "location_precision": ("正確な位置", "町丁目まで"),
    "publish_from": ("2026-04-02", "2026-04-03"), "publish_until": ("2099-03-31", "2099-03-30"),
    "intake": ("先に連絡", "いまは難しい"), "intake_on": ("2026-05-06", "2026-05-07"),
}
#: What columns of places and contacts say, and what of it a page writes.
STRUCTURED = {
    "開催日時": "毎週木曜 13時から", "郵便番号": "124-0012", "住所": "葛飾区立石5-13-1", "方書": "ひなたビル2階", "緯度": "35.7434",
    "経度": "139.846", "最寄り駅": "京成立石駅", "電話番号": "03-0000-0001（平日）", "FAX番号": "03-0000-0002", "メール": "a@example.jp",
    "URL": "https://example.jp/hinata",
}
#: Fields of which a page for readers without an account tells nothing in so many words.
UNSPOKEN = frozenset({"location_precision", "status"})


def cell(field: Field, which: int = 0) -> str:
    return CELLS[field.name][which] if field.name in CELLS else f"{field.name}の{'はじめ' if which == 0 else 'あと'}の言葉"


def pieces(field: Field, which: int = 0) -> list[str]:
    """What of a cell must be found wherever the field is told."""
    return [part for part in re.split("、", cell(field, which)) if not part.endswith("なし")]


def full_row() -> dict[str, str]:
    return {"管理番号": "7", "確認日": "2026-06-01", **STRUCTURED, **{field.heading: cell(field) for field in SIMPLE}}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A site with one entry that says something in every field."""
    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        accounts.quick_passwords(patch)
        patch.setattr("flask.Flask.test_client_class", CheckedClient)
        made = create_app({"INSTANCE_DIR": schema.instance(folder / "instance"), "DATABASE_URL": "", "TESTING": True})
        report = import_rows(made.extensions["registry"], folder, [full_row()])
        assert (report.problems, report.warnings) == ((), ()) and report.change.added == 1
        for role, kept_by in (("supporter", "ひだまりの会"), ("editor", "kuramaru")):
            accounts.account(made.extensions["registry"].engine, role, accounts.Role(role), kept_by)
        yield made
        made.extensions["registry"].engine.dispose()


@pytest.fixture(scope="module")
def it(app: Flask) -> str:
    return record(app, PUBLIC).id


def record(app: Flask, reader: Audience) -> Record:
    found: Record = app.extensions["registry"].snapshots.current(reader).records[0]
    return found


@pytest.fixture(scope="module")
def client_of(app: Flask) -> Callable[[str], FlaskClient]:
    made: dict[str, FlaskClient] = {}

    def _client(role: str) -> FlaskClient:
        if role not in made:
            made[role] = app.test_client()
            if role != "public":
                assert send(made[role], "/login", name=role, password=accounts.PASSWORD).status_code == 302
        return made[role]

    return _client


def is_for(field: Field, reader: Audience) -> bool:
    return reader.sees(field.audience, "kuramaru")


EVERY = pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
EVERY_SIMPLE = pytest.mark.parametrize("field", SIMPLE, ids=lambda field: field.name)
EVERY_READER = pytest.mark.parametrize("reader", READERS)


def test_every_column_is_walked() -> None:
    held = {*field_table.PLACE_PARTS, *field_table.CONTACT_TYPES}
    assert len(field_table.HEADINGS) == len(set(field_table.HEADINGS)) == len(SIMPLE) + len(held) + 2
    assert set(full_row()) == set(field_table.HEADINGS)
    assert all(field.section in field_table.SECTIONS for field in FIELDS)
    assert not set(field_table.SECTIONS) & set(field_table.NAMES), "both are ids on the form"


@EVERY
def test_a_cell_becomes_a_claim(app: Flask, it: str, field: Field) -> None:
    with storage.reading(app.extensions["registry"].engine) as connection:
        claims = {c.field: c for c in storage.claims_of_resources(connection, [it])[it]}
    assert claims[field.name].audience == field.audience
    if field in SIMPLE:
        assert claims[field.name].value == field.read(cell(field)).value and field.write(claims[field.name].value) == cell(field)


@EVERY
@EVERY_READER
def test_a_record_tells_whoever_may_know(app: Flask, field: Field, reader: str) -> None:
    shown = record(app, READERS[reader])
    rules = field.section == "publishing" and field.listed == "public"
    assert tells(shown, field.name) == (is_for(field, READERS[reader]) or rules)
    if field in SIMPLE and tells(shown, field.name):
        assert field.write(value_of(shown, field.name)) == cell(field)


@EVERY_SIMPLE
@pytest.mark.parametrize("reader", ["public", "supporter"])
def test_the_page_of_an_entry_shows_it(it: str, client_of: Callable[[str], FlaskClient], field: Field, reader: str) -> None:
    text = re.sub(r"<span class=\"unknown-item\">.*?</span>", "", client_of(reader).get(f"/resources/{it}").text)
    if field.name in UNSPOKEN:
        return
    words = [f"{year}年{int(month)}月{int(day)}日" for year, month, day in re.findall(r"(\d+)-(\d+)-(\d+)", cell(field))]
    for word in words or pieces(field):
        assert (word in text) == is_for(field, READERS[reader]), word


@EVERY
def test_the_staff_s_page_shows_it(it: str, client_of: Callable[[str], FlaskClient], field: Field) -> None:
    text = client_of("editor").get(f"/staff/entries/{it}").text
    assert f"<dt>{field.label}" in re.sub(r"\s+", "", text) or field.label in text
    for word in pieces(field) if field in SIMPLE else STRUCTURED.values():
        assert word in text or word.split("（")[0] in text


@EVERY_SIMPLE
@EVERY_READER
def test_search_finds_it(app: Flask, field: Field, reader: str) -> None:
    text = app.extensions["registry"].snapshots.current(READERS[reader]).texts[0]
    sought = [field.heading] if field.shape.kind == "yes_no" else pieces(field)
    for word in sought:
        assert (fold(word) in text) == (field.searched and is_for(field, READERS[reader])), word


@EVERY
@EVERY_READER
def test_geojson_has_it_under_its_english_name(app: Flask, field: Field, reader: str) -> None:
    said = geojson.feature(record(app, READERS[reader]))["properties"]
    name = {"staff_note": "staff_notes"}.get(field.name, field.name)
    told = is_for(field, READERS[reader]) or field.listed == "public"
    assert (name in said and said[name] not in (None, "", ())) == (field.in_geojson and told)


@EVERY_SIMPLE
@EVERY_READER
def test_an_exported_list_has_a_column_for_it(app: Flask, field: Field, reader: str) -> None:
    row = exporting.rows_of([record(app, READERS[reader])])[0]
    told = is_for(field, READERS[reader]) or field.listed == "public"
    assert (field.heading in exporting.audience_headings(READERS[reader])) == told
    assert row.get(field.heading, "") == (cell(field) if told else "")


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
def test_a_source_s_own_list_comes_back_unchanged(app: Flask, tmp_path: Path, name: str) -> None:
    engine = app.extensions["registry"].engine
    rows = exporting.source_rows(engine, "kuramaru")
    assert rows[0] == full_row()
    exporting.write_list(tmp_path / name, rows)
    report = importing.import_file(engine, tmp_path / name, "kuramaru", "tester")
    assert (report.change, report.problems, report.warnings) == (ListChange(0, 0, 1, 0), (), ())


@pytest.mark.parametrize("level", ["public", "supporter", "staff"])
def test_the_one_file_map_shows_it(app: Flask, tmp_path: Path, level: str) -> None:
    done = app.test_cli_runner().invoke(args=["map", "export", str(tmp_path / "map.html"), "--audience", level])
    assert done.exit_code == 0, done.output
    text = (tmp_path / "map.html").read_text("utf-8")
    texts = [field for field in SIMPLE if field.shape.kind in ("line", "text")]
    assert {f.name for f in texts if cell(f) in text} == {f.name for f in texts if is_for(f, READERS[level])}


@EVERY
def test_the_call_asks_for_it_where_the_table_says_so(it: str, client_of: Callable[[str], FlaskClient], field: Field) -> None:
    text = client_of("editor").get(f"/staff/fresh/{it}").text
    assert (f'id="ask-{field.name}"' in text) == (field.asked is not None)
    if field.asked and field in SIMPLE:
        assert field.asked.question in text and f'name="{field.name}"' in text
        assert all(word in text for word in pieces(field))


def test_paper_and_links_tell_what_everyone_may_read(app: Flask, it: str, client_of: Callable[[str], FlaskClient]) -> None:
    engine = app.extensions["registry"].engine
    paper = "\n".join(f.text for f in slips.slips(engine, [it], STAFF, today(), sealed=True)[0].facts)
    page = client_of("public").get(f"/o/{org_links.make(engine, it, 'user:花子', 'kuramaru')}/change").text
    for field in SIMPLE:
        if field.asked and field.name != "status":
            assert (cell(field) in paper) == (field.audience == "public"), field.name
        assert (f'name="{field.name}"' in page or f'name="{field.name}-' in page) == field.by_link, field.name


#: Fields whose control is not one text: the form sends these parts for the second cell.
PARTS: dict[str, dict[str, str | list[str]]] = {
    "kind": {"kind": "group"}, "needs": {"needs": ["addiction"]}, "activities": {"activities": ["study"]},
    "ways": {"ways": ["home_visit"]}, "ease": {"ease-private_room": "", "ease-pickup": "", "ease-free": "yes"},
    "audience": {"audience": "supporter"}, "status": {"status": "paused"}, "consent": {"consent": "yes"},
    "location_precision": {"location_precision": "area"}, "intake": {"intake": "difficult"}, "women_only_place": {"women_only_place": "no"},
}


@EVERY_SIMPLE
def test_the_form_saves_it_and_the_history_tells(
    tmp_path: Path, app: Flask, it: str, client_of: Callable[[str], FlaskClient], field: Field
) -> None:
    editor, engine = client_of("editor"), app.extensions["registry"].engine
    form = contents(editor.get(f"/staff/entries/{it}/edit").text)
    sent: dict[str, Any] = {**PARTS.get(field.name, {field.name: cell(field, 1)}), "do": "save"}
    assert sent.keys() - form.keys() == {"do"}, "the form asks for it"
    assert field.name in PARTS or form[field.name] == cell(field)
    for name, value in sent.items():
        form.setlist(name, value if isinstance(value, list) else [value])
    answer = editor.post(f"/staff/entries/{it}/edit", data=form)
    if "look-again" in answer.text:
        again = contents(answer.text)
        again["do"] = "save"
        answer = editor.post(f"/staff/entries/{it}/edit", data=again)
    assert answer.status_code == 302, re.findall(r"error-summary.*?</div>", answer.text, re.S)
    line = next(c for c in history(engine, it, office("kuramaru"))[0].fields if c.field == field.name)
    assert (line.before, line.after) == (cell(field), cell(field, 1))
    assert importing.import_file(engine, list_of(tmp_path), "kuramaru", "tester").change.updated == 1


def list_of(folder: Path) -> Path:
    """The first list again, which puts everything back."""
    exporting.write_list(folder / "again.csv", [full_row()])
    return folder / "again.csv"


@pytest.mark.parametrize("precision", ["町丁目まで", "非公開"])
def test_what_tells_the_way_is_kept_back_with_the_place(tmp_path: Path, precision: str) -> None:
    registry = schema.in_memory()
    import_rows(registry, tmp_path, [full_row() | {"位置の公開": precision}])
    way = cell(field_table.BY_NAME["first_day_directions"])
    assert {"first_day_directions"} == field_table.TELL_WHERE
    for name, reader in READERS.items():
        snapshot = registry.snapshots.current(reader)
        told = [*snapshot.texts, *exporting.rows_of(snapshot.records)[0].values(), str(geojson.feature(snapshot.records[0]))]
        assert any(fold(way) in fold(text) for text in told) == (name in ("staff", "own")), name
    it = snapshot.records[0].id
    assert "first_day_directions" not in org_links.open_link(registry.engine, org_links.make(registry.engine, it, "user:花子", "kuramaru")).seen
    paper = {sealed: [f.text for f in slips.slips(registry.engine, [it], STAFF, today(), sealed)[0].facts] for sealed in (True, False)}
    assert (way in paper[True], way in paper[False]) == (True, False), "a sealed letter goes to the organisation alone"


def test_the_day_of_the_intake_goes_with_it(tmp_path: Path) -> None:
    registry = schema.in_memory()
    import_rows(registry, tmp_path, [full_row()])
    it, on = registry.snapshots.current(STAFF).records[0].id, today()

    def said() -> tuple[Any, Any]:
        shown = registry.snapshots.current(SUPPORTER).by_id[it]
        return value_of(shown, "intake"), value_of(shown, "intake_on")

    def save(says: dict[str, Any], assure: bool = True) -> None:
        base = saving.open_entry(registry.engine, it, "kuramaru", on).base
        saving.save(registry.engine, it, base, says, {}, "kuramaru", "user:花子", on, assure=assure)

    save({"intake": "accepts", "intake_on": "2026-05-06"})
    assert said() == ("accepts", on.isoformat()), "the form carries the old day along"
    save({"intake": "difficult", "intake_on": "2026-07-08"})
    assert said() == ("difficult", "2026-07-08"), "a day that was typed stays"
    save({"intake": "ask_first", "intake_on": None})
    assert said() == ("ask_first", on.isoformat()), "nor need it be typed"
    save({"intake": "difficult", "intake_on": "2026-07-08"})
    save({"intake": "accepts"}, assure=False)
    assert said() == ("accepts", "2026-07-08"), "a slip of the pen is mended, nobody was asked"
    sheet = freshness.call_sheet(registry.engine, registry.snapshots.current(office("kuramaru")).by_id[it], "kuramaru", on)
    seen = {q.field: q.seen for q in sheet.questions if q.field == "intake"}
    assert freshness.confirm(registry.engine, it, seen, "shakyo", "user:太郎", on).fields == ("intake",)
    assert said() == ("accepts", on.isoformat())
    save({"intake": None})
    assert said() == ("", None)


def test_nobody_widens_what_is_for_supporters(tmp_path: Path) -> None:
    registry = schema.in_memory()
    import_rows(registry, tmp_path, [full_row()])
    it = registry.snapshots.current(STAFF).records[0].id
    base = saving.open_entry(registry.engine, it, "kuramaru", today()).base
    with pytest.raises(EditRefused):
        saving.save(registry.engine, it, base, {"intake": "accepts"}, {"intake": Level.PUBLIC}, "kuramaru", "user:花子", today())


def test_all_that_is_asked_stands_in_the_call_s_order() -> None:
    assert freshness.MATTERS[:6] == ("name", "status", "places", "contacts", "fees_description", "application_process")
    assert len({asked.order for _, asked in field_table.ASKED}) == len(field_table.ASKED)
