"""Nobody approves his own work: every decision on what somebody wrote, made or moved names the guard that keeps its author away.

A table, so that a new decision cannot come without a word on whose work it judges. That each guard refuses is tried where its step is.
"""

import pytest

from tingsu.complaints.process import PROCESS
from tingsu.process.steps import name_of
from tingsu.registers.declaration import registers

JUDGES = {
    "allow_extension": "not_own_extension",
    "refuse_extension": "not_own_extension",
    "adopt_pre_plan": "not_own_plan",
    "return_pre_plan": "not_own_plan",
    "refuse_pre_plan": "not_own_plan",
    "approve_lead": "not_own_lead",
    "refuse_lead": "not_own_lead",
    "approve": "not_own_solution",
    "return_solution": "not_own_solution",
    "refuse_solution": "not_own_solution",
    "vote_on_solution": "not_own_solution",
    "order_payment": "checked_by_another",
    "return_payment": "checked_by_another",
    "verify_item": "verifier_not_executor",
    "verify_execution": "verifier_not_executor",
    "rule_on_deviation": "not_own_deviation",
    "rule_on_dispute": "not_of_a_party",
    "rule_on_mediator": "not_the_mediator",
    "grant_release": "of_somebody_else",
    "refuse_release": "of_somebody_else",
    "answer_review": "by_somebody_else",
    "find_unfounded": "supervisor_if_high_risk",
    "assess_and_grade": "may_lower_grade",
    "assign": "assignable",
    "end_supervision": "not_own_case",
    "callback": "callback_by_other_if_low",
}
"""Decision → the guard that keeps whoever is judged from deciding."""
OWN_TO_TAKE = {
    "accept", "agree", "answer_not_ours", "answer_settled", "archive", "close", "close_recourse", "draft_solution",
    "end_outside_case", "exhaust", "find_founded", "finish_item", "mediate", "no_agreement", "open_recourse", "outside_decision",
    "pass_on", "record_cost", "reinvestigate", "review_refusal", "send_solution", "solve_directly", "submit_solution", "transfer",
    "upgrade", "withdraw", "withdraw_offer",
}  # fmt: skip
"""Decisions on the matter itself, or on the wish of a party: no colleague's work is judged by them."""
APPROVING = {"approve", "approve_statement", "confirm", "release", "allow", "take_note", "pass_copy", "lift", "grant"}
"""What a step of a register is called that says of somebody's work that it holds."""
JUDGING_NOBODY = {("monthly_report", "release"), ("monthly_report", "confirm")}
"""Sending what somebody else has approved, and saying that one has received it."""


@pytest.mark.req("VL-10", "OG-09", "FB-04", "TR-15", "MD-07")
def test_every_decision_on_somebodys_work_keeps_its_author_away() -> None:
    deciding = {step.name for step in PROCESS.values() if step.decides or step.of_body}
    assert deciding - set(JUDGES) - OWN_TO_TAKE == set(), "say whose work it judges, or that it judges nobody's"
    assert deciding >= OWN_TO_TAKE, "no longer a decision"
    for name, guard in JUDGES.items():
        asked = {name_of(one): one for one in PROCESS[name].guards}
        assert guard in asked, name


@pytest.mark.req("VL-10", "IM-05")
def test_every_approval_in_a_register_keeps_the_author_away() -> None:
    bare, seen = [], 0
    for register in registers().values():
        for do in register.steps:
            if do.name not in APPROVING or (register.name, do.name) in JUDGING_NOBODY:
                continue
            seen += 1
            of_others = {name_of(one) for one in do.guards} & {"not_own_money", "no_own_application", "not_own_file"}
            if not do.not_by and not of_others and do.name != "approve_statement":
                bare.append(f"{register.name}: {do.name}")
    assert bare == []
    assert seen > 12
    statement = next(do for do in registers()["major_event"].steps if do.name == "approve_statement")
    assert "done_by_another" in {name_of(one) for one in statement.guards} or len(statement.guards) == 2
    effect = next(do for do in registers()["nonconformity"].steps if do.name == "confirm")
    assert set(effect.not_by) == {"plan", "finish_action"}
    assert "no_own_action" in {name_of(one) for one in effect.guards}
