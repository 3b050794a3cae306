"""What forms hold before anybody typed: what was found before, never a guess and never personal data in the clear."""

from typing import Any

import pytest

from tests.cast import Cast
from tingsu.casework.tests.cases import FINDING, answered, basis, founded, investigating, offered, unfounded
from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS
from tingsu.process.registry import starting_values
from tingsu.triage.tests.cases import PLAN, graded, registered, reported, step


def started(cast: Cast, name: str, complaint: Complaint) -> dict[str, Any]:
    return starting_values(PROCESS[name], cast.specialist, complaint)


@pytest.mark.req("IV-06")
def test_acceptance_starts_from_the_proposed_depth(cast: Cast) -> None:
    assert started(cast, "accept", offered(cast))["depth"] == "basic"
    assert started(cast, "accept", offered(cast, major="yes"))["depth"] == "in_depth"


@pytest.mark.req("TR-17")
def test_a_new_round_starts_from_the_record_before_and_can_be_confirmed_at_once(cast: Cast) -> None:
    complaint = answered(cast)
    first = started(cast, "find_founded", investigating(cast))
    assert set(first) == {
        "background",
        "demand",
        "damage",
        "evidence",
        "responsibility",
        "complainant_heard",
        "respondent_heard",
        "sources",
    }
    assert not {"cause", "verdict", "facts_tied", "no_exclusion"} & set(first), "what was found is the investigator's"
    step(cast.specialist, complaint, "contest", new_facts="银行证明")
    start = started(cast, "find_unfounded", complaint)
    assert (start["cause"], start["bases"]) == (FINDING["cause"], basis())
    assert start["responsibility"] == [one | {"who": ""} for one in FINDING["responsibility"]]
    assert "facts_tied" not in start
    again = start | {
        name: FINDING[name] for name in ("complainant_heard", "respondent_heard", "facts_tied", "no_exclusion")
    }
    assert step(cast.specialist, complaint, "find_unfounded", **again, verdict="unfounded").state == "answering"


@pytest.mark.req("PS-06")
def test_a_text_with_personal_data_is_not_copied_into_a_form(cast: Cast) -> None:
    complaint = unfounded(cast, background="用户电话 13900001111")
    start = started(cast, "find_unfounded", complaint)
    assert "background" not in start
    assert start["cause"] == FINDING["cause"]


@pytest.mark.req("TR-17", "TR-20")
def test_a_new_assessment_starts_from_the_last_one_without_its_reason(cast: Cast) -> None:
    complaint = registered(cast.frontline, categories=["3"], delivery_delay="9")
    assert started(cast, "assess_and_grade", complaint)["categories"] == ["3"]
    graded(cast.frontline, complaint, severity="4", urgent_topics=["quality"], reason="批次问题")
    start = started(cast, "assess_and_grade", complaint)
    assert (start["severity"], start["urgent_topics"]) == ("4", ["quality"])
    assert "reason" not in start


@pytest.mark.req("TR-15")
def test_a_new_version_of_the_plan_starts_from_the_last_one(cast: Cast) -> None:
    complaint = reported(cast, registered(cast.frontline))
    assert started(cast, "draft_pre_plan", complaint) == {}
    step(cast.supervisor, complaint, "draft_pre_plan", **PLAN)
    assert started(cast, "draft_pre_plan", complaint) == PLAN


@pytest.mark.req("IV-04")
def test_nothing_is_prefilled_for_a_step_without_a_record(cast: Cast) -> None:
    assert started(cast, "reinvestigate", founded(cast)) == {}
