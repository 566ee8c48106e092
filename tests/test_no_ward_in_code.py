"""No ward in the code: whatever ward.toml and its tables say by name is said by them alone."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

import pytest

from geocode import gazetteer, places, roman, ward
from tests import house
from tests.test_house import FILES, read

#: Where nothing may stand that is one ward's; data files and samples are that ward's.
CODE = re.compile(
    r"(?!geocode/data/|static/vendor/|mapdata/samples/.*\.(?:csv|xlsx|md)$)"
    rf"(?:(?:{'|'.join(house.MAY_IMPORT)}|templates|static)/.+|app\.py|gunicorn\.conf\.py|Makefile|pyproject\.toml|package\.json)"
)
#: What the programme of the first ward is called, besides what ward.toml says.
PROGRAMME = ("かつROOM", "だんご虫", "くらしのまると", "まると相談")
#: Everyone's, and where it may stand: a time zone, what many a 社会福祉協議会 is called, a password that all think of.
COMMON = {"Asia/Tokyo": r".*", "社協": r"mapdata/(.+/)?matching/.*", "tokyo": r".*/passwords\.py"}


def own_words() -> Iterator[str]:
    """The names that only our ward has, in every writing: of itself, its offices, towns and stations."""
    here = ward.load()
    yield from (here.prefecture, here.prefecture[:-1], here.prefecture_kana, here.code, here.code_with_check_digit)
    yield f"EPSG:{here.epsg}"
    yield from (*here.called, here.kana, *here.romaji.split(), here.prefecture_romaji)
    for office in here.offices:
        yield from (office.code, office.name, office.short, office.legal_person)
    yield from (window.name for window in here.windows)
    yield from PROGRAMME
    for town in gazetteer.load().towns:
        yield from (town.name, town.kana, roman.hepburn(town.kana))
    for station in places.stations():
        yield from (station.name, station.kana, roman.hepburn(station.kana))


@cache
def _pattern() -> re.Pattern[str]:
    words = {word for word in own_words() if len(word) > (3 if word.isascii() or re.fullmatch("[ぁ-ん]+", word) else 1)}
    return re.compile("|".join(_bounded(word) for word in sorted(words, key=len, reverse=True)), re.I)


def _bounded(word: str) -> str:
    """Letters only as a word of their own: aoto is not in a photograph's name."""
    return rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])" if word.isascii() else re.escape(word)


def faults(text: str, path: str) -> list[str]:
    """The names of the ward in a file, a line each."""
    for word, where in COMMON.items():
        if re.fullmatch(where, path):
            text = text.replace(word, "")
    lines: Iterable[tuple[int, str]] = enumerate(text.splitlines(), 1)
    return [f"{path}:{number}: {match[0]}" for number, line in lines for match in _pattern().finditer(line)]


def test_no_name_of_the_ward_stands_in_code() -> None:
    code = [path for path in FILES if CODE.fullmatch(path)]
    assert len(code) > 150 and any(path.endswith(".html") for path in code) and any(path.endswith(".js") for path in code)
    assert [fault for path in code for fault in faults(read(path), path)] == []


@pytest.mark.parametrize(("text", "found"), [
    ('found.matched.removeprefix("葛飾区")', "葛飾区"), ("<p>かつしかの地図</p>", "かつしか"), ("katsushika = 1", "katsushika"),
    ('LISTS = {"kuramaru": 1}', "kuramaru"), ("くらまる課と社協の職員まで", "くらまる課"), ("社協まで", "社協"), ("だんご虫Time", "だんご虫"),
    ("例：立石5-13-1", "立石"), ("near Tateishi", "Tateishi"), ("亀有駅", "亀有"), ("東京都内", "東京都"), ("13122", "13122"),
])  # fmt: skip
def test_the_check_sees(text: str, found: str) -> None:
    assert faults(f"first\n{text}", "templates/a.html")[0] == f"templates/a.html:2: {found}"


@pytest.mark.parametrize(("text", "path"), [
    ("'社協' = '社会福祉協議会'", "mapdata/matching/words.toml"), ('ZoneInfo("Asia/Tokyo")', "mapdata/clock.py"),
    ("見本市霧ヶ丘1-2-3", "geocode/cli.py"), ("kuramaruko", "views/a.py"),
])
def test_the_check_passes(text: str, path: str) -> None:
    assert faults(text, path) == []
