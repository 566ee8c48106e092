"""What an engine has besides its connections: what must be done before it is used, who is told of what is written, and
whether it is worth asking just now.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from mapdata.errors import Cause, Unavailable
from mapdata.storage.revision import Stamp

#: Called within a write that is about to be kept, with the registry as it was and as it will be; it returns what to
#: call once it is kept. What it raises keeps the write from being kept.
Witness: TypeAlias = Callable[[Connection, Stamp, Stamp], Callable[[], None]]

#: A server that did not answer is not called again for so many seconds, or each request would wait for it.
_REST = 1.0


@dataclass
class Surroundings:
    """Of one engine, shared by threads."""

    prepare: Callable[[], None] | None = None
    witness: Witness | None = None
    rest_until: float = 0.0
    last: Unavailable = field(default_factory=Unavailable)
    preparing: threading.RLock = field(default_factory=threading.RLock)

    def ready(self) -> None:
        """Raises Unavailable when the database is not to be asked now."""
        if self.rest_until and time.monotonic() < self.rest_until:
            raise Unavailable(str(self.last), self.last.cause, self.last.code)
        if self.prepare is not None:
            with self.preparing:
                if (prepare := self.prepare) is not None:
                    self.prepare = None  # what it does itself asks the database, too
                    try:
                        prepare()
                    except BaseException:
                        self.prepare = prepare
                        raise

    def did_not_answer(self, error: Unavailable) -> None:
        """A file is opened in no time; a server may take seconds to say nothing."""
        if error.cause == Cause.AWAY:
            self.rest_until, self.last = time.monotonic() + _REST, error


_all: WeakKeyDictionary[Engine, Surroundings] = WeakKeyDictionary()


def of(engine: Engine) -> Surroundings:
    found = _all.get(engine)
    return found if found is not None else _all.setdefault(engine, Surroundings())
