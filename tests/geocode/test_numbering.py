"""What stands behind a town: 丁目, 番 and 号 in their many writings, and what is left over."""

import pytest

from geocode import numbering
from geocode.normalise import tidy
from geocode.scanner import Scanner

CHOME = [
    ("5丁目", 5, ""),
    ("５丁目１３", 5, "13"),
    ("五丁目十三番", 5, "十三番"),
    ("5丁13-1", 5, "13-1"),
    ("5町目", 5, ""),
    ("5ちょうめ", 5, ""),
    ("5チョウメ3", 5, "3"),
    (" 5-chome 3", 5, "3"),
    ("-5-13", 5, "13"),
    ("5の13", 5, "13"),
    ("五の十三", 5, "十三"),
    ("5丁目の13", 5, "13"),
    ("5丁目のぞみビル", 5, "のぞみビル"),
    ("5", 5, ""),
    ("5-", 5, ""),
    ("5 ひまわり", 5, "ひまわり"),
    ("十一丁目", 11, ""),
    ("0丁目", 0, ""),
    ("5番地", None, "5番地"),
    ("5番13号", None, "5番13号"),
    ("5階", None, "5階"),
    ("5F", None, "5F"),
    ("5ひまわり", None, "5ひまわり"),
    ("5-ひまわり", None, "5-ひまわり"),
    ("三和ビル", None, "三和ビル"),
    ("12345-1", None, "12345-1"),
    ("図書館", None, "図書館"),
    ("", None, ""),
]

BLOCK = [
    ("13-1", "13-1", ""),
    ("13番1号", "13-1", ""),
    ("13番地1", "13-1", ""),
    ("13番地の1", "13-1", ""),
    ("13番1", "13-1", ""),
    ("13の1号", "13-1", ""),
    ("13 番 1 号", "13-1", ""),
    ("十三番一号", "13-1", ""),
    ("十三-一", "13-1", ""),
    ("一三番地", "13", ""),
    ("13", "13", ""),
    ("13番", "13", ""),
    ("13番地先", "13", "先"),
    ("13-1 ひまわりビル2階", "13-1", "ひまわりビル2階"),
    ("13番1号ひまわりビル", "13-1", "ひまわりビル"),
    ("13番1号2階", "13-1", "2階"),
    ("13番201号室", "13", "201号室"),
    ("13-201号室", "13", "-201号室"),
    ("13番2階", "13", "2階"),
    ("13-1-201", "13-1", "-201"),
    ("13番 三和ビル", "13", "三和ビル"),
    ("13-1 三和ビル", "13-1", "三和ビル"),
    ("一番館", "", "一番館"),
    ("三和ビル", "", "三和ビル"),
    ("2階", "", "2階"),
    ("201号室", "", "201号室"),
    ("12345", "", "12345"),
    ("", "", ""),
]


@pytest.mark.parametrize(("text", "chome", "rest"), CHOME)
def test_chome(text: str, chome: int | None, rest: str) -> None:
    address = Scanner(tidy(text))
    assert (numbering.take_chome(address), address.rest) == (chome, tidy(rest))


@pytest.mark.parametrize(("text", "block", "rest"), BLOCK)
def test_block(text: str, block: str, rest: str) -> None:
    address = Scanner(tidy(text))
    assert (numbering.take_block(address), address.rest) == (block, rest)


@pytest.mark.parametrize(("text", "chome"), [("5丁目", 5), ("5-13", None), ("5", None)])
def test_written_chome_needs_its_word(text: str, chome: int | None) -> None:
    assert numbering.take_written_chome(Scanner(text)) == chome
