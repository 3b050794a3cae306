"""One account that works in two organisations, and leaves one of them (invariant 5, PS-03)."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from tests.cast import PASSWORD, Cast
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import acting_for
from tingsu.people import actions, errors
from tingsu.people.models import Account, Unit

pytestmark = [pytest.mark.django_db, pytest.mark.req("invariant-5", "PS-03")]
LOGIN = "/accounts/login/"


@pytest.fixture
def there(cast: Cast, other_organisation: Organisation) -> uuid.UUID:
    """Whom the first organisation's frontline2 is in the other one."""
    with acting_for(other_organisation.pk):
        by = system(other_organisation)
        account = Account.objects.get(username=cast.frontline2.username)
        member = actions.add_member(
            actor=by, staff_number="T-2", name="两家都在", alias={"zh-Hans": "小两", "en": "Two"}, account=account
        ).member
        unit = Unit.objects.filter(active=True).order_by("pk")[0]
        actions.give_post(actor=by, member_id=member.pk, unit_id=unit.pk, role="frontline")
    return member.pk


def system(organisation: Organisation) -> Actor:
    return automation("test", organisation.pk)


def enters(name: str) -> tuple[bool, str, int]:
    """Does the password open, whose session is it, and what does the desk say?"""
    client = Client()
    opened = client.post(LOGIN, {"login": name, "password": PASSWORD}).status_code == 302
    return opened, client.session.get("organisation", ""), client.get("/desk/").status_code if opened else 0


def test_who_left_one_of_two_works_in_the_other_and_in_no_other_way(
    cast: Cast, there: uuid.UUID, other_organisation: Organisation
) -> None:
    name, ours, theirs = cast.frontline2.username, str(cast.organisation_id), str(other_organisation.pk)
    assert enters(name) == (True, ours, 200)
    open_before = Client()
    open_before.post(LOGIN, {"login": name, "password": PASSWORD})
    by = cast.supervisor.actor
    with pytest.raises(errors.AccountShared):
        actions.change_sign_in(actor=by, member_id=cast.frontline2.id, username="renamed", email="")
    actions.deactivate_member(actor=by, member_id=cast.frontline2.id)
    assert open_before.get("/desk/").status_code == 302, "the session of before is over"
    assert enters(name) == (True, theirs, 200), "led to where the account still works"
    client = Client()
    client.post(LOGIN, {"login": name, "password": PASSWORD})
    chosen = client.post("/accounts/organisation/", {"organisation": ours})
    assert chosen.status_code == 403, "nor by choosing it"
    assert ours not in client.get("/accounts/organisation/").content.decode()
    assert client.get("/o/test/desk/queue/").status_code != 200
    with acting_for(other_organisation.pk):
        # The organisation that is left alone with the account may do what a single one may.
        assert actions.give_password(actor=system(other_organisation), member_id=there)
        renamed = actions.change_sign_in(
            actor=system(other_organisation), member_id=there, username="two-firms", email=""
        )
        assert renamed.username == "two-firms"
        actions.deactivate_member(actor=system(other_organisation), member_id=there)
    assert not Account.objects.get(username="two-firms").is_active, "nobody is left who could sign in"
    actions.reactivate_member(actor=by, member_id=cast.frontline2.id)
    assert Account.objects.get(username="two-firms").is_active
