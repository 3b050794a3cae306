"""Micro mode: one person, one screen for each step, and a switch both ways that loses nothing (ME-01, SZ F)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import models
from django.urls import reverse

from tests.cast import LONG_AGO, Cast
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint, Demand, Party
from tingsu.kernel import approvals, rulebooks
from tingsu.kernel.approvals import WaitsForApproval
from tingsu.kernel.models import Event, Organisation, Proposal
from tingsu.kernel.organisations import forget_organisations
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Letter
from tingsu.people import authority, directory
from tingsu.people.access import actor_of
from tingsu.people.models import Account, Member, Membership, Post, Unit
from tingsu.people.queries import is_micro
from tingsu.settlement.models import Approval, Solution
from tingsu.settlement.tests.journey import Journey, handled, registered
from tingsu.setup.templates_of_units import ALL_ROLES
from tingsu.triage.tests import cases

pytestmark = [pytest.mark.django_db, pytest.mark.req("ME-01")]
KEPT: tuple[type[models.Model], ...] = (
    Complaint, Party, Demand, Promise, Letter, Solution, Approval, Proposal, Post, Member, Unit, Account, Membership,
)  # fmt: skip


def standing(cast: Cast) -> dict[str, Any]:
    """Every row that a switch could touch, and every event but the organisation's own."""
    rows = {one.__name__: sorted(map(repr, one._default_manager.values())) for one in KEPT}
    return rows | {
        "events": list(
            Event.objects.exclude(stream_id=cast.organisation_id).order_by("pk").values("pk", "kind", "hash")
        )
    }


def switch(client: Any, micro: str) -> None:
    assert client.post(reverse("setup:mode"), {"micro": micro}).status_code == 303
    assert is_micro() is (micro == "yes")


@pytest.fixture(autouse=True)
def _anew() -> Any:
    yield
    forget_organisations()


@pytest.mark.parametrize("first", ["yes", "no"])
def test_open_cases_promises_and_approvals_outlive_a_switch_either_way(
    cast: Cast, organisation: Organisation, sign_in: Callable, first: str
) -> None:
    other = "no" if first == "yes" else "yes"
    if first == "no":
        Organisation.objects.filter(pk=organisation.pk).update(profile="micro")
        forget_organisations()
    opened = registered(cast)
    asked = handled(cast)
    asked.step(asked.owner, "draft_solution", **asked.solution(amount=6000_00)).step(asked.owner, "submit_solution")
    with pytest.raises(WaitsForApproval):
        rulebooks.publish(actor=cast.supervisor.actor, kind="authority", body=authority.shipped())
    assert Promise.objects.filter(ended_at=None).count() > 3
    assert (Approval.objects.count(), Proposal.objects.filter(state="open").count()) == (1, 1)
    before = standing(cast)
    client = sign_in(cast.mgmt_rep)
    switch(client, first)
    assert standing(cast) | {"Account": before["Account"]} == before
    switch(client, other)
    assert standing(cast) | {"Account": before["Account"]} == before
    goes_on(cast, opened, asked)
    assert list(verify_organisation(Tally())) == []


def goes_on(cast: Cast, opened: Journey, asked: Journey) -> None:
    """What waited is taken up where it stood."""
    opened.step(cast.frontline, "pass_on", unit=str(cast.specialist.unit_id), member=str(cast.specialist.id))
    asked.step(cast.coach, "approve")
    asked.step(asked.owner, "send_solution")
    approvals.approve(actor=cast.top_mgmt.actor, proposal_id=Proposal.objects.get().pk)
    assert rulebooks.in_force("authority").version == 1


SCREENS = [
    # the nine steps of SZ F: what it is, the one screen
    ("openness", "/"),
    ("record", "desk:register"),
    ("received", "acknowledge"),
    ("evaluate", "assess_and_grade"),
    ("solve", "solve_directly"),
    ("planned", "feed_back"),
    ("result", "notify_result"),
    ("review", "monthly_report"),
    ("learning", "evidence"),
]


def test_one_person_does_the_nine_steps_with_one_screen_each(
    cast: Cast, organisation: Organisation, sign_in: Callable
) -> None:
    Member.objects.exclude(pk=cast.supervisor.id).update(active=False)
    Post.objects.all().delete()
    for role in ALL_ROLES:
        Post.objects.create(member_id=cast.supervisor.id, unit=cast.units["centre"], role=role, since=LONG_AGO)
    Organisation.objects.filter(pk=organisation.pk).update(profile="micro")
    forget_organisations()
    directory.forget_cached()
    me = actor_of(Member.objects.get(pk=cast.supervisor.id))
    client, seen = sign_in(cast.supervisor), 0
    journey = Journey(cast, cases.registered(Me(me)))
    values = {
        "assess_and_grade": cases.GRADE,
        "solve_directly": {"solution": "补发", "bases": ["rule.compensation"], "accepted_by": "同意", "proof": "流水"},
        "notify_result": {"notice": "已补发。"},
    }
    for name, screen in SCREENS:
        if screen.startswith("/"):
            address = screen
        elif ":" in screen:
            address = reverse(screen)
        elif name in {"review", "learning"}:
            address = reverse("registers:new", args=[screen])
        else:
            address = reverse("desk:step", args=[journey.complaint.number, screen])
        answer = client.get(address)
        assert answer.status_code == 200, (name, address)
        assert "<form" in answer.content.decode() or name == "openness"
        seen += 1
        if screen in values:
            journey.step(me, screen, **values[screen])
    assert seen == 9
    assert journey.complaint.state == "evaluating"


class Me:
    """The one person, as the helpers of the cases ask for somebody."""

    def __init__(self, actor: Any) -> None:
        self.actor, self.id = actor, actor.id
