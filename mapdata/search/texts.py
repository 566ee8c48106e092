"""What a search looks through: a folded text for each record, of what its reader may see, and finding words in them.

At ward size and far beyond a scan of texts in memory is enough: they lie in a few long strings, through which
`str.find` runs at the speed of memory.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mapdata import words
from mapdata.claims.projection import Record
from mapdata.fields import field_table
from mapdata.fields.field_table import Field
from mapdata.fields.folding import fold, fold_all
from mapdata.search.columns import Splice
from mapdata.search.search_words import extra_words

#: Between the fields of a text: keeps a word from running over two of them.
_FIELD = "\n"
#: Between the texts of a pile. Neither is left in what was folded, but for this one where somebody typed it.
_TEXT = "\x01"
#: Texts folded at a time.
_BATCH = 2000
#: Piles that changes may add before they become one.
_MOST_PILES = 8


def codes_of(record: Record, name: str) -> Sequence[str]:
    """The codes by which a filter knows the record (names as in `words.FILTERS`)."""
    if name == "ease":
        return [code for code, yes in record.ease.items() if yes]
    if name == "kind":
        return [record.kind] if record.kind else []
    found: tuple[str, ...] = getattr(record, _ATTRIBUTES[name])
    return found


#: Terms (vocabulary, code) that an admin gave another label: they are found by both.
Called: TypeAlias = Mapping[tuple[str, str], str]
#: Words and the same folded.
Offers: TypeAlias = tuple[tuple[str, str], ...]

_ATTRIBUTES = {"need": "needs", "age": "ages", "activity": "activities", "way": "ways"}


class Texts(Sequence[str]):
    """The texts of the records of a snapshot, in their order."""

    def __init__(self, piles: Sequence["_Pile"], number: NDArray[np.int64], called: Called):
        self._piles, self._number = list(piles), number  # the texts of all piles are numbered through
        self._called = called

    @classmethod
    def of(cls, records: Sequence[Record], called: Called) -> "Texts":
        return cls([_Pile(list(_texts(records, called)))], np.arange(len(records)), called)

    def spliced(self, splice: Splice, changed: Sequence[Record]) -> "Texts":
        """With the texts of changed records in the places of new rows; all others are used as they are."""
        held = sum(len(pile) for pile in self._piles)
        number = splice.column(self._number, held + np.arange(len(changed)))
        piles = [*self._piles, _Pile(list(_texts(changed, self._called)))] if changed else self._piles
        made = Texts(piles, number, self._called)
        return made if len(made._piles) <= _MOST_PILES else made._tidied()

    def _tidied(self) -> "Texts":
        """In two piles, the first as it is; in one where a good part has changed."""
        first, *others = self._piles
        late = np.flatnonzero(self._number >= len(first))
        if len(late) * 4 > len(self):
            return Texts([_Pile(list(self))], np.arange(len(self)), self._called)
        added = [text for pile in others for text in pile]
        number = self._number.copy()
        number[late] = len(first) + np.arange(len(late))
        texts = [added[n - len(first)] for n in self._number[late].tolist()]
        return Texts([first, _Pile(texts)], number, self._called)

    def __len__(self) -> int:
        return len(self._number)

    def __iter__(self) -> Iterator[str]:
        every = [text for pile in self._piles for text in pile]
        return (every[number] for number in self._number.tolist())

    def __getitem__(self, row: Any) -> Any:
        return list(self)[row]

    def holding(self, word: str) -> NDArray[np.bool_]:
        """Which texts a folded word stands in."""
        return np.concatenate([pile.holding(word) for pile in self._piles])[self._number]


class _Pile:
    """Texts one after the other in one string."""

    def __init__(self, texts: Sequence[str]):
        self._joined = _TEXT.join([*texts, ""])
        self._starts = np.cumsum([0, *(len(text) + 1 for text in texts)])

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __iter__(self) -> Iterator[str]:
        return iter(self._joined.split(_TEXT)[:-1])

    @cached_property
    def _ends(self) -> list[int]:
        ends: list[int] = self._starts[1:].tolist()
        return ends

    def holding(self, word: str) -> NDArray[np.bool_]:
        found = np.zeros(len(self), dtype=bool)
        if _TEXT in word:
            return found
        hits, ends, find = [], self._ends, self._joined.find
        at = find(word)
        while at >= 0:
            hit = bisect_right(ends, at)
            hits.append(hit)
            at = find(word, ends[hit])
        found[hits] = True
        return found


def _texts(records: Sequence[Record], called: Called) -> Iterator[str]:
    """One folded text a record: what it says, and the words that people search it by."""
    for start in range(0, len(records), _BATCH):
        some = records[start:start + _BATCH]
        parts = [_parts(record) for record in some]
        different = list({part for one in parts for part in one})  # much is said by many: towns, hours, fees
        folded = dict(zip(different, fold_all(different), strict=True))
        for record, own in zip(some, parts, strict=True):
            labels = _labels(record) + _other_labels(record, called)
            yield _FIELD.join([*map(folded.__getitem__, own), *labels]).replace(_TEXT, "")


def offers(records: Sequence[Record]) -> list[Offers]:
    """For each record the words that may be offered to someone who found nothing, each with itself folded."""
    texts = [dict.fromkeys((r.name, r.organization, *(p.town for p in r.places))) for r in records]
    different = list({text for some in texts for text in some})
    pairs = dict(zip(different, zip(different, fold_all(different), strict=True), strict=True))
    return [tuple(pairs[text] for text in some) for some in texts]


def _parts(record: Record) -> list[str]:
    parts = [*_TEXT_FIELDS(record), *record.schedules, *record.staff_notes.values()]
    for texts in _LIST_FIELDS(record):
        parts += texts
    parts += [_found_by(field_table.BY_NAME[name], value) for name, value in record.more.items()]
    for place in record.places:
        parts += [place.address, place.address_2, place.station, place.town]
    parts += extra_words(record, "\n".join([*parts, *_labels(record, folded=False)]))
    return [part for part in parts if part]


def _found_by(field: Field, value: Any) -> str:
    """The words of a value; 女性だけの場 itself where the answer to it is yes."""
    if not field.searched or value is False:
        return ""
    return field.heading if value is True else field.write(value)


def _getter(*kinds: str) -> Callable[[Record], tuple[Any, ...]]:
    """What a record says in the fields that are searched and hold such a shape, each an attribute of its own."""
    names = [f.name for f in field_table.SIMPLE if f.searched and f.shape.kind in kinds and hasattr(Record, f.name)]
    getter: Callable[[Record], Any] = attrgetter(*names)
    return getter if len(names) > 1 else lambda record: (getter(record),)


_TEXT_FIELDS, _LIST_FIELDS = _getter("line", "text"), _getter("list")


def _labels(record: Record, folded: bool = True) -> list[str]:
    """The screen's words for its terms; ages are not searched for by words."""
    return [_SAID[name][code][folded] for name in _SAID for code in codes_of(record, name)]


def _other_labels(record: Record, called: Called) -> list[str]:
    """What an admin calls its terms, folded."""
    return [fold(label) for (name, code), label in called.items() if name in _SAID and code in codes_of(record, name)]


#: Filter and code → the label, and the label folded.
_SAID = {
    vocabulary.name: {term.code: (term.label, fold(term.label)) for term in vocabulary.terms}
    for vocabulary in words.FILTERS if vocabulary.name != "age"
}
