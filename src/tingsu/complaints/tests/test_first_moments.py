"""The three first moments and the first action of a colleague, measured from receipt, kept and told (SL-20, OG-19, SL-12, SL-13)."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.complaints.models import Complaint
from tingsu.complaints.moments import at_the_first_moment, moments_of
from tingsu.complaints.watched import CONDITIONS, band_of, facts_of
from tingsu.demo import journey
from tingsu.demo.journey import ASSESSMENT
from tingsu.intake.tests.test_register_complaint import MONDAY, STORY
from tingsu.kernel.actor import Actor
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.settlement.tests.journey import Journey, handled, registered


def took(complaint: Complaint) -> dict[str, timedelta | None]:
    complaint = Complaint.objects.get(pk=complaint.pk)
    return {one.name: one.took for one in moments_of(complaint)}


@pytest.mark.req("SL-20", "OG-19")
def test_each_moment_is_measured_from_receipt_and_kept_once(cast: Cast) -> None:
    complaint = journey.register(
        cast.frontline.actor, {**STORY, "received_at": (MONDAY - timedelta(hours=3)).isoformat(), "record_confirmed": True}, MONDAY
    )  # fmt: skip
    assert took(complaint) == {
        "acknowledged_at": None, "investigated_at": None, "first_reply_at": None, "first_action_at": timedelta(hours=3),
    }  # fmt: skip
    walk = Journey(cast, complaint, MONDAY + timedelta(minutes=9))
    walk.step(cast.frontline, "acknowledge", means="phone")
    assert took(complaint)["acknowledged_at"] == timedelta(hours=3, minutes=10)
    walk.step(cast.frontline, "assess_and_grade", **ASSESSMENT)
    walk.step(cast.frontline, "pass_on", unit=str(cast.specialist.unit_id), member=str(cast.specialist.id))
    walk.step(cast.specialist, "accept", mode="independent", depth="standard", plan="调取退款记录")
    begun = took(complaint)["investigated_at"]
    assert begun == timedelta(hours=3, minutes=13)
    assert took(complaint)["first_action_at"] == timedelta(hours=3), "the first stays the first"


@pytest.mark.req("OG-19")
def test_what_came_by_itself_has_no_action_until_a_colleague_acts_and_machines_do_not_count(cast: Cast) -> None:
    token = Actor(kind="token", id=cast.frontline.id, organisation_id=cast.organisation_id, name="门户",
                  roles=cast.frontline.actor.roles, held=cast.frontline.actor.roles,
                  scopes=frozenset({"complaints:write", "complaints:read"}))  # fmt: skip
    complaint = journey.register(token, {**STORY, "mode": "internet"}, MONDAY)
    assert took(complaint)["first_action_at"] is None
    walk = Journey(cast, complaint, MONDAY).deliver()
    assert took(complaint)["first_action_at"] is None
    assert took(complaint)["acknowledged_at"] is not None
    walk.step(cast.frontline, "add_facts", facts="已查看订单")
    assert took(complaint)["first_action_at"] is not None


@pytest.mark.req("SL-20")
def test_the_case_shows_them_and_verify_compares_them_with_the_history(sign_in: Any, cast: Cast) -> None:
    walk = handled(cast)
    html = sign_in(cast.specialist2).get(reverse("desk:case", args=[walk.complaint.number])).content.decode()
    assert all(str(one.label) in html for one in moments_of(walk.complaint))
    Complaint.objects.filter(pk=walk.complaint.pk).update(
        first_action_at=MONDAY + timedelta(days=9), investigated_at=None
    )
    found = " ".join(str(one) for one in verify_organisation(Tally()))
    assert "first_action_at is" in found
    assert "investigated_at is" in found


@pytest.mark.req("SL-12")
@pytest.mark.parametrize(
    ("kind", "problem_type", "flagged"),
    [("report", "consumer", True), ("complaint", "ip", True), ("complaint", "consumer", False), ("report", "ip", True)],
)
def test_reports_and_infringements_are_flagged_to_the_department_and_on_the_case(
    sign_in: Any, cast: Cast, kind: str, problem_type: str, flagged: bool
) -> None:
    walk = registered(cast)
    complaint = walk.complaint
    complaint.kind, complaint.problem_type = kind, problem_type
    assert at_the_first_moment(complaint) is flagged


@pytest.mark.req("SL-12")
def test_the_flag_stands_in_the_list_of_the_department(sign_in: Any, cast: Cast) -> None:
    for kind, seen in (("report", True), ("complaint", False)):
        walk = handled(cast)
        Complaint.objects.filter(pk=walk.complaint.pk).update(kind=kind)
        unit = str(cast.units["logistics"].pk)
        walk.step(walk.owner, "department_task", unit=unit, request=f"签收？{kind}", kind="facts")
        html = sign_in(cast.dept).get(reverse("desk:tasks")).content.decode()
        assert ("第一时间" in html) is seen, kind
        Complaint.objects.filter(pk=walk.complaint.pk).update(kind="complaint")


@pytest.mark.req("SL-13")
@pytest.mark.parametrize(
    ("score", "band"), [(None, ""), (1, "low"), (2, "low"), (3, "middle"), (4, "high"), (5, "high")]
)
def test_a_limit_may_depend_on_severity_and_complexity(cast: Cast, score: int | None, band: str) -> None:
    assert band_of(score) == band
    facts = facts_of(Complaint(severity=1, complexity=score))
    assert (facts.value("severity"), facts.value("complexity")) == ("low", band)
    offered = {one.name: set(one.values) for one in CONDITIONS}
    assert offered["complexity"] == offered["severity"] == {"low", "middle", "high"}


@pytest.mark.req("SL-13")
def test_the_assessment_in_force_decides_them(cast: Cast) -> None:
    walk = registered(cast)
    for severity, complexity in ((2, 4), (5, 1)):
        scores = {"severity": str(severity), "complexity": str(complexity)}
        walk.step(cast.frontline, "assess_and_grade", **{**ASSESSMENT, **scores})
        row = Complaint.objects.get(pk=walk.complaint.pk)
        assert (row.severity, row.complexity) == (severity, complexity)
