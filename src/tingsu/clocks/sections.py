"""The settings pages of calendars and clocks, collected by the desk."""

from django.utils.translation import gettext_lazy as _

from tingsu.people.access import Can

SECTIONS = [
    {
        "name": "limits",
        "title": _("Time limits"),
        "hint": _("How long each step may take, when it warns, what follows a breach."),
        "icon": "clock",
        "url_name": "clocks:limits",
        "group": "rules",
        "needs": Can.RULEBOOKS,
    },
    {
        "name": "calendar",
        "title": _("Working calendar"),
        "hint": _("Working hours, holidays and make-up workdays."),
        "icon": "calendar",
        "url_name": "clocks:calendar",
        "group": "rules",
        "needs": Can.RULEBOOKS,
    },
]
