"""The 位置参照情報 files of 国土交通省: which rows of them are our municipality's, and what they say.

Both levels are CSV in CP932 inside a zip, with a line of headings. The headings and the meaning of
the flags are those of the ministry's own description of the format (nlftp.mlit.go.jp/isj/data.html):
代表フラグ marks one of several points of a 街区, 履歴フラグ 3 a row that was taken out. Older editions
lack 小字・通称名, and one flag or the other is 0 throughout. Points are in JGD2000 or JGD2011, within a metre of WGS84.
"""

import csv
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from geocode.blocks import Block
from geocode.gazetteer import Town
from geocode.normalise import KANJI_DIGITS, fold, kanji_number, unify_width
from geocode.official import archive
from geocode.official.archive import InstallRefused, Member
from geocode.ward import Ward

# Headings as `_heading` leaves them: the editions do not agree on ・.
_BOTH = frozenset(["都道府県名", "市区町村名", "大字町丁目名", "緯度", "経度"])
TOWN_LEVEL = _BOTH | {"市区町村コード"}
BLOCK_LEVEL = _BOTH | {"街区符号地番"}
_HOW_TO_GET = "国土交通省「位置参照情報ダウンロードサービス」から、ダウンロードしたままの zip を渡してください。"

# The box around all of Japan, from 沖ノ鳥島 to 択捉島 and from 与那国島 to 南鳥島.
_LATITUDES, _LONGITUDES = (20.0, 46.0), (122.0, 154.5)
_CHOME = re.compile(rf"(.+?)([0-9]+|[{KANJI_DIGITS}]+)丁目")
_NUMBER = re.compile(r"([0-9]{1,5})(?:番地?)?")
_REMOVED = "3"
_LONGEST_NAME = 50


class Row(NamedTuple):
    """A line of a table by its headings, and which line of the file it is."""

    line: int
    values: dict[str, str]


class Candidate(NamedTuple):
    """One point of a 街区. Several may have its number; `koaza` (小字・通称名) is "" for most."""

    block: Block
    representative: bool
    koaza: str


PlaceOfBlock = tuple[str, int | None, int]


@dataclass
class Taken:
    """What one file holds of our municipality, and a count of the rows that were passed over.

    `passed_over`: 他の市区町村, 廃止 (履歴フラグ 3), 番号が数字でない, 重複 (one place, several points),
    小字ごとに同じ番号 (a number that stands for several places) and 区ごとに同じ町名 (a town of several wards of one
    city). `homes` are the municipalities that each 町丁目 is in, as the tables write them.
    """

    towns: dict[tuple[str, int | None], Town] = field(default_factory=dict)
    blocks: dict[PlaceOfBlock, Block] = field(default_factory=dict)
    passed_over: Counter[str] = field(default_factory=Counter)
    homes: dict[tuple[str, int | None], set[str]] = field(default_factory=lambda: defaultdict(set))


def read(path: Path, place: Ward) -> Taken:
    """Our municipality's rows of one zip. Raises InstallRefused, in words for the person who brought it."""
    taken, others = Taken(), Counter[str]()
    candidates: dict[PlaceOfBlock, list[Candidate]] = defaultdict(list)
    with archive.tables(path) as members:
        for member in members:
            level, rows = _table(member)
            for row in _ours(rows, place, others):
                if _REMOVED in (row.values.get("更新前履歴フラグ"), row.values.get("更新後履歴フラグ")):
                    taken.passed_over["廃止"] += 1
                elif level is TOWN_LEVEL:
                    _take_town(row, member, taken)
                else:
                    _take_candidate(row, member, taken, candidates)
    _choose(candidates, taken)
    if place.is_designated_city:
        _leave_out_shared_names(taken)
    taken.passed_over["他の市区町村"] = others.total()
    _refuse_nothing(path, place, taken, others)
    return taken


def _table(member: Member) -> tuple[frozenset[str], Iterator[Row]]:
    """Which level a CSV is of, and its rows. Raises InstallRefused for other headings."""
    rows = csv.reader(member.lines(), strict=True)
    try:
        headings = [_heading(cell) for cell in next(rows, [])]
    except csv.Error as error:
        raise _no_csv(member, rows.line_num, error) from None
    for level in (TOWN_LEVEL, BLOCK_LEVEL):
        if all(headings.count(heading) == 1 for heading in level):
            return level, _rows(rows, headings, member)
    raise InstallRefused(
        f"{member}：見出しが位置参照情報のものではありません（{_shown(headings)}）。\n"
        f"街区レベルか大字・町丁目レベルのファイルが要ります。{_HOW_TO_GET}"
    )


def _heading(cell: str) -> str:
    name = re.sub(r"[\s・]", "", unify_width(cell))
    return "大字町丁目名" if name == "大字丁目名" else name


def _shown(headings: Sequence[str]) -> str:
    text = "、".join(heading for heading in headings if heading.isprintable())
    return f"{text[:60]}…" if len(text) > 60 else text or "見出しがありません"


def _rows(rows: Iterator[list[str]], headings: Sequence[str], member: Member) -> Iterator[Row]:
    line = 1
    try:
        for line, cells in enumerate(rows, 2):
            if not cells:
                continue
            if len(cells) < len(headings):
                raise InstallRefused(
                    f"{member} {line}行目：列が足りません（{len(headings)}列のはずが{len(cells)}列）。\n"
                    f"編集や転送の途中で壊れたようです。{_HOW_TO_GET}"
                )
            yield Row(line, dict(zip(headings, map(str.strip, cells), strict=False)))
    except csv.Error as error:
        raise _no_csv(member, line + 1, error) from None


def _no_csv(member: Member, line: int, error: csv.Error) -> InstallRefused:
    return InstallRefused(
        f"{member} {line}行目：CSV として読めません（{error}）。\n編集や転送の途中で壊れたようです。{_HOW_TO_GET}"
    )


def _ours(rows: Iterable[Row], place: Ward, others: Counter[str]) -> Iterator[Row]:
    """The rows of our municipality."""
    for row in rows:
        if _is_ours(row, place):
            yield row
        else:
            others[f"{row.values['都道府県名']}{row.values['市区町村名']}"] += 1


def _is_ours(row: Row, place: Ward) -> bool:
    """By its code where the table has one, else by prefecture and name. Of a 政令指定都市 tables name the wards."""
    code, city = row.values.get("市区町村コード"), fold(row.values["市区町村名"])
    here = fold(row.values["都道府県名"]) == fold(place.prefecture)
    name = fold(place.name)
    if place.is_designated_city and here and city.startswith(name) and city.endswith("区"):
        return True
    if code is not None:
        return code.zfill(5) in (place.code, place.code_with_check_digit)
    return here and (city == name or city.endswith(f"郡{name}"))


def _take_town(row: Row, member: Member, taken: Taken) -> None:
    name, chome = split_chome(row.values["大字町丁目名"])
    taken.homes[name, chome].add(row.values["市区町村名"])
    if not name:
        taken.passed_over["町名がない"] += 1
    elif (name, chome) in taken.towns:
        taken.passed_over["重複"] += 1
    else:
        taken.towns[name, chome] = Town(name, "", chome, *_point(row, member))


def _take_candidate(row: Row, member: Member, taken: Taken, candidates: dict[PlaceOfBlock, list[Candidate]]) -> None:
    name, chome = split_chome(row.values["大字町丁目名"])
    number = _NUMBER.fullmatch(unify_width(row.values["街区符号地番"]))
    taken.homes[name, chome].add(row.values["市区町村名"])
    if not name or number is None:
        taken.passed_over["番号が数字でない" if name else "町名がない"] += 1
        return
    displayed = row.values.get("住居表示フラグ", "1") != "0"
    block = Block(name, chome, int(number[1]), *_point(row, member), displayed)
    representative = row.values.get("代表フラグ", "1") == "1"
    koaza = row.values.get("小字通称名", "")
    candidates[name, chome, block.number].append(Candidate(block, representative, koaza))


def _choose(candidates: dict[PlaceOfBlock, list[Candidate]], taken: Taken) -> None:
    """One point for each number: of 住居表示 before a 地番, and then the representative one.

    A 地番 that several 小字 have is none of them in particular, and is left out.
    """
    for place, all_of_it in candidates.items():
        best = [candidate for candidate in all_of_it if candidate.block.displayed] or all_of_it
        if len({candidate.koaza for candidate in best}) > 1:
            taken.passed_over["小字ごとに同じ番号"] += len(all_of_it)
            continue
        taken.blocks[place] = max(best, key=lambda candidate: candidate.representative).block
        taken.passed_over["重複"] += len(all_of_it) - 1


def _leave_out_shared_names(taken: Taken) -> None:
    """A 町丁目 that two wards of a city have is none in particular: an address there need not say its ward."""
    shared = {key for key, homes in taken.homes.items() if len(homes) > 1}
    for key in shared & taken.towns.keys():
        del taken.towns[key]
        taken.passed_over["区ごとに同じ町名"] += 1
    for place in [place for place in taken.blocks if place[:2] in shared]:
        del taken.blocks[place]
        taken.passed_over["区ごとに同じ町名"] += 1


def split_chome(text: str) -> tuple[str, int | None]:
    """(name, 丁目) of an official name: 桜町五丁目 → 桜町, 5; 森の公園 → 森の公園, None."""
    name = re.sub(r"\s", "", unify_width(text))
    # A name of 100,000 digits is nobody's, and would take the pattern hours.
    match = _CHOME.fullmatch(name) if len(name) <= _LONGEST_NAME else None
    try:
        return (match[1], kanji_number(match[2])) if match else (name, None)
    except ValueError:  # digits that are none of 0 to 9
        return name, None


def _point(row: Row, member: Member) -> tuple[float, float]:
    """(lat, lng) in degrees. Raises InstallRefused for what is no place in Japan."""
    lat, lng = (_degrees(row.values[heading]) for heading in ("緯度", "経度"))
    if _LATITUDES[0] <= lat <= _LATITUDES[1] and _LONGITUDES[0] <= lng <= _LONGITUDES[1]:
        return lat, lng
    said = f"緯度 {row.values['緯度'][:20]}、経度 {row.values['経度'][:20]}"
    raise InstallRefused(
        f"{member} {row.line}行目：緯度・経度が日本の中にありません（{said}）。\n"
        f"緯度と経度が入れかわっていないか、列がずれていないか確かめてください。{_HOW_TO_GET}"
    )


def _degrees(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _refuse_nothing(path: Path, place: Ward, taken: Taken, others: Counter[str]) -> None:
    if taken.towns or taken.blocks:
        return
    names = _shown([name for name, _ in others.most_common(3)]) if others else ""
    found = f"入っているのは {names}{' など' if len(others) > 3 else ''} です" if names else "使える行が1つもありません"
    raise InstallRefused(
        f"{path}：{place.prefecture}{place.name}の行がありません（{found}）。\n"
        f"{place.prefecture}か{place.name}を選んで、ダウンロードし直してください。"
    )
