"""Whoever approves sees all of it on one card; redrafting what was approved brings the right limit back."""

from datetime import timedelta

import pytest

from tingsu.clocks.models import Promise
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, NotAllowed, NotFound
from tingsu.settlement.approval_card import approval_context
from tingsu.settlement.tests.journey import handled


def submitted(cast, amount=6_000_00, **more):
    journey = handled(cast)
    journey.step(journey.owner, "draft_solution", **journey.solution(amount=amount, **more))
    return journey.step(journey.owner, "submit_solution")


@pytest.mark.req("RM-10")
@pytest.mark.parametrize(
    ("reader", "amount", "sees"),
    [
        ("mgmt_rep", 6_000_00, True),
        ("supervisor", 6_000_00, True),
        ("specialist2", 6_000_00, False),
        ("frontline", 6_000_00, False),
        ("qa", 6_000_00, False),
        ("dept", 6_000_00, False),
        ("supervisor", 60_000_00, False),
        ("top_mgmt", 60_000_00, True),
    ],
)
def test_the_card_is_for_whoever_may_decide_and_did_not_write_it(cast, reader, amount, sees):
    journey = submitted(cast, amount)
    with travel_to(journey.at):
        found = approval_context(getattr(cast, reader).actor, journey.complaint)
    assert (found is not None) is sees
    if sees:
        journey.step(getattr(cast, reader), "approve")
    else:
        with pytest.raises((NotAllowed, NotFound, ConditionsUnmet)):
            journey.step(getattr(cast, reader), "approve")


@pytest.mark.req("RM-10", "OG-09")
def test_the_card_tells_demand_totals_limit_and_what_changed(cast):
    journey = submitted(cast)
    journey.step(cast.mgmt_rep, "return_solution", reason="金额过高")
    journey.step(journey.owner, "draft_solution", **journey.solution(amount=5_500_00))
    journey.step(journey.owner, "submit_solution")
    with travel_to(journey.at):
        found = approval_context(cast.mgmt_rep.actor, journey.complaint)
    assert "1,299.00" in found["demands"]
    assert (found["total"], found["case_total"], found["person_total"]) == ("¥5,500.00",) * 3
    assert found["changes"][0] == "¥6,000.00 → ¥5,500.00"
    assert found["levels"]
    journey.step(cast.mgmt_rep, "approve")
    with travel_to(journey.at):
        assert approval_context(cast.mgmt_rep.actor, journey.complaint) is None


@pytest.mark.req("FB-02")
def test_redrafting_an_approved_solution_ends_the_hour_and_brings_the_whole_limit_back(cast):
    journey = handled(cast)
    whole = Promise.objects.get(stream_id=journey.complaint.pk, kind="solution").due_at
    journey.step(journey.owner, "draft_solution", **journey.solution(amount=6_000_00))
    journey.step(journey.owner, "submit_solution").step(cast.mgmt_rep, "approve")
    hour = Promise.objects.get(stream_id=journey.complaint.pk, kind="solution", ended_at=None)
    assert hour.due_at == journey.at + timedelta(hours=1)
    journey.step(journey.owner, "draft_solution", **journey.solution(amount=5_000_00))
    again = Promise.objects.get(stream_id=journey.complaint.pk, kind="solution", ended_at=None)
    assert again.due_at == whole
    journey.step(journey.owner, "draft_solution", **journey.solution(amount=4_000_00))
    same = Promise.objects.get(stream_id=journey.complaint.pk, kind="solution", ended_at=None)
    assert same.pk == again.pk, "a draft over a draft changes no limit"


@pytest.mark.req("FB-02")
def test_where_the_whole_limit_has_passed_it_runs_anew(cast):
    journey = handled(cast)
    journey.step(journey.owner, "draft_solution", **journey.solution(amount=6_000_00))
    journey.step(journey.owner, "submit_solution").step(cast.mgmt_rep, "approve")
    journey.wait(days=10)
    journey.step(journey.owner, "draft_solution", **journey.solution(amount=5_000_00))
    again = Promise.objects.get(stream_id=journey.complaint.pk, kind="solution", ended_at=None)
    assert again.started_at == journey.at
    assert again.due_at > journey.at
