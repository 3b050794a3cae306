"""What cannot be solved at once is planned and told; what is done against recurrence is a record; more than money is offered."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Party
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed
from tingsu.letters.composing import compose
from tingsu.letters.models import Letter
from tingsu.portal.story import events_of, messages
from tingsu.settlement import panels, queries
from tingsu.settlement.models import SolutionPlan
from tingsu.settlement.steps.solution import solution_to_go_on_from
from tingsu.settlement.tests.journey import Journey, handled
from tingsu.settlement.waiting import only_goods_and_money, plan_missing


def plan(journey: Journey, days: int = 5, **changes: Any) -> dict[str, Any]:
    return {
        "measure": "更换主板", "by": journey.day(days), "interim": "先借用一台备用机", "why": "配件在途", "means": "portal", **changes
    }  # fmt: skip


@pytest.mark.req("RM-11")
def test_a_plan_names_measure_day_and_help_and_the_complainant_is_told(cast: Cast) -> None:
    journey = handled(cast)
    for missing in ("measure", "by", "interim", "why"):
        with pytest.raises(InvalidInput):
            journey.step(journey.owner, "plan_solution", **{**plan(journey), missing: ""})
    with pytest.raises(InvalidInput):
        journey.step(journey.owner, "plan_solution", **plan(journey, -1))
    with pytest.raises(NotAllowed):
        journey.step(cast.qa, "plan_solution", **plan(journey))
    assert not SolutionPlan.objects.exists()
    journey.step(journey.owner, "plan_solution", **plan(journey))
    limit = Promise.objects.get(stream_id=journey.complaint.pk, kind="planned_solution", ended_at=None)
    assert limit.due_at.isoformat() == f"{journey.day(5)}T15:59:59+00:00", "the end of the day in Beijing"
    letter = Letter.objects.get(stream_id=journey.complaint.pk, intent__startswith="plan:")
    message, _version = compose(letter)
    for words in ("更换主板", "先借用一台备用机", "配件在途", "3 月 7 日前"):
        assert words in message.body
    complainant = Party.objects.get(complaint=journey.complaint, role="complainant")
    told = [
        one
        for one in messages(journey.complaint, complainant, events_of(journey.complaint), journey.at)
        if one.kind == "complaint.solution_planned"
    ]
    assert "更换主板" in told[0].text
    assert journey.complaint.last_feedback_at == journey.at
    shown: Any = panels.plan_context(cast.qa.actor, journey.complaint)
    assert (shown["measure"], shown["interim"], shown["why"]) == ("更换主板", "先借用一台备用机", "配件在途")


@pytest.mark.req("RM-11")
def test_a_day_moves_later_with_a_reason_only_and_the_solution_keeps_it(cast: Cast) -> None:
    journey = handled(cast)
    journey.step(journey.owner, "plan_solution", **plan(journey, 5))
    with pytest.raises(InvalidInput) as refused:
        journey.step(journey.owner, "plan_solution", **plan(journey, 6))
    assert set(refused.value.fields) == {"moved"}
    journey.step(journey.owner, "plan_solution", **plan(journey, 4))
    journey.step(journey.owner, "plan_solution", **plan(journey, 6, moved="配件再次缺货", means="phone"))
    assert SolutionPlan.objects.count() == 3
    holds = queries.plan_in_force(journey.complaint)
    assert holds is not None
    assert holds.due_on.isoformat() == journey.day(6)
    assert Letter.objects.filter(intent__startswith="plan:").count() == 2, (
        "said on the telephone, no letter says it again"
    )
    journey.offered()
    assert (
        Promise.objects.get(stream_id=journey.complaint.pk, kind="planned_solution", ending="met").ended_at
        == journey.at
    )
    with pytest.raises(ConditionsUnmet):
        journey.step(journey.owner, "plan_solution", **plan(journey))


@pytest.mark.req("RM-11")
def test_after_a_day_without_solution_the_owner_is_reminded_to_plan(cast: Cast) -> None:
    journey = handled(cast)
    begun = journey.complaint.entered_at
    for passed, said in ((timedelta(hours=23), False), (timedelta(hours=25), True)):
        with travel_to(begun + passed):
            assert bool(plan_missing(journey.owner.actor, journey.complaint)) is said
    journey.step(journey.owner, "plan_solution", **plan(journey))
    with travel_to(begun + timedelta(hours=25)):
        assert not plan_missing(journey.owner.actor, journey.complaint)


@pytest.mark.req("RM-12")
def test_the_part_against_recurrence_names_a_record_of_this_case_or_says_why_none(cast: Cast) -> None:
    journey, other = handled(cast), handled(cast)
    with pytest.raises(InvalidInput):
        journey.step(journey.owner, "draft_solution", **journey.solution(prevention=""))
    assert "recurrence" not in solution_to_go_on_from(journey.owner.actor, journey.complaint)
    day = {"until": journey.day(20), "check_on": journey.day(60)}
    asked = {"kind": "process", "what": "打款失败自动重试", "criterion": "同类不超过 2 件", "every": "monthly"}
    journey.step(cast.supervisor, "order_rectification", **asked, **day, department=str(cast.units["logistics"].pk))
    (entry,) = queries.recurrence_records(journey.complaint)
    assert solution_to_go_on_from(journey.owner.actor, journey.complaint)["recurrence"] == str(entry.pk)
    with pytest.raises(InvalidInput):
        other.step(other.owner, "draft_solution", **other.solution(recurrence=str(entry.pk)))
    journey.step(journey.owner, "draft_solution", **journey.solution(recurrence=str(entry.pk)))
    shown: Any = panels.remedies_context(cast.qa.actor, journey.complaint)
    assert entry.number in shown["recurrence"]
    assert shown["prevention"]
    assert solution_to_go_on_from(journey.owner.actor, journey.complaint)["recurrence"] == str(entry.pk)


@pytest.mark.req("RM-16")
def test_guidance_and_consolation_are_offered_beside_money(cast: Cast) -> None:
    journey = handled(cast)
    row = {"executor": str(journey.owner.id), "due_on": journey.day()}
    journey.step(journey.owner, "draft_solution", **journey.solution())
    (said,) = only_goods_and_money(journey.owner.actor, journey.complaint)
    assert "技术上的指导" in said
    assert "精神上的安慰" in said
    money = journey.solution()["remedies"]
    guided = [*money, {"code": "guidance", "text": "电话指导复位", **row}]
    journey.step(journey.owner, "draft_solution", **journey.solution(remedies=guided))
    (said,) = only_goods_and_money(journey.owner.actor, journey.complaint)
    assert "技术上的指导" not in said
    both = [*guided, {"code": "consolation", "text": "主管登门致歉", **row}]
    journey.step(journey.owner, "draft_solution", **journey.solution(remedies=both))
    assert not only_goods_and_money(journey.owner.actor, journey.complaint)
