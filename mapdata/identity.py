"""Short stable ids of entries.

An id follows from what its first source calls the entry, so that a registry set up again from
the same lists has the same links; it tells nothing of the entry itself.
"""

import hashlib
from collections.abc import Callable

#: No 0/o, 1/l/i: ids are read out on the telephone.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_SHORTEST, _LONGEST = 6, 16


def resource_id(source: str, key: str, is_taken: Callable[[str], bool]) -> str:
    """The shortest id of 6 characters or more for a source's row that is not taken yet."""
    name = _spell(hashlib.sha256(f"{source}\n{key}".encode()).digest())
    for length in range(_SHORTEST, _LONGEST + 1):
        if not is_taken(name[:length]):
            return name[:length]
    raise ValueError(f"no id is free for {source} {key}")


def _spell(digest: bytes) -> str:
    number, letters = int.from_bytes(digest, "big"), []
    for _ in range(_LONGEST):
        number, digit = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[digit])
    return "".join(letters)
