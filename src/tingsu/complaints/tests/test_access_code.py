"""The access code is exchanged: the old one stops at once, a letter tells, the ledger names who (AK-06, PS-03)."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tingsu.complaints import access
from tingsu.complaints.actions import take_step
from tingsu.complaints.models import Complaint, Party
from tingsu.intake.actions import register_complaint
from tingsu.intake.reading import read_intake
from tingsu.intake.tests.test_register_complaint import STORY, registered
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters import actions as letters
from tingsu.letters.models import Letter

pytestmark = pytest.mark.req("AK-06", "PS-03")
WHY = {"purpose": "投诉人来电说查询码被别人看见"}


def fresh(complaint: Complaint) -> Complaint:
    return Complaint.objects.select_related("stream").get(pk=complaint.pk)


def opens(complaint: Complaint, code: str) -> Client | None:
    """A browser in which number and code opened the case; None where they did not."""
    browser = Client()
    answer = browser.post(reverse("portal:open_with_code"), {"number": complaint.number, "code": code})
    return browser if answer.status_code == 302 else None


def test_staff_exchange_it_with_a_purpose_and_never_see_the_new_one(cast: Cast, settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    made = registered(cast, email="chen@example.com")
    old = made.text("code")
    strange = opens(made, old)
    assert strange is not None
    take_step(actor=cast.specialist.actor, complaint_id=made.pk, step="renew_code", values=WHY)
    new = fresh(made).text("code")
    assert new != old
    assert opens(made, old) is None, "the old one stops at once"
    assert strange.get(reverse("portal:case")).status_code == 302, "and what it had opened closes"
    assert opens(made, new) is not None
    letter = Letter.objects.get(stream_id=made.pk, template="access_code")
    assert letter.channel == "email"
    letters.deliver(letter.pk)
    [sent] = mail.outbox
    assert new in sent.body
    kept = Letter.objects.select_related("stream").get(pk=letter.pk)
    assert new not in kept.stream.key().open(kept.body, f"letter:{kept.pk}:body")
    event = Event.objects.get(stream_id=made.pk, kind="complaint.code_renewed")
    assert event.actor_id == cast.specialist.id
    assert texts_of([event])[event.pk]["purpose"] == WHY["purpose"]
    assert new not in str(event.data)
    assert list(verify_organisation(Tally())) == []


@pytest.mark.parametrize(
    ("person", "values", "refused"),
    [
        ("specialist", {"purpose": ""}, InvalidInput),
        ("analyst", WHY, NotAllowed),
        ("dept", WHY, NotFound),
        ("auditor", WHY, NotAllowed),
    ],
)
def test_not_without_a_purpose_and_not_by_everybody(
    person: str, values: dict[str, str], refused: type, cast: Cast
) -> None:
    made = registered(cast, email="chen@example.com")
    with pytest.raises(refused):
        take_step(actor=getattr(cast, person).actor, complaint_id=made.pk, step="renew_code", values=values)
    assert fresh(made).text("code") == made.text("code")


def test_where_no_letter_can_go_only_the_complainant_makes_one(cast: Cast) -> None:
    made = registered(cast, email="", phone="", name="", anonymous=True)
    with pytest.raises(ConditionsUnmet):
        take_step(actor=cast.specialist.actor, complaint_id=made.pk, step="renew_code", values=WHY)
    browser = opens(made, made.text("code"))
    assert browser is not None
    assert reverse("portal:case_step", args=["new_code"]) in browser.get(reverse("portal:case")).content.decode()
    elsewhere = opens(made, made.text("code"))
    answer = browser.post(reverse("portal:case_step", args=["new_code"]), {}, follow=True)
    new = fresh(made).text("code")
    assert new != made.text("code")
    page = answer.content.decode()
    assert f'data-copy="{new}"' in page, "shown once"
    assert new not in browser.get(reverse("portal:case")).content.decode()
    assert elsewhere is not None
    assert elsewhere.get(reverse("portal:case")).status_code == 302
    event = Event.objects.get(stream_id=made.pk, kind="complaint.code_renewed")
    assert event.actor_kind == "complainant"


def test_the_other_party_cannot(cast: Cast) -> None:
    made = registered(cast, respondent_name="某某店", respondent_phone="13900001111")
    other = access.party_actor(Party.objects.get(complaint=made, role="respondent"), cast.organisation_id)
    with pytest.raises(NotAllowed):
        take_step(actor=other, complaint_id=made.pk, step="renew_code", values=WHY)


def test_whoever_registered_is_told_the_first_code_and_no_later_one(cast: Cast) -> None:
    """A registration repeated with its key answers again, and gives nothing away that came after it."""
    intake = read_intake({**STORY})
    done = register_complaint(actor=cast.frontline.actor, intake=intake, key="once")
    made = done.complaint
    assert register_complaint(actor=cast.frontline.actor, intake=intake, key="once").code == done.code != ""
    party = access.party_actor(Party.objects.get(complaint=made, role="complainant"), cast.organisation_id)
    take_step(actor=party, complaint_id=made.pk, step="renew_code", values=WHY)
    assert register_complaint(actor=cast.frontline.actor, intake=intake, key="once").code == ""
