"""The State Council's notices as they were published: every clause is understood, or the item is refused (SL-02)."""

import copy
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils.translation import override

from tingsu.calendars.actions import with_year
from tingsu.calendars.china import official_year, shipped_body
from tingsu.calendars.errors import YearNotReadable
from tingsu.calendars.tests.notices import NOTICES
from tingsu.calendars.year_text import read_years

PUBLISHED = next(
    (one for up in Path(__file__).parents if (one := up / "shared" / "data" / "cn_holidays").is_dir()), Path("no")
)
"""The published days, where material for tests lies beside the project."""


def read(text: str, year: int = 2026) -> tuple[list[str], list[str]]:
    """Days off and make-up workdays, of all years."""
    years = read_years(text, year, source="notice").values()
    kinds = ("days_off", "make_up_days")
    return tuple(sorted(day["on"] for days in years for day in days[kind]) for kind in kinds)  # type: ignore[return-value]


@pytest.mark.req("SL-02")
@pytest.mark.parametrize("year", NOTICES)
def test_a_notice_gives_the_days_that_were_published(year: int) -> None:
    path = PUBLISHED / f"{year}.json"
    if not path.exists():
        pytest.skip("the published days do not lie beside the project")
    published = json.loads(path.read_text())["days"]
    # The list names 3 February 2020 as worked, an ordinary Monday, because the notice does.
    named = [day for day in published if day["isOffDay"] or date.fromisoformat(day["date"]).weekday() >= 5]
    expected = tuple(sorted(day["date"] for day in named if day["isOffDay"] is off) for off in (True, False))
    assert read(NOTICES[year], year) == expected


@pytest.mark.req("SL-02")
@pytest.mark.parametrize("year", [year for year in NOTICES if year >= 2008])
def test_a_notice_gives_the_working_days_that_the_shipped_package_knows(year: int) -> None:
    off, work = read(NOTICES[year], year)
    official = official_year(year)
    assert official is not None
    known_off = {day["on"] for day in official["days_off"]}
    known_work = {day["on"] for day in official["make_up_days"]}
    first = date(year, 1, 1)
    for on in (first + timedelta(days=more) for more in range(360)):  # the end of a year may be the next notice's
        text = on.isoformat()
        mine = text in work or (text not in off and on.weekday() < 5)
        theirs = text in known_work or (text not in known_off and on.weekday() < 5)
        assert mine is theirs, text


FIRST_SEVEN = [f"2026-10-0{day}" for day in range(1, 8)]


@pytest.mark.parametrize(
    ("text", "off", "work"),
    [
        *(
            (f"国庆节：10月1日{to}7日放假，共7天。", FIRST_SEVEN, [])
            for to in ("～", "~", "〜", "至", "到", "—", "－", "——")
        ),
        ("国庆节：10月1-7日放假7天", FIRST_SEVEN, []),
        ("国庆节：10月1日、2日、3日放假。", FIRST_SEVEN[:3], []),
        ("国庆节：10月1、2、3日放假，共三天", FIRST_SEVEN[:3], []),
        ("７．国庆节：１０月１日至３日放假，共３天．", FIRST_SEVEN[:3], []),
        ("国庆节：\n10月1日至7日放假调休，共7天。\n9月20日（周日）上班。", FIRST_SEVEN, ["2026-09-20"]),
        ("元旦：12月30日至1月1日放假，共3天。", ["2025-12-30", "2025-12-31", "2026-01-01"], []),
        ("元旦：1月1日放假。2025年12月28日上班。", ["2026-01-01"], ["2025-12-28"]),
        ("元旦：1月1日放假，12月28日（周日）上班。", ["2026-01-01"], ["2025-12-28"]),
        ("元旦：2026年12月31日至2027年1月2日放假，共3天。", ["2026-12-31", "2027-01-01", "2027-01-02"], []),
        ("一、元旦：1月1日放假1天。二、国庆节：10月1日至3日放假，共3天。", ["2026-01-01", *FIRST_SEVEN[:3]], []),
        ("2026年10月1日 休 国庆节\n2026/10/2 休", FIRST_SEVEN[:2], []),
        ("国庆节：1O月1日～7日放假，共7天。", FIRST_SEVEN, []),  # read from paper: letters for digits
        ("国庆节：l0月l日至7日放假。9月2o日（周日）上班。", FIRST_SEVEN, ["2026-09-20"]),
        ("国庆节：10月1号到7号放假，9月20号上班。", FIRST_SEVEN, ["2026-09-20"]),
        ("国庆节：十月一日至七日放假，共七天。九月二十日（星期日）上班。", FIRST_SEVEN, ["2026-09-20"]),
        ("十月一日至七日放假", FIRST_SEVEN, []),
    ],
)
def test_ways_of_writing_a_stretch(text: str, off: list[str], work: list[str]) -> None:
    assert read(text) == (off, work)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("国庆节：10月1日至8日放假，共7天。", "the notice says 7 days, but 8 were read"),
        ("国庆节：10月1日至6日放假，共7天。", "the notice says 7 days, but 6 were read"),
        ("国庆节：10月1日放假3天。", "cannot be read"),
        ("国庆节：10月1日至7日放假，可能8日也休。", "可能8日也休"),
        ("国庆节：10月1日至7日放假。10月8日起上班。", "10月8日起上班"),
        ("国庆节：10月1日至7日放假。部分单位9月20日上班。", "部分单位9月20日上班"),
        ("国庆节：10月1日（周三）至7日放假", "another weekday in 2026"),
        ("国庆节：10月1日至7日放假。9月28日（周日）上班。", "another weekday in 2026"),
        ("国庆节：10月7日至1日放假。", "cannot be read"),
        ("国庆节：10月32日放假。", "cannot be read"),
        ("国庆节：2日放假。", "cannot be read"),
        ("春节：放假八天。", "放假八天"),
        ("五一节：五天", "cannot be read"),
        ("国庆节：农历十月一日至七日放假", "农历10月1日至7日放假"),
        ("国庆节：O月1日放假。", "cannot be read"),
        ("国庆节：10月1日至7日放假，其中10月9日调休。", "cannot be read"),
        ("国庆节：9月20日上班。", "cannot be read"),
        ("国庆节：10月1日放假，10月2日。", "10月2日"),
        ("顺便说一句。\n国庆节：10月1日放假。", "顺便说一句"),
    ],
)
def test_what_is_half_understood_is_refused_with_the_part_that_was_not(text: str, says: str) -> None:
    with override("en"), pytest.raises(YearNotReadable) as refused:
        read(text)
    assert says in str(refused.value)


SPRING = "春节：2月15日至21日放假调休，共7天。2月14日（周六）、2月28日（周六）上班。\n"


@pytest.mark.req("SL-02")
@pytest.mark.parametrize(
    ("text", "last", "work"),
    [
        (
            "一、延长2026年春节假期至3月1日（农历正月十三，星期日），3月2日（星期一）起正常上班。",
            "2026-03-01",
            ["2026-02-14"],
        ),
        ("将春节假期延长至2月24日。", "2026-02-24", ["2026-02-14", "2026-02-28"]),
        ("春节假期延长到2月27日，2月28日起恢复上班", "2026-02-27", ["2026-02-14", "2026-02-28"]),
    ],
)
def test_a_second_notice_lengthens_a_holiday(text: str, last: str, work: list[str]) -> None:
    off, works = read(SPRING + text)
    assert (off[0], off[-1], works) == ("2026-02-15", last, work)
    assert len(off) == (date.fromisoformat(last) - date(2026, 2, 15)).days + 1
    alone = with_year(shipped_body(), year=2026, text=text, source="x")["years"]["2026"]
    assert last in [day["on"] for day in alone["days_off"]]
    assert "2026-10-01" in [day["on"] for day in alone["days_off"]], "the rest of the year stands"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("延长中秋节假期至9月29日。", "whose days do not stand here"),
        (SPRING + "延长春节假期至2月20日。", "cannot be read"),
        (SPRING + "延长春节假期至3月30日。", "cannot be read"),
        (SPRING + "延长春节假期至2月24日，2月27日起正常上班。", "Work begins again on another day"),
        (SPRING + "延长春节假期至2月24日（星期一）。", "another weekday in 2026"),
        (SPRING + "延长春节假期至2月24日，企业自定。", "延长春节假期至2月24日"),
        (SPRING + "延长春节假期。", "延长春节假期"),
    ],
)
def test_a_longer_holiday_that_is_half_understood_is_refused(text: str, says: str) -> None:
    with override("en"), pytest.raises(YearNotReadable) as refused:
        read(text)
    assert says in str(refused.value)


def test_the_notice_of_another_year_is_no_notice_of_this_one() -> None:
    with override("en"), pytest.raises(YearNotReadable) as refused:
        read_years(NOTICES[2025], 2026, source="notice")
    assert "another year" in str(refused.value)


HEAD = (
    "国务院办公厅关于2026年\n部分节假日安排的通知\n国办发明电〔2025〕7号\n\n各省、自治区、直辖市人民政府，国务院各部委、各直属机构：\n\n"
    "　　经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。\n"
)
FOOT = (
    "　　节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作，遇有重大突发事件，要按规定及时报告并妥善处置，确保人民群众祥和平安"
    "度过节日假期。\n国务院办公厅\n　　　　2025年11月4日\n（此件公开发布）"
)


@pytest.mark.req("SL-02")
@pytest.mark.parametrize("between", ["\n", "\r\n", "", " "])
def test_a_whole_notice_is_read_also_where_pasting_lost_its_lines(between: str) -> None:
    whole = HEAD + NOTICES[2026].strip() + "\n" + FOOT
    assert read(whole.replace("\n", between)) == read(NOTICES[2026])
    with override("en"), pytest.raises(YearNotReadable) as refused:
        read(whole.replace("共9天", "共8天").replace("\n", between))
    assert "the notice says 8 days, but 9 were read" in str(refused.value)


@pytest.mark.req("SL-02")
@pytest.mark.parametrize(
    ("year", "text", "off", "work"),
    [
        (
            2019,
            "国务院办公厅关于调整2019年劳动节假期安排的通知\n国办发明电〔2019〕3号\n经国务院批准，现将2019年劳动节假期安排调整如下。\n"
            "2019年5月1日至4日放假调休，共4天。4月28日（星期日）、5月5日（星期日）上班。\n各地区、各部门要抓紧做好值班和安全、保卫等工作的调整安排。",
            [f"2019-05-0{day}" for day in range(1, 5)],
            ["2019-04-28", "2019-05-05"],
        ),
        (
            2015,
            "关于中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日调休放假的通知\n为使全国人民广泛参与纪念活动，2015年9月3日全国放假1天。"
            "为方便公众安排假日期间生产生活，特作如下调休：9月3日至5日调休放假，共3天，其中9月3日（星期四）放假，9月4日（星期五）调休，"
            "9月6日（星期日）上班。",
            [f"2015-09-0{day}" for day in range(3, 6)],
            ["2015-09-06"],
        ),
    ],
)
def test_a_notice_beside_the_yearly_one_is_read_whole(year: int, text: str, off: list[str], work: list[str]) -> None:
    assert read(text, year) == (off, work)


@pytest.mark.req("SL-02")
def test_a_holiday_over_new_year_changes_the_year_before_where_that_is_official() -> None:
    body = shipped_body()
    changed = with_year(
        body, year=2027, text="元旦：2026年12月31日至2027年1月2日放假，共3天。2026年12月27日上班。", source="x"
    )
    assert [day["on"] for day in changed["years"]["2026"]["days_off"]][-1] == "2026-12-31"
    assert [day["on"] for day in changed["years"]["2026"]["make_up_days"]][-1] == "2026-12-27"
    assert [day["on"] for day in changed["years"]["2027"]["days_off"]] == ["2027-01-01", "2027-01-02"]
    assert body["years"]["2026"]["days_off"][-1]["on"] != "2026-12-31", "what is in force stays as it is"
    bare = copy.deepcopy(body) | {"years": {}}
    assert set(with_year(bare, year=2027, text="元旦：2026年12月31日至2027年1月2日放假", source="x")["years"]) == {
        "2027"
    }
    with override("en"), pytest.raises(YearNotReadable) as refused:
        with_year(body, year=2026, text="元旦：2026年12月31日至2027年1月2日放假", source="x")
    assert "2027-01-01 lies in 2027" in str(refused.value)
