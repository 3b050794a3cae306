"""What each level of the structure may decide, held to the steps and the matrix that decide it (OG-05, SVC 2.1)."""

from typing import Any

import pytest

from tests.approving import approve_all
from tests.cast import Cast
from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS
from tingsu.kernel import rulebooks
from tingsu.kernel.approvals import WaitsForApproval
from tingsu.people import authority
from tingsu.people.models import Unit
from tingsu.people.queries import alias_of
from tingsu.settlement.tests.journey import registered

pytestmark = [pytest.mark.django_db, pytest.mark.req("OG-05")]
ONE, TWO, THREE = ("top_mgmt",), ("supervisor", "specialist", "frontline"), ("dept",)


def steps(role: str, *, deciding: bool) -> set[str]:
    return {step.name for step in PROCESS.values() if role in step.who and (step.decides or step.of_body) is deciding}


def test_business_departments_supply_and_carry_out_and_decide_nothing_of_a_case(cast: Cast) -> None:
    assert steps("dept", deciding=True) == set()
    assert steps("dept", deciding=False) == {"note", "log_contact", "add_facts"}
    assert authority.limit_of(cast.dept.actor) == 0
    assert authority.limit_of(cast.specialist.actor) > 0
    assert {"assess_and_grade", "pass_on", "solve_directly"} <= steps("frontline", deciding=True)


@pytest.mark.parametrize(
    ("marks", "approves"), [((), "specialist"), (("high_risk",), "supervisor"), (("crisis",), "mgmt_rep"), (("major",), "top_mgmt")]
)  # fmt: skip
def test_a_major_complaint_is_decided_by_the_first_level(cast: Cast, marks: Any, approves: str) -> None:
    assert authority.approver_roles_for(100_00, marks)[0] == approves


@pytest.mark.parametrize("name", [*ONE, *TWO, *THREE])
def test_rules_are_revised_by_the_first_level_alone(cast: Cast, name: str) -> None:
    def revise() -> Any:
        return rulebooks.publish(actor=getattr(cast, name).actor, kind="authority", body=authority.shipped())

    if name in ONE:
        assert revise().version == 1
        return
    with pytest.raises(WaitsForApproval):
        revise()
    assert rulebooks.in_force("authority").version == 0
    approve_all(cast)
    assert rulebooks.in_force("authority").version == 1


def test_the_page_tells_the_three_levels(cast: Cast, sign_in: Any) -> None:
    page = sign_in(cast.supervisor).get("/desk/settings/people/units/")
    assert [level.number for level in page.context["levels"]] == [1, 2, 3]
    assert {Unit(kind=kind).level for kind in Unit.Kind.values} == {1, 2, 3}
    for words in ("重大投诉的处理方案审批", "跨部门协作", "不定级、不作结论"):
        assert words in page.content.decode()


def test_each_complaint_names_a_responsible_person_at_every_station(cast: Cast, sign_in: Any) -> None:
    """On the desk and to the complainant; who passes it on stays responsible until somebody has accepted it (SVC 2.1)."""
    assert not Complaint._meta.get_field("owner_id").null
    journey = registered(cast)
    client = sign_in(cast.supervisor)

    def named() -> str:
        page = client.get(f"/desk/cases/{journey.complaint.number}/")
        return str(page.context["case"]["owner"]) if "负责" in page.content.decode() else ""

    assert alias_of(cast.frontline.id) in named()
    journey.step(cast.frontline, "pass_on", unit=str(cast.specialist.unit_id), member=str(cast.specialist.id))
    assert alias_of(cast.frontline.id) in named()
    journey.step(cast.specialist, "accept", mode="independent", depth="standard", plan="调取退款记录。")
    assert alias_of(cast.specialist.id) in named()
