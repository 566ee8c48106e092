"""What is wrapped costs nothing in Japanese, and is said in the language of the request everywhere else."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask, render_template, render_template_string
from jinja2 import DictLoader
from jinja2.exceptions import TemplateAssertionError

from mapdata.sentences import say
from tests import catalogues
from views import translation

SAID: dict[catalogues.Message, catalogues.Message] = {
    "本文へ": "Skip",
    "%(n)s件": "Found: %(n)s",
    "「%(name)s」の%(n)s件": "%(n)s of “%(name)s”",
    "%(name)sさん": "Dear %(nickname)s",
    "<安全>": "<b>&</b>",
    "100%%": "100%% sure",
    ("%(num)s件", "%(num)s件"): ("%(num)s entry", "%(num)s entries"),
}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    app = Flask(__name__)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(catalogues.write(tmp_path, SAID))
    translation.install(app)
    with app.test_request_context():
        yield app


@pytest.fixture
def speak(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """speak("eo"): from now on requests are answered in that language."""
    return lambda language: monkeypatch.setattr(translation, "language", lambda: language)


def rendered(app: Flask, source: str, **values: object) -> str:
    app.jinja_env.loader = DictLoader({"page.html": source})
    return render_template("page.html", **values)


CASES = [
    ('{{ _("本文へ") }}', "本文へ", "Skip"),
    ('<p>{{ _("%(n)s件", n=n) }}</p>', "<p>5件</p>", "<p>Found: 5</p>"),
    ('{{ _("「%(name)s」の%(n)s件", name=name, n=n) }}', "「&lt;a&gt;」の5件", "5 of “&lt;a&gt;”"),
    ('{{ _("「%(name)s」の%(n)s件", name="<i>"|safe, n=n) }}', "「<i>」の5件", "5 of “<i>”"),
    ('{% trans name=name, n=n %}「{{ name }}」の{{ n }}件{% endtrans %}', "「&lt;a&gt;」の5件", "5 of “&lt;a&gt;”"),
    ('{% trans %}本文へ{% endtrans %}', "本文へ", "Skip"),
    ('{{ ngettext("%(num)s件", "%(num)s件", 1) }}', "1件", "1 entry"),
    ('{{ ngettext("%(num)s件", "%(num)s件", n) }}', "5件", "5 entries"),
    ('{% set x = _("%(n)s件", n=n) %}{{ x|length }}{{ x }}', "25件", "8Found: 5"),
    ('{% macro m(text) %}[{{ text }}]{% endmacro %}{{ m(_("本文へ")) }}', "[本文へ]", "[Skip]"),
    ('{{ _("%(name)sさん", name="A") }}', "Aさん", "Aさん"),
    ('{{ _("<安全>") }}', "&lt;安全&gt;", "&lt;b&gt;&amp;&lt;/b&gt;"),
    ('{{ _("100%%") }}', "100%", "100% sure"),
    ('{{ _("知らない文") }}', "知らない文", "知らない文"),
    ('{{ said(word) }}', "本文へ", "Skip"),
]


@pytest.mark.parametrize(("source", "japanese", "other"), CASES)
def test_a_template_says_its_texts_in_the_language_of_the_request(
    app: Flask, speak: Callable[[str], None], source: str, japanese: str, other: str
) -> None:
    values = {"n": 5, "name": "<a>", "word": "本文へ"}
    assert rendered(app, "{% autoescape true %}" + source + "{% endautoescape %}", **values) == japanese
    assert rendered(app, source, **values) == japanese
    speak(catalogues.LANGUAGE)
    assert rendered(app, source, **values) == other
    speak("ja")
    assert rendered(app, source, **values) == japanese


def test_a_template_looks_nothing_up(app: Flask) -> None:
    """The text is part of the page, as if it had never been wrapped."""
    wrapped = app.jinja_env.compile('<a>{{ _("本文へ") }}</a>{{ _("%(n)s件", n=n) }}', raw=True)
    plain = app.jinja_env.compile("<a>本文へ</a>{{ n }}件", raw=True)
    yields = [[line.strip() for line in code.splitlines() if "yield" in line] for code in (wrapped, plain)]
    assert yields[0] == yields[1]


def test_a_sentence_whose_value_is_missing_is_no_template(app: Flask) -> None:
    with pytest.raises(TemplateAssertionError, match="値がたりません"):
        app.jinja_env.compile('{{ _("%(n)s件", m=1) }}')


def test_a_template_says_no_sentence_that_catalogues_cannot_know(app: Flask) -> None:
    with pytest.raises(TemplateAssertionError, match="said"):
        app.jinja_env.compile("{{ _(word) }}")


def test_templates_include_and_extend_those_of_their_language(app: Flask, speak: Callable[[str], None]) -> None:
    app.jinja_env.loader = DictLoader({
        "layout.html": '{{ _("本文へ") }} {% block main %}{% endblock %}', "part.html": '{{ _("%(n)s件", n=1) }}',
        "page.html": '{% extends "layout.html" %}{% block main %}{% include "part.html" %}{% endblock %}',
    })
    assert render_template("page.html") == "本文へ 1件"
    speak(catalogues.LANGUAGE)
    assert render_template("page.html") == "Skip Found: 1"


def test_a_view_says_its_texts_in_the_language_of_the_request(app: Flask, speak: Callable[[str], None]) -> None:
    def told() -> list[str]:
        return [
            translation._("本文へ"), translation._("%(n)s件", n=3), translation._("100%"),
            translation.ngettext("%(num)s件", "%(num)s件", 1), translation.ngettext("%(num)s件", "%(num)s件", 2),
        ]

    assert told() == ["本文へ", "3件", "100%", "1件", "2件"]
    speak(catalogues.LANGUAGE)
    assert told() == ["Skip", "Found: 3", "100%", "1 entry", "2 entries"]


def test_a_sentence_of_the_registry_is_said_where_it_is_shown(app: Flask, speak: Callable[[str], None]) -> None:
    sentence = say("「%(name)s」の%(n)s件", name=say("本文へ"), n=2)
    assert sentence == "「本文へ」の2件"
    assert translation.said(sentence) == "「本文へ」の2件"
    speak(catalogues.LANGUAGE)
    assert translation.said(sentence) == "2 of “Skip”"
    assert translation.said("本文へ") == "Skip"
    assert translation.said(str(ValueError(say("本文へ")))) == "Skip"


def test_outside_of_a_request_the_source_is_said(app: Flask) -> None:
    app.jinja_env.loader = DictLoader({"page.html": '{{ _("本文へ") }}'})
    with app.app_context():
        assert app.jinja_env.get_template("page.html").render() == "本文へ"
    assert translation._("本文へ") == "本文へ"


def test_a_site_that_speaks_japanese_loads_no_catalogue(app: Flask) -> None:
    rendered(app, '{{ _("本文へ") }}{{ ngettext("%(num)s件", "%(num)s件", 5) }}')
    assert render_template_string('{{ _("本文へ") }}') == "本文へ"
    assert "babel" not in app.extensions
