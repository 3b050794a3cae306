"""The forms of sign-in, in our words."""

from collections.abc import Callable

from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.account.forms import ReauthenticateForm as ReauthenticateWithPassword
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tingsu.people import devices, lockout


class SignInForm(LoginForm):
    """Name or e-mail address, and password."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label, login.help_text = _("Sign-in name or e-mail"), ""
        login.widget.attrs = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        password.label, password.help_text = _("Password"), ""
        password.widget.attrs = {"autocomplete": "current-password"}


def counted(subject: str, look: Callable[[], str]) -> str:
    """A present password asked for again: wrong ones are counted, so that an open session is no place to guess (PS-03)."""
    try:
        lockout.check_open(lockout.BY_PRESENT, subject)
    except lockout.LockedOut as error:
        raise ValidationError(str(error), code=error.code) from error
    try:
        found = look()
    except ValidationError:
        lockout.note_failure(lockout.BY_PRESENT, subject)
        lockout.tell("present password", subject)
        raise
    lockout.forget(lockout.BY_PRESENT, subject)
    return found


class PresentPasswordForm(ReauthenticateWithPassword):
    """The present password before something dangerous."""

    def clean_password(self) -> str:
        return counted(f"account:{self.user.pk}", super().clean_password)


class OwnPasswordForm(ChangePasswordForm):
    """The present password and twice the new one."""

    def clean_oldpassword(self) -> str:
        return counted(f"account:{self.user.pk}", super().clean_oldpassword)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        words = {
            "oldpassword": (_("Present password"), "current-password"),
            "password1": (_("New password"), "new-password"),
            "password2": (_("New password again"), "new-password"),
        }
        for name, (label, autocomplete) in words.items():
            field = self.fields[name]
            field.label, field.help_text = label, ""
            field.widget.attrs = {"autocomplete": autocomplete}
        self.fields["password1"].help_text = _(
            "At least 10 characters; not only digits, no common password, not close to your name or the firm's."
        )


def _door_of_codes(account_id: int, subject: str) -> tuple[str, str]:
    """Where wrong codes count: in a browser the account signed in with before for itself, so that whoever stole the password
    closes the door for strangers' browsers only.
    """
    device = devices.known(context.request, account_id)
    scope = lockout.at_device(subject, lockout.BY_CODE)
    return (scope, device) if device and lockout.is_open(scope, device) else (lockout.BY_CODE, subject)


class _LimitedCode:
    """Codes of the second factor are counted like passwords: six digits can be guessed (PS-03)."""

    def clean_code(self) -> str:
        subject = f"account:{self.user.pk}"  # type: ignore[attr-defined]
        door = _door_of_codes(self.user.pk, subject)  # type: ignore[attr-defined]
        try:
            lockout.check_open(*door)
        except lockout.LockedOut as error:
            raise ValidationError(str(error), code=error.code) from error
        try:
            code: str = super().clean_code()
        except ValidationError:
            lockout.note_failure(*door)
            lockout.tell("second factor", subject)
            raise
        if not lockout.used_once(subject, code):
            # allauth remembers used codes in the memory of one process; another one must not take them again.
            lockout.note_failure(*door)
            lockout.tell("second factor, used before", subject)
            raise get_adapter().validation_error("incorrect_code")
        lockout.forget(*door)
        return code

    def _words(self) -> None:
        field: forms.Field = self.fields["code"]  # type: ignore[attr-defined]
        field.label = _("Code from the app, or a recovery code")
        field.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "text", "spellcheck": "false"}


class SecondFactorForm(_LimitedCode, AuthenticateForm):
    """The code at sign-in."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._words()


class SecondFactorAgainForm(_LimitedCode, ReauthenticateForm):
    """The code before something dangerous."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._words()


class SwitchOnForm(ActivateTOTPForm):
    """The first code, which proves that the app has the key."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label = _("Then type the six digits the app shows")
        field.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}
