"""Tables that a clerk made: what is wrong is told by file, line and column, with the way out."""

from collections.abc import Callable
from pathlib import Path

import pytest

from geocode import gazetteer, places, tables
from geocode.ward import WardFileError

TOWNS, STOPS = "town,kana,chome,lat,lng", "line,order,station,kana,lat,lng,in_ward"
GOOD = f"{TOWNS}\n汐入,しおいり,1,34.4,133.1\n本浜町,,,34.41,133.11\n"


def table(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "table.csv"
    path.write_text(text, encoding=encoding)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_excel_may_write_it_as_it_likes(tmp_path: Path, encoding: str) -> None:
    found = gazetteer.read_towns(table(tmp_path, GOOD + ",,,,\n\n", encoding))
    assert [(t.name, t.chome, t.lat, t.lng) for t in found] == [("汐入", 1, 34.4, 133.1), ("本浜町", None, 34.41, 133.11)]


@pytest.mark.parametrize(("read", "text", "said"), [
    (gazetteer.read_towns, "町名,読み\n汐入,しおいり", "1行目に town、kana、chome、lat、lng の見出しがありません"),
    (gazetteer.read_towns, "", "見出しがありません"),
    (gazetteer.read_towns, GOOD + "霞台,かすみだい,2,北緯34,133.1", "4行目の lat「北緯34」は使えません：度を小数で"),
    (gazetteer.read_towns, GOOD + "霞台,かすみだい,2,133.1,34.4", "4行目の lat「133.1」は使えません：日本では 20 から 46"),
    (gazetteer.read_towns, GOOD + "霞台,かすみだい,1丁目,34.4,133.1", "chome「1丁目」は使えません：数字だけで"),
    (gazetteer.read_towns, GOOD + "霞台", "lat「」は使えません"),
    (gazetteer.read_towns, GOOD + ",かすみだい,2,34.4,133.1", "town「」は使えません：名前を"),
    (places.read_railways, "路線,駅\n", "1行目に line、"),
    (places.read_railways, f"{STOPS}\n浜線,1,汐入,しおいり,34.4,133.1,○", "2行目の in_ward「○」は使えません：1 か 0"),
])
def test_what_is_wrong_is_told_where_it_is(tmp_path: Path, read: Callable[[Path], object], text: str, said: str) -> None:
    with pytest.raises(WardFileError, match=said) as refused:
        read(table(tmp_path, text))
    assert str(tmp_path) in str(refused.value)


@pytest.mark.parametrize(("text", "said"), [
    ("{", "GeoJSON として読めません"), ("[]", "GeoJSON として読めません"), ('{"features": [{}]}', "GeoJSON として読めません"),
    ('{"features": []}', "role が ward の Feature"),
])
def test_outlines(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(WardFileError, match=said):
        tables.outlines(table(tmp_path, text))


def test_letters_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(WardFileError, match="UTF-8 で保存"):
        gazetteer.read_towns(tmp_path / "table.csv")
