"""Bodies that are sent often, compressed once and well."""

import gzip
import hashlib
from collections.abc import Callable
from functools import cached_property, lru_cache

import brotli
from flask import Response, request
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Response as AnyResponse

#: How hard gzip and brotli try: for what is kept, and for what is sent once.
_THOROUGH, _QUICK = (9, 9), (5, 4)


class Compressed:
    """A body in each encoding that a browser may take; all of it is made when it is first asked for.

    `etag` stands for the body where it is given; else it is made of it. `once`: nobody will ask for it again.
    """

    def __init__(self, make: Callable[[], bytes], etag: str = "", once: bool = False):
        self._make, self._etag = make, etag
        self._gzip_level, self._br_level = _QUICK if once else _THOROUGH

    def __sizeof__(self) -> int:
        """Bytes of the body and of its shorter forms, which are of texts and together no longer than it."""
        return object.__sizeof__(self) + 2 * len(self.body)

    @cached_property
    def body(self) -> bytes:
        return self._make()

    @cached_property
    def etag(self) -> str:
        return self._etag or hashlib.sha256(self.body).hexdigest()[:20]

    @cached_property
    def gzip(self) -> bytes:
        return gzip.compress(self.body, self._gzip_level, mtime=0)

    @cached_property
    def br(self) -> bytes:
        packed: bytes = brotli.compress(self.body, quality=self._br_level)
        return packed


_A_YEAR = 365 * 24 * 3600
_ENCODINGS: dict[str, Callable[[Compressed], bytes]] = {
    "br": lambda c: c.br, "gzip": lambda c: c.gzip, "": lambda c: c.body,
}


def keep(response: AnyResponse, asked_by_version: bool) -> AnyResponse:
    """A year for what is asked for by its version, whose address changes with it; else ask every time."""
    if asked_by_version:
        response.headers["Cache-Control"] = f"public, immutable, max-age={_A_YEAR}"
    else:
        response.headers["Cache-Control"] = "no-cache"
    return response


def reply(compressed: Compressed, mimetype: str) -> Response:
    """The body as this browser takes it, or 304 when it has it already. To be asked for every time."""
    encoding = _encoding(request.headers.get("Accept-Encoding", ""))
    tag = f"{compressed.etag}-{encoding}" if encoding else compressed.etag
    headers = {"ETag": f'"{tag}"', "Vary": "Accept-Encoding", "Cache-Control": "no-cache"}
    if "If-None-Match" in request.headers and request.if_none_match.contains_weak(tag):
        response = Response(status=304, headers=headers)
        del response.headers["Content-Type"]  # there is no body that it could be of
        return response
    if encoding:
        headers["Content-Encoding"] = encoding
    return Response(_ENCODINGS[encoding](compressed), headers=headers, mimetype=mimetype)


@lru_cache(maxsize=64)
def _encoding(accepted: str) -> str:
    """The best encoding that this Accept-Encoding names; "" for the body as it is. Browsers have few of them."""
    taken = parse_accept_header(accepted)
    return next((name for name in _ENCODINGS if name and taken[name] > 0), "")
