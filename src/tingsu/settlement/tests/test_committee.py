"""The committee decides about the solution of a major complaint by its members: so many of them must agree (RM-10, OG-06)."""

from typing import Any

import pytest

from tests.cast import LONG_AGO, Cast
from tests.standing import kept
from tingsu.complaints import access, committee
from tingsu.complaints.models import CaseMember
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.kernel.models import Event
from tingsu.kernel.rulebooks import publish
from tingsu.letters.models import Notice
from tingsu.people import queries as people
from tingsu.people.directory import forget_cached
from tingsu.people.models import Member, Post
from tingsu.settlement import panels, queries
from tingsu.settlement.approval_card import approval_context
from tingsu.settlement.models import Approval
from tingsu.settlement.tests.journey import Journey, handled, marked
from tingsu.settlement.waiting import approval_waited_for, approvals_for


@kept
def waiting(cast: Cast, *, major: bool = True, amount: int = 6_000_00) -> Journey:
    journey = marked(handled(cast), major=major)
    journey.step(journey.owner, "draft_solution", **journey.solution(amount=amount))
    return journey.step(journey.owner, "submit_solution")


def seat(cast: Cast, who: str, function: str = "legal") -> None:
    """Another seat of the committee, beside what this person does elsewhere."""
    member = Member.objects.get(pk=getattr(cast, who).id)
    Post.objects.create(member=member, unit=cast.units["committee"], role="function", seat=function, since=LONG_AGO)
    forget_cached()


def listed(cast: Cast, who: str) -> int:
    return len(approvals_for(getattr(cast, who).actor, now()).items)  # type: ignore[attr-defined]


def votes(decision: str, reason: str = "") -> dict[str, str]:
    return {"decision": decision, "reason": reason}


@pytest.mark.req("RM-10", "OG-06")
def test_one_word_is_not_the_committee_and_the_last_needed_one_is(cast: Cast) -> None:
    journey = waiting(cast)
    told = set(Notice.objects.filter(kind="approval.asked").values_list("member_id", flat=True))
    assert told == {cast.mgmt_rep.id, cast.top_mgmt.id}, "the members, not everybody with the rank"
    assert [listed(cast, who) for who in ("mgmt_rep", "top_mgmt", "supervisor", "coach")] == [1, 1, 0, 0]
    for who in ("supervisor", "top_mgmt"):
        with pytest.raises(NotAllowed):
            journey.step(getattr(cast, who), "approve")
    with pytest.raises(NotAllowed):
        journey.step(cast.supervisor, "vote_on_solution", **votes("approved"))
    journey.step(cast.top_mgmt, "vote_on_solution", **votes("approved", "同意"))
    assert queries.latest_solution(journey.complaint).state == "submitted"
    assert "no_solution" in journey.refusal(journey.owner, "send_solution")
    assert [listed(cast, who) for who in ("mgmt_rep", "top_mgmt")] == [1, 0], "who has spoken is not asked again"
    (line,) = approval_waited_for(cast.supervisor.actor, journey.complaint)
    assert {"1", "2"} <= set(line)
    journey.step(cast.mgmt_rep, "vote_on_solution", **votes("approved", "可以"))
    given = Approval.objects.get()
    assert (given.decision, given.decided_by, given.needed, given.marks) == ("approved", cast.mgmt_rep.id, 2, ["major"])
    assert given.members == sorted([str(cast.mgmt_rep.id), str(cast.top_mgmt.id)])
    assert [one["decision"] for one in given.votes] == ["approved", "approved"]
    kinds = Event.objects.filter(stream_id=journey.complaint.pk).order_by("seq").values_list("kind", flat=True)
    assert list(kinds)[-3:] == ["complaint.solution_voted", "complaint.solution_approved", "complaint.solution_voted"]
    assert Notice.objects.filter(kind="approval.given", member_id=journey.owner.id).count() == 1
    shown: Any = panels.remedies_context(cast.qa.actor, journey.complaint)
    assert len(shown["approvals"][-1]["votes"]) == 2
    journey.step(journey.owner, "send_solution")


@pytest.mark.req("RM-10")
@pytest.mark.parametrize(("decision", "state"), [("returned", "returned"), ("refused", "rejected")])
def test_a_word_may_change_until_enough_agree_and_needs_a_reason_to_refuse(
    cast: Cast, decision: str, state: str
) -> None:
    journey = waiting(cast)
    with pytest.raises(InvalidInput):
        journey.step(cast.mgmt_rep, "vote_on_solution", **votes(decision))
    journey.step(cast.mgmt_rep, "vote_on_solution", **votes(decision, "依据不足"))
    journey.step(cast.top_mgmt, "vote_on_solution", **votes("approved"))
    assert Approval.objects.get().decision == "", "one of two each"
    journey.step(cast.mgmt_rep, "vote_on_solution", **votes(decision, "依据仍不足"))
    assert len(Approval.objects.get().votes) == 2, "the same member is counted once"
    journey.step(cast.top_mgmt, "vote_on_solution", **votes(decision, "也认为不足"))
    row = Approval.objects.get()
    row.complaint = journey.complaint
    assert (row.decision, row.text("reason"), queries.latest_solution(journey.complaint).state) == (
        decision,
        "也认为不足",
        state,
    )
    with pytest.raises(NotAllowed):
        journey.step(cast.mgmt_rep, "vote_on_solution", **votes("approved"))


@pytest.mark.req("RM-10", "OG-06")
def test_how_many_must_agree_is_a_rule_and_who_wrote_it_or_is_concerned_does_not_sit(cast: Cast) -> None:
    with travel_to(LONG_AGO):
        publish(actor=automation("test", cast.organisation_id), kind=committee.KIND, body={"votes": 1}, note="一人即可")
    seat(cast, "specialist2")
    journey = waiting(cast)
    assert journey.owner.id == cast.specialist2.id
    with pytest.raises(NotAllowed):
        journey.step(cast.specialist2, "vote_on_solution", **votes("approved"))
    journey.step(cast.top_mgmt, "vote_on_solution", **votes("approved"))
    assert (Approval.objects.get().decision, len(Approval.objects.get().members)) == ("approved", 2)


@pytest.mark.req("RM-10", "PS-11")
def test_a_seat_held_elsewhere_sees_the_case_once_asked_and_two_of_three_are_enough(cast: Cast) -> None:
    seat(cast, "function")
    journey = waiting(cast)
    assert CaseMember.objects.filter(complaint=journey.complaint, role="committee").count() == 3
    access.check_visible(cast.function.actor, journey.complaint)
    journey.step(cast.top_mgmt, "vote_on_solution", **votes("approved"))
    assert Approval.objects.get().decision == ""
    lawyer = people.actors_with({"function"})
    journey.step(next(one for one in lawyer if one.id == cast.function.id), "vote_on_solution", **votes("approved"))
    assert Approval.objects.get().decision == "approved"


@pytest.mark.req("RM-10", "AS-11")
def test_a_case_that_becomes_major_while_it_waits_goes_to_the_committee(cast: Cast) -> None:
    journey = waiting(cast, major=False)
    assert listed(cast, "supervisor") == 1
    Notice.objects.all().delete()
    journey = marked(journey, major=True)
    assert set(Notice.objects.filter(kind="approval.asked").values_list("member_id", flat=True)) == {
        cast.mgmt_rep.id,
        cast.top_mgmt.id,
    }
    with pytest.raises(NotAllowed):
        journey.step(cast.supervisor, "approve")
    journey.committee().step(journey.owner, "send_solution")


@pytest.mark.req("RM-10")
def test_without_a_committee_the_ladder_decides_and_who_left_it_is_not_counted(cast: Cast) -> None:
    journey = waiting(cast)
    journey.step(cast.mgmt_rep, "vote_on_solution", **votes("returned", "再议"))
    Post.objects.filter(member_id=cast.mgmt_rep.id).update(until=LONG_AGO.replace(year=2025))
    forget_cached()
    with travel_to(journey.at):
        card: Any = approval_context(cast.top_mgmt.actor, journey.complaint)
    assert (card["committee"]["all"], card["committee"]["needed"], card["committee"]["given"]) == (1, 1, 0)
    Post.objects.filter(unit=cast.units["committee"]).update(unit=cast.units["centre"])
    forget_cached()
    journey.step(cast.top_mgmt, "approve")
    assert (Approval.objects.get().decision, Approval.objects.get().decided_by) == ("approved", cast.top_mgmt.id)
