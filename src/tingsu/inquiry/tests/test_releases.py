"""What lies outside a case: a reason, a supervisor's release for a time, and nobody's own (IV-02)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast, Person
from tests.doors import desk
from tingsu.complaints.access import may_take
from tingsu.complaints.models import CaseMember, Complaint
from tingsu.complaints.process import PROCESS
from tingsu.inquiry import room
from tingsu.inquiry.models import Release
from tingsu.inquiry.tests.samples import ORDER, Shop
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.kernel.ids import new_id
from tingsu.kernel.models import Event
from tingsu.letters.models import Notice
from tingsu.people import directory
from tingsu.people.models import Member, Post
from tingsu.settlement.tests.journey import Journey, registered

BOTH = {"parts": ["orders", "complaints"], "reason": "对方称同一批货都有问题，需比对其他订单"}


@pytest.fixture
def journey(cast: Cast) -> Journey:
    return registered(cast, order_number=ORDER, phone="13800002210")


def asked(journey: Journey, who: Person, **changes: Any) -> Release:
    journey.step(who, "ask_release", **{**BOTH, **changes})
    return Release.objects.get(member_id=who.id, state="asked")


def granted(journey: Journey, who: Person, by: Person, hours: int = 2) -> Release:
    row = asked(journey, who)
    journey.step(by, "grant_release", release=str(row.pk), hours=hours)
    return Release.objects.get(pk=row.pk)


def outside(journey: Journey, who: Person, part: str) -> tuple[bool, room.Part]:
    """Was the other system asked for more than the case? And what was shown."""
    case = Complaint.objects.select_related("stream").get(pk=journey.complaint.pk)
    with travel_to(journey.at):
        return "orders" in room.released_to(who.actor, case), room.read_part(
            who.actor, case, part, "check", door="page"
        )


@pytest.mark.req("IV-02")
def test_a_release_opens_what_was_asked_to_who_asked_for_its_time(cast: Cast, journey: Journey, shop: Shop) -> None:
    released, part = outside(journey, cast.frontline, "orders")
    assert not released
    assert len(part.groups) == 1
    assert part.closed
    row = granted(journey, cast.frontline, cast.supervisor, hours=2)
    assert row.until == row.decided_at + timedelta(hours=2)
    released, part = outside(journey, cast.frontline, "orders")
    assert released
    assert len(part.groups) == 2
    assert shop.asked[-1].outside
    for other in (cast.specialist, cast.supervisor, cast.frontline2):
        assert not outside(journey, other, "orders")[0], "nobody else's"
    journey.at = row.until - timedelta(seconds=1)
    assert outside(journey, cast.frontline, "orders")[0]
    journey.at = row.until
    assert not outside(journey, cast.frontline, "orders")[0]


@pytest.mark.req("IV-02")
def test_only_what_was_asked_is_opened(cast: Cast, journey: Journey, shop: Shop) -> None:
    row = asked(journey, cast.frontline, parts=["complaints"])
    journey.step(cast.supervisor, "grant_release", release=str(row.pk), hours=1)
    assert not outside(journey, cast.frontline, "orders")[0]


@pytest.mark.req("IV-02", "OG-09")
def test_complaints_beyond_the_readers_own_scope_stay_closed_until_released(
    cast: Cast, journey: Journey, shop: Shop
) -> None:
    before = registered(cast, phone="13800002210").complaint
    CaseMember(
        id=new_id(), complaint=journey.complaint, member_id=cast.mediator.id, role="mediator", since=journey.at
    ).save(force_insert=True)
    _released, part = outside(journey, cast.mediator, "history")
    assert part.groups[0].rows == []
    assert "1" in part.closed[0]
    granted(journey, cast.mediator, cast.supervisor)
    _released, part = outside(journey, cast.mediator, "history")
    (row,) = part.groups[0].rows
    assert row[0].value == (before.number, ""), "seen in the room, and no way to its page"
    assert part.closed == []


@pytest.mark.req("IV-02")
@pytest.mark.parametrize("hours", [0, 169, -1, "１０００", "", None, "ein Tag"])
def test_a_release_has_an_end_within_a_week(cast: Cast, journey: Journey, hours: Any) -> None:
    row = asked(journey, cast.frontline)
    with pytest.raises(InvalidInput):
        journey.step(cast.supervisor, "grant_release", release=str(row.pk), hours=hours)
    assert Release.objects.get().state == "asked"
    journey.step(cast.supervisor, "grant_release", release=str(row.pk), hours="１６８")
    assert Release.objects.get().is_open(journey.at)


@pytest.mark.req("IV-02")
def test_nobody_releases_their_own_query(cast: Cast, journey: Journey, shop: Shop) -> None:
    row = asked(journey, cast.supervisor)
    assert journey.refusal(cast.supervisor, "grant_release", release=str(row.pk), hours=1) == {"own_release"}
    assert journey.refusal(cast.supervisor, "refuse_release", release=str(row.pk), answer="不必") == {"own_release"}
    other = asked(journey, cast.frontline)
    assert journey.refusal(cast.supervisor, "grant_release", release=str(row.pk), hours=1) == {"own_release"}
    journey.step(cast.supervisor, "grant_release", release=str(other.pk), hours=1)
    journey.step(cast.mgmt_rep, "grant_release", release=str(row.pk), hours=1)
    assert outside(journey, cast.supervisor, "orders")[0]


@pytest.mark.req("IV-02", "IV-03")
def test_a_supervisor_whom_the_case_is_about_releases_nothing(cast: Cast, journey: Journey) -> None:
    row = asked(journey, cast.frontline)
    journey.step(cast.frontline, "correct_record", person_concerned="工号 3001", reason="补记")
    assert journey.refusal(cast.supervisor, "grant_release", release=str(row.pk), hours=1) == {"person_concerned"}
    journey.step(cast.mgmt_rep, "grant_release", release=str(row.pk), hours=1)


@pytest.mark.req("IV-02")
@pytest.mark.parametrize(
    "who", ["frontline", "frontline2", "specialist", "coach", "top_mgmt", "qa", "auditor", "analyst"]
)
def test_only_supervisor_and_representative_release(cast: Cast, journey: Journey, who: str) -> None:
    row = asked(journey, cast.specialist2)
    for step, values in (("grant_release", {"hours": 1}), ("refuse_release", {"answer": "不需要"})):
        with pytest.raises(NotAllowed):
            journey.step(getattr(cast, who), step, release=str(row.pk), **values)
    assert may_take(cast.frontline.actor, journey.complaint, PROCESS["ask_release"])


def test_a_refusal_says_why_and_opens_nothing(cast: Cast, journey: Journey, shop: Shop) -> None:
    row = asked(journey, cast.frontline)
    with pytest.raises(InvalidInput):
        journey.step(cast.supervisor, "refuse_release", release=str(row.pk), answer="")
    journey.step(cast.supervisor, "refuse_release", release=str(row.pk), answer="与本案无关")
    assert not outside(journey, cast.frontline, "orders")[0]
    assert Release.objects.get().state == "refused"
    assert asked(journey, cast.frontline), "one may ask again"


def test_one_query_waits_at_a_time_and_none_without_reason(cast: Cast, journey: Journey) -> None:
    for wrong in ({"reason": ""}, {"parts": []}, {"parts": ["everything"]}):
        with pytest.raises(InvalidInput):
            journey.step(cast.frontline, "ask_release", **{**BOTH, **wrong})
    asked(journey, cast.frontline)
    assert journey.refusal(cast.frontline, "ask_release", **BOTH) == {"asked_already"}


@pytest.mark.parametrize("who", ["frontline", "supervisor", "mgmt_rep"])
def test_a_release_may_be_ended_early(cast: Cast, journey: Journey, shop: Shop, who: str) -> None:
    row = granted(journey, cast.frontline, cast.supervisor)
    assert journey.refusal(cast.specialist, "end_release", release=str(row.pk)) == {"none_open"}
    journey.step(getattr(cast, who), "end_release", release=str(row.pk))
    assert not outside(journey, cast.frontline, "orders")[0]
    with pytest.raises(InvalidInput):
        journey.step(getattr(cast, who), "end_release", release=str(row.pk))


@pytest.mark.req("IV-02")
def test_each_step_stands_in_the_history_with_reason_and_end(cast: Cast, journey: Journey) -> None:
    row = granted(journey, cast.frontline, cast.supervisor)
    journey.step(cast.supervisor, "end_release", release=str(row.pk))
    events = {event.kind: event for event in Event.objects.filter(kind__startswith="complaint.release")}
    assert set(events) == {"complaint.release_asked", "complaint.release_granted", "complaint.release_ended"}
    assert events["complaint.release_granted"].data["until"]
    assert events["complaint.release_granted"].data["member"] == str(cast.frontline.id)
    assert "reason" in events["complaint.release_asked"].data["texts"]["fields"]
    assert BOTH["reason"] not in str(events["complaint.release_asked"].data)


@pytest.mark.req("IV-02", "OG-08")
def test_who_may_release_is_told_and_finds_it_among_the_duties(cast: Cast, journey: Journey) -> None:
    def told(kind: str) -> set[Any]:
        return set(Notice.objects.filter(kind=kind).values_list("member_id", flat=True))

    row = asked(journey, cast.frontline)
    assert told("case.release_asked") == {cast.supervisor.id, cast.mgmt_rep.id}
    with travel_to(journey.at):
        page = desk("supervisor", cast, "en").get("/desk/").content.decode()
        assert "Query outside the case to release" in page
        assert "Query outside the case to release" not in desk("frontline", cast, "en").get("/desk/").content.decode()
    journey.step(cast.supervisor, "grant_release", release=str(row.pk), hours=1)
    assert told("case.release_granted") == {cast.frontline.id}


@pytest.mark.req("ME-11", "IV-02")
def test_one_who_works_alone_is_warned(cast: Cast, journey: Journey) -> None:
    from tingsu.kernel.models import Organisation

    row = asked(journey, cast.supervisor)
    Organisation.objects.filter(pk=cast.organisation_id).update(profile="micro")
    Member.objects.exclude(pk=cast.supervisor.id).update(active=False)
    Post.objects.exclude(member_id=cast.supervisor.id).update(until=journey.at)
    directory.forget_cached()
    from tingsu.kernel.organisations import forget_organisations

    forget_organisations()
    journey.step(cast.supervisor, "grant_release", release=str(row.pk), hours=1)
    assert Event.objects.get(kind="complaint.release_granted").data["warnings"] == ["own_release"]


@pytest.mark.req("AI-04", "IV-02")
def test_a_program_releases_nothing_without_the_power_to_decide(cast: Cast, journey: Journey) -> None:
    from dataclasses import replace

    row = asked(journey, cast.frontline)
    program = replace(
        cast.supervisor.actor,
        kind="token",
        scopes=frozenset({"complaints:read", "complaints:write"}),
        held=frozenset({"supervisor"}),
    )
    with pytest.raises(NotAllowed):
        journey.step(program, "grant_release", release=str(row.pk), hours=1)
