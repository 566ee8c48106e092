"""The registry → a list file (CSV, XLSX) or GeoJSON.

Two kinds of list: what one source says (its claims, for that office to keep and send back),
and what one audience may see (projected records).
"""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import pandas as pd
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from sqlalchemy import Engine

from mapdata import storage
from mapdata.claims.entry import Claim
from mapdata.claims.projection import Audience, Record
from mapdata.claims.record_values import value_of
from mapdata.errors import ListRefused, Problem
from mapdata.fields import contacts, field_table, place_cells, values
from mapdata.fields.shapes import is_blank
from mapdata.lists import geojson
from mapdata.lists.taking_in import row_assured
from mapdata.search.record_store import ClaimedRecords
from mapdata.search.snapshot import build

Row = dict[str, str]

_NARROW, _WIDE = 10, 40

#: What a cell of a workbook holds at most; and what its XML would read as one escaped character.
_LONGEST = 32_767
_ESCAPED = re.compile(r"_(x[0-9A-Fa-f]{4}_)")


def source_rows(engine: Engine, source: str) -> list[Row]:
    """What a source says, entry by entry in the order they were first known.

    Reading these rows again as that source's list changes nothing.
    """
    with storage.reading(engine) as connection:
        known = storage.known_of(connection, source)
        said: dict[str, list[Claim]] = {}
        for claim in storage.claims_of_source(connection, source):
            said.setdefault(claim.resource_id, []).append(claim)
    return [_claims_row(k.local_id or "", said.get(k.resource_id, [])) for k in known]


def _claims_row(local_id: str, claims: Sequence[Claim]) -> Row:
    row: Row = {field_table.LOCAL_ID: local_id}
    if day := row_assured(claims):
        row[field_table.ASSURED_ON] = day.isoformat()
    for claim in claims:
        if claim.value is not None:
            row |= _cells(claim.field, claim.value)
    return row


def _cells(name: str, value: Any) -> Row:
    """The cells that say this value of a field."""
    if name == "places":
        return {field_table.PLACE_PARTS[part][0]: text for part, text in place_cells.write(value).items()}
    if name == "contacts":
        return {heading: contacts.write(kind, value) for kind, heading in field_table.CONTACT_TYPES.items()}
    field = field_table.BY_NAME[name]
    return {field.heading: field.write(value)}


def audience_rows(engine: Engine, audience: Audience, on: Any) -> list[Row]:
    """What an audience may see, as a list, in the order of names."""
    return rows_of(build(ClaimedRecords(engine), audience, on).records)


def rows_of(records: Iterable[Record]) -> list[Row]:
    """Records as a list's rows, in their order."""
    return [_record_row(record) for record in records]


def audience_headings(audience: Audience) -> tuple[str, ...]:
    """The columns of a list for an audience.

    管理番号 is an office's own and belongs to that office's list; what an audience never sees is no
    column at all, so that reading the list again does not withdraw it.
    """
    return tuple(row.heading for row in field_table.COLUMNS if _is_column_for(row, audience))


def _is_column_for(row: object, audience: Audience) -> bool:
    if isinstance(row, field_table.Field):
        return audience.sees(row.listed or row.audience, audience.office)
    return row != field_table.RowColumn(field_table.LOCAL_ID)


def _record_row(record: Record) -> Row:
    row: Row = {}
    for name in field_table.NAMES:
        value = value_of(record, name)
        if not is_blank(value):
            row |= _cells(name, value)
    row[field_table.ASSURED_ON] = record.assured_on.isoformat() if record.assured_on else ""
    return row


# --- files -----------------------------------------------------------------------------------


def write_list(
    path: Path, rows: Sequence[Mapping[str, str]], encoding: str = "utf-8-sig",
    headings: Sequence[str] = field_table.HEADINGS,
) -> None:
    """Write rows under these headings of the registry's, as CSV or (by the ending) XLSX.

    Raises ListRefused, before the file is touched, when the encoding cannot hold a character.
    """
    path.write_bytes(list_file(rows, path.suffix.lower(), encoding, headings))


def list_file(
    rows: Sequence[Mapping[str, str]], suffix: str, encoding: str = "utf-8-sig",
    headings: Sequence[str] = field_table.HEADINGS,
) -> bytes:
    """What `write_list` writes to a file of this ending. Raises ListRefused alike."""
    frame = pd.DataFrame(
        [[_safe(row.get(heading, "")) for heading in headings] for row in rows], columns=list(headings), dtype=object,
    )
    if suffix == ".xlsx":
        _check_lengths(rows)
        return _workbook(frame)
    if encoding == "cp932":
        _check_cp932(rows)
    return frame.to_csv(index=False, lineterminator="\r\n").encode(encoding)


def _safe(text: str) -> str:
    """A cell that a spreadsheet would run as a formula gets a quote in front; `clean` takes it off."""
    return f"'{text}" if text.startswith(values.QUOTED_STARTS) else text


def _check_cp932(rows: Sequence[Mapping[str, str]]) -> None:
    problems = []
    for number, row in enumerate(rows, start=2):
        for heading in field_table.HEADINGS:
            if lost := [c for c in row.get(heading, "") if not _in_cp932(c)]:
                message = "CP932では書けない文字です。UTF-8（--encoding utf-8-sig）で書き出すか、文字を直してください"
                problems.append(Problem(number, heading, "".join(dict.fromkeys(lost)), message))
    if problems:
        raise ListRefused(problems, rows=len(rows))


def _check_lengths(rows: Sequence[Mapping[str, str]]) -> None:
    message = f"Excelのセルに入る{_LONGEST:,}文字を超えています。CSVで書き出すか、短くしてください"
    problems = [
        Problem(number, heading, text[:20] + "…", message)
        for number, row in enumerate(rows, start=2) for heading, text in row.items() if len(text) > _LONGEST
    ]
    if problems:
        raise ListRefused(problems, rows=len(rows))


def _in_cp932(character: str) -> bool:
    try:
        character.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


def _workbook(frame: pd.DataFrame) -> bytes:
    """Text cells throughout (a telephone number keeps its 0), the heading frozen, readable widths."""
    buffer = io.BytesIO()
    with pd.ExcelWriter(buffer, engine="openpyxl") as writer:
        frame.map(lambda text: _ESCAPED.sub(r"_x005F_\1", text)).to_excel(writer, index=False, sheet_name="社会資源")
        sheet = writer.sheets["社会資源"]
        sheet.freeze_panes = "C2"
        for index, heading in enumerate(frame.columns, start=1):
            longest = max([len(heading) + 2, *(len(str(v)) for v in frame[heading])])
            width = min(max(longest * 2, _NARROW), _WIDE)
            sheet.column_dimensions[get_column_letter(index)].width = width
        for row in sheet.iter_rows():
            for cell in row:
                cell.number_format = "@"
                if cell.value is not None:
                    cell.data_type = "s"
                cell.alignment = Alignment(wrap_text=True, vertical="top")
        for cell in sheet[1]:
            cell.font = Font(bold=True)
    return buffer.getvalue()


def write_geojson(path: Path, engine: Engine, audience: Audience, on: Any) -> int:
    """Write all that an audience may see as GeoJSON; returns how many entries."""
    records = build(ClaimedRecords(engine), audience, on).records
    path.write_bytes(orjson.dumps(geojson.collection(records)))
    return len(records)
