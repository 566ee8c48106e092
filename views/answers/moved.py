"""The address of an entry that is part of another now leads to that one, for whoever may see it there. What was being
typed of it meanwhile is shown, to be written there."""

from collections.abc import Iterator
from typing import Any

from flask import redirect, render_template, request, url_for

from mapdata import identity, storage
from mapdata.fields import field_table
from mapdata.fields.field_table import label_of
from views import reader, sessions

#: What an entry's id is called in addresses.
_NAMES = ("resource_id", "entry_id")
#: Parts of rows in forms, and texts that belong to no field of an entry.
_PARTS = {
    **{part: heading for part, (heading, _) in field_table.PLACE_PARTS.items()},
    "value": "連絡先", "label": "連絡先の名前",
}
_OTHER = {"text": "書いたこと", "reason": "理由", "note": "メモ"}


def answer() -> Any:
    """For a page that was not found: the way to where its entry is told now; None where there is none."""
    asked = request.view_args or {}
    name = next((name for name in _NAMES if name in asked), "")
    if not name or request.endpoint is None or not identity.is_id(asked[name]):
        return None
    with storage.reading(reader.registry().engine) as connection:
        kept = storage.merged_into(connection, asked[name])
    record = reader.snapshot().by_id.get(kept)
    if kept == asked[name] or record is None:
        return None
    if request.method in ("GET", "HEAD"):
        more: dict[str, Any] = request.args.to_dict(flat=False)
        return redirect(url_for(request.endpoint, **{**more, **asked, name: kept}), 301)
    if not sessions.account():
        return None
    return render_template("staff/pairs/moved.html", record=record, typed=list(_typed())), 409


def _typed() -> Iterator[tuple[str, str]]:
    """Headings and texts of what was sent."""
    for key, text in request.form.items(multi=True):
        row = key.split("-")
        heading = _OTHER.get(key) or (label_of(key) if key in field_table.NAMES else "")
        if len(row) == 3 and row[0] in (field.name for field in field_table.STRUCTURED):
            heading = _PARTS.get(row[2], "")
        if heading and text.strip():
            yield heading, text
