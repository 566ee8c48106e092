"""Payloads: pins for the map, GeoJSON for whoever builds on it."""

import hashlib

import orjson
from flask import Blueprint, request
from werkzeug.wrappers import Response

from layers import pins as pins_layer
from mapdata import geojson, search
from mapdata.query import Query
from mapdata.search import Answer
from views import reader

blueprint = Blueprint("data", __name__)


def _answer() -> Answer:
    return search.ask(reader.snapshot(), Query.read(request.args))


def _etag(query: Query) -> str:
    """Revision, audience, day and question: what one worker hides, no other shows."""
    snapshot = reader.snapshot()
    parts = (snapshot.revision, snapshot.audience, snapshot.on, request.path, query.string())
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _reply(body: bytes, mimetype: str, etag: str) -> Response:
    response = Response(body, mimetype=mimetype)
    response.set_etag(etag)
    response.cache_control.no_cache = True
    return response.make_conditional(request)


@blueprint.get("/pins.json")
def pins() -> Response:
    answer = _answer()
    bits = {name: column[answer.rows].tolist() for name, column in answer.snapshot.bits.items()}
    columns = pins_layer.payload(answer.snapshot.revision, answer.records, bits)
    return _reply(pins_layer.encode(columns), "application/json", _etag(answer.query))


@blueprint.get("/resources.geojson")
def resources_geojson() -> Response:
    answer = _answer()
    body = orjson.dumps(geojson.collection(answer.records))
    return _reply(body, "application/geo+json", _etag(answer.query))
