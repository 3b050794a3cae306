"""A program registers and takes a step along, or learns what comes next: the same steps and conditions as on pages."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.api.tests.test_api import STORY, Call, call, token_of
from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS

__all__ = ["call", "token_of"]

CALL = STORY | {"mode": "phone", "record_confirmed": True, "demands": [{"kind": "refund", "amount": 9900}]}
ALONG = {"step": "solve_directly", "values": {"proof": "退款流水 0317"}}
DECIDES = ("complaints:read", "complaints:write", "complaints:decide")


@pytest.mark.req("AS-17", "AI-04")
def test_a_program_with_the_power_to_decide_registers_and_solves_in_one_request(
    cast: Cast,
    token_of: Callable,
    call: Call,
) -> None:
    plain, deciding = token_of(cast.frontline), token_of(cast.frontline, *DECIDES)
    assert call(plain, "POST", "/complaints", CALL | {"then": ALONG})[0] == 403
    assert not Complaint.objects.exists()
    status, made = call(deciding, "POST", "/complaints", CALL | {"then": ALONG})
    assert (status, made["state"], made["grade"]) == (201, "evaluating", "general"), made


@pytest.mark.req("OG-09")
@pytest.mark.parametrize(
    ("changes", "then", "status", "code"),
    [
        ({"demands": [{"kind": "refund", "amount": 900000}]}, ALONG, 409, "beyond_authority"),
        ({"mode": "internet"}, ALONG, 409, "nobody_to_agree"),
        ({}, {"step": "close", "values": {}}, 422, ""),
        ({}, {"step": ["solve_directly"]}, 422, ""),
        ({}, {"step": "solve_directly", "values": []}, 422, ""),
        ({}, {"step": "solve_directly", "more": 1}, 422, ""),
        ({}, "solve_directly", 422, ""),
        ({}, {"step": "solve_directly"}, 422, ""),
    ],
)
def test_a_refused_step_registers_nothing_and_says_why(
    cast: Cast,
    token_of: Callable,
    call: Call,
    changes: dict[str, Any],
    then: Any,
    status: int,
    code: str,
) -> None:
    found, answer = call(token_of(cast.frontline, *DECIDES), "POST", "/complaints", CALL | changes | {"then": then})
    assert found == status, answer
    assert answer["detail"]
    if code:
        assert [one["code"] for one in answer["data"]["unmet"]] == [code]
    assert not Complaint.objects.exists()


@pytest.mark.req("AS-17")
def test_programs_are_told_which_step_leads_on_and_what_is_to_be_done(
    cast: Cast, token_of: Callable, call: Call
) -> None:
    token = token_of(cast.frontline)
    number = call(token, "POST", "/complaints", CALL)[1]["number"]
    offered = call(token, "GET", f"/complaints/{number}/steps")[1]
    following = [(one["step"], one["guide"]) for one in offered if one["next"]]
    assert following == [("assess_and_grade", str(PROCESS["assess_and_grade"].guide))]
