"""Which style sheets a page needs, as one: a slow line pays for every request."""

import re
from functools import cache
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"

_PAGE = ("vendor/design-tokens/tokens.css", "css/tokens.css", "css/base.css", "css/layout.css", "css/icon.css",
         "css/row.css", "css/contact.css", "css/staff-bar.css")
_MAP = ("vendor/leaflet/leaflet.css", "css/map.css", "css/basemap.css", "css/pins.css")

#: Name of a bundle → its files below static/, in the order of the cascade.
BUNDLES: dict[str, tuple[str, ...]] = {
    "page": (*_PAGE, "css/entry.css"),
    "finder": (*_PAGE, "css/filters.css", "css/chips.css", *_MAP, "css/card.css"),
    "entry": (*_PAGE, *_MAP, "css/entry.css", "css/staff-tools.css"),
    "staff": (*_PAGE, "css/entry.css", "css/form.css", "css/staff.css"),
    "staff-entry": (*_PAGE, "css/entry.css", *_MAP, "css/form.css", "css/staff.css", "css/entry-form.css",
                    "css/entry-page.css", "css/links.css", "css/pairs.css", "css/staff-tools.css"),
    "staff-list": (*_PAGE, "css/entry.css", "css/form.css", "css/staff.css", "css/entry-form.css", "css/entry-page.css",
                   "css/staff-list.css", "css/import.css", "css/texts.css"),
    "answer": (*_PAGE, "css/entry.css", "css/form.css", "css/staff.css", "css/entry-form.css", "css/answer.css"),
    "proposals": (*_PAGE, "css/entry.css", "css/form.css", "css/staff.css", "css/entry-page.css", "css/links.css",
                  "css/proposals.css"),
    "staff-fresh": (*_PAGE, "css/entry.css", "css/form.css", "css/staff.css", "css/entry-form.css",
                    "css/entry-page.css", "css/staff-list.css", "css/freshness.css", "css/staff-tools.css"),
    "slips": (*_PAGE, "css/entry.css", "css/form.css", "css/staff.css", "css/slips.css"),
    "preview": (*_PAGE, *_MAP, "css/entry.css", "css/preview.css", "css/texts.css"),
}


@cache
def read(bundle: str) -> str:
    """The sheets of a bundle in one text. Raises KeyError for a name that is none."""
    return "\n".join(_sheet(name) for name in BUNDLES[bundle])


def _sheet(name: str) -> str:
    """One sheet, its pictures named from where a bundle lies (static/bundles/)."""
    text = without_comments((STATIC / name).read_text("utf-8"))
    return text.replace("url(images/", f"url(../{Path(name).parent}/images/")


def without_comments(text: str) -> str:
    """They are a sixth of what would travel."""
    return re.sub(r"\n\s*\n", "\n", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))
