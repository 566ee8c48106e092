"""The base map's script: the same each time, nothing foreign, nothing that runs text from a list."""

import json
import math
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import folium
import pytest
from shapely import MultiPolygon, Polygon

from layers import basemap, ground, place_names
from layers.basemap import Tiles

GSI = Tiles(
    "https://cyberjapandata.gsi.go.jp/xyz/pale/{z}/{x}/{y}.png",
    "地理院タイル https://maps.gsi.go.jp/development/ichiran.html",
)


def hosts(text: str) -> set[str]:
    return set(re.findall(r"(?:https?:)?//([\w.-]+)", re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)))


def fresh(tiles: Tiles | None = None) -> str:
    basemap._script.cache_clear()
    return basemap.script(tiles)


@pytest.mark.parametrize("tiles", [None, GSI])
def test_same_text_each_time(tiles: Tiles | None) -> None:
    assert fresh(tiles) == fresh(tiles)


def test_asks_no_host_but_that_of_the_tiles() -> None:
    assert hosts(fresh()) == set()
    assert hosts(fresh(GSI)) == {"cyberjapandata.gsi.go.jp", "maps.gsi.go.jp"}


def groups_of(text: str) -> list[Any]:
    """Each group of names: look, first and last zoom, rows."""
    found = re.search(r"^const groups = (\[\[.*\]\])\.map", text, flags=re.MULTILINE)
    assert found
    groups: list[Any] = json.loads(found[1])
    return groups


def test_light_enough_for_a_phone() -> None:
    assert len(fresh().encode()) < 20_000


def test_names_lie_to_five_decimals() -> None:
    groups = groups_of(fresh())
    places = [place for _, _, _, rows in groups for place in rows]
    assert len(places) > 200
    assert all(round(degree, 5) == degree for lat, lng, _ in places for degree in (lat, lng))


def test_shapes_lie_where_they_are() -> None:
    drawn = ground.draw([ground.Shape("a", [[[139.8, 35.7], [139.9, 35.7], [139.9, 35.8], [139.8, 35.7]]], closed=True),
                         ground.Shape("b", [[[139.85, 35.75], [139.8, 35.7]]], closed=False)])
    (south, west), (north, east) = drawn.bounds
    assert (south, west, north, east) == pytest.approx((35.7, 139.8, 35.8, 139.9), abs=1e-5)
    wide, high = drawn.size
    assert wide == pytest.approx(0.1 / 360 * 256 * 2**18, abs=1)
    assert high / wide == pytest.approx(1 / math.cos(math.radians(35.75)), rel=1e-3)
    (look, area), (_, line) = drawn.paths
    assert look == "a" and area == f"M0 {high}l{wide} 0 0-{high}-{wide} {high}z"
    assert re.fullmatch(rf"M{wide // 2} (\d+)l-{wide // 2} (\d+)", line) and not line.endswith("z")
    assert sum(map(int, re.findall(r"\d+", line)[1::2])) == high


def test_holes_and_islands_are_outlines_too() -> None:
    ring = [(0, 0), (0, 3), (3, 3), (0, 0)]
    hole = [(1, 2), (1, 2.5), (1.5, 2.5), (1, 2)]
    shape = ground.outlines("a", [Polygon(ring, [hole]), MultiPolygon([Polygon(ring), Polygon(hole)])])
    assert [len(line) for line in shape.lines] == [4, 4, 4, 4] and shape.closed


def test_no_popups_and_no_tooltips() -> None:
    assert not re.search(r"popup|tooltip|innerHTML|document\.write|\beval\b|\$\(", fresh(GSI), re.IGNORECASE)


def test_shows_ward_neighbours_towns_and_stations() -> None:
    text = fresh()
    for name in ("足立区", "松戸市", "亀有", "お花茶屋", "立石5丁目", "京成高砂"):
        assert name in text
    groups = groups_of(text)
    assert sum(len(rows) for look, _, _, rows in groups if look == "town") == 30
    assert sum(len(rows) for look, _, _, rows in groups if look == "chome") == 155


def test_towns_whose_names_would_touch_wait_for_a_nearer_zoom() -> None:
    free, crowded = place_names._apart(
        [(35.75, 139.85, "甲"), (35.7501, 139.8502, "乙"), (35.76, 139.85, "丙"), (35.77, 139.85, "丁")],
        [(35.7601, 139.85, "駅")],
    )
    assert [name for _, _, name in free] == ["甲", "丁"]
    assert [name for _, _, name in crowded] == ["乙", "丙"]


def test_with_tiles_shapes_are_only_outlined() -> None:
    text = fresh(GSI)
    assert "is-outline" in text and "L.tileLayer" in text
    assert "is-outline" not in fresh() and "L.tileLayer" not in fresh()
    assert "rail is-dash" not in text


def test_credit_of_the_tiles_is_escaped_and_linked() -> None:
    assert GSI.credit == '<a href="https://maps.gsi.go.jp/development/ichiran.html" rel="noreferrer">地理院タイル</a>'
    assert Tiles(GSI.url, '<b onclick="x">地図 ').credit == "&lt;b onclick=&quot;x&quot;&gt;地図 "


@pytest.mark.parametrize(
    ("url", "attribution"),
    [("ftp://a/{z}/{x}/{y}", ""), ("https://a/{z}/{x}.png", ""), ("https://a/{z}/{x}/{y}", "{{ 7 * 7 }}"),
     ("https://a/{z}/{x}/{y}{% x %}", "")],
)
def test_refuses_what_is_no_tile_setting(url: str, attribution: str) -> None:
    with pytest.raises(ValueError, match="TILE_"):
        Tiles(url, attribution)


def test_folium_itself_stays_as_it_was() -> None:
    before = list(folium.Map.default_js), list(folium.Map.default_css)
    fresh(GSI)
    assert (list(folium.Map.default_js), list(folium.Map.default_css)) == before


@pytest.mark.parametrize("tiles", [None, GSI])
def test_is_javascript(tiles: Tiles | None, tmp_path: Path) -> None:
    node = shutil.which("node") or pytest.skip("node is not installed")
    path = tmp_path / "base.js"
    path.write_text(fresh(tiles), encoding="utf-8")
    done = subprocess.run([node, "--check", str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_announces_the_map_and_leaves_no_globals() -> None:
    text = fresh()
    assert text.startswith("(function () {") and text.rstrip().endswith("})();")
    parts = ['L.map("map"', "fitBounds(map.options.home", "element.leafletMap = map", '"map:ready"', "createPane("]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_a_stations_name_makes_room_for_its_neighbours() -> None:
    west, east = (35.7477, 139.8275, "堀切菖蒲園"), (35.7476, 139.8399, "お花茶屋")
    upper, lower = (35.7695, 139.8704, "金町"), (35.7685, 139.8704, "京成金町")
    sides = place_names._sides([west, east, upper, lower])
    assert (sides[west], sides[east]) == ("left", "right")
    assert {sides[upper], sides[lower]} == {"left", "right"}
    boxes = [place_names._box(name, side) for name, side in sides.items()]
    assert not any(place_names._touch(one, other) for one in boxes for other in boxes if one is not other)


def test_no_two_stations_names_lie_over_each_other() -> None:
    sides = place_names._sides(place_names._station_names(), basemap._neighbour_names())
    boxes = [place_names._box(name, side) for name, side in sides.items()]
    assert not any(place_names._touch(one, other) for one in boxes for other in boxes if one is not other)


def test_a_town_named_at_its_station_moves_a_line_away() -> None:
    station = (35.7564, 139.8753, "柴又")
    assert place_names._aside((35.7563, 139.8757, "柴又"), [station])[0] == pytest.approx(35.7564 - place_names.LINE / 2)
    assert place_names._aside((35.7663, 139.8757, "高砂"), [station]) == (35.7663, 139.8757, "高砂")
