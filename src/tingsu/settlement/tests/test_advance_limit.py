"""A rule of advance compensation covers what it says and no more; its version stays with the recourse (RM-07)."""

import pytest

from tests.cast import LONG_AGO, Cast
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.rulebooks import publish
from tingsu.settlement.models import Recourse
from tingsu.settlement.rulebooks import advance
from tingsu.settlement.tests.test_recourse import paid


@pytest.mark.req("RM-07")
@pytest.mark.parametrize(("most", "covered"), [(99, False), (100, True)])
def test_no_recourse_goes_beyond_the_limit_of_its_rule(cast: Cast, most: int, covered: bool) -> None:
    body = advance.default()
    body = {**body, "rules": [{**one, "max_yuan": most} for one in body["rules"]]}
    with travel_to(LONG_AGO):
        publish(actor=cast.top_mgmt.actor, kind=advance.KIND, body=body)
    journey, item = paid(cast)
    journey.step(journey.owner, "finish_item", item=item, proof="回单", paid=100_00, means="original")
    asked = {"item": item, "rule": "carrier", "against": "承运公司", "ground": "运输破损"}
    if covered:
        journey.step(journey.owner, "open_recourse", **asked)
        assert [row.rule_version for row in Recourse.of(journey.complaint)] == [1]
        return
    with pytest.raises(InvalidInput) as refused:
        journey.step(journey.owner, "open_recourse", **asked)
    assert "¥99.00" in str(refused.value.fields["rule"])
    assert not Recourse.of(journey.complaint)
