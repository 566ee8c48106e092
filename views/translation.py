"""The language of a request, and what is said in it. The source is Japanese: a message's id is its Japanese sentence.

    _("%(n)s件", n=count)          what this request says, in a view
    {{ _("%(n)s件", n=count) }}    the same in a template, where it costs nothing (views/spoken_templates.py)
    say("%(n)s件", n=count)        a sentence made where nobody knows for whom (mapdata/sentences.py)
    said(text)                     such a sentence, in the language of this request

What to wrap, and what not: docs/decisions/translation.md.
"""

from collections.abc import Iterator
from typing import IO, Any

from flask import Flask, current_app

from mapdata import words
from mapdata.fields import field_table
from mapdata.sentences import Sentence
from views.spoken_templates import SOURCE, Catalogue, SpokenEnvironment


def language() -> str:
    """The language of this request, as catalogues are named; outside of one the source. This is where it is chosen."""
    return SOURCE


def _(text: str, /, **values: Any) -> str:
    """A sentence in the language of this request. Its values stand as %(name)s."""
    found = text if language() == SOURCE else _catalogue().gettext(text)
    return found % values if values else found


def ngettext(one: str, several: str, n: int, /, **values: Any) -> str:
    """A sentence that other languages say otherwise of one thing; the number is %(num)s besides."""
    return _of_number(one, several, n) % {"num": n, **values}


def _of_number(one: str, several: str, n: int) -> str:
    return one if language() == SOURCE else _catalogue().ngettext(one, several, n)


def said(text: str) -> str:
    """A text that was made without knowing for whom: a Sentence, or a word of a table. Others are no message's id."""
    if language() == SOURCE:
        return text
    if not isinstance(text, Sentence):
        return _(text)
    return _(text.message, **{name: said(v) if isinstance(v, str) else v for name, v in text.values.items()})


def install(app: Flask) -> None:
    """Templates that speak the language of the request. To be called before any of them is read."""
    app.jinja_environment = _environment  # type: ignore[assignment]
    app.__dict__.pop("jinja_env", None)  # Flask's command line has asked for it before the site is made
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(_, _of_number, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals["said"] = said
    for put_in_already in ("_", "gettext"):  # every page copies the names that it may use
        del app.jinja_env.globals[put_in_already]


def _environment(app: Flask, **options: Any) -> SpokenEnvironment:
    return SpokenEnvironment(app, lambda: language(), _catalogue, **options)


def _catalogue() -> Catalogue:
    """What is written for the language of this request; a message that nobody has translated stays Japanese."""
    import flask_babel  # here alone: a site that speaks Japanese never loads it

    if "babel" not in current_app.extensions:
        flask_babel.Babel(current_app, default_locale=SOURCE, locale_selector=lambda: language(), configure_jinja=False)
    found: Catalogue = flask_babel.get_translations()
    return found


def messages_of_tables(file: IO[bytes], *found_by: Any, **options: Any) -> Iterator[Any]:
    """What the tables of words and fields call what the public reads, as pybabel takes it (babel.cfg), and what is
    marked beside them."""
    from babel.messages.extract import extract_python  # a tool for maintainers alone

    yield from extract_python(file, *found_by, **options)
    yield from ((1, "_", text, []) for text in _of_tables() if text)


def _of_tables() -> Iterator[str]:
    for vocabulary in (one for one in vars(words).values() if isinstance(one, words.Vocabulary)):
        yield vocabulary.label
        yield from (term.label for term in vocabulary.terms)
    for status in map(words.status, words.STATUS.codes):
        yield from (status.mark, status.sentence, status.own_words)
    for field in field_table.FIELDS:
        if field.by_link or field.page:
            yield from (field.label, field.page_label)
    yield from field_table.CONTACT_TYPES.values()
