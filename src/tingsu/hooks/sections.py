"""The settings page of subscriptions, collected by the desk."""

from django.utils.translation import gettext_lazy as _

from tingsu.people.access import Can

SECTIONS = [
    {
        "name": "hooks",
        "title": _("Event hooks"),
        "hint": _("Other systems are told at once what happens: which events, where to, what became of each."),
        "icon": "link",
        "url_name": "hooks:list",
        "group": "system",
        "needs": Can.TOKENS,
    }
]
