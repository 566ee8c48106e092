"""Two people changed one entry: both versions field by field, to choose from. Nothing typed is lost."""

import json
import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from flask import render_template, request
from werkzeug.datastructures import MultiDict

from mapdata.claims import in_words
from mapdata.editing import forms
from mapdata.editing.edit import Disagreement, EditConflict
from mapdata.fields.field_table import OWN_AUDIENCE, label_of
from views.staff.entry_form import as_sent, without

#: Longer texts are compared line by line; others by numbers, times, Latin words and single letters.
_LONGEST = 4_000
_PIECE = re.compile(r"[0-9０-９:：.,\-]+|[A-Za-z]+|.", re.DOTALL)

Pieces = list[tuple[bool, str]]


def marked(before: str, after: str) -> Pieces:
    """The later text in pieces, each with whether it differs from the earlier one."""
    if not before:
        return [(False, after)]
    is_long = len(before) + len(after) > _LONGEST
    old, new = (text.splitlines(keepends=True) if is_long else _PIECE.findall(text) for text in (before, after))
    found: Pieces = []
    for tag, _, _, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if start < end:
            found.append((tag != "equal", "".join(new[start:end])))
    return found


class Choice:
    """One field of the conflict as the page shows it. `pick` is what was chosen, "" for nothing yet."""

    def __init__(self, found: Disagreement, pick: str):
        self.field, self.heading, self.found = found.field, label_of(found.field), found
        usual = "mine" if found.is_mine_alone else "theirs" if found.is_theirs_alone else ""
        self.is_contested, self.pick = not usual, pick or usual

    def pieces(self, which: str) -> Pieces:
        return marked(self.found.words("base"), self.found.words(which))

    def audience(self, which: str) -> str:
        """Who would see it, "" where all three agree."""
        levels = dict(zip(("base", "theirs", "mine"), self.found.audiences, strict=True))
        return in_words.audience(levels[which]) if len(set(levels.values())) > 1 else ""

    @property
    def theirs(self) -> str:
        """The other version, as the page carries it to be chosen."""
        value = forms.fill({self.field: self.found.theirs})[self.field]
        return json.dumps({"value": value, "level": str(self.found.audiences[1])}, ensure_ascii=False)


def picks(sent: Mapping[str, str]) -> dict[str, str]:
    """What was chosen on the page of a conflict: field → mine, theirs."""
    return {key[5:]: text for key, text in sent.items() if key.startswith("pick-") and text in ("mine", "theirs")}


def settled(sent: MultiDict[str, str]) -> MultiDict[str, str]:
    """The form from the new base, with the other's version wherever that was chosen; as it was until all is chosen."""
    ours = ("pick-", "theirs-", "contested", "new_base")
    form = MultiDict((key, text) for key, text in sent.items(multi=True) if not key.startswith(ours))
    chosen = picks(sent)
    if "new_base" not in sent or not set(sent.getlist("contested")) <= chosen.keys():
        return form
    form["base"] = sent["new_base"]
    for name, pick in chosen.items():
        if pick == "theirs":
            _take(form, name, sent.get(f"theirs-{name}", ""))
    return form


def _take(form: MultiDict[str, str], name: str, version: str) -> None:
    """Put one field of the other's version into the form; what is no version of ours changes nothing."""
    try:
        said: dict[str, Any] = json.loads(version)
        fields = as_sent(name, said["value"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return
    without(form, name)
    for key, text in fields:
        form.add(key, text)
    if name in OWN_AUDIENCE:
        form.add(f"level-{name}", str(said.get("level", "")))


def page(conflict: EditConflict, name: str) -> tuple[str, int]:
    """Both versions, with all that was typed carried along."""
    chosen = picks(request.form)
    choices = [Choice(found, chosen.get(found.field, "")) for found in conflict.fields]
    kept = [
        (key, text) for key, text in request.form.items(multi=True)
        if key not in ("csrf_token", "new_base", "contested") and not key.startswith(("pick-", "theirs-"))
    ]
    asked = bool(request.form.getlist("contested"))
    open_still = [c for c in choices if asked and not c.pick]
    return render_template(
        "staff/entry/conflict.html", conflict=conflict, name=name, kept=kept, asked=asked, missing=open_still,
        contested=[c for c in choices if c.is_contested], others=[c for c in choices if not c.is_contested],
    ), 409
