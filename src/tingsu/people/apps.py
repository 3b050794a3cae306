from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "tingsu.people"

    def ready(self) -> None:
        from tingsu.kernel import rulebooks
        from tingsu.people import authority, matters  # noqa: F401

        rulebooks.register_kind(authority.KIND, _("Authority matrix"), authority.shipped, authority.check)
