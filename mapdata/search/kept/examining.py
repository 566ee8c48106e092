"""Whether the database is whole, seen when the site starts and once a day by one of its processes."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson

from commands.whole import write_whole
from mapdata import clock
from mapdata.errors import WrongDatabase


@dataclass(frozen=True)
class Examined:
    """`found`: what is wrong, in a sentence; "" for nothing."""

    at: datetime
    found: str

    @property
    def is_whole(self) -> bool:
        return not self.found


class Examinations:
    """This process's own, or a newer one that another process noted in the folder."""

    def __init__(self, folder: Path):
        self._file = folder / "examined"
        self._own: Examined | None = None

    def last(self) -> Examined | None:
        with suppress(OSError, ValueError, KeyError, TypeError):
            said = orjson.loads(self._file.read_bytes())
            noted = Examined(datetime.fromisoformat(said["at"]), said["found"])
            return noted if self._own is None or noted.at > self._own.at else self._own
        return self._own

    def is_due(self) -> bool:
        last = self.last()
        return last is None or last.at.astimezone(clock.TIMEZONE).date() != clock.today()

    def make(self, look: Callable[[], None], noted: bool = True) -> None:
        """`look` raises WrongDatabase for what it finds, which goes on; Unavailable when nothing can be seen."""
        try:
            look()
        except WrongDatabase as wrong:
            self._note(str(wrong), noted)
            raise
        self._note("", noted)

    def _note(self, found: str, noted: bool) -> None:
        self._own = Examined(clock.now(), found)
        if noted:
            with suppress(OSError):
                content = orjson.dumps({"at": self._own.at.isoformat(), "found": found})
                write_whole(self._file, content, private=True)
