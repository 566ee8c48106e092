"""Metres, the outline of the ward, and what is nearest.

Axes: this package's points are (lat, lng) in WGS84. Planes and shapes are (x, y) = (east, north):
`metres` answers in the ward's plane (a 平面直角座標系), whose official axes are (north, east) and are
swapped here on purpose; GeoDataFrames hold (lng, lat), as GeoJSON does.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer

from geocode import caches, places, tables, ward
from geocode.gazetteer import Town
from geocode.places import Station

if TYPE_CHECKING:
    import geopandas

Point = tuple[float, float]
WGS84 = "EPSG:4326"
_NOWHERE: Point = (float("nan"), float("nan"))


def metres(points: Sequence[Point | None]) -> npt.NDArray[np.float64]:
    """(lat, lng) points as an array (n, 2) of x east and y north, in metres of the ward's plane.

    None, NaN and what is not on the globe become NaN, and so does every distance from them.
    """
    degrees = np.array([point or _NOWHERE for point in points], dtype=float).reshape(-1, 2)
    with np.errstate(invalid="ignore"):
        real = (np.abs(degrees[:, 0]) <= 90) & (np.abs(degrees[:, 1]) <= 180)
    plane = np.full_like(degrees, np.nan)
    plane[real] = np.column_stack(_to_plane().transform(degrees[real, 1], degrees[real, 0]))
    plane[~np.isfinite(plane).all(axis=1)] = np.nan
    return plane


def distances(origin: Point, points: Sequence[Point | None]) -> npt.NDArray[np.float64]:
    """Metres from one (lat, lng) to each of the others, in a straight line; NaN for None."""
    apart = metres(points) - metres([origin])
    return np.hypot(apart[:, 0], apart[:, 1])


def nearest_town(lat: float, lng: float) -> Town | None:
    """The 町丁目 whose representative point is nearest; None outside the ward.

    Near the edge of a 町丁目 this may be its neighbour: the table has points, no outlines.
    """
    if not in_ward(lat, lng):
        return None
    return places.towns()[_nearest(_town_plane(), lat, lng)[0]]


def nearest_station(lat: float, lng: float) -> tuple[Station, float]:
    """The nearest station of our lines, and how many metres it is away in a straight line.

    Raises ValueError for a point that is not on the globe.
    """
    index, far = _nearest(_station_plane(), lat, lng)
    return places.stations()[index], far


def in_ward(lat: float, lng: float) -> bool:
    """Whether the point lies in the ward's outline, which is simplified to about 10 m."""
    return bool(shapely.contains_xy(_outline(), lng, lat))


def boundaries() -> "geopandas.GeoDataFrame":
    """The ward and its neighbours (WGS84): code, name, role (`ward`, `neighbour`) and outline. A copy."""
    return _boundaries().copy()


def bounds() -> tuple[float, float, float, float]:
    """The ward's bounding box as (south, west, north, east) in WGS84 degrees."""
    west, south, east, north = _outline().bounds
    return south, west, north, east


def _nearest(plane: npt.NDArray[np.float64], lat: float, lng: float) -> tuple[int, float]:
    apart = plane - metres([(lat, lng)])
    far = np.hypot(apart[:, 0], apart[:, 1])
    if np.isnan(far).all():
        raise ValueError(f"地球上の点ではありません：{lat}, {lng}")
    index = int(np.nanargmin(far))
    return index, float(far[index])


@caches.of_ward()
def _to_plane() -> Transformer:
    return Transformer.from_crs(WGS84, f"EPSG:{ward.load().epsg}", always_xy=True)


@caches.of_ward()
def _town_plane() -> npt.NDArray[np.float64]:
    return metres([(town.lat, town.lng) for town in places.towns()])


@caches.of_ward()
def _station_plane() -> npt.NDArray[np.float64]:
    return metres([(station.lat, station.lng) for station in places.stations()])


@caches.of_ward()
def _boundaries() -> "geopandas.GeoDataFrame":
    import geopandas  # takes longer to load than all the rest; most who ask for metres need no outlines

    # Read as text: GDAL would have to find its drivers first, which takes longer than the file itself.
    features = tables.outlines(ward.load().data.boundaries)
    return geopandas.GeoDataFrame.from_features(features, crs=WGS84)


@caches.of_ward()
def _outline() -> shapely.Geometry:
    frame = _boundaries()
    outline = frame.loc[frame["role"] == "ward"].geometry.union_all()
    shapely.prepare(outline)
    return outline
