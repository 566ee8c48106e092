"""The headers of every answer, each kind of answer its own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app import create_app
from tests import schema

PAGES = ["/", "/about", "/nowhere", "/login", "/login?next=/staff/", "/resources/none", "/link/none"]
OTHERS = ["/pins.json", "/resources.geojson", "/marks.json?zoom=x", "/static/x/css/base.css", "/static/x/img/favicon.png", "/healthz", "/map/base.js"]
ONCE = ("Content-Security-Policy", "Permissions-Policy", "X-Frame-Options", "Cross-Origin-Opener-Policy", "X-Content-Type-Options",
        "Referrer-Policy", "Cross-Origin-Resource-Policy", "Strict-Transport-Security", "Cache-Control")


@pytest.mark.parametrize("path", PAGES + OTHERS)
def test_each_kind_says_what_fits_it(client: FlaskClient, path: str) -> None:
    said = client.get(path).headers
    assert said["X-Content-Type-Options"] == "nosniff" and said["Cross-Origin-Resource-Policy"] == "same-origin"
    assert said["Referrer-Policy"] == "no-referrer" and "Strict-Transport-Security" not in said
    is_page = path in PAGES
    assert said.get("X-Frame-Options") == ("DENY" if is_page else None)
    assert said.get("Cross-Origin-Opener-Policy") == ("same-origin" if is_page else None)
    assert ("frame-ancestors 'none'" in said.get("Content-Security-Policy", "")) == is_page
    assert all(len(said.getlist(name)) < 2 for name in ONCE)


def test_a_page_for_staff_and_a_form_that_is_refused(signed_in: Callable[..., FlaskClient], client: FlaskClient) -> None:
    for answer in (signed_in("admin").get("/staff/users"), client.post("/login", data={}), client.post("/staff/users/add")):
        assert answer.headers["X-Frame-Options"] == "DENY" and answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_what_is_not_changed_says_it_too(client: FlaskClient) -> None:
    tag = client.get("/pins.json").headers["ETag"]
    again = client.get("/pins.json", headers={"If-None-Match": tag})
    assert again.status_code == 304 and again.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(("public_url", "said"), [
    ("https://map.example.jp", "max-age=31536000"), ("HTTPS://map.example.jp", "max-age=31536000"), ("http://map.example.jp", None), ("", None),
])
def test_a_site_that_is_reached_by_https_stays_so(tmp_path: Path, public_url: str, said: str | None) -> None:
    app = create_app({"INSTANCE_DIR": schema.instance(tmp_path), "DATABASE_URL": "", "PUBLIC_URL": public_url})
    for path in ("/", "/pins.json", "/static/x/css/base.css", "/nowhere"):
        assert app.test_client().get(path).headers.get("Strict-Transport-Security") == said
    app.extensions["registry"].engine.dispose()
