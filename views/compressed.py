"""Bodies that are sent often, compressed once and well."""

import gzip
import hashlib
from collections.abc import Callable
from functools import cached_property

import brotli
from flask import request
from werkzeug.wrappers import Response


class Compressed:
    """A body in each encoding that a browser may take; each is made when it is first asked for."""

    def __init__(self, body: bytes):
        self.body = body

    @cached_property
    def etag(self) -> str:
        return hashlib.sha256(self.body).hexdigest()[:20]

    @cached_property
    def gzip(self) -> bytes:
        return gzip.compress(self.body, 9, mtime=0)

    @cached_property
    def br(self) -> bytes:
        packed: bytes = brotli.compress(self.body, quality=9)
        return packed


_A_YEAR = 365 * 24 * 3600


def keep(response: Response, asked_by_version: bool) -> Response:
    """A year for what is asked for by its version, whose address changes with it; else ask every time."""
    if asked_by_version:
        response.cache_control.public = True
        response.cache_control.immutable = True
        response.cache_control.max_age = _A_YEAR
    else:
        response.cache_control.no_cache = True
    return response


_ENCODINGS: dict[str, Callable[[Compressed], bytes]] = {"br": lambda c: c.br, "gzip": lambda c: c.gzip}


def reply(compressed: Compressed, mimetype: str, etag: str) -> Response:
    """The body as this browser takes it, or 304 when it has it already."""
    encoding = next((e for e in _ENCODINGS if request.accept_encodings[e] > 0), "")
    tag = f"{etag}-{encoding}" if encoding else etag
    if tag in request.if_none_match:
        response = Response(status=304)
    else:
        response = Response(_ENCODINGS[encoding](compressed) if encoding else compressed.body, mimetype=mimetype)
        if encoding:
            response.headers["Content-Encoding"] = encoding
    response.headers["Vary"] = "Accept-Encoding"
    response.set_etag(tag)
    return response
