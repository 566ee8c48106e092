"""Static files below a versioned path, so that browsers may keep them for as long as they do not change.

The version stands before the file's path: what a module imports by a relative path has it too.
"""

import hashlib
import mimetypes
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, abort, request, send_from_directory, url_for
from werkzeug.security import safe_join
from werkzeug.wrappers import Response

from layers import modules, stylesheets
from views.compressed import Compressed, keep, reply

_TEXTS = frozenset({".css", ".js", ".svg", ".json", ".html", ".txt"})


def install(app: Flask) -> None:
    """Serve `static/` at /static/VERSION/…; `url_for('static', filename=…)` knows the version."""
    current = _version(stylesheets.STATIC)

    def static(version: str, filename: str) -> Response:
        response = _bundle(filename) if filename.startswith("bundles/") else _file(filename)
        return keep(response, version == current)

    app.add_url_rule("/static/<version>/<path:filename>", "static", static)

    @lru_cache(maxsize=1024)
    def static_url(_root: str, filename: str) -> str:
        return url_for("static", filename=filename)

    def quick_url_for(endpoint: str, **values: Any) -> str:
        """Pages name many files: their addresses are written once for each place the site is mounted at."""
        if endpoint == "static":
            return static_url(request.script_root, **values)
        return url_for(endpoint, **values)

    app.jinja_env.globals["url_for"] = quick_url_for

    @app.url_defaults
    def _add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values.setdefault("version", current)


def _version(folder: Path) -> str:
    """Changes when any file below changes, is added or goes."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        stat = path.stat()
        digest.update(f"{path.relative_to(folder)} {stat.st_mtime_ns} {stat.st_size}\n".encode())
    return digest.hexdigest()[:10]


def _bundle(filename: str) -> Response:
    name, _, kind = filename.removeprefix("bundles/").rpartition(".")
    if name not in (stylesheets.BUNDLES if kind == "css" else modules.BUNDLES if kind == "js" else ()):
        abort(404)
    packed = _packed_bundle(name, kind)
    return reply(packed, "text/css" if kind == "css" else "text/javascript")


def _file(filename: str) -> Response:
    path = safe_join(str(stylesheets.STATIC), filename)
    if path is None or not Path(path).is_file():
        abort(404)
    if Path(path).suffix not in _TEXTS:
        return send_from_directory(stylesheets.STATIC, filename)
    packed = _packed_file(path, Path(path).stat().st_mtime_ns)
    mimetype = "text/javascript" if path.endswith(".js") else mimetypes.guess_type(path)[0] or "text/plain"
    return reply(packed, mimetype)


@cache
def _packed_bundle(name: str, kind: str) -> Compressed:
    text = stylesheets.read(name) if kind == "css" else modules.read(modules.BUNDLES[name])
    return Compressed(text.encode)


@cache
def _packed_file(path: str, _changed_at: int) -> Compressed:
    return Compressed(Path(path).read_bytes)
