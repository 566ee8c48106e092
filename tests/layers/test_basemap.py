"""The base map's script: the same each time, nothing foreign, nothing that runs text from a list."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import folium
import pytest

from layers import basemap
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


def test_light_enough_for_a_phone() -> None:
    assert len(fresh().encode()) < 60_000


def test_coordinates_have_five_decimals() -> None:
    assert re.findall(r"\d+\.\d{6,}", fresh()) == []
    assert len(re.findall(r"139\.\d{4,5}\b", fresh())) > 300


def test_no_popups_and_no_tooltips() -> None:
    assert not re.search(r"popup|tooltip|innerHTML|document\.write|\beval\b|\$\(", fresh(GSI), re.IGNORECASE)


def test_shows_ward_neighbours_towns_and_stations() -> None:
    text = fresh()
    for name in ("足立区", "松戸市", "亀有", "お花茶屋", "立石5丁目", "京成高砂"):
        assert name in text
    names = re.findall(r'names\((\[\[.*?\]\]), "(\w+)", (\[[\d., ]+\])\)', text)
    assert sum(len(json.loads(rows)) for rows, look, _ in names if look == "town") == 30
    assert sum(len(json.loads(rows)) for rows, look, _ in names if look == "chome") == 155


def test_towns_whose_names_would_touch_wait_for_a_nearer_zoom() -> None:
    free, crowded = basemap._apart(
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
    assert 'L.map(\n"map"' in text and "element.leafletMap = map" in text and '"map:ready"' in text


def test_a_stations_name_makes_room_for_its_neighbours() -> None:
    west, east = (35.7477, 139.8275, "堀切菖蒲園"), (35.7476, 139.8399, "お花茶屋")
    upper, lower = (35.7695, 139.8704, "金町"), (35.7685, 139.8704, "京成金町")
    sides = basemap._sides([west, east, upper, lower])
    assert (sides[west], sides[east]) == ("left", "right")
    assert {sides[upper], sides[lower]} == {"left", "right"}
    boxes = [basemap._box(name, side) for name, side in sides.items()]
    assert not any(basemap._touch(one, other) for one in boxes for other in boxes if one is not other)


def test_no_two_stations_names_lie_over_each_other() -> None:
    sides = basemap._sides(basemap._station_names(), basemap._neighbour_names())
    boxes = [basemap._box(name, side) for name, side in sides.items()]
    assert not any(basemap._touch(one, other) for one in boxes for other in boxes if one is not other)


def test_a_town_named_at_its_station_moves_a_line_away() -> None:
    station = (35.7564, 139.8753, "柴又")
    assert basemap._aside((35.7563, 139.8757, "柴又"), [station])[0] == pytest.approx(35.7564 - basemap.LINE / 2)
    assert basemap._aside((35.7663, 139.8757, "高砂"), [station]) == (35.7663, 139.8757, "高砂")
