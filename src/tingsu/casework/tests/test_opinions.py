"""Opinions with limits and a green channel, deviations, the joint assessment with those concerned (CO-05, CO-06, CO-07)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast, Person
from tingsu.casework.models import FunctionOpinion
from tingsu.casework.steps.risk import TIMER
from tingsu.casework.tests.cases import founded, investigating
from tingsu.casework.tests.test_interfaces import agree, line, local
from tingsu.casework.tests.test_tasks import RISK, codes, unmet
from tingsu.casework.waiting import tasks_for
from tingsu.clocks.models import Promise
from tingsu.clocks.sweep import sweep_due
from tingsu.complaints.models import CaseMember, Complaint
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound
from tingsu.kernel.models import Event
from tingsu.people import directory
from tingsu.people.access import actor_of
from tingsu.people.actions import give_post
from tingsu.people.models import Member, Unit
from tingsu.settlement.tests.journey import handled
from tingsu.triage.tests.cases import GRADE, graded, step, told

SignIn = Callable[[Person], Client]
TUESDAY = datetime(2026, 3, 3, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def asked(cast: Cast, complaint: Complaint, **changes: Any) -> tuple[Complaint, str]:
    """Legal is asked; the case and the request."""
    values = {"kind": "function", "unit": str(cast.units["legal"].pk), "question": "能否支持三倍赔偿？"} | changes
    complaint = step(cast.specialist, complaint, "ask_opinion", **values)
    return complaint, str(FunctionOpinion.objects.latest("pk").pk)


def said(cast: Cast, complaint: Complaint, **changes: Any) -> tuple[Complaint, str]:
    complaint, opinion = asked(cast, complaint, **changes)
    return step(cast.function, complaint, "give_opinion", opinion=opinion, content="不构成欺诈"), opinion


def weighed(cast: Cast, complaint: Complaint, opinion: str, stance: str, who: str = "specialist") -> Complaint:
    return step(getattr(cast, who), complaint, "weigh_opinion", opinion=opinion, stance=stance, words="理由如下")


@pytest.mark.req("CO-05", "CO-04")
@pytest.mark.parametrize(
    ("changes", "agreed", "kind", "due"),
    [
        ({}, "", "function_opinion", "03-04 18:00"),
        ({}, 3, "function_opinion", "03-03 14:30"),
        ({"green": "yes"}, "", "green_opinion", "03-03 14:00"),
        ({"green": "yes"}, 20, "green_opinion", "03-03 14:00"),
    ],
)
def test_an_opinion_has_a_limit_of_its_own_and_the_green_channel_a_shorter_one(
    cast: Cast, changes: dict[str, Any], agreed: Any, kind: str, due: str
) -> None:
    with travel_to(TUESDAY):
        agree(cast, line(unit="legal", contact="4101", opinion=agreed))
        complaint, opinion = asked(cast, investigating(cast), **changes)
        limit = Promise.objects.get(kind=kind)
        assert (local(limit.due_at), str(limit.subject_id), limit.owner_id) == (due, opinion, cast.function.id)
        assert FunctionOpinion.objects.get().due_at == limit.due_at
        assert ("case.opinion_urgent" in told(cast.function)) == bool(changes)
        step(cast.function, complaint, "give_opinion", opinion=opinion, content="不支持", declined="yes")
    limit.refresh_from_db()
    assert limit.ending == "met"


@pytest.mark.req("CO-05", "SL-15")
def test_a_late_opinion_is_warned_and_broken_as_every_limit(cast: Cast) -> None:
    asked(cast, investigating(cast), green="yes")
    limit = Promise.objects.get(kind="green_opinion")
    assert limit.next_at is not None
    assert limit.next_at < limit.due_at
    with travel_to(limit.due_at + timedelta(seconds=1)):
        while sweep_due().taken:
            pass
    limit.refresh_from_db()
    assert limit.breached_at == limit.due_at
    kinds = set(Event.objects.filter(data__kind="green_opinion").values_list("kind", flat=True))
    assert {"promise.warned", "promise.breached", "promise.escalated"} <= kinds


@pytest.mark.req("CO-05")
def test_what_comes_by_the_green_channel_stands_first_in_the_queue_of_the_function(cast: Cast) -> None:
    with travel_to(TUESDAY):
        agree(cast, line(unit="legal", contact="4101", opinion=1))  # due before what comes by the green channel
        complaint = investigating(cast)
        asked(cast, complaint, question="普通")
    with travel_to(TUESDAY + timedelta(minutes=30)):
        asked(cast, complaint, question="加急", green="yes")
        items = tasks_for(cast.function.actor, now()).items
    assert [item.title for item in items] == ["加急", "普通"]
    assert [item.promise is not None for item in items] == [True, True]


@pytest.mark.req("CO-07")
def test_with_a_marked_risk_no_solution_goes_out_before_a_function_has_spoken_and_was_weighed(cast: Cast) -> None:
    complaint = founded(cast, risk_marks=["litigation"])

    def left() -> set[str]:
        return unmet(cast.specialist, complaint, "send_solution", "opinions_weighed")

    assert left() == {"not_heard"}
    complaint, opinion = said(cast, complaint)
    assert left() == {"not_weighed"}
    complaint = weighed(cast, complaint, opinion, "follows")
    assert left() == set()
    assert "case.opinion_not_followed" not in told(cast.function)


@pytest.mark.req("CO-07")
def test_without_a_marked_risk_nothing_is_asked_but_a_deviation_that_was_said_waits(cast: Cast) -> None:
    complaint = founded(cast)
    assert unmet(cast.specialist, complaint, "send_solution", "opinions_weighed") == set()
    complaint, opinion = said(cast, complaint)
    assert unmet(cast.specialist, complaint, "send_solution", "opinions_weighed") == set()
    complaint = weighed(cast, complaint, opinion, "deviates")
    assert unmet(cast.specialist, complaint, "send_solution", "opinions_weighed") == {"deviation"}


@pytest.mark.req("CO-07")
def test_a_deviation_needs_the_supervisors_reason_and_the_function_hears_of_it(cast: Cast) -> None:
    complaint, opinion = said(cast, founded(cast, risk_marks=["litigation"]))
    complaint = weighed(cast, complaint, opinion, "deviates")
    assert "case.opinion_not_followed" in told(cast.function)
    assert "case.deviation" in told(cast.supervisor)
    decided = {"opinion": opinion, "decision": "allowed", "reason": "金额小，和解更快"}
    for who in ("specialist", "function", "dept", "qa", "coach"):
        with pytest.raises((NotAllowed, NotFound, ConditionsUnmet)):
            step(getattr(cast, who), complaint, "rule_on_deviation", **decided)
    with pytest.raises(InvalidInput):
        step(cast.supervisor, complaint, "rule_on_deviation", **decided | {"reason": ""})
    complaint = step(cast.supervisor, complaint, "rule_on_deviation", **decided)
    assert unmet(cast.specialist, complaint, "send_solution", "opinions_weighed") == set()
    row = FunctionOpinion.objects.get()
    row.complaint = complaint
    assert (row.allowed_by, row.text("allowed_reason")) == (cast.supervisor.id, "金额小，和解更快")
    assert "case.deviation_ruled" in told(cast.specialist)
    with pytest.raises((ConditionsUnmet, InvalidInput)):
        step(cast.mgmt_rep, complaint, "rule_on_deviation", **decided)


@pytest.mark.req("CO-07", "VL-10")
def test_nobody_allows_a_deviation_of_their_own_by_a_second_hat(cast: Cast) -> None:
    give_post(
        actor=cast.mgmt_rep.actor, member_id=cast.specialist.id, unit_id=cast.units["centre"].pk, role="supervisor"
    )
    complaint, opinion = said(cast, founded(cast, risk_marks=["litigation"]))
    complaint = weighed(cast, complaint, opinion, "deviates")
    hats = replace(cast.specialist, actor=actor_of(Member.objects.get(pk=cast.specialist.id)))
    with pytest.raises(ConditionsUnmet) as refused:
        step(hats, complaint, "rule_on_deviation", opinion=opinion, decision="allowed", reason="自己批")
    assert codes(refused) == {"own_deviation"}
    step(cast.mgmt_rep, complaint, "rule_on_deviation", opinion=opinion, decision="allowed", reason="同意")


@pytest.mark.req("CO-07")
def test_a_refused_deviation_and_another_solution_are_weighed_anew(cast: Cast) -> None:
    journey = handled(cast)
    who = cast.specialist2
    journey.step(who, "assess_and_grade", **GRADE | {"risk_marks": ["litigation"], "reason": "客户称要起诉"})
    journey.step(who, "draft_solution", **journey.solution())
    journey.step(who, "ask_opinion", kind="function", unit=str(cast.units["legal"].pk), question="能否支持？")
    opinion = str(FunctionOpinion.objects.get().pk)
    journey.step(cast.function, "give_opinion", opinion=opinion, content="不构成欺诈")
    journey.step(who, "weigh_opinion", opinion=opinion, stance="deviates", words="金额小")
    refused = {"opinion": opinion, "decision": "refused", "reason": "按法务意见办"}
    journey.step(cast.supervisor, "rule_on_deviation", **refused)

    def left() -> set[str]:
        return unmet(who, journey.complaint, "send_solution", "opinions_weighed")

    assert left() == {"not_weighed"}
    journey.step(who, "weigh_opinion", opinion=opinion, stance="follows", words="改为不支持三倍")
    assert left() == set()
    journey.step(who, "draft_solution", **journey.solution(amount=90_00))
    assert left() == {"not_weighed"}
    assert FunctionOpinion.objects.get().stance == ""


@pytest.mark.req("CO-06", "TR-19")
def test_the_functions_concerned_take_part_where_their_risk_is_marked(cast: Cast) -> None:
    complaint = founded(cast, risk_marks=["litigation"])
    with pytest.raises(InvalidInput) as refused:
        step(
            cast.supervisor,
            complaint,
            "assess_risk",
            **RISK,
            participants=[str(cast.supervisor.id), str(cast.coach.id)],
        )
    assert set(refused.value.fields) == {"participants"}
    step(
        cast.supervisor, complaint, "assess_risk", **RISK, participants=[str(cast.supervisor.id), str(cast.function.id)]
    )


@pytest.mark.req("CO-06")
def test_each_mark_asks_for_a_function_of_its_own(cast: Cast) -> None:
    Unit.objects.create(code="pr", kind=Unit.Kind.FUNCTION, name={"en": "PR", "zh-Hans": "公关"})
    Unit.objects.create(code="compliance", kind=Unit.Kind.FUNCTION, name={"en": "Compliance", "zh-Hans": "合规"})
    directory.forget_cached()
    for person, code in ((cast.dept2, "pr"), (cast.dept, "compliance")):
        unit = Unit.objects.get(code=code)
        give_post(actor=cast.supervisor.actor, member_id=person.id, unit_id=unit.pk, role="function")
    complaint = founded(cast, risk_marks=["penalty"])
    with pytest.raises(InvalidInput):
        step(cast.supervisor, complaint, "assess_risk", **RISK, participants=[str(cast.dept2.id)])
    complaint = step(cast.supervisor, complaint, "assess_risk", **RISK, participants=[str(cast.dept.id)])
    complaint = graded(cast.specialist, complaint, risk_marks=["penalty", "opinion"])
    step(cast.supervisor, complaint, "assess_risk", **RISK, participants=[str(cast.dept2.id), str(cast.dept.id)])


@pytest.mark.req("CO-06")
def test_a_marked_risk_calls_the_functions_at_once_and_a_limit_runs_until_it_is_assessed(cast: Cast) -> None:
    complaint = founded(cast)
    assert not Promise.objects.filter(kind=TIMER).exists()
    complaint = graded(cast.specialist, complaint, risk_marks=["litigation"])
    limit = Promise.objects.get(kind=TIMER)
    assert told(cast.function).count("case.risk_joint") == 1
    assert CaseMember.objects.filter(complaint=complaint, unit_id=cast.units["legal"].pk, role="function").exists()
    complaint = graded(cast.specialist, complaint, risk_marks=["litigation"])
    assert told(cast.function).count("case.risk_joint") == 1, "called once"
    assert Promise.objects.get(kind=TIMER).pk == limit.pk
    complaint = step(cast.supervisor, complaint, "assess_risk", **RISK, participants=[str(cast.function.id)])
    assert Promise.objects.get(kind=TIMER).ending == "met"
    graded(cast.specialist, complaint, risk_marks=["litigation"])
    assert Promise.objects.filter(kind=TIMER).count() == 1


@pytest.mark.req("CO-06")
def test_a_mark_that_is_taken_back_ends_the_limit_and_a_late_assessment_goes_up(cast: Cast) -> None:
    complaint = graded(cast.specialist, founded(cast), risk_marks=["litigation"])
    complaint = graded(cast.specialist, complaint, risk_marks=[])
    assert Promise.objects.get(kind=TIMER).ending == "cancelled"
    graded(cast.specialist, complaint, risk_marks=["opinion"])
    limit = Promise.objects.get(kind=TIMER, ended_at=None)
    with travel_to(limit.due_at + timedelta(seconds=1)):
        while sweep_due().taken:
            pass
    assert Event.objects.filter(kind="promise.escalated", data__kind=TIMER).exists()


@pytest.mark.req("CO-07")
@pytest.mark.parametrize(("language", "words"), [("zh-hans", "主管理由"), ("en", "Supervisor's reason")])
def test_the_case_shows_the_deviation_and_the_supervisor_decides_on_the_page(
    cast: Cast, sign_in: SignIn, language: str, words: str
) -> None:
    complaint, opinion = said(cast, founded(cast, risk_marks=["litigation"]))
    complaint = weighed(cast, complaint, opinion, "deviates")
    client = sign_in(cast.supervisor)
    client.cookies["tingsu_language"] = language
    page = client.get(reverse("desk:case", args=[complaint.number])).content.decode()
    assert words in page or words.replace("'", "&#x27;") in page
    address = reverse("desk:step", args=[complaint.number, "rule_on_deviation"])
    assert "不构成欺诈" in client.get(address).content.decode()
    sent = {"opinion": opinion, "decision": "allowed", "reason": "和解更快", "version": str(complaint.version)}
    assert client.post(address, sent | {"reason": " "}).status_code == 422
    assert client.post(address, sent).status_code == 303
    assert FunctionOpinion.objects.get().allowed_by == cast.supervisor.id
