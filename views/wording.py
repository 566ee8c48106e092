"""What the site says by itself in this request: its texts, and what terms are called."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, g

from geocode import ward
from mapdata import words
from mapdata.claims import in_words
from mapdata.fields import field_table
from mapdata.sitetexts import CurrentTexts, SiteTexts

#: Vocabularies whose labels nobody changes.
_FIXED = {v.name: v for v in (words.AUDIENCE, words.CONSENT, words.PRECISION, words.STATUS)}


def current() -> SiteTexts:
    """The same throughout one request. An error page must render without a database: it says what ward.toml says."""
    if "texts" not in g:
        g.texts = _current()
    found: SiteTexts = g.texts
    return found


def _current() -> SiteTexts:
    texts: CurrentTexts = current_app.extensions["texts"]
    try:
        # Most pages have asked the registry for its revision by then.
        return texts(g.snapshot.revision if "snapshot" in g else None)
    except Exception:  # whatever broke, the page that says so must not break of it too
        return SiteTexts(-1, {}, {})


def label(vocabulary: str, code: str) -> str:
    """The screen's word for a code; the code itself if it is none of ours."""
    if terms := _FIXED.get(vocabulary):
        return terms.label_of(code) if code in terms else code
    return current().label(vocabulary, code)


def value(field: str, said: Any) -> str:
    """A value of an entry in the words that the site uses now; "" for none."""
    vocabulary = field_table.BY_NAME[field].shape.vocabulary
    if vocabulary is None or vocabulary.name in _FIXED or not said:
        return in_words.value(field, said)
    if isinstance(said, Mapping):
        return "、".join(label(vocabulary.name, code) + ("" if yes else "なし") for code, yes in said.items())
    return "、".join(label(vocabulary.name, code) for code in ([said] if isinstance(said, str) else said))


def vocabularies() -> dict[str, words.Vocabulary]:
    return {**_FIXED, **current().vocabularies}


def site() -> dict[str, Any]:
    """The site's settings, with the texts of them that an admin may write."""
    here = ward.load()
    return {"exit_url": here.site_text("exit_url"), **{key: current().text(key) for key in ("name", "tagline")}}
