"""What complaints have in common: order, merchant, address, telephone, batch, nearly the same words; found, shown, warned of, erased (MO-02)."""

import re
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tingsu.complaints.models import Complaint
from tingsu.desk.tests.cases import a_case, local
from tingsu.figures import folding
from tingsu.figures.tests.test_indicators import facts
from tingsu.governance.erasure import erase_case
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.registers.models import Entry
from tingsu.warning import groups, panels, rules, series, shown, traces, watching
from tingsu.warning.models import Alarm, Trace, Traced

pytestmark = pytest.mark.django_db
AT = local("2026-03-12 15:00")
TODAY = date(2026, 3, 12)
LETTER = "本人于三月初购入贵公司出品的养生壶一只，使用两次之后壶盖开裂，联系客服要求退货退款，客服以超过七天为由拒绝，现要求全额退款并赔礼道歉。"
NAMED = [
    ("生产批号：LP240917 已经漏水", {("batch", "LP240917"): "LP240917"}),
    ("批次 A-1029/7，lot no. BX99-21。", {("batch", "A10297"): "A-1029/7", ("batch", "BX9921"): "BX99-21"}),
    ("订单号 20260301-778812 一直没到", {("order", "20260301778812"): "20260301-778812"}),
    ("见 https://www.Shop.example.com/item/77?from=x，假货", {("address", "shop.example.com/item/77"): "Shop.example.com/item/77"}),
    ("打 13912345678 没人接", {("phone", "13912345678"): "13912345678"}),
    ("我在优品家居旗舰店买的", {("merchant", "优品家居旗舰店"): "优品家居旗舰店"}),
    ("订单一直没到，批次不明，店里不认", {}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), NAMED)
def test_what_a_text_names(text: str, expected: dict[Any, str]) -> None:
    assert traces.of_text(text) == expected


def test_nearly_the_same_texts_share_bands() -> None:
    first, other = set(traces.bands(LETTER)), set(traces.bands(LETTER.replace("一只", "两只")))
    assert len(first) == traces.BANDS
    assert len(first & other) >= 2
    assert not first & set(
        traces.bands("快递三天没有动静，电话里说在路上，可是物流一直停在中转站，请帮我催一下，孩子等着用的奶粉。")
    )
    assert traces.bands("太短") == []


def case(cast: Cast, at: Any, number: int, text: str, **more: Any) -> Complaint:
    with travel_to(at):
        given = {
            "description": text,
            "phone": f"1370000{1000 + number}",
            "name": f"陈{number}",
            "respondent_name": "",
            "order_number": "",
        }
        return a_case(cast.frontline, **given, **more)


@pytest.mark.req("MO-02", "TR-07")
def test_one_batch_in_many_complaints_is_one_warning_that_says_so(cast: Cast, sign_in: Any) -> None:
    facts(*[{"received_on": TODAY - timedelta(days=7 * week + 1)} for week in range(1, 9)])
    for number in range(5):
        case(
            cast,
            AT - timedelta(hours=number),
            number,
            f"第{number}个壶，批号 LP240917，请看 http://x.example.com/a{number}",
        )
    other = case(cast, AT, 9, "发票抬头开错了，请重开")
    with travel_to(AT):
        assert traces.follow() == 6
        assert traces.follow() == 6, "what it looks at twice it makes once"
        assert Trace.objects.filter(kind="batch").count() == 5
        assert Traced.objects.count() == 1
        assert Trace.objects.filter(kind="phone").count() == 0, "the complainant's own number is nothing in common"
        folding.fold_moved()
        watching.watch()
        [alarm] = Alarm.objects.filter(stream="traces")
        assert (alarm.rule, alarm.count, alarm.value[0]) == ("YJ-5", 5, "batch")
        entry = Entry.objects.get(pk=alarm.entry_id)
        client = sign_in(cast.supervisor)
        page = client.get(_address(entry))
        words = re.sub(r"<[^>]+>|\s+", " ", page.content.decode())
        assert "多件投诉提到同一批次" in words
        assert "LP240917" in words
        assert series.complaints_of("traces", tuple(alarm.value), TODAY, TODAY).count() == 5
        newest = Complaint.objects.exclude(pk=other.pk).order_by("-received_at")[0]
        with CaptureQueriesContext(connection) as asked:
            told = panels.shared(cast.supervisor.actor, newest)
        assert told is not None
        assert [(str(kind), len(cases), more) for kind, cases, more in told["shared"]] == [("批次", 4, 0)]
        assert len(asked) <= 4
        drawn = render_to_string("warning/panel.html", {"shared": [("批次", told["shared"][0][1], 7)]})
        assert "另有 7 件" in drawn, "complaints are counted as such"
        assert panels.shared(cast.supervisor.actor, other) is None
        assert panels.shared(cast.dept.actor, newest) is None
        # An erased case has nothing in common with anybody.
        erase_case(newest.pk, actor=automation("test", cast.organisation_id), at=AT, data={"why": "retention"})
        assert not Trace.objects.filter(complaint_id=newest.pk, mark__isnull=False).exists()
        watching.watch()
        assert Alarm.objects.filter(stream="traces").values("entry_id").distinct().count() == 1, (
            "one warning an episode"
        )


def _address(entry: Entry) -> str:
    from django.urls import reverse

    return reverse("registers:entry", args=["warning", entry.number])


def test_a_correction_makes_them_anew(cast: Cast) -> None:
    one, other = case(cast, AT, 1, "批号 LP240917"), case(cast, AT, 2, "批号 LP240917")
    with travel_to(AT):
        traces.follow()
        mark = Trace.objects.get(kind="batch", complaint=one).mark
        one.stream.refresh_from_db()
        one.seal("description", "批号 LP240918")
        Complaint.objects.filter(pk=one.pk).update(description=one.description)
        assert traces.keep([one.pk]) == 1
        [left] = Trace.objects.filter(kind="batch", complaint=one)
        assert bytes(left.mark) != bytes(mark)
        assert bytes(Trace.objects.get(kind="batch", complaint=other).mark) == bytes(mark), (
            "the other one said nothing new"
        )
        assert traces.keep([one.pk]) == 0


@pytest.mark.req("MO-02")
def test_a_week_and_those_before_it_begin_and_end_on_their_days(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three weeks that end on the twelfth: which day is of which, and whose complaints are of the last one."""
    seen: list[Any] = []

    def standing_out(counts: Any, held: Any, *rest: Any) -> list[Any]:
        seen.append((counts, held))
        return []

    monkeypatch.setattr(groups, "standing_out", standing_out)
    one = case(cast, AT, 1, "发票抬头开错了，请重开")
    until, cases = date(2026, 3, 12), [one, *(case(cast, AT, number, "发票") for number in (2, 3, 4))]
    for mark, days in (
        (b"a" * 32, (0, 6, 7, 13)),
        (b"b" * 32, (6, 14, 20, 21)),
        (b"c" * 32, (-1, 0)),
        (b"d" * 32, (-1, 7)),
    ):
        for each, day in zip(cases, days, strict=False):
            Trace.objects.create(complaint=each, kind="batch", mark=mark, received_on=until - timedelta(days=day))
    for least in (1, 2):
        groups.of_week(until, (1.0, 1.0, 1.0), least, 5.0, ())
    (first, held), (often, held_often) = seen
    told = {bytes.fromhex(mark)[:1]: numbers for (_kind, mark), numbers in first.items()}
    assert told == {b"a": [2, 2, 0], b"b": [1, 0, 2], b"c": [1, 0, 0]}
    assert {bytes.fromhex(key[1])[:1]: len(who) for key, who in held.items()} == {b"a": 2, b"b": 1, b"c": 1}
    assert {bytes.fromhex(key[1])[:1] for key in often} == {b"a"} == {bytes.fromhex(key[1])[:1] for key in held_often}


@pytest.mark.req("MO-02")
def test_groups_are_told_once_by_the_name_they_had() -> None:
    ids = [uuid.uuid4() for _one in range(12)]
    counts: dict[tuple[str, ...], list[int]] = {
        ("batch", "aa"): [6, *[0] * 8],
        ("words", "bb"): [6, *[0] * 8],
        ("phone", "cc"): [6, *[6] * 8],
        ("order", "dd"): [5, *[0] * 8],
    }
    held: dict[tuple[str, ...], set[uuid.UUID]] = {
        ("batch", "aa"): set(ids[:6]),
        ("words", "bb"): set(ids[1:7]),
        ("phone", "cc"): set(ids[:6]),
        ("order", "dd"): set(ids[7:12]),
    }
    weights = [5.0] * 9

    def told(*known: Any) -> set[Any]:
        return {thing for thing, _seen in groups.standing_out(counts, held, weights, 400, 1.0, set(known))}

    assert told() == {("batch", "aa"), ("order", "dd")}, "the words are the same complaints; the telephone always comes"
    assert told(("words", "bb")) == {("words", "bb"), ("order", "dd")}
    assert groups.standing_out(counts, held, weights, 10**9, 1.0, set()) == [], "among very many some come by chance"


@pytest.mark.req("MO-02")
def test_the_cost_of_a_look_does_not_grow_with_history(cast: Cast) -> None:
    rule = next(one for one in rules.rules() if one.method == rules.COMMON)
    cases = [case(cast, AT - timedelta(hours=number), number, "批号 LP240917 漏水") for number in range(4)]
    with travel_to(AT):
        traces.follow()
        everything = dict.fromkeys(range(70), 1)
        with CaptureQueriesContext(connection) as few:
            assert watching.of_traces(rule, TODAY, everything, lambda on: True)
        mark = bytes(Trace.objects.filter(kind="batch")[0].mark)
        Trace.objects.bulk_create(
            [
                Trace(
                    complaint=cases[0], kind=f"k{number}", mark=mark, received_on=TODAY - timedelta(days=100 + number)
                )
                for number in range(60)
            ]
        )
        with CaptureQueriesContext(connection) as many:
            watching.of_traces(rule, TODAY, everything, lambda on: True)
        assert len(few) == len(many) <= 5
        assert shown.KIND_WORDS.keys() == set(traces.KINDS)
