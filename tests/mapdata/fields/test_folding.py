"""Each step of making texts comparable takes away what it says, and no more."""

from collections.abc import Callable

import pytest

from mapdata.fields import folding


@pytest.mark.parametrize(("step", "text", "expected"), [
    (folding.one_width, "　Ｋ－７ ｶﾒｱﾘ① ", " K-7 カメアリ1 "),
    (folding.narrow, "　Ｋ－７ ｶﾒｱﾘ ", "K-7 カメアリ"),
    (folding.unspaced, "ハート の\n会", "ハートの会"),
    (folding.unspaced, "はと の 会", "はとの会"),
    (folding.term_key, "Ｅ メール\n（任意）", "eメール(任意)"),
    (folding.hyphened, "０３‐１２３４−５６７８ー９", "03-1234-5678-9"),
    (folding.fold, "ｱｵﾄ・サロン", "あおとさろん"),
])
def test_the_steps(step: Callable[[str], str], text: str, expected: str) -> None:
    assert step(text) == expected


@pytest.mark.parametrize(("name", "address", "key"), [
    ("ひなた の会", "立石　５ー１３−１", "ひなたの会|立石5-13-1"),
    # a voiced sign that stands alone: the key is stored, so it stays as it was made
    ("か゛", "か゛", "か\u3099|か\u3099"),
])
def test_keys_that_are_stored_do_not_change(name: str, address: str, key: str) -> None:
    assert folding.name_key(name, address) == key
