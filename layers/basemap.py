"""The base map: one folium definition, served as a script of its own URL.

The script makes the Leaflet map in the page's element with id "map", showing all of the ward, and announces it before
anything is drawn on it: as the element's property `leafletMap` and as a bubbling CustomEvent `map:ready` with
`detail.map`, so that a module finds it whether it loads before or after. Colours and type come from
static/css/basemap.css by class name, never from here. Coordinates are WGS84 degrees, written as [lat, lng].

Only the project's own figures reach folium: it escapes neither popups nor tooltips, and runs what it is
given through Jinja a second time. Nothing that a person typed into the registry may come here.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import folium
from branca.element import MacroElement
from folium.map import CustomPane
from folium.raster_layers import TileLayer
from folium.template import Template

from geocode import caches, places, space, ward
from layers import ground, place_names
from layers.place_names import Name

#: Five decimals are about a metre: finer would only make the script longer.
DECIMALS = 5
MIN_ZOOM, MAX_ZOOM = 11, 18
#: From which zoom on and up to which one each kind of name is shown: further out they would lie over
#: each other, and a town's name gives way to those of its 丁目.
ZOOMS = {"neighbour": (11, 18), "station": (12, 18), "town": (13, 14.5), "crowded_town": (14, 14.5), "chome": (15, 18)}
#: How much around the ward can be looked at, at the least, as a part of its own height and width.
AROUND = 0.2


@dataclass(frozen=True)
class Tiles:
    """A background of image tiles: URL with {z}, {x}, {y}, and the credit to show.

    The credit is plain text; an address at its end becomes its link, as in
    「地理院タイル https://maps.gsi.go.jp/development/ichiran.html」. Raises ValueError for a URL that
    is no tile URL, and for text with template signs, which folium would run.
    """

    url: str
    attribution: str

    def __post_init__(self) -> None:
        if not re.match(r"https?://", self.url) or not all(part in self.url for part in ("{z}", "{x}", "{y}")):
            raise ValueError(f"TILE_URL must be an http(s) address with {{z}}, {{x}} and {{y}}: {self.url!r}")
        if re.search(r"\{[{%#]", self.url + self.attribution):
            raise ValueError("TILE_URL and TILE_ATTRIBUTION must not contain {{, {% or {#")

    @property
    def credit(self) -> str:
        """The credit as HTML, escaped."""
        text, found, link = self.attribution.strip().rpartition(" ")
        if found and re.match(r"https?://\S+$", link):
            return f'<a href="{escape(link)}" rel="noreferrer">{escape(text)}</a>'
        return escape(self.attribution)


class BaseMap(folium.Map):
    """folium's map without its thirteen foreign files, drawing into the element "map".

    It takes its view once, from the size of its element: what is set first and fitted later is drawn twice.
    """

    _template = Template("""
        {% macro script(this, kwargs) %}
        const map = L.map("map", {{ this.options|tojavascript }});
        map.fitBounds(map.options.home, {animate: false});
        element.leafletMap = map;
        element.dispatchEvent(new CustomEvent("map:ready", {bubbles: true, detail: {map}}));
        {% endmacro %}
    """)

    # New lists of our own: folium's add_js_link would write into the one shared by the whole process.
    default_js = [("leaflet", "vendor/leaflet/leaflet.js")]
    default_css = [("leaflet_css", "vendor/leaflet/leaflet.css")]

    def get_name(self) -> str:
        return "map"


class Controls(MacroElement):
    """Zoom buttons with Japanese names, a scale in metres, a credit line without Leaflet's flag.

    The buttons and credit links leave the tab order: + and − do the same on the focused map, and the
    credits stand in the page's footer too, so that few Tab presses pass the map.
    """

    _template = Template("""
        {% macro script(this, kwargs) %}
        L.control.zoom({position: "bottomright", zoomInTitle: "拡大する", zoomOutTitle: "縮小する"}).addTo(map);
        L.control.scale({position: "bottomleft", imperial: false, maxWidth: 90}).addTo(map);
        {% if this.credit %}L.control.attribution({position: "bottomright", prefix: false}).addTo(map);{% endif %}
        element.querySelectorAll(".leaflet-control a").forEach((link) => { link.tabIndex = -1; });
        {% endmacro %}
    """)

    def __init__(self, credit: bool) -> None:
        super().__init__()
        self._name, self.credit = "Controls", credit


class Ground(MacroElement):
    """Outlines and lines, as one drawing that the browser scales; lines keep their width (static/css/basemap.css)."""

    _template = Template("""
        {% macro script(this, kwargs) %}
        const drawing = L.SVG.create("svg");
        drawing.setAttribute("viewBox", "0 0 {{ this.drawing.size|join(" ") }}");
        drawing.setAttribute("preserveAspectRatio", "none");
        drawing.setAttribute("aria-hidden", "true");
        for (const [look, way] of {{ this.paths }}) {
          const path = L.SVG.create("path");
          path.setAttribute("class", look);
          path.setAttribute("d", way);
          drawing.append(path);
        }
        L.svgOverlay(drawing, {{ this.drawing.bounds }}, {pane: "ground"}).addTo(map);
        {% endmacro %}
    """)

    def __init__(self, shapes: Sequence[ground.Shape]) -> None:
        super().__init__()
        self._name, self.drawing = "Ground", ground.draw(shapes)
        self.paths = _compact(self.drawing.paths)


class Labels(MacroElement):
    """Names at points in groups: each a look, the first and last zoom that shows it, and rows of (lat, lng, text).

    They are drawn as text nodes (never as HTML); a name is decoration, so no pointer, focus or role. They move with the
    map like Leaflet's markers, but are one element each, made when a zoom first shows them.
    """

    _template = Template("""
        {% macro script(this, kwargs) %}
        const groups = {{ this.groups }}.map(([look, first, last, rows]) => ({look, first, last, rows, names: []}));
        const pane = map.getPane("names");
        function place() {
          for (const {names} of groups) for (const one of names) {
            one.point = map.latLngToLayerPoint(one.at).round();
            one.name.style.left = `${one.point.x}px`;
            one.name.style.top = `${one.point.y}px`;
            one.name.style.transform = "";
          }
        }
        function fly({center, zoom}) {
          const half = map.getSize().divideBy(2), moved = L.DomUtil.getPosition(map.getPane("mapPane"));
          const corner = map.project(center, zoom).subtract(half).add(moved).round();
          for (const {names} of groups) for (const {name, at, point} of names) {
            const {x, y} = map.project(at, zoom).subtract(corner).subtract(point).round();
            name.style.transform = `translate(${x}px, ${y}px)`;
          }
        }
        function made({look, rows}) {
          return rows.map(([lat, lng, text]) => {
            const name = document.createElement("span");
            name.className = `place-name leaflet-zoom-animated is-${look}`;
            name.textContent = text;
            return {name, at: L.latLng(lat, lng)};
          });
        }
        function show() {
          const zoom = map.getZoom();
          for (const group of groups) {
            const wanted = zoom >= group.first && zoom <= group.last;
            if (wanted === group.names.length > 0) continue;
            group.names.forEach(({name}) => name.remove());
            group.names = wanted ? made(group) : [];
            pane.append(...group.names.map(({name}) => name));
          }
          place();
        }
        map.on("zoom viewreset", place);
        map.on("zoomanim", fly);
        map.on("zoomend", show);
        show();
        {% endmacro %}
    """)

    def __init__(self, groups: Iterable[tuple[str, Iterable[Name]]]) -> None:
        """Each group's look: a key of ZOOMS and, after a space, the side of its point on which a name stands."""
        super().__init__()
        self._name = "Labels"
        self.groups = _compact([_group(look, rows) for look, rows in groups])


def _group(look: str, rows: Iterable[Name]) -> list[Any]:
    kind, _, side = look.partition(" ")
    shown = kind.removeprefix("crowded_") + (f" is-{side}" if side else "")
    return [shown, *ZOOMS[kind], [[round(lat, DECIMALS), round(lng, DECIMALS), text] for lat, lng, text in rows]]



def script(tiles: Tiles | None = None) -> str:
    """The JavaScript that draws the base map into the page's element "map" (Leaflet must be loaded).

    The same figures and tiles give the same text, so that its URL can carry a hash of it.
    `map.options.home` holds the ward's bounds as [[south, west], [north, east]].
    """
    return _script(tiles)


@caches.of_ward(maxsize=4)
def _script(tiles: Tiles | None) -> str:
    drawn = _compose(tiles)
    figure: Any = drawn.get_root()
    figure.render()
    body = _slim(figure.script.render())
    return (
        '(function () {\n"use strict";\n'
        'const element = document.getElementById("map");\nif (!element) return;\n'
        f"{body}}})();\n"
    )


def _compose(tiles: Tiles | None) -> BaseMap:
    """The map and everything on it, bottom to top."""
    drawn = _frame(tiles)
    for pane, height in (("ground", 250), ("names", 300)):
        drawn.add_child(CustomPane(pane, z_index=height), name=pane)
    if tiles:
        drawn.add_child(TileLayer(tiles.url, attr=tiles.credit, min_zoom=5, max_zoom=MAX_ZOOM), name="tiles")
    drawn.add_child(Controls(credit=tiles is not None), name="controls")
    outline = " is-outline" if tiles else ""
    shapes = [ground.outlines(f"ground is-{role}{outline}", _polygons(role).geometry) for role in ("neighbour", "ward")]
    if tiles:  # The tiles have railways and names of their own.
        drawn.add_child(Ground(shapes), name="shapes")
    else:
        drawn.add_child(Ground([*shapes, *_rails()]), name="shapes")
        drawn.add_child(Labels(place_names.groups(_neighbour_names())), name="labels")
    _name_stably(drawn)
    return drawn


def _frame(tiles: Tiles | None) -> BaseMap:
    here = ward.load()
    south, west, north, east = _edges()
    bottom, left, top, right = home()
    frame = BaseMap(
        location=list(here.centre), zoom_start=here.zoom, tiles=None, zoom_control=False, attribution_control=False,
        # Image tiles blur between whole zooms; drawn shapes do not, and fit the window better.
        zoom_snap=1 if tiles else 0.5,
        max_bounds=True, min_lat=south, max_lat=north, min_lon=west, max_lon=east,
        max_bounds_viscosity=0.8, home=[[bottom, left], [top, right]],
    )
    del frame.options["zoom"]  # the view is fitted to the ward
    frame.options.update(min_zoom=MIN_ZOOM, max_zoom=MAX_ZOOM)  # folium hands these to a layer of tiles only
    return frame


def home() -> tuple[float, float, float, float]:
    """South, west, north and east of the ward: what the map shows first."""
    west, south, east, north = (round(float(v), DECIMALS) for v in _polygons("ward").total_bounds)
    return south, west, north, east


def _edges() -> tuple[float, float, float, float]:
    """South, west, north and east of what can be looked at: all that is drawn, and on every side of the ward something.

    Where no neighbour is drawn (by the sea), the ward would stick to the window's edge.
    """
    west, south, east, north = (float(v) for v in space.boundaries().total_bounds)
    bottom, left, top, right = home()
    high, wide = AROUND * (top - bottom), AROUND * (right - left)
    edges = min(south, bottom - high), min(west, left - wide), max(north, top + high), max(east, right + wide)
    return tuple(round(edge, DECIMALS) for edge in edges)  # type: ignore[return-value]


def _polygons(role: str) -> Any:
    """The outlines of the ward ("ward") or of its neighbours ("neighbour")."""
    outlines = space.boundaries()
    return outlines[outlines["role"] == role]


def _rails() -> list[ground.Shape]:
    """Schematic railways, drawn twice: a casing and a dash in it."""
    lines = [[(lng, lat) for lat, lng in points] for points in places.lines().values()]
    return [ground.Shape(f"rail is-{part}", lines, closed=False) for part in ("casing", "dash")]


def _neighbour_names() -> list[Name]:
    frame = _polygons("neighbour")
    points = frame.geometry.representative_point()
    return [(p.y, p.x, str(name)) for p, name in zip(points, frame["name"], strict=True)]


def _name_stably(element: Any, path: str = "") -> None:
    """Give every part an id from its place in the map: folium draws random ones."""
    for number, child in enumerate(element._children.values()):
        child._id = f"{path}{number}"
        _name_stably(child, f"{path}{number}_")


def _compact(value: Any) -> str:
    """JSON without spaces, safe inside a script: no sign that ends one, none that Jinja reads."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("{{", "{ {").replace("{%", "{ %").replace("{#", "{ #")


def _slim(text: str) -> str:
    """Without the indentation and blank lines of folium's templates, and spaces between coordinates."""
    lines = (line.strip() for line in text.splitlines())
    return re.sub(r"(?<=[\d\]]), (?=[\d\[-])", ",", "\n".join(line for line in lines if line)) + "\n"
