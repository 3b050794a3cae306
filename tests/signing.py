"""Signing test browsers in without the pages: as somebody who gave the second factor too, if the role asks for one."""

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client

from tests.cast import PASSWORD
from tingsu.people.models import Account
from tingsu.people.sessions import FACTOR


def enter(client: Client, username: str) -> Client:
    """Sign in whom the cast calls by this sign-in name."""
    client.force_login(Account.objects.get(username=username), backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session[FACTOR] = True
    session.save()
    return client


def cheap_passwords(settings: Any) -> None:
    """For tests that type many passwords: a quick way of keeping them, for everybody of the cast."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    Account.objects.update(password=make_password(PASSWORD))
