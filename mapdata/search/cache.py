"""What was made once and may be asked for again."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from geocode.caches import weight

_T = TypeVar("_T")


class Cache:
    """Keeps the things asked for last: so many at most, and so many bytes of them and of what they were asked by, but
    for one that is larger by itself; threads may share it. `most_bytes` None: what it is made of bounds it."""

    def __init__(self, most: int, most_bytes: int | None):
        self._most, self._most_bytes = most, most_bytes
        self._things: OrderedDict[Hashable, Any] = OrderedDict()
        self._weights: dict[Hashable, int] = {}
        self._held = 0
        self._lock = threading.Lock()

    @property
    def held(self) -> int:
        """Bytes, as far as they are counted."""
        return self._held

    def find(self, key: Hashable) -> Any:
        """What was made for this key; None if nothing is there."""
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
            return self._things.get(key)

    def get(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """What `make` made for this key, now or earlier. Two threads that ask at once may both make it."""
        found: _T | None = self.find(key)
        if found is not None:
            return found
        made = make()
        size = 0 if self._most_bytes is None else weight(key) + weight(made)
        with self._lock:
            self._held += size - self._weights.get(key, 0)
            self._things[key], self._weights[key] = made, size
            while self._is_too_much():
                oldest, _ = self._things.popitem(last=False)
                self._held -= self._weights.pop(oldest)
        return made

    def _is_too_much(self) -> bool:
        many = len(self._things)
        return many > self._most or (self._most_bytes is not None and self._held > self._most_bytes and many > 1)
