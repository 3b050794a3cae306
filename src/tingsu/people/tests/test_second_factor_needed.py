"""A second factor where the role sees or decides much: led to it, not switched off alone, lost with two people (PS-03)."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.management import call_command
from django.test import Client

from tests.cast import PASSWORD, Cast, Person
from tests.signing import enter, works_also_in
from tingsu.kernel import approvals
from tingsu.kernel.approvals import AlreadyDecided, WaitsForApproval
from tingsu.kernel.errors import NotAllowed
from tingsu.kernel.models import Event, Organisation, Proposal
from tingsu.kernel.organisations import forget_organisations
from tingsu.kernel.rulebooks import publish
from tingsu.letters import providers
from tingsu.letters.actions import deliver
from tingsu.letters.models import Letter, Notice
from tingsu.people import actions, recovery, sign_in_rules
from tingsu.people.errors import AccountShared, AlreadySo
from tingsu.people.models import Account

LOGIN, ACTIVATE = "/accounts/login/", "/accounts/2fa/totp/activate/"
NEEDED = {"top_mgmt", "mgmt_rep", "supervisor", "analyst", "auditor", "dso"}
pytestmark = pytest.mark.req("PS-03")


def signed_in(name: str) -> Client:
    client = Client()
    client.cookies["tingsu_language"] = "en"
    assert client.post(LOGIN, {"login": name, "password": PASSWORD}).status_code == 302
    return client


def code_of(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))


def has_factor(person: Person) -> bool:
    return Authenticator.objects.filter(user__username=person.username, type="totp").exists()


def guarded(person: Person) -> Account:
    account = Account.objects.get(username=person.username)
    totp.TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    recovery.make(account)
    return account


@pytest.mark.parametrize(
    "role",
    ["top_mgmt", "mgmt_rep", "supervisor", "specialist", "coach", "frontline", "mediator", "dept", "function", "qa",
     "analyst", "auditor", "dso"],
)  # fmt: skip
def test_whose_password_alone_opens_the_desk(cast: Cast, role: str) -> None:
    answer = signed_in(role).get("/desk/account/")
    if role in NEEDED:
        assert (answer.status_code, answer.headers["Location"]) == (302, ACTIVATE)
    else:
        assert answer.status_code == 200


@pytest.mark.parametrize("address", ["/desk/", "/desk/queue/", "/desk/settings/people/"])
def test_nothing_opens_before_it_is_set_up(cast: Cast, address: str) -> None:
    answer = signed_in("supervisor").get(address)
    assert answer.status_code == 302
    assert answer.headers["Location"] == ACTIVATE


@pytest.mark.django_db(transaction=True)
def test_a_member_is_led_through_it_and_back(cast: Cast) -> None:
    elsewhere, client = signed_in("supervisor"), signed_in("supervisor")
    page = client.get("/desk/queue/?tab=all", follow=True)
    assert "a password alone must not open it" in page.content.decode()
    key, secret = client.cookies["sessionid"].value, page.context["form"].secret
    assert client.post(ACTIVATE, {"code": "000000"}).status_code == 200
    assert not has_factor(cast.supervisor)
    answer = client.post(ACTIVATE, {"code": code_of(secret)})
    assert len(answer.context["codes"]) == 10
    page = answer.content.decode()
    assert 'href="/desk/queue/?tab=all"' in page
    assert client.get("/desk/queue/?tab=all").status_code == 200
    assert client.cookies["sessionid"].value != key  # more rights, a new key
    assert elsewhere.get("/desk/").status_code == 302
    assert elsewhere.get("/desk/").headers["Location"].startswith(LOGIN)
    kinds = list(Event.objects.filter(stream_id=cast.supervisor.id).order_by("seq").values_list("kind", flat=True))
    assert kinds[-1] == "member.second_factor_set"
    assert signed_in_half("supervisor") == "/accounts/2fa/authenticate/"


def signed_in_half(name: str) -> str:
    client = Client()
    where = str(client.post(LOGIN, {"login": name, "password": PASSWORD}).headers["Location"])
    assert client.get("/desk/").status_code == 302
    return where


def test_it_is_a_rule_of_the_organisation(cast: Cast) -> None:
    body = {**sign_in_rules.shipped(), "second_factor": ["frontline"]}
    publish(actor=cast.top_mgmt.actor, kind=sign_in_rules.KIND, body=body)
    assert signed_in("supervisor").get("/desk/account/").status_code == 200
    assert signed_in("frontline").get("/desk/account/").status_code == 302


def test_a_supervisor_does_not_drop_the_rule_alone(cast: Cast) -> None:
    with pytest.raises(WaitsForApproval):
        publish(
            actor=cast.supervisor.actor, kind=sign_in_rules.KIND, body={**sign_in_rules.shipped(), "second_factor": []}
        )
    assert signed_in("supervisor").get("/desk/account/").status_code == 302


def test_the_page_of_the_rules_shows_and_drafts_them(cast: Cast, sign_in: Callable) -> None:
    client = sign_in(cast.top_mgmt)
    client.cookies["tingsu_language"] = "en"
    page = client.get("/desk/settings/people/sign-in/").content.decode()
    assert "after 30 minutes" in page
    assert "Data-security officer" in page
    edit, right = "/desk/settings/people/sign-in/edit/", {
        "idle_minutes": "15", "longest_hours": "10", "second_factor": ["dso"], "note": "Shared desks", "based_on": "0",
    }  # fmt: skip
    for wrong in (
        {"idle_minutes": "3"},
        {"idle_minutes": "x"},
        {"longest_hours": "0"},
        {"second_factor": ["ai_agent"]},
    ):
        assert client.post(edit, {**right, **wrong, "publish": "1"}).status_code == 422
    checked = client.post(edit, {**right, "check": "1"}).content.decode()
    assert "Second factor of: Supervisor" in checked
    assert client.post(edit, {**right, "publish": "1"}).status_code == 303
    assert sign_in_rules.in_force() == {"idle_minutes": 15, "longest_hours": 10, "second_factor": ["dso"]}
    assert sign_in(cast.frontline).get("/desk/settings/people/sign-in/").status_code == 403
    assert sign_in(cast.auditor).get(edit).status_code == 403


def test_whoever_needs_it_cannot_switch_it_off_and_others_can(cast: Cast) -> None:
    for person, goes in ((cast.supervisor, False), (cast.frontline, True)):
        guarded(person)
        client = enter(Client(), person.username)
        answer = client.get("/accounts/2fa/totp/deactivate/")
        assert client.post(answer.headers["Location"], {"password": PASSWORD}).status_code == 302
        client.post("/accounts/2fa/totp/deactivate/")
        assert has_factor(person) is not goes


def test_in_the_demo_nobody_is_asked(cast: Cast, settings: Any) -> None:
    client = signed_in("supervisor")
    settings.DEMO = True
    assert client.get("/desk/account/").status_code == 302  # a real firm's people are, whatever the installation
    Organisation.objects.filter(slug="test").update(is_demo=True)
    forget_organisations()
    assert client.get("/desk/account/").status_code == 200
    settings.DEMO = False
    assert client.get("/desk/account/").status_code == 302


# lost


def ask(by: Person, whom: Person) -> Proposal:
    with pytest.raises(WaitsForApproval):
        actions.reset_second_factor(actor=by.actor, member_id=whom.id)
    return Proposal.objects.get(state="open")


def test_a_lost_one_is_taken_away_by_two_people_and_the_member_is_told(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    sent: list[Any] = []
    monkeypatch.setitem(providers.CARRIERS, "email", lambda message: sent.append(message) or "1")
    guarded(cast.frontline)
    theirs = enter(Client(), "frontline")
    one = ask(cast.supervisor, cast.frontline)
    assert has_factor(cast.frontline)
    with pytest.raises(NotAllowed):
        approvals.approve(actor=cast.supervisor.actor, proposal_id=one.pk)
    approvals.approve(actor=cast.specialist.actor, proposal_id=one.pk)
    assert not has_factor(cast.frontline)
    assert not Authenticator.objects.filter(user__username="frontline").exists()
    assert theirs.get("/desk/").status_code == 302
    assert "sign_in.second_factor_reset" in Notice.objects.filter(member_id=cast.frontline.id).values_list(
        "kind", flat=True
    )
    deliver(Letter.objects.get(stream_id=cast.frontline.id).pk)
    assert sent[0].address == "frontline@example.com"
    assert "两步验证" in sent[0].body
    event = Event.objects.get(stream_id=cast.frontline.id, kind="member.second_factor_reset")
    assert event.data["proposed_by"] == str(cast.supervisor.id)
    assert event.actor_id == cast.specialist.id
    with pytest.raises(AlreadyDecided):
        approvals.approve(actor=cast.specialist.actor, proposal_id=one.pk)


@pytest.mark.parametrize(
    ("whom", "decider", "may"),
    [
        ("supervisor", "specialist", False), ("supervisor", "dso", True), ("supervisor", "mgmt_rep", False),
        ("supervisor", "supervisor", False), ("top_mgmt", "supervisor", False), ("top_mgmt", "specialist", False), ("top_mgmt", "dso", False),
        ("top_mgmt", "top_mgmt", False), ("frontline", "frontline2", True), ("frontline", "frontline", False),
    ],
)  # fmt: skip
def test_who_may_be_the_second_person(cast: Cast, whom: str, decider: str, may: bool) -> None:
    """Of the rank of whom it is about, or whoever runs the installation; never who asked, never the person itself."""
    guarded(getattr(cast, whom))
    one = ask(cast.mgmt_rep, getattr(cast, whom))
    assert approvals.may_decide(getattr(cast, decider).actor, one) is may


def test_nobody_asks_for_themselves_or_without_the_right(cast: Cast) -> None:
    for person in (cast.supervisor, cast.frontline):
        guarded(person)
    for by, whom in ((cast.supervisor, cast.supervisor), (cast.frontline2, cast.frontline), (cast.dso, cast.frontline)):
        with pytest.raises(NotAllowed):
            actions.reset_second_factor(actor=by.actor, member_id=whom.id)
    with pytest.raises(AlreadySo):
        actions.reset_second_factor(actor=cast.supervisor.actor, member_id=cast.frontline2.id)
    assert not Proposal.objects.exists()


def test_an_account_of_two_organisations_is_not_opened_by_one_of_them(cast: Cast, other_organisation: Any) -> None:
    account = guarded(cast.frontline)
    works_also_in(other_organisation, account)
    one = ask(cast.supervisor, cast.frontline)
    with pytest.raises(AccountShared):
        approvals.approve(actor=cast.specialist.actor, proposal_id=one.pk)
    assert has_factor(cast.frontline)


def test_the_page_asks_for_it_and_lies_with_a_second_person(cast: Cast, sign_in: Callable) -> None:
    guarded(cast.frontline)
    client = sign_in(cast.supervisor)
    client.cookies["tingsu_language"] = "en"
    page = f"/desk/settings/people/members/{cast.frontline.id}/"
    assert "Take the lost second factor away" in client.get(page).content.decode()
    assert client.post(f"{page}second-factor/").headers["Location"].endswith("/proposals/")
    assert has_factor(cast.frontline)
    assert client.post(f"{page}second-factor/").status_code == 303
    guarded(cast.supervisor)
    own = f"/desk/settings/people/members/{cast.supervisor.id}/"
    assert "Take the lost second factor away" not in client.get(own).content.decode()
    client.post(f"{own}second-factor/")
    assert has_factor(cast.supervisor)
    assert Proposal.objects.count() == 1


def test_whoever_keeps_the_machine_helps_a_firm_of_one(cast: Cast) -> None:
    guarded(cast.frontline)
    call_command("second_factor", "frontline", take_away=True)
    assert not has_factor(cast.frontline)
    event = Event.objects.get(stream_id=cast.frontline.id, kind="member.second_factor_reset")
    assert event.actor_kind == "system"
