"""Whoever approves sees all of it on one card; redrafting what was approved brings the right limit back."""

from datetime import timedelta

import pytest

from tingsu.clocks.models import Promise
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound
from tingsu.letters.models import Notice
from tingsu.people.roles import Role
from tingsu.settlement import queries
from tingsu.settlement.approval_card import approval_context
from tingsu.settlement.sending_card import sending_context
from tingsu.settlement.steps.solution import own_limit, solution_to_go_on_from
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


@pytest.mark.req("OG-09", "RM-10")
@pytest.mark.parametrize("mark", [{"grade": "high_risk"}, {"major": True}, {"crisis": True}])
def test_the_form_promises_no_limit_where_somebody_else_decides_whatever_it_costs(cast, mark):
    journey = handled(cast)
    said = own_limit(journey.owner.actor, journey.complaint)
    assert "¥" in said
    for name, value in mark.items():
        setattr(journey.complaint, name, value)
    said = own_limit(journey.owner.actor, journey.complaint)
    assert "¥" not in said
    assert str(Role.TOP_MGMT.label) in said
    assert "¥" in own_limit(cast.mgmt_rep.actor, journey.complaint) or mark == {"major": True}


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


@pytest.mark.req("RM-10", "FB-02")
@pytest.mark.parametrize("late", [False, True])
def test_a_refused_solution_is_an_end_and_another_one_is_written_within_its_limit(cast, late):
    journey = submitted(cast)
    whole = Promise.objects.get(stream_id=journey.complaint.pk, kind="solution", ended_at=None)
    if late:
        journey.at = whole.due_at + timedelta(hours=3)
    with pytest.raises(InvalidInput):
        journey.step(cast.mgmt_rep, "refuse_solution", reason=" ")
    journey.step(cast.mgmt_rep, "refuse_solution", reason="事实不足，不能这样赔")
    with travel_to(journey.at):
        refused = queries.latest_solution(journey.complaint)
        assert (refused.state, refused.settled_at) == ("rejected", journey.at)
        assert approval_context(cast.mgmt_rep.actor, journey.complaint) is None
        assert (
            solution_to_go_on_from(journey.owner.actor, journey.complaint).get("wording")
            != journey.solution()["wording"]
        )
    running = Promise.objects.get(stream_id=journey.complaint.pk, kind="solution", ended_at=None)
    assert (running.pk == whole.pk) is not late
    assert running.due_at > journey.at
    notice = Notice.objects.filter(member_id=journey.owner.id, kind="approval.refused")
    assert notice.count() == 1
    for step in ("submit_solution", "send_solution"):
        assert journey.refusal(journey.owner, step)
    for step, values in (
        ("approve", {}),
        ("return_solution", {"reason": "退"}),
        ("refuse_solution", {"reason": "再拒"}),
    ):
        with pytest.raises((NotAllowed, ConditionsUnmet)):
            journey.step(cast.mgmt_rep, step, **values)
    journey.step(journey.owner, "draft_solution", **journey.solution(amount=5_500_00))
    journey.step(journey.owner, "submit_solution").step(cast.mgmt_rep, "approve").step(journey.owner, "send_solution")
    assert journey.complaint.state == "feedback"


@pytest.mark.req("FB-02", "FB-03")
def test_whoever_sends_sees_to_whom_in_which_words_and_who_approved(cast):
    journey = submitted(cast)
    with travel_to(journey.at):
        assert sending_context(journey.owner.actor, journey.complaint) is None
    journey.step(cast.mgmt_rep, "approve")
    with travel_to(journey.at):
        found = sending_context(journey.owner.actor, journey.complaint)
        assert sending_context(cast.mgmt_rep.actor, journey.complaint) is None
    assert (found["total"], found["wording"]) == ("¥6,000.00", journey.solution()["wording"])
    assert [str(means) for _role, means in found["receivers"]]
    assert found["approved_by"]
    journey.step(journey.owner, "send_solution")
    with travel_to(journey.at):
        assert sending_context(journey.owner.actor, journey.complaint) is None
