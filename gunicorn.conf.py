"""Settings that gunicorn reads by itself when the site is started from this folder."""

import os
import sys
from types import TracebackType
from typing import Any

import serve
import settings
from commands import CannotStart, logs

try:
    _told = settings.read(os.environ)
except settings.WrongSetting as wrong:
    sys.exit(CannotStart(wrong).told())

bind = "{}:{}".format(f"[{_told['HOST']}]" if ":" in _told["HOST"] else _told["HOST"], _told["PORT"])
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
worker_class = serve.EndingWorker
logger_class = serve.PlainLogger
threads = 6  # of which four may be busy with what somebody sends (serve.Reserve)
loglevel = "warning"
control_socket_disable = True
preload_app = True
# What proxies say counts by TRUSTED_PROXIES alone (views/site.py). gunicorn by itself would believe every program of
# this machine, and so whoever comes through one.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
os.environ.pop("SCRIPT_NAME", None)


def _tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What the site cannot start for is a sentence here as everywhere, before any worker begins."""
    if isinstance(error, CannotStart):
        raise SystemExit(error.told())
    logs.uncaught(kind, error, trace)


logs.install()
sys.excepthook = _tell


def when_ready(server: Any) -> None:
    serve.share(server.app.callable)


def pre_fork(server: Any, worker: Any) -> None:
    serve.EndingWorker.hold()
