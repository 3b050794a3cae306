"""The body's decisions are the body's (OG-02): tried from the unit that hosts it, with every role that could reach them."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import LONG_AGO, Cast, Person
from tingsu.api.tokens import issue_token
from tingsu.complaints import access
from tingsu.complaints.actions import take_step
from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS
from tingsu.kernel import rulebooks
from tingsu.kernel.approvals import WaitsForApproval
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import NotAllowed, NotFound
from tingsu.kernel.models import Event
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Notice
from tingsu.people import actions, body, directory
from tingsu.people.access import actor_of
from tingsu.people.actions import interests
from tingsu.people.models import Member, Post, Unit
from tingsu.privacy.models import AccessEntry
from tingsu.settlement.tests.journey import handled
from tingsu.triage import on_call

pytestmark = [pytest.mark.django_db, pytest.mark.req("OG-02")]
EVENT = "complaint.interference_refused"
OF_BODY = sorted(name for name, step in PROCESS.items() if step.of_body)


def host(cast: Cast, kind: str) -> None:
    """The body stands in sales, in quality management, or by itself."""
    under = {"sales": cast.units["logistics"], "quality": cast.units["legal"], "independent": None}[kind]
    Unit.objects.filter(pk=cast.units["centre"].pk).update(parent=under)
    directory.forget_cached()


def outside(cast: Cast, person: Person, *roles: str, unit: str = "logistics") -> Person:
    """Somebody of the host unit who holds these roles there, and no post in the body."""
    Post.objects.filter(member_id=person.id).delete()
    for role in roles:
        Post.objects.create(member_id=person.id, unit=cast.units[unit], role=role, staff_level="coach", since=LONG_AGO)
    directory.forget_cached()
    return Person(person.id, person.username, cast.units[unit].pk, actor_of(Member.objects.get(pk=person.id)))


def attempts(case: Complaint) -> list[tuple[str, str]]:
    rows = AccessEntry.objects.filter(stream_id=case.pk, what="refused", field="body.decision").order_by("at", "id")
    return [(str(row.actor_id), row.door) for row in rows]


def told(person: Person) -> list[str]:
    return list(Notice.objects.filter(member_id=person.id, kind="case.interference").values_list("kind", flat=True))


@pytest.mark.parametrize("kind", ["sales", "quality", "independent"])
def test_a_supervisor_of_the_host_unit_changes_no_assignment_and_no_verdict(
    cast: Cast, sign_in: Callable, kind: str
) -> None:
    host(cast, kind)
    journey = handled(cast)
    case, owner = journey.complaint, journey.complaint.owner_id
    boss = outside(
        cast, cast.dept2, "supervisor", "specialist", "mgmt_rep", unit="legal" if kind == "quality" else "logistics"
    )
    client = sign_in(boss)
    client.post(reverse("desk:assign"), {"case": [case.number], "member": str(boss.id)})
    assert Complaint.objects.get(pk=case.pk).owner_id == owner
    assert attempts(case) == [(str(boss.id), "page")]
    event = Event.objects.get(stream_id=case.pk, kind=EVENT)
    assert (event.actor_id, event.body["tried"]) == (boss.id, "assign")
    assert told(cast.supervisor) == told(journey.owner) == told(cast.mgmt_rep) == ["case.interference"]
    assert told(boss) == told(cast.frontline2) == []
    assert list(verify_organisation(Tally())) == []
    # the same hands with a post in the body may
    client = sign_in(cast.supervisor)
    client.post(reverse("desk:assign"), {"case": [case.number], "member": str(cast.specialist.id)})
    assert Complaint.objects.get(pk=case.pk).owner_id == cast.specialist.id
    assert len(attempts(case)) == 1


@pytest.mark.parametrize("step", OF_BODY)
def test_no_decision_of_the_body_is_open_to_any_role_outside_it(cast: Cast, step: str) -> None:
    journey = handled(cast)
    roles = ("supervisor", "specialist", "coach", "mgmt_rep", "frontline", "qa", "dept", "function", "auditor")
    boss, case = outside(cast, cast.dept2, *roles), journey.complaint
    assert not access.may_take(boss.actor, case, PROCESS[step])
    inside = (
        cast.supervisor.actor if access.may_take(cast.supervisor.actor, case, PROCESS[step]) else cast.top_mgmt.actor
    )
    assert body.belongs(inside)
    with pytest.raises(Exception) as refusal:  # noqa: PT011 the stage of the case may refuse first
        take_step(actor=boss.actor, complaint_id=case.pk, step=step)
    assert refusal.type.__name__ in {"NotAllowed", "ConditionsUnmet"}


def test_the_steps_of_the_body_are_those_of_assignment_grade_verdict_and_solution() -> None:
    assert OF_BODY == [
        "accept", "adopt_pre_plan", "answer_not_ours", "approve", "assess_and_grade", "assign", "close", "draft_solution", "find_founded",
        "find_unfounded", "pass_on", "refuse_pre_plan", "refuse_solution",
        "reinvestigate", "return_pre_plan", "return_solution", "rule_on_deviation", "send_solution", "solve_directly", "submit_solution", "transfer",
        "upgrade", "vote_on_solution", "withdraw_offer",
    ]  # fmt: skip


def test_each_attempt_is_logged_and_the_history_tells_it_once_an_hour(cast: Cast) -> None:
    journey = handled(cast)
    case, boss = journey.complaint, outside(cast, cast.dept2, "supervisor")

    def attempt() -> None:
        with pytest.raises(NotAllowed):
            take_step(actor=boss.actor, complaint_id=case.pk, step="assign", values={"member": str(boss.id)})

    attempt()
    attempt()
    assert len(attempts(case)) == 2
    assert Event.objects.filter(kind=EVENT).count() == 1
    with travel_to(now() + timedelta(minutes=61)):
        attempt()
    assert Event.objects.filter(kind=EVENT).count() == 2
    # refused inside the body, or another step from outside: no interference
    with pytest.raises(NotAllowed):
        take_step(
            actor=cast.frontline2.actor, complaint_id=case.pk, step="assign", values={"member": str(cast.frontline2.id)}
        )
    with pytest.raises((NotAllowed, NotFound)):
        take_step(actor=cast.dept.actor, complaint_id=case.pk, step="note", values={"note": "x"})
    assert len(attempts(case)) == 3


@pytest.fixture
def call(client: Client) -> Callable[..., tuple[int, Any]]:
    def ask(token: str, method: str, path: str, body: object = None) -> tuple[int, Any]:
        response = client.generic(
            method, f"/api/v1{path}", json.dumps(body), content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip
        return response.status_code, response.json()

    return ask


def test_who_does_not_even_see_the_case_is_noted_too_by_page_and_program(
    cast: Cast, sign_in: Callable, call: Callable
) -> None:
    case = handled(cast).complaint
    page = sign_in(cast.dept)
    assert page.get(reverse("desk:step", args=[case.number, "assign"])).status_code == 404
    assert attempts(case) == [], "looking is no attempt"
    assert (
        page.post(reverse("desk:step", args=[case.number, "assign"]), {"member": str(cast.dept.id)}).status_code == 404
    )
    assert page.post(reverse("desk:assign"), {"case": [case.number], "member": str(cast.dept.id)}).status_code == 403
    assert attempts(case) == [(str(cast.dept.id), "page")] * 2
    _row, token = issue_token(
        actor=cast.mgmt_rep.actor, name="host", scopes=("complaints:write", "complaints:decide"), roles=("mgmt_rep",),
        acts_for=cast.mgmt_rep.id,
    )  # fmt: skip
    from tingsu.api.models import ApiToken

    ApiToken.objects.update(approved_at=now(), approved_by_id=cast.dso.id)
    outside(cast, cast.mgmt_rep, "mgmt_rep", "supervisor")
    status, _answer = call(
        token, "POST", f"/complaints/{case.number}/steps/assign", {"values": {"member": str(cast.dept.id)}}
    )
    assert status == 403
    assert attempts(case)[2:] == [(str(cast.mgmt_rep.id), "api")]
    shown = sign_in(cast.auditor).get(reverse("privacy:access_log") + "?what=refused").content.decode()
    assert "投诉处理机构的决定" in shown
    history = sign_in(cast.specialist).get(reverse("desk:case", args=[case.number])).content.decode()
    assert "试图从机构外部变更投诉处理机构的决定" in history


def test_posts_and_accounts_of_the_bodys_people_are_not_the_host_units(cast: Cast) -> None:
    boss = outside(cast, cast.dept2, "supervisor")
    post = Post.objects.get(member_id=cast.specialist.id)
    interest = interests.declare_interest(
        actor=cast.specialist.actor, kind="unit", unit_id=cast.units["finance"].pk, words="曾在该部门任职"
    )
    tries = (
        lambda: actions.give_post(
            actor=boss.actor, member_id=boss.id, unit_id=cast.units["centre"].pk, role="specialist"
        ),
        lambda: actions.give_post(
            actor=boss.actor, member_id=cast.specialist.id, unit_id=cast.units["logistics"].pk, role="dept"
        ),
        lambda: actions.end_post(actor=boss.actor, post_id=post.pk),
        lambda: actions.deactivate_member(actor=boss.actor, member_id=cast.specialist.id),
        lambda: actions.give_password(actor=boss.actor, member_id=cast.specialist.id),
        lambda: actions.change_sign_in(
            actor=boss.actor, member_id=cast.specialist.id, username="x1", email="x@example.com"
        ),
        lambda: actions.change_member(actor=boss.actor, member_id=cast.specialist.id, topics=["consumer"]),
        lambda: actions.set_on_duty(actor=boss.actor, member_id=cast.specialist.id, on_duty=False),
        lambda: interests.end_interest(actor=boss.actor, interest_id=interest.pk, reason="已了结"),
    )
    for attempt in tries:
        with pytest.raises(NotAllowed) as refusal:
            attempt()
        assert refusal.value.code == "not_of_the_body"
    assert Event.objects.filter(kind="member.interference_refused").count() == len(tries)
    assert Notice.objects.filter(kind="post.interference", member_id=cast.specialist.id).count() == len(tries) - 1
    assert Post.objects.get(pk=post.pk).until is None
    actions.give_post(actor=boss.actor, member_id=cast.dept.id, unit_id=cast.units["logistics"].pk, role="frontline")
    actions.end_post(actor=cast.supervisor.actor, post_id=post.pk)
    assert list(verify_organisation(Tally())) == []


@pytest.mark.parametrize("filled", [True, False])
def test_which_units_make_up_the_body_is_not_the_host_units_business(cast: Cast, filled: bool) -> None:
    """Otherwise one request would make the host unit a group of the body, and its people would decide (OG-01)."""
    told = {"zh-Hans": "新组", "en": "New group"}
    Unit.objects.filter(kind="centre").update(kind="handling")
    by = cast.supervisor.actor
    centre = actions.open_unit(actor=by, code="body", name=told, kind="centre", hosting="independent")
    group, host_unit = (
        actions.open_unit(actor=by, code=f"x-{kind}", name=told, kind=kind) for kind in ("investigation", "department")
    )
    boss = outside(cast, cast.dept2, "supervisor")
    if not filled:
        Post.objects.exclude(member_id=boss.id).update(until=now() - timedelta(days=1))
    directory.forget_cached()
    tries = (
        lambda: actions.change_unit(actor=boss.actor, unit_id=host_unit.pk, kind="handling"),
        lambda: actions.change_unit(actor=boss.actor, unit_id=centre.pk, code="ours"),
        lambda: actions.close_unit(actor=boss.actor, unit_id=group.pk),
        lambda: actions.reopen_unit(actor=boss.actor, unit_id=group.pk),
        lambda: actions.open_unit(actor=boss.actor, code="own", name=told, kind="data"),
    )
    if not filled:  # while nobody works in it yet, whoever manages people sets it up
        for one in tries:
            one()
        return
    for attempt in tries:
        with pytest.raises(NotAllowed) as refusal:
            attempt()
        assert refusal.value.code == "not_of_the_body"
    streams = Event.objects.filter(kind="unit.interference_refused").values_list("stream_id", flat=True)
    assert sorted(streams) == sorted([host_unit.pk, centre.pk, group.pk, group.pk, centre.pk])
    assert Notice.objects.filter(kind="post.interference", member_id=cast.supervisor.id).count() == len(tries)
    assert actions.change_unit(actor=boss.actor, unit_id=host_unit.pk, code="shops").code == "shops"
    assert actions.change_unit(actor=by, unit_id=centre.pk, code="ours").code == "ours"
    assert list(verify_organisation(Tally())) == []


@pytest.mark.parametrize(("where", "waits"), [("logistics", True), ("intake", False)])
def test_a_roster_shares_out_the_bodys_work_and_is_its_own(cast: Cast, where: str, waits: bool) -> None:
    boss = outside(cast, cast.dept2, "supervisor", unit=where)
    with pytest.raises(WaitsForApproval) if waits else nullcontext():
        rulebooks.publish(actor=boss.actor, kind=on_call.KIND, body=on_call.shipped())
