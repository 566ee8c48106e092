"""Caches of what follows from ward.toml and its tables: all of them are forgotten when others come into use."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

_Function = TypeVar("_Function", bound=Callable[..., Any])
_caches: list[Any] = []


def of_ward(maxsize: int | None = None) -> Callable[[_Function], _Function]:
    """Like `functools.lru_cache`, for a function whose answers hold for one ward and its tables only."""

    def cached(function: _Function) -> _Function:
        found = lru_cache(maxsize)(function)
        _caches.append(found)
        return found  # type: ignore[return-value]

    return cached


def forget() -> None:
    """Work everything out anew that was worked out for a ward."""
    for cache in _caches:
        cache.cache_clear()
