"""What was made once and may be asked for again."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

_T = TypeVar("_T")


class Cache:
    """Keeps the things asked for last, so many at most; threads may share it."""

    def __init__(self, most: int):
        self._most = most
        self._things: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

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
        with self._lock:
            self._things[key] = made
            while len(self._things) > self._most:
                self._things.popitem(last=False)
        return made
