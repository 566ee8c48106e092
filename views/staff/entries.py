"""Writing an entry: its form, what is seen of it before it is saved, and what happens when two people do."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from mapdata.claims import publishing
from mapdata.claims.projection import PUBLIC, SUPPORTER, Audience, project
from mapdata.clock import today
from mapdata.editing import saving
from mapdata.editing.edit import EditConflict
from mapdata.editing.saving import Opened
from mapdata.errors import EditRefused
from mapdata.fields import field_table, limits
from mapdata.people.roles import Permission
from mapdata.storage.speaking.acting import MustAsk, WouldWiden
from mapdata.words import DRAFT, Level
from views import access, reader
from views.access import needs, shows_again
from views.public.pages import directions_url
from views.staff import conflicts, places
from views.staff.entry_form import EntryForm, blank_form, form_of
from views.staff.entry_sheet import Remark, Sheet, likely_to_be

blueprint = Blueprint("entries", __name__, url_prefix="/staff/entries")

#: What the page says when a row too many is added.
_TOO_MANY = f"{limits.MOST_ROWS}件より多くは加えられません。使わなくなったものを消すか、備考に書いてください。"


@blueprint.route("/new", methods=["GET", "POST"])
@needs(Permission.EDIT_REGISTRY)
@shows_again
def new() -> Any:
    if request.method != "POST":
        return _page(Sheet(blank_form(saving.fresh_id(reader.registry().engine))))
    return _received(Sheet(EntryForm()))


@blueprint.route("/<entry_id>/edit", methods=["GET", "POST"])
@needs(Permission.EDIT_REGISTRY)
@shows_again
def edit(entry_id: str) -> Any:
    """Raises NotFound."""
    opened = open_for_reader(entry_id)
    if request.method != "POST":
        sheet = Sheet(form_of(opened), opened)
        sheet.note_residents()
        return _page(sheet)
    return _received(Sheet(EntryForm(formdata=conflicts.settled(request.form)), opened))


def open_for_reader(entry_id: str) -> Opened:
    """Raises NotFound for an entry that this reader's office does not see."""
    return saving.open_entry(reader.registry().engine, entry_id, access.reader().office, today())


def _received(sheet: Sheet) -> Any:
    """What a button of the form does."""
    form, wanted = sheet.form, request.form.get("do", "save")
    form.validate_on_submit()
    if form.stale:
        return _page(sheet)
    if wanted.startswith("find-place:"):
        places.find_for(form, wanted.partition(":")[2])
        return _page(sheet, status=200)
    if goto := form.rearrange(wanted):
        form.focus(goto)
        return _page(sheet, status=200)
    if wanted == "draft":
        form["status"].data = DRAFT
    form.blame(sheet.reading.errors)
    if form.problems:
        return _page(sheet)
    if remarks := sheet.remarks():
        return _page(sheet, status=200, remarks=remarks)
    return _save(sheet)


def _save(sheet: Sheet) -> Any:
    try:
        saved = sheet.save()
    except EditRefused as refused:
        sheet.form.blame_refused(refused.errors)
        return _page(sheet)
    except MustAsk:
        raise
    except WouldWiden as named:
        return _page(sheet, status=200, remarks=sheet.widening(named))
    except EditConflict as conflict:
        return conflicts.page(conflict, sheet.form.name.data or "")
    if saved.operation is None:
        flash("変わったところはありませんでした。")
    else:
        flash(f"{'保存' if sheet.opened else '登録'}しました。{sheet.outlook.result}")
    return redirect(url_for("entry.show", entry_id=saved.entry_id))


def _page(sheet: Sheet, status: int | None = None, remarks: Sequence[Remark] = ()) -> tuple[str, int]:
    if remarks:
        sheet.form.note(sheet.warnings)
    page = render_template(
        "staff/entry/edit.html", form=sheet.form, sheet=sheet, opened=sheet.opened, outlook=sheet.outlook,
        sections=field_table.SECTIONS, changed=request.method == "POST", remarks=remarks,
        position=places.position_words, publishing_rule=publishing.RULE, most_rows=limits.MOST_ROWS,
        too_many=_TOO_MANY,
    )
    return page, status or sheet.form.answer


# --- before it is saved


@blueprint.post("/preview")
@needs(Permission.EDIT_REGISTRY)
def preview() -> str:
    """The entry's page as it would be for `see`, from what is typed. Raises NotFound."""
    sheet = _sent()
    see = request.form.get("see", str(Level.PUBLIC))
    readers: dict[str, Audience] = {Level.SUPPORTER: SUPPORTER, Level.OFFICE: access.reader().audience}
    record = project(sheet.then, readers.get(see, PUBLIC))
    directions = [(p, url) for p in record.places if (url := directions_url(p))] if record else []
    kept = [(k, v) for k, v in request.form.items(multi=True) if k not in ("csrf_token", "see")]
    return render_template(
        "staff/entry/preview.html", record=record, directions=directions, see=see, kept=kept, outlook=sheet.outlook,
        errors=[text for some in sheet.reading.errors.values() for text in some], name=sheet.form.name.data or "",
    )


@blueprint.post("/outlook")
@needs(Permission.EDIT_REGISTRY)
def outlook() -> str:
    """Who would see it, while it is typed: a fragment. Raises NotFound."""
    return render_template("staff/entry/_outlook.html", outlook=_sent().outlook)


@blueprint.get("/duplicates")
@needs(Permission.EDIT_REGISTRY)
def duplicates() -> str:
    """Entries that a new one may already be, while its name is typed: a fragment."""
    asked = [request.args.get(name, "")[:200] for name in ("name", "address", "phone")]
    return render_template("staff/entry/_likely.html", likely=likely_to_be(*asked))


def _sent() -> Sheet:
    entry_id = request.form.get("entry_id", "")
    return Sheet(EntryForm(), open_for_reader(entry_id) if entry_id else None)
