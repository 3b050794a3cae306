"""Each group of the centre has a queue and steps of its own (OG-07)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.complaints.access import may_take
from tingsu.complaints.actions import take_step
from tingsu.complaints.groups import GROUPS
from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS
from tingsu.complaints.terms import OPEN_STATES
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotAllowed
from tingsu.people import directory
from tingsu.people.models import Unit
from tingsu.triage.tests.cases import graded, registered

pytestmark = [pytest.mark.django_db, pytest.mark.req("OG-07")]
INTAKE, INVESTIGATION, HANDLING, DATA = "intake", "investigation", "handling", "data"
ALL = {INTAKE, INVESTIGATION, HANDLING, DATA}
QUEUES = {
    "registered": {INTAKE},
    "pre_plan": {INTAKE},
    "routing": {INTAKE, INVESTIGATION},
    "investigating": {INVESTIGATION},
    "answering": {HANDLING},
    "handling": {HANDLING},
    "feedback": {HANDLING},
    "executing": {HANDLING},
    "external_route": {HANDLING},
    "evaluating": {HANDLING},
}
RIGHTS = {
    # step: the groups whose specialists take it in a case of somebody else
    "register": ALL,
    "complete_registration": {INTAKE},
    "pass_on": {INTAKE},
    "solve_directly": {INTAKE},
    "answer_not_ours": ALL,
    "find_founded": set(),
    "find_unfounded": set(),
    "save_report": set(),
    "send_solution": set(),
    "verify_item": ALL,
    "verify_execution": ALL,
    "execution_failed": ALL,
    "notify_result": {HANDLING},
    "close": ALL,
    "assess_and_grade": ALL,
    "upgrade": ALL,
    "callback": ALL,
    "note": ALL,
}


@pytest.fixture
def groups(cast: Cast) -> dict[str, Unit]:
    units = {code: cast.units[code] for code in (INTAKE, INVESTIGATION, HANDLING)}
    units[DATA] = Unit.objects.create(
        code="data", kind="data", name={"zh-Hans": "数据分析组", "en": "Data analysis group"}, parent=cast.units["centre"]
    )  # fmt: skip
    directory.forget_cached()
    return units


def specialist_of(cast: Cast, *units: Unit) -> Actor:
    return replace(cast.specialist.actor, unit_ids=frozenset(unit.pk for unit in units))


def case_of(owner: Any, cast: Cast) -> Complaint:
    return Complaint(owner_id=owner, organisation_id=cast.organisation_id, state="registered")


def test_every_open_case_waits_with_a_group() -> None:
    assert set(QUEUES) == {str(state) for state in OPEN_STATES}
    found = {state: {str(group.kind) for group in GROUPS if state in group.states} for state in QUEUES}
    assert found == QUEUES


@pytest.mark.parametrize("name", [name for name in RIGHTS if name in {step.name for step in PROCESS.values()}])
def test_the_steps_of_each_group(cast: Cast, groups: dict[str, Unit], name: str) -> None:
    step, case = PROCESS[name], case_of(cast.coach.id, cast)
    may = {code for code, unit in groups.items() if may_take(specialist_of(cast, unit), case, step)}
    assert may == RIGHTS[name]
    own = case_of(cast.specialist.id, cast)
    assert all(may_take(specialist_of(cast, unit), own, step) for unit in groups.values()), (
        "whoever answers for the case"
    )


@pytest.mark.parametrize("name", ["pass_on", "notify_result"])
def test_who_works_across_groups_and_a_centre_without_them(cast: Cast, groups: dict[str, Unit], name: str) -> None:
    step, case = PROCESS[name], case_of(cast.coach.id, cast)
    data = groups[DATA]
    assert not may_take(specialist_of(cast, data), case, step)
    assert may_take(specialist_of(cast, data, groups[INTAKE], groups[HANDLING]), case, step)
    assert may_take(specialist_of(cast, cast.units["centre"]), case, step)
    assert may_take(cast.supervisor.actor, case, step)
    Unit.objects.filter(kind__in=(INTAKE, HANDLING)).update(active=False)
    directory.forget_cached()
    assert may_take(specialist_of(cast, data), case, step)


def test_the_refusal_stands_beside_the_success(cast: Cast) -> None:
    case = graded(cast.frontline, registered(cast.frontline))
    values = {"unit": str(cast.units["investigation"].pk)}
    with pytest.raises(NotAllowed):
        take_step(actor=cast.specialist2.actor, complaint_id=case.pk, step="pass_on", values=values)
    take_step(actor=cast.frontline2.actor, complaint_id=case.pk, step="pass_on", values=values)
    assert Complaint.objects.get(pk=case.pk).state == "routing"


def test_each_group_sees_its_queue_as_a_tab(cast: Cast, sign_in: Callable) -> None:
    case = registered(cast.frontline)
    page = sign_in(cast.frontline2).get(reverse("desk:queue") + "?view=group-intake")
    assert case.number in page.content.decode()
    assert "受理组" in {str(tab["label"]) for tab in page.context["tabs"]}
    handling = sign_in(cast.specialist2).get(reverse("desk:queue") + "?view=group-handling")
    assert case.number not in handling.content.decode()
    tabs = {str(tab["label"]) for tab in handling.context["tabs"]}
    assert "处理组" in tabs
    assert "受理组" not in tabs
    leader = sign_in(cast.supervisor).get(reverse("desk:queue") + "?view=group-intake")
    assert case.number in leader.content.decode()
    assert "受理组" not in {
        str(t["label"]) for t in sign_in(cast.supervisor).get(reverse("desk:queue")).context["tabs"]
    }
