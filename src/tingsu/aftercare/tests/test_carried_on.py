"""What a closed case leaves to do registers itself: whose it is, what it knows, which limits run (CA-41, FB-06, AS-01)."""

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tests.standing import kept
from tingsu.aftercare.models import ReviewRequest
from tingsu.aftercare.tests.rounds import closed
from tingsu.aftercare.tests.test_reviews import ANSWER, ASKED
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint, ComplaintLink, Demand, Party
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Event
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Letter, Notice
from tingsu.people.models import Member
from tingsu.portal.tests.case_pages import enter, see
from tingsu.settlement.tests.journey import Journey, registered

CHANGED = {**ANSWER, "result": "changed", "answer": "复核后决定退还运费 12 元。"}


@kept
def asked_after_closing(cast: Cast, **more: Any) -> Journey:
    journey = closed(cast)
    return journey.step(journey.party(), "ask_review", **{**ASKED, **more})


def answered(cast: Cast, journey: Journey, **values: Any) -> Complaint:
    journey.step(cast.supervisor, "answer_review", **{**CHANGED, **values})
    return Complaint.objects.select_related("stream").get(number=ReviewRequest.objects.get().follow_up)


@pytest.mark.req("FB-06")
@pytest.mark.parametrize("result", ["changed", "mediation"])
def test_a_changed_result_of_a_closed_case_becomes_a_complaint_with_owner_limits_and_a_letter(
    cast: Cast, result: str
) -> None:
    journey = asked_after_closing(cast)
    before, letters = journey.complaint, Letter.objects.filter(template="acknowledgement").count()
    made = answered(cast, journey, result=result)
    assert (made.state, made.owner_id, made.first_owner_id) == ("registered", before.owner_id, before.owner_id)
    assert (made.received_at, before.state, made.repeated) == (journey.at, "closed", False)
    running = set(Promise.objects.filter(stream_id=made.pk, ended_at=None).values_list("kind", flat=True))
    assert {"acknowledgement", "first_reply", "progress_feedback", "handling_start"} <= running
    assert min(Promise.objects.filter(stream_id=made.pk).values_list("due_at", flat=True)) > journey.at
    assert Letter.objects.filter(template="acknowledgement").count() == letters + 1
    assert list(Notice.objects.filter(kind="case.review_changed").values_list("member_id", flat=True)) == [
        before.owner_id
    ]
    link = ComplaintLink.objects.get(complaint=made, other=before)
    assert (link.kind, link.confirmed_at) == ("related", journey.at)
    assert str(before.pk) not in made.possible_repeats
    answer = Event.objects.get(stream_id=before.pk, kind="complaint.review_answered").body
    assert answer["carried_on_in"] == str(made.pk)
    assert Event.objects.get(stream_id=made.pk, kind="complaint.registered").body["carries_on"] == str(before.pk)
    assert list(verify_organisation(Tally())) == []


@pytest.mark.req("CA-41", "RG-16")
def test_it_knows_people_matter_and_demands_in_the_words_of_the_request(cast: Cast) -> None:
    journey = asked_after_closing(cast)
    before = journey.complaint
    made = answered(cast, journey)
    assert made.text("description") == ASKED["words"]
    assert made.text("additional_info") == CHANGED["answer"]
    for name in (
        "problem_type",
        "product",
        "mode",
        "channel",
        "language",
        "anonymous",
        "categories",
        "order_index",
        "kind",
    ):
        assert getattr(made, name) == getattr(before, name), name
    for name in ("summary", "order_number"):
        assert made.text(name) == before.text(name), name
    people = {one.role: one for one in Party.objects.filter(complaint=before)}
    for one in Party.objects.filter(complaint=made):
        known = people.pop(one.role)
        for name in ("name", "phone", "email"):
            assert one.text(name) == known.text(name), name
        assert (one.phone_index, one.wrapped_key == known.wrapped_key) == (known.phone_index, False)
    assert people == {}
    wishes = [
        [(one.kind, one.amount_fen, one.text()) for one in Demand.objects.filter(complaint=c)] for c in (made, before)
    ]
    assert wishes[0] == wishes[1] != []
    assert bool(made.record_confirmed_at) is bool(before.record_confirmed_at)


@pytest.mark.req("AS-01")
@pytest.mark.parametrize("gone", ["off_duty", "left"])
def test_somebody_on_duty_has_it_where_the_last_owner_is_not_there(cast: Cast, gone: str) -> None:
    journey = asked_after_closing(cast)
    owner = journey.complaint.owner_id
    Member.objects.filter(pk=owner).update(**{"on_duty": False} if gone == "off_duty" else {"active": False})
    made = answered(cast, journey)
    assert made.owner_id not in {None, owner}
    told = set(Notice.objects.filter(kind="case.review_changed").values_list("member_id", flat=True))
    assert made.owner_id in told
    person = next(one for one in cast._people.values() if one.id == made.owner_id)
    assert person.actor.roles & {"frontline", "specialist", "supervisor"}


def test_nothing_is_registered_where_nothing_follows(cast: Cast) -> None:
    journey = asked_after_closing(cast)
    count = Complaint.objects.count()
    journey.step(cast.supervisor, "answer_review", **ANSWER)
    assert (Complaint.objects.count(), ReviewRequest.objects.get().follow_up) == (count, "")


@pytest.mark.req("FB-06", "AK-06")
@pytest.mark.parametrize("by_hand", [False, True])
def test_the_page_leads_on_without_another_code_to_what_registered_itself_alone(
    client: Any, cast: Cast, by_hand: bool
) -> None:
    journey = asked_after_closing(cast)
    other = registered(cast).complaint if by_hand else None
    if other:
        ComplaintLink(
            complaint=other, other=journey.complaint, kind="related", confirmed_at=journey.at - timedelta(hours=1)
        ).save(force_insert=True)
    made = answered(cast, journey, follow_up=other.number if other else "")
    with travel_to(journey.at):
        enter(client, journey.complaint)
        page = see(client)
        assert made.number in page
        leads = re.findall(r'href="(/c/[^"]+)"', page)
        assert bool(leads) is not by_hand
        if leads:
            assert made.number in client.get(leads[0], follow=True).content.decode()
