"""Reading the State Council's yearly notice as it was published, from 2007 on (SL-02).

    二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）上班。

Every clause of an item must be understood, or the item is refused: half a holiday is a wrong deadline for everybody. What
the notice says twice is compared: the weekday beside a date, and 共N天 with the days that were read. An item may reach
over New Year; a date without its year is the one that its weekday and its neighbours fit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _

LONGEST_STRETCH = 31
"""Days: a longer stretch of days off is a slip of the pen."""

_RANGE = r"(?:至|到|—+|–|―|-+|~|〜)"
_AND = r"(?:、|和|及|以及|与)"
_DAY = r"(?:(?:\d{4})年)?(?:\d{1,2}月)?\d{1,2}日(?:<\d>)?"
_DATES = rf"{_DAY}(?:\s*(?:{_RANGE}|{_AND})\s*{_DAY})*"
_COUNT = r"[一二两三四五六七八九十\d]{1,3}"
_OFF = r"(?:放假|调休|公休|补休|补假|休息|休假)+"
_ITEM = re.compile(
    r"^(?:\(?[一二三四五六七八九十]+\)?\s*[、.]?|\d+\s*[.、])?\s*(?P<name>[^:。\d,]{2,20}):(?P<text>.*)$"
)
_NEXT_PART = re.compile(
    r"(?<=[。;:])\s*(?=(?:\(?[一二三四五六七八九十]+[)、]|\d+[.、]\D)[^:。]{1,20}:)"
    r"|(?<=[。;])\s*(?=节假日期间|各地区、各部门|国务院办公厅|经国务院批准)|(?<=如下调休:)\s*(?=\d)"
)
"""Where something new begins on a line: an item, the heading, the closing words."""
_NUMBERED = re.compile(r"^(?:\(?[一二三四五六七八九十]+\)?\s*[、.]|\d+\s*[.、])")
_NAMELESS = re.compile(rf"^{_DATES}.*{_OFF}")
_FRAME = re.compile(
    r"(?:国务院办公厅.*|(?:国务院)?关于.*通知|部分节假日安排的?通知|国办?发.*号|各省、.*:|经国务院批准.*(?:如下|安排).*"
    r"|节假日期间.*|(?:各地区、)?各部门要.*|\d{4}年\d{1,2}月\d{1,2}日|\(此件公开发布\))"
)
"""What stands around the items of a notice and says nothing of days."""
_NUMBER = r"(?:\(?[一二三四五六七八九十]+\)?\s*[、.]?|\d+\s*[.、])?\s*"
_BESIDE = re.compile(
    r"为使全国人民.*如下调休:|"
    + _NUMBER
    + r"(?:各地)?(?:大专院校|大中小学|学校).*推迟开学.*|"
    + _NUMBER
    + r"因疫情(?:防控)?不能休假的职工.*"
)
"""What the notices of September 2015 and January 2020 say beside the days."""
_LONGER = re.compile(
    rf"{_NUMBER}将?(?:延长(?:\d{{4}}年)?(?P<name>[^\d,。:]{{2,8}}?)(?:假期)?|(?:\d{{4}}年)?(?P<other>[^\d,。:]{{2,8}}?)(?:假期)?延长)"
    rf"[至到](?P<last>{_DAY})(?:,(?P<back>{_DAY})起?(?:正常|照常|恢复)?上班)?[。.]?"
)
"""延长2020年春节假期至2月2日，2月3日起正常上班。"""
_TOLD = re.compile(r"(?:鼓励|请|希望).*")
_EXPLAINED = re.compile(
    rf"(?:其中:?)?(?:{_DATES}(?:为|是)(?:法定节假日|公休日|周末|休息日)|{_DATES}(?:照常公休|照常休息)"
    rf"|将?{_DATES}的?(?:{_COUNT}个)?公休日(?:分别)?调整?[至到]{_DATES})"
)
_ADDED = re.compile(r"不调休|不再调休|与周末(?:双休日)?连休|周末连休|调休")
_TOTAL = re.compile(rf"共计?({_COUNT})天")
_DAYS_OFF = re.compile(rf"(?P<inside>其中:?)?(?P<dates>{_DATES})?(?:为假期,?)?{_OFF}(?P<count>{_COUNT})?天?")
_WORKED = re.compile(rf"(?:其中:?)?(?P<dates>{_DATES})?(?:均)?(?:照常|正常|补|调休)?(?:上班|补班)")
_SHORT_DAY = re.compile(rf"(?<=[月、至到~—–-])(\d{{1,2}})(?=\s*(?:{_RANGE}|、)\s*(?:\d{{1,2}}月)?\d{{1,2}}日)")
"""10月1-7日 and 10月1、2、3日."""
_ALIKE = re.compile(r"[\dOolI]*\d[\dOolI]*(?=\s*[年月日号天])|[OolI]{1,2}(?=\s*[月日号])")
_AS_DIGITS = str.maketrans("OolI", "0011")
"""Letters that stand for digits where a text was read from paper."""
_WORDS = re.compile(r"(?<![一二三四五六七八九十])(?:[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=[月日号])")
_SPOKEN_DAY = re.compile(rf"((?:月|{_RANGE}|{_AND})\s*\d{{1,2}})号")
_ONE = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:<(\d)>)?")
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
_DIGITS = {sign: number for number, sign in enumerate("零一二三四五六七八九十")} | {"两": 2}


class NotUnderstood(ValueError):
    """A part of a notice that cannot be read, or that contradicts itself: a sentence of its own, or the part."""

    def __init__(self, part: str, sentence: str = "") -> None:
        super().__init__(part)
        self.part, self.sentence = part, sentence


@dataclass
class _Item:
    """What one item of the notice says so far."""

    name: str
    year: int
    off: dict[date, None] = field(default_factory=dict)
    work: dict[date, None] = field(default_factory=dict)
    told: int | None = None


def plain(line: str) -> str:
    """A line with narrow signs and digits, as everything here reads it: 1O月 (a letter), 十月一日 and 1号 are dates as well."""
    narrow = unicodedata.normalize("NFKC", line).strip()
    narrow = _ALIKE.sub(lambda found: found[0].translate(_AS_DIGITS), narrow)
    narrow = _WORDS.sub(lambda found: str(_number(found[0])), narrow)
    return _SPOKEN_DAY.sub(r"\1日", narrow)


def items_of(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The items of a pasted text with the number of the line where each begins: several may stand on a line, and one on several."""
    open_at, text = 0, ""
    for number, line in enumerate(lines, start=1):
        for part in _NEXT_PART.split(plain(line)):
            item = bool(text) and is_item(text) and not is_frame(text)
            heading = item and text.endswith(":")
            continues = item and part and (not _begins(part) or (heading and not _ITEM.match(part)))
            if continues:
                text += part
                continue
            if text:
                yield open_at, text
            open_at, text = number, part
    if text:
        yield open_at, text


def _begins(part: str) -> bool:
    """Something new, no further line of the item above. A line that says nothing of days stands for itself, to be refused."""
    if (
        is_item(part)
        or is_frame(part)
        or longer(part, 1)
        or _NUMBERED.match(part)
        or part.startswith("#")
        or re.match(r"\d{4}\D", part)
    ):
        return True
    return not re.search(r"\d[月日]|放假|上班|休", part)


def is_frame(text: str) -> bool:
    """Heading, address, closing words: around the items of every notice."""
    if _BESIDE.fullmatch(text):
        return True
    return bool(_FRAME.fullmatch(text)) and not re.search(r"\d日.*(?:放假|上班|补休)", text)


def is_item(text: str) -> bool:
    """Does it look like an item of a notice?"""
    return bool(_ITEM.match(text) or _NAMELESS.match(text))


@dataclass(frozen=True)
class Longer:
    """A holiday that a second notice lengthens: its name, its last day, and when work begins again."""

    name: str
    last: date
    back: date | None


def longer(text: str, year: int) -> Longer | None:
    """Does a sentence lengthen a holiday? Raises NotUnderstood for a day that is none."""
    plainly = re.sub(r"\s+", "", re.sub(r"[(\[]([^()\[\]]*)[)\]]", _weekday_in, text))
    if (found := _LONGER.fullmatch(plainly)) is None:
        return None
    item = _Item(found["name"] or found["other"], year)
    days = [next(_dates(found[part], item)) if found[part] and year > 1 else None for part in ("last", "back")]
    return Longer(item.name, days[0] or date.min, days[1])


def days_of_item(text: str, year: int) -> Iterator[tuple[date, bool, str]]:
    """Each day that an item names: (day, is worked, name of the holiday). Raises NotUnderstood."""
    named = _ITEM.match(text)
    item = _Item(named["name"].strip() if named else "", year)
    body = re.sub(r"[(\[]([^()\[\]]*)[)\]]", _weekday_in, named["text"] if named else text)
    while (whole := _SHORT_DAY.sub(r"\1日", body)) != body:
        body = whole
    for sentence in re.split(r"[。;]|\.$", body.strip()):
        if sentence.strip() and not _TOLD.fullmatch(sentence.strip()):
            _read_sentence(item, re.sub(r"\s+", "", sentence))
    if not item.off:
        raise NotUnderstood(text)
    if item.told is not None and item.told != len(item.off):
        told = {"told": item.told, "read": len(item.off), "name": item.name or min(item.off).isoformat()}
        raise NotUnderstood(text, _("%(name)s: the notice says %(told)s days, but %(read)s were read.") % told)
    for on in item.off:
        yield on, False, item.name
    for on in item.work:
        yield on, True, item.name


def _weekday_in(bracket: re.Match[str]) -> str:
    found = _WEEKDAY.findall(bracket[1])
    return f"<{'一二三四五六日'.index(found[0].replace('天', '日'))}>" if len(found) == 1 else ""


def _read_sentence(item: _Item, sentence: str) -> None:
    """One sentence, clause by clause; dates without a verb wait for the next clause. Raises NotUnderstood."""
    waiting, explaining = "", False
    for clause in sentence.split(","):
        if clause in {"", "其中"}:
            explaining = explaining or bool(clause)
            continue
        joined = f"{waiting}、{clause}" if waiting and re.match(r"\d", clause) else waiting + clause
        explaining = explaining or clause.startswith("其中")
        if total := _TOTAL.fullmatch(clause):
            item.told = _number(total[1])
        elif _EXPLAINED.fullmatch(joined) or _ADDED.fullmatch(clause):
            pass
        elif re.fullmatch(_DATES, joined):
            waiting = joined
            continue
        elif (worked := _WORKED.fullmatch(joined)) and worked["dates"]:
            item.work |= dict.fromkeys(_dates(worked["dates"], item))
        elif (off := _DAYS_OFF.fullmatch(joined)) and off["dates"]:
            days = list(_dates(off["dates"], item))
            if off["count"] and _number(off["count"]) != len(days):
                raise NotUnderstood(joined)
            if explaining and not set(days) <= set(item.off):
                raise NotUnderstood(joined)
            item.off |= dict.fromkeys(days)
        else:
            raise NotUnderstood(clause)
        waiting = ""
    if waiting:
        raise NotUnderstood(waiting)


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + (_DIGITS[ones] if ones else 0)


def _dates(text: str, item: _Item) -> Iterator[date]:
    """The days of a list such as 9月30日至10月2日、5日. Raises NotUnderstood."""
    before: date | None = None
    ranging = False
    for connected, spelled in re.findall(rf"({_RANGE}|{_AND})?\s*({_DAY})", text):
        ranging = bool(re.fullmatch(_RANGE, connected))
        following = _ONE.fullmatch(spelled)
        if following is None or (before is None and following[2] is None):
            raise NotUnderstood(spelled)
        on = _one_date(following, before, item, reaches_on=_turns_year(text, following, ranging=before is None))
        if ranging and before is not None:
            if not timedelta() < on - before <= timedelta(days=LONGEST_STRETCH):
                raise NotUnderstood(text)
            yield from (before + timedelta(days=more) for more in range(1, (on - before).days))
        yield on
        before = on


def _turns_year(text: str, first: re.Match[str], *, ranging: bool) -> bool:
    """Does a list that begins in December go on in January?"""
    return ranging and first[2] == "12" and bool(re.search(rf"{_RANGE}\s*(?:\d{{4}}年)?1月", text))


def _one_date(read: re.Match[str], before: date | None, item: _Item, *, reaches_on: bool) -> date:
    """The day meant: the first year that its weekday and its neighbours fit."""
    own_year, month, day, weekday = read.groups()
    number = int(month) if month else before.month if before else 0
    if own_year:
        years = [int(own_year)]
    elif before is not None:
        years = [before.year + 1, before.year] if number < before.month else [before.year]
    elif number == 12 and (reaches_on or any(on.year < item.year for on in item.off)):
        years = [item.year - 1, item.year]
    else:
        years = [item.year] + ([item.year - 1] if number == 12 else [item.year + 1] if number == 1 else [])
    for year in years:
        try:
            on = date(year, number, int(day))
        except ValueError:
            continue
        if weekday is None or on.weekday() == int(weekday):
            return on
    if weekday is not None:
        told = {"date": re.sub(r"<.>", "", read[0]), "year": years[0]}
        raise NotUnderstood(
            read[0], _("%(date)s is another weekday in %(year)s. Is this the notice of another year?") % told
        )
    raise NotUnderstood(read[0])
