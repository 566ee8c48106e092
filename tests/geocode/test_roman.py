"""Romaji of readings, and addresses in the English order."""

import pytest

from geocode import roman


@pytest.mark.parametrize(
    ("kana", "letters"),
    [
        ("たていし", "tateishi"),
        ("よつぎ", "yotsugi"),
        ("しばまた", "shibamata"),
        ("ひがしみずもと", "higashimizumoto"),
        ("おはなぢゃや", "ohanajaya"),
        ("にいじゅく", "niijuku"),
        ("かなまちじょうすいじょう", "kanamachijousuijou"),
        ("きゃりー", "kyariー"),
        ("まっちゃ", "matcha"),
        ("いっぽん", "ippon"),
        ("", ""),
    ],
)
def test_hepburn(kana: str, letters: str) -> None:
    assert roman.hepburn(kana) == letters


@pytest.mark.parametrize(
    ("kana", "wanted"),
    [
        ("たていし", {"tateishi"}),
        ("にいじゅく", {"niijuku", "nijuku"}),
        ("みずもとこうえん", {"mizumotokouen", "mizumotokoen"}),
    ],
)
def test_spellings_with_and_without_long_vowels(kana: str, wanted: set[str]) -> None:
    assert roman.spellings(kana) == wanted


ORDERS = [
    ("5-13-1 Tateishi, Katsushika-ku, Tokyo 124-0012, Japan", "124-0012", "Tokyo Katsushika-ku Tateishi 5-13-1"),
    ("13-1, Tateishi 5-chome, Katsushika City, Tokyo", "", "Tokyo Katsushika City Tateishi 5-chome 13-1"),
    ("5-13-1 Tateishi Katsushika-ku Tokyo", "", "Tokyo Katsushika-ku Tateishi 5-13-1"),
    ("2F Himawari Bldg., 5-13-1 Tateishi", "", "Tateishi 5-13-1 2F Himawari Bldg"),
    ("Tateishi", "", "Tateishi"),
]


@pytest.mark.parametrize(("text", "code", "wanted"), ORDERS)
def test_japanese_order(text: str, code: str, wanted: str) -> None:
    assert roman.japanese_order(text, "Katsushika", "Tokyo") == (code, wanted)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("", True),
        ("13-1", True),
        ("13-1 Himawari Bldg 2F", True),
        ("13-1, 3F", True),
        ("13-1, Yokosuka", False),
        ("13-1 Himawari Bldg, Yokosuka", False),
    ],
)
def test_names_a_building(text: str, answer: bool) -> None:
    assert roman.names_a_building(text) is answer
