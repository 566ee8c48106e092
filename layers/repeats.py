"""Texts that repeat each other, written so that what repeats is written once.

Hundreds of entries are rendered by the same templates: nine tenths of the markup is the same. What stands
only once is left where it is, in plain sight, so that a search through the file finds it.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain, pairwise
from typing import Any

#: A part seen less often than this costs more as a part than it saves.
_OFTEN = 3
#: About what a number costs in the file, in bytes.
_NUMBER = 4
#: How often neighbours are joined; more rounds gain little.
_ROUNDS = 3

_ONE_TAG = re.compile(r"(?:<svg.*?</svg>|<[^>]*>)\s*|[^<]+")
_RUN_OF_TAGS = re.compile(r"(?:(?:<svg.*?</svg>|<[^>]*>)\s*)+|[^<]+")
_LINE = re.compile(r"[^\n]*\n?")

#: A text in pieces: a number is a part of the table, a string stands as it is.
Pieces = list[int | str]


def pack(markup: Mapping[str, Sequence[str]], plain: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """{"parts": the table, and under each group's name its texts in pieces}.

    Joining the pieces, numbers replaced by their parts, gives every text back exactly. Markup must be
    well-formed HTML: no bare < in its words, no bare > in its attributes.
    """
    cut = _cut(_RUN_OF_TAGS, markup) | _cut(_LINE, plain)
    seen = Counter(chain.from_iterable(chain.from_iterable(cut.values())))
    cut |= {name: [_finer(pieces, seen) for pieces in cut[name]] for name in markup}
    for _ in range(_ROUNDS):
        cut = _joined(cut)
    again = Counter(chain.from_iterable(chain.from_iterable(cut.values())))
    table = {piece: number for number, (piece, times) in enumerate(again.most_common()) if times > 1}
    packed = {name: [_numbered(pieces, table) for pieces in texts] for name, texts in cut.items()}
    return {"parts": list(table), **packed}


def _cut(pattern: re.Pattern[str], groups: Mapping[str, Sequence[str]]) -> dict[str, list[list[str]]]:
    """Markup into runs of tags and the words between them, plain text into lines."""
    return {name: [[p for p in pattern.findall(text) if p] for text in texts] for name, texts in groups.items()}


def _finer(pieces: Sequence[str], seen: Mapping[str, int]) -> list[str]:
    """A run of tags that hardly repeats is cut into its tags, most of which do."""
    return [part for piece in pieces for part in ([piece] if seen[piece] >= _OFTEN else _ONE_TAG.findall(piece))]


def _joined(cut: Mapping[str, list[list[str]]]) -> dict[str, list[list[str]]]:
    """Neighbours that keep following each other are made one piece: one number for two."""
    together = Counter(chain.from_iterable(pairwise(pieces) for texts in cut.values() for pieces in texts))
    worth = {pair: times for pair, times in together.items() if _saves(pair, times)}
    return {name: [_with_pairs(pieces, worth) for pieces in texts] for name, texts in cut.items()}


def _saves(pair: tuple[str, str], times: int) -> bool:
    return (times - 2) * _NUMBER > len("".join(pair).encode())


def _with_pairs(pieces: Sequence[str], worth: Mapping[tuple[str, str], int]) -> list[str]:
    """From the front; a pair gives way where its second half is in a better one."""
    values = [worth.get(pair, 0) for pair in pairwise(pieces)] + [0, 0]
    found: list[str] = []
    at = 0
    while at < len(pieces):
        paired = values[at] > 0 and values[at] >= values[at + 1]
        found.append(pieces[at] + pieces[at + 1] if paired else pieces[at])
        at += 2 if paired else 1
    return found


def _numbered(pieces: Sequence[str], table: Mapping[str, int]) -> Pieces:
    """Neighbouring pieces that stand as they are become one."""
    found: Pieces = []
    for piece in pieces:
        if piece in table:
            found.append(table[piece])
        elif found and isinstance(found[-1], str):
            found[-1] += piece
        else:
            found.append(piece)
    return found
