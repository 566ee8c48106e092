"""What distinguishes: words and numbers by which two programmes of one name are two.

家族会 is not 当事者会, 第1 is not 第2, こども食堂 and 認知症カフェ at one address are two.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mapdata.fields.folding import fold
from mapdata.merging.matching import spelling

_JAPANESE = re.compile(r"[ぁ-んァ-ヶー一-龠]+")
#: By kind of difference, patterns over folded names → what they mean.
_KINDS: Mapping[str, list[tuple[re.Pattern[str], list[str]]]] = {
    kind: [(re.compile(_JAPANESE.sub(lambda m: fold(m.group()), pattern)), means) for pattern, means in table.items()]
    for kind, table in spelling.words("marks").items()
}
#: Kinds of which a name that is silent may well be another one than a name that speaks.
_TELLING = frozenset({"だれの集まりか", "性別", "事業の種類", "来るか行くか", "時間", "何をするところか", "年代"})
_NUMBER = re.compile(r"\d+")
#: Numbers as words, folded.
_ORDINALS = tuple((fold(word), number) for word, number in (
    ("ファースト", "1"), ("セカンド", "2"), ("サード", "3"), ("ジュニア", "junior"), ("ネクスト", "next"),
))
_LETTER = re.compile(r"(?<![a-z])([a-z])(?![a-z])")


@dataclass(frozen=True)
class Marks:
    """The meanings of a name by kind, and its numbers and single letters."""

    meanings: Mapping[str, frozenset[str]]
    numbers: tuple[str, ...]

    @classmethod
    def of(cls, folded: str) -> "Marks":
        meanings = {}
        for kind, table in _KINDS.items():
            if found := frozenset(m for pattern, some in table if pattern.search(folded) for m in some):
                meanings[kind] = found
        numbers = [n.lstrip("0") or "0" for n in _NUMBER.findall(folded)] + _LETTER.findall(folded)
        numbers += [number for word, number in _ORDINALS if word in folded]
        return cls(meanings, tuple(sorted(numbers)))


def conflict(a: Marks, b: Marks) -> str:
    """The kind of difference that makes them two, in words; "" where there is none."""
    if a.numbers and b.numbers and a.numbers != b.numbers:
        return f"番号がちがいます（{'・'.join(a.numbers)}と{'・'.join(b.numbers)}）"
    for kind, some in a.meanings.items():
        if (others := b.meanings.get(kind)) and not some & others:
            return f"{kind}がちがいます"
    return ""


def silence(a: Marks, b: Marks, about_a: Marks, about_b: Marks) -> str:
    """What only one of them says and the other may not mean, in words; "" where there is nothing.

    What a name does not say, the other cells of its entry may: `about_a` and `about_b`.
    """
    if bool(a.numbers) != bool(b.numbers):
        return "一方の名称だけに番号があります"
    for kind in _TELLING:
        said, beside = (a, about_b) if kind in a.meanings else (b, about_a)
        alone = (kind in a.meanings) != (kind in b.meanings)
        if alone and not said.meanings[kind] & beside.meanings.get(kind, frozenset()):
            return f"{kind}を、一方の名称だけが書いています"
    return ""
