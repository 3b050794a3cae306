"""The time of day of an event, with how exact it is known (RG-08)."""

import pytest
from django.utils import translation

from tingsu.kernel.errors import InvalidValue
from tingsu.kernel.hours import LENGTH, hour_words, minutes_of, part_of, read_hour

pytestmark = pytest.mark.req("RG-08")
READ = {
    "14:30": "14:30", "14：30": "14:30", "１４：３０": "14:30", "14点30分": "14:30", "14:30:00": "14:30", "14:30:25": "14:30", "1430": "14:30", "0930": "09:30",
    "下午两点半": "14:30", "晚上十点四十": "22:40", "十二点一刻": "12:15", "二十三点五十九分": "23:59", "下午3点整": "15:00", "中午11点半": "11:30",
    "2:30 pm": "14:30", "2.30pm": "14:30", "12:15 am": "00:15", "9:30 in the morning": "09:30", "下午15:20": "15:20",
    "下午2点": "~14:00", "下午2点半左右": "~14:30", "约14:30": "~14:30", "~14:30": "~14:30", "凌晨2点": "~02:00", "早上7点多": "~07:00",
    "中午12点": "~12:00", "中午1点": "~13:00", "2 pm": "~14:00", "12 am": "~00:00", "12 pm": "~12:00", "about 3 pm": "~15:00",
    "8 o'clock": "~08:00", "晚8点": "~20:00", "11 in the evening": "~23:00", "14时": "~14:00",
    "晚上12点": "~00:00", "深夜12点": "~00:00", "半夜12点": "~00:00", "凌晨12点": "~00:00", "夜里12点半": "00:30", "晚上十二点整": "00:00", "晚12点": "~00:00",
    "午夜12点": "~00:00", "12 at night": "~00:00", "24:00": "00:00", "24点": "~00:00", "零点": "~00:00", "晚上0点": "~00:00", "2400": "00:00",
    "夜里1点": "~01:00", "夜里4点": "~04:00", "深夜两点半": "02:30", "晚上1点": "~01:00", "晚上5点": "~17:00", "夜里11点": "~23:00", "半夜11点": "~23:00",
    "半夜3点": "~03:00", "晚上23点": "~23:00", "晚上7点": "~19:00", "午夜": "small_hours", "midnight": "small_hours",
    "下午": "afternoon", "半夜": "small_hours", "In the evening": "evening", "noon": "midday", "上午": "morning", "傍晚": "evening",
}  # fmt: skip
REFUSED = (
    "", " ", "8", "14", "25:00", "24:01", "10:75", "上午15点", "傍晚12点", "半夜8点", "下午24点",
    "凌晨14点", "下午茶", "²点", "十十十", "二三十点", "am", "下午2点 pm",
    "14:30" + " " * 40 + "x", "-1:00", "noon:30",
)  # fmt: skip


def test_a_time_is_read_as_people_write_it_and_keeps_how_exact_it_is():
    assert {typed: read_hour(typed) for typed in READ} == READ
    assert all(read_hour(code) == code and len(code) <= LENGTH for code in READ.values())
    for typed in REFUSED:
        with pytest.raises(InvalidValue) as refused:
            read_hour(typed)
        assert refused.value.code == "hour", typed


def test_a_code_says_its_part_of_the_day_and_its_words():
    parts = {
        "": "", "00:00": "small_hours", "05:59": "small_hours", "06:00": "morning", "~11:59": "morning", "12:00": "midday", "13:59": "midday",
        "14:00": "afternoon", "17:59": "afternoon", "~18:00": "evening", "23:59": "evening", "morning": "morning",
    }  # fmt: skip
    assert {code: part_of(code) for code in parts} == parts
    assert [minutes_of(code) for code in ("", "evening", "00:00", "~14:30", "23:59")] == [None, None, 0, 870, 1439]
    with translation.override("zh-hans"):
        assert [hour_words(code) for code in ("14:30", "~14:30", "afternoon")] == ["14:30", "约 14:30", "下午"]
