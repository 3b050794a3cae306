"""Browsers in which an account signed in before: others' wrong passwords do not shut them out (PS-03).

A signed cookie names the accounts, each with a sign of its own under which failures in this browser are counted. It opens nothing:
it gives a browser five tries of its own. It lives for ninety days after the last sign-in.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

SALT = "people.device"
KEPT_FOR = timedelta(days=90)
ACCOUNTS = 8
"""How many people one shared browser knows; the one longest unseen goes."""


def known(request: HttpRequest | None, account_id: int | None) -> str:
    """The sign of this browser for an account; empty where the account never signed in here."""
    return _read(request).get(str(account_id), "") if request is not None and account_id is not None else ""


def remember(request: HttpRequest, response: HttpResponse, account_id: int) -> None:
    """This account has just signed in here."""
    found = _read(request)
    sign = found.pop(str(account_id), "") or secrets.token_urlsafe(12)
    kept = dict([*found.items(), (str(account_id), sign)][-ACCOUNTS:])
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps(kept, salt=SALT, compress=True),
        max_age=int(KEPT_FOR.total_seconds()),
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> dict[str, str]:
    try:
        found = signing.loads(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}
