"""What the site is compared with, as a Flask application: folium's pages, and an empty answer.

Its files are compressed beforehand and lie in memory, so that serving them costs next to nothing.
"""

import gzip
import os
from pathlib import Path

from flask import Flask, abort, request
from werkzeug.wrappers import Response

_TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
          ".css": "text/css; charset=utf-8", ".png": "image/png"}


def create_app() -> Flask:
    """`/empty`, and every file under the folder COMPARED_FILES, which may be absent. Icons are not to be had."""
    app = Flask(__name__, static_folder=None)
    folder = Path(os.environ.get("COMPARED_FILES", "/nowhere"))
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    packed = {name: gzip.compress(body, 9) for name, body in files.items() if not name.endswith(".png")}

    @app.get("/empty")
    def empty() -> str:
        return ""

    @app.get("/favicon.ico")
    def no_icon() -> tuple[str, int]:
        return "", 204

    @app.get("/<path:name>")
    def file(name: str) -> Response:
        if name not in files:
            abort(404)
        mimetype = _TYPES[Path(name).suffix]
        if name not in packed or "gzip" not in request.headers.get("Accept-Encoding", ""):
            return Response(files[name], content_type=mimetype)
        return Response(packed[name], content_type=mimetype, headers={"Content-Encoding": "gzip"})

    return app
