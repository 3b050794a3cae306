"""Validity, possible impact and the best person in one short step (IV-16, SZ F.4)."""

import pytest

from tests.cast import Cast
from tingsu.complaints.filters import narrowed
from tingsu.complaints.models import Complaint
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed
from tingsu.kernel.models import Event
from tingsu.triage.tests.cases import graded, registered, step

VIEW = {"validity": "likely", "impact": "several", "why": "两位邻居也遇到，查过订单。"}


def last(complaint: Complaint) -> Event:
    return Event.objects.filter(stream_id=complaint.pk).latest("seq")


@pytest.mark.req("IV-16")
def test_one_step_says_how_valid_it_looks_how_far_it_reaches_and_who_is_best(cast: Cast) -> None:
    case = registered(cast.frontline)
    for missing in ("validity", "impact", "why", "member"):
        given = {**VIEW, "member": str(cast.frontline.id), missing: ""}
        with pytest.raises(InvalidInput) as refused:
            step(cast.frontline, case, "evaluate_in_short", **given)
        assert list(refused.value.fields) == [missing]
    stays = step(cast.frontline, case, "evaluate_in_short", **VIEW, member=str(cast.frontline.id))
    assert (stays.first_validity, stays.first_impact, stays.owner_id) == ("likely", "several", cast.frontline.id)
    assert (last(stays).data["given"], stays.offered_member_id) == ("stays", None)
    found = [
        set(narrowed(Complaint.objects.all(), one)) for one in ({"first_validity": "likely"}, {"first_impact": "wide"})
    ]
    assert found == [{stays}, set()]
    # The owner offers it, a supervisor decides it; the view may change with what becomes known, and binds nobody.
    offered = step(
        cast.frontline, case, "evaluate_in_short", **{**VIEW, "impact": "wide"}, member=str(cast.specialist.id)
    )
    assert (offered.owner_id, offered.offered_member_id, offered.first_impact) == (
        cast.frontline.id,
        cast.specialist.id,
        "wide",
    )
    assert (last(offered).data["given"], offered.verdict) == ("offered", "")
    with pytest.raises(ConditionsUnmet):
        step(cast.frontline, case, "evaluate_in_short", **VIEW, member=str(cast.coach.id))
    decided = step(cast.supervisor, case, "evaluate_in_short", **VIEW, member=str(cast.specialist.id))
    assert (decided.owner_id, decided.offered_member_id) == (cast.specialist.id, None)
    assert [one.data["given"] for one in Event.objects.filter(stream_id=case.pk, kind="complaint.evaluated_in_short")] == [
        "stays", "offered", "decided",
    ]  # fmt: skip


@pytest.mark.req("IV-16")
def test_nobody_gives_away_what_is_not_theirs_nor_to_whom_it_may_not_go(cast: Cast) -> None:
    case = registered(cast.frontline)
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.specialist, case, "evaluate_in_short", **VIEW, member=str(cast.specialist.id))
    assert [one.code for one in refused.value.unmet] == ["not_yours_to_give"]
    mine = step(cast.specialist, case, "evaluate_in_short", **VIEW, member=str(cast.frontline.id))
    assert mine.owner_id == cast.frontline.id
    Complaint.objects.filter(pk=case.pk).update(required_level="expert")
    for who in (cast.frontline, cast.supervisor):
        with pytest.raises(ConditionsUnmet):
            step(who, case, "evaluate_in_short", **VIEW, member=str(cast.frontline2.id))
    with pytest.raises(NotAllowed):
        step(cast.analyst, case, "evaluate_in_short", **VIEW, member=str(cast.frontline.id))
    assert Complaint.objects.get(pk=case.pk).owner_id == cast.frontline.id


@pytest.mark.req("IV-16")
def test_in_routing_a_supervisor_offers_and_the_history_does_not_say_decided(cast: Cast) -> None:
    case = graded(cast.frontline, registered(cast.frontline))
    Complaint.objects.filter(pk=case.pk).update(state="routing")
    offered = step(cast.supervisor, case, "evaluate_in_short", **VIEW, member=str(cast.specialist.id))
    assert (offered.owner_id, offered.offered_member_id) == (cast.frontline.id, cast.specialist.id)
    assert last(offered).data["given"] == "offered"
