"""The settings pages of the organisation, collected by the desk."""

from django.utils.translation import gettext_lazy as _

from tingsu.people.access import Can

SECTIONS = [
    {
        "name": "organisation",
        "order": 1,
        "title": _("Organisation"),
        "hint": _("Name, kind of enterprise, documents, hotline, mailbox, hours, addresses, mode."),
        "icon": "building",
        "url_name": "setup:organisation",
        "group": "people",
        "needs": Can.SETTINGS,
    },
    {
        "name": "start",
        "order": 2,
        "title": _("Set-up"),
        "hint": _("What is to be set and confirmed before real work."),
        "icon": "checks",
        "url_name": "setup:start",
        "group": "people",
        "needs": Can.RULEBOOKS,
    },
]
