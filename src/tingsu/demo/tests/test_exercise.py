"""A model case played on the practice copy in two clicks, and nothing of it leaves or counts (PE-31)."""

from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from tests.cast import Cast
from tingsu.complaints.models import Complaint
from tingsu.demo import exercise
from tingsu.kernel.models import Event, Organisation
from tingsu.kernel.tenancy import acting_for
from tingsu.knowledge.tests.given import published
from tingsu.people.models import Member

pytestmark = [pytest.mark.django_db, pytest.mark.req("PE-31")]
CASE = {
    "kind": "case", "title": "退款七天未到账", "situation": "商家同意退款七天了，一直没有到账。", "body": "先查账，再回电。", "wording": "", "wording_en": "",
}  # fmt: skip


def test_a_model_case_is_played_on_the_copy_in_two_clicks(cast: Cast, copy: Organisation, sign_in: Any) -> None:
    entry = published(cast, **CASE)
    client, address = sign_in(cast.frontline), reverse("practice:exercise", args=[entry.number])
    assert address in client.get(reverse("registers:entry", args=["knowledge", entry.number])).content.decode()
    page = client.get(address).content.decode()
    assert "商家同意退款七天了" in page
    with acting_for(copy.pk):
        before = Complaint.objects.count()
        member = Member.objects.filter(posts__role="frontline").order_by("staff_number")[0]
    assert client.post(address, {"plays": str(cast.frontline.id)}).status_code == 409, "nobody real is played"
    answer = client.post(address, {"plays": str(member.pk)})
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"/o/{copy.slug}/desk/cases/")
    played = client.get(answer.headers["Location"]).content.decode()
    assert "商家同意退款七天了" in played
    assert Complaint.objects.count() == 0, "nothing of it counts here"
    with acting_for(copy.pk):
        assert Complaint.objects.count() == before + 1
    assert mail.outbox == []
    assert Event.objects.filter(stream_id=entry.pk, kind=exercise.PLAYED).count() == 1


def test_without_a_copy_it_says_so_and_only_model_cases_in_use_are_played(cast: Cast, sign_in: Any) -> None:
    entry, wording = published(cast, **CASE), published(cast)
    client = sign_in(cast.frontline)
    address = reverse("practice:exercise", args=[entry.number])
    assert reverse("practice:home") in client.get(address).content.decode()
    assert client.post(address, {}).status_code == 409
    assert client.get(reverse("practice:exercise", args=[wording.number])).status_code == 404
    assert not Event.objects.filter(kind=exercise.PLAYED).exists()
