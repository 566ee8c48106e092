"""確認の時期: which entries are to be confirmed again, and the sheet that lies in front of whoever rings."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geocode import ward
from mapdata.claims import in_words
from mapdata.claims.projection import Record
from mapdata.clock import today
from mapdata.editing import saving
from mapdata.editing.edit import EditConflict
from mapdata.errors import EditRefused
from mapdata.fields import field_table
from mapdata.history.recent_changes import Recent
from mapdata.people.roles import Permission
from mapdata.upkeep import freshness, worklist
from mapdata.upkeep.freshness import Care, Question, Sheet, SheetChanged
from mapdata.upkeep.worklist import ALL, Asked, Found
from views import access, reader
from views.access import needs, shows_again
from views.answers import widening
from views.asked import numbers
from views.forms import page
from views.staff import entry_list
from views.staff.call_form import AgainForm, CallForm, CareForm, call_form, care_form

blueprint = Blueprint("fresh", __name__, url_prefix="/staff/fresh")

PER_PAGE = 50
#: How long one waits for an answer by letter, unless told otherwise.
REPLY_WITHIN = timedelta(weeks=3)

#: What one asks on the telephone.
QUESTIONS: Mapping[str, str] = {field.name: asked.question for field, asked in field_table.ASKED}


# --- the worklist


@blueprint.get("")
@needs(Permission.EDIT_REGISTRY)
def index() -> Any:
    return worklist_page(_asked())


def worklist_page(asked: Asked, error: str = "") -> Any:
    """The list; with an error, what one has to choose first."""
    found = _found(asked)
    offices = {o.code: o.short for o in ward.load().offices}
    shown = [(ALL, "すべて", found.counts[ALL]), *((c, name, found.counts.get(c, 0)) for c, name in offices.items())]
    choices = [(text, n, _url(Asked(code, asked.q)), code == asked.office) for code, text, n in shown]
    return render_template(
        "staff/freshness/index.html", it=found, error=error, offices=offices, choices=choices, today=today(),
        number=min(asked.page, found.pages), page_url=lambda n: _url(asked.with_page(n)),
        line_url=lambda it: url_for("fresh.show", entry_id=it, office=asked.office, q=asked.q or None),
        times=freshness.TIMES_OF_DAY, phone_of=phone_of, reply_by=today() + REPLY_WITHIN,
    ), 422 if error else 200


def _asked() -> Asked:
    return Asked.read(request.args, access.reader().office)


def _found(asked: Asked) -> Found:
    return worklist.worklist(reader.registry().engine, reader.snapshot(), asked, PER_PAGE)


def _url(asked: Asked) -> str:
    return f"{url_for('fresh.index')}?{asked.string()}"


def count() -> str:
    """How many entries this reader's office has to confirm, as 管理 says it."""
    return f"{worklist.count(reader.registry().engine, reader.snapshot(), access.reader().office)}件"


def phone_of(record: Record) -> str:
    return next((c.value for c in record.contacts if c.type == "phone"), "")


# --- the sheet for a call


@blueprint.route("/<entry_id>", methods=["GET", "POST"])
@needs(Permission.EDIT_REGISTRY)
@shows_again
def show(entry_id: str) -> Any:
    """Raises NotFound."""
    call = _Call(entry_id)
    if request.method == "GET":
        return call.page(call_form(call.sheet))
    form = CallForm()
    if not form.validate_on_submit():
        return call.page(form)
    if changed := [n for n, seen in form.seen_digests().items() if call.seen.get(n) != seen]:
        return call.changed_meanwhile(form, changed)
    return call.carry_out(form)


class _Call:
    """A sheet, its place in the worklist, and what a press of its button does."""

    def __init__(self, entry_id: str):
        self.record, self.account, self.on = reader.record(entry_id), access.reader(), today()
        self.engine, self.asked = reader.registry().engine, _asked().with_page(1)
        self.sheet: Sheet = freshness.call_sheet(self.engine, self.record, self.account.office, self.on)
        self.next_id = _found(self.asked).next_after(entry_id, request.args.get("next", ""))

    @property
    def seen(self) -> dict[str, str]:
        return {question.field: question.seen for question in self.sheet.questions}

    def url(self, endpoint: str = "fresh.show", entry_id: str = "", **more: Any) -> str:
        """A page of this entry, or of another, that remembers the place in the worklist."""
        said = {"office": self.asked.office, "q": self.asked.q or None, **more}
        return url_for(endpoint, entry_id=entry_id or self.record.id, **said)

    def words(self, question: Question) -> str:
        """What is shown, as one reads it out."""
        value = question.shown.value if question.shown else None
        if question.field == "places":
            lines = (line for place in value or () for line in (_where(place), place.get("schedule", "")))
            return "\n".join(filter(None, lines))
        return in_words.value(question.field, value)

    @property
    def place_names(self) -> list[str]:
        """Where each box for opening hours belongs, said only where there are several."""
        places = self.sheet.opened.value("places") or []
        return [_where(place) for place in places] if len(places) > 1 else [""]

    def page(
        self, form: CallForm, status: int | None = None, changed: Sequence[str] = (),
        again: AgainForm | None = None, care: CareForm | None = None,
    ) -> Any:
        wrong = next((one for one in (again, care) if one and one.problems), form)
        form.fit(self.sheet)
        return page(
            "staff/freshness/call.html", form, status or wrong.answer, call=self, record=self.record, sheet=self.sheet,
            questions=QUESTIONS, wrong=wrong, changed=list(map(heading, changed)), heading=heading,
            again=again or AgainForm(formdata=None, try_again_on=_next_weekday(self.on)),
            care=care or care_form(self.sheet.care), done=self._done(), today=self.on, times=freshness.TIMES_OF_DAY,
            next=reader.snapshot().by_id.get(self.next_id), list_url=_url(self.asked), own=self.account.office,
            reply_by=self.on + REPLY_WITHIN,
        )

    def _done(self) -> list[Recent]:
        """What was just done here, where this reader may take it back."""
        done = numbers.all_asked("done")[:2] if request.method == "GET" else []
        return [change for number in done if (change := entry_list.find_change(number))]

    def changed_meanwhile(self, form: CallForm, names: Sequence[str]) -> Any:
        """Somebody changed what was on the sheet: what was typed stays, and is confirmed only by another press."""
        form.renew(self.sheet, [name for name in names if name in freshness.MATTERS])
        return self.page(form, 409, changed=names)

    def carry_out(self, form: CallForm) -> Any:
        """Save what was corrected, and confirm the rest of what was heard."""
        reading = form.reading(self.sheet.opened)
        form.blame(reading.errors)
        if not (form.problems or reading.says or form.heard.data):
            form.whole.append("何も確かめたことになっていません。聞いて確かめたものに、印を付けてください。")
        if form.problems:
            return self.page(form)
        try:
            saved = self._save(reading.says)
        except EditRefused as refused:
            form.blame(refused.errors)
            return self.page(form)
        except EditConflict as conflict:
            theirs = [one.field for one in conflict.fields if not one.is_mine_alone]
            return _Call(self.record.id).changed_meanwhile(form, theirs)
        for text in [text for some in reading.warnings.values() for text in some]:
            flash(f"{text}。")
        return self._confirm(form, saved)

    def _save(self, says: Mapping[str, Any]) -> saving.Saved | None:
        if not says:
            return None
        return saving.save(
            self.engine, self.record.id, self.sheet.opened.base, says, {}, self.account.office, access.actor().name,
            self.on, agreed=widening.agreed(),
        )

    def _confirm(self, form: CallForm, saved: saving.Saved | None) -> Response:
        corrected = saved.changed if saved else ()
        seen = {n: d for n, d in form.seen_digests().items() if n in (form.heard.data or ()) and n not in corrected}
        done = [saved.operation] if saved and saved.operation else []
        try:
            confirmed = freshness.confirm(
                self.engine, self.record.id, seen, self.account.office, access.actor().name, self.on,
            )
            flash(_told(confirmed.fields, corrected))
            done += [confirmed.operation] if confirmed.operation else []
        except SheetChanged as changed:
            flash(f"{changed}は、いま変わったところなので、まだ確かめたことにしていません。")
        return redirect(self.url(done=done, next=self.next_id or None))


def _where(place: Mapping[str, Any]) -> str:
    return " ".join(str(place[part]) for part in ("address", "address_2") if part in place)


def heading(name: str) -> str:
    """A claimed field as a call asks for it: opening hours stand with their places."""
    return "場所と開催日時" if name == "places" else field_table.heading_of(name)


def _told(confirmed: Sequence[str], corrected: Sequence[str]) -> str:
    """What came of a call."""
    if not (confirmed or corrected):
        return "もう、今日確かめたことになっています。"
    names = "、".join(heading(name) for name in freshness.MATTERS if name in corrected)
    mended = f"{names}を直しました。" if names else ""
    return f"{mended}{len({*confirmed, *corrected})}項目を、今日確かめたことにしました。"


def _next_weekday(day: date) -> date:
    """The next day from Monday to Friday."""
    later = day + timedelta(days=1)
    return later if later.weekday() < 5 else later + timedelta(days=7 - later.weekday())


# --- nobody answered; how often, and by whom


@blueprint.post("/<entry_id>/no-answer")
@needs(Permission.EDIT_REGISTRY)
@shows_again
def no_answer(entry_id: str) -> Any:
    """Raises NotFound."""
    call, form = _Call(entry_id), AgainForm()
    if form.validate_on_submit():
        try:
            said = form.try_again_on.data, form.try_again_at.data or "", form.note.data or ""
            done = freshness.no_answer(call.engine, entry_id, *said, call.account.office, access.actor().name, call.on)
            flash(f"「{call.record.name}」は、応答なしと記録しました。{_when(form)}にかけなおします。")
            following = call.next_id or entry_id
            return redirect(call.url(entry_id=following, done=[done]))
        except EditRefused as refused:
            form.blame(refused.errors)
    return call.page(call_form(call.sheet), again=form)


def _when(form: AgainForm) -> str:
    day: date = form.try_again_on.data or today()
    time = f"の{freshness.TIMES_OF_DAY[form.try_again_at.data]}" if form.try_again_at.data else ""
    return f"{day.month}月{day.day}日{time}"


@blueprint.post("/<entry_id>/care")
@needs(Permission.EDIT_REGISTRY)
@shows_again
def care(entry_id: str) -> Any:
    """Raises NotFound."""
    call, form = _Call(entry_id), CareForm()
    if form.validate_on_submit():
        try:
            said = Care(form.interval_months.data, form.schedule_interval_months.data, form.office.data or "")
            done = freshness.set_care(call.engine, entry_id, said, call.account.office, access.actor().name, call.on)
            flash("確認の間隔と担当を変えました。" if done else "変わったところはありませんでした。")
            return redirect(call.url(done=[done] if done else [], next=call.next_id or None))
        except EditRefused as refused:
            form.blame(refused.errors)
    return call.page(call_form(call.sheet), care=form)
