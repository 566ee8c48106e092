"""Latitude and longitude as lists give them: swapped, or both in one cell."""

import re
from collections.abc import Callable

from mapdata.fields.folding import narrow

#: Japan's outer bounds in degrees: no latitude is a longitude.
LATITUDES, LONGITUDES = (20.0, 46.0), (122.0, 154.0)

Remark = Callable[[str, str], None]

_NUMBER = re.compile(r"\d{2,3}(?:\.\d+)?")


def settle(lat: str, lng: str, remark: Remark) -> tuple[str, str]:
    """The two cells' texts put right; `remark` is told part and sentence of what was done.

    >>> settle("35.74, 139.85", "", print)
    ('35.74', '139.85')
    """
    lat, lng = narrow(lat), narrow(lng)
    if lat and (not lng or lng == lat):
        pair = _NUMBER.findall(lat)
        if len(pair) == 2:
            lat, lng = pair
    elif lng and not lat and len(pair := _NUMBER.findall(lng)) == 2:
        lat, lng = pair
    if _within(lat, LONGITUDES) and _within(lng, LATITUDES):
        remark("lat", "緯度と経度が入れかわっていると見て、入れかえて読みました")
        return lng, lat
    return lat, lng


def _within(text: str, bounds: tuple[float, float]) -> bool:
    try:
        return bounds[0] <= float(text) <= bounds[1]
    except ValueError:
        return False
