"""What each side proposed stands in a mediation record that ends with or without an agreement (MD-06)."""

import pytest

from tests.cast import Cast
from tingsu.casework.models import Mediation
from tingsu.casework.tests.cases import MEDIATED, founded
from tingsu.complaints.models import Complaint
from tingsu.kernel.errors import ConditionsUnmet
from tingsu.triage.tests.cases import step

pytestmark = pytest.mark.req("MD-06")
SIDES = ("complainant_proposal", "respondent_proposal")
SILENT = {**MEDIATED, **dict.fromkeys(SIDES, "")}


def mediated(cast: Cast) -> Complaint:
    return step(cast.specialist, founded(cast), "appoint_mediator", member=str(cast.mediator.id))


@pytest.mark.parametrize("result", ["agreed", "not_agreed"])
@pytest.mark.parametrize("missing", SIDES)
def test_a_mediation_does_not_end_without_the_proposal_of_each_side(cast: Cast, result: str, missing: str) -> None:
    case = mediated(cast)
    agreement = {"agreement": "退八成"} if result == "agreed" else {}
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.mediator, case, "mediate", **{**MEDIATED, missing: ""}, result=result, **agreement)
    assert [one.code for one in refused.value.unmet] == ["proposal_missing"]
    assert Mediation.objects.get().state == "open"
    step(cast.mediator, case, "mediate", **MEDIATED, result=result, **agreement)
    assert Mediation.objects.get().state == result


def test_what_was_proposed_in_an_earlier_session_counts_and_who_refuses_proposes_nothing(cast: Cast) -> None:
    case = mediated(cast)
    step(cast.mediator, case, "mediate", **MEDIATED, result="open")
    step(cast.mediator, case, "mediate", **SILENT, result="not_agreed")
    assert Mediation.objects.get().state == "not_agreed"
    step(cast.specialist, case, "appoint_mediator", member=str(cast.mediator.id))
    with pytest.raises(ConditionsUnmet):
        step(cast.mediator, case, "mediate", **SILENT, result="not_agreed")
    step(cast.mediator, case, "mediate", **SILENT, result="refused")
    assert sorted(Mediation.objects.values_list("state", flat=True)) == ["not_agreed", "refused"]
