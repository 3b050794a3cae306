"""A demand is marked reasonable or not; one that is not needs a reason, even where it is granted (VL-13)."""

import pytest

from tests.cast import Cast
from tingsu.complaints.models import Demand
from tingsu.complaints.recorded import demands_of
from tingsu.complaints.work_order import work_key
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.settlement.from_record import first_proposal
from tingsu.settlement.models import DemandAnswer
from tingsu.settlement.tests.journey import Journey, handled, registered

TWO = [{"kind": "refund", "amount": "100"}, {"kind": "repair", "amount": "5000", "detail": "误工"}]


def judge(walk: Journey, *said: str, reason: str = "没有依据") -> Journey:
    """The owner says of each demand in turn whether it is reasonable."""
    rows = [
        {"demand": str(one.pk), "reasonable": word, "reason": reason if word == "no" else ""}
        for one, word in zip(demands_of(walk.complaint), said, strict=False)
    ]
    return walk.step(walk.owner, "judge_demands", judgements=rows)


@pytest.mark.req("VL-13")
def test_a_demand_called_unreasonable_needs_a_reason_whatever_is_decided(cast: Cast) -> None:
    walk = handled(cast)
    offer = walk.solution()
    for line in offer["answers"]:
        line |= {"reasonable": False, "reason": ""}
    with pytest.raises(InvalidInput) as refused:
        walk.step(walk.owner, "draft_solution", **offer)
    assert set(refused.value.fields["answers"].rows[0]) == {"reason"}
    assert not DemandAnswer.objects.exists()
    for line in offer["answers"]:
        line["reason"] = "超出约定范围，为表歉意仍予办理"
    walk.step(walk.owner, "draft_solution", **offer)
    assert not any(DemandAnswer.objects.values_list("reasonable", flat=True))
    walk.refresh()
    assert walk.complaint.reasonable_open is False


@pytest.mark.req("VL-13")
def test_the_owner_says_early_which_demands_are_reasonable(cast: Cast) -> None:
    """Before any solution is written it moves the case forward in the list, fills in the draft, and stands beside the demand."""
    walk = registered(cast, demands=TWO)
    assert walk.complaint.reasonable_open is False
    later = walk.complaint.work_key
    with pytest.raises(NotAllowed):
        walk.step(cast.specialist2, "judge_demands", judgements=[])
    for rows, field in (
        ([], ""), ([{"demand": "x", "reasonable": "yes"}], "demand"),
        ([{"demand": str(demands_of(walk.complaint)[0].pk), "reasonable": "no"}], "reason"),
        ([{"demand": str(demands_of(walk.complaint)[0].pk), "reasonable": "yes"}] * 2, "demand"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput) as refused:
            walk.step(walk.owner, "judge_demands", judgements=rows)
        assert not field or field in next(iter(refused.value.fields["judgements"].rows.values())), rows
    assert set(Demand.objects.values_list("reasonable", flat=True)) == {None}
    judge(walk, "no", "no")
    assert (walk.complaint.reasonable_open, walk.complaint.work_key) == (False, later)
    judge(walk, "yes")
    assert walk.complaint.reasonable_open is True
    assert walk.complaint.work_key == work_key(walk.complaint) < later
    assert [one.reasonable for one in demands_of(walk.complaint)] == [True, False], "what was not named stays"
    walk.refresh()
    first = first_proposal(walk.owner.actor, walk.complaint)
    assert [(one["reasonable"], one.get("decision", "")) for one in first["answers"]] == [
        (True, "granted"),
        (False, ""),
    ]
    assert [one["amount"] for one in first["remedies"]] == ["100.00"]


@pytest.mark.req("VL-13", "FB-06")
def test_a_demand_is_open_again_when_the_result_is_refused(cast: Cast) -> None:
    walk = handled(cast).evaluated()
    assert walk.complaint.reasonable_open is False
    walk.step(walk.owner, "notify_result", notice="已退款")
    walk.step(cast.supervisor, "reject_result", reason="金额不对")
    assert (walk.complaint.state, walk.complaint.reasonable_open) == ("external_route", True)
