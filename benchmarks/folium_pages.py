"""The same entries as folium would show them: a MarkerCluster page and a FastMarkerCluster page.

Both are as light as they can be with folium: no tiles, and from this machine only what they use, which is Leaflet,
markercluster and, for the popups of MarkerCluster, jQuery. The Bootstrap and icon fonts that folium loads besides
are left out. A popup holds name, kind and town.
"""

import shutil
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple

import folium
from folium.plugins import FastMarkerCluster, MarkerCluster
from sqlalchemy import create_engine

from geocode import ward
from mapdata import words
from mapdata.claims.projection import PUBLIC
from mapdata.clock import today
from mapdata.search.record_store import ClaimedRecords
from mapdata.search.snapshot import build

ROOT = Path(__file__).resolve().parents[1]
#: Folder in the served files → where it comes from.
ASSETS = {
    "leaflet": ROOT / "static/vendor/leaflet",
    "markercluster": ROOT / "node_modules/leaflet.markercluster/dist",
    "jquery": ROOT / "node_modules/jquery/dist",
}
#: What of them a page may load.
FILES = ("leaflet.js", "leaflet.css", "*.png", "leaflet.markercluster.js", "Marker*.css", "jquery.min.js")

_LEAFLET = ([("leaflet", "/leaflet/leaflet.js")], [("leaflet_css", "/leaflet/leaflet.css")])
_CLUSTER_JS = [("markercluster", "/markercluster/leaflet.markercluster.js")]
_CLUSTER_CSS = [("markercluster_css", "/markercluster/MarkerCluster.css"),
                ("markercluster_look", "/markercluster/MarkerCluster.Default.css")]
#: FastMarkerCluster's way to popups: a function of a row. The synthetic texts hold nothing to escape.
_CALLBACK = """function (row) {
  return L.marker([row[0], row[1]]).bindPopup(row[2] + "<br>" + row[3] + "<br>" + row[4]);
}"""


class Shown(NamedTuple):
    """A pin: WGS84 degrees and the popup's texts."""

    lat: float
    lng: float
    name: str
    kind: str
    town: str


class _Map(folium.Map):
    default_js, default_css = _LEAFLET


class _MarkerCluster(MarkerCluster):
    default_js, default_css = [*_CLUSTER_JS, ("jquery", "/jquery/jquery.min.js")], _CLUSTER_CSS


class _FastMarkerCluster(FastMarkerCluster):
    default_js, default_css = _CLUSTER_JS, _CLUSTER_CSS


def shown(database: str) -> Iterator[Shown]:
    """Every pin that the public sees in the registry at this URL."""
    for record in build(ClaimedRecords(create_engine(database)), PUBLIC, today()).records:
        for place in record.places:
            if place.point:
                lat, lng = (round(degrees, 6) for degrees in place.point)
                kind = words.KIND.label_of(record.kind) if record.kind else ""
                yield Shown(lat, lng, record.name, kind, place.town)


def write_assets(folder: Path) -> None:
    """The files of others that both pages load."""
    for name, source in ASSETS.items():
        for path in (path for pattern in FILES for path in source.rglob(pattern)):
            target = folder / name / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)


def write(folder: Path, pins: list[Shown]) -> None:
    """`marker.html` and `fast.html`, which find the assets at the root of their server."""
    folder.mkdir()
    _map().add_child(_marker(pins)).get_root().save(folder / "marker.html")
    fast = _FastMarkerCluster([list(pin) for pin in pins], callback=_CALLBACK)
    _map().add_child(fast).get_root().save(folder / "fast.html")


def _map() -> _Map:
    here = ward.load()
    empty = _Map(location=list(here.centre), zoom_start=here.zoom, tiles=None)
    empty.options["max_zoom"] = 18  # markercluster needs one, and there is no tile layer that brings it
    return empty


def _marker(pins: list[Shown]) -> _MarkerCluster:
    cluster = _MarkerCluster()
    for pin in pins:
        text = "<br>".join(map(escape, pin[2:]))
        folium.Marker(pin[:2], popup=folium.Popup(text)).add_to(cluster)
    return cluster
