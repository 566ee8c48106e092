"""Short stable ids of entries: drawn by chance, so that they tell nothing of the entry, and kept for good."""

import secrets
from collections.abc import Callable

#: No 0/o, 1/l/i: ids are read out on the telephone.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_LENGTH, _TRIES = 6, 20


def new_id(is_taken: Callable[[str], bool]) -> str:
    """An id that is not taken: six characters, longer only when those are used up."""
    length = _LENGTH
    while True:
        for _ in range(_TRIES):
            if not is_taken(drawn := "".join(secrets.choice(_ALPHABET) for _ in range(length))):
                return drawn
        length += 1


def is_id(text: str) -> bool:
    """Whether this could be an entry's id."""
    return _LENGTH <= len(text) <= 16 and set(text) <= set(_ALPHABET)
