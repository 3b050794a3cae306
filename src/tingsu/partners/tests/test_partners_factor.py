"""The second factor at the partners' door: asked by the rules, taken away by two people where it is lost (IG-10, CA-59)."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from tests.cast import PASSWORD, Cast
from tingsu.kernel import approvals, rulebooks
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.ids import new_id
from tingsu.kernel.models import Event, Proposal
from tingsu.partners import accounts
from tingsu.partners.tests.test_partners import account, in_register
from tingsu.people import second_factor, sign_in_rules
from tingsu.people.errors import AccountShared, AlreadySo
from tingsu.people.models import Membership


@pytest.mark.req("IG-10", "PS-03")
def test_a_password_alone_opens_no_partners_door_and_a_lost_factor_needs_two_people(
    cast: Cast, sign_in: Any, other_organisation: Any
) -> None:
    in_register(cast)
    row = account(cast)
    client = Client()
    client.post("/accounts/login/", {"login": "lamp_shop-1", "password": PASSWORD})
    assert client.get("/partner/")["Location"] == "/accounts/2fa/totp/activate/"
    Authenticator.objects.create(user_id=row.account_id, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert client.get("/partner/").status_code == 200
    assert second_factor.is_needed_anywhere(row.account_id), "nobody switches off what the rules ask for"
    kept = sign_in_rules.in_force()["second_factor"]
    without = {**sign_in_rules.shipped(), "second_factor": [one for one in kept if one != "partner"]}
    sign_in_rules.check(without)
    with pytest.raises(InvalidInput):
        sign_in_rules.check({**without, "second_factor": ["ai_agent"]})

    address = f"/desk/settings/partner-accounts/{row.pk}/"
    assert "second-factor/" in sign_in(cast.supervisor).get(address).content.decode()
    assert sign_in(cast.frontline).post(f"{address}second-factor/").status_code == 403
    assert sign_in(cast.supervisor).post(f"{address}second-factor/")["Location"] == reverse("people:proposals")
    (waits,) = Proposal.objects.filter(matter="partner_factor")
    assert second_factor.is_on(row.account_id), "nothing has changed yet"
    assert not approvals.may_decide(cast.supervisor.actor, waits)
    assert not approvals.may_decide(cast.specialist.actor, waits)
    assert "lamp_shop-1" in sign_in(cast.mgmt_rep).get(reverse("people:proposals")).content.decode()
    approvals.approve(actor=cast.mgmt_rep.actor, proposal_id=waits.pk)
    assert not second_factor.is_on(row.account_id)
    assert client.get("/partner/")["Location"].startswith("/accounts/login/"), "the sessions ended"
    event = Event.objects.filter(stream_id=row.pk, kind="partner_account.second_factor_reset").get()
    assert event.body["proposed_by"] == str(cast.supervisor.id)
    with pytest.raises(AlreadySo):
        accounts.reset_partner_factor(actor=cast.supervisor.actor, account_id=row.pk)

    publish_rules(cast.top_mgmt, without)
    fresh = Client()
    fresh.post("/accounts/login/", {"login": "lamp_shop-1", "password": PASSWORD})
    assert fresh.get("/partner/").status_code == 200, "a firm may do without"

    Authenticator.objects.create(user_id=row.account_id, type=Authenticator.Type.TOTP, data={"secret": "x"})
    Membership.objects.create(account_id=row.account_id, organisation=other_organisation, member_id=new_id())
    with pytest.raises(AccountShared):  # none of two organisations opens the other's door
        accounts.reset_partner_factor(actor=cast.supervisor.actor, account_id=row.pk)


def publish_rules(person: Any, body: dict[str, Any]) -> None:
    rulebooks.publish(actor=person.actor, kind=sign_in_rules.KIND, body=body, based_on=0, note="没有第二步")
