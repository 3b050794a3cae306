"""Sign-in through the pages: password, lock-out, first password, second factor, organisations, the demo's entrance (PS-03)."""

from datetime import datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from tests.cast import PASSWORD
from tests.signing import works_also_in
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.ids import new_id, tidy_code
from tingsu.kernel.models import Event, Organisation, RateWindow
from tingsu.kernel.tenancy import acting_for
from tingsu.people import actions, lockout
from tingsu.people.models import Account, Member

LOGIN = "/accounts/login/"


def sign_in(client: Client, name: str = "frontline", password: str = PASSWORD, **query: str):
    return client.post(LOGIN, {"login": name, "password": password, **query})


def kinds_of(member_id) -> list[str]:
    return list(Event.objects.filter(stream_id=member_id).order_by("seq").values_list("kind", flat=True))


@pytest.mark.req("PS-03")
@pytest.mark.parametrize("name", ["frontline", "FrontLine", "frontline@example.com"])
def test_a_member_signs_in_by_name_or_address(client, cast, name) -> None:
    response = sign_in(client, name)
    assert response.status_code == 302
    assert response.headers["Location"] == "/desk/"
    assert client.session["organisation"] == str(cast.organisation_id)
    assert kinds_of(cast.frontline.id)[-1] == "member.signed_in"


@pytest.mark.req("PS-03")
@pytest.mark.parametrize(
    ("name", "password"), [("frontline", "wrong"), ("nobody", PASSWORD), ("frontline", PASSWORD.upper())]
)
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(client, cast, name, password) -> None:
    response = sign_in(client, name, password)
    assert response.status_code == 200
    assert "sessionid" not in client.cookies or "_auth_user_id" not in client.session
    assert "do not match" in response.content.decode() or "不符" in response.content.decode()
    assert kinds_of(cast.frontline.id) == []


@pytest.mark.req("PS-03")
def test_five_failures_close_the_door_also_for_the_right_password_and_time_opens_it(client, cast) -> None:
    start = now()
    with travel_to(start):
        for _attempt in range(lockout.ACCOUNT_LIMIT):
            assert sign_in(client, "frontline", "wrong").status_code == 200
        assert "_auth_user_id" not in client.session
        assert sign_in(client).status_code == 200
        assert "_auth_user_id" not in client.session
        # the address of the same account is no way around
        assert sign_in(client, "frontline@example.com").status_code == 200
        # nobody else is shut out
        assert sign_in(Client(), "specialist").status_code == 302
    assert kinds_of(cast.frontline.id) == ["member.sign_in_closed"]
    with travel_to(start + timedelta(minutes=14)):
        assert sign_in(client).status_code == 200
    with travel_to(start + timedelta(minutes=21)):
        assert sign_in(client).status_code == 302
    assert kinds_of(cast.frontline.id) == ["member.sign_in_closed", "member.signed_in"]


@pytest.mark.req("PS-03")
def test_four_failures_do_not_and_a_success_starts_anew(client, cast) -> None:
    for _attempt in range(lockout.ACCOUNT_LIMIT - 1):
        sign_in(client, "frontline", "wrong")
    assert sign_in(client).status_code == 302
    page = client.get("/accounts/password/change/").content.decode()
    assert "4" in page
    other = Client()
    for _attempt in range(lockout.ACCOUNT_LIMIT - 1):
        sign_in(other, "frontline", "wrong")
    assert sign_in(other).status_code == 302


@pytest.mark.req("PS-03")
def test_unknown_names_are_locked_too_so_that_nobody_learns_who_exists(client, cast) -> None:
    for _attempt in range(lockout.ACCOUNT_LIMIT):
        sign_in(client, "nobody", "wrong")
    with pytest.raises(lockout.LockedOut):
        subject = lockout.subject_of("nobody")
        lockout.check_open(lockout.from_one_address(subject), f"{subject}|127.0.0.1")


@pytest.mark.req("PS-03")
def test_one_address_that_tries_many_names_is_shut_out(client, cast) -> None:
    for attempt in range(lockout.ADDRESS_LIMIT):
        lockout.note_failure(lockout.BY_ADDRESS, "127.0.0.1")
        assert attempt < lockout.ADDRESS_LIMIT
    assert sign_in(client).status_code == 200
    assert "_auth_user_id" not in client.session


@pytest.mark.req("PS-03")
def test_counters_hold_no_name_and_no_address_in_the_clear(client, cast) -> None:
    sign_in(client, "frontline", "wrong")
    oldest = Organisation.objects.order_by("created_at").first()
    with acting_for(oldest.pk):
        rows = list(RateWindow.objects.values_list("subject", flat=True))
    assert rows
    assert all(len(bytes(subject)) == 17 for subject in rows)


@pytest.mark.req("PS-03")
def test_a_first_password_opens_only_the_page_to_change_it(client, cast) -> None:
    first = actions.give_password(actor=cast.supervisor.actor, member_id=cast.frontline.id)
    assert sign_in(client, "frontline", PASSWORD).status_code == 200
    response = sign_in(client, "frontline", first)
    assert response.headers["Location"] == "/accounts/password/change/"
    assert client.get("/desk/").status_code == 403
    weak = {"oldpassword": first, "password1": "1234567890", "password2": "1234567890"}
    assert client.post("/accounts/password/change/", weak).status_code == 200
    assert Account.objects.get(username="frontline").password_given
    own = {"oldpassword": first, "password1": "quiet rivers run deep", "password2": "quiet rivers run deep"}
    assert client.post("/accounts/password/change/", own).status_code == 302
    assert not Account.objects.get(username="frontline").password_given
    assert kinds_of(cast.frontline.id) == ["member.password_given", "member.signed_in", "member.password_chosen"]


@pytest.mark.req("PS-03")
def test_a_former_member_reaches_nothing(client, cast) -> None:
    Member.objects.filter(pk=cast.frontline.id).update(active=False)
    sign_in(client)
    assert client.get("/desk/").status_code == 403


def code_of(secret: str, at: datetime) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


@pytest.mark.req("PS-03")
def test_the_second_factor_is_switched_on_asked_for_and_replaced_by_a_recovery_code(client, cast) -> None:
    sign_in(client)
    page = client.get("/accounts/2fa/totp/activate/")
    if page.status_code == 302:
        assert client.post(page.headers["Location"], {"password": PASSWORD}).status_code == 302
        page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    assert client.post("/accounts/2fa/totp/activate/", {"code": "000000"}).status_code == 200
    told = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret, now())})
    stored = Authenticator.objects.get(type="totp")
    assert secret not in str(stored.data)
    codes = told.context["codes"]
    assert len(codes) == 10
    again = client.get("/accounts/2fa/totp/activate/")  # the page is loaded again
    assert again.headers["Location"] == "/accounts/2fa/"
    assert tidy_code(codes[0]) not in str(Authenticator.objects.get(type="recovery_codes").data)

    other = Client()
    response = sign_in(other)
    assert response.headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert "_auth_user_id" not in other.session
    assert other.get("/desk/").status_code == 302
    assert other.post("/accounts/2fa/authenticate/", {"code": "111111"}).status_code == 200
    assert other.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == 302
    assert "_auth_user_id" in other.session

    third = Client()
    sign_in(third)
    assert third.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == 200
    assert "_auth_user_id" not in third.session


@pytest.mark.req("PS-03")
def test_codes_cannot_be_guessed_one_after_the_other(client, cast) -> None:
    account = Account.objects.get(username="frontline")
    TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    sign_in(client)
    for _attempt in range(lockout.ACCOUNT_LIMIT):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    right = code_of("JBSWY3DPEHPK3PXP", now())
    assert client.post("/accounts/2fa/authenticate/", {"code": right}).status_code == 200
    assert "_auth_user_id" not in client.session


@pytest.mark.req("PS-03")
@pytest.mark.parametrize("path", ["signup/", "email/", "password/reset/", "password/set/", "confirm-email/"])
def test_pages_that_would_make_or_take_over_accounts_do_not_exist(client, cast, path) -> None:
    assert client.get(f"/accounts/{path}").status_code == 404
    assert client.get(LOGIN).status_code == 200


@pytest.mark.req("PS-03")
def test_somebody_in_two_organisations_chooses_and_never_enters_a_third(client, cast, other_organisation) -> None:
    account = Account.objects.get(username="frontline")
    works_also_in(other_organisation, account)
    response = sign_in(client)
    assert response.headers["Location"].startswith("/accounts/organisation/")
    assert client.get("/accounts/organisation/").content.decode().count('name="organisation"') == 2
    chosen = client.post("/accounts/organisation/", {"organisation": str(other_organisation.pk)})
    assert chosen.status_code == 302
    assert client.session["organisation"] == str(other_organisation.pk)
    assert client.post("/accounts/organisation/", {"organisation": str(new_id())}).status_code == 403


@pytest.mark.req("PS-03")
def test_next_leads_only_to_our_own_pages(client, cast) -> None:
    sign_in(client)
    elsewhere = {"organisation": str(cast.organisation_id), "next": "https://evil.example/desk/"}
    assert client.post("/accounts/organisation/", elsewhere).headers["Location"] == "/desk/"
    here = {"organisation": str(cast.organisation_id), "next": "/desk/queue/"}
    assert client.post("/accounts/organisation/", here).headers["Location"] == "/desk/queue/"


@pytest.mark.req("PS-03")
def test_one_click_sign_in_exists_in_the_demo_only(client, cast, settings) -> None:
    chosen = {"member": str(cast.supervisor.id)}
    assert client.get("/accounts/demo/").status_code == 404
    assert client.post("/accounts/demo/", chosen).status_code == 404
    settings.DEMO = True
    assert client.post("/accounts/demo/", chosen).status_code == 404
    assert "_auth_user_id" not in client.session
    Organisation.objects.filter(pk=cast.organisation_id).update(is_demo=True)
    from tingsu.kernel import organisations

    organisations.forget_organisations()
    page = client.get("/accounts/demo/").content.decode()
    assert str(cast.supervisor.id) in page
    assert client.post("/accounts/demo/", chosen).headers["Location"] == "/desk/"
    assert client.session["organisation"] == str(cast.organisation_id)
    assert client.post("/accounts/demo/", {"member": "nobody"}).status_code == 404
