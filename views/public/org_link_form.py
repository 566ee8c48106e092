"""The form with which an organisation tells what has changed: the public fields of its entry, as a link shows them."""

from collections.abc import Container, Mapping
from typing import Any

from wtforms import FieldList, FormField, HiddenField, RadioField, StringField, TextAreaField
from wtforms import Form as Part

from mapdata.editing import forms
from mapdata.errors import EditRefused
from mapdata.fields import field_table, values
from mapdata.sentences import say
from mapdata.upkeep.org_links import STATES
from views.asked import numbers
from views.forms import choices, clean
from views.public.sealed import SealedForm
from views.staff.entry_form import ANY_AGE, ContactForm, EntryForm, typed_of

#: Parts of a place that are typed; its point goes along as long as its address stays.
_PARTS = tuple(part for part in field_table.PLACE_PARTS if part not in ("lat", "lng"))


class PlaceForm(Part):
    """One place; `number` is its place among those that were shown, "" for a new one."""

    address = StringField(say("住所"))
    address_2 = StringField(say("建物名・部屋"))
    postal_code = StringField(say("郵便番号"))
    station = StringField(say("最寄り駅"))
    schedule = TextAreaField(say("開催日時"))
    number = HiddenField()

    def settle(self) -> None:
        """There is no point to pick here."""


class AnswerForm(SealedForm, EntryForm):
    """The fields of `mapdata.upkeep.org_links.FIELDS`, and room for the rest. `seen`: what the link shows, by field."""

    base = new_id = assure = level = None
    places = FieldList(FormField(PlaceForm), say("場所と日時"), min_entries=1)
    contacts = FieldList(FormField(ContactForm), say("連絡先"), min_entries=1)
    status = RadioField(say("いまのようす"), choices=choices(STATES.items()), validate_choice=False)
    text = TextAreaField(say("ほかに伝えたいこと"), filters=[clean])

    def typed_of(self, seen: Mapping[str, Any]) -> dict[str, Any]:
        """What stands in the fields that were shown, as `forms.read_form` takes it."""
        said = {name: typed_of(self[name], field_table.BY_NAME[name]) for name in seen if name != "places"}
        if self.any_age.data and not said.get("min_age") and "min_age" in seen:
            said["min_age"] = ANY_AGE
        if "places" in seen:
            said["places"] = [_place(row, seen["places"] or []) for row in self.places.data]
        return said

    def says(self, seen: Mapping[str, Any]) -> dict[str, Any]:
        """The claim values that differ from what was shown; what cannot be read stands at its field."""
        reading = forms.read_form(self.typed_of(seen), {n: v for n, v in seen.items() if v is not None})
        self.blame({key: said for key, said in reading.errors.items() if key.split(".")[0] in seen})
        return {name: value for name, value in reading.says.items() if value != seen[name]}

    def has_problem_beyond(self, names: Container[str]) -> bool:
        """Whether something is wrong in a field that is none of these."""
        return any(field.errors for field in self if field.name not in names)

    def refuse_text(self, refused: EditRefused) -> None:
        self.text.errors = [*self.text.errors, *refused.errors.get("text", ())]


for _field in field_table.FIELDS:
    if not _field.by_link:
        setattr(AnswerForm, _field.name, None)


def _place(row: Mapping[str, Any], shown: list[dict[str, Any]]) -> dict[str, str]:
    """A row as it was typed, with the point of the place that was shown there, if it is still that place."""
    typed = {part: row[part] or "" for part in _PARTS}
    number = numbers.whole(row["number"], len(shown))
    before = shown[number] if number < len(shown) else {}
    if values.clean(typed["address"]) == before.get("address", ""):
        typed |= {part: str(before[part]) for part in ("lat", "lng") if part in before}
    return typed


def form_of(seen: Mapping[str, Any]) -> AnswerForm:
    """The form as it begins, filled with what the link shows."""
    filled = forms.fill(seen)
    begun = {name: filled[name] for name in seen if filled[name] != ""}
    begun["places"] = [{**place, "number": str(n)} for n, place in enumerate(filled["places"])]
    if begun.get("min_age") == ANY_AGE:
        begun |= {"min_age": "", "any_age": True}
    return AnswerForm(formdata=None, **begun)
