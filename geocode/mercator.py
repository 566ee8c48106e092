"""WGS84 degrees ↔ world pixels: the plane that web maps are drawn in (spherical Mercator, EPSG:3857).

World pixels are counted from the north-west corner of the square world at zoom 20, which is 2^28 wide:
x to the east, y to the south. At 36° north one is about 12 cm.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

ZOOM = 20
WORLD = 256 << ZOOM
#: Where the square world ends, in degrees of latitude.
_LAST_LATITUDE = 85.0511287798066

Column: TypeAlias = NDArray[np.float64]


def world_pixels(lat: Column, lng: Column) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The whole pixels (x, y) that these points lie in; what lies beyond the world's edge lies at its edge."""
    sine = np.sin(np.radians(np.clip(lat, -_LAST_LATITUDE, _LAST_LATITUDE)))
    x = np.floor(WORLD * (lng + 180) / 360)
    y = np.floor(WORLD * (0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)))
    last = WORLD - 1
    return np.clip(x, 0, last).astype(np.int64), np.clip(y, 0, last).astype(np.int64)


def degree_columns(x: Column, y: Column) -> tuple[Column, Column]:
    """lat and lng of points in the plane, which may lie between pixels."""
    return np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y / WORLD)))), x / WORLD * 360 - 180


def degrees(x: float, y: float) -> tuple[float, float]:
    """(lat, lng) of one."""
    lat, lng = degree_columns(np.array([x]), np.array([y]))
    return float(lat[0]), float(lng[0])
