"""What the demo shows of letters that people carry out, and of a group robot: one letter to post, one to tell by telephone."""

from collections.abc import Sequence
from datetime import datetime

from tingsu.complaints.actions import take_step
from tingsu.complaints.models import Complaint
from tingsu.complaints.telling import complainant_of
from tingsu.complaints.terms import OPEN_STATES
from tingsu.demo.models import BuiltCase
from tingsu.demo.plan import Plan
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.letters.choosing import reaches
from tingsu.letters.models import Robot
from tingsu.letters.robots import keeping
from tingsu.people.access import actor_of
from tingsu.people.models import Member

GROUP = "客诉升级群"
ADDRESS = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=00000000-demo"
"""Of no robot: in the demo none is asked."""
TELLS = ("escalation.called", "escalation.raised", "promise.breached", "post.paused")


def show(shown: Sequence[Plan], *, until: datetime) -> None:
    """Once: the robot, and the ways of redress told to two people who wish to hear by post and by telephone."""
    if Robot.objects.exists():
        return
    with travel_to(until):
        keeping.set_robot(
            actor=automation("demo", current_organisation_id()),
            values={
                "name": GROUP,
                "kind": "wecom",
                "address": ADDRESS,
                "secret": "",
                "tells": list(TELLS),
                "active": True,
            },
        )
        ids = BuiltCase.objects.filter(key__in=[plan.key for plan in shown]).values_list("complaint_id", flat=True)
        cases = Complaint.objects.filter(pk__in=list(ids), state__in=OPEN_STATES, anonymous=False).order_by("number")
        left = ["post", "call"]
        for complaint in cases:
            party = complainant_of(complaint)
            if not left or party is None or not reaches(party, left[0]):
                continue
            if _tell(complaint, left[0]):
                left.pop(0)


def _tell(complaint: Complaint, means: str) -> bool:
    """Its owner notes the wish and tells of the other ways; False where the case stands otherwise."""
    actor = actor_of(Member.objects.get(pk=complaint.owner_id))
    try:
        take_step(actor=actor, complaint_id=complaint.pk, step="choose_means", values={"preferred_channel": means})
        take_step(actor=actor, complaint_id=complaint.pk, step="inform_of_ways", values={})
    except TingsuError:
        return False
    return True
