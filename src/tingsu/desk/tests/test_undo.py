"""Small steps are taken back within ten seconds, by a counter-step with its own event."""

import pytest
from django.urls import reverse

from tingsu.complaints.models import ComplaintLink
from tingsu.desk.tests.cases import a_case, local, step
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Event


@pytest.mark.req("AK-13")
def test_a_link_is_taken_back_within_ten_seconds_and_not_later(sign_in, cast):
    one, other = a_case(cast.frontline), a_case(cast.frontline)
    client = sign_in(cast.frontline)
    link, back = reverse("desk:step", args=[one.number, "link"]), reverse("desk:undo_step", args=[one.number])
    sent = {"number": other.number, "kind": "related"}
    with travel_to(local("2027-03-03 10:00")):
        client.post(link, {**sent, "once": "link-1"})
        client.post(reverse("desk:undo_step", args=[other.number]))
    assert ComplaintLink.objects.count() == 1
    with travel_to(local("2027-03-03 10:01")):
        assert "超过可撤销时间" in client.post(back, follow=True).content.decode()
    assert ComplaintLink.objects.count() == 1
    with travel_to(local("2027-03-03 10:02")):
        step(cast.frontline, one, "unlink", number=other.number)
        client.post(link, {**sent, "once": "link-2"})
        client.post(back)
    assert not ComplaintLink.objects.exists()
    kinds = (
        Event.objects.filter(stream_id=one.pk, kind__endswith="linked").order_by("seq").values_list("kind", flat=True)
    )
    assert list(kinds) == ["complaint.linked", "complaint.unlinked"] * 2


def test_whom_a_case_waits_on_is_taken_back(sign_in, cast):
    complaint = a_case(cast.frontline)
    client = sign_in(cast.frontline)
    sent = {"waiting_on": "complainant", "once": "wait-1"}
    client.post(reverse("desk:step", args=[complaint.number, "set_waiting"]), sent)
    complaint.refresh_from_db()
    assert complaint.waiting_on == "complainant"
    client.post(reverse("desk:undo_step", args=[complaint.number]))
    complaint.refresh_from_db()
    assert complaint.waiting_on == "us"
