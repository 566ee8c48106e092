"""The columns of a list that describe places ↔ the `places` claim.

A place is a mapping of PLACE_PARTS; a part that is not known is left out. Several places of one
entry stand in one row, separated by ； in 住所; 方書, 緯度, 開催日時 … then hold as many parts
in the same order, or one that is said of the first place.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from mapdata.fields import coordinates
from mapdata.fields.field_table import PLACE_PARTS
from mapdata.fields.values import CellError

Place = dict[str, Any]
Remark = Callable[[str, str, str], None]

SEPARATOR = "；"
_SPLIT = re.compile(r"[;；]")


class PartError(CellError):
    """A `CellError` that knows which column it is about."""

    def __init__(self, heading: str, value: str, message: str):
        super().__init__(message)
        self.heading, self.value = heading, value


def read(cells: Mapping[str, str], remark: Remark = lambda *_: None) -> list[Place]:
    """The places in one row; `cells` maps part names to texts that are not blank.

    `remark` is told heading, text and sentence of what was read forgivingly. Raises PartError for
    a part that cannot be read, or when parts and addresses do not pair up.
    """
    addresses = _split(cells.get("address", ""))
    count = len(addresses) if any(addresses) else 1
    columns = {part: _column(part, text, count) for part, text in cells.items()}
    return [place for index in range(count) if (place := _place(columns, index, remark))]


def _place(columns: Mapping[str, Sequence[str]], index: int, remark: Remark) -> Place:
    texts = {part: column[index] for part, column in columns.items()}
    if texts.get("lat") or texts.get("lng"):
        texts["lat"], texts["lng"] = coordinates.settle(
            texts.get("lat", ""), texts.get("lng", ""),
            lambda part, said: remark(PLACE_PARTS[part][0], texts[part], said),
        )
    texts = {part: text for part, text in texts.items() if text}
    place = {part: _value(part, text, remark) for part, text in texts.items()}
    _check_pair(place, texts)
    return place


def _split(text: str) -> list[str]:
    return [part.strip() for part in _SPLIT.split(text)]


def _column(part: str, text: str, count: int) -> list[str]:
    """That part of each place; one part alone belongs to the first place."""
    if count == 1:
        return [text]
    parts = _split(text)
    if len(parts) == 1:
        return [*parts, *[""] * (count - 1)]
    if len(parts) != count:
        heading = PLACE_PARTS[part][0]
        message = f"住所が{count}か所なのに、{len(parts)}つに分かれています。「；」の数を住所とそろえてください"
        raise PartError(heading, text, message)
    return parts


def _value(part: str, text: str, remark: Remark) -> Any:
    heading, reader = PLACE_PARTS[part]
    try:
        reading = reader(text)
    except CellError as error:
        raise PartError(heading, text, str(error)) from None
    for said in reading.remarks:
        remark(heading, text, said)
    return reading.value


def _check_pair(place: Place, texts: Mapping[str, str]) -> None:
    for part, other in (("lat", "lng"), ("lng", "lat")):
        if part in place and other not in place:
            mine, missing = PLACE_PARTS[part][0], PLACE_PARTS[other][0]
            raise PartError(mine, texts[part], f"{missing}と組にして書いてください（{missing}がありません）")


def write(places: Sequence[Place]) -> dict[str, str]:
    """Cells by part, which `read` takes back as the same places."""
    cells = {}
    for part in PLACE_PARTS:
        texts = [str(place.get(part, "")) for place in places]
        if any(texts):
            cells[part] = SEPARATOR.join(texts)
    return cells


def merge(new: Sequence[Place], old: Sequence[Place], absent: Iterable[str]) -> list[Place]:
    """New places, keeping of the old ones the parts whose column the list does not have.

    A place that the list's addresses no longer name goes whole, and a point goes with its address:
    the pin of a place must never stay where the place is not.
    """
    absent = set(absent)
    says_where = "address" not in absent
    merged = []
    for index in range(max(len(new), 1 if says_where else len(old))):
        now = new[index] if index < len(new) else {}
        before = old[index] if index < len(old) else {}
        moved = says_where and now.get("address") != before.get("address")
        kept = {k: v for k, v in before.items() if k in absent and not (moved and k in _OF_ADDRESS)}
        place = {**kept, **now}
        merged.append({part: place[part] for part in PLACE_PARTS if part in place})
    return [place for place in merged if place]


_OF_ADDRESS = ("postal_code", "address_2", "lat", "lng", "station")
