"""What every template may use."""

from typing import Any

from flask import Flask

from geocode import ward
from layers import basemap, sprite
from mapdata import words
from mapdata.projection import source_label
from mapdata.words import Vocabulary
from views import maps, reader

_VOCABULARIES: dict[str, Vocabulary] = {
    v.name: v for v in (*words.FILTERS, words.AUDIENCE, words.CONSENT, words.PRECISION, words.STATUS)
}


def label(vocabulary: str, code: str) -> str:
    """The screen's word for a code; the code itself if it is none of ours."""
    terms = _VOCABULARIES[vocabulary]
    return terms.label_of(code) if code in terms else code


def install(app: Flask) -> None:
    """Globals for templates, those of ward.toml once, those of the request when asked."""
    here = ward.load()
    app.jinja_env.globals.update(
        site=here.site, ward_name=here.name, windows=here.windows, credits=here.credits, label=label,
        source_label=source_label, drawing=sprite.drawing, pin_symbols=sprite.pin_symbols, home=basemap.home(),
        kinds=[(t.code, t.label) for t in words.KIND.terms], vocabularies=_VOCABULARIES,
    )

    @app.context_processor
    def _per_request() -> dict[str, Any]:
        return {
            "sample_band": reader.holds_samples(), "tiles": maps.tiles() is not None,
            "basemap_url": maps.basemap_url(),
        }
