"""The settings page of privacy, collected by the desk."""

from django.utils.translation import gettext_lazy as _

from tingsu.people.access import Can

SECTIONS = [
    {
        "name": "access_log",
        "title": _("Access log"),
        "hint": _("Who opened, revealed, searched or saved what, and what for."),
        "icon": "shield-lock",
        "url_name": "privacy:access_log",
        "group": "system",
        "needs": Can.AUDIT,
    },
    {
        "name": "fields",
        "title": _("Personal data"),
        "hint": _("Which fields are held, why, and who sees them how."),
        "icon": "eye-off",
        "url_name": "privacy:fields",
        "group": "system",
        "needs": Can.SETTINGS,
    },
]
