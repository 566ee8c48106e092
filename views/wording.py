"""What the site says by itself in this request: its texts, and what terms are called."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import current_app, g

from geocode import ward
from mapdata import words
from mapdata.claims import in_words
from mapdata.fields import field_table
from mapdata.sitetexts import CurrentTexts, SiteTexts
from views import reader, translation
from views.spoken_templates import SOURCE
from views.translation import _, said

#: Vocabularies whose labels nobody changes.
_FIXED = {v.name: v for v in words.FIXED}


def current() -> SiteTexts:
    """The same throughout one request. An error page must render without a database: it says what ward.toml says."""
    if "texts" not in g:
        g.texts = _current()
    found: SiteTexts = g.texts
    return found


def _current() -> SiteTexts:
    texts: CurrentTexts = current_app.extensions["texts"]
    try:
        if kept := reader.kept_texts():
            return kept
        # Most pages have asked the registry for its state by then.
        return texts(g.snapshot.stamp if "snapshot" in g else None)
    except Exception:  # whatever broke, the page that says so must not break of it too
        return SiteTexts(-1, {}, {})


def label(vocabulary: str, code: str) -> str:
    """The screen's word for a code; the code itself if it is none of ours."""
    if terms := _FIXED.get(vocabulary):
        return _(terms.label_of(code)) if code in terms else code
    return _(current().label(vocabulary, code))


def filters() -> Mapping[str, words.Vocabulary]:
    """The vocabularies of filters, called as they are here and now."""
    ours = current().vocabularies
    if translation.language() == SOURCE:
        return ours
    return {name: _spoken(vocabulary) for name, vocabulary in ours.items()}


def _spoken(vocabulary: words.Vocabulary) -> words.Vocabulary:
    terms = tuple(replace(term, label=_(term.label)) for term in vocabulary.terms)
    return words.Vocabulary(vocabulary.name, _(vocabulary.label), terms)


def value(field: str, told: Any) -> str:
    """A value of an entry in the words that the site uses now; "" for none."""
    vocabulary = field_table.BY_NAME[field].shape.vocabulary
    if vocabulary is None or vocabulary.name in _FIXED or not told:
        return said(in_words.value(field, told))
    if isinstance(told, Mapping):
        return _("、").join(_yes_or_no(label(vocabulary.name, code), yes) for code, yes in told.items())
    return _("、").join(label(vocabulary.name, code) for code in ([told] if isinstance(told, str) else told))


def _yes_or_no(term: str, yes: bool) -> str:
    return term if yes else _("%(term)sなし", term=term)


def vocabularies() -> dict[str, words.Vocabulary]:
    return {**_FIXED, **filters()}


def site() -> dict[str, Any]:
    """The site's settings, with the texts of them that an admin may write."""
    here = ward.load()
    return {"exit_url": here.site_text("exit_url"), **{key: current().text(key) for key in ("name", "tagline")}}
