"""What an ordinary complaint asks for decides what the form proposes: can it be compensated (TR-10)?"""

import pytest

from tests.cast import Cast
from tingsu.triage.steps.assessment import last_assessment
from tingsu.triage.tests.cases import registered


@pytest.mark.req("TR-10")
@pytest.mark.parametrize(
    ("kind", "proposed"), [("refund", True), ("repair", True), ("apology", False), ("explanation", False)]
)
def test_what_is_asked_for_says_whether_it_can_be_compensated(cast: Cast, kind: str, proposed: bool) -> None:
    complaint = registered(cast.frontline, demands=[{"kind": kind}])
    assert last_assessment(cast.frontline.actor, complaint)["compensation_possible"] is proposed
