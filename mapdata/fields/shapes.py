"""How the value of a field is written in a cell, read from it, typed into a form and shown: a shape for all alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mapdata import words
from mapdata.fields import values
from mapdata.fields.values import Reading
from mapdata.words import Vocabulary


def is_blank(value: Any) -> bool:
    """Whether a value says nothing. No (False) and 0 say something."""
    return value is None or (not value and isinstance(value, str | list | tuple | Mapping))


@dataclass(frozen=True)
class Shape:
    """`kind` names the control of the form and the block of the page; `vocabulary`: whose codes the value holds;
    `blank`: what stands for a value that is not told."""

    kind: str
    read: Callable[[str], Reading]
    write: Callable[[Any], str] = str
    vocabulary: Vocabulary | None = None
    blank: Any = None


LINE = Shape("line", values.read_line, blank="")
TEXT = Shape("text", values.read_text, blank="")
#: Typed in one line; what a list holds in several stays.
SHORT = Shape("line", values.read_text, blank="")
DAY = Shape("day", values.read_date)
LIST = Shape("list", values.read_list, values.join, blank=())
YES_NO = Shape("yes_no", values.read_yes_no, values.write_yes_no)
LOWEST_AGE = Shape("age", values.read_min_age, values.write_min_age)
HIGHEST_AGE = Shape("age", values.read_age)
EASE = Shape("ease", values.read_ease, values.write_ease, words.EASE)


def term(vocabulary: Vocabulary) -> Shape:
    """One code of a vocabulary."""
    return Shape("term", values.one_of(vocabulary), values.write_term(vocabulary), vocabulary, "")


def terms(vocabulary: Vocabulary) -> Shape:
    """Codes of a vocabulary, in its order."""
    return Shape("terms", values.some_of(vocabulary), values.write_terms(vocabulary), vocabulary, ())


def _of_several_columns(text: str) -> Reading:
    raise TypeError("a structured field has no single cell to be read from")


#: Lists of mappings, read by `place_cells` and `contacts`.
PLACES, CONTACTS = Shape("places", _of_several_columns), Shape("contacts", _of_several_columns)
