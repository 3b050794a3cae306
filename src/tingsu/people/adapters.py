"""How allauth signs people in here: lock-out as rows, no sign-up, the organisation chosen, sealed second factors."""

import base64
import time
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.kernel import crypto
from tingsu.kernel.clients import address_of, counted_as
from tingsu.kernel.clock import now
from tingsu.people import access, devices, elsewhere, lockout, recovery, second_factor, sessions
from tingsu.people.actions import signing
from tingsu.people.models import Account, Membership

GONE = gettext_lazy("This first password was not used in time and has ended. Ask a supervisor for a new one.")
GIVEN_FOR = timedelta(days=14)
LED_SECONDS = 600
FACTOR_CONTEXT = "second-factor"
WRONG = gettext_lazy("Name and password do not match. Check both; capital letters count in the password.")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by managers only; everything else of the policy is here or in the settings."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": WRONG,
        "email_password_mismatch": WRONG,
        "incorrect_password": gettext_lazy("This is not your present password."),
        "enter_current_password": gettext_lazy("This is not your present password."),
        "incorrect_code": gettext_lazy(
            "This code is not right, or was already used. Wait for the next one and type it."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse while the door is closed, before any password is looked at, also for a right one (PS-03)."""
        self._subject = lockout.subject_of(credentials.get("username") or credentials.get("email") or "")
        self._address = counted_as(request)
        self._device = devices.known(request, lockout.account_of(self._subject))
        if self._device and lockout.is_open(lockout.at_device(self._subject), self._device):
            return  # signed in here before: only failures in this browser count
        self._device = ""
        try:
            lockout.check_open(*self._here())
            lockout.check_open(lockout.BY_NAME, self._subject)
            lockout.check_open(lockout.BY_ADDRESS, self._address)
        except lockout.LockedOut as error:
            lockout.tell("closed door", self._subject, address_of(request))
            raise ValidationError(str(error), code=error.code) from error

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        user = super().authenticate(request, **credentials)
        if user is not None:
            failed = lockout.failures_of(lockout.BY_NAME, self._subject)
            lockout.forget(*self._here())
            lockout.forget(lockout.BY_NAME, self._subject)
            if self._device:
                failed += lockout.forget(lockout.at_device(self._subject), self._device)
            if user.password_given and (user.password_given_at or now()) < now() - GIVEN_FOR:
                raise ValidationError(GONE, code="password_ended")
            request.session["failed_sign_ins"] = failed
        found: AbstractBaseUser | None = user
        return found

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        lockout.tell("password", self._subject, address_of(request))
        if self._device:
            if lockout.note_failure(lockout.at_device(self._subject), self._device):
                signing.record_lock_out(int(self._subject.removeprefix("account:")))
            return
        lockout.note_failure(lockout.BY_ADDRESS, self._address)
        closed = [lockout.note_failure(*self._here()), lockout.note_failure(lockout.BY_NAME, self._subject)]
        if any(closed) and self._subject.startswith("account:"):
            signing.record_lock_out(int(self._subject.removeprefix("account:")))

    def _here(self) -> tuple[str, str]:
        """Scope and subject of this account's failures from this address."""
        known = self._subject.startswith("account:")
        return lockout.from_one_address(self._subject), self._address if known else f"{self._subject}|{self._address}"

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Open the session and enter an organisation: the one worked in last, else the first."""
        before = user.last_login
        failed = request.session.pop("failed_sign_ins", 0)
        super().login(request, user)
        sessions.begin(request)
        membership = enter_organisation(request, user)
        if membership is not None:
            signing.record_sign_in(membership)
        if failed:
            messages.warning(
                request,
                _(
                    "%(count)s failed sign-ins with your name since the last one. If it was not you, change your password."
                )
                % {"count": failed},
            )
        elif before is None:
            messages.info(request, _("Welcome. This is your first sign-in."))

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        response = self._onward(request, user, **kwargs)
        devices.remember(request, response, user.pk)
        return response

    def _onward(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        if user.password_given:  # type: ignore[attr-defined]
            return HttpResponseRedirect(reverse("account_change_password"))
        if len(access.at_work(user.pk)) > 1:
            onward = urlencode({"next": response.headers["Location"]})
            return HttpResponseRedirect(f"{reverse('account_organisation')}?{onward}")
        found: HttpResponse = response
        if elsewhere_home := _other_home(request):
            return HttpResponseRedirect(elsewhere_home)
        return found

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever is led to the second factor has typed the password a moment ago."""
        session = self.request.session if self.request is not None else {}
        if app == "allauth.mfa" and sessions.LED_FROM in session:
            begun = session.get(sessions.BEGUN, 0.0)
            if time.time() - begun < LED_SECONDS:
                return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        super().set_password(user, password)
        account = Account.objects.get(pk=user.pk)
        if account.password_given:
            account.password_given = False
            account.password_given_at = None
            account.save(update_fields=["password_given", "password_given_at"])
            user.password_given = False  # type: ignore[attr-defined]
        here = self.request
        sessions.end(account.pk, but=sessions.current(here) if here is not None and here.user.pk == account.pk else "")
        signing.record_own_password(account)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return _other_home(request) or reverse("desk:work")


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of the second factor lie sealed under the master key, not readable from a backup alone (PS-03)."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "cannot_delete_authenticator": gettext_lazy(
            "Your role needs the second factor, so it cannot be switched off. With a new phone, ask for the old one to be taken "
            "away: a second person decides."
        ),
    }

    def encrypt(self, text: str) -> str:
        return base64.b64encode(crypto.seal_under_master(text.encode(), FACTOR_CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        opened = crypto.open_under_master(base64.b64decode(encrypted_text), FACTOR_CONTEXT).decode()
        return recovery.KeptCode(opened) if opened.startswith(recovery.MARK) else opened

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Nobody switches off what the rules of one of their organisations ask of their roles."""
        return not second_factor.is_needed_anywhere(authenticator.user_id)

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return str(user.get_username())


def _other_home(request: HttpRequest) -> str:
    """Where whoever is no member works in the organisation entered; empty for members."""
    return elsewhere.home_of(_entered(request))


def _entered(request: HttpRequest) -> Membership | None:
    mine = Membership.objects.filter(account_id=request.user.pk, organisation_id=request.session.get("organisation"))
    return mine.first()


def enter_organisation(request: HttpRequest, user: AbstractBaseUser, chosen: str = "") -> Membership | None:
    """Put an organisation into the session: the chosen one, the one already there, else the first. None without any; one that was left
    is not entered.
    """
    memberships = access.at_work(user.pk)
    wanted = chosen or request.session.get("organisation", "")
    entered = next((one for one in memberships if str(one.organisation_id) == wanted), None)
    if entered is None:
        if chosen or not memberships:
            return None
        entered = memberships[0]
    request.session["organisation"] = str(entered.organisation_id)
    return entered
