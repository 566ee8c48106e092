"""The processes that work on sent lists: begun, taking turns, and ended when somebody does not want to wait.

Whoever works on an upload holds its lock, and the system lets go of that however its holder ends: so nobody has to
guess from a silence whether a process is dead or only slow. Two lists of one source are read at once; the others wait,
in the order in which they were sent, as processes that have loaded nothing yet (`turns`).
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mapdata.lists.sent import uploads
from mapdata.lists.sent.uploads import Upload

if TYPE_CHECKING:  # whoever waits loads as little as may be
    from sqlalchemy import Engine

#: Lists of one source that are read at the same time, and that may wait besides: each costs some memory.
AT_ONCE, MOST_WAITING = 2, 10

#: Starts a task on an upload whose lock is held by this file descriptor, and lets the lock go when it is done.
Runner = Callable[["Engine", Path, Upload, str, int], None]

#: How the process that works on a sent list is called; folder, token and task follow.
JOB: tuple[str, ...] = (sys.executable, "-m", "mapdata.lists.sent.turns")

#: Processes that this worker started, so that those that ended are not left as zombies.
_children: list[subprocess.Popen[bytes]] = []


def in_background(engine: "Engine", folder: Path, upload: Upload, task: str, lock: int) -> None:
    """Run the task as a process of its own, which inherits the lock."""
    url = engine.url.render_as_string(hide_password=False)
    command = [*JOB, str(folder.resolve()), upload.token, task]
    _children[:] = [child for child in _children if child.poll() is None]
    try:
        process = subprocess.Popen(
            command, env={**os.environ, "REGISTRY_URL": url}, cwd=Path(__file__).parents[3], pass_fds=(lock,),
            stdin=subprocess.DEVNULL,
        )
        _children.append(process)
        upload.note_worker(process.pid)
    finally:
        os.close(lock)


def ahead(upload: Upload) -> int:
    """How many lists of the same source were sent before this one and are still worked on."""
    mine = upload.ticket()
    if mine is None:
        return 0
    others = (Upload(upload.folder, token) for token in uploads.tokens(upload.folder) if token != upload.token)
    before = (one for one in others if (its := one.ticket()) and its[0] == mine[0] and its[1:] < mine[1:])
    return sum(one.is_locked() for one in before)


def is_full(folder: Path, source: str) -> bool:
    """Whether so many lists of a source are read and wait that no more are taken."""
    found = [Upload(folder, token) for token in uploads.tokens(folder)]
    own = (one for one in found if (its := one.ticket()) and its[0] == source)
    return sum(one.is_locked() for one in own) >= AT_ONCE + MOST_WAITING


def waits_for(upload: Upload) -> int:
    """How many must end before it is this one's turn."""
    return max(0, ahead(upload) - AT_ONCE + 1)


def stop(upload: Upload) -> bool:
    """End the process that works on an upload. Whether nobody works on it by now.

    What it had not committed is undone by the database, as after any other end.
    """
    for sign in (signal.SIGTERM, signal.SIGKILL):
        pid = upload.worker()
        if not pid or not _works_on(pid, upload.token):
            break
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, sign)
        for _ in range(200):
            if not upload.is_locked():
                return True
            time.sleep(0.01)
    return not upload.is_locked()


def _works_on(pid: int, token: str) -> bool:
    """Whether this is the process of that token still, and not another that was given its number since. One that has
    only just begun has no words yet."""
    for _ in range(20):
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return not Path("/proc/self").exists()
        if words:
            return token.encode() in words
        time.sleep(0.01)
    return False
