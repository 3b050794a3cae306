"""The list of what is under supervision (AS-12), and what happens to the cases of somebody absent (AS-16)."""

import pytest
from django.urls import reverse

from tingsu.complaints.models import Complaint
from tingsu.desk.tests.cases import a_case, step
from tingsu.letters.models import Notice
from tingsu.people.actions import set_on_duty
from tingsu.people.directory import forget_cached


def listed(client):
    page = client.get(reverse("desk:queue"), {"view": "supervised"})
    return [row.number for group in page.context["groups"] for row in group["rows"]]


@pytest.mark.req("AS-12")
@pytest.mark.parametrize("ends", ["decided", "unlinked"])
def test_what_is_under_supervision_has_a_list_of_its_own_until_the_reason_ends(sign_in, cast, ends):
    other, first, second, third = [a_case(cast.frontline) for _n in range(4)]
    client = sign_in(cast.supervisor)
    assert listed(client) == []
    step(cast.frontline, second, "link", number=first.number, kind="repeated")
    assert listed(client) == [], "twice is not yet three times"
    step(cast.frontline, third, "link", number=second.number, kind="repeated")
    step(cast.supervisor, other, "supervise", reason="久拖")
    assert set(listed(client)) == {third.number, other.number}
    page = client.get(reverse("desk:queue")).content.decode()
    assert "view=supervised" in page
    assert "view=supervised" not in sign_in(cast.frontline).get(reverse("desk:queue")).content.decode()
    assert set(listed(sign_in(cast.frontline))) == {third.number, other.number}, (
        "an address for everybody who sees the queue"
    )
    if ends == "decided":
        step(cast.supervisor, third, "end_supervision", reason="已谈妥")
    else:
        step(cast.frontline, third, "unlink", number=second.number)
    assert listed(client) == [other.number]
    assert Complaint.objects.get(pk=third.pk).supervised is False


def told(person):
    return Notice.objects.filter(member_id=person.id, kind="team.absent").count()


@pytest.mark.req("AS-16")
@pytest.mark.parametrize("profile", ["svc", "micro"])
def test_whoever_leads_hears_of_an_absence_that_leaves_cases_behind_and_hands_them_on(
    sign_in, cast, organisation, profile
):
    type(organisation).objects.filter(pk=organisation.pk).update(profile=profile)
    case = a_case(cast.frontline)
    for person, number in ((cast.frontline2, 0), (cast.frontline, 1)):
        set_on_duty(actor=person.actor, member_id=person.id, on_duty=False)
        assert told(cast.supervisor) == number
    set_on_duty(actor=cast.frontline.actor, member_id=cast.frontline.id, on_duty=True)
    assert told(cast.supervisor) == 1
    set_on_duty(actor=cast.supervisor.actor, member_id=cast.frontline.id, on_duty=False)
    assert told(cast.supervisor) == 1, "nobody is told of the own deed"
    forget_cached()
    client = sign_in(cast.supervisor)
    notices = client.get(reverse("desk:notices")).content.decode()
    assert f'href="{reverse("desk:team")}"' in notices
    share = reverse("desk:share", args=[cast.frontline.id])
    line = client.get(share).context["lines"][0]
    assert line["ticked"]
    chosen = line["offered"][0].member.pk
    assert chosen != cast.frontline2.id, "nobody absent takes it over"
    client.post(share, {"case": [case.number], f"to-{case.number}": str(chosen)})
    case.refresh_from_db()
    assert (case.owner_id, case.first_owner_id) == (chosen, cast.frontline.id)
    assert Notice.objects.filter(member_id=cast.frontline.id, kind="case.taken_over").exists(), (
        "and hears of it, back at work"
    )


@pytest.mark.req("AS-16")
def test_a_case_offered_to_somebody_counts_as_left_behind_too(cast):
    case = a_case(cast.frontline)
    step(cast.frontline, case, "transfer", member=str(cast.specialist.id), note="请接手")
    set_on_duty(actor=cast.specialist.actor, member_id=cast.specialist.id, on_duty=False)
    assert told(cast.supervisor) == 1
