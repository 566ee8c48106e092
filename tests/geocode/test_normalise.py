"""Each step of normalisation with its table: what goes in, what comes out."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geocode import normalise

STEPS: list[tuple[Callable[[str], str], str, str]] = [
    (normalise.unify_width, "立石５丁目１３－１", "立石5丁目13-1"),
    (normalise.unify_width, "ﾀﾃｲｼ5", "タテイシ5"),
    (normalise.unify_width, "立石⑤丁目　ビル", "立石5丁目 ビル"),
    (normalise.unify_width, "Ｔａｔｅｉｓｈｉ", "Tateishi"),
    (normalise.drop_invisible, "葛\U000e0100飾区", "葛飾区"),
    (normalise.drop_invisible, "\ufeff立\u200b石", "立石"),
    (normalise.drop_invisible, "立石\x005", "立石5"),
    (normalise.drop_invisible, "立石\n5", "立石\n5"),
    (normalise.collapse_spaces, " 葛飾区\r\n立石\t 5 ", "葛飾区 立石 5"),
    (normalise.collapse_spaces, "葛飾区\u3000立石", "葛飾区 立石"),
    (normalise.collapse_spaces, " \n", ""),
    *((normalise.join_numbers, f"5{dash}13{dash}1", "5-13-1") for dash in "-‐‑‒–—―−─━ーのノ之一"),
    (normalise.join_numbers, "5 - 13 - 1", "5-13-1"),
    (normalise.join_numbers, "5丁目13番1号", "5丁目13番1号"),
    (normalise.join_numbers, "13-1 スカイタワー2", "13-1 スカイタワー2"),
    (normalise.join_numbers, "3のビル", "3のビル"),
    (normalise.drop_label, "住所: 立石", "立石"),
    (normalise.drop_label, "所在地 : 立石", "立石"),
    (normalise.drop_label, "日本、〒124-0012 立石", "〒124-0012 立石"),
    (normalise.drop_label, "日本橋1-1", "日本橋1-1"),
    (normalise.drop_label, "住所 立石", "立石"),
    (normalise.drop_label, "会場立石", "会場立石"),
    (normalise.drop_label, "郵便番号124-0012", "124-0012"),
    (normalise.drop_label, "郵便番号: 124-0012", "124-0012"),
    (normalise.drop_marks, "※立石", "立石"),
    (normalise.drop_marks, "・ 立石", "立石"),
    (normalise.drop_marks, "「立石5-13-1」", "立石5-13-1"),
    (normalise.drop_marks, "立石5-13-1「ひまわり」", "立石5-13-1「ひまわり」"),
    (normalise.fold, "タテイシ", "たていし"),
    (normalise.fold, "四ツ木四ッ木四っ木", "四つ木四つ木四つ木"),
    (normalise.fold, "おはなぢゃや", "おはなじやや"),
    (normalise.fold, "TATEISHI", "tateishi"),
    (normalise.fold, "Mizumoto Kōen", "mizumoto koen"),
    (normalise.fold, "葛飾區髙砂", "葛飾区高砂"),
    (normalise.fold, "龜有・靑戸・寶町・鐮倉", "亀有・青戸・宝町・鎌倉"),
    (normalise.fold, "5ー13−1", "5-13-1"),
    (normalise.tidy, "　〒１２４ー００１２\n東京都葛飾区立石５の１３ノ１", "〒124-0012 東京都葛飾区立石5-13-1"),
]


@pytest.mark.parametrize(("step", "given_text", "wanted"), STEPS)
def test_step(step: Callable[[str], str], given_text: str, wanted: str) -> None:
    assert step(given_text) == wanted


@pytest.mark.parametrize("writing", ["霞ヶ関", "霞ケ関", "霞が関", "霞ガ関", "霞ヵ関"])
def test_ke_and_ga_between_kanji_are_one(writing: str) -> None:
    assert normalise.fold(writing) == normalise.fold("霞ヶ関")


@pytest.mark.parametrize(
    ("text", "code", "rest"),
    [
        ("〒124-0012 立石", "124-0012", "立石"),
        ("〒 1240012立石", "124-0012", "立石"),
        ("124-8555 東京都", "124-8555", "東京都"),
        ("〒立石", "", "立石"),
        ("T124-0012 立石", "124-0012", "立石"),
        ("〒124立石", "124", "立石"),
        ("〒124-12 立石", "124-12", "立石"),
        ("124 立石", "", "124 立石"),
        ("立石5-13-1", "", "立石5-13-1"),
        ("立石5-13-1 〒124-0012", "124-0012", "立石5-13-1"),
        ("立石5-13-1〒1240012", "124-0012", "立石5-13-1"),
        ("立石5-13-1(〒124-0012)", "124-0012", "立石5-13-1"),
        ("立石5-13-1 124-0012", "124-0012", "立石5-13-1"),
        ("立石5-124-0012", "", "立石5-124-0012"),
        ("立石5-13-1 03-0000-0000", "", "立石5-13-1 03-0000-0000"),
        ("124-0012-3", "", "124-0012-3"),
        ("03-0000-0000", "", "03-0000-0000"),
        ("", "", ""),
    ],
)
def test_split_postal_code(text: str, code: str, rest: str) -> None:
    assert normalise.split_postal_code(text) == (code, rest)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        ("05", 5),
        ("五", 5),
        ("十", 10),
        ("十三", 13),
        ("二十", 20),
        ("二十一", 21),
        ("一三", 13),
        ("二〇", 20),
        ("百五", 105),
        ("二百三十", 230),
        ("弐", 2),
        ("拾参", 13),
    ],
)
def test_kanji_number(text: str, value: int) -> None:
    assert normalise.kanji_number(text) == value


@pytest.mark.parametrize("text", ["", "四つ", "号", "5五", "a"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError):
        normalise.kanji_number(text)


@given(st.text())
def test_folding_never_changes_the_length(text: str) -> None:
    assert len(normalise.fold(text)) == len(text)


@given(st.text())
def test_joining_numbers_leaves_spaces_collapsed(text: str) -> None:
    once = normalise.join_numbers(normalise.collapse_spaces(normalise.unify_width(text)))
    assert normalise.collapse_spaces(once) == once
