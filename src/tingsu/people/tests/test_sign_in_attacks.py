"""Sign-in as an attacker tries it: guessing in an open session, a code twice, shutting others out, coming back after leaving."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from allauth.core.context import request_context
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client, RequestFactory

from tests.cast import PASSWORD, Cast
from tingsu.people import actions, lockout
from tingsu.people.forms import SecondFactorForm
from tingsu.people.models import Account

LOGIN = "/accounts/login/"


def sign_in_from(address: str, password: str = PASSWORD, name: str = "frontline") -> int:
    return Client(REMOTE_ADDR=address).post(LOGIN, {"login": name, "password": password}).status_code


@pytest.mark.req("PS-03")
def test_wrong_passwords_from_elsewhere_do_not_shut_the_owner_out(cast: Cast) -> None:
    for _attempt in range(lockout.ACCOUNT_LIMIT + 3):
        assert sign_in_from("203.0.113.9", "wrong") == 200
    assert sign_in_from("203.0.113.9") == 200  # closed there, for the right password too
    assert sign_in_from("198.51.100.4") == 302


def test_guessing_from_many_addresses_closes_the_account_for_all_and_a_new_password_opens_it(cast: Cast) -> None:
    for number in range(lockout.ANYWHERE_LIMIT):
        sign_in_from(f"203.0.113.{number}", "wrong")
    assert sign_in_from("198.51.100.4") == 200
    password = actions.give_password(actor=cast.supervisor.actor, member_id=cast.frontline.id)
    assert sign_in_from("198.51.100.4", password) == 302


@pytest.mark.parametrize(
    ("address", "field"), [("/accounts/password/change/", "oldpassword"), ("/accounts/reauthenticate/", "password")]
)
def test_present_passwords_are_counted(cast: Cast, sign_in: Callable, address: str, field: str) -> None:
    client = sign_in(cast.frontline)
    new = {"password1": "another long password", "password2": "another long password"}
    for _attempt in range(lockout.ACCOUNT_LIMIT):
        assert client.post(address, new | {field: "wrong"}).status_code == 200
    assert client.post(address, new | {field: PASSWORD}).status_code == 200
    assert Account.objects.get(username="frontline").check_password(PASSWORD)
    lockout.forget_account(Account.objects.get(username="frontline").pk)
    assert client.post(address, new | {field: PASSWORD}).status_code == 302


@pytest.mark.req("PS-03")
def test_a_code_is_taken_once_by_all_processes(cast: Cast) -> None:
    account = Account.objects.get(username="frontline")
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(account, secret)
    code = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    with request_context(RequestFactory().post("/")):
        assert SecondFactorForm({"code": code}, user=account).is_valid()
        cache.clear()  # another process remembers nothing
        assert not SecondFactorForm({"code": code}, user=account).is_valid()


def test_who_left_is_out_at_once_and_does_not_come_in_again(cast: Cast) -> None:
    theirs = Client()
    assert theirs.login(username="frontline2", password=PASSWORD)
    assert theirs.get("/desk/").status_code == 200
    actions.deactivate_member(actor=cast.supervisor.actor, member_id=cast.frontline2.id)
    assert theirs.get("/desk/").status_code == 302
    assert not Client().login(username="frontline2", password=PASSWORD)
    actions.reactivate_member(actor=cast.supervisor.actor, member_id=cast.frontline2.id)
    assert Client().login(username="frontline2", password=PASSWORD)


@pytest.mark.parametrize("path", ["/desk/", "/accounts/login/", "/api/v1/complaints", "/case/", "/follow/", "/submit/"])
def test_nothing_personal_is_kept_by_browsers(cast: Cast, sign_in: Callable, path: str) -> None:
    assert "no-store" in sign_in(cast.frontline).get(path).headers["Cache-Control"]


@pytest.mark.parametrize(
    ("url", "name", "seconds"),
    [
        ("https://tousu.example.cn", "__Host-tingsu-session", 31536000),
        ("https://example.cn/tingsu", "sessionid", 31536000),
        ("http://localhost:8000", "sessionid", 0),
    ],
)
def test_cookies_and_transport_over_https(url: str, name: str, seconds: int) -> None:
    asked = (
        "import django; from django.conf import settings as s; "
        "print(s.SESSION_COOKIE_NAME, s.SECURE_HSTS_SECONDS, s.SESSION_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE)"
    )
    environment = {**os.environ, "TINGSU_PUBLIC_URL": url, "DJANGO_SETTINGS_MODULE": "tingsu.settings"}
    done = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    secure = url.startswith("https")
    assert done.stdout.split() == [name, str(seconds), str(secure), str(secure)]
