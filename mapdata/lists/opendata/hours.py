"""Days and times in columns of their own → one text that people read."""

import re
from collections.abc import Sequence

from mapdata.fields import values
from mapdata.fields.folding import unspaced

_CLOCK = re.compile(
    r"(?P<half>午前|午後|AM|PM)?(?P<hour>\d{1,2})"
    r"(?::(?P<minute>\d{2})(?::\d{2}(?:\.0+)?)?|時(?:(?P<more>\d{1,2})分|(?P<thirty>半))?)"
)
_FRACTION = re.compile(r"0?\.\d+")
_DAYS = "月火水木金土日祝"


def time_text(text: str) -> str:
    """「9:00」「９時」「午後1時半」「0.375」 (a workbook's part of a day) → 「09:00」; anything else as it is."""
    plain = unspaced(text).upper()
    if _FRACTION.fullmatch(plain):
        minutes = round(float(plain) * 24 * 60)
        return f"{minutes // 60:02}:{minutes % 60:02}"
    match = _CLOCK.fullmatch(plain)
    if not match:
        return flat(text)
    hour = int(match["hour"]) + (12 if match["half"] in ("午後", "PM") and int(match["hour"]) < 12 else 0)
    minute = 30 if match["thirty"] else int(match["minute"] or match["more"] or 0)
    return f"{hour:02}:{minute:02}" if hour <= 30 and minute < 60 else flat(text)


def date_text(text: str) -> str:
    """A day as 2026-12-12 where it can be read, else as it is written."""
    try:
        return str(values.read_date(text).value) if text else ""
    except values.CellError:
        return flat(text)


def days_text(text: str) -> str:
    """「月;火;水」「月曜日、火曜日」 → 「月火」…; anything else as it is."""
    parts = [part for part in re.split(r"[;；、，,・/／\s]+", text) if part]
    letters = [re.sub("(?<=.)(曜日?|日)$", "", part) for part in parts]
    return "".join(letters) if all(len(day) == 1 and day in _DAYS for day in letters) else flat(text)


def span(start: str, end: str) -> str:
    """「09:00～17:00」, 「09:00～」, 「～17:00」; the dash is the one that `values.clean` keeps."""
    return f"{start}～{end}" if start or end else ""


def period(first: str, last: str) -> str:
    """「2026-12-12～2026-12-14」; one day alone when there is no other."""
    return first if last in ("", first) else span(first, last)


def schedule(day: str, days: str, time: str, notes: Sequence[str]) -> str:
    """「月火水木金 09:00～17:00（祝日を除く）」; a long note, or one with brackets, on a line of its own."""
    head = " ".join(filter(None, [day, days, time]))
    for note in notes:
        short = not re.search(r"[（(）)\n]", note) and len(note) <= 40
        head = f"{head}（{note}）" if head and short else "\n".join(filter(None, [head, note]))
    # In the registry's list a semicolon would begin the next place's schedule.
    return no_semicolons(head)


def no_semicolons(text: str) -> str:
    return "、".join(filter(None, (part.strip() for part in re.split("[;；]", text))))


def flat(text: str) -> str:
    """On one line. By hand: a pattern for blanks around a line break is slow on a cell full of blanks."""
    return " ".join(filter(None, (line.strip() for line in text.split("\n"))))
