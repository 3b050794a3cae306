"""Compensation limits in the set-up: only the quick amount is proposed, what somebody published is confirmed as it is."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.approving import approve_all
from tests.cast import Cast
from tingsu.kernel import rulebooks
from tingsu.people import authority
from tingsu.setup import actions, checklist
from tingsu.setup.errors import NotYet


def amounts(client: Client) -> dict[str, str]:
    form = client.get(reverse("setup:compensation")).context["form"]
    return {name: field.initial for name, field in form.fields.items()}


@pytest.mark.req("CA-31")
def test_only_the_quick_amount_is_proposed_and_every_other_must_be_set(cast: Cast, sign_in: Any) -> None:
    with pytest.raises(NotYet):
        actions.confirm(actor=cast.mgmt_rep.actor, subject="compensation")
    client = sign_in(cast.mgmt_rep)
    first = amounts(client)
    assert first.pop("quick") == "200.00"
    assert set(first.values()) == {""}
    assert client.post(reverse("setup:compensation"), {"quick": "200"}).status_code == 422
    values = {"quick": "200", "daily": "1000"} | {name: "3000" for name in first if name.startswith("row-")}
    assert client.post(reverse("setup:compensation"), values | {"row-0": "many"}).status_code == 422
    assert rulebooks.in_force(authority.KIND).version == 0
    assert client.post(reverse("setup:compensation"), values).status_code == 303
    assert rulebooks.in_force(authority.KIND).version == 0  # amounts widen powers: the senior leader decides
    approve_all(cast)
    actions.confirm(actor=cast.mgmt_rep.actor, subject="compensation")
    body = rulebooks.in_force(authority.KIND).body
    assert body["quick"] == {"max_fen": 200_00, "daily_fen": 1000_00}
    assert {row["max_fen"] for row in body["rows"]} == {None, 0, 3000_00}
    assert checklist.confirmations() == {"compensation": 1}


def test_amounts_that_somebody_else_published_are_confirmed_as_they_are(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.mgmt_rep)
    path = reverse("setup:compensation")
    client.post(path, {"confirm": "yes"})
    assert checklist.confirmations() == {}
    rulebooks.publish(actor=cast.top_mgmt.actor, kind=authority.KIND, body=authority.shipped())
    assert client.post(path, {"confirm": "yes"}).status_code == 303
    assert checklist.confirmations() == {"compensation": 1}
