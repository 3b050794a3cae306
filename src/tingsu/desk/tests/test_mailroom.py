"""The mail room shows what was sent to whom may see it, and notes who read it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tingsu.desk.tests.cases import a_case
from tingsu.letters.actions import deliver
from tingsu.letters.models import Letter
from tingsu.privacy.models import AccessEntry


@pytest.mark.req("AK-10")
def test_a_letter_is_listed_and_read_with_its_words_and_masked_address(sign_in, cast, settings):
    settings.DEMO = True
    complaint = a_case(cast.frontline)
    letter = Letter.objects.get(stream_id=complaint.pk)
    client = sign_in(cast.supervisor)
    assert "等待发送" in client.get(reverse("desk:mail")).content.decode()
    deliver(letter.pk)
    page = client.get(reverse("desk:mail")).content.decode()
    assert complaint.number in page
    assert reverse("desk:letter", args=[letter.pk]) in page
    before = AccessEntry.objects.count()
    read = client.get(reverse("desk:letter", args=[letter.pk])).content.decode()
    assert complaint.number in read
    assert "13800002210" not in read
    assert AccessEntry.objects.count() == before + 1
    assert complaint.number not in client.get(reverse("desk:mail"), {"state": "failed"}).content.decode()


def test_the_mail_room_is_closed_to_those_without_the_right(sign_in, cast):
    complaint = a_case(cast.frontline)
    letter = Letter.objects.get(stream_id=complaint.pk)
    client = sign_in(cast.dept)
    assert client.get(reverse("desk:mail")).status_code == 403
    assert client.get(reverse("desk:letter", args=[letter.pk])).status_code == 403
    nowhere = reverse("desk:letter", args=["00000000-0000-7000-8000-000000000000"])
    assert sign_in(cast.supervisor).get(nowhere).status_code == 404


@pytest.mark.req("invariant-13")
def test_a_page_of_letters_costs_the_same_however_many_there_are(sign_in, cast):
    a_case(cast.frontline)
    client = sign_in(cast.supervisor)
    client.get(reverse("desk:mail"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("desk:mail"))
    for _more in range(3):
        a_case(cast.frontline)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("desk:mail"))
    assert len(many) == len(few)


@pytest.mark.req("AK-10")
def test_the_list_stands_in_the_order_of_the_times_it_shows_and_each_state_under_its_own_name(sign_in, cast):
    cases = [a_case(cast.frontline) for _one in range(3)]
    letters = [Letter.objects.get(stream_id=one.pk) for one in cases]
    first = letters[0].created_at - timedelta(hours=5)
    for hours, letter in enumerate(letters):
        Letter.objects.filter(pk=letter.pk).update(created_at=first + timedelta(hours=hours), state="sent")
    # The oldest left last, and the newest was read.
    Letter.objects.filter(pk=letters[0].pk).update(sent_at=first + timedelta(hours=4))
    Letter.objects.filter(pk=letters[2].pk).update(read_at=first + timedelta(hours=4))
    client = sign_in(cast.supervisor)
    page = client.get(reverse("desk:mail")).content.decode()
    shown = re.findall(r'<td class="nowrap"><time datetime="([^"]+)"', page)
    assert shown == sorted(shown, reverse=True)
    assert [one[:16] for one in shown] == [f"{first + timedelta(hours=hours):%Y-%m-%dT%H:%M}" for hours in (2, 1, 0)]
    assert page.count(f'datetime="{first + timedelta(hours=4):%Y-%m-%dT%H:%M}') == 1, "when it left stands beside"
    for state, wanted in {"sent": {0, 1}, "read": {2}, "failed": set()}.items():
        page = client.get(reverse("desk:mail"), {"state": state}).content.decode()
        assert {n for n, case in enumerate(cases) if case.number in page} == wanted, state
