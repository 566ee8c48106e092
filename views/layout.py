"""What every template may use."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from flask import Flask
from markupsafe import Markup, escape
from werkzeug.local import LocalProxy

from geocode import ward
from layers import basemap, sprite
from mapdata.claims import stale
from mapdata.claims.projection import source_label
from mapdata.claims.record_values import value_of
from mapdata.clock import TIMEZONE
from mapdata.fields import field_table
from mapdata.fields.dialling import tel_link
from mapdata.people.account import Account, actor_label
from mapdata.people.roles import office_label
from views import access, login, reader, sessions, wording
from views.public import maps
from views.translation import _


def moment(at: datetime) -> str:
    """「2026年4月1日 9時05分」 in Japan."""
    here = at.astimezone(TIMEZONE)
    return _(
        "%(year)s年%(month)s月%(day)s日 %(hour)s時%(minute)s分",
        year=here.year, month=here.month, day=here.day, hour=here.hour, minute=format(here.minute, "02"),
    )


def fill(name: str, text: Any) -> Markup:
    """Within a sentence, what the script of a list writes anew, by this name (static/js/finder/list-page.js)."""
    return Markup(f'<span data-fill="{name}">{escape(text)}</span>')


def total(number: int) -> Markup:
    """How many there are; a script writes it anew."""
    return Markup(f"<span data-total>{number}</span>")


def install(app: Flask) -> None:
    """Globals for templates, those of ward.toml once, those of the request when asked."""
    here = ward.load()
    app.jinja_env.globals.update(
        ward_name=here.name, credits=here.credits, examples=here.examples,
        offices_named=here.offices_named, keepers=here.offices, label=wording.label,
        source_label=source_label, office_label=office_label,
        fields=field_table.BY_NAME, fields_of_section=field_table.of_section, fields_of_page=field_table.of_page,
        value_of=value_of, actor_label=actor_label, here=access.here, moment=moment,
        drawing=sprite.drawing, pin_symbols=sprite.pin_symbols, home=basemap.home(), for_long=stale.FOR_LONG,
        fill=fill, total=total,
    )
    app.jinja_env.filters["tel_link"] = tel_link
    # What an admin may write is asked for when a page says it, in the one-file map too.
    app.jinja_env.globals.update({name: LocalProxy(ask) for name, ask in _TEXTS.items()})

    @app.context_processor
    def _per_request() -> dict[str, Any]:
        samples, kept_from = reader.holds_samples(), reader.kept_from()
        return {
            "kept_from": kept_from and moment(kept_from), "sample_band": wording.current().shows_sample_band(samples),
            "tiles": maps.tiles() is not None,
            "basemap_url": maps.basemap_url(), "who": _who(), "who_left": login.ENDED.get(sessions.ended(), ""),
            "choosing": sessions.ended() == "choosing",
        }


#: Names of templates → what the site says by itself.
_TEXTS: dict[str, Callable[[], Any]] = {
    "site": wording.site,
    "notice": lambda: wording.current().text("notice"),
    "windows": lambda: wording.current().windows,
    "kinds": lambda: [(t.code, t.label) for t in wording.filters()["kind"].terms],
    "vocabularies": wording.vocabularies,
}


def _who() -> Account | None:
    """Who is signed in. An error page must render without a database."""
    with suppress(Exception):  # as in `reader.holds_samples`
        return sessions.account()
    return None
