"""A point that a person gave answers for the same 番-号, to staff."""

import json
from pathlib import Path

import pytest

import geocode
from app import create_app
from mapdata import storage
from mapdata.claims.projection import PUBLIC, STAFF, SUPPORTER, office
from mapdata.clock import today
from mapdata.editing import saving
from mapdata.editing.confirmed import ConfirmedPoints
from mapdata.registry import Registry
from mapdata.words import Level
from tests import schema
from tests.factories import import_rows, published

HERE = published(管理番号="1", 住所="葛飾区立石5-13-1", 緯度="35.7441", 経度="139.8455")


def test_the_same_door_in_another_writing(registry: Registry, tmp_path: Path) -> None:
    confirmed = ConfirmedPoints(registry.snapshots)
    assert geocode.geocode("立石五丁目13番1号", confirmed).level == "chome"
    import_rows(registry, tmp_path, [HERE])
    match = geocode.geocode("立石五丁目13番1号 201号室", confirmed)
    assert (match.level, match.lat, match.lng) == ("point", 35.7441, 139.8455)
    assert geocode.geocode("立石5-13-2", confirmed).level == "chome"


def test_a_withdrawn_point_no_longer_answers(registry: Registry, tmp_path: Path) -> None:
    confirmed = ConfirmedPoints(registry.snapshots)
    import_rows(registry, tmp_path, [HERE])
    assert geocode.geocode("立石5-13-1", confirmed).level == "point"
    import_rows(registry, tmp_path, [{**HERE, "緯度": "", "経度": ""}])
    assert geocode.geocode("立石5-13-1", confirmed).level == "chome"


def test_others_entries_are_not_placed_by_it(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [{**HERE, "位置の公開": "非公開"}], "kuramaru")
    import_rows(registry, tmp_path, [published(住所="葛飾区立石5-13-1", 名称="同じ建物")], "shakyo")
    with storage.reading(registry.engine) as connection:
        levels = {e.name: e.places[0].level for e in storage.load_entries(connection)}
    assert levels == {"ひなた": "point", "同じ建物": "chome"}


def test_the_command_answers_staff_with_it(tmp_path: Path) -> None:
    app = create_app({"INSTANCE_DIR": schema.instance(tmp_path / "i"), "DATABASE_URL": ""})
    import_rows(app.extensions["registry"], tmp_path, [HERE])
    result = app.test_cli_runner().invoke(args=["geocode", "立石5-13-1"])
    assert json.loads(result.stdout)["level"] == "point"


def test_a_point_of_what_one_office_keeps_for_itself_answers_that_office_alone(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [{**HERE, "公開範囲": "自所属のみ", "位置の公開": "非公開"}], "shakyo")
    confirmed = ConfirmedPoints(registry.snapshots)
    levels = {reader: geocode.geocode("立石5-13-1", confirmed.seen_by(reader)).level
              for reader in (office("shakyo"), office("kuramaru"), STAFF, SUPPORTER, PUBLIC)}
    assert levels == {office("shakyo"): "point", office("kuramaru"): "chome", STAFF: "chome", SUPPORTER: "chome", PUBLIC: "chome"}
    assert geocode.geocode("立石5-13-1", confirmed).level == "chome"


def test_a_point_that_one_office_said_for_itself_answers_that_office_alone(registry: Registry, tmp_path: Path) -> None:
    import_rows(registry, tmp_path, [HERE])
    it = registry.snapshots.current(STAFF).records[0].id
    saving.save(registry.engine, it, 1, {}, {"places": Level.OFFICE}, "kuramaru", "花子", today())
    confirmed = ConfirmedPoints(registry.snapshots)
    assert geocode.geocode("立石5-13-1", confirmed.seen_by(office("kuramaru"))).level == "point"
    assert geocode.geocode("立石5-13-1", confirmed.seen_by(office("shakyo"))).level == "chome"


@pytest.mark.parametrize("source", ["kuramaru", "shakyo"])
def test_whatever_is_offered_stands_in_a_record_of_that_reader(registry: Registry, tmp_path: Path, source: str) -> None:
    """Also of an entry that both lists have: of each place, as often as it is said, whoever it is kept from."""
    other = {"kuramaru": "shakyo", "shakyo": "kuramaru"}[source]
    doors = [f"葛飾区立石5-{n}-1" for n in (1, 2, 3, 5, 7)]
    levels = ("自所属のみ", "両職員まで", "支援者まで", "公開", "")
    rows = [
        {**HERE, "名称": f"家{n}", "管理番号": str(n), "住所": door, "緯度": f"35.74{n}1", "公開範囲": level, "位置の公開": "非公開"}
        for n, (door, level) in enumerate(zip(doors, levels, strict=True))
    ]
    import_rows(registry, tmp_path, rows, source)
    import_rows(registry, tmp_path, [published(名称="家0", 管理番号="9")], other)
    confirmed = ConfirmedPoints(registry.snapshots)
    for reader in (office(source), office(other), STAFF, SUPPORTER, PUBLIC):
        seen = {place.point for record in registry.snapshots.current(reader).records for place in record.places}
        offered = [match for door in doors if (match := geocode.geocode(door, confirmed.seen_by(reader))).level == "point"]
        assert {(match.lat, match.lng) for match in offered} <= seen
        assert len(offered) == {office(source): 5, office(other): 4, STAFF: 4}.get(reader, 0)
