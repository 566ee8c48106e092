"""The one-file map: map, list and every entry in one HTML that opens from a disk and asks nobody for anything.

It is the site's own page: the same templates (rendered here, beforehand), the same modules, the same base map.
What only the server decides on the site (text, place, order) is prepared as data, for the page to answer itself:
texts folded, points in metres of the ward's plane. All of it is made of one snapshot, so of what one audience may see.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import product
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from layers import basemap, inline, pins, repeats
from layers.onefile_places import named_places
from mapdata.claims.projection import Audience
from mapdata.search import asking
from mapdata.search.asking import Answer
from mapdata.search.query import Query
from mapdata.search.snapshot import Snapshot
from mapdata.sentences import say
from mapdata.words import Level

#: An answer and how to write a question's address → what the page's templates show (views/public/finder.py).
PageOf = Callable[[Answer, Callable[[Query], str]], Any]

#: For whom a file is, in the words of its mark.
MARKS = {Level.PUBLIC: say("公開用"), Level.SUPPORTER: say("支援者用"), Level.STAFF: say("職員用")}


@dataclass(frozen=True)
class Shape:
    """A list's page with all that can stand on it: the template of `_results.html` that the browser fills in."""

    total: int
    near_place: Any
    near_unknown: bool
    is_filtered: bool
    near_missing: bool
    near: str = ""
    without_point: int = 1
    rows: tuple[Any, ...] = ()
    suggestions: tuple[Any, ...] = ()
    number: int = 2
    pages: int = 3
    first: int = 1
    last: int = 1
    prev_url: str = "?"
    next_url: str = "?"
    clear_url: str = "?"

    @property
    def active(self) -> list[dict[str, str]]:
        return [{"label": "", "filter_label": "", "url": "?"}] * (2 if self.is_filtered else 0)


@dataclass
class Edition:
    """One file in the making: what it shows, by which templates, for whom, when."""

    snapshot: Snapshot
    environment: Environment
    page_of: PageOf
    made_at: datetime
    elements: inline.Inline = field(default_factory=inline.Inline)

    def __post_init__(self) -> None:
        """The site's templates read anew, for a file: their links lead within it, wherever in a part they stand."""
        surroundings = self._surroundings()
        self.environment = self.environment.overlay()
        self.environment.globals = {**self.environment.globals, **surroundings}

    @property
    def audience(self) -> Audience:
        return self.snapshot.audience

    def html(self) -> str:
        """The whole file. The same snapshot and time give the same text."""
        page = self.page_of(asking.ask(self.snapshot, Query()), _address)
        parts = self._styles() | {"scripts": self._scripts(), "data": inline.data(self._data(page), "onefile-data")}
        shapes = {name: self._rendered("public/_results.html", page=shape) for name, shape in _shapes()}
        plain = self._rendered("onefile/_plain.html", records=self.snapshot.records)
        return self.environment.get_template("onefile/map.html").render(
            **parts, page=page, shapes=shapes, plain=plain,
            policy=self.elements.policy,
        )

    def _styles(self) -> dict[str, Markup]:
        return {
            "styles": self.elements.style(inline.sheets()),
            "print_styles": self.elements.style(inline.sheet("print"), "print"),
            "no_script_styles": self.elements.style(inline.sheet("no-script", "onefile-plain")),
        }

    def _scripts(self) -> list[Markup]:
        """In the order they run. The base map is the one without tiles, which would be asked for."""
        plain = (inline.vendored("leaflet"), basemap.script())
        return [*map(self.elements.script, plain), self.elements.script(inline.module("finder/onefile"), module=True)]

    def _rendered(self, template: str, **values: Any) -> Markup:
        return Markup(_slim(self.environment.get_template(template).render(**values)))

    def _surroundings(self) -> dict[str, Any]:
        """What the site's own templates expect around them, as it is in a file."""
        return {
            "url_for": _url_for, "sample_band": self.snapshot.holds_samples, "tiles": False,
            "favicon": inline.favicon(), "made": self.made_at, "mark": MARKS[self.audience.level],
            "level": self.audience.level.value,
        }

    def _data(self, page: Any) -> dict[str, Any]:
        """What the page's modules answer from; columns are aligned with `pins.id`."""
        records, snapshot = self.snapshot.records, self.snapshot
        bits = {name: column.tolist() for name, column in snapshot.bits.items()}
        return {
            "pins": pins.payload(snapshot.version, records, bits),
            "filters": [_filter(group) for group in page.filters],
            "days": [r.assured_on.toordinal() if r.assured_on else 0 for r in records],
            "about": [int(any(place.approximate for place in r.places)) for r in records],
            "points": _points(snapshot),
            "places": named_places(),
            **repeats.pack(markup=self._markup(page), plain={"texts": snapshot.texts}),
        }

    def _markup(self, page: Any) -> dict[str, list[str]]:
        """Row, card and everything of each entry, by the templates of the site."""
        row_item, entry_parts = self._macro("row", "row_item"), self._macro("entry", "entry_parts")
        records = self.snapshot.records
        return {
            "rows": [_slim(row_item(row)) for row in _all_rows(page)],
            "cards": [self._rendered("public/_card.html", record=record) for record in records],
            "entries": [_slim(entry_parts(record, own_page=False)) for record in records],
        }

    def _macro(self, component: str, name: str) -> Callable[..., str]:
        template = self.environment.get_template(f"components/{component}.html")
        macro: Callable[..., str] = getattr(template.module, name)
        return macro


def _address(query: Query) -> str:
    """A question's address in a file: its own, with the query behind."""
    return f"?{query.string()}"


def _url_for(endpoint: str, **values: Any) -> str:
    """Where the templates' links lead in a file; it has no page but itself."""
    if endpoint == "public.resource":
        return f"#entry={values['resource_id']}"
    return ""


def _shapes() -> Iterator[tuple[str, Shape]]:
    """Every list page there can be, by the name the browser asks for it."""
    somewhere = {"name": "", "lat": 0, "lng": 0}
    where = ("place", "unknown", "missing", "anywhere")
    for found, near, asked in product(("found", "empty"), where, ("filtered", "all")):
        place = somewhere if near == "place" else None
        yield f"{found}-{near}-{asked}", Shape(
            int(found == "found"), place, near == "unknown", asked == "filtered", near == "missing"
        )


def _all_rows(page: Any) -> list[Any]:
    """The rows of every page of the list, in order."""
    pages = (replace(page, answer=replace(page.answer, query=Query(page=n + 1))) for n in range(page.pages))
    return [row for one in pages for row in one.rows]


def _filter(group: Any) -> dict[str, Any]:
    choices = [{"code": choice.code, "label": choice.label} for choice in group.choices]
    return {"name": group.name, "label": group.label, "choices": choices}


def _points(snapshot: Snapshot) -> dict[str, list[Any]]:
    """Every shown point in metres of the ward's plane, to the millimetre, with the row of its entry."""
    x, y = snapshot.metres.T.round(3).tolist() if len(snapshot.point_owner) else ([], [])
    return {"row": snapshot.point_owner.tolist(), "x": x, "y": y}


def _slim(text: str) -> str:
    """Rendered HTML without indentation: line breaks stay, so that it looks the same."""
    return re.sub(r"\s*\n\s*", "\n", text).strip()
