"""The command: JSON lines on stdout, words for people on stderr, 0, 1 or 2 at the end."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from geocode import cli

KEYS = ["query", "lat", "lng", "level", "matched", "rest", "source"]


def run(*args: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(cli.group, args, input=stdin)


def answers(result: Result) -> list[dict[str, Any]]:
    assert (result.exit_code, result.stderr) == (0, "")
    return [json.loads(line) for line in result.stdout_bytes.decode("utf-8").splitlines()]


def test_addresses_one_line_each() -> None:
    found = answers(run("葛飾区立石5-13-1", "江戸川区小岩1-1", "葛飾区"))
    assert [list(answer) for answer in found] == [KEYS] * 3
    assert [answer["level"] for answer in found] == ["chome", "none", "ward"]
    assert found[0]["matched"] == "葛飾区立石5丁目"
    assert (found[0]["lat"], found[0]["lng"]) == (35.744, 139.84541)
    assert found[2]["lat"] is found[2]["lng"] is None


def test_japanese_is_written_as_it_is() -> None:
    assert "葛飾区立石5丁目" in run("立石5-13-1").stdout


def test_a_note_only_when_there_is_something_to_say() -> None:
    (answer,) = answers(run("葛飾区立石9丁目"))
    assert list(answer) == [*KEYS, "note"]
    assert answer["note"] == "立石に9丁目はありません（1〜8丁目）"


def test_an_empty_address_answers_too() -> None:
    assert [answer["level"] for answer in answers(run("", "立石1"))] == ["none", "chome"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_file_in_the_encodings_of_offices(tmp_path: Path, encoding: str, newline: str) -> None:
    path = tmp_path / "住所.txt"
    path.write_bytes(newline.join(["髙砂1-2", "", "立石5-13-1 ①号室", ""]).encode(encoding))
    found = answers(run("--file", str(path)))
    assert [answer["query"] for answer in found] == ["髙砂1-2", "", "立石5-13-1 ①号室"]
    assert [answer["level"] for answer in found] == ["chome", "none", "chome"]


def test_stdin() -> None:
    found = answers(run("--file", "-", stdin="\n立石1-1\n\n".encode()))
    assert [answer["query"] for answer in found] == ["", "立石1-1", ""]


def test_a_file_with_nothing_in_it(tmp_path: Path) -> None:
    path = tmp_path / "empty.txt"
    path.touch()
    assert answers(run("--file", str(path))) == []


@pytest.mark.parametrize(
    "content",
    [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "立石1-1\n".encode("utf-16"), b"\xff\xfe\xfd", b"abc\x00def"],
)
def test_what_is_no_text(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "binary.txt"
    path.write_bytes(content)
    _refused(run("--file", str(path)), "住所の一覧として読めません", str(path))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    result = run("--file", str(tmp_path / "none.txt"))
    assert (result.exit_code, result.stdout) == (2, "") and "ファイルが見つかりません" in result.stderr


def test_a_folder(tmp_path: Path) -> None:
    _refused(run("--file", str(tmp_path)), "ファイルを読めません")


@pytest.mark.parametrize("args", [[], ["--file", "list.txt", "立石1-1"], ["--bad"], ["--file"]])
def test_wrong_usage(args: list[str]) -> None:
    result = run(*args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert re.search("[ぁ-ん]", result.stderr) and "Error" not in result.stderr


def test_help_tells_both_ways() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert "--file" in result.stdout


def test_a_subcommand_is_not_taken_for_an_address() -> None:
    result = run("install", "--help")
    assert (result.exit_code, "FILE.zip" in result.stdout) == (0, True)


def _refused(result: Result, *said: str) -> None:
    assert (result.exit_code, result.stdout) == (1, "")
    assert all(words in result.stderr for words in said)
    assert "Traceback" not in result.stderr
