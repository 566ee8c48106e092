"""Static files below a versioned path, so that browsers may keep them for as long as they do not change.

The version stands before the file's path: what a module imports by a relative path has it too.
"""

import hashlib
import mimetypes
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, abort, send_from_directory
from werkzeug.security import safe_join
from werkzeug.wrappers import Response

from layers import stylesheets
from views.compressed import Compressed, keep, reply

_TEXTS = frozenset({".css", ".js", ".svg", ".json", ".html", ".txt"})


def install(app: Flask) -> None:
    """Serve `static/` at /static/VERSION/…; `url_for('static', filename=…)` knows the version."""
    current = _version(stylesheets.STATIC)

    def static(version: str, filename: str) -> Response:
        response = _bundle(filename) if filename.startswith("bundles/") else _file(filename)
        return keep(response, version == current)

    app.add_url_rule("/static/<version>/<path:filename>", "static", static)

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
    name = filename.removeprefix("bundles/").removesuffix(".css")
    if name not in stylesheets.BUNDLES:
        abort(404)
    return reply(_packed_bundle(name), "text/css", _packed_bundle(name).etag)


def _file(filename: str) -> Response:
    path = safe_join(str(stylesheets.STATIC), filename)
    if path is None or not Path(path).is_file():
        abort(404)
    if Path(path).suffix not in _TEXTS:
        return send_from_directory(stylesheets.STATIC, filename)
    packed = _packed_file(path, Path(path).stat().st_mtime_ns)
    mimetype = "text/javascript" if path.endswith(".js") else mimetypes.guess_type(path)[0] or "text/plain"
    return reply(packed, mimetype, packed.etag)


@cache
def _packed_bundle(name: str) -> Compressed:
    return Compressed(stylesheets.read(name).encode())


@cache
def _packed_file(path: str, _changed_at: int) -> Compressed:
    return Compressed(Path(path).read_bytes())
