"""ward.toml: everything that makes this the map of one ward, read once.

The file is the one that WARD_FILE names, else the instance folder's, else the project's own. The site says which by
`use`; what was worked out for another ward is forgotten then.
"""

import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from geocode import caches

FILE = "ward.toml"
PROJECT_FILE = Path(__file__).resolve().parent.parent / FILE
#: What an organisation says of itself; no office's.
SELF = "self"
#: The networks of an office: LGWAN, which reaches no internet, or one that does.
NETWORKS = ("lgwan", "internet")

_CODE = re.compile(r"[a-z][a-z0-9_]{1,31}")
#: Words that mean something else where the code of an office may stand.
_RESERVED = frozenset({SELF, "published", "all", "public", "supporter", "staff", "office"})
_KIND = re.compile(r"(?:く|し|ぐん|ちょう|まち|むら|そん)$")
_SITE = {
    "name": "{name} つながりマップ",
    "tagline": "ひとりで抱えなくて大丈夫。{name}の居場所と相談先を、自分のペースで探せます。",
    "exit_url": "https://www.google.com/",
}
_TWO_PARTS = re.compile(r"(.+市)(.+区)|(.+郡)(.+[町村])")


class WardFileError(Exception):
    """ward.toml cannot be used; the message says which file, which key and why."""


@dataclass(frozen=True)
class Office:
    """A window that keeps its own list. `code` is also the source of its claims: the name may change, it may not.

    Offices of one `legal_person` (a 地方公共団体, a 法人) answer for their data together, those of two each for its
    own. `network` is one of NETWORKS.
    """

    code: str
    name: str
    short: str
    legal_person: str
    network: str


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

    railways: Path
    boundaries: Path
    towns: Path | None = None
    towns_source: str = ""


@dataclass(frozen=True)
class Examples:
    """What an empty input shows: an address, the way from a station, a name to search near."""

    address: str
    station: str = "○○駅から徒歩5分"
    near: str = "○○駅"


@dataclass(frozen=True)
class Ward:
    """The ward of this map. `centre` is (lat, lng) in WGS84; metres are those of EPSG:`epsg`.

    `samples` are the fictitious lists that a new site may start with, by their source.
    """

    prefecture: str
    prefecture_romaji: str
    name: str
    kana: str
    romaji: str
    code: str
    code_with_check_digit: str
    centre: tuple[float, float]
    zoom: int
    epsg: int
    prefecture_kana: str = ""
    postal_prefixes: tuple[str, ...] = ()
    neighbours: tuple[str, ...] = ()
    data: DataFiles = field(kw_only=True)
    site: Mapping[str, Any] = field(default_factory=dict, kw_only=True)
    offices: tuple[Office, ...] = field(default=(), kw_only=True)
    windows: tuple[Window, ...] = field(default=(), kw_only=True)
    credits: tuple[Credit, ...] = field(default=(), kw_only=True)
    samples: Mapping[str, Path] = field(default_factory=dict, kw_only=True)
    examples: Examples = field(default=Examples("○○1-2-3"), kw_only=True)

    def office(self, code: str) -> Office | None:
        """The office of that code; None for a source that is no office (`self`, 運営団体)."""
        return next((office for office in self.offices if office.code == code), None)

    def site_text(self, key: str) -> str:
        """A text of [site]; what ward.toml leaves out is said plainly."""
        return str(self.site.get(key, _SITE[key].format(name=self.name)))

    @property
    def offices_named(self) -> str:
        """The offices by their short names, as a sentence has them: くらし課と協議会. Without any, the ward."""
        return "と".join(office.short for office in self.offices) or self.name

    @property
    def sources(self) -> tuple[str, ...]:
        """Who a list may come from: the offices, then the organisations themselves."""
        return (*(office.code for office in self.offices), SELF)

    @cached_property
    def names(self) -> tuple[tuple[str, str, str], ...]:
        """(漢字, かな, romaji) of each part of the name: one for 葛城市, two for 大阪市北区 and for 葛城郡見本町."""
        return tuple(zip(name_parts(self.name), self.kana.split(), self.romaji.split(), strict=True))

    @property
    def called(self) -> tuple[str, ...]:
        """What people call it, whole and short, part by part: 葛城市, 葛城, かつらぎ; never a single letter (北区)."""
        found = [self.name]
        for name, kana, _ in self.names:
            found.append(name)
            if len(name) > 2:
                found += [name[:-1], _KIND.sub("", kana)]
        return tuple(dict.fromkeys(found))

    @property
    def is_designated_city(self) -> bool:
        """Whether it is a whole 政令指定都市: of cities, only their codes have 1 in the third place."""
        return self.name.endswith("市") and self.code[2:3] == "1"


#: What each part of ward.toml may say. `samples` has a key for each source instead.
KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "ward": tuple(f.name for f in fields(Ward) if not f.kw_only),
    "data": tuple(f.name for f in fields(DataFiles)),
    "site": tuple(_SITE),
    "offices": tuple(f.name for f in fields(Office)),
    "windows": tuple(f.name for f in fields(Window)),
    "credits": tuple(f.name for f in fields(Credit)),
    "examples": tuple(f.name for f in fields(Examples)),
})

_chosen: tuple[Path, Ward] | None = None


def file_for(named: str, folder: Path | None) -> Path:
    """The file that is named, else the one in the instance folder where there is one, else the project's."""
    if named:
        return Path(named).absolute()
    own = folder / FILE if folder else None
    return own.absolute() if own and own.is_file() else PROJECT_FILE


def use(path: Path) -> Ward:
    """Be the map of this file's ward from now on. Raises WardFileError; then nothing changes."""
    global _chosen
    place = read(path)
    if _chosen != (path, place):
        _chosen = path, place
        caches.forget()
    return _chosen[1]


def require_files(place: Ward) -> None:
    """Raises WardFileError for a table that ward.toml names and that is not there."""
    for key in ("towns", "railways", "boundaries"):
        path = getattr(place.data, key)
        if path and not path.is_file():
            raise WardFileError(f"ward.toml の [data] の {key} に書いた表がありません：{path}")


def load() -> Ward:
    """The ward of this installation: where the site has not said, of WARD_FILE or the project. Raises WardFileError."""
    return _chosen[1] if _chosen else use(file_for(os.environ.get("WARD_FILE", ""), None))


def name_parts(name: str) -> tuple[str, ...]:
    """大阪市北区 → 大阪市, 北区; 葛城郡見本町 → 葛城郡, 見本町; any other name is one part."""
    found = _TWO_PARTS.fullmatch(name)
    return tuple(filter(None, found.groups())) if found else (name,)


def read(path: Path) -> Ward:
    """The ward that a file describes. Raises WardFileError, naming the file and what is wrong in it."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        return _ward(table, path.resolve().parent)
    except OSError as error:
        raise WardFileError(f"{path} を読めません（{error.strerror}）") from error
    except UnicodeDecodeError as error:
        raise WardFileError(f"{path} の文字が読めません。UTF-8 で保存してください") from error
    except tomllib.TOMLDecodeError as error:
        raise WardFileError(f"{path} は正しい TOML ではありません{_place_of(error)}") from error
    except KeyError as error:
        raise WardFileError(f"{path} に {error.args[0]} がありません") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise WardFileError(f"{path} に読めない項目があります（{error}）") from error


def _place_of(error: tomllib.TOMLDecodeError) -> str:
    """Where in the file, for whoever writes such a file for the first time."""
    found = re.search(r"line (\d+)", str(error))
    where = f"（{found[1]}行目のあたり）" if found else ""
    return f"{where}。値は半角の \" で囲み、まとまりは見本と同じ数の [ ] で書きます"


def _ward(table: Mapping[str, Any], folder: Path) -> Ward:
    if unknown := sorted(table.keys() - KEYS.keys() - {"samples"}):
        raise ValueError(f"[{unknown[0]}] というまとまりはありません")
    if "ward" not in table:
        raise KeyError("[ward]")
    about = _row("ward", table["ward"], Ward)
    lat, lng = _centre(about.pop("centre"))
    for key in ("postal_prefixes", "neighbours"):
        about[key] = tuple(about.get(key, ()))
    made = Ward(
        **about,
        centre=(float(lat), float(lng)),
        data=_data_files(_row("data", table["data"], DataFiles), folder),
        site=MappingProxyType(_row("site", table.get("site", {}))),
        offices=_rows("offices", table, Office),
        windows=_rows("windows", table, Window),
        credits=_rows("credits", table, Credit),
        samples=MappingProxyType({source: folder / path for source, path in table.get("samples", {}).items()}),
        examples=Examples(**{"address": f"{about['name']}○○1-2-3"} | _row("examples", table.get("examples", {}))),
    )
    _check(made)
    return made


def _centre(said: Any) -> tuple[float, float]:
    match said:
        case [int() | float() as lat, int() | float() as lng] if 20 <= lat <= 46 and 122 <= lng <= 154:
            return float(lat), float(lng)
    raise ValueError(f"[ward] の centre は [緯度, 経度] の順に、度の小数で書きます（例：[35.7541, 139.8539]）：{said}")


_Made = TypeVar("_Made")


def _rows(part: str, table: Mapping[str, Any], kind: type[_Made]) -> tuple[_Made, ...]:
    return tuple(kind(**_row(part, row, kind)) for row in table.get(part, ()))


def _row(part: str, row: Mapping[str, Any], kind: type | None = None) -> dict[str, Any]:
    """A copy of a table. Raises ValueError for a key that nobody knows, KeyError for one that must be there."""
    if not isinstance(row, dict):
        raise ValueError(f"[{part}] は、見本と同じ数の [ ] で書きます")
    if unknown := sorted(row.keys() - set(KEYS[part])):
        raise ValueError(f"[{part}] に {unknown[0]} という項目はありません")
    for needed in fields(kind) if kind else ():
        if needed.name in KEYS[part] and needed.default is MISSING and needed.name not in row:
            raise KeyError(f"[{part}] の {needed.name}")
        if needed.type in (str, "str") and not isinstance(row.get(needed.name, ""), str):
            raise ValueError(f"[{part}] の {needed.name} は半角の \" で囲んで書きます：{row[needed.name]}")
    return dict(row)


def _data_files(paths: Mapping[str, str], folder: Path) -> DataFiles:
    files = {name: folder / path for name, path in paths.items() if name != "towns_source"}
    return DataFiles(**files, towns_source=paths.get("towns_source", ""))


def _check(place: Ward) -> None:
    """What no type tells. Raises ValueError."""
    if not re.fullmatch(r"\d{5}", place.code) or not re.fullmatch(rf"{place.code}\d", place.code_with_check_digit):
        raise ValueError(
            f"code は5桁、code_with_check_digit は検査数字を付けた6桁です：{place.code}、{place.code_with_check_digit}"
        )
    if place.epsg not in range(6669, 6688):
        raise ValueError(f"epsg は平面直角座標系の 6669 から 6687 までの数です：{place.epsg}")
    if place.zoom not in range(5, 19):
        raise ValueError(f"zoom は 5 から 18 までの数です：{place.zoom}")
    parts = name_parts(place.name)
    for key, said in (("kana", place.kana), ("romaji", place.romaji)):
        if len(said.split()) != len(parts):
            raise ValueError(f"{key} は、{'と'.join(parts)}の読みを空白で区切って書きます：{said}")
    _check_offices(place.offices)
    for source in place.samples:
        if source not in place.sources:
            raise ValueError(f"[samples] の {source} は、[[offices]] の code にありません")


def _check_offices(offices: Sequence[Office]) -> None:
    for office in offices:
        if not _CODE.fullmatch(office.code) or office.code in _RESERVED:
            raise ValueError(
                f"[[offices]] の code は英小文字で始まる2〜32文字（英小文字・数字・_）で、"
                f"{'・'.join(sorted(_RESERVED))} は使えません：{office.code}"
            )
        if office.network not in NETWORKS:
            raise ValueError(f"{office.code} の network は {' か '.join(NETWORKS)} です：{office.network}")
        if not all(map(str.strip, (office.name, office.short, office.legal_person))):
            raise ValueError(f"{office.code} の name、short、legal_person は空にできません")
    for key in ("code", "name", "short"):
        if twice := _twice(getattr(office, key) for office in offices):
            raise ValueError(f"[[offices]] の {key} が重なっています：{twice}")


def _twice(said: Iterable[str]) -> str:
    return next((word for word, count in Counter(said).items() if count > 1), "")
