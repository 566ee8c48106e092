"""Payloads: pins and marks for the map, GeoJSON for whoever builds on it."""

import hashlib
from collections.abc import Callable

import orjson
from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from layers import marks as marks_layer
from layers import pins as pins_layer
from mapdata.lists import geojson
from mapdata.search import asking
from mapdata.search.asking import Answer
from mapdata.search.query import Query
from views import reader
from views.compressed import Compressed, reply
from views.public.viewport import NoView, Viewport

blueprint = Blueprint("data", __name__)


@blueprint.get("/pins.json")
def pins() -> Response:
    return _payload(_pins, "application/json")


@blueprint.get("/resources.geojson")
def resources_geojson() -> Response:
    return _payload(_geojson, "application/geo+json")


@blueprint.get("/marks.json")
def marks() -> Response:
    """What the map draws of one view of it: `zoom`, the corners in degrees, and the page's question."""
    view = Viewport.read(request.args)
    snapshot, query = reader.snapshot(), Query.read(request.args)
    etag = _etag(f"{view}?{query.string()}")
    return reply(Compressed(lambda: _marks(asking.ask(snapshot, query), view), etag, once=True), "application/json")


@blueprint.errorhandler(NoView)
def _refuse(error: NoView) -> tuple[Response, int]:
    return jsonify(message=str(error)), 400


def _payload(make: Callable[[Answer], bytes], mimetype: str) -> Response:
    """The answer to this question, made and compressed once a revision, audience and day."""
    as_asked = request.query_string.decode("ascii", "replace")  # most ask as we would write it: nothing to understand
    return reply(reader.snapshot().payloads.find((make, as_asked)) or _packed(make), mimetype)


def _packed(make: Callable[[Answer], bytes]) -> Compressed:
    snapshot, query = reader.snapshot(), Query.read(request.args)

    def pack() -> Compressed:
        body = make(asking.ask(snapshot, query))
        return Compressed(lambda: body, _etag(query.string()))

    return snapshot.payloads.get((make, query.string()), pack)


def _etag(question: str) -> str:
    """What this audience is shown, and its question: what one worker hides no other shows, and what is hidden changes
    nothing."""
    snapshot = reader.snapshot()
    parts = (snapshot.version, snapshot.audience, request.path, question)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _pins(answer: Answer) -> bytes:
    bits = {name: column[answer.rows].tolist() for name, column in answer.snapshot.bits.items()}
    return pins_layer.encode(pins_layer.payload(answer.snapshot.version, answer.records, bits))


def _marks(answer: Answer, view: Viewport) -> bytes:
    snapshot = answer.snapshot
    shown = answer.points
    drawn = marks_layer.draw(snapshot.points, shown, view.zoom, view.box)
    return orjson.dumps({
        "revision": snapshot.version, "total": len(answer.rows), "counts": answer.counts,
        "bounds": marks_layer.bounds(snapshot.points, shown),
        "marks": [marks_layer.payload(mark, snapshot.records) for mark in drawn],
    })


def _geojson(answer: Answer) -> bytes:
    return orjson.dumps(geojson.collection(answer.records))
