"""Small files in the form of the ministry's 位置参照情報. The points are made up, near the real ones."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

BLOCK_HEADINGS = (
    "都道府県名 市区町村名 大字・丁目名 小字・通称名 街区符号・地番 座標系番号 Ｘ座標 Ｙ座標 緯度 経度 "
    "住居表示フラグ 代表フラグ 更新前履歴フラグ 更新後履歴フラグ"
).split()
# As until about 2013: another heading for the town, no 小字.
OLD_BLOCK_HEADINGS = ["大字・町丁目名" if h == "大字・丁目名" else h for h in BLOCK_HEADINGS if h != "小字・通称名"]
TOWN_HEADINGS = (
    "都道府県コード 都道府県名 市区町村コード 市区町村名 大字町丁目コード 大字町丁目名 緯度 経度 "
    "原典資料コード 大字・字・丁目区分コード"
).split()

Row = Mapping[str, object]


def block(
    town: str = "立石五丁目", number: object = 13, lat: object = 35.7445, lng: object = 139.8471, **more: object
) -> Row:
    """A row of the 街区 level; `more` by heading (市区町村名="江戸川区")."""
    row: dict[str, object] = {
        "都道府県名": "東京都", "市区町村名": "葛飾区", "大字・丁目名": town, "大字・町丁目名": town, "小字・通称名": "",
        "街区符号・地番": number, "座標系番号": 9, "Ｘ座標": "-28350.1", "Ｙ座標": "1250.2", "緯度": lat, "経度": lng,
        "住居表示フラグ": 1, "代表フラグ": 1, "更新前履歴フラグ": 0, "更新後履歴フラグ": 0,
    }  # fmt: skip
    return row | more


def town(name: str = "立石五丁目", lat: object = 35.7441, lng: object = 139.8455, **more: object) -> Row:
    """A row of the 大字・町丁目 level."""
    row: dict[str, object] = {
        "都道府県コード": "13", "都道府県名": "東京都", "市区町村コード": "13122", "市区町村名": "葛飾区",
        "大字町丁目コード": "131220000000", "大字町丁目名": name, "緯度": lat, "経度": lng,
        "原典資料コード": 2, "大字・字・丁目区分コード": 3,
    }  # fmt: skip
    return row | more


def table(headings: Iterable[str], rows: Iterable[Row], encoding: str = "cp932") -> bytes:
    """Every cell in quotes and lines ended by CR LF, as the ministry has them."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    kept = list(headings)
    writer.writerow(kept)
    writer.writerows([row[heading] for heading in kept] for row in rows)
    return text.getvalue().encode(encoding)


def blocks_table(*rows: Row) -> bytes:
    return table(BLOCK_HEADINGS, rows)


def towns_table(*rows: Row) -> bytes:
    return table(TOWN_HEADINGS, rows)


def packed(path: Path, **members: bytes) -> Path:
    """A zip of the files, `csv` at the end of their names added. They lie in a folder, a description beside them."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{path.stem}/{name}.csv", content)
        archive.writestr(f"{path.stem}/format.html", b"<p>\x88\xca\x92u</p>")
        archive.writestr(f"{path.stem}/META.xml", b"<meta/>")
    return path
