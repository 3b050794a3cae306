"""Sign-in name and work e-mail: changed by who manages people, unique, old sessions end, the old address is told (PS-03)."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import PASSWORD
from tests.signing import enter, works_also_in
from tingsu.kernel.errors import NotFound
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event
from tingsu.letters import providers
from tingsu.letters.actions import deliver
from tingsu.letters.models import Letter, Notice
from tingsu.people import actions, errors
from tingsu.people.models import Account, Membership

pytestmark = pytest.mark.req("PS-03")
NEW = {"username": "lin-yue", "email": "lin@example.com"}


def page_of(person) -> str:
    return reverse("people:sign_in", args=[person.id])


def change(cast, **values):
    return actions.change_sign_in(actor=cast.supervisor.actor, member_id=cast.frontline.id, **(NEW | values))


def test_who_manages_people_changes_it_through_the_page(cast, sign_in, client, monkeypatch, settings) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    sent = []
    monkeypatch.setitem(providers.CARRIERS, "email", lambda message: sent.append(message) or "1")
    theirs = Client()
    assert theirs.login(username="frontline", password=PASSWORD)
    assert theirs.get(reverse("desk:work")).status_code == 200
    sign_in(cast.supervisor)
    assert 'value="frontline@example.com"' in client.get(page_of(cast.frontline)).content.decode()
    assert client.post(page_of(cast.frontline), NEW).status_code == 303
    assert "lin@example.com" in client.get(reverse("people:member", args=[cast.frontline.id])).content.decode()
    assert theirs.get(reverse("desk:work")).status_code == 302
    for typed, opens in (
        ("frontline", False),
        ("frontline@example.com", False),
        ("lin-yue", True),
        ("lin@example.com", True),
    ):
        answer = Client().post("/accounts/login/", {"login": typed, "password": PASSWORD})
        assert (answer.status_code == 302) == opens, typed
    letter = Letter.objects.get(stream_id=cast.frontline.id)
    deliver(letter.pk)
    assert sent[0].address == "frontline@example.com"
    assert "登录名或工作邮箱" in sent[0].body
    assert "lin" not in sent[0].body
    assert "已修改" in client.get(reverse("desk:letter", args=[letter.pk])).content.decode()
    assert Notice.objects.get(member_id=cast.frontline.id).kind == "sign_in.changed"


def test_what_was_typed_lies_sealed_in_the_history(cast) -> None:
    change(cast)
    event = Event.objects.get(stream_id=cast.frontline.id, kind="member.sign_in_changed")
    assert event.data["changed"] == ["username", "email"]
    assert "lin" not in str(event.data)
    assert texts_of([event])[event.pk]["old_email"] == "frontline@example.com"


def test_who_changes_the_own_one_stays_signed_in_here_only(cast, sign_in, client) -> None:
    elsewhere = Client()
    enter(elsewhere, "supervisor")
    sign_in(cast.supervisor)
    led = client.post(page_of(cast.supervisor), NEW)
    assert led.headers["Location"].startswith("/accounts/reauthenticate/"), "an open session alone changes nothing"
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.post(page_of(cast.supervisor), NEW).status_code == 303
    assert client.get(reverse("desk:work")).status_code == 200
    assert elsewhere.get(reverse("desk:work")).status_code == 302
    assert not Notice.objects.filter(member_id=cast.supervisor.id).exists()


@pytest.mark.parametrize(
    "taken",
    [{"username": "Specialist"}, {"email": "SPECIALIST@example.com"}, {"username": "other-frontline"}],
)
def test_a_name_or_address_in_use_is_refused_and_what_was_typed_kept(cast, sign_in, client, taken) -> None:
    sign_in(cast.supervisor)
    refused = client.post(page_of(cast.frontline), NEW | taken)
    assert refused.status_code == 422
    assert f'value="{next(iter(taken.values()))}"' in refused.content.decode()
    assert Account.objects.filter(username="frontline", email="frontline@example.com").exists()
    assert not Letter.objects.filter(stream_id=cast.frontline.id).exists()
    assert client.post(page_of(cast.frontline), NEW).status_code == 303


def test_nothing_changed_leaves_no_event_and_no_letter(cast) -> None:
    change(cast, username="frontline", email="frontline@example.com")
    assert not Event.objects.filter(stream_id=cast.frontline.id).exists()
    assert not Letter.objects.exists()


def test_only_managers_and_only_accounts_of_this_organisation_alone(cast, sign_in, client, other_organisation) -> None:
    sign_in(cast.specialist)
    assert client.post(page_of(cast.frontline), NEW).status_code == 403
    account = Account.objects.get(username="frontline")
    works_also_in(other_organisation, account)
    with pytest.raises(errors.AccountShared):
        change(cast)
    sign_in(cast.supervisor)
    assert "几个组织" in client.post(page_of(cast.frontline), NEW).content.decode()


@pytest.mark.req("invariant-5")
def test_another_organisations_member_is_not_found(cast, sign_in, client, other_organisation) -> None:
    stranger = Membership.objects.get(account__username="other-frontline").member_id
    sign_in(cast.supervisor)
    assert client.post(reverse("people:sign_in", args=[stranger]), NEW).status_code == 404
    with pytest.raises(NotFound):
        actions.change_sign_in(actor=cast.supervisor.actor, member_id=stranger, **NEW)
    assert Account.objects.filter(username="other-frontline").exists()
