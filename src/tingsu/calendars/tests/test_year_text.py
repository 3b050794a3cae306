"""Reading a year's days from pasted text: the official notice, plain lines, and what is refused."""

from typing import Any

import pytest
from django.utils.translation import override

from tingsu.calendars.china import official_year
from tingsu.calendars.errors import YearNotReadable
from tingsu.calendars.year_text import read_year, write_year

NOTICE_2025 = """
一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。
"""


def dates(days: dict[str, Any], kind: str) -> list[str]:
    return [item["on"] for item in days[kind]]


@pytest.mark.req("SL-02")
def test_the_official_notice_of_2025_gives_the_official_days() -> None:
    read, official = read_year(NOTICE_2025, 2025, source="notice"), official_year(2025)
    assert official is not None
    assert dates(read, "days_off") == dates(official, "days_off")
    assert dates(read, "make_up_days") == dates(official, "make_up_days")
    assert read["days_off"][0]["name"] == {"zh-Hans": "元旦", "en": "New Year's Day"}
    assert read["days_off"][-1]["name"] == {"zh-Hans": "国庆节、中秋", "en": "National Day / Mid-autumn Festival"}


@pytest.mark.req("SL-02")
def test_a_year_written_as_lines_is_read_back_the_same() -> None:
    official = official_year(2026)
    assert official is not None
    assert read_year(write_year(official), 2026, source="chinesecalendar") == official


@pytest.mark.req("SL-02")
def test_lines_take_stretches_both_languages_and_remarks() -> None:
    days = read_year(
        "# from the company's notice board\n2027-12-24 ~ 2027-12-26 off Christmas\n2027-12-18, work, Christmas\n",
        2027,
        source="typed",
    )
    assert dates(days, "days_off") == ["2027-12-24", "2027-12-25", "2027-12-26"]
    assert dates(days, "make_up_days") == ["2027-12-18"]
    assert days["days_off"][0]["name"] == {"zh-Hans": "Christmas", "en": "Christmas"}


@pytest.mark.req("SL-02")
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no days off"),
        ("2027-10-01", "Line 1 cannot be read"),
        ("2027-10-01 perhaps 国庆节", "Line 1 cannot be read"),
        ("2027-02-30 休 春节", "Line 1 cannot be read"),
        ("2027-10-01~2027-09-01 休 国庆节", "Line 1 cannot be read"),
        ("2027-01-01~2027-12-31 休 全年", "Line 1 cannot be read"),
        ("2027-10-01 休 国庆节\n2027-10-01 休 国庆节", "Line 2: 2027-10-01 is already listed"),
        ("2027-10-01 休 国庆节\n2027-10-01 班 国庆节", "Line 2: 2027-10-01 is already listed"),
        ("2026-10-01 休 国庆节", "does not lie in 2027"),
        ("一、元旦：2027年1月1日放假1天。\n二、国庆节：2029年10月1日放假1天。", "2029-10-01 does not lie in 2027"),
        ("2027-10-01 休 国庆节\n2027-10-11 班 国庆节", "work on that weekday anyway"),
        ("一、元旦：放假一天。", "Line 1 cannot be read"),
        ("10月1日至7日放假，共8天", "Line 1: 2027-10-01: the notice says 8 days, but 7 were read"),
        ("x" * 20_001, "longer than"),
    ],
)
def test_text_that_is_no_year_is_refused_in_words(text: str, sentence: str) -> None:
    with override("en"), pytest.raises(YearNotReadable) as refused:
        read_year(text, 2027, source="typed")
    assert sentence in str(refused.value)
