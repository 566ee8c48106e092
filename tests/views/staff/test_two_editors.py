"""Two people on one entry: both versions are shown, and nothing typed is lost. Texts that would like to be more."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.factories import published
from tests.sent import contents
from tests.views.staff.test_entry_editing import changed, made, open_form, problems, send

SignedIn = Callable[..., FlaskClient]
Fill = Callable[..., dict[str, str]]

HOSTILE = "<script>alert(1)</script>${7*7}{{7*7}}\"' onload=x"


def conflict(signed_in: SignedIn, it: str) -> tuple[FlaskClient, MultiDict[str, str]]:
    """Two opened the form; the other saved first, and this one is shown both versions."""
    mine, theirs, path = signed_in("editor"), signed_in("editor", "shakyo"), f"/staff/entries/{it}/edit"
    form, other = open_form(mine, path), open_form(theirs, path)
    assert send(theirs, path, changed(other, description="相手の説明", service_area="全区")).status_code == 302
    answer = send(mine, path, changed(form, description="わたしの説明", remarks="わたしの備考"))
    assert answer.status_code == 409 and "editor.shakyo" in answer.text
    assert all(text in re.sub("</?mark>", "", answer.text) for text in ("相手の説明", "わたしの説明", "もとの説明", "全区", "わたしの備考"))
    return mine, contents(answer.text, "")


def test_the_second_of_two_chooses_field_by_field(signed_in: SignedIn, fill: Fill) -> None:
    path = f"/staff/entries/{(it := fill(published(説明='もとの説明'))['ひなた'])}/edit"
    mine, form = conflict(signed_in, it)
    assert (form["pick-service_area"], form["pick-remarks"], form.get("pick-description")) == ("theirs", "mine", None)
    answer = mine.post(path, data=form)
    assert answer.status_code == 409 and "pick-description-theirs" in problems(answer)
    answer = mine.post(path, data=changed(contents(answer.text, ""), **{"pick-description": "theirs"}))
    assert answer.status_code == 302, answer.text
    again = open_form(mine, path)
    assert [again[name] for name in ("description", "service_area", "remarks")] == ["相手の説明", "全区", "わたしの備考"]


def test_a_choice_is_not_lost_when_something_else_is_wrong(signed_in: SignedIn, fill: Fill) -> None:
    path = f"/staff/entries/{(it := fill(published(説明='もとの説明'))['ひなた'])}/edit"
    mine, form = conflict(signed_in, it)
    answer = mine.post(path, data=changed(form, **{"pick-description": "theirs", "places-0-postal_code": "1"}))
    assert answer.status_code == 422
    again = contents(answer.text)
    assert (again["description"], again["remarks"], again["places-0-postal_code"]) == ("相手の説明", "わたしの備考", "1")
    assert mine.post(path, data=changed(again, **{"places-0-postal_code": ""})).status_code == 302


@pytest.mark.parametrize("version", ["", "{", "[]", '{"value": 3}', '{"value": {"a": 1}}', "null"])
def test_a_version_that_is_none_of_ours_changes_nothing(signed_in: SignedIn, fill: Fill, version: str) -> None:
    it = fill(published(説明="もとの説明"))["ひなた"]
    mine, form = conflict(signed_in, it)
    sent = changed(form, **{"pick-description": "theirs", "theirs-description": version})
    assert mine.post(f"/staff/entries/{it}/edit", data=sent).status_code in (302, 409)


RACES = 50


def test_of_two_who_press_at_once_one_wins_and_the_other_is_shown_both(signed_in: SignedIn, fill: Fill) -> None:
    path = f"/staff/entries/{fill(published(説明='もとの説明'))['ひなた']}/edit"
    editors, kept = (signed_in("editor"), signed_in("editor", "shakyo")), "もとの説明"
    with ThreadPoolExecutor(2) as two:
        for race in range(RACES):
            forms = [open_form(editor, path) for editor in editors]
            assert [form["description"] for form in forms] == [kept, kept]
            texts, start = [f"{race}回目、くらまる課の説明", f"{race}回目、社協の説明"], Barrier(2)

            def press(n: int) -> TestResponse:
                start.wait()  # noqa: B023
                return send(editors[n], path, changed(forms[n], description=texts[n]))  # noqa: B023

            answers = list(two.map(press, (0, 1)))
            assert sorted(answer.status_code for answer in answers) == [302, 409]
            second = [answer.status_code for answer in answers].index(409)
            shown, kept = re.sub("</?mark>", "", answers[second].text), texts[1 - second]
            assert all(text in shown for text in texts)


# --- hostile texts


def test_signs_of_html_and_templates_stay_text_everywhere(signed_in: SignedIn, fill: Fill) -> None:
    editor = signed_in("editor")
    texts = {name: HOSTILE for name in (
        "name", "name_kana", "organization", "description", "eligibility_description", "service_area", "accessibility",
        "languages", "fees_description", "application_process", "supporter_note", "staff_note", "remarks",
        "places-0-address", "places-0-address_2", "places-0-station", "places-0-schedule",
    )}
    texts |= {"audience": "public", "status": "active", "consent": "yes", "contacts-0-type": "phone",
              "contacts-0-value": "03-0000-0001", "contacts-0-label": "<b>${7*7}\"'"}
    it = made(editor, **texts)
    path = f"/staff/entries/{it}"
    form = open_form(editor, f"{path}/edit")
    assert form["description"] == HOSTILE
    answers = [editor.get(p) for p in (
        path, f"{path}/edit", "/staff/changes", f"/resources/{it}", f"/cards/{it}", "/", f"{path}/visits",
        f"/staff/entries/duplicates?name={HOSTILE[:20]}",
    )]
    answers.append(editor.post("/staff/entries/preview", data=form))
    answers.append(send(editor, f"{path}/edit", changed(form, min_age="x")))
    other = signed_in("editor", "shakyo")
    send(other, f"{path}/edit", changed(open_form(other, f"{path}/edit"), description=HOSTILE + "2"))
    answers.append(send(editor, f"{path}/edit", changed(form, description=HOSTILE + "3")))
    assert [a.status_code for a in answers[-2:]] == [422, 409]
    for answer in answers:
        assert "<script>alert" not in answer.text and "49" not in re.sub(r"\d{3,}|#\w+", "", _values(answer.text)), answer.request.path


def _values(text: str) -> str:
    """The neighbourhood of every hostile text, where a sign that was run would have left its result."""
    return " ".join(re.findall(r"alert\(1\).{0,40}", text, re.S))
