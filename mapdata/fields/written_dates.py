"""Dates as offices write them: 2026-04-01, 2026/4/1, 20260401, 令和8年4月1日, R8.4.1, Excel's serial number."""

import re
from datetime import date, timedelta

from mapdata.fields.folding import hyphened

#: Era → the year before its first (令和1年 = 2019).
_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_ERAS |= {"m": 1867, "t": 1911, "s": 1925, "h": 1988, "r": 2018}

_WESTERN = re.compile(r"(?:西暦)?(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?")
_ERA = re.compile(rf"({'|'.join(_ERAS)})\.?\s*(\d{{1,2}}|元)\s*[-/.年]\s*(\d{{1,2}})\s*[-/.月]\s*(\d{{1,2}})日?", re.I)
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_SERIAL = re.compile(r"(\d{5})(?:\.0+)?")
_AROUND = re.compile(r"[(（](?:月|火|水|木|金|土|日)(?:曜日?)?[)）]|[ T]\d{1,2}:\d{2}(?::\d{2})?$|(?:現在|時点)$")

#: Excel counts days from here (its 1900 was a leap year that never was); 1954 to 2119.
_EXCEL_START, _SERIALS = date(1899, 12, 30), range(20_000, 80_000)

#: Years that a list of today can mean.
_YEARS = (1868, 2199)


class NoSuchDay(ValueError):
    """Written as a date, but no day of the calendar."""


def read(text: str) -> date | None:
    """The day that a text means, None when it is no date at all. Raises NoSuchDay for 2月30日."""
    plain = hyphened(text).strip()
    plain = re.sub(r"\s", "", _AROUND.sub("", plain))
    if match := _WESTERN.fullmatch(plain) or _COMPACT.fullmatch(plain):
        return _day(*map(int, match.groups()))
    if match := _ERA.fullmatch(plain):
        era, year, month, day = match.groups()
        return _day(_ERAS[era.lower()] + (1 if year == "元" else int(year)), int(month), int(day))
    if (match := _SERIAL.fullmatch(plain)) and int(match[1]) in _SERIALS:
        return _EXCEL_START + timedelta(days=int(match[1]))
    return None


def _day(year: int, month: int, day: int) -> date:
    if not _YEARS[0] <= year <= _YEARS[1]:
        raise NoSuchDay(f"{year}-{month}-{day}")
    try:
        return date(year, month, day)
    except ValueError:
        raise NoSuchDay(f"{year}-{month}-{day}") from None
