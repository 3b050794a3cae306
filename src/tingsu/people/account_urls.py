"""Sign-in, below /accounts/. Only what is used here; allauth's other pages answer 404 under the names it asks for."""

from allauth.account import views as account
from django.urls import include, path

from tingsu.people.views import recovery, sessions, sign_in

CLOSED = {
    "account_signup": "signup/",
    "account_email": "email/",
    "account_email_verification_sent": "confirm-email/",
    "account_set_password": "password/set/",
    "account_reset_password": "password/reset/",
    "account_reset_password_done": "password/reset/done/",
    "account_confirm_login_code": "login/code/confirm/",
}
"""Accounts are made by managers, who also give new passwords: nobody signs up or resets by e-mail."""

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("organisation/", sign_in.choose_organisation, name="account_organisation"),
    path("stay/", sessions.stay, name="account_stay"),
    path("demo/", sign_in.demo_sign_in, name="account_demo"),
    path("2fa/totp/activate/", recovery.SwitchOn.as_view(), name="mfa_activate_totp"),
    path("2fa/recovery-codes/generate/", recovery.make, name="mfa_generate_recovery_codes"),
    path("2fa/", include("allauth.mfa.urls")),
    *(path(route, sign_in.closed, name=name) for name, route in CLOSED.items()),
]
