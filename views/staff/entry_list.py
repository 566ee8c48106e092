"""社会資源の一覧: what wants a look, and the way to each entry."""

from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlencode

from flask import Blueprint, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from mapdata.claims.entry import SELF
from mapdata.claims.projection import source_label
from mapdata.clock import TIMEZONE
from mapdata.history.recent_changes import Recent
from mapdata.people import roles
from mapdata.people.roles import Permission
from mapdata.upkeep import staff_list
from mapdata.upkeep.staff_list import Asked, Filter, Found
from views import reader
from views.access import needs
from views.asked import numbers
from views.staff import changes

blueprint = Blueprint("entry_list", __name__, url_prefix="/staff/entries")

PER_PAGE = 100
#: No database counts operations further.


@dataclass(frozen=True)
class Listed:
    """The list as its page shows it; links keep the question."""

    found: Found
    total_all: int

    @property
    def asked(self) -> Asked:
        return self.found.asked

    @property
    def total(self) -> int:
        return len(self.found.ids)

    @property
    def number(self) -> int:
        return min(self.asked.page, self.found.pages)

    @property
    def filters(self) -> tuple[Filter, ...]:
        return staff_list.filters()

    @property
    def is_filtered(self) -> bool:
        return bool(self.asked.q or self.asked.choices)

    @property
    def marks(self) -> list[tuple[str, str, int, bool]]:
        """(URL, label, how many, whether it is in force) of what wants somebody's look, one press each."""
        counts, chosen = self.found.counts["mark"], self.asked.choices.get("mark", ())
        return [
            (self.url(self._with_mark(code)), label, counts[code], code in chosen)
            for code, label in staff_list.MARKS.items()
        ]

    @property
    def active(self) -> list[tuple[str, str, str]]:
        """(URL without it, its filter, its label) of what is in force; marks stand in a row of their own."""
        found = [
            (self.url(self._without(f.name, code)), f.label, f.choices[code])
            for f in self.filters if f.name != "mark" for code in self.asked.choices.get(f.name, ())
        ]
        return found + ([(self.url(replace(self.asked, q="", page=1)), "ことば", self.asked.q)] if self.asked.q else [])

    def _without(self, name: str, code: str) -> Asked:
        left = tuple(c for c in self.asked.choices[name] if c != code)
        choices = {n: codes for n, codes in {**self.asked.choices, name: left}.items() if codes}
        return replace(self.asked, choices=choices, page=1)

    def _with_mark(self, code: str) -> Asked:
        """The question with this mark alone; without it where it is in force."""
        marks = () if code in self.asked.choices.get("mark", ()) else (code,)
        choices = {name: codes for name, codes in {**self.asked.choices, "mark": marks}.items() if codes}
        return replace(self.asked, choices=choices, page=1)

    def url(self, asked: Asked) -> str:
        return url_of(asked.string())

    def page_url(self, number: int) -> str:
        return self.url(self.asked.with_page(number))


def listed(asked: Asked) -> Listed:
    """What this reader's office finds."""
    snapshot = reader.snapshot()
    found = staff_list.staff_list(reader.registry().engine, snapshot, asked, PER_PAGE)
    return Listed(found, len(snapshot.records))


def asked_of(text: str) -> Asked:
    """The question that a form carries along."""
    return Asked.read(MultiDict([(name, one) for name, some in parse_qs(text).items() for one in some]))


def url_of(text: str, **more: int | None) -> str:
    """The list with the question of a form, read anew: nothing else of what was sent goes into a link."""
    address = asked_of(text).string()
    extra = urlencode({name: value for name, value in more.items() if value})
    query = "&".join(part for part in (address, extra) if part)
    return url_for("entry_list.index") + (f"?{query}" if query else "")


@blueprint.get("")
@needs(Permission.EDIT_REGISTRY)
def index() -> str:
    return show(Asked.read(request.args), done=_done())


def show(asked: Asked, error: str = "", done: Recent | None = None) -> str:
    return render_template(
        "staff/entries/index.html", it=listed(asked), sorts=staff_list.SORTS, mark_labels=staff_list.MARKS, error=error,
        done=done, short=_short, date_of=lambda at: at.astimezone(TIMEZONE).date(),
    )


def _short(source: str) -> str:
    """A source in few letters: a table has little room."""
    return source_label(source) if source == SELF else roles.office_label(source, short=True)


def _done() -> Recent | None:
    """The change that was just made here, where this reader may take it back."""
    return find_change(numbers.asked("done", 0))


def find_change(number: int) -> Recent | None:
    """The operation of that number, if this reader may take it back."""
    change = changes.find(number)
    return change if change and changes.may_undo(change) else None
