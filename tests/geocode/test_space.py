"""Metres in the ward's plane, and what is nearest, with answers worked out by hand."""

import numpy as np
import pytest

from geocode import places, space, ward

ORIGIN = (36.0, 139 + 50 / 60)  # of zone IX: 36°N 139°50′E, where x and y are 0
WARD_OFFICE = (35.7434, 139.8472)
SEA = (35.0, 140.5)


def test_metres_are_zero_at_the_origin_of_the_zone() -> None:
    assert np.allclose(space.metres([ORIGIN]), [[0, 0]], atol=0.001)


def test_x_is_east_and_y_is_north() -> None:
    # One minute of latitude at 36°N is 1849.4 m, one of longitude 1502.6 m; the scale at the origin is 0.9999.
    north, east = space.metres([(36 + 1 / 60, ORIGIN[1]), (36.0, ORIGIN[1] + 1 / 60)])
    assert np.allclose(north, [0, 1849.2], atol=0.5)
    assert np.allclose(east, [1502.5, 0], atol=0.5)


def test_none_is_nan_in_its_own_row() -> None:
    plane = space.metres([None, ORIGIN, None, (float("nan"), 139.8), (139.8, 35.7)])
    assert np.isnan(plane).all(axis=1).tolist() == [True, False, True, True, True]


def test_no_points_are_no_rows() -> None:
    assert space.metres([]).shape == (0, 2)
    assert space.metres([None]).shape == (1, 2)


def test_distances() -> None:
    # 0.001° of latitude is 110.95 m here
    far = space.distances(WARD_OFFICE, [WARD_OFFICE, (35.7444, 139.8472), None])
    assert far[0] == 0
    assert far[1] == pytest.approx(110.95, abs=0.1)
    assert np.isnan(far[2])


def test_a_hundred_thousand_points() -> None:
    assert space.metres([WARD_OFFICE, None] * 50_000).shape == (100_000, 2)


def test_nearest_station() -> None:
    station, far = space.nearest_station(*WARD_OFFICE)
    # 青砥 is 868 m away, お花茶屋 some 809 m, 京成立石 586 m: 578 m south and 87 m east
    assert station.name == "京成立石"
    assert far == pytest.approx(np.hypot(578, 87), abs=3)


def test_nearest_town_is_the_nearest_point_inside_the_ward() -> None:
    found = space.nearest_town(*WARD_OFFICE)
    assert found is not None
    assert found.label == "立石5丁目"
    assert space.nearest_town(*SEA) is None
    assert space.nearest_town(35.73333, 139.88185) is None  # 小岩駅, in 江戸川区


def test_every_town_is_nearest_to_itself() -> None:
    assert [town for town in places.towns() if space.nearest_town(town.lat, town.lng) != town] == []


def test_in_ward_agrees_with_the_table_of_stations() -> None:
    assert [s.name for s in places.stations() if space.in_ward(s.lat, s.lng) != s.in_ward] == []


@pytest.mark.parametrize("point", [SEA, (139.8472, 35.7434), (float("nan"), float("nan")), (float("inf"), 0.0)])
def test_what_is_not_in_the_ward(point: tuple[float, float]) -> None:
    assert not space.in_ward(*point)
    assert space.nearest_town(*point) is None


def test_no_station_is_nearest_to_nowhere() -> None:
    with pytest.raises(ValueError, match="地球上の点ではありません"):
        space.nearest_station(float("nan"), 139.8)


def test_boundaries_are_the_ward_and_the_neighbours_that_ward_toml_names() -> None:
    frame = space.boundaries()
    assert frame.crs == "EPSG:4326"
    assert frame.loc[frame["role"] == "ward", "code"].tolist() == [ward.load().code]
    assert frame.loc[frame["role"] == "neighbour", "name"].tolist() == list(ward.load().neighbours)


def test_boundaries_are_a_copy() -> None:
    space.boundaries()["name"] = "別の名前"
    assert space.boundaries()["name"].is_unique


def test_bounds_and_centre() -> None:
    south, west, north, east = space.bounds()
    assert (south, west, north, east) == (35.71085, 139.81322, 35.79734, 139.89454)
    lat, lng = ward.load().centre
    assert np.allclose((lat, lng), ((south + north) / 2, (west + east) / 2), atol=1e-4)
