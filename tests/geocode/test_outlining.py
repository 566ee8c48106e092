"""The outlines out of 行政区域データ: whose they are, how far they reach, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from click.testing import CliRunner

from geocode import cli, ward
from geocode.official import outlining
from geocode.official.archive import InstallRefused
from tests import wards


def _feature(code: str, box: tuple[float, float, float, float], **names: str) -> dict[str, Any]:
    """A rectangle (west, south, east, north), with a corner every 0.001 degrees or so on its southern side."""
    west, south, east, north = box
    edge = [(round(west + i * (east - west) / 40, 6), south + (0.00001 if i % 2 else 0)) for i in range(41)]
    ring = [*edge, (east, north), (west, north), edge[0]]
    return {
        "type": "Feature", "properties": {"N03_001": "架空県", "N03_007": code, **names},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }  # fmt: skip


MIHON = [
    _feature("99201", (139.48, 36.095, 139.525, 36.14), N03_004="見本市"),
    _feature("99201", (139.53, 36.10, 139.532, 36.102), N03_004="見本市"),
    _feature("99202", (138.9, 36.08, 139.48, 36.14), N03_004="架空市"),
    _feature("99203", (139.525, 36.0, 139.7, 36.09), N03_004="遠い市"),
]


def _file(folder: Path, features: list[dict[str, Any]]) -> Path:
    path = folder / "N03.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


def _outlines(folder: Path, features: list[dict[str, Any]], name: str) -> dict[str, Any]:
    found = json.loads(outlining.outline(_file(folder, features), ward.read(wards.OTHERS[name])))
    return {f["properties"]["name"]: (f["properties"], shapely.geometry.shape(f["geometry"])) for f in found["features"]}


def test_the_ward_with_all_its_parts_and_the_neighbours_that_it_names(tmp_path: Path) -> None:
    found = _outlines(tmp_path, MIHON, "mihon")
    assert {name: about for name, (about, _) in found.items()} == {
        "見本市": {"code": "99201", "name": "見本市", "role": "ward"},
        "架空市": {"code": "99202", "name": "架空市", "role": "neighbour"},
    }
    ours, neighbour = found["見本市"][1], found["架空市"][1]
    assert ours.contains(shapely.Point(139.5, 36.12)) and ours.contains(shapely.Point(139.531, 36.101))
    assert 139.40 < neighbour.bounds[0] < 139.45, "cut off 5 km from the ward"
    assert shapely.get_num_coordinates(ours) < 20, "corners of a metre are gone"
    assert all(round(x, 5) == x for x, _ in shapely.get_coordinates(ours))


def test_a_border_of_two_stays_one_line(tmp_path: Path) -> None:
    found = _outlines(tmp_path, MIHON, "mihon")
    assert found["見本市"][1].intersection(found["架空市"][1]).area == pytest.approx(0, abs=1e-9)
    assert found["見本市"][1].distance(found["架空市"][1]) < 2e-5


def test_a_designated_city_is_all_of_its_wards_and_a_ward_its_own(tmp_path: Path) -> None:
    later = _feature("12198", (140.09, 35.595, 140.10, 35.62), N03_004="千葉市", N03_005="見本区")
    earlier = _feature("12199", (140.10, 35.595, 140.125, 35.62), N03_003="千葉市", N03_004="架空区")
    (about, shape), = _outlines(tmp_path, [later, earlier], "chiba").values()
    assert about == {"code": "12100", "name": "千葉市", "role": "ward"} and shape.bounds == (140.09, 35.595, 140.125, 35.62)
    kita = _feature("27127", (135.49, 34.695, 135.515, 34.715), N03_003="大阪市", N03_004="北区")
    beside = _feature("27103", (135.48, 34.695, 135.49, 34.715), N03_003="大阪市", N03_004="福島区")
    found = _outlines(tmp_path, [kita, beside], "osaka_kita")
    assert {name: about["role"] for name, (about, _) in found.items()} == {"大阪市北区": "ward", "大阪市福島区": "neighbour"}


@pytest.mark.parametrize(("content", "said"), [
    (None, "読めません"), ("{", "GeoJSON ではありません"), ('{"features":[{"geometry":{},"properties":{}}]}', "GeoJSON ではありません"),
    ('{"features":[]}', "架空県見本市（99201）がありません"), ("[]", "GeoJSON ではありません"),
])
def test_what_is_refused(tmp_path: Path, content: str | None, said: str) -> None:
    path = tmp_path / "N03.geojson"
    if content is not None:
        path.write_text(content, "utf-8")
    with pytest.raises(InstallRefused, match=said):
        outlining.outline(path, ward.read(wards.OTHERS["mihon"]))


def test_the_command_writes_what_the_site_reads(tmp_path: Path) -> None:
    target = tmp_path / "boundaries.geojson"
    with wards.using(wards.OTHERS["mihon"]):
        done = CliRunner().invoke(cli.group, ["outline", str(_file(tmp_path, MIHON)), str(target)])
        assert done.exit_code == 0 and json.loads(done.stdout)["outlines"] == ["見本市", "架空市"], done.output
        assert json.loads(target.read_text("utf-8"))["features"][0]["properties"]["role"] == "ward"
        missing = CliRunner().invoke(cli.group, ["outline", str(tmp_path / "none.geojson"), str(target)])
        assert missing.exit_code == 2 and "ファイルが見つかりません" in missing.stderr
        (tmp_path / "none.geojson").write_text("no outlines")
        before = target.read_text("utf-8")
        refused = CliRunner().invoke(cli.group, ["outline", str(tmp_path / "none.geojson"), str(target)])
        assert refused.exit_code == 1 and "何も変えていません" in refused.stderr and target.read_text("utf-8") == before
