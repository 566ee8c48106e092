"""What was worked out once and may be asked for again, bounded by the bytes that it holds; what follows from ward.toml
and its tables is forgotten when others come into use.
"""

import sys
import threading
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

_Function = TypeVar("_Function", bound=Callable[..., Any])
_OfText = TypeVar("_OfText", bound=Callable[[str], Any])
_caches: list[Any] = []

#: What a dictionary takes for an entry, about.
_SLOT = 100
#: A share of a cache that no single thing may take: what is longer is worked out anew.
_LARGEST = 8
_NOTHING: Any = object()


def of_ward(maxsize: int | None = None) -> Callable[[_Function], _Function]:
    """Like `functools.lru_cache`, for a function whose answers hold for one ward and its tables only. It is asked for
    nothing that anybody typed: for no argument at all, for numbers, for what the settings say."""

    def cached(function: _Function) -> _Function:
        found = lru_cache(maxsize)(function)
        _caches.append(found)
        return found  # type: ignore[return-value]

    return cached


def texts_of_ward(most_bytes: int) -> Callable[[_OfText], _OfText]:
    """As `of_ward`, for a function of a text that somebody may have typed: so many bytes at most."""

    def cached(function: _OfText) -> _OfText:
        found = texts(most_bytes)(function)
        _caches.append(found)
        return found

    return cached


def texts(most_bytes: int) -> Callable[[_OfText], _OfText]:
    """Remembers what a function made of a text, so many bytes of texts and answers at most; threads may share it.

    What was asked for lately is kept in two halves: when the younger is full it becomes the older, and what the older
    held is forgotten unless it was asked for meanwhile. So nothing has to be moved at each question.
    """

    def cached(function: _OfText) -> _OfText:
        return _remembering(function, most_bytes)  # type: ignore[return-value]

    return cached


def _remembering(function: Callable[[str], Any], most_bytes: int) -> Callable[[str], Any]:
    lock = threading.Lock()
    young: dict[str, Any] = {}
    old: dict[str, Any] = {}
    held = 0

    @wraps(function)
    def found(text: str) -> Any:
        known = young.get(text, _NOTHING)
        if known is not _NOTHING:
            return known
        known = old.get(text, _NOTHING)
        made = function(text) if known is _NOTHING else known
        keep(text, made)
        return made

    def keep(text: str, made: Any) -> None:
        nonlocal young, old, held
        if (size := weight(text) + weight(made) + _SLOT) > most_bytes // _LARGEST:
            return
        with lock:
            if text not in young:
                if held + size > most_bytes // 2:
                    young, old, held = {}, young, 0
                young[text] = made
                held += size

    def forget() -> None:
        nonlocal young, old, held
        with lock:
            young, old, held = {}, {}, 0

    found.cache_clear = forget  # type: ignore[attr-defined]
    found.cache_holds = lambda: weight(young) + weight(old)  # type: ignore[attr-defined]
    return found


def weight(thing: Any) -> int:
    """The bytes of a thing and of what it holds; objects of ours say by `__sizeof__` what they hold."""
    size = sys.getsizeof(thing)
    if isinstance(thing, str):
        return size
    if isinstance(thing, dict):
        return size + sum(weight(key) + weight(value) for key, value in thing.items())
    return size + sum(map(weight, thing)) if isinstance(thing, (tuple, list)) else size


def forget() -> None:
    """Work everything out anew that was worked out for a ward."""
    for cache in _caches:
        cache.cache_clear()
