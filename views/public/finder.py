"""An answer of the search → what the page of map and list shows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from flask import render_template, request, url_for
from markupsafe import Markup, escape

from geocode import places as gazetteer
from geocode.places import NamedPoint
from mapdata.claims.projection import Record
from mapdata.search import asking
from mapdata.search.asking import Answer
from mapdata.search.query import SORTS, Query
from mapdata.words import EASE, Vocabulary
from views import translation, wording
from views.translation import _, said

ROWS_PER_PAGE = 50
#: Stands in a rendered row where the distance comes.
_BLANK = "\0"
#: Up to so many entries the browser is given them all and answers filters itself; above, the server draws each view.
BITS_UNTIL = 3_000


@dataclass(frozen=True)
class Choice:
    """One box of a filter; `count` is what choosing it alone in its filter would show."""

    code: str
    label: str
    count: int
    selected: bool
    bit: int


@dataclass(frozen=True)
class Group:
    """One filter with its choices."""

    name: str
    label: str
    multiple_mode: str
    choices: tuple[Choice, ...]

    @property
    def selected_count(self) -> int:
        return sum(choice.selected for choice in self.choices)


@dataclass(frozen=True)
class Chip:
    """A choice in force; `url` is the page without it."""

    label: str
    filter_label: str
    url: str


@dataclass(frozen=True)
class Row:
    """A record in a list, with its distance from the place that was named."""

    record: Record
    distance_text: str = ""

    @property
    def anchor(self) -> str:
        return f"r-{self.record.id}"


def distance_text(metres: float | None, approximate: bool) -> str:
    """「約300m」: in steps of 50 m below a kilometre, of 100 m above; 「およそ」 for a 町丁目's point."""
    if metres is None:
        return ""
    text = f"{max(50, round(metres / 50) * 50)}m" if metres < 975 else f"{metres / 1000:.1f}km"
    return _("およそ%(distance)s", distance=text) if approximate else _("約%(distance)s", distance=text)


def page_url(query: Query) -> str:
    return _with_query(url_for("public.index"), query)


@dataclass(frozen=True)
class Page:
    """The page's own reading of an answer; links keep the question. `link`: a question's address."""

    answer: Answer
    link: Callable[[Query], str] = page_url

    @property
    def query(self) -> Query:
        return self.answer.query

    @cached_property
    def filters(self) -> list[Group]:
        return [self._group(vocabulary) for vocabulary in wording.filters().values()]

    def _group(self, vocabulary: Vocabulary) -> Group:
        chosen, counts = self.query.chosen(vocabulary.name), self.answer.counts[vocabulary.name]
        choices = tuple(
            Choice(t.code, t.label, counts[t.code], t.code in chosen, bit)
            for bit, t in enumerate(vocabulary.terms)
        )
        mode = "all" if vocabulary.name == EASE.name else "any"
        return Group(vocabulary.name, vocabulary.label, mode, choices)

    @property
    def q(self) -> str:
        return self.query.q

    @property
    def near(self) -> str:
        return self.query.near

    @property
    def near_place(self) -> NamedPoint | None:
        return self.answer.near

    @property
    def near_unknown(self) -> bool:
        return self.answer.near_unknown

    @property
    def near_missing(self) -> bool:
        """Nearest first was asked for, but not nearest to what."""
        return self.query.sort == "near" and not self.query.near

    @property
    def place_names(self) -> tuple[str, ...]:
        return gazetteer.names()

    @property
    def sort(self) -> str:
        return asking.sort_of(self.query, self.answer.near)

    @property
    def sorts(self) -> list[tuple[str, str, bool]]:
        return [(code, said(label), code == self.sort) for code, label in SORTS.items()]

    @property
    def total(self) -> int:
        return len(self.answer.rows)

    @property
    def total_all(self) -> int:
        return len(self.answer.snapshot.records)

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // ROWS_PER_PAGE))

    @property
    def number(self) -> int:
        return min(self.query.page, self.pages)

    @property
    def first(self) -> int:
        return min((self.number - 1) * ROWS_PER_PAGE + 1, self.total)

    @property
    def last(self) -> int:
        return min(self.number * ROWS_PER_PAGE, self.total)

    @cached_property
    def rows(self) -> list[Row]:
        start = (self.number - 1) * ROWS_PER_PAGE
        return [self._row(int(i)) for i in self.answer.rows[start:start + ROWS_PER_PAGE]]

    def _row(self, index: int) -> Row:
        record = self.answer.snapshot.records[index]
        approximate = any(place.approximate for place in record.places)
        return Row(record, distance_text(self.answer.distance(index), approximate))

    @property
    def prev_url(self) -> str:
        return self._page_url(self.number - 1) if self.number > 1 else ""

    @property
    def next_url(self) -> str:
        return self._page_url(self.number + 1) if self.number < self.pages else ""

    def _page_url(self, number: int) -> str:
        return self.link(replace(self.query, page=number))

    @cached_property
    def active(self) -> list[Chip]:
        chips = [
            Chip(terms.label_of(code), terms.label, self.link(self.query.without(terms.name, code)))
            for terms in wording.filters().values() for code in self.query.chosen(terms.name)
        ]
        if self.q:
            chips.append(Chip(self.q, _("ことば"), self.link(replace(self.query, q="", page=1))))
        return chips

    @property
    def clear_url(self) -> str:
        return self.link(self.query.cleared())

    @property
    def is_filtered(self) -> bool:
        return self.query.is_filtered

    @property
    def without_point(self) -> int:
        return int((~self.answer.snapshot.has_point[self.answer.rows]).sum())

    @cached_property
    def suggestions(self) -> list[tuple[str, str]]:
        """Words near to what was typed, only when nothing was found."""
        if self.total or not self.q:
            return []
        offered = asking.suggestions(self.answer.snapshot, self.q)
        return [(text, self.link(replace(self.query, q=text, page=1))) for text in offered]


class SitePage(Page):
    """The same on the site, where a page has addresses to ask and rows that are rendered already."""

    @cached_property
    def _drawn_for(self) -> tuple[str, str]:
        """What a row's markup depends on besides its record: where the site is mounted, and its language."""
        return request.script_root, translation.language()

    def row_html(self, row: Row) -> Markup:
        """A row as the list shows it. It is rendered once a record: only its distance differs from page to page."""
        def render() -> list[Markup]:
            blank = Row(row.record, _BLANK if row.distance_text else "")
            return Markup(render_template("public/_row.html", row=blank)).split(_BLANK)

        variant = (*self._drawn_for, bool(row.distance_text))
        parts = self.answer.snapshot.drawn(row.record, variant, render)
        return escape(row.distance_text).join(parts)

    @property
    def pins_url(self) -> str:
        return _with_query(url_for("data.pins"), self.query.server_part())

    @property
    def marks_url(self) -> str:
        """Where the map asks for the marks of a view; "" when it makes them itself, of the pins."""
        return url_for("data.marks") if self.total_all > BITS_UNTIL else ""


def _with_query(path: str, query: Query) -> str:
    text = query.string()
    return f"{path}?{text}" if text else path


def plain_rows(records: Iterable[Record]) -> list[Row]:
    return [Row(record) for record in records]
