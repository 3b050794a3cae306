"""Report upward, pre-handling plan, upgrade: P02, E18, P06, P26."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from tests.approving import approved
from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.people import alone
from tingsu.triage import panels, risk_rules
from tingsu.triage.models import PrePlan, RiskReport
from tingsu.triage.rules import publish_triage_rules
from tingsu.triage.steps.assessment import may_lower_grade
from tingsu.triage.steps.reporting import those_above
from tingsu.triage.tests.cases import HIGH, PLAN, REPORT, graded, registered, reported, step, told


def codes(refused: pytest.ExceptionInfo[Any]) -> set[str]:
    return {unmet.code for unmet in refused.value.unmet}


def ending(complaint: Complaint, kind: str) -> list[str]:
    return list(
        Promise.objects.filter(stream_id=complaint.pk, kind=kind).order_by("pk").values_list("ending", flat=True)
    )


def to(cast: Cast) -> dict[str, str]:
    return {"unit": str(cast.units["investigation"].pk), "member": str(cast.specialist.id)}


@pytest.mark.req("TR-15", "SL-11", "AS-09")
def test_a_high_risk_complaint_is_reported_upward_and_never_joins_the_ordinary_queue(cast: Cast) -> None:
    complaint = graded(cast.frontline, registered(cast.frontline), **HIGH)
    assert ending(complaint, "high_risk_report") == [""]
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.frontline, complaint, "pass_on", **to(cast))
    assert "high_risk" in codes(refused)
    complaint = step(
        cast.frontline,
        complaint,
        "report_high_risk",
        **REPORT,
        recipients=[str(cast.supervisor.id), str(cast.mgmt_rep.id)],
    )
    assert complaint.state == "pre_plan"
    assert (ending(complaint, "high_risk_report"), ending(complaint, "pre_plan")) == (["met"], [""])
    assert "case.high_risk_report" in told(cast.supervisor)
    assert "case.high_risk_report" in told(cast.mgmt_rep)
    row = RiskReport.objects.get()
    row.complaint = complaint
    assert (row.text("spread"), row.reported_by) == (REPORT["spread"], cast.frontline.id)


@pytest.mark.req("TR-15")
def test_a_general_complaint_is_not_reported_as_high_risk(cast: Cast) -> None:
    complaint = graded(cast.frontline, registered(cast.frontline))
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.frontline, complaint, "report_high_risk", **REPORT, recipients=[str(cast.supervisor.id)])
    assert codes(refused) == {"general"}
    assert not RiskReport.objects.exists()


@pytest.mark.req("TR-15")
def test_a_report_to_oneself_is_no_report_upward(cast: Cast) -> None:
    complaint = graded(cast.supervisor, registered(cast.frontline), **HIGH)
    with pytest.raises(InvalidInput) as refused:
        step(cast.supervisor, complaint, "report_high_risk", **REPORT, recipients=[str(cast.supervisor.id)])
    assert set(refused.value.fields) == {"recipients"}
    with pytest.raises(InvalidInput):  # a colleague of the same rank does not stand above
        step(cast.supervisor, complaint, "report_high_risk", **REPORT, recipients=[str(cast.frontline2.id)])
    step(cast.supervisor, complaint, "report_high_risk", **REPORT, recipients=[str(cast.top_mgmt.id)])


@pytest.mark.req("TR-15", "AS-09")
def test_plan_script_and_containment_are_written_before_the_case_moves_on(cast: Cast) -> None:
    complaint = reported(cast, registered(cast.frontline))
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.supervisor, complaint, "adopt_pre_plan", **to(cast))
    assert codes(refused) == {"plan_missing"}
    with pytest.raises(InvalidInput) as missing:
        step(cast.specialist, complaint, "draft_pre_plan", **PLAN | {"script": ""})
    assert set(missing.value.fields) == {"script"}
    step(cast.specialist, complaint, "draft_pre_plan", **PLAN)
    complaint = step(cast.supervisor, complaint, "adopt_pre_plan", **to(cast))
    assert (complaint.state, complaint.required_level, complaint.offered_member_id) == (
        "routing",
        "expert",
        cast.specialist.id,
    )
    assert ending(complaint, "pre_plan") == ["met"]
    plan = PrePlan.objects.get()
    assert (plan.state, plan.author_id, plan.approver_id) == ("adopted", cast.specialist.id, cast.supervisor.id)


@pytest.mark.req("TR-13", "TR-15")
def test_adopting_the_plan_asks_for_the_immediate_measure_that_reporting_did_not_wait_for(cast: Cast) -> None:
    complaint = registered(cast.frontline)
    graded(cast.frontline, complaint, **HIGH | {"immediate_action": "yes"})
    step(cast.frontline, complaint, "report_high_risk", **REPORT, recipients=[str(cast.supervisor.id)])
    step(cast.specialist, complaint, "draft_pre_plan", **PLAN)
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.supervisor, complaint, "adopt_pre_plan", **to(cast))
    assert codes(refused) == {"measure_missing"}
    step(cast.supervisor, complaint, "immediate_measure", measure="下架封存", effective="yes")
    assert step(cast.supervisor, complaint, "adopt_pre_plan", **to(cast)).state == "routing"


def test_the_adopted_script_is_shown_first_and_earlier_versions_are_kept(cast: Cast) -> None:
    complaint = reported(cast, registered(cast.frontline))
    step(cast.specialist, complaint, "draft_pre_plan", **PLAN)
    assert panels.script_context(cast.frontline.actor, complaint) is None
    step(cast.specialist, complaint, "draft_pre_plan", **PLAN | {"script": "第二版口径"})
    complaint = step(cast.supervisor, complaint, "adopt_pre_plan", **to(cast))
    shown = panels.script_context(cast.frontline.actor, complaint)
    assert shown is not None
    assert shown["script"] == "第二版口径"
    assert list(PrePlan.objects.order_by("version").values_list("state", flat=True)) == ["replaced", "adopted"]


def in_routing(cast: Cast) -> Complaint:
    complaint = graded(cast.frontline, registered(cast.frontline))
    return step(cast.frontline, complaint, "pass_on", **to(cast))


@pytest.mark.req("TR-17")
def test_past_acceptance_a_higher_grade_goes_through_the_upgrade(cast: Cast) -> None:
    complaint = in_routing(cast)
    with pytest.raises(ConditionsUnmet) as refused:
        graded(cast.specialist, complaint, **HIGH)
    assert codes(refused) == {"use_upgrade"}
    complaint = step(
        cast.specialist, complaint, "upgrade", reason="两省同类投诉", **REPORT, recipients=[str(cast.supervisor.id)]
    )
    assert (complaint.state, complaint.grade, complaint.urgency) == ("pre_plan", "high_risk", "urgent")
    assert (complaint.offered_member_id, complaint.required_level) == (None, "expert")
    assert (
        ending(complaint, "high_risk_report"),
        ending(complaint, "pre_plan"),
        ending(complaint, "urgent_response"),
    ) == (["met"], [""], [""])
    assert "case.high_risk_report" in told(cast.supervisor)
    with pytest.raises(ConditionsUnmet):
        step(cast.specialist, complaint, "upgrade", reason="再次", **REPORT, recipients=[str(cast.supervisor.id)])


@pytest.mark.req("TR-17", "AS-08")
def test_an_upgrade_keeps_the_promises_to_the_complainant_running(cast: Cast) -> None:
    complaint = in_routing(cast)
    before = {p.kind: p.pk for p in Promise.objects.filter(stream_id=complaint.pk, ended_at__isnull=True)}
    step(cast.frontline, complaint, "set_waiting", waiting_on="complainant")
    raised = {"reason": "两省同类投诉", **REPORT, "recipients": [str(cast.supervisor.id)]}
    assert step(cast.specialist, complaint, "upgrade", **raised).waiting_on == "us", "from now on we are waited for"
    after = {p.kind: p.pk for p in Promise.objects.filter(stream_id=complaint.pk, ended_at__isnull=True)}
    assert {kind: after.get(kind) for kind in before} == before


@pytest.mark.req("TR-15", "SL-11")
def test_every_report_reaches_those_whom_the_rules_name_and_the_form_begins_with_them(cast: Cast) -> None:
    body = rulebooks.in_force(risk_rules.KIND).body
    wrong: Any
    for wrong in (
        {"supervisor": False, "mgmt_rep": False, "top_mgmt": False},
        {"frontline": True},
        {"supervisor": "yes"},
        [],
    ):
        with pytest.raises(InvalidInput):
            risk_rules.check({**body, "report_to": wrong})
    assert risk_rules.reported_to({}) == ("supervisor",), "a version from before it could be said"
    named = {**body, "report_to": {"supervisor": True, "mgmt_rep": False, "top_mgmt": True}}
    approved(cast, lambda: publish_triage_rules(actor=cast.supervisor.actor, kind=risk_rules.KIND, body=named))
    complaint = graded(cast.frontline, registered(cast.frontline), **HIGH)
    above = those_above(cast.frontline.actor, complaint)["recipients"]
    assert set(above) == {str(cast.supervisor.id), str(cast.top_mgmt.id)}
    step(cast.frontline, complaint, "report_high_risk", **REPORT, recipients=[str(cast.mgmt_rep.id)])
    for who in (cast.supervisor, cast.top_mgmt, cast.mgmt_rep):
        assert told(who).count("case.high_risk_report") == 1, who.username
    assert "case.high_risk_report" not in told(cast.specialist)


@pytest.mark.req("TR-23", "TR-20")
def test_the_case_page_shows_decision_beside_proposal(cast: Cast) -> None:
    complaint = registered(cast.frontline, description="充电宝半夜起火")
    before = panels.assessment_context(cast.frontline.actor, complaint)
    assert before is not None
    assert before["assessment"] is None
    complaint = graded(cast.frontline, complaint, reason="未起火")
    shown = panels.assessment_context(cast.frontline.actor, complaint)
    assert shown is not None
    assert shown["differs"]
    assert [score.split()[0] for _name, score, _seen in shown["scores"]] == ["2", "1", "2", "1", "2"]


@pytest.mark.req("TR-18", "AI-04")
@pytest.mark.parametrize("reason", ["", "核实后无伤情"])
@pytest.mark.parametrize(
    ("now", "becomes", "lowers"),
    [
        ({}, {}, False), ({"grade": "high_risk"}, {}, True), ({"grade": "high_risk"}, {"grade": "high_risk"}, False), ({}, {"grade": "high_risk"}, False),
        ({"major": True}, {"major": False}, True), ({"crisis": True}, {"crisis": False}, True), ({"crisis": True}, {}, False),
        ({"difficult": True}, {"difficult": False}, False), ({"grade": ""}, {"major": False}, False),
    ],
)  # fmt: skip
def test_who_lowers_a_grade_and_with_what(
    monkeypatch: pytest.MonkeyPatch, now: dict[str, Any], becomes: dict[str, Any], lowers: bool, reason: str
) -> None:
    monkeypatch.setattr(alone, "works_alone", lambda: False)
    usual: dict[str, Any] = {"grade": "general", "major": None, "crisis": None, "difficult": None}
    complaint = SimpleNamespace(
        **usual | dict.fromkeys(("major", "crisis", "difficult"), False) | now,
        owner_id=UUID(int=2),
        unit_concerned_id=None,
    )
    kind: Any
    for kind, roles, scopes, may in (
        ("member", {"supervisor"}, (), True), ("member", {"specialist"}, (), False), ("token", {"supervisor"}, (), False),
        ("token", {"supervisor"}, ("complaints:decide",), True), ("token", {"specialist"}, ("complaints:decide",), False),
        ("member", {"supervisor", "ai_agent"}, (), False), ("system", set(), (), False),
    ):  # fmt: skip
        actor = Actor(
            kind=kind, id=None, organisation_id=UUID(int=1), name="x", roles=frozenset(roles), scopes=frozenset(scopes)
        )
        case: Any = SimpleNamespace(complaint=complaint, actor=actor)
        unmet = may_lower_grade(case, SimpleNamespace(), usual | becomes | {"reason": reason})  # type: ignore[arg-type]
        wanted = ["supervisor_only"] * (not may) + ["reason_missing"] * (not reason)
        assert [one.code for one in unmet] == wanted * lowers, (kind, roles)
        own: Any = SimpleNamespace(complaint=complaint, actor=replace(actor, id=UUID(int=2)))
        unmet = may_lower_grade(own, SimpleNamespace(), usual | becomes | {"reason": reason})  # type: ignore[arg-type]
        assert [one.code for one in unmet] == (["own_case"] * may + wanted) * lowers, ("own", kind, roles)


@pytest.mark.req("TR-06", "TR-18")
@pytest.mark.parametrize(
    ("suggested", "marked", "asks"),
    [("high_risk", [], True), ("general", [], False), ("", [], False), ("", ["mass"], True)],
)
def test_what_was_suggested_at_receipt_still_asks_why_it_is_general_all_the_same(
    cast: Cast, suggested: str, marked: list[str], asks: bool
) -> None:
    complaint = registered(cast.frontline)
    Complaint.objects.filter(pk=complaint.pk).update(suggested_grade=suggested)
    if asks:
        with pytest.raises(InvalidInput) as refused:
            graded(cast.frontline, complaint, high_risk_reasons=marked, reason="")
        assert set(refused.value.fields) == {"reason"}
    said = "已核实" if asks else ""
    assert graded(cast.frontline, complaint, high_risk_reasons=marked, reason=said).grade == "general"
