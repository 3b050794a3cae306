from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "tingsu.people"

    def ready(self) -> None:
        from allauth.account.signals import authentication_step_completed

        from tingsu.kernel import rulebooks
        from tingsu.people import authority, leaving, matters, second_factor, sessions, sign_in_rules  # noqa: F401

        second_factor.connect()
        authentication_step_completed.connect(sessions.renew_after, dispatch_uid="tingsu.people.renew_after")
        rulebooks.register_kind(authority.KIND, _("Authority matrix"), authority.shipped, authority.check)
        rulebooks.register_kind(sign_in_rules.KIND, _("Sign-in"), sign_in_rules.shipped, sign_in_rules.check)
