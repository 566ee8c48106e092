"""Payloads: pins for the map, GeoJSON for whoever builds on it."""

import hashlib
from collections.abc import Callable

import orjson
from flask import Blueprint, request
from werkzeug.wrappers import Response

from layers import pins as pins_layer
from mapdata import geojson, search
from mapdata.query import Query
from mapdata.search import Answer
from views import reader
from views.compressed import Compressed, reply

blueprint = Blueprint("data", __name__)


@blueprint.get("/pins.json")
def pins() -> Response:
    return _payload(_pins, "application/json")


@blueprint.get("/resources.geojson")
def resources_geojson() -> Response:
    return _payload(_geojson, "application/geo+json")


def _payload(make: Callable[[Answer], bytes], mimetype: str) -> Response:
    """The answer to this question, made and compressed once a revision, audience and day."""
    snapshot, query = reader.snapshot(), Query.read(request.args)
    packed = snapshot.kept((make, query.string()), lambda: Compressed(make(search.ask(snapshot, query))))
    response = reply(packed, mimetype, _etag(query))
    response.cache_control.no_cache = True
    return response


def _etag(query: Query) -> str:
    """Revision, audience, day and question: what one worker hides, no other shows."""
    snapshot = reader.snapshot()
    parts = (snapshot.revision, snapshot.audience, snapshot.on, request.path, query.string())
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _pins(answer: Answer) -> bytes:
    bits = {name: column[answer.rows].tolist() for name, column in answer.snapshot.bits.items()}
    return pins_layer.encode(pins_layer.payload(answer.snapshot.revision, answer.records, bits))


def _geojson(answer: Answer) -> bytes:
    return orjson.dumps(geojson.collection(answer.records))
