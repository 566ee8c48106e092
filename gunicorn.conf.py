"""Settings that gunicorn reads by itself when the site is started from this folder."""

import signal
from typing import Any


def post_worker_init(worker: Any) -> None:
    """Ctrl-C reaches the workers twice, from the terminal and as QUIT from their master; one ending is enough.

    A worker that is told to end while it is ending waits for its own lock until it is killed, half a minute later.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
