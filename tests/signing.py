"""Signing test browsers in without the pages: as somebody who gave the second factor too, if the role asks for one."""

from django.conf import settings
from django.test import Client

from tingsu.people.models import Account
from tingsu.people.sessions import FACTOR


def enter(client: Client, username: str) -> Client:
    """Sign in whom the cast calls by this sign-in name."""
    client.force_login(Account.objects.get(username=username), backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session[FACTOR] = True
    session.save()
    return client
