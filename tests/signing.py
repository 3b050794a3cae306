"""Signing test browsers in without the pages: as somebody who gave the second factor too, if the role asks for one."""

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest
from django.test import Client

from tingsu.kernel.ids import new_id
from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import acting_for
from tingsu.people.models import Account, Member, Membership
from tingsu.people.sessions import FACTOR, SessionStore


def enter(client: Client, username: str) -> Client:
    """Sign in whom the cast calls by this sign-in name. `Client.force_login` would write and read three sessions for it."""
    account = Account.objects.get(username=username)
    request = HttpRequest()
    open_here = client.cookies.get(settings.SESSION_COOKIE_NAME)
    request.session = client.session if open_here and open_here.value else SessionStore()
    login(request, account, settings.AUTHENTICATION_BACKENDS[0])
    request.session[FACTOR] = True
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key or ""
    return client


def works_also_in(organisation: Organisation, account: Account) -> Membership:
    """The account has an active member in another organisation too."""
    with acting_for(organisation.pk):
        member = Member.objects.create(
            id=new_id(), staff_number=account.username, alias={"en": "Two"}, account_id=account.pk
        )
        return Membership.objects.create(account=account, organisation=organisation, member_id=member.pk)
