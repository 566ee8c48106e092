"""A table that ward.toml names → its rows. What is wrong in it is told by file, line and column, with the way out."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from geocode.ward import Ward, WardFileError

_Made = TypeVar("_Made")

#: What Japan's points lie between, in degrees of WGS84.
_BOUNDS = {"lat": (20.0, 46.0), "lng": (122.0, 154.0)}


def rows(path: Path, columns: Mapping[str, Callable[[str], Any]], make: Callable[..., _Made]) -> tuple[_Made, ...]:
    """What `make` makes of each row, given its cells by column as the column's reader reads them.

    In UTF-8, or in CP932 as Excel writes it; other columns and blank rows are passed over. Raises WardFileError.
    """
    reader = csv.DictReader(io.StringIO(_text(path), newline=""))
    if missing := [name for name in columns if name not in (reader.fieldnames or ())]:
        needed = ",".join(columns)
        raise WardFileError(f"{path} の1行目に {'、'.join(missing)} の見出しがありません（要る見出し：{needed}）")
    filled = ((reader.line_num, row) for row in reader if any(row.get(name) for name in columns))
    return tuple(make(**_cells(path, line, row, columns)) for line, row in filled)


def _text(path: Path) -> str:
    kept = path.read_bytes()
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return kept.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise WardFileError(f"{path} の文字が読めません。UTF-8 で保存してください（Excelでは「CSV UTF-8」）")


def _cells(
    path: Path, line: int, row: Mapping[str, str | None], columns: Mapping[str, Callable[[str], Any]]
) -> dict[str, Any]:
    read = {}
    for name, reader in columns.items():
        cell = (row.get(name) or "").strip()
        try:
            read[name] = reader(cell)
        except ValueError as error:
            raise WardFileError(f"{path} の{line}行目の {name}「{cell}」は使えません：{error}") from error
    return read


def text(cell: str) -> str:
    if not cell:
        raise ValueError("名前を書いてください")
    return cell


def maybe(cell: str) -> str:
    return cell


def whole(cell: str) -> int:
    if not cell.isdecimal():
        raise ValueError("数字だけで書いてください（例：1）")
    return int(cell)


def whole_or_blank(cell: str) -> int | None:
    return whole(cell) if cell else None


def is_one(cell: str) -> bool:
    if cell not in ("1", "0"):
        raise ValueError("1 か 0 で書いてください")
    return cell == "1"


def degrees(axis: str) -> Callable[[str], float]:
    """A reader of `lat` or `lng` in degrees of WGS84, within Japan."""
    low, high = _BOUNDS[axis]

    def read(cell: str) -> float:
        try:
            value = float(cell)
        except ValueError:
            raise ValueError("度を小数で書いてください（例：35.74325）") from None
        if not low <= value <= high:
            raise ValueError(f"日本では {low:g} から {high:g} までです。緯度と経度が逆でないか確かめてください")
        return value

    return read


def outlines(path: Path) -> list[dict[str, Any]]:
    """The features of a GeoJSON file of outlines, the ward's own among them. Raises WardFileError."""
    try:
        features: list[dict[str, Any]] = json.loads(_text(path))["features"]
        roles = [feature["properties"]["role"] for feature in features if feature["geometry"]["coordinates"]]
    except (ValueError, KeyError, TypeError) as error:
        raise WardFileError(f"{path} は区界の GeoJSON として読めません。`geocode outline` で作りなおせます") from error
    if "ward" not in roles:
        raise WardFileError(f"{path} に、この町の区界（role が ward の Feature）がありません")
    return features


def check(place: Ward) -> None:
    """Read every table that ward.toml names, so that what is wrong is told at start. Raises WardFileError."""
    from geocode import gazetteer, places  # they read through this module

    if place.data.towns:
        gazetteer.read_towns(place.data.towns)
    places.read_railways(place.data.railways)
    outlines(place.data.boundaries)
