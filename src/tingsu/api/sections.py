"""The settings page of programs' access, collected by the desk."""

from django.utils.translation import gettext_lazy as _

from tingsu.people.access import Can

SECTIONS = [
    {
        "name": "tokens",
        "title": _("Programs' access"),
        "hint": _("Tokens with which other systems register and read complaints."),
        "icon": "adjustments",
        "url_name": "tokens:tokens",
        "group": "system",
        "needs": Can.TOKENS,
    }
]
