"""Words that people search by and entries do not say: readings, romaji, days of the week, 駅.

They are only added to what a search looks through; nothing of them is shown.
"""

import re
from collections.abc import Iterator

from geocode import caches, roman
from geocode import places as gazetteer
from mapdata.claims.projection import Record
from mapdata.fields.weekdays import days

_KANJI_DIGITS = "〇一二三四五六七八九"

#: Readings of the words of the filters and of what these places are called.
_READINGS = {
    "居場所": "いばしょ", "当事者": "とうじしゃ", "家族会": "かぞくかい", "家族": "かぞく",
    "相談": "そうだん", "学習": "がくしゅう", "就労": "しゅうろう", "趣味": "しゅみ",
    "創作": "そうさく", "運動": "うんどう", "健康": "けんこう", "食事": "しょくじ",
    "食堂": "しょくどう", "訪問": "ほうもん", "講演": "こうえん", "講座": "こうざ",
    "交流": "こうりゅう", "不登校": "ふとうこう", "孤独": "こどく", "孤立": "こりつ",
    "生活": "せいかつ", "障害": "しょうがい", "高齢": "こうれい", "介護": "かいご",
    "子育て": "こそだて", "依存": "いぞん", "若者": "わかもの", "無料": "むりょう",
    "予約": "よやく", "見学": "けんがく", "匿名": "とくめい", "個室": "こしつ",
    "夜間": "やかん", "送迎": "そうげい", "手話": "しゅわ", "筆談": "ひつだん",
    "静か": "しずか", "住まい": "すまい", "支援": "しえん", "団体": "だんたい",
    "体験": "たいけん", "認知症": "にんちしょう",
}


def extra_words(record: Record, text: str) -> Iterator[str]:
    """Words to find the record by, beside `text`, which is all that it says."""
    yield from (reading for word, reading in _READINGS.items() if word in text)
    for schedule in record.schedules:
        yield from days(schedule)
    for place in record.places:
        yield from _ways_to_say(place.town)
        yield from (f"{name}駅" for name in re.split(r"[、・,／/]", place.station) if name and "駅" not in name)


@caches.texts_of_ward(most_bytes=4 * 1024 * 1024)
def _ways_to_say(town: str) -> tuple[str, ...]:
    """さくらまち, sakuramachi and 桜町三丁目 for 桜町3丁目."""
    found = next((t for t in gazetteer.towns() if town in (t.label, t.name)), None)
    if found is None:
        return ()
    kanji = f"{found.name}{_KANJI_DIGITS[found.chome]}丁目" if found.chome else ""
    return tuple(filter(None, (found.kana, *sorted(roman.spellings(found.kana)), kanji)))
