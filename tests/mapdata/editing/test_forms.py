"""What is typed into a form is read as a list's cells are, and every fault is told at its field."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mapdata import storage
from mapdata.clock import today
from mapdata.editing import forms, saving
from mapdata.editing.forms import read_form
from mapdata.fields import field_table
from mapdata.lists import exporting, importing
from mapdata.lists.taking_in import ListChange
from mapdata.registry import Registry
from tests import schema
from tests.factories import import_rows
from tests.mapdata.lists.test_importing import FULL_ROW

TYPED: dict[str, Any] = {
    "name": " ひなた ", "kind": "ibasho", "needs": ["isolation", "hikikomori"], "ease": {"silent_ok": "yes", "pickup": "no", "free": ""},
    "min_age": "18歳以上", "max_age": "39", "publish_from": "令和8年4月1日", "languages": "日本語、英語", "description": "",
    "places": [{"address": "葛飾区立石5-13-1", "lat": "35.7434", "lng": "139.8460", "schedule": "第1火曜；第3火曜"}, {"address": "", "lat": ""}],
    "contacts": [{"type": "fax", "value": "０３－００００－０００２", "label": ""}, {"type": "phone", "value": "03-0000-0001", "label": "代表"},
                 {"type": "phone", "value": "", "label": ""}],
}


def test_values_are_those_a_list_would_give() -> None:
    reading = read_form(TYPED)
    assert (reading.errors, reading.warnings) == ({}, {})
    assert reading.says == {
        "name": "ひなた", "kind": "ibasho", "needs": ["hikikomori", "isolation"], "ease": {"silent_ok": True, "pickup": False},
        "min_age": 18, "max_age": 39, "publish_from": "2026-04-01", "languages": ["日本語", "英語"], "description": None,
        "places": [{"address": "葛飾区立石5-13-1", "lat": 35.7434, "lng": 139.846, "schedule": "第1火曜、第3火曜"}],
        "contacts": [{"type": "phone", "value": "03-0000-0001", "label": "代表"}, {"type": "fax", "value": "03-0000-0002", "label": ""}],
    }


@pytest.mark.parametrize(("typed", "key", "message"), [
    ({"name": ""}, "name", "名称を書いてください"),
    ({"kind": "温泉"}, "kind", "次のどれかにしてください"),
    ({"min_age": "たぶん"}, "min_age", "年齢として読めません"),
    ({"min_age": "70", "max_age": "65"}, "max_age", "65が下限70より小さく"),
    ({"publish_from": "2026-05-01", "publish_until": "2026-04-01"}, "publish_until", "より前の日"),
    ({"description": "あ" * 40_000}, "description", "長すぎます"),
    ({"places": [{"address": "立石5-1"}, {"address": "亀有3-1", "lat": "35.7"}]}, "places.1.lat", "経度がありません"),
    ({"places": [{"address": "亀有3-1", "postal_code": "12"}]}, "places.0.postal_code", "7けた"),
    ({"places": [{"schedule": "毎週木曜"}, {"schedule": "毎週金曜"}]}, "places.1.address", "住所も書いて"),
    ({"contacts": [{"type": "email", "value": "だれか"}]}, "contacts.0", "メールアドレスとして読めません"),
    ({"contacts": [{"type": "url", "value": "javascript:alert(1)"}]}, "contacts.0", "http://"),
    ({"contacts": [{"type": "phone", "value": "", "label": "代表"}]}, "contacts.0", "番号やアドレス"),
    ({"contacts": [{"type": "phone", "value": "03-0000-0001", "label": "a）（b"}]}, "contacts.0", "かっこ"),
    ({"contacts": [{"type": "phone", "value": "03-0000-0001、03-0000-0002", "label": "代表"}]}, "contacts.0", "1つずつ"),
    ({"contacts": [{"type": "はと", "value": "03"}]}, "contacts.0", "どれかを選んで"),
    ({"contacts": [{"type": "phone", "value": "03-0000-0001"}] * 51}, "contacts", "50件まで"),
    ({"audience": "public", "status": "paused", "consent": "unconfirmed"}, "consent", "同意が必要です"),
])
def test_faults_are_told_at_their_field(typed: dict[str, Any], key: str, message: str) -> None:
    reading = read_form({"name": "ひなた", **typed})
    assert list(reading.errors) == [key] and message in reading.errors[key][0]


def test_doubts_are_warnings_at_their_part() -> None:
    reading = read_form({"name": "甲", "needs": "ひきこもり、宇宙", "places": [
        {"address": "葛飾区亀有9丁目1-1"}, {"address": "葛飾区奥戸4-1", "lat": "35.0", "lng": "139.0"}]})
    assert reading.errors == {} and sorted(reading.warnings) == ["needs", "places.0.address", "places.1.lat"]


def test_what_is_public_already_may_be_mended_and_consent_taken_back() -> None:
    shown = {"name": "甲", "audience": "public", "status": "active", "consent": "yes"}
    assert read_form({"name": "甲", "consent": "no"}, shown).errors == {}
    assert read_form({"name": "甲", "consent": "no"}, shown).warnings.keys() == {"consent"}
    assert read_form({"name": "甲", "audience": "public"}, {**shown, "audience": "staff", "consent": "no"}).errors.keys() == {"consent"}


def test_a_form_that_was_only_opened_says_the_same_again(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [{**FULL_ROW, "緯度": "35.7434", "経度": "139.846"}])
    with storage.reading(registry.engine) as connection:
        it = next(iter(storage.all_ids(connection)))
    opened = saving.open_entry(registry.engine, it, "kuramaru", today())
    values = {name: shown.value for name, shown in opened.shown.items()}
    reading = read_form(forms.fill(values), values)
    assert (reading.errors, reading.warnings) == ({}, {})
    assert {name: value for name, value in reading.says.items() if value is not None} == values
    assert reading.says.keys() == set(field_table.NAMES)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)
PLACE = st.fixed_dictionaries({"address": TEXT, "address_2": TEXT, "schedule": TEXT, "station": TEXT})
CONTACT = st.fixed_dictionaries({"type": st.sampled_from(list(field_table.CONTACT_TYPES)), "value": TEXT, "label": TEXT})


@example({"name": "名", "contacts": [{"type": "phone", "value": "(", "label": "0"}, {"type": "phone", "value": "0", "label": ""}]})
@given(st.fixed_dictionaries({
    "name": TEXT.map(lambda t: t + "名"), "description": TEXT, "fees_description": TEXT, "languages": TEXT,
    "places": st.lists(PLACE, max_size=3), "contacts": st.lists(CONTACT, max_size=3),
}))
def test_whatever_is_typed_goes_through_a_list_and_comes_back(tmp_path_factory: pytest.TempPathFactory, typed: dict[str, Any]) -> None:
    reading = read_form(typed)
    if reading.errors:
        return
    registry, path = schema.in_memory(), tmp_path_factory.getbasetemp() / "out.csv"
    saving.save(registry.engine, None, 0, reading.says, {}, "kuramaru", "t", today())
    exporting.write_list(path, exporting.source_rows(registry.engine, "kuramaru"))
    again = importing.import_file(registry.engine, path, "kuramaru", "t")
    assert again.change == ListChange(0, 0, 1, 0), again.problems


PHONES = [{"type": "phone", "value": f"03-0000-{n:04}", "label": "", "personal": ""} for n in range(53)]


def test_an_entry_that_holds_more_than_forms_take_is_edited_whole() -> None:
    """Rows and letters that a list brought: none is cut off, and one can be put in another's place, but none added."""
    long = "あ" * 40_000
    shown = {"name": "甲", "description": long, "contacts": [{k: v for k, v in p.items() if k != "personal"} for p in PHONES[:51]],
             "places": [{"address": f"葛飾区立石{n}-1", "schedule": long} for n in range(1, 52)]}
    reading = read_form(forms.fill(shown), shown)
    assert reading.errors == {} and {name: reading.says[name] for name in shown} == shown
    other = read_form({"name": "甲", "contacts": [*PHONES[:50], PHONES[51]]}, shown)
    assert other.errors == {} and len(other.says["contacts"]) == 51
    more = read_form({"name": "甲", "contacts": PHONES[:52], "description": long + "い"}, shown)
    assert more.errors == {"contacts": ["50件までにしてください（いま52件）"], "description": ["長すぎます。32,767文字までにしてください（いま40,001文字）"]}


def test_many_numbers_in_one_box_count_as_many() -> None:
    reading = read_form({"name": "甲", "contacts": [{"type": "phone", "value": "、".join(p["value"] for p in PHONES), "label": ""}]})
    assert reading.errors == {"contacts": ["50件までにしてください（いま53件）"]}
