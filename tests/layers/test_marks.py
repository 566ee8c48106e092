"""What a map shows of points: the cases that the browser's modules read too, and counts against plain counting."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geocode.mercator import degrees, world_pixels
from layers import marks
from layers.marks import Box, Cluster, Spot
from mapdata.search.columns import Points

TABLE: dict[str, Any] = json.loads((Path(__file__).parents[1] / "data" / "mark_cases.json").read_text("utf-8"))
WORLD = Box(-90, -180, 90, 180)


def points(given: list[Any]) -> Points:
    """From [row, lat, lng] each."""
    row, lat, lng = (list(column) for column in zip(*given, strict=True)) if given else ([], [], [])
    return Points(np.array(row, dtype=np.int64), np.array(lat, dtype=float), np.array(lng, dtype=float))


def draw(given: list[Any], zoom: int, box: Box = WORLD) -> list[Spot | Cluster]:
    made = points(given)
    return marks.draw(made, np.arange(len(made)), zoom, box)


def holds(box: Box, mark: Spot | Cluster) -> bool:
    return box.south <= mark.lat <= box.north and box.west <= mark.lng <= box.east


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["name"])
def test_cases(case: dict[str, Any]) -> None:
    found = draw(case["points"], case["zoom"], Box(*case["box"]) if "box" in case else WORLD)
    spots = {mark.key: list(mark.rows) for mark in found if isinstance(mark, Spot)}
    assert spots == {spot["key"]: spot["rows"] for spot in case["spots"]}
    clusters = {mark.key: mark for mark in found if isinstance(mark, Cluster)}
    assert clusters.keys() == {cluster["key"] for cluster in case["clusters"]}
    for said in case["clusters"]:
        mark = clusters[said["key"]]
        assert (mark.n, mark.box.corners) == (said["n"], said["box"])
        assert [list(cell) for cell in mark.cells] == said["cells"]
        assert (mark.lat, mark.lng) == pytest.approx((said["lat"], said["lng"]), abs=2e-7)


def test_mixed_numbers_and_pixels() -> None:
    cx, cy, mixed = np.array(TABLE["mix"]).T
    assert np.array_equal(marks.mix(cx, cy), mixed)
    lat, lng, x, y = np.array(TABLE["pixels"]).T
    assert np.array_equal(world_pixels(lat, lng), (x, y))


def scatter(seed: int, count: int) -> tuple[list[Any], int]:
    """Points as [row, lat, lng] over some 40 × 40 cells of a zoom, which is told too: some at one address, some
    entries with two places, some places close to each other and some wherever they fall.
    """
    chance = np.random.default_rng(seed)
    zoom = int(chance.integers(9, 18))
    side, x0, y0 = marks.cell_side(zoom), 238_500_000, 105_600_000
    made: list[Any] = []
    for row in range(count):
        for _ in range(1 + (chance.random() < 0.2)):
            if made and chance.random() < 0.3:
                _, lat, lng = made[chance.integers(len(made))]
                near = chance.normal(0, 0.2 * 360 * side / 2**28, 2) * (chance.random() < 0.7)
                made.append([row, lat + near[0], lng + near[1]])
            else:
                x, y = chance.integers(0, 40 * side, 2)
                made.append([row, *degrees(x0 + int(x), y0 + int(y))])
    return made, zoom


RANDOM = given(st.integers(0, 2**32 - 1), st.sampled_from([0, 1, 5, 60, 400, 1500]))


@RANDOM
def test_every_entry_is_counted_where_it_is(seed: int, count: int) -> None:
    """Cell by cell and address by address, counted once more with sets."""
    made, zoom = scatter(seed, count)
    rows_at: dict[str, set[int]] = {}
    cell_of: dict[str, tuple[int, int]] = {}
    for row, x, y in zip((one[0] for one in made), *world_pixels(*np.array(made).reshape(-1, 3).T[1:]), strict=True):
        key = f"s:{x // 8}:{y // 8}"
        rows_at.setdefault(key, set()).add(row)
        cell_of.setdefault(key, (int(x // marks.cell_side(zoom)), int(y // marks.cell_side(zoom))))
    found = draw(made, zoom)
    assert len({mark.key for mark in found}) == len(found)
    seen: list[str] = []
    for mark in found:
        if isinstance(mark, Spot):
            assert set(mark.rows) == rows_at[mark.key] and len(mark.rows) == len(rows_at[mark.key])
            seen.append(mark.key)
        else:
            held = [key for key, cell in cell_of.items() if cell in mark.cells]
            assert mark.n == len(set().union(*(rows_at[key] for key in held))) > 1
            seen += held
    assert sorted(seen) == sorted(rows_at)


@RANDOM
def test_a_view_shows_what_the_whole_map_shows_there(seed: int, count: int) -> None:
    made, zoom = scatter(seed, count)
    whole = draw(made, zoom)
    chance = np.random.default_rng(seed)
    for _ in range(3):
        corners = [made[i][1:] for i in chance.integers(len(made), size=2)] if made else [(0, 0), (1, 1)]
        (south, north), (west, east) = (sorted(pair) for pair in zip(*corners, strict=True))
        box = Box(south, west, north, east)
        assert draw(made, zoom, box) == [mark for mark in whole if holds(box, mark)]


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["name"])
def test_a_view_of_one_mark_shows_that_mark(case: dict[str, Any]) -> None:
    """However far the cells reach that decide on it: the long chain of the table is as far as it goes."""
    for mark in draw(case["points"], case["zoom"]):
        box = Box(mark.lat, mark.lng, mark.lat, mark.lng)
        assert draw(case["points"], case["zoom"], box) == [mark]
