"""Each decision keeps in which role it was taken and who was told of it (VL-12, SZ 3.7)."""

from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from tests.cast import Cast
from tingsu.casework.tests.cases import founded
from tingsu.complaints.asides import aside_lines, role_words
from tingsu.complaints.process import PROCESS
from tingsu.people.roles import Role
from tingsu.triage.tests.cases import graded, last_event, registered, step


@pytest.mark.req("VL-12")
def test_a_decision_keeps_the_role_it_was_taken_in_and_who_was_told(cast: Cast, client: Client, sign_in: Any) -> None:
    complaint = founded(cast)
    verdict = last_event(complaint)
    assert (verdict.kind, verdict.actor_id) == ("complaint.found_founded", cast.specialist.id)
    assert verdict.data["decided_as"] == ["investigator"]
    step(cast.specialist, complaint, "appoint_mediator", member=str(cast.mediator.id))
    assert "decided_as" not in last_event(complaint).data, "what decides nothing needs no role"
    ruling = {"objection": "偏袒", "upheld": "no", "reason": "听取录音"}
    complaint = step(cast.supervisor, complaint, "rule_on_mediator", **ruling)
    event = last_event(complaint)
    assert event.data["decided_as"] == ["supervisor"]
    assert event.data["reported_to"] == sorted([str(cast.specialist.id), str(cast.mediator.id)])
    with override("zh-hans"):
        lines = dict(aside_lines(event.data))
    assert lines["决定人身份"] == "主管"
    assert lines["报告对象"].count("、") == 1
    sign_in(cast.supervisor)
    page = client.get(complaint.get_absolute_url()).content.decode()
    assert "决定人身份" in page


@pytest.mark.req("VL-12")
def test_the_role_is_that_of_the_moment_and_a_decision_that_was_told_to_nobody_says_so(cast: Cast) -> None:
    complaint = graded(cast.supervisor, registered(cast.frontline))
    values = {"reason": "不属受理范围", "out_of_scope": True}
    event = last_event(step(cast.supervisor, complaint, "answer_not_ours", **values))
    assert (event.data["decided_as"], event.data["reported_to"]) == (["supervisor"], [])
    with override("zh-hans"):
        assert dict(aside_lines(event.data))["报告对象"] == "无其他人"


STANDS_ON = {
    "answer_settled": "the answer that was delivered, and the time in which nobody objected",
    "submit_solution": "the solution that was drafted with its bases",
    "approve": "the solution with its bases, and the authority of whoever approves",
    "vote_on_solution": "the solution with its bases",
    "agree": "what every party answered",
    "order_payment": "the application, looked at by somebody else",
    "grant_release": "the request with its purpose",
    "allow_extension": "the request with its reason and what the complainant is told",
    "verify_execution": "each item, verified with a remark",
    "archive": "the contents list",
}
"""Decisions that say no basis of their own: what they stand on is on record already, and a guard or the record itself holds it."""


@pytest.mark.req("VL-12", "IV-10")
def test_every_decision_asks_its_basis_or_stands_on_one_that_is_on_record() -> None:
    said = {"longtext", "text"}
    bare = {
        step.name
        for step in PROCESS.values()
        if step.decides and "basis_cited" not in {getattr(one, "__name__", one) for one in step.guards}
        if not any(one.required and one.kind in said for one in step.fields)
    }
    assert bare == set(STANDS_ON)


@pytest.mark.req("VL-12")
def test_every_role_that_may_decide_has_a_word() -> None:
    roles = {role for one in PROCESS.values() if one.decides for role in one.who}
    assert [role for role in roles if role not in Role.values and role_words(role) == role] == []
