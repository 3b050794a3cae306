"""Lessons and model cases made of closed cases, of nobody (IM-11, FB-11); handling methods measured before and after (IM-12)."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.aftercare.tests.rounds import REACHED, REVIEW, closed, notified
from tingsu.figures import folding
from tingsu.figures.models import Fact
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.kernel.ids import new_id
from tingsu.kernel.models import Event
from tingsu.knowledge import learning, methods, nobody, terms
from tingsu.knowledge.tests.given import HELP, ZONE, in_days, opened, take
from tingsu.registers.actions import link_entry
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryLink

pytestmark = pytest.mark.django_db
LESSON = {**REVIEW, "lesson": "给陈小满（13800002210）退款前先核对卡号。", "share_lesson": "yes"}


@pytest.mark.req("IM-11", "FB-11")
def test_what_is_worth_knowing_becomes_a_lesson_of_nobody_when_the_case_is_closed(cast: Cast) -> None:
    journey = (
        notified(cast)
        .deliver_letters()
        .step(cast.specialist, "callback", **REACHED)
        .step(cast.supervisor, "close", **LESSON)
    )
    event = Event.objects.get(stream_id=journey.complaint.pk, kind="complaint.closed")
    assert event.body["values"]["share_lesson"] is True
    entry = learning.learn_from_closing(event.pk)
    assert entry is not None
    again = learning.learn_from_closing(event.pk)
    assert again is not None
    assert again.pk == entry.pk
    assert Entry.objects.filter(register=terms.NAME).count() == 1
    text = " ".join(Entry.objects.select_related("stream").get(pk=entry.pk).written().values())
    assert "退款前先核对卡号" in text
    assert "陈小满" not in text
    assert "13800002210" not in text
    assert EntryLink.objects.filter(entry=entry, other_id=journey.complaint.pk, kind="follows").exists()
    assert (entry.state, entry.codes["kind"]) == ("draft", "lesson")


@pytest.mark.req("IM-11")
def test_a_model_case_is_anonymised_looked_at_and_refused_when_it_names_somebody(cast: Cast, sign_in: Any) -> None:
    journey = closed(cast)
    number = journey.complaint.number
    client = sign_in(cast.specialist)
    address = reverse("knowledge:learn", args=[number])
    page = client.get(address).content.decode()
    assert "陈小满" not in page
    answer = client.post(address, {"kind": "case"})
    assert answer.status_code == 303
    entry = Entry.objects.select_related("stream").get(register=terms.NAME)
    assert client.post(address, {"kind": "case"}).headers["Location"] == answer.headers["Location"]
    assert entry.written()["situation"]
    texts = entry.written()
    content = {name: texts[name] for name in ("title", "situation")}
    take(cast.specialist, entry, "write", **content, body="陈小满后来满意了。")
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.specialist, entry, "submit", reviewer=str(cast.coach.id))
    assert {one.code for one in refused.value.unmet} == {"names_somebody"}
    take(cast.specialist, entry, "write", **content, body="对方后来满意了。")
    take(cast.specialist, entry, "submit", reviewer=str(cast.coach.id))
    assert take(cast.coach, entry, "approve", review_on=in_days(90)).state == "in_use"


@pytest.mark.req("IM-11", "SK-07")
def test_public_help_linked_with_a_case_names_nobody_of_it_and_keeps_its_hotline(cast: Cast) -> None:
    number = closed(cast).complaint.number
    entry = opened(cast.specialist, **{**HELP, "body": "像陈小满那样先核对卡号，或拨打 13900001111。"})
    link_entry(actor=cast.specialist.actor, register=registers()[terms.NAME], entry=entry, number=number, kind="about")
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.specialist, entry, "submit", reviewer=str(cast.coach.id))
    assert {one.code for one in refused.value.unmet} == {"names_somebody"}
    content = {name: value for name, value in HELP.items() if name != "kind"}
    take(cast.specialist, entry, "write", **{**content, "body": "先核对卡号，或拨打 13900001111。"})
    assert take(cast.specialist, entry, "submit", reviewer=str(cast.coach.id)).state == "checking"


def facts(day_offset: int, days: list[int], **more: Any) -> None:
    """Closed cases as figures know them: the newest complaint's facts, as if there were several."""
    model = Fact.objects.order_by("pk").first()
    assert model is not None
    for length in days:
        model.pk = new_id()
        model.closed_on = local_date(now(), ZONE) + timedelta(days=day_offset)
        model.closed_after_days, model.category = length, 16
        for name, value in more.items():
            setattr(model, name, value)
        model._state.adding = True
        model.save(force_insert=True)


@pytest.mark.req("IM-12", "IM-11")
def test_a_method_is_measured_before_and_after_and_the_best_becomes_practice(cast: Cast) -> None:
    closed(cast)
    folding.catch_up()
    facts(-20, [9, 9, 9, 9, 9])
    facts(-5, [3, 3, 3, 3, 3])
    entry = opened(
        cast.frontline,
        methods.NAME,
        title="先查账再回电",
        problem="退款类用时长",
        method="先查账再回电",
        measure="days",
    )
    asked = {
        "measure": "days", "owner": str(cast.qa.id), "since": in_days(-10), "until": in_days(-1), "judge_on": in_days(5), "category": "16",
    }  # fmt: skip
    own = opened(cast.coach, methods.NAME, title="x", problem="y", method="z", measure="days")
    with pytest.raises(ConditionsUnmet):
        take(cast.coach, own, "begin", **asked)
    for wrong, field in (({"until": in_days(-10)}, "until"), ({"judge_on": in_days(-1)}, "judge_on")):
        with pytest.raises(InvalidInput) as refused:
            take(cast.coach, entry, "begin", **{**asked, **wrong})
        assert set(refused.value.fields) == {field}
    running = opened(cast.frontline, methods.NAME, title="a", problem="b", method="c", measure="days")
    take(cast.coach, running, "begin", **{**asked, "until": in_days(3)})
    with pytest.raises(ConditionsUnmet) as refused_early:
        take(cast.coach, running, "judge_best", conclusion="早")
    assert {one.code for one in refused_early.value.unmet} == {"not_over"}
    entry = take(cast.coach, entry, "begin", **asked)
    assert (entry.codes["before"], entry.codes["before_n"]) == ("9.0", 5)
    with pytest.raises(ConditionsUnmet) as own_work:
        take(cast.qa, entry, "judge_best", conclusion="好")
    assert own_work.value.unmet
    entry = take(cast.coach, entry, "judge_best", conclusion="少用六天")
    assert (entry.state, entry.codes["after"], entry.codes["after_n"]) == ("best", "3.0", 5)
    assert methods.context(cast.coach.actor, entry)["better"] is True
    take(cast.coach, entry, "share")
    practice = Entry.objects.select_related("stream").get(register=terms.NAME)
    assert practice.codes["kind"] == "practice"
    assert "少用六天" in practice.written()["body"]
    with pytest.raises(ConditionsUnmet):
        take(cast.coach, entry, "share")


@pytest.mark.req("IM-12")
def test_of_few_cases_no_figure_is_told(cast: Cast) -> None:
    day = local_date(now(), ZONE)
    assert methods.measured({"measure": "days"}, day - timedelta(days=3), day) == (None, 0)


@pytest.mark.req("IM-11", "PS-06")
@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("订单 WH26093010084032，退款 299 元", "订单 ××，退款 299 元"),
        ("请打 13800002210 找我", "请打 ×× 找我"),
        ("2026 年 11 月 3 日，第 202 号柜台", "2026 年 11 月 3 日，第 202 号柜台"),
    ],
)
def test_numbers_by_which_somebody_is_found_are_taken_out_and_the_story_stays(told: str, kept: str) -> None:
    assert nobody.anonymous(told) == kept
    assert not nobody.tells_of_somebody(kept)
    assert nobody.tells_of_somebody(told) is (told != kept)
