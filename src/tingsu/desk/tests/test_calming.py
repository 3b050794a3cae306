"""The words for agitated callers are the organisation's; the steps ticked are kept with their version and shown (RG-23)."""

from typing import Any

import pytest
from django.urls import reverse

from tests.approving import approved
from tests.cast import Cast
from tingsu.complaints import calming
from tingsu.complaints.models import Complaint
from tingsu.desk.tests.test_register import SENT
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.models import Event

pytestmark = pytest.mark.req("RG-23")
OWN = {
    "step": "empathise",
    "said": True,
    "text": {"zh-Hans": "让您久等了，这件事我来跟。", "en": "I take it from here."},
}


def body(*extra: dict[str, Any], without: str = "") -> dict[str, Any]:
    shipped = [row for row in calming.shipped()["phrases"] if row["step"] not in {without, "empathise"}]
    return {"phrases": [*shipped, *extra]}


def test_own_words_stand_beside_the_form_and_what_was_ticked_is_kept_and_shown(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.frontline)
    assert "24 小时内会有专人联系您，请保持电话畅通" in client.get(reverse("desk:register")).content.decode()
    approved(cast, lambda: rulebooks.publish(actor=cast.supervisor.actor, kind=calming.KIND, body=body(OWN)))
    form = client.get(reverse("desk:register")).content.decode()
    assert "让您久等了，这件事我来跟。" in form
    assert "换了谁都会着急" not in form
    client.post(reverse("desk:register"), {**SENT, "calming_steps": ["listen", "guide"]})
    made = Complaint.objects.get()
    event = Event.objects.get(stream_id=made.pk, kind="complaint.registered")
    assert (made.calming_steps, event.body["calming_version"]) == (["listen", "guide"], 1)
    page = client.get(reverse("desk:case", args=[made.number])).content.decode()
    assert "已倾听" in page
    assert "已引导" in page


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        (body(), "phrases"),
        (body(OWN, without="guide"), "phrases"),
        (body(OWN, OWN | {"step": "shout"}), "phrases.5.step"),
        (body(OWN | {"text": {"zh-Hans": "久等了", "en": ""}}), "phrases.4.text"),
        (body(OWN | {"text": {"zh-Hans": "长" * 301, "en": "x"}}), "phrases.4.text"),
        ({"phrases": [OWN] * 16}, "phrases"),
    ],
)
def test_each_step_keeps_a_text_in_both_languages(wrong: dict[str, Any], place: str) -> None:
    calming.check(body(OWN))
    with pytest.raises(InvalidInput) as refused:
        calming.check(wrong)
    assert place in refused.value.fields
