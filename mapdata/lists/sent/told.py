"""What of the findings on a list its reader may see.

A list is looked through as what its source says, whoever sent it. Whoever sent it for another office holds the file and
may know what stands in it; what that office said before, and keeps to itself, is told to its members alone.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mapdata.claims.projection import Audience, Record
from mapdata.fields import field_table
from mapdata.lists.sent.staging import Page

#: What an entry is called that the reader does not see.
UNSEEN = "（見られない項目）"
_RENUMBERED = "この管理番号は、前は別の名称でした。別のところなら、新しい番号にしてください"


def as_seen(found: Page, source: str, reader: Audience, seen: Mapping[str, Record]) -> Page:
    """A page of findings on a list of that source. `seen`: the entries that the reader sees."""
    if reader.office == source:
        return found
    return replace(found, items=tuple(_item(item, source, seen) for item in found.items))


def _item(item: Mapping[str, Any], source: str, seen: Mapping[str, Record]) -> Mapping[str, Any]:
    if "message" in item:
        return {**item, "message": _RENUMBERED} if item["column"] == field_table.LOCAL_ID else item
    is_seen = not item["id"] or _speaks(source, seen.get(item["id"]))
    if "fields" in item:
        kept = (line if is_seen and "own" not in line else {**line, "before": ""} for line in item["fields"])
        return {**item, "fields": list(kept)}
    return item if is_seen else {**item, "id": "", "name": UNSEEN, "local_id": ""}


def _speaks(source: str, record: Record | None) -> bool:
    """Whether what the reader sees of an entry is, of one field at least, what this source says."""
    return record is not None and record.staff is not None and source in record.staff.sources.values()
