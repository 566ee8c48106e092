"""What forms are made of (components/form.html), each part in each state: the pages of staff are built on it."""

import re
from collections.abc import Callable

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from views.access import needs, shows_again
from views.forms import Day, Form, choices

PAGE = """
{% extends "staff/layout.html" %}
{% from "components/form.html" import error_summary, form_tag, text_field, area_field, select_field, date_field,
   radio_group, check_group, check_field, button_row, post_button, card_table, cell, title_mark with context %}
{% block title_prefix %}{{ title_mark(form) }}{% endblock %}
{% block heading %}見本{% endblock %}
{% block before_heading %}{{ error_summary(form) }}{% endblock %}
{% block main_staff %}
{% call form_tag(form) %}
  {{ text_field(form.line, hint, inputmode="numeric") }}{{ area_field(form.area, hint, rows=3) }}
  {{ select_field(form.one, hint) }}{{ date_field(form.day, hint) }}
  {{ radio_group(form.radio, hint, {"a": "意味"}) }}{{ check_group(form.several, hint) }}{{ check_field(form.yes, hint) }}
  {{ button_row("保存する", "/staff/") }}
{% endcall %}
{{ post_button("/staff/users", "押す", {"n": "1\\""}) }}
{% call card_table("表", ["名前"]) %}<tr role="row">{% call cell("名前") %}<a href="/">{{ hint }}</a>{% endcall %}</tr>{% endcall %}
{% endblock %}
"""
OFFERED = choices([("a", "あ"), ("b", "い")])


class SampleForm(Form):
    line = StringField("一行", [DataRequired("一行を書いてください")])
    area = TextAreaField("何行か", [DataRequired("何行か書いてください")])
    one = SelectField("一つ", [DataRequired("選んでください")], choices=[*choices([("", "")]), *OFFERED])
    day = Day("日", [DataRequired("日を書いてください")])
    radio = RadioField("どれか", [DataRequired("どれか選んでください")], choices=OFFERED)
    several = SelectMultipleField(
        "いくつでも", [DataRequired("選んでください")], choices=OFFERED, option_widget=CheckboxInput(), widget=ListWidget(),
    )
    yes = BooleanField("はい", [DataRequired("確かめてください")])


@pytest.fixture
def client(app: Flask, signed_in: Callable[..., FlaskClient]) -> FlaskClient:
    add_sample_form(app)
    return signed_in("editor")


def add_sample_form(app: Flask) -> None:
    """A page at /staff/sample-form that shows every part; `?hint=` is every hint."""

    @needs()
    @shows_again
    def sample() -> tuple[str, int]:
        from flask import request
        form = SampleForm()
        form.validate_on_submit()
        return render_template_string(PAGE, form=form, hint=request.args.get("hint", "")), form.status

    app.add_url_rule("/staff/sample-form", "sample", sample, methods=["GET", "POST"])


def token(client: FlaskClient) -> dict[str, str]:
    return {"csrf_token": re.search(r'name="csrf_token"[^>]* value="([^"]+)"', client.get("/staff/sample-form").text)[1]}  # type: ignore[index]


def described(text: str, field: str) -> list[str]:
    """The ids that a control says it is described by; each is there."""
    tag = next(tag for tag in re.findall(r"<[^>]+>", text) if f' id="{field}"' in tag)
    found = re.search(r'aria-describedby="([^"]*)"', tag)
    ids = found[1].split() if found else []
    assert all(f'id="{one}"' in text for one in ids)
    return ids


def test_an_empty_form_has_labels_and_no_errors(client: FlaskClient) -> None:
    answer = client.get("/staff/sample-form")
    assert answer.status_code == 200 and "error-summary" not in answer.text and "aria-invalid" not in answer.text
    assert "aria-describedby" not in answer.text and answer.text.count('class="must"') == 7
    assert 'inputmode="numeric"' in answer.text and "意味" in answer.text and 'value="1&#34;"' in answer.text


def test_hints_are_read_out_with_their_fields(client: FlaskClient) -> None:
    text = client.get("/staff/sample-form?hint=<b>たすけ").text
    for field in ("line", "area", "one", "day", "yes"):
        assert described(text, field) == [f"{field}-hint"], field
    assert text.count("&lt;b&gt;たすけ") == 8 and "<b>たすけ" not in text


def test_each_error_stands_at_its_field_and_in_the_summary(client: FlaskClient) -> None:
    answer = client.post("/staff/sample-form?hint=x", data=token(client))
    links = re.findall(r'<li><a href="#([\w-]+)">', answer.text)
    assert answer.status_code == 422 and links == ["line", "area", "one", "day", "radio-0", "several-0", "yes"]
    assert all(f'id="{one}"' in answer.text for one in links)
    for field in ("line", "area", "one", "day", "yes"):
        assert described(answer.text, field) == [f"{field}-error", f"{field}-hint"], field
    assert answer.text.count('aria-invalid="true"') == 5 and 'role="alert"' in answer.text and "autofocus" in answer.text


def test_what_was_typed_stays(client: FlaskClient) -> None:
    typed = {"line": "<i>", "area": "</textarea>", "one": "b", "day": "いつか", "radio": "b", "several": "a", "yes": "y"}
    answer = client.post("/staff/sample-form", data=token(client) | typed)
    assert 'value="&lt;i&gt;"' in answer.text and "&lt;/textarea&gt;" in answer.text and 'value="いつか"' in answer.text
    assert '<option selected value="b">' in answer.text and len(re.findall(r"<input checked", answer.text)) == 3
    assert re.findall(r'<li><a href="#([\w-]+)">', answer.text) == ["day"]


def test_a_tampered_choice_is_told_in_our_words(client: FlaskClient) -> None:
    typed = {"line": "x", "area": "x", "one": "z", "day": "2026-01-01", "radio": "z", "several": "z", "yes": "y"}
    text = client.post("/staff/sample-form", data=token(client) | typed).text
    assert text.count("一覧の中から選んでください") == 6 and "valid" not in text.replace("novalidate", "").replace("aria-invalid", "")
