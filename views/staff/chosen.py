"""One thing done to many entries of the list: what will happen is said first, then done by one press."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response
from wtforms import HiddenField, RadioField
from wtforms.validators import InputRequired

from mapdata import words
from mapdata.accounts import audit
from mapdata.claims.projection import Record
from mapdata.clock import today
from mapdata.editing import bulk
from mapdata.editing.bulk import BulkChange, BulkRefused
from mapdata.editing.bulk_preview import Prospect, Prospects
from mapdata.errors import ListRefused, NotFound
from mapdata.lists import exporting
from mapdata.people.roles import Permission
from mapdata.storage.speaking.acting import Agreed
from mapdata.words import Level
from views import access, reader
from views.access import needs, shows_again
from views.answers import widening
from views.forms import Form, choices, page
from views.staff import entry_list
from views.staff.entry_sheet import readers

blueprint = Blueprint("chosen", __name__, url_prefix="/staff/entries/chosen")

_NONE = "どれを変えるか、先に選んでください"
_NAMES_SHOWN = 10


class ChosenForm(Form):
    """The entries, by id, and the question of the list that they were chosen from."""

    ids = HiddenField()
    asked = HiddenField()
    #: Those for which the change was refused.
    in_the_way: Sequence[str] = ()

    @property
    def records(self) -> list[Record]:
        """Those of the entries that this reader sees, in their order."""
        snapshot = reader.snapshot()
        asked = dict.fromkeys((self.ids.data or "").split())
        return [snapshot.by_id[it] for it in asked if it in snapshot.by_id]

    @property
    def lost(self) -> int:
        return len(dict.fromkeys((self.ids.data or "").split())) - len(self.records)

    @property
    def chosen(self) -> list[str]:
        return [record.id for record in self.records]


class StatusForm(ChosenForm):
    value = RadioField("どの状態にしますか", [InputRequired("状態を一つ選んでください")],
                       choices=choices((t.code, t.label) for t in words.STATUS.terms))


class AudienceForm(ChosenForm):
    value = RadioField("だれに見せますか", [InputRequired("公開範囲を一つ選んでください")],
                       choices=choices((t.code, t.label) for t in words.AUDIENCE.terms))


#: What a file may be, with its ending and its encoding.
FORMATS = {
    "xlsx": ("Excel（.xlsx）", ".xlsx", "utf-8-sig"), "csv": ("CSV（UTF-8）", ".csv", "utf-8-sig"),
    "cp932": ("CSV（CP932、古いExcelやほかのシステム向け）", ".csv", "cp932"),
}


class ExportForm(ChosenForm):
    value = RadioField("どの形で受け取りますか", [InputRequired("形を一つ選んでください")], default="xlsx",
                       choices=choices((code, said[0]) for code, said in FORMATS.items()))


@dataclass(frozen=True)
class Action:
    """What can be done to the entries chosen: its page's heading, its form, the words of its button."""

    heading: str
    form: type[ChosenForm]
    button: str
    do: Callable[[ChosenForm], Any]
    prospect: Callable[[Prospects, str], Prospect] | None = None


@blueprint.post("")
@needs(Permission.EDIT_REGISTRY)
def choose() -> Any:
    """From the list to the page of what is to be done. Raises NotFound for what nobody can do."""
    name, asked = request.form.get("do", ""), request.form.get("asked", "")
    action = _action(name)
    if not (ids := _chosen(asked)):
        return entry_list.show(entry_list.asked_of(asked), error=_NONE), 422
    form = action.form(formdata=None, ids=" ".join(ids), asked=asked)
    return _page(name, form)


def _chosen(asked: str) -> Sequence[str]:
    which = request.form.get("which", "picked")
    if which == "all":
        return entry_list.listed(entry_list.asked_of(asked)).found.ids
    return request.form.get("on_page", "").split() if which == "page" else request.form.getlist("id")


def _action(name: str) -> Action:
    if name not in ACTIONS:
        raise NotFound(name)
    return ACTIONS[name]


@blueprint.post("/<action>")
@needs(Permission.EDIT_REGISTRY)
@shows_again
def carry_out(action: str) -> Any:
    """Raises NotFound for what nobody can do."""
    form = _action(action).form()
    if without := request.form.get("without", "").split():
        form.ids.data = " ".join(it for it in form.chosen if it not in without)
    elif form.lost:
        gone = f"選んだもののうち{form.lost}件は、なくなったか、見られなくなりました。"
        form.whole.append(f"{gone}残りの{len(form.records)}件でよければ、もう一度押してください。")
        form.ids.data = " ".join(form.chosen)
    elif form.validate_on_submit():
        try:
            return ACTIONS[action].do(form)
        except BulkRefused as refused:
            form.whole.append(_refusal(refused.message, refused.entries))
            form.in_the_way = [it for it, _ in refused.entries]
        except ListRefused as refused:
            form.whole += _unwritable(form, refused)
    return _page(action, form)


def _page(name: str, form: ChosenForm, status: int | None = None) -> Any:
    action = ACTIONS[name]
    prospects = _meanings(action, form) if action.prospect else {}
    return page("staff/entries/chosen.html", form, status, name=name, action=action, meanings=prospects,
                back=entry_list.url_of(form.asked.data or ""), names_shown=_NAMES_SHOWN, today=today())


# --- what would happen, in words


def _meanings(action: Action, form: ChosenForm) -> dict[str, str]:
    """By choice, what it would do to these entries."""
    assert action.prospect
    prospects = Prospects(reader.registry().engine, form.chosen, access.reader().office, today())
    return {code: _told(action.prospect(prospects, code), len(form.records)) for code, _, *_ in form["value"].choices}


def _told(prospect: Prospect, total: int) -> str:
    if prospect.refused:
        return f"できません。{_refusal(prospect.message, prospect.refused)}"
    if not prospect.changed:
        return "もう、すべてこうなっています。"
    same = f"（{total - prospect.changed}件は、もうこうなっています）" if prospect.changed < total else ""
    opened = f"新しく{prospect.opened}件が、だれでも見られるようになります。" if prospect.opened else ""
    shut = f"{prospect.shut}件が、一般の人には見えなくなります。" if prospect.shut else ""
    return f"{prospect.changed}件が変わります{same}。{opened}{shut}{_seen(prospect)}"


def _seen(prospect: Prospect) -> str:
    """Who sees how many of them afterwards."""
    levels = [level for level in Level if prospect.seen.get(level)]
    if len(levels) == 1:
        return f"変えたあとは、{readers(levels[0])}見られます。"
    told = [f"{readers(level)}見られるものが{prospect.seen[level]}件" for level in levels]
    return f"変えたあとは、{'、'.join(told)}です。"


def _refusal(message: str, entries: Sequence[tuple[str, str]]) -> str:
    names = "、".join(f"「{name}」" for _, name in entries[:_NAMES_SHOWN])
    more = f"など{len(entries)}件" if len(entries) > _NAMES_SHOWN else ""
    return f"{message}。あてはまるのは、{names}{more}です。"


def _unwritable(form: ChosenForm, refused: ListRefused) -> list[str]:
    """Which entries hold what this kind of file cannot."""
    def name(row: int) -> str:
        return form.records[row - 2].name if 0 <= row - 2 < len(form.records) else f"{row}行目"

    first, more = refused.problems[:_NAMES_SHOWN], len(refused.problems) - _NAMES_SHOWN
    said = [f"「{name(p.row)}」の{p.column}にある「{p.value}」は、この形では書けません。" for p in first]
    said += [f"ほか{more}か所にもあります。"] if more > 0 else []
    return [*said, "Excelの形か、CSV（UTF-8）で受け取ってください。"]


# --- doing it


def _set_status(form: ChosenForm) -> Any:
    change = bulk.set_status(*_said(form, form["value"].data, agreed=widening.agreed()))
    return _back(form, change, f"{_count(change)}を「{words.STATUS.label_of(form['value'].data)}」にしました。")


def _set_audience(form: ChosenForm) -> Any:
    level = Level(form["value"].data)
    change = bulk.set_audience(*_said(form, level, agreed=widening.agreed()))
    return _back(form, change, f"{_count(change)}の公開範囲を「{words.AUDIENCE.label_of(level)}」にしました。")


def _confirm(form: ChosenForm) -> Any:
    change = bulk.confirm(*_said(form))
    return _back(form, change, "".join((
        f"{_count(change)}を、今日確かめたことにしました。",
        f"うち{change.partly}件は、ほかの所属の内容も出ているため、自分の所属の内容だけです。" if change.partly else "",
        f"{change.others}件は、ほかの所属の内容だけなので、変えていません。" if change.others else "",
    )))


def _said(form: ChosenForm, *value: Any, agreed: Agreed | None = None) -> Any:
    """What an operation is told: the entries, its value, who acts, and what was agreed where it may show more."""
    who = (access.reader().office, access.actor().name, today())
    return (reader.registry().engine, form.chosen, *value, *who, *([agreed] if agreed else []))


def _count(change: BulkChange) -> str:
    return f"{change.changed}件"


def _back(form: ChosenForm, change: BulkChange, said: str) -> Response:
    """To the list as it was asked, with a button there that takes the change back."""
    flash(said if change.operation else "変わったものは、ありませんでした。")
    return redirect(entry_list.url_of(form.asked.data or "", done=change.operation))


def _export(form: ChosenForm) -> Any:
    """The file; that it was taken is recorded."""
    _, suffix, encoding = FORMATS[form["value"].data]
    headings = exporting.audience_headings(access.reader().audience)
    body = exporting.list_file(exporting.rows_of(form.records), suffix, encoding, headings)
    name, rows = f"shigen-{today():%Y%m%d}{suffix}", len(form.records)
    audit.tell(reader.registry().engine, access.actor(), audit.Kind.EXPORT, "entries", rows=rows, file=name)
    answer = Response(body, mimetype=_TYPES[suffix])
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


_TYPES = {".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".csv": "text/csv"}

ACTIONS: dict[str, Action] = {
    "status": Action("状態を変える", StatusForm, "状態を変える", _set_status, lambda p, code: p.of_status(code)),
    "audience": Action("公開範囲を変える", AudienceForm, "公開範囲を変える", _set_audience,
                       lambda p, code: p.of_audience(Level(code))),
    "confirm": Action("今日確かめたことにする", ChosenForm, "今日確かめた", _confirm),
    "export": Action("書き出す", ExportForm, "書き出す", _export),
}
