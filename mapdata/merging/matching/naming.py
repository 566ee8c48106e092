"""Two names compared: how far they say the same, and what is left over on either side."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from enum import IntEnum
from functools import cached_property

from rapidfuzz import fuzz

from geocode import caches, ward
from mapdata.fields.folding import fold
from mapdata.merging.matching import spelling
from mapdata.merging.matching.marks import Marks, conflict, silence


class Likeness(IntEnum):
    """How far two names say the same."""

    UNLIKE = 0
    ALIKE = 1     # much in common, and something else on each side
    WITHIN = 2    # one says all of the other and something more
    EQUAL = 3     # the same but for writing, order and words that say nothing


@dataclass(frozen=True)
class Comparison:
    """What came of comparing two names; `doubt` says why they may be two after all, `against` that they are."""

    likeness: Likeness
    reason: str
    share: float
    doubt: str = ""
    against: str = ""

    @property
    def rank(self) -> tuple[bool, int, bool, float]:
        """The better of several spellings of one name."""
        return not self.against, self.likeness, not self.doubt, self.share


_FORMER_ASIDE = re.compile(r"[(（]\s*(?:旧称|旧名称|旧名|旧|元|前身|前の名前)\s*[:：・は]?\s*([^()（）]+?)\s*[)）]")
_RENAMED_ASIDE = re.compile(
    r"[(（][^()（）]*?[「『]?([^「」『』()（）]+?)[」』]?(?:から|より)(?:改称|名称変更|名称を?変更|改名)[^()（）]*[)）]"
)
_FORMER_FIRST = re.compile(r"^旧[・:：\s]\s*(\S+)\s+(\S.*)$")
_FORMER_REMARK = re.compile(
    r"(?:旧称|旧名称|旧名|前身|前の名称|前の名前|以前の名称|以前の名前|以前の名|元の名称|正式名称?|通称|愛称|略称)\s*[:：は]?\s*[「『]?([^」』。、\n]+)[」』]?"
    r"|(?:旧|元)\s*[「『]([^」』]+)[」』]|(?:^|(?<=[。、\s]))旧([^\s。、「『称名姓]{3,})|[「『]([^」』]+)[」』](?:から|より)(?:改称|名称変更|改名)"
    r"|(?:現在|現|いま|今|新名称|新しい名称|改称後)(?:の名称|の名前)?\s*[:：は]?\s*[「『]([^」』]+)[」』]"
)


@dataclass(frozen=True)
class Spelling:
    """One name as it can be compared; `kana` is its reading where a list gives it."""

    text: str
    kana: str = ""

    @cached_property
    def unified(self) -> str:
        plain = spelling.in_full(spelling.unify(self.text))
        return spelling.in_kana(spelling.without_corporate_form(plain) or plain)

    @cached_property
    def parts(self) -> tuple[str, ...]:
        return spelling.parts(self.unified)

    @cached_property
    def folded(self) -> str:
        return "".join(self.parts)

    @cached_property
    def reading(self) -> str:
        given = fold(spelling.without_corporate_form(spelling.unify(self.kana)))
        return given or spelling.reading(self.unified)

    @cached_property
    def read(self) -> "Spelling":
        """The name written as it is read, part by part."""
        parts = [self.kana] if self.kana else [spelling.reading(part) for part in spelling.split(self.unified)]
        return Spelling(" ".join(parts))

    @cached_property
    def marks(self) -> Marks:
        return Marks.of(self.folded)


@dataclass(frozen=True)
class Names:
    """What an entry is called, and is or was also called; `about` is what its other cells say it is."""

    now: Spelling
    other: tuple[Spelling, ...] = ()
    about: Marks = field(default_factory=lambda: Marks({}, ()))

    @classmethod
    def of(cls, name: str, kana: str = "", remarks: str = "", about: str = "") -> "Names":
        before = [*_RENAMED_ASIDE.findall(name), *_FORMER_ASIDE.findall(name)]
        now = _FORMER_ASIDE.sub("", _RENAMED_ASIDE.sub("", name)).strip() or name
        if first := _FORMER_FIRST.match(now):
            before.append(first.group(1))
            now = first.group(2)
        before += ["".join(found) for found in _FORMER_REMARK.findall(remarks)]
        other = tuple(Spelling(text.strip()) for text in before if fold(text))
        return cls(Spelling(now, kana), other, Marks.of(fold(about)))


def compare(a: Names, b: Names, empty_words: Iterable[str] = ()) -> Comparison:
    """The best comparison of any of their names; `empty_words` (folded) tell nothing here, as the operator's name."""
    empty = tuple(sorted({w for w in empty_words if len(w) > 1}, key=len, reverse=True))
    about = a.about, b.about
    found = [_compare(a.now, b.now, empty, about)]
    found += [_as_other(_compare(old, b.now, empty, about)) for old in a.other]
    found += [_as_other(_compare(a.now, old, empty, about)) for old in b.other]
    return max(found, key=lambda one: one.rank)


def _as_other(found: Comparison) -> Comparison:
    if found.likeness < Likeness.WITHIN:
        return Comparison(Likeness.UNLIKE, "", 0.0)
    return Comparison(found.likeness, "前の名称か通称と同じです", found.share, found.doubt, found.against)


def _compare(a: Spelling, b: Spelling, empty: Sequence[str], about: tuple[Marks, Marks]) -> Comparison:
    against, doubt = conflict(a.marks, b.marks), silence(a.marks, b.marks, *about)
    if a.folded == b.folded:
        same = "名称が同じです" if a.text == b.text else "名称が同じです（書き方のほかは）"
        return Comparison(Likeness.EQUAL, same, 1.0, "", against)
    if spelling.loosely(a.reading) == spelling.loosely(b.reading):
        return Comparison(Likeness.EQUAL, "名称の読みが同じです", 1.0, "", against)
    written = _by_tiles(a, b, empty)
    if written.likeness < Likeness.EQUAL and (spelling.has_kanji(a.text) or spelling.has_kanji(b.text)):
        written = max(written, _by_reading(a, b, empty), key=lambda one: one.rank)
    return replace(written, doubt=doubt or written.doubt, against=against)


def _by_reading(a: Spelling, b: Spelling, empty: Sequence[str]) -> Comparison:
    """かな and 漢字 of one word, the parts of the names in any order."""
    words = (*empty, *(spelling.reading(word) for word in empty))
    found = _by_tiles(a.read, b.read, words)
    return replace(found, reason=found.reason.replace("名称", "名称の読み", 1), share=found.share * 0.95)


#: Between words they say nothing: 夜のカフェ, 夜カフェ.
_PARTICLES = re.compile(r"[のとでがをはやもへに]|など|する|です|ます")


@caches.of_ward()
def _empty() -> tuple[str, ...]:
    """Where only one name has them, they say nothing that the other would not say too; the longest first."""
    here = ward.load()
    kinds = [kind for name, *_ in here.names for kind in (f"{name[-1]}立", name[-1] if name[-1] in "市区" else "")]
    words = {fold(word) for word in (*spelling.words("empty")["words"], *here.called, *kinds)}
    return tuple(sorted(words - {""}, key=len, reverse=True))


def _by_tiles(a: Spelling, b: Spelling, empty: Sequence[str]) -> Comparison:
    """What both say, in any order, taken away; then what is left over."""
    *rests, shared = _rest(a.folded, b.folded, a.parts, b.parts)
    share = 2 * shared / max(1, len(a.folded) + len(b.folded))
    whole = [_meaningful(rest) for rest in rests]
    left, right = (_meaningful(_without(piece, empty) for piece in rest) for rest in rests)
    if not left and not right:
        return Comparison(Likeness.EQUAL, "名称が同じです（順や書き方のほかは）", share)
    if all(whole):
        likely = share >= 0.5 or fuzz.ratio(a.folded, b.folded) >= 60 or shared >= 4
        words = "と".join(f"「{'・'.join(rest)}」" for rest in whole) + "がちがいます"
        return Comparison(Likeness.ALIKE if likely else Likeness.UNLIKE, "名称が似ています", share, words)
    more, less = (a, b) if left else (b, a)
    return _one_sided(left or right, more, less, shared, share)


def _one_sided(rest: Sequence[str], more: Spelling, less: Spelling, shared: int, share: float) -> Comparison:
    """One name says all of the other: with words that say nothing, with a part of its own, or run together."""
    if shared < min(2, len(less.folded)):
        return Comparison(Likeness.UNLIKE, "", share)
    said = "・".join(rest)
    if not [piece for piece in rest if _without(piece, _empty())]:
        return Comparison(Likeness.EQUAL, f"名称が同じです（「{said}」のほかは）", share)
    apart = less.folded in more.parts or set(less.parts) <= set(more.parts)
    reason = f"一方の名称にだけ「{said}」があります"
    return Comparison(Likeness.WITHIN if apart else Likeness.ALIKE, reason, share)


def _rest(a: str, b: str, parts_a: Sequence[str], parts_b: Sequence[str]) -> tuple[list[str], list[str], int]:
    """The pieces of each that the other does not have, and how many letters they share.

    Whole parts go first, then the longest runs of two letters or more.
    """
    pieces_a, pieces_b, shared = [a], [b], 0
    for part in sorted({*parts_a, *parts_b}, key=len, reverse=True):
        where_a = next((i for i, p in enumerate(pieces_a) if part in p), None)
        where_b = next((i for i, p in enumerate(pieces_b) if part in p), None)
        if (len(part) > 1 or part in (a, b)) and where_a is not None and where_b is not None:
            _cut(pieces_a, where_a, pieces_a[where_a].index(part), len(part))
            _cut(pieces_b, where_b, pieces_b[where_b].index(part), len(part))
            shared += len(part)
    while run := _longest_run(pieces_a, pieces_b):
        (i, start_a), (j, start_b), size = run
        _cut(pieces_a, i, start_a, size)
        _cut(pieces_b, j, start_b, size)
        shared += size
    return pieces_a, pieces_b, shared


def _longest_run(left: Sequence[str], right: Sequence[str]) -> tuple[tuple[int, int], tuple[int, int], int] | None:
    best: tuple[tuple[int, int], tuple[int, int], int] | None = None
    for i, one in enumerate(left):
        for j, other in enumerate(right):
            found = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
            if found.size > 1 and (best is None or found.size > best[2]):
                best = (i, found.a), (j, found.b), found.size
    return best


def _cut(pieces: list[str], number: int, start: int, size: int) -> None:
    piece = pieces[number]
    pieces[number:number + 1] = [part for part in (piece[:start], piece[start + size:]) if part]


def _without(piece: str, words: Iterable[str]) -> str:
    for word in words:
        piece = piece.replace(word, "")
    return piece


def _meaningful(pieces: Iterable[str]) -> list[str]:
    return [left for piece in pieces if (left := _PARTICLES.sub("", piece))]
