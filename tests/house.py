"""The house's own table, read from pyproject.toml: which packages there are and who may import whom.

`python tests/house.py` names the packages that are there, for the tools that want to be told.
"""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_TABLE: Mapping[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["house"]

#: Package of the house → what else of it it may import.
MAY_IMPORT: Mapping[str, frozenset[str]] = {name: frozenset(below) for name, below in _TABLE["may_import"].items()}
#: What else holds Python at the top: nothing of the house imports it.
BESIDE: Sequence[str] = _TABLE["beside"]
#: Rooms of mapdata/ → the floor that each stands on, counted from the ground.
FLOORS: Mapping[str, int] = {room: floor for floor, rooms in enumerate(_TABLE["floors"]) for room in rooms}
#: Modules and folders that one folder may hold.
MOST_ROOMS: int = _TABLE["most_rooms"]


def present() -> list[str]:
    """Packages and modules of the house that are there, as paths from the root."""
    return [path for name in MAY_IMPORT for path in (name, f"{name}.py") if (ROOT / path).exists()]


if __name__ == "__main__":
    print(*present())
