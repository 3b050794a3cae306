"""One key decides about a mail on the holding desk, and leads to the one that waits longest (IG-03, IN-05)."""

import re
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.mail.tests.mails import a_mail
from tingsu.mail.tests.test_deciding import a_case, arrives, mailbox_of
from tingsu.registers.models import Entry, EntryLink

pytestmark = pytest.mark.req("IG-03", "IN-05")


def pressed(client, entry: Entry, key: str) -> Any:
    """Press the button that a key stands for on the page of a mail; gives the answer, or None where the key opens a form."""
    page = client.get(reverse("registers:entry", args=["incoming_mail", entry.number])).content.decode()
    for form in re.findall(r'<form method="post" action="([^"]+/steps?/[^"]+|[^"]+)">(.*?)</form>', page, re.DOTALL):
        if f'data-key="{key}"' in form[1]:
            values = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[1]))
            return client.post(form[0], values)
    assert re.search(rf'<a class="btn[^>]*data-key="{key}"', page), key
    return None


def test_one_key_decides_and_leads_to_the_mail_that_waits_longest(cast: Cast, sign_in, client) -> None:
    complaint = a_case(cast)
    known, forged, other, last = (
        arrives(a_mail("补充照片", sender="DENG@mail.example")),
        arrives(
            a_mail("假的", sender="DENG@mail.example", Authentication_Results="mx; dmarc=fail"),
            mailbox=mailbox_of("mx"),
        ),
        arrives(a_mail("别的", sender="x@y.example")),
        arrives(a_mail("广告", sender="ad@y.example")),
    )
    sign_in(cast.frontline)
    for key in "1237":
        assert pressed(client, known, key) is None
    answer = pressed(client, known, "g")
    assert answer.url == reverse("registers:entry", args=["incoming_mail", forged.number])
    assert EntryLink.objects.get(entry_id=known.pk).other_id == complaint.pk
    page = client.get(answer.url).content.decode()
    assert 'data-key="g"' not in page, "nothing acts for the complainant where the sender may be forged"
    assert f'href="{reverse("registers:entry", args=["incoming_mail", other.number])}" data-key="j"' in page
    assert pressed(client, other, "5").url.endswith(f"{forged.number}/")
    assert pressed(client, forged, "4").url.endswith(f"{last.number}/")
    answer = pressed(client, last, "6")
    assert answer.url.endswith(f"{last.number}/")
    states = {one.pk: one.state for one in Entry.objects.filter(register="incoming_mail")}
    assert [states[one.pk] for one in (known, forged, other, last)] == ["reply", "bounce", "auto", "not_ours"]
    assert (
        client.post(
            reverse("registers:step", args=["incoming_mail", last.number, "decline"]), {"reason": "x"}
        ).status_code
        >= 400
    )
    form = client.get(
        reverse("registers:step", args=["incoming_mail", arrives(a_mail("新的")).number, "register"])
    ).content.decode()
    assert re.search(r'value="complaint"\s+(?:checked|selected)', form), "its form begins as a complaint"
    sign_in(cast.dept)
    assert client.get(reverse("registers:entry", args=["incoming_mail", known.number])).status_code == 404
