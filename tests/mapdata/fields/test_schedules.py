"""What of 開催日時 can be read, and what nobody could go by."""

import pytest

from mapdata.fields.schedules import tells_when


@pytest.mark.parametrize("text", [
    "第2・第4木曜日　１３：００〜１５：００", "毎月10日 午後1時～", "月～金 9時～17時", "平日10:00-16:00", "毎月第三土曜　午後", "年中無休 24時間",
    "12/5 13:00", "8月1日 夕方", "土日 終日", "火・木 18:30〜", "毎日 正午から", "週末の夜",
])
def test_a_day_and_a_time_are_read(text: str) -> None:
    assert tells_when(text)


@pytest.mark.parametrize("text", ["", "不定期", "月2回 13時から", "木曜", "おたずねください", "10:00〜16:00", "随時", "毎月1回"])
def test_without_a_day_or_a_time_nobody_could_go(text: str) -> None:
    assert not tells_when(text)
