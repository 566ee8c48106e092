"""Whether the site is alive, and whether it can do all of its work."""

import threading
import time
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify
from werkzeug.wrappers import Response as AnyResponse

import settings
from commands import CannotStart
from mapdata.errors import Unavailable, WrongDatabase
from mapdata.registry import Registry
from views import reader

blueprint = Blueprint("health", __name__)

#: For so many seconds what was found is told again: everyone may ask, and looking writes to the disk.
_TOLD_AGAIN = 5.0


def look_through(app: Flask) -> None:
    """When the site starts. Raises CannotStart for a database that is damaged."""
    keeper = app.extensions["registry"].keeper
    try:
        keeper.examinations.make(keeper.examine, noted=False)
    except WrongDatabase as wrong:
        name = "DATABASE_URL" if app.config["DATABASE_URL"] else "INSTANCE_DIR"
        raise CannotStart(f"データベースを開けません：{wrong}（{name}={settings.shown(app.config[name])}）") from wrong
    except Unavailable:
        pass  # it is waited for


@blueprint.get("/healthz")
def healthz() -> Response:
    """That the site is alive, with or without its database."""
    return _fresh(jsonify(status="ok"))


@blueprint.get("/readyz")
def readyz() -> AnyResponse:
    """503 where anything cannot be done, and what."""
    found = _Look.of(current_app).found()
    answer = _fresh(jsonify(found))
    answer.status_code = 200 if found["status"] == "ok" else 503
    return answer


def _fresh(response: Response) -> Response:
    response.cache_control.no_store = True
    return response


class _Look:
    """What this process found last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._last: dict[str, Any] = {}

    @classmethod
    def of(cls, app: Flask) -> "_Look":
        found: _Look = app.extensions.setdefault("ready", cls())
        return found

    def found(self) -> dict[str, Any]:
        with self._lock:
            if time.monotonic() >= self._until:
                self._last, self._until = _found(reader.registry()), time.monotonic() + _TOLD_AGAIN
            return self._last


def _found(registry: Registry) -> dict[str, Any]:
    examined = registry.keeper.examinations.last() if registry.keeper else None
    causes = {"reads": _cause(registry.stamp), "writes": _cause(registry.require_writable)}
    whole = examined is None or examined.is_whole
    told: dict[str, Any] = {name: not cause for name, cause in causes.items()}
    told["integrity"] = {"whole": whole, "at": examined.at.isoformat(timespec="seconds")} if examined else None
    told["causes"] = {name: cause for name, cause in causes.items() if cause}
    return {"status": "ok" if whole and not told["causes"] else "not ready", **told}


def _cause(look: Any) -> str:
    """Why it cannot be done; "" where it can."""
    try:
        look()
    except Unavailable as away:
        return str(away.cause)
    return ""
