"""What can be read from the words of 開催日時."""

import re

from mapdata.fields.folding import one_width
from mapdata.fields.weekdays import days

_DATED = re.compile(r"\d{1,2}[月/]\d{1,2}|\d{1,2}(?:\.\d{1,2})?日|月末|月初")
_EVERY_DAY = re.compile(r"毎日|年中無休|24時間|連日")
_TIMED = re.compile(r"\d{1,2}[:時]|午[前後]|正午|終日|24時間|一日中|夜|朝|昼|夕方")


def tells_when(text: str) -> bool:
    """Whether a day (of the week, of the month, every day) and a time stand in it, so that somebody could go there.

    「木曜の午後」 and 「毎月10日 13:00～15:00」 do; 「不定期」, 「月2回 13時から」 and 「おたずねください」 do not.
    """
    plain = one_width(text)
    dated = _DATED.search(plain) or _EVERY_DAY.search(plain) or any(days(plain))
    return bool(dated and _TIMED.search(plain))
