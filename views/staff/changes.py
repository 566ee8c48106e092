"""What was changed lately, and taking it back."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from mapdata.claims.projection import Audience, Record
from mapdata.errors import NotFound
from mapdata.history import recent_changes
from mapdata.history import undo as undoing
from mapdata.history.recent_changes import Recent, recent
from mapdata.history.timeline import Done
from mapdata.history.undo import NotUndoable, Undone
from mapdata.people.roles import Permission
from mapdata.storage.speaking.acting import Agreed
from views import access, reader
from views.access import needs
from views.answers import widening
from views.asked import numbers
from views.login import local_path

blueprint = Blueprint("changes", __name__, url_prefix="/staff/changes")

_PER_PAGE = 50
_SKIPPED_SHOWN = 10
#: No database counts further.
_MOST = 2**31 - 2


def may_undo(done: Done) -> bool:
    """An editor takes back what was written in the name of one's own office, an admin everything."""
    account = access.reader()
    owns = done.operation.source == account.office or account.may(Permission.MANAGE_USERS)
    return done.can_undo and owns


@blueprint.get("")
@needs(Permission.EDIT_REGISTRY)
def index() -> str:
    found = recent(*_whose(), _PER_PAGE + 1, numbers.asked_or_none("before"))
    older = found[_PER_PAGE - 1].operation.id if len(found) > _PER_PAGE else None
    return render_template(
        "staff/changes/index.html", changes=found[:_PER_PAGE], older=older, may_undo=may_undo, seen=_seen,
    )


def _seen(change: Recent) -> list[Record]:
    """Those of a change's entries that this reader sees."""
    snapshot = reader.snapshot()
    return [snapshot.by_id[it] for it in change.entry_ids if it in snapshot.by_id]


def _one(operation_id: int) -> Recent:
    """Raises NotFound."""
    if (found := find(operation_id)) is None:
        raise NotFound(str(operation_id))
    return found


def find(operation_id: int) -> Recent | None:
    """The operation, where this reader sees anything of it."""
    return recent_changes.look_up(*_whose(), operation_id) if 0 < operation_id <= _MOST else None


def _whose() -> tuple[Any, Audience, Mapping[str, Record]]:
    """Of which registry, for whom, and what that reader sees of it."""
    return reader.registry().engine, access.reader().audience, _records()


@blueprint.get("/<int:operation_id>")
@needs(Permission.EDIT_REGISTRY)
def show(operation_id: int) -> str:
    """What taking it back would do. Raises NotFound."""
    change = _one(operation_id)
    may = may_undo(change)
    return render_template(
        "staff/changes/show.html", change=change, may_undo=may, seen=_seen(change),
        named=widening.Question.of(lambda agreed: _undo(operation_id, agreed)) if may else None,
    )


def _undo(operation_id: int, agreed: Agreed) -> Undone:
    """Raises NotUndoable, WouldWiden."""
    account = access.reader()
    return undoing.undo(reader.registry().engine, operation_id, access.actor().name, account.office, agreed)


@blueprint.post("/<int:operation_id>/undo")
@needs(Permission.EDIT_REGISTRY)
def undo(operation_id: int) -> Any:
    """Raises NotFound."""
    change = _one(operation_id)
    if change.can_undo and not may_undo(change):
        return _refused("ほかの所属が変えたものは、その所属か管理者が元にもどします。", operation_id)
    try:
        done = _undo(operation_id, widening.agreed())
    except NotUndoable as refused:
        return _refused(f"{refused}。", operation_id)
    for sentence in told(done):
        flash(sentence)
    return redirect(_way_back())


def _way_back() -> str:
    """Where the button stood: an entry's page, as long as the entry is there, or the path that the form names."""
    entry_id = request.form.get("entry", "")
    if entry_id in _records():
        return url_for("entry.show", entry_id=entry_id)
    return local_path(request.form.get("back", "")) or url_for("changes.index")


def _records() -> Mapping[str, Record]:
    """Those that this reader sees now, after what this request changed."""
    return reader.registry().snapshots.current(access.reader().audience).by_id


def _refused(message: str, operation_id: int) -> tuple[str, int]:
    back = url_for("changes.show", operation_id=operation_id)
    return render_template("staff/refused.html", message=message, back=back), 422


def told(done: Undone) -> list[str]:
    """What came of it, and what was left because somebody changed it since."""
    said = [f"元にもどしました（{done.entries}件）。"] if done.operation else ["元にもどせるものは、ありませんでした。"]
    records = _records()
    for skipped in done.skipped[:_SKIPPED_SHOWN]:
        if record := records.get(skipped.entry_id):
            what = f"の{'、'.join(skipped.headings)}" if skipped.headings else ""
            said.append(f"「{record.name}」{what}は、あとから変えられているので、そのままにしました。")
    if (more := len(done.skipped) - _SKIPPED_SHOWN) > 0:
        said.append(f"ほか{more}件も、あとから変えられているので、そのままにしました。")
    return said
