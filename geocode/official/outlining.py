"""The outlines of a ward and its neighbours out of 国土数値情報「行政区域データ」(N03), small enough for the map.

Of N03's properties are read, as the ministry describes them: N03_003 郡・政令都市名, N03_004 市区町村名, N03_005 the
ward of a 政令指定都市 in later editions, N03_007 全国地方公共団体コード. A municipality may be many features.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import geopandas
import shapely

from geocode.official.archive import InstallRefused
from geocode.ward import Ward

#: A corner goes whose triangle is smaller than a square of this many metres.
TOLERANCE = 30
#: How far around the ward neighbours are drawn; metres.
AROUND = 5_000
_DECIMALS = 5
_HOW_TO_GET = "国土交通省「国土数値情報（行政区域データ N03）」の zip を開いて、中の .geojson を渡してください。"

Feature = Mapping[str, Any]


def outline(path: Path, place: Ward) -> str:
    """A GeoJSON of the ward and of its neighbours near by: code, name and role (`ward`, `neighbour`); WGS84.

    Raises InstallRefused, in words for the person who brought the file.
    """
    parts: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for feature in _features(path):
        if role := _role(feature["properties"], place):
            parts[_named(feature["properties"], role, place)].append(shapely.geometry.shape(feature["geometry"]))
    if not any(role == "ward" for *_, role in parts):
        raise InstallRefused(f"{path}：{place.prefecture}{place.name}（{place.code}）がありません。\n{_HOW_TO_GET}")
    shapes = _simpler([shapely.union_all(found) for found in parts.values()], [role for *_, role in parts], place.epsg)
    lines = [_line(*about, shape) for about, shape in zip(parts, shapes, strict=True) if not shape.is_empty]
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"


def _features(path: Path) -> Iterator[Feature]:
    try:
        table = json.loads(path.read_text(encoding="utf-8-sig"))
        found = list(table["features"])
        if not all("N03_007" in feature["properties"] for feature in found):
            raise KeyError("N03_007")
    except OSError as error:
        raise InstallRefused(f"{path}：読めません（{error.strerror}）。") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InstallRefused(f"{path}：行政区域データの GeoJSON ではありません。\n{_HOW_TO_GET}") from None
    yield from (feature for feature in found if feature.get("geometry"))


def _name(properties: Mapping[str, Any]) -> str:
    """With its 郡 or its city in front, as that may be told: 架空郡見本町, 大阪市北区."""
    return "".join(str(properties.get(key) or "") for key in ("N03_003", "N03_004", "N03_005"))


def _role(properties: Mapping[str, Any], place: Ward) -> str:
    """What a feature is to us: the ward, a neighbour, or "" for nothing. Of a 政令指定都市 each ward is a part."""
    name = _name(properties)
    if properties["N03_007"] == place.code or (place.is_designated_city and name.startswith(place.name)):
        return "ward"
    return "neighbour" if any(name.endswith(other) for other in place.neighbours) else ""


def _named(properties: Mapping[str, Any], role: str, place: Ward) -> tuple[str, str, str]:
    return (place.code, place.name, role) if role == "ward" else (str(properties["N03_007"]), _name(properties), role)


def _simpler(shapes: Iterable[Any], roles: Iterable[str], epsg: int) -> list[Any]:
    """Neighbours cut off AROUND the ward, then all with fewer corners; a border of two stays one line."""
    frame = geopandas.GeoDataFrame({"role": list(roles)}, geometry=list(shapes), crs="EPSG:4326").to_crs(epsg)
    west, south, east, north = frame[frame["role"] == "ward"].total_bounds
    window = shapely.box(west - AROUND, south - AROUND, east + AROUND, north + AROUND)
    frame["geometry"] = shapely.coverage_simplify(frame.geometry.intersection(window).to_numpy(), TOLERANCE)
    return list(frame.to_crs("EPSG:4326").geometry)


def _line(code: str, name: str, role: str, shape: Any) -> str:
    rounded = shapely.transform(shape, lambda points: points.round(_DECIMALS))
    feature = {
        "type": "Feature", "properties": {"code": code, "name": name, "role": role},
        "geometry": shapely.geometry.mapping(rounded),
    }  # fmt: skip
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":"))
