"""What the head of a case says: to whom it is offered, for whom it waits; the complaint that it repeats; skipped stages."""

import pytest
from django.urls import reverse

from tingsu.desk.tests.cases import a_case, step
from tingsu.kernel.clock import travel_to
from tingsu.settlement.tests.journey import handled, registered


def page_of(sign_in, person, journey):
    with travel_to(journey.at):
        return sign_in(person).get(reverse("desk:case", args=[journey.complaint.number]))


@pytest.mark.req("AS-01")
def test_the_head_names_whom_the_case_is_offered_to_until_somebody_has_it(sign_in, cast):
    journey = registered(cast)
    assert page_of(sign_in, cast.frontline, journey).context["case"]["offered"] == ""
    journey.step(cast.frontline, "pass_on", unit=str(cast.specialist.unit_id), member=str(cast.specialist.id))
    shown = page_of(sign_in, cast.frontline, journey)
    assert shown.context["case"]["offered"] == "工号 2001"
    assert "已转给 工号 2001" in shown.content.decode()
    journey.step(cast.specialist, "accept", mode="independent", depth="standard", plan="调取记录。")
    assert page_of(sign_in, cast.frontline, journey).context["case"]["offered"] == ""


def test_the_head_names_everybody_the_case_waits_for(sign_in, cast):
    journey = handled(cast)
    assert page_of(sign_in, cast.supervisor, journey).context["case"]["notes"] == []
    unit = str(cast.units["logistics"].pk)
    journey.step(journey.owner, "department_task", unit=unit, request="签收？", kind="facts")
    assert len(page_of(sign_in, cast.supervisor, journey).context["case"]["notes"]) == 1
    journey.step(journey.owner, "draft_solution", **journey.solution(amount=6_000_00))
    journey.step(journey.owner, "submit_solution")
    notes = page_of(sign_in, cast.supervisor, journey).context["case"]["notes"]
    assert [one for one in notes if one.startswith("审批：")]
    assert len(notes) == 2


@pytest.mark.req("RG-24")
def test_a_repeated_complaint_opens_with_the_earlier_one(sign_in, cast):
    first = a_case(cast.frontline)
    again = a_case(cast.frontline)
    step(cast.frontline, again, "link", number=first.number, kind="repeated")
    client = sign_in(cast.frontline)

    def top(case):
        return [one.key for one in client.get(reverse("desk:case", args=[case.number])).context["top_panels"]]

    assert "previous" in top(again)
    assert "previous" not in top(first)


def test_a_stage_that_was_never_entered_carries_no_tick(sign_in, cast):
    journey = registered(cast)
    values = {"solution": "退款", "bases": ["law.consumer"], "accepted_by": "电话", "proof": "流水"}
    journey.step(cast.frontline, "solve_directly", **values)
    stops = page_of(sign_in, cast.frontline, journey).context["stops"]
    assert [stop.state for stop in stops] == ["done", *["skipped"] * 6, "now", "ahead"]
