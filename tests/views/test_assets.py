"""Static files and payloads: kept by browsers while they do not change, sent small, never stale."""

import gzip
import re
from collections.abc import Callable

import brotli
import pytest
from flask.testing import FlaskClient

from layers import stylesheets
from mapdata.claims.projection import STAFF
from tests.factories import published

Fill = Callable[..., dict[str, str]]


def linked(client: FlaskClient, pattern: str) -> str:
    found = re.search(pattern, client.get("/").text)
    assert found
    return found[1]


def test_a_page_links_one_sheet_and_versioned_files(client: FlaskClient) -> None:
    text = client.get("/").text
    assert len(re.findall(r'<link rel="stylesheet" href="[^"]*bundles/', text)) == 1
    assert set(re.findall(r'(?:href|src)="(/static/[^/"]+)/', text)).__len__() == 1


@pytest.mark.parametrize("bundle", stylesheets.BUNDLES)
def test_a_bundle_holds_its_sheets_in_order(client: FlaskClient, bundle: str) -> None:
    base = linked(client, r'href="(/static/[^/]+/bundles/)')
    sheet = client.get(f"{base}{bundle}.css")
    assert sheet.mimetype == "text/css" and "immutable" in sheet.headers["Cache-Control"]
    texts = (stylesheets.without_comments((stylesheets.STATIC / n).read_text("utf-8")) for n in stylesheets.BUNDLES[bundle])
    places = [sheet.text.find(text.strip()[-60:]) for text in texts]
    assert -1 not in places and places == sorted(places)
    assert "url(images/" not in sheet.text


@pytest.mark.parametrize("path", ["bundles/none.css", "../app.py", "js/none.js", "%2e%2e/app.py", "css"])
def test_nothing_else_is_served(client: FlaskClient, path: str) -> None:
    assert client.get(f"/static/any/{path}").status_code == 404


def test_an_old_version_still_answers_but_is_not_kept(client: FlaskClient) -> None:
    answer = client.get("/static/0000000000/js/finder/finder.js")
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-cache"
    assert answer.mimetype == "text/javascript"


@pytest.mark.parametrize(("accepted", "unpack"), [("gzip", gzip.decompress), ("br", brotli.decompress), ("br;q=0, gzip", gzip.decompress)])
def test_bodies_are_compressed_as_the_browser_takes_them(client: FlaskClient, fill: Fill, accepted: str, unpack: Callable[[bytes], bytes]) -> None:
    fill(*(published(名称=f"場所{i}") for i in range(60)))
    for path in ("/pins.json", "/resources.geojson", linked(client, r'(?:src|href)="(/map/base\.js[^"]*)"'), linked(client, r'src="([^"]*/bundles/site-source\.js)"')):
        plain = client.get(path)
        small = client.get(path, headers={"Accept-Encoding": accepted})
        assert "Content-Encoding" not in plain.headers and "Accept-Encoding" in small.headers["Vary"]
        assert unpack(small.data) == plain.data and len(small.data) < len(plain.data) / 2
        again = client.get(path, headers={"Accept-Encoding": accepted, "If-None-Match": small.headers["ETag"]})
        assert again.status_code == 304 and again.data == b""


def test_pages_are_compressed(client: FlaskClient, fill: Fill) -> None:
    fill(*(published(名称=f"場所{i}") for i in range(60)))
    page = client.get("/about", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in page.headers
    raw = client.application.test_client()
    small = raw.open("/", headers={"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == "gzip" and len(small.data) < 30_000


def test_whoever_is_signed_in_leaves_nothing_in_caches(client: FlaskClient, fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(published())
    monkeypatch.setattr("views.reader.audience", lambda: STAFF)
    for path in ("/", "/pins.json", "/resources.geojson"):
        assert "no-store" in client.get(path).headers["Cache-Control"]


def test_a_payload_is_made_once_a_revision(client: FlaskClient, fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(published(管理番号="1"))
    made: list[object] = []
    real = __import__("mapdata.search.asking", fromlist=["ask"]).ask
    monkeypatch.setattr("views.public.data.asking.ask", lambda *a: made.append(1) or real(*a))
    for _ in range(3):
        client.get("/pins.json")
    assert len(made) == 1
    fill(published(管理番号="1", 名称="変わった"))
    assert client.get("/pins.json").json["name"] == ["変わった"] and len(made) == 2  # type: ignore[index]


def test_every_answer_carries_the_headers_it_needs(client: FlaskClient, fill: Fill) -> None:
    """A policy where something could be loaded or run; the rest without what only costs bytes."""
    ids = fill(published())
    view = "zoom=12&south=35&west=139&north=36&east=140"
    pages = ["/", "/list", "/about", f"/resources/{ids['ひなた']}", f"/cards/{ids['ひなた']}", "/nowhere"]
    others = ["/pins.json", "/resources.geojson", f"/marks.json?{view}", "/marks.json", "/healthz", "/map/base.js",
              linked(client, r'src="([^"]*/bundles/site-source\.js)"'), linked(client, r'href="([^"]*\.css)"'),
              linked(client, r'href="([^"]*favicon\.png)"')]
    for path in pages + others:
        answer = client.get(path)
        assert (answer.mimetype == "text/html") == (path in pages), path
        assert ("Content-Security-Policy" in answer.headers) == ("Permissions-Policy" in answer.headers) == (path in pages)
        assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] and "Set-Cookie" not in answer.headers


def test_an_unchanged_payload_is_told_in_few_bytes(client: FlaskClient, fill: Fill) -> None:
    fill(published())
    whole = client.get("/pins.json")
    again = client.get("/pins.json", headers={"If-None-Match": whole.headers["ETag"]})
    assert again.status_code == 304 and len(str(again.headers)) < 250
    weakened = client.get("/pins.json", headers={"If-None-Match": f"W/{whole.headers['ETag']}"})
    assert weakened.status_code == 304, "a proxy that compresses weakens the tag"
