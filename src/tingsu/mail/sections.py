"""The settings page of incoming mail, collected by the desk."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.people.access import Can

SECTIONS = [
    {
        "name": "incoming_mail",
        "title": pgettext_lazy("settings", "Incoming mail"),
        "hint": _("Which mailboxes are read, from which day on, and whether each can be."),
        "icon": "mail",
        "url_name": "mail:mailboxes",
        "group": "system",
        "needs": Can.SETTINGS,
    },
]
