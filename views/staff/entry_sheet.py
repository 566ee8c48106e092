"""One entry's form on its way to being saved: what it would make of the entry, and what to look at first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from flask import request, url_for

from geocode import ward
from mapdata import words
from mapdata.claims.entry import Entry
from mapdata.claims.narrowness import RULES
from mapdata.claims.projection import source_label
from mapdata.claims.shown import Shown
from mapdata.claims.widening import ENTRY
from mapdata.clock import today
from mapdata.editing import forms, pins, preview, saving
from mapdata.editing.forms import FormReading
from mapdata.editing.saving import Opened, Saved
from mapdata.fields.field_table import label_of
from mapdata.search import likely
from mapdata.search.likely import Likely
from mapdata.storage.speaking.acting import Agreed, WouldWiden
from mapdata.words import UNSAID, Level
from views import access, reader, wording
from views.answers import widening
from views.asked import numbers
from views.staff.entry_form import EntryForm, target_of

#: A pin farther from its address than this (metres) is asked about.
_FAR = 300.0
#: Before the digest of what was named and agreed to.
_WIDENS = "widens:"


@dataclass(frozen=True)
class Remark:
    """Something to look at before saving. The form carries its `key` back once a person has seen it."""

    key: str
    text: str
    target: str = ""
    url: str = ""


@dataclass(frozen=True)
class Outlook:
    """Who sees the entry now (None: it is not there yet) and who would, and why no more do."""

    now: Level | None
    then: Level
    hindrances: tuple[str, ...]
    kept_back: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"seen:{self.then}"

    @property
    def widens(self) -> bool:
        """Whether people outside the two offices would see what they do not see now."""
        return not any(self.then.is_within(level) for level in (self.now or Level.STAFF, Level.STAFF))

    @property
    def sentence(self) -> str:
        return self.after("保存")

    def after(self, deed: str) -> str:
        """「保存すると、だれでも見られるようになります。」, for the deed 「保存」."""
        who = readers(self.then)
        if self.now == self.then:
            return f"{deed}しても、いままでどおり、{who}見られます。"
        return f"{deed}すると、{who}見られるようになります。"

    @property
    def result(self) -> str:
        return f"いま、{readers(self.then)}見られます。"


def readers(level: Level) -> str:
    """「だれでも」「支援者と職員だけが」 …"""
    offices = ward.load().offices_named
    return {
        Level.PUBLIC: "だれでも", Level.SUPPORTER: "支援者と職員だけが", Level.STAFF: f"職員（{offices}）だけが",
        Level.OFFICE: f"{access.reader().office_short}の職員だけが",
    }[level]


def outlook_of(now: Level | None, entry: Entry) -> Outlook:
    seen = preview.seen_by(entry, today())
    readers = preview.READERS.get(seen, access.reader().audience)
    hindrances = preview.hindrances(entry, today())
    place = ["くわしい住所と位置"] if preview.keeps_place_back(entry, readers) else []
    own = ["個人の電話・自宅"] if preview.keeps_contacts_back(entry, readers) else []
    back = [*place, *own, *map(label_of, preview.kept_back(entry, readers))]
    return Outlook(now, seen, tuple(map(label_of, hindrances)), tuple(back))


class Sheet:
    """A form, the entry that it was made from (None for a new one), and who fills it in."""

    def __init__(self, form: EntryForm, opened: Opened | None = None):
        self.form, self.opened = form, opened
        self.account, self.on = access.reader(), today()
        self.agreed = frozenset(request.form.getlist("agreed"))

    @property
    def entry_id(self) -> str:
        return self.opened.entry_id if self.opened else ""

    @cached_property
    def values(self) -> dict[str, Any]:
        """What the entry says now."""
        return {name: shown.value for name, shown in self.opened.shown.items()} if self.opened else {}

    @cached_property
    def reading(self) -> FormReading:
        return forms.read_form(self.form.typed(), self.values)

    @property
    def is_to_come(self) -> bool:
        """Nobody outside sees it yet: it may be left unfinished."""
        return words.status(self.values.get("status") or words.DRAFT).is_to_come

    @property
    def says(self) -> dict[str, Any]:
        """What was typed; a rule that nobody ever set stays unset where the form shows what holds without it."""
        unset = {name for name, usual in UNSAID.items() if self.opened and self.values.get(name) is None
                 and self.reading.says.get(name) == usual}
        return {name: value for name, value in self.reading.says.items() if name not in unset}

    @cached_property
    def now(self) -> Entry | None:
        return self.opened.entry if self.opened else None

    @cached_property
    def then(self) -> Entry:
        """The entry as it would be."""
        return self._entry(self.reading.says, self.form.levels())

    def _entry(self, says: Mapping[str, Any], levels: Mapping[str, Level]) -> Entry:
        seen = self.opened.sighted if self.opened else None
        return preview.would_be(seen, says, levels, self.account.office, self.on)

    @cached_property
    def outlook(self) -> Outlook:
        seen = preview.seen_by(self.now, self.on) if self.now else None
        return outlook_of(seen, self.then)

    def note_residents(self) -> None:
        """At the fields of which residents are shown another value: which."""
        for name, (text, source) in residents(self.opened).items() if self.opened else ():
            said = f"一般の人に、いま見えているのは「{text}」（{source_label(source)}の内容）です。"
            self.form.note([(f"{name}.0" if name in ("places", "contacts") else name, said)])

    @cached_property
    def likely(self) -> list[Likely]:
        """Entries that this new one may already be."""
        if self.opened:
            return []
        address = self.form.places[0].form.address.data or ""
        phones = " ".join(row.form.value.data or "" for row in self.form.contacts)
        return likely_to_be(self.form.name.data or "", address, phones, self.form.new_id.data or "")

    # --- before and while saving

    def remarks(self) -> list[Remark]:
        """What has not been agreed to yet."""
        return [remark for remark in self._remarks() if remark.key not in self.agreed]

    def _remarks(self) -> Iterator[Remark]:
        for one in self.likely:
            text = f"{one.record.name}（{'、'.join(one.reasons)}）"
            yield Remark(f"same:{one.record.id}", text, url=url_for("entry.show", entry_id=one.record.id))
        for key, message in self.warnings:
            field = self.form.at(key)
            yield Remark(_digest(key, message), f"{field.label.text}：{message}", target_of(field))
        if not self.opened and self.outlook.widens:
            back = self.outlook.kept_back
            more = f"{'、'.join(back)}は、見えません。" if back else ""
            yield Remark(self.outlook.key, self.outlook.sentence + more, target_of(self.form.audience))

    @cached_property
    def warnings(self) -> list[tuple[str, str]]:
        """By key, what the reading says that it did not say of the entry as it is, and pins far from their address."""
        before = forms.read_form(forms.fill(self.values), self.values).warnings if self.opened else {}
        old = {message for messages in before.values() for message in messages}
        found = [(key, text) for key, texts in self.reading.warnings.items() for text in texts if text not in old]
        return found + list(self._far_pins())

    def _far_pins(self) -> Iterator[tuple[str, str]]:
        pinned = self.values.get("places") or []
        for number, row in enumerate(self.form.places):
            place = {part: row.form[part].data for part in ("address", "lat", "lng") if row.form[part].data}
            key = f"places.{number}.lat"
            if key in self.reading.warnings or not {"lat", "lng"} <= place.keys() or _stands_in(place, pinned):
                continue
            if text := far_from_address(place):
                yield key, text

    def save(self) -> Saved:
        """Raises EditConflict, EditRefused, WouldWiden, NotFound."""
        form, account = self.form, self.account
        base = numbers.whole(form.base.data, 0)
        return saving.save(
            reader.registry().engine, self.entry_id or None, base, self.says, form.levels(), account.office,
            access.actor().name, self.on, assure=bool(form.assure.data), new_id=form.new_id.data or "",
            agreed=Agreed(next((key[len(_WIDENS):] for key in self.agreed if key.startswith(_WIDENS)), "")),
        )

    def widening(self, error: WouldWiden) -> list[Remark]:
        """What it would show to whom that was not."""
        back = self.outlook.kept_back
        said = [self.outlook.sentence + (f"{'、'.join(back)}は、見えません。" if back else "")
                if one.what == ENTRY and not one.day else widening.sentence(one) for one in error.widenings]
        return [Remark(_WIDENS + error.digest, text, target_of(self.form.audience)) for text in said]


def residents(opened: Opened) -> dict[str, tuple[str, str]]:
    """By field in which residents are shown another value than this office: the words of it, and whose it is."""
    return {
        name: (wording.value(name, seen.value), seen.source) for name, seen in opened.public.items()
        if seen.value is not None and seen.value != opened.value(name) and _is_another(opened, name, seen)
    }


def _is_another(opened: Opened, name: str, seen: Shown) -> bool:
    """Of one office's places and contacts residents may be shown less; that is told where it is kept back."""
    shown = opened.shown.get(name)
    return name not in RULES and shown is not None and shown.source != seen.source


def likely_to_be(name: str, address: str = "", phone: str = "", without: str = "") -> list[Likely]:
    snapshot = reader.snapshot()
    return likely.likely_duplicates(snapshot, name, address, phone, without=without) if name.strip() else []


def _stands_in(place: Mapping[str, str], pinned: Sequence[Mapping[str, Any]]) -> bool:
    return any(all(str(known.get(part, "")) == text for part, text in place.items()) for known in pinned)


def far_from_address(place: Mapping[str, str]) -> str:
    """What to say of a pin that lies far from its address, "" for one that does not."""
    try:
        point = float(place["lat"]), float(place["lng"])
    except (KeyError, ValueError):
        return ""
    away = pins.distance_from_address(place.get("address", ""), *point)
    if away is None or not is_far(away):
        return ""
    return f"{away.words}離れています。住所と位置のどちらも正しいか、確かめてください"


def is_far(away: pins.Away | None) -> bool:
    return away is not None and (away.is_far or away.metres > _FAR)


def _digest(key: str, message: str) -> str:
    return "said:" + sha256(f"{key} {message}".encode()).hexdigest()[:16]
