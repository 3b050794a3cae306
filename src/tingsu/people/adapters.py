"""How allauth signs people in here: nobody signs up by themselves."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by the people settings, never by a sign-up page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
