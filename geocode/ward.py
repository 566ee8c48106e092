"""ward.toml: everything that makes this the map of one ward, read once."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

WARD_FILE = Path(__file__).resolve().parent.parent / "ward.toml"


class WardFileError(Exception):
    """ward.toml cannot be used; the message says which file, which key and why."""


@dataclass(frozen=True)
class Office:
    """A window that keeps its own list. `code` is also the source of its claims."""

    code: str
    name: str
    short: str


@dataclass(frozen=True)
class Window:
    """A place to call or visit, as the pages show it. `phone` is "" unless ward.toml gives one."""

    name: str
    note: str = ""
    phone: str = ""
    url: str = ""


@dataclass(frozen=True)
class Credit:
    """A sentence the map data's licences ask us to show, with where it leads ("" for nowhere)."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class DataFiles:
    """Absolute paths of the ward's tables, and how a match names the table of towns.

    A ward without a table of towns of its own (None) takes the one that `geocode install` brings.
    """

    towns: Path | None
    railways: Path
    boundaries: Path
    towns_source: str


@dataclass(frozen=True)
class Ward:
    """The ward of this map. `centre` is (lat, lng) in WGS84; metres are those of EPSG:`epsg`."""

    prefecture: str
    prefecture_kana: str
    prefecture_romaji: str
    name: str
    kana: str
    romaji: str
    code: str
    code_with_check_digit: str
    postal_prefixes: tuple[str, ...]
    centre: tuple[float, float]
    zoom: int
    epsg: int
    neighbours: tuple[str, ...]
    data: DataFiles
    site: Mapping[str, Any]
    offices: tuple[Office, ...]
    windows: tuple[Window, ...]
    credits: tuple[Credit, ...]

    def office(self, code: str) -> Office | None:
        """The office of that code; None for a source that is no office (`self`, 運営団体)."""
        return next((office for office in self.offices if office.code == code), None)


@cache
def load() -> Ward:
    """The ward of this installation. Raises WardFileError."""
    return read(WARD_FILE)


def read(path: Path) -> Ward:
    """The ward that a file describes. Raises WardFileError, naming the file and what is wrong in it."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return _ward(table, path.resolve().parent)
    except OSError as error:
        raise WardFileError(f"{path} を読めません（{error.strerror}）") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WardFileError(f"{path} は正しい TOML ではありません（{error}）") from error
    except KeyError as error:
        raise WardFileError(f"{path} に {error.args[0]} がありません") from error
    except (TypeError, ValueError) as error:
        raise WardFileError(f"{path} に読めない項目があります（{error}）") from error


def _ward(table: Mapping[str, Any], folder: Path) -> Ward:
    about = dict(table["ward"])
    lat, lng = about.pop("centre")
    return Ward(
        prefecture_kana=about.pop("prefecture_kana", ""),
        centre=(float(lat), float(lng)),
        postal_prefixes=tuple(about.pop("postal_prefixes", ())),
        neighbours=tuple(about.pop("neighbours", ())),
        data=_data_files(table["data"], folder),
        site=MappingProxyType(dict(table.get("site", {}))),
        offices=tuple(Office(**row) for row in table.get("offices", ())),
        windows=tuple(Window(**row) for row in table.get("windows", ())),
        credits=tuple(Credit(**row) for row in table.get("credits", ())),
        **about,
    )


def _data_files(paths: Mapping[str, str], folder: Path) -> DataFiles:
    return DataFiles(
        towns=folder / paths["towns"] if "towns" in paths else None,
        railways=folder / paths["railways"],
        boundaries=folder / paths["boundaries"],
        towns_source=paths.get("towns_source", ""),
    )
