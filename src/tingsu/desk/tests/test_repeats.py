"""What came by itself and may be a repetition is put before who receives it, who says so or not (RG-24)."""

import pytest
from django.urls import reverse

from tingsu.complaints.models import Complaint, ComplaintLink
from tingsu.complaints.waiting import duty_label
from tingsu.demo import journey
from tingsu.desk.tests.cases import a_case, step
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now
from tingsu.kernel.errors import ConditionsUnmet
from tingsu.process.waiting import duties_of
from tingsu.triage.tests.cases import STORY, last_event


def by_itself(cast, **changes):
    """The same person complains again, without anybody of ours at the form."""
    return journey.register(automation("portal", cast.organisation_id), {**STORY, "mode": "internet", **changes})


def owner_of(cast, complaint):
    return next(one for one in cast._people.values() if one.id == complaint.owner_id)


def waits(person, complaint):
    wanted = duty_label("compare")
    return [one for one in duties_of(person.actor, now()) if one.number == complaint.number and one.badge == wanted]


@pytest.mark.req("RG-24")
def test_who_receives_it_sees_the_earlier_ones_and_links_a_repetition(cast, sign_in):
    first = journey.register(cast.frontline.actor, STORY)
    second = by_itself(cast)
    owner = owner_of(cast, second)
    assert second.possible_repeats == [str(first.pk)]
    assert waits(owner, second)
    assert waits(owner, first) == []
    client = sign_in(owner)
    html = client.get(reverse("desk:case", args=[second.number])).content.decode()
    address = f"{reverse('desk:step', args=[second.number, 'link'])}?number={first.number}&amp;kind=repeated"
    assert f'href="{address}"' in html
    assert "同一订单" in html
    assert first.number in client.get(address.replace("&amp;", "&")).content.decode()
    sent = client.post(
        address.split("?", 1)[0], {"number": first.number, "kind": "repeated", "version": second.version}
    )
    assert sent.status_code in {302, 303}
    second.refresh_from_db()
    assert (second.repeated, second.repeat_count, second.possible_repeats) == (True, 2, [])
    assert ComplaintLink.objects.get(complaint=second).other_id == first.pk
    assert waits(owner, second) == []


@pytest.mark.req("RG-24")
def test_who_receives_it_says_that_it_is_none_and_the_ledger_keeps_what_was_compared(cast, sign_in):
    first = journey.register(cast.frontline.actor, STORY)
    second = by_itself(cast)
    owner = owner_of(cast, second)
    sent = sign_in(owner).post(
        reverse("desk:step", args=[second.number, "rule_out_repeats"]), {"version": second.version}
    )
    assert sent.status_code in {302, 303}
    second.refresh_from_db()
    assert (second.repeated, second.possible_repeats) == (False, [])
    event = last_event(second)
    assert (event.kind, event.data["others"]) == ("complaint.repeats_ruled_out", [str(first.pk)])
    with pytest.raises(ConditionsUnmet):
        step(owner, second, "rule_out_repeats")


@pytest.mark.req("RG-24")
def test_one_of_two_is_linked_and_the_other_stays_to_be_compared(cast):
    one, two = (journey.register(cast.frontline.actor, STORY) for _n in range(2))
    third = by_itself(cast)
    assert set(third.possible_repeats) == {str(one.pk), str(two.pk)}
    step(owner_of(cast, third), third, "link", number=two.number, kind="related")
    third.refresh_from_db()
    assert third.possible_repeats == [str(one.pk)]


@pytest.mark.req("RG-24")
def test_nothing_is_to_be_compared_of_somebody_else_or_of_what_a_receiver_saw_at_the_telephone(cast, sign_in):
    journey.register(cast.frontline.actor, STORY)
    stranger = by_itself(cast, phone="13911110000", email="", name="王先生")
    assert stranger.possible_repeats == []
    called = a_case(cast.frontline)
    assert Complaint.objects.get(pk=called.pk).possible_repeats == []
    html = sign_in(cast.supervisor).get(reverse("desk:case", args=[stranger.number])).content.decode()
    assert "rule_out_repeats" not in html
