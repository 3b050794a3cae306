"""The words of dates, lengths, clocks and risks, in both languages, at their edges."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import timezone
from django.utils.translation import override

from tingsu.desk import navigation, rail, risks
from tingsu.desk.tests.cases import local
from tingsu.kernel import punctuation
from tingsu.kernel.errors import ConditionsUnmet, Unmet
from tingsu.pages import faces, words

AT = local("2026-03-02 10:00")


@pytest.fixture(autouse=True)
def _wall_clock():
    with timezone.override("Asia/Shanghai"):
        yield


@pytest.mark.parametrize(
    ("text", "chinese", "english"),
    [
        ("2026-03-02 18:05", "18:05", "18:05"), ("2026-03-03 09:00", "明天 09:00", "Tue 09:00"), ("2026-03-04 09:00", "03-04", "4 Mar"),
        ("2027-01-04 09:00", "2027-01-04", "4 Jan 2027"), ("2026-03-01 09:00", "03-01", "1 Mar"),
    ],
)  # fmt: skip
def test_a_near_date_is_as_short_as_it_may_be(text, chinese, english):
    for language, wanted in (("zh-hans", chinese), ("en", english)):
        with override(language):
            assert faces.near_date_words(local(text), AT) == wanted


def test_a_date_names_the_year_only_when_it_is_another():
    said = [local("2026-03-02 09:14"), local("2025-12-31 23:59")]
    with override("zh-hans"):
        assert [faces.date_words(one, at=AT) for one in said] == ["3 月 2 日 09:14", "2025 年 12 月 31 日 23:59"]
        assert faces.date_words(said[1]) == "12 月 31 日 23:59"
        assert faces.date_words(said[0], at=AT, time=False) == "3 月 2 日"
    with override("en"):
        assert [faces.date_words(one, at=AT) for one in said] == ["2 Mar 09:14", "31 Dec 2025 23:59"]
        assert faces.date_words(said[0], time=False) == "2 Mar"
    assert faces.full_date_words(said[0]) == "2026-03-02 09:14:00"


@pytest.mark.parametrize(
    ("minutes", "chinese", "english"),
    [
        (-5, "不到 1 分钟", "under a minute"), (0, "不到 1 分钟", "under a minute"), (1, "1 分钟", "1 minute"), (59, "59 分钟", "59 minutes"),
        (60, "1 小时", "1 hour"), (61, "1 小时 1 分", "1 h 1 min"), (120, "2 小时", "2 hours"), (1440, "1 天", "1 day"),
        (1441, "1 天", "1 day"), (1500, "1 天 1 小时", "1 d 1 h"), (2880, "2 天", "2 days"),
    ],
)  # fmt: skip
def test_a_length_has_two_units_at_most(minutes, chinese, english):
    for language, wanted in (("zh-hans", chinese), ("en", english)):
        with override(language):
            assert faces.length_words(timedelta(minutes=minutes)) == wanted


def face(start, due, at, *, large=False, ended=None, paused=""):
    hour = timedelta(hours=1)
    promise = SimpleNamespace(
        started_at=AT + start * hour,
        due_at=AT + due * hour,
        ended_at=None if ended is None else AT + ended * hour,
        paused_reason=paused,
    )
    shown = faces.clock_face(promise, AT + at * hour, large=large)
    return shown.state, shown.words, shown.share, shown.counting


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"start": 0, "due": 10, "at": 1}, ("normal", "9:00", 10, True)),
        ({"start": 0, "due": 10, "at": 7.4}, ("normal", "2:36", 74, True)),
        ({"start": 0, "due": 10, "at": 7.5}, ("soon", "2:30", 75, True)),
        ({"start": 0, "due": 100, "at": 76}, ("soon", "明天 14:00", 76, False)),
        ({"start": 0, "due": 4, "at": 2}, ("soon", "2:00", 50, True)),
        ({"start": 0, "due": 4, "at": 1.9}, ("normal", "2:06", 48, True)),
        ({"start": 0, "due": 48, "at": 1}, ("normal", "03-04", 2, False)),
        ({"start": 0, "due": 24, "at": 0}, ("normal", "明天 10:00", 0, False)),
        ({"start": 0, "due": 48, "at": 1, "large": True}, ("normal", "剩 1 天 23 小时", 2, True)),
        ({"start": 0, "due": 5, "at": 1, "large": True}, ("normal", "剩 4:00", 20, True)),
        ({"start": 0, "due": 1, "at": 1}, ("late", "超 0:00", 100, True)),
        ({"start": 0, "due": 1, "at": 3.5}, ("late", "超 2:30", 100, True)),
        ({"start": 0, "due": 1, "at": 50}, ("late", "超 2 天", 100, True)),
        ({"start": 0, "due": 1, "at": 52, "large": True}, ("late", "超 2 天 3 小时", 100, True)),
        ({"start": 0, "due": 4, "at": 9, "ended": 4}, ("met", "4 小时", 100, False)),
        ({"start": 0, "due": 4, "at": 9, "ended": 5}, ("late", "5 小时，已超时", 100, False)),
        ({"start": 0, "due": 4, "at": 1, "paused": "等待"}, ("paused", "已暂停", 25, False)),
    ],
)  # fmt: skip
def test_the_face_of_a_clock(given, wanted):
    with override("zh-hans"):
        assert face(**given) == wanted


def test_the_title_of_a_clock_says_when_and_why():
    promise = SimpleNamespace(started_at=AT, due_at=AT + timedelta(hours=4), ended_at=None, paused_reason="等待")
    with override("en"):
        assert faces.clock_face(promise, AT).title == "due 2026-03-02 14:00:00 · 等待"
        promise.paused_reason = ""
        assert faces.clock_face(promise, AT).title == "due 2026-03-02 14:00:00"
        promise.ended_at = AT + timedelta(hours=1)
        assert faces.clock_face(promise, AT).title == "done on 2026-03-02 11:00:00"


def test_each_risk_has_its_look_and_word():
    with override("en"):
        told = {name: (one.style, one.bars, str(one.word)) for name, one in risks._RISKS.items()}
    assert told == {
        "crisis": ("critical", 4, "Public crisis"), "major": ("critical", 4, "Major"), "high_risk": ("critical", 4, "High risk"),
        "urgent": ("high", 3, "Urgent"), "difficult": ("medium", 2, "Difficult"), "general": ("low", 1, "General"),
        "ungraded": ("outline", 0, "Not graded"),
    }  # fmt: skip
    assert risks.risk_face("urgent").bars == 3


def test_dates_as_the_public_reads_them(monkeypatch):
    monkeypatch.setattr(words, "now", lambda: AT)
    with override("zh-hans"):
        assert words.moment_words(local("2026-11-23 10:00")) == "11 月 23 日 10:00"
        assert words.day_words(local("2027-01-02 10:00")) == "2027 年 1 月 2 日"
        assert words.deadline_words(local("2026-03-10 00:00")) == "3 月 9 日 24:00"
        assert words.deadline_words(local("2026-03-10 00:01")) == "3 月 10 日 00:01"
        assert words.day_words(datetime(2026, 3, 1, 20, tzinfo=UTC)) == "3 月 2 日"
    with override("en"):
        assert words.moment_words(local("2026-11-23 10:00")) == "23 November 10:00"
        assert words.day_words(local("2027-01-02 10:00")) == "2 January 2027"
        assert words.day_words(local("2026-03-09 10:00").date()) == "9 March"
        assert words.deadline_words(local("2026-03-10 00:00")) == "end of 9 March"


def test_counts_stop_at_999():
    assert [navigation.capped(one) for one in (0, 999, 1000)] == ["0", "999", "999+"]


@pytest.mark.parametrize(
    ("seconds", "chinese", "english"),
    [(0, "刚刚开始", "just begun"), (59, "刚刚开始", "just begun"), (60, "进行 1 分钟", "for 1 minute")],
)
def test_the_present_stage_says_how_long_it_lasts(seconds, chinese, english):
    case = SimpleNamespace(state="registered", entered_at=AT, next_due_at=None, is_open=True)
    for language, wanted in (("zh-hans", chinese), ("en", english)):
        with override(language):
            (now, *_ahead) = rail.stops_of(case, {}, AT + timedelta(seconds=seconds))
            assert str(now.note) == wanted


def test_what_is_added_to_a_word_stands_in_the_brackets_of_the_language():
    with override("zh-hans"):
        assert punctuation.in_brackets("延迟 9 天") == "（延迟 9 天）"
        assert punctuation.after_label("时限", "请填写整数。") == "时限：请填写整数。"
    with override("en"):
        assert punctuation.in_brackets("9 days late") == " (9 days late)"
        assert punctuation.after_label("Limit", "Enter a number.") == "Limit: Enter a number."


def test_what_is_listed_stands_apart_by_the_marks_of_the_language():
    for language, listed, apart in (("zh-hans", "甲、2", "甲；2"), ("en", "甲, 2", "甲; 2")):
        with override(language):
            assert (punctuation.listed(["甲", 2]), punctuation.apart(["甲", 2])) == (listed, apart)
            unmet = [Unmet("one", "甲"), Unmet("two", "2")]
            assert apart in str(ConditionsUnmet(unmet)), "the conditions that are missing"
    page = Template("{% load tingsu_ui %}{{ names|listed }}")
    with override("zh-hans"):
        assert page.render(Context({"names": ["甲", "乙"]})) == "甲、乙"
