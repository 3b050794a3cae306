"""Which functional departments join a risky case, and how long answered tasks stay with who asked."""

from datetime import timedelta

import pytest

from tests.cast import Cast
from tingsu.casework.models import DepartmentTask
from tingsu.casework.tests.cases import investigating, with_task
from tingsu.casework.waiting import KEPT, tasks_asked
from tingsu.complaints.models import CaseMember
from tingsu.kernel.clock import now
from tingsu.people import directory
from tingsu.people.models import Unit
from tingsu.triage.tests.cases import HIGH, PLAN, graded, registered, reported, step

FUNCTIONS = ("compliance", "public_affairs", "pr", "hr")


@pytest.mark.req("CO-06")
@pytest.mark.parametrize(
    ("marks", "joining"),
    [
        ([], set()),
        (["litigation"], {"legal"}),
        (["opinion"], {"legal", "pr"}),
        (["penalty"], {"legal", "compliance", "public_affairs"}),
        (["litigation", "opinion"], {"legal", "pr"}),
        (["opinion", "penalty"], {"legal", "pr", "compliance", "public_affairs"}),
    ],
)
def test_each_risk_brings_in_its_own_functions_and_no_other(cast: Cast, marks: list[str], joining: set[str]) -> None:
    for code in FUNCTIONS:
        Unit.objects.create(code=code, kind=Unit.Kind.FUNCTION, name={"en": code}, parent=cast.units["legal"].parent)
    directory.forget_cached()
    complaint = reported(cast, registered(cast.frontline))
    graded(cast.supervisor, complaint, **HIGH | {"risk_marks": marks})
    step(cast.specialist, complaint, "draft_pre_plan", **PLAN)
    to = {"unit": str(cast.units["investigation"].pk), "member": str(cast.specialist.id)}
    step(cast.supervisor, complaint, "adopt_pre_plan", **to)
    joined = CaseMember.objects.filter(complaint=complaint, role="function").values_list("unit_id", flat=True)
    codes = dict(Unit.objects.values_list("pk", "code"))
    assert {codes[unit] for unit in joined} == joining


@pytest.mark.parametrize(("state", "answered", "stays"), [
    ("open", None, True), ("accepted", None, True), ("answered", KEPT - timedelta(seconds=1), True), ("answered", KEPT, False),
    ("answered", KEPT + timedelta(days=1), False),
])  # fmt: skip
def test_an_answered_task_stays_with_who_asked_for_two_weeks(
    cast: Cast, state: str, answered: timedelta | None, stays: bool
) -> None:
    with_task(cast, investigating(cast))
    at = now()
    row = DepartmentTask.objects.get()
    DepartmentTask.objects.update(
        state=state,
        accepted_at=None if state == "open" else row.asked_at,
        answered_at=at - answered if answered is not None else None,
    )
    for person in cast._people.values():
        shown = tasks_asked(person.actor, at).items
        assert bool(shown) == (stays and person.id == row.asked_by)
        assert [item.promise is not None for item in shown] == [state != "answered"] * len(shown)
