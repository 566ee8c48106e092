"""`geocode install`: what is said and kept, each refusal in words, and that a refusal changes nothing."""

import json
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from geocode import cli, geocode, installed, ward
from geocode.official import archive, installing, positions
from tests.geocode.official_files import (
    BLOCK_HEADINGS,
    TOWN_HEADINGS,
    block,
    blocks_table,
    packed,
    table,
    town,
    towns_table,
)

ADDRESS = "葛飾区立石5-13-1"


@pytest.fixture
def site(tmp_path: Path) -> Flask:
    app = Flask("site")
    app.config["INSTANCE_DIR"] = str(tmp_path / "instance")
    app.cli.add_command(cli.group)
    return app


def run(site: Flask, *args: object) -> Result:
    return site.test_cli_runner().invoke(args=["geocode", *map(str, args)])


def kept(folder: Path) -> dict[str, bytes]:
    """Every file below a folder: nothing may be left lying about either."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_installed_once_it_answers_by_block(site: Flask, tmp_path: Path) -> None:
    assert json.loads(run(site, ADDRESS).stdout)["level"] == "chome"
    path = packed(
        tmp_path / "13000-22.0a.zip",
        b=blocks_table(block(), block("小岩一丁目", 市区町村名="江戸川区"), block(number=14, 更新後履歴フラグ=3)),
    )
    result = run(site, "install", path)
    assert (result.exit_code, result.exception) == (0, None)
    assert json.loads(result.stdout) == {
        "files": [{"file": str(path), "towns": 0, "blocks": 1, "passed_over": {"廃止": 1, "他の市区町村": 1}}],
        "towns": None,
        "blocks": 1,
        "unknown_towns": [],
    }
    assert result.stderr == (
        f"{path}：町丁目 0件、街区 1件を入れました（使わなかった行：廃止 1行、他の市区町村 1行）。\n"
        "動いているサイトでは、次に起動したときから使われます。\n"
    )
    answer = json.loads(run(site, ADDRESS).stdout)
    assert (answer["level"], answer["matched"], answer["rest"]) == ("block", "葛飾区立石5丁目13番", "1")
    assert (answer["lat"], answer["lng"]) == (35.7445, 139.8471)


def test_both_levels_in_one_command(site: Flask, tmp_path: Path) -> None:
    paths = [packed(tmp_path / "a.zip", b=blocks_table(block())), packed(tmp_path / "b.zip", t=towns_table(town()))]
    report = json.loads(run(site, "install", *paths).stdout)
    assert (report["towns"], report["blocks"]) == (1, 1)
    assert json.loads(run(site, "立石5-99").stdout)["lat"] == 35.7441
    assert sorted(kept(tmp_path / "instance")) == ["geocode/blocks_13122.csv", "geocode/towns_13122.csv"]


def test_a_later_file_counts_and_the_other_level_stays(site: Flask, tmp_path: Path) -> None:
    run(site, "install", packed(tmp_path / "t.zip", t=towns_table(town())))
    old = packed(tmp_path / "1.zip", b=blocks_table(block(lat=35.71), block(number=1)))
    new = packed(tmp_path / "2.zip", b=blocks_table(block(lat=35.72)))
    assert json.loads(run(site, "install", old, new).stdout)["blocks"] == 2
    assert json.loads(run(site, ADDRESS).stdout)["lat"] == 35.72
    run(site, "install", new)  # takes the place of all blocks before it
    assert json.loads(run(site, "立石5-1").stdout)["level"] == "chome"
    assert json.loads(run(site, "立石5-1").stdout)["lat"] == 35.7441


def test_blocks_in_a_town_that_nobody_knows_are_told(site: Flask, tmp_path: Path) -> None:
    path = packed(tmp_path / "b.zip", b=blocks_table(block(), block("立石九丁目"), block("見本町")))
    result = run(site, "install", path)
    assert json.loads(result.stdout)["unknown_towns"] == ["立石9丁目", "見本町"]
    assert "立石9丁目、見本町。\n大字・町丁目レベルのファイルも入れてください。" in result.stderr


def test_it_can_be_read_by_the_site_whoever_installed_it(site: Flask, tmp_path: Path) -> None:
    run(site, "install", packed(tmp_path / "b.zip", b=blocks_table(block())))
    (path,) = (tmp_path / "instance" / "geocode").iterdir()
    assert path.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("args", [["install"], ["install", "--bad", "x.zip"]])
def test_wrong_usage(site: Flask, args: list[str]) -> None:
    assert run(site, *args).exit_code == 2


# What is refused: a function that makes the file, and the words that must be said.


def _zip(content: bytes, name: str = "13122.csv") -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr(name, content)
        return path

    return make


def _raw(content: bytes) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return make


def _changed(change: Callable[[bytes], bytes]) -> Callable[[Path], Path]:
    """A good zip, its bytes changed."""

    def make(path: Path) -> Path:
        _zip(blocks_table(block()))(path)
        path.write_bytes(change(path.read_bytes()))
        return path

    return make


def _central(at: int, value: int) -> Callable[[bytes], bytes]:
    """The archive with a number of four bytes in its directory changed: 16 checksum, 24 unpacked size."""

    def change(content: bytes) -> bytes:
        start = content.index(b"PK\x01\x02") + at
        return content[:start] + struct.pack("<L", value) + content[start + 4 :]

    return change


def _locked(archive_bytes: bytes) -> bytes:
    """The flag of a password set in both headers."""
    local = archive_bytes.index(b"PK\x03\x04") + 6
    central = archive_bytes.index(b"PK\x01\x02") + 8
    changed = bytearray(archive_bytes)
    changed[local] |= 1
    changed[central] |= 1
    return bytes(changed)


def _blocks(**more: object) -> Callable[[Path], Path]:
    return _zip(blocks_table(block(**more)))


REFUSED: list[tuple[str, Callable[[Path], Path], list[str]]] = [
    ("a folder", lambda path: (path.mkdir(), path)[1], ["フォルダーです", "中の zip"]),
    ("an empty file", _raw(b""), ["zip ファイルではありません", "ダウンロード"]),
    ("the CSV itself", _raw(blocks_table(block())), ["zip ファイルではありません"]),
    ("a zip cut short", _changed(lambda content: content[:-30]), ["zip"]),
    ("a broken member", _changed(lambda c: c[:60] + bytes(40) + c[100:]), ["13122.csv", "zip が壊れていて"]),
    ("a wrong checksum", _changed(_central(16, 0)), ["zip が壊れていて"]),
    ("a password", _changed(_locked), ["パスワードがかかっています"]),
    ("a zip bomb", _changed(_central(24, 210_000_000)), ["210 MB になります（200 MB まで）", "市区町村か都道府県を1つ"]),
    ("a size understated", _changed(_central(24, 10)), ["zip が壊れていて"]),
    ("no CSV", _zip(b"x", "readme.txt"), ["中に CSV ファイルがありません"]),
    ("only a Mac's shadow of one", _zip(b"x", "__MACOSX/._13122.csv"), ["中に CSV ファイルがありません"]),
    ("a zip in a zip", _zip(b"PK", "13122.zip"), ["zip の中に zip", "取り出して"]),
    ("an empty CSV", _zip(b""), ["13122.csv", "見出しがありません"]),
    ("other headings", _zip("名称,住所\r\nひまわり,立石\r\n".encode("cp932")), ["見出しが位置参照情報のもの", "名称、住所"]),
    ("headings without points", _zip(table(BLOCK_HEADINGS[:8], [block()])), ["見出しが位置参照情報のもの"]),
    ("a heading twice", _zip(table([*BLOCK_HEADINGS, "緯度"], [block()])), ["見出しが位置参照情報のもの"]),
    ("no headings", _zip(table(BLOCK_HEADINGS, [block()]).split(b"\r\n", 1)[1]), ["見出しが位置参照情報のもの"]),
    ("UTF-16", _zip(table(BLOCK_HEADINGS, [block()], "utf-16")), ["13122.csv"]),
    ("binary noise", _zip(b"\x89PNG\r\n\x1a\n\x00\xff\xfe"), ["13122.csv"]),
    ("text that breaks off", _zip(blocks_table(block()) + b"\xff\xfe\x81"), ["文字として読めません", "CP932"]),
    ("an unclosed quote", _zip(blocks_table(block()) + b'"abc'), ["3行目", "CSV として読めません"]),
    ("a cell without end", _zip(blocks_table(block()) + b"x" * 200_000), ["CSV として読めません"]),
    ("a row too short", _zip(blocks_table(block()) + "東京都,葛飾区\r\n".encode("cp932")), ["3行目", "14列のはずが2列"]),
    ("headings alone", _zip(blocks_table()), ["東京都葛飾区の行がありません", "使える行が1つもありません"]),
    ("another city", _blocks(市区町村名="江戸川区"), ["東京都葛飾区の行がありません（入っているのは 東京都江戸川区 です）"]),
    ("nothing but removed rows", _blocks(更新後履歴フラグ=3), ["葛飾区の行がありません"]),
    ("swapped coordinates", _blocks(lat=139.8, lng=35.7), ["2行目", "日本の中にありません（緯度 139.8、経度 35.7）"]),
    ("coordinates at zero", _blocks(lat=0, lng=0), ["日本の中にありません"]),
    ("no coordinates", _blocks(lat="", lng=""), ["日本の中にありません"]),
    ("coordinates that are no numbers", _blocks(lat="nan", lng="約139度"), ["日本の中にありません（緯度 nan、経度 約139度）"]),
    ("a town outside Japan", _zip(towns_table(town(lat=51.5, lng=0.1))), ["日本の中にありません"]),
]  # fmt: skip


def test_a_file_that_is_not_there_is_wrong_usage_and_nothing_changes(site: Flask, tmp_path: Path) -> None:
    good = packed(tmp_path / "good.zip", b=blocks_table(block()))
    result = run(site, "install", good, tmp_path / "none.zip")
    assert (result.exit_code, result.stdout) == (2, "") and "ファイルが見つかりません" in result.stderr
    assert "none.zip" in result.stderr and "Traceback" not in result.stderr and kept(tmp_path / "instance") == {}


@pytest.mark.parametrize(("make", "said"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_refused_in_words_and_nothing_changes(
    site: Flask, tmp_path: Path, make: Callable[[Path], Path], said: list[str]
) -> None:
    good = packed(tmp_path / "good.zip", b=blocks_table(block()), t=towns_table(town()))
    run(site, "install", good)
    before = kept(tmp_path / "instance")
    assert len(before) == 2
    path = make(tmp_path / "13000-22.0a.zip")
    other = packed(tmp_path / "other.zip", b=blocks_table(block(number=99)), t=towns_table(town("青戸一丁目")))
    result = run(site, "install", other, path)  # a good file beside it is not taken either
    assert (result.exit_code, result.stdout) == (1, "")
    assert all(words in result.stderr for words in ["13000-22.0a.zip", *said, "何も変えていません。"])
    assert "Traceback" not in result.stderr
    assert kept(tmp_path / "instance") == before


def test_every_refusal_says_how_to_mend_it(tmp_path: Path) -> None:
    for name, make, _ in REFUSED:
        with pytest.raises(installing.InstallRefused) as refused:
            positions.read(make(tmp_path / f"{name}.zip"), ward.load())
        assert str(refused.value).endswith("ください。"), name


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        ("葛飾.csv".encode("cp932").decode("cp437"), "葛飾.csv"),  # as a Windows PC writes it, without a mark
        ("13122.csv", "13122.csv"),
        ("\x07" * 200, "?" * 100),
    ],
)
def test_the_name_of_a_member_as_people_read_it(stored: str, told: str) -> None:
    assert archive._name(zipfile.ZipInfo(stored)) == told


def test_a_real_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_UNPACKED", 1_000_000)
    path = packed(tmp_path / "bomb.zip", a=bytes(600_000), b=bytes(600_000))
    assert path.stat().st_size < 3_000
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("unpacked"))
    with pytest.raises(installing.InstallRefused, match="1 MB になります"):
        positions.read(path, ward.load())


def test_a_disk_that_cannot_be_written(site: Flask, tmp_path: Path) -> None:
    (tmp_path / "instance").write_text("a file where the folder should be")
    result = run(site, "install", packed(tmp_path / "b.zip", b=blocks_table(block())))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "に書き込めません" in result.stderr


@pytest.mark.parametrize("broken", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_table(
    site: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    run(site, "install", packed(tmp_path / "b.zip", b=blocks_table(block())))
    before = kept(tmp_path / "instance")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, broken, full)
    result = run(site, "install", packed(tmp_path / "c.zip", b=blocks_table(block(number=99)), t=towns_table(town())))
    assert (result.exit_code, "No space left on device" in result.stderr) == (1, True)
    assert kept(tmp_path / "instance") == before


METHODS = st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
CELLS = st.sampled_from(
    ["東京都", "葛飾区", "13122", "立石五丁目", "13", "35.7", "139.8", "0", "1", "3", "", "江戸川区"]
) | st.text(max_size=8)
TABLES = st.one_of(
    [
        st.lists(st.dictionaries(st.sampled_from(headings), CELLS, max_size=3), max_size=4).map(
            lambda changes, headings=headings, row=row: table(headings, [row | change for change in changes], "utf-8")
        )
        for headings, row in [(BLOCK_HEADINGS, block()), (TOWN_HEADINGS, town())]
    ]
)


@given(st.binary(max_size=400) | TABLES, METHODS)
def test_any_member_is_taken_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes, packing: int) -> None:
    path = tmp_path_factory.getbasetemp() / "any_member.zip"
    with zipfile.ZipFile(path, "w", packing) as file:
        file.writestr("any.csv", content)
    _taken_or_refused(path, tmp_path_factory.getbasetemp() / "any_member")


@given(st.data())
def test_any_bytes_for_a_zip_are_taken_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.zip"
    with zipfile.ZipFile(path, "w", data.draw(METHODS)) as file:
        file.writestr("a.csv", blocks_table(block(), block(number=14)))
    content = bytearray(path.read_bytes())
    for at, value in data.draw(st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), max_size=6)):
        content[at] = value
    path.write_bytes(data.draw(st.just(bytes(content)) | st.binary(max_size=200).map(lambda more: content + more)))
    _taken_or_refused(path, tmp_path_factory.getbasetemp() / "any_zip")


def _taken_or_refused(path: Path, folder: Path) -> None:
    installing.install([_good(folder)], folder, ward.load())
    before = kept(folder)
    try:
        report = installing.install([path], folder, ward.load())
    except installing.InstallRefused as refused:
        assert "\n" in str(refused) or "ください。" in str(refused)
        assert kept(folder) == before
    else:
        assert report.towns or report.blocks
        installed.use(folder)
        assert geocode(ADDRESS).level in {"block", "chome"}


def _good(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder.parent / f"{folder.name}_good.zip"
    return path if path.exists() else packed(path, b=blocks_table(block()))
