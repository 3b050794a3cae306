"""A demand is marked reasonable or not; one that is not needs a reason, even where it is granted (VL-13)."""

import pytest

from tests.cast import Cast
from tingsu.kernel.errors import InvalidInput
from tingsu.settlement.models import DemandAnswer
from tingsu.settlement.tests.journey import handled


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
