"""The site by a clock that a test moves, in all of its processes: what they ask for the time is how far a file says.

`create_app` stands in for the site's own, and this module for the process that works on a sent list. A browser's own
clock is moved beside it by Playwright (`page.clock`).
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask, Response

import app
from mapdata import clock
from mapdata.lists.sent import import_job, workers

#: The setting that names the file.
SETTING = "TEST_CLOCK"
#: The header of every answer that tells which worker gave it.
WORKER = "X-Worker"


class Clock:
    """The test's hand on it: how far the site is ahead of the machine."""

    def __init__(self, file: Path):
        self.file = file
        self.set_back()

    def move(self, **length: float) -> None:
        """move(days=2): that much time passes, from the next request on."""
        self._set(_ahead(self.file) + timedelta(**length))

    def set_back(self) -> None:
        self._set(timedelta())

    def _set(self, ahead: timedelta) -> None:
        new = self.file.with_suffix(".new")
        new.write_text(str(ahead.total_seconds()), encoding="ascii")
        new.replace(self.file)


def _ahead(file: Path) -> timedelta:
    return timedelta(seconds=float(file.read_text("ascii")))


def _follow() -> None:
    """Take the time from the file from now on."""
    file = Path(os.environ[SETTING])
    clock.run_by(lambda: datetime.now(UTC) + _ahead(file))


def create_app() -> Flask:
    _follow()
    workers.JOB = (sys.executable, "-m", "tests.browser.clocked")
    made = app.create_app()
    made.after_request(_sign)
    return made


def _sign(answer: Response) -> Response:
    answer.headers[WORKER] = str(os.getpid())
    return answer


if __name__ == "__main__":
    _follow()
    import_job.main(sys.argv[1:])
