"""Whether the site and its database answer."""

from flask import Blueprint, Response, jsonify

from views import reader

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    response = jsonify(status="ok", revision=reader.registry().revision())
    response.cache_control.no_store = True
    return response
