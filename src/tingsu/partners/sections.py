"""The settings page of partners' accounts, collected by the desk."""

from django.utils.translation import gettext_lazy as _

from tingsu.people.access import Can

SECTIONS = [
    {
        "name": "partner_accounts",
        "order": 15,
        "title": _("Partner accounts"),
        "hint": _(
            "Who of which partner signs in to answer questions and to hand over complaints, and until when they are bound to secrecy."
        ),
        "icon": "users",
        "url_name": "partner_accounts:list",
        "group": "people",
        "needs": Can.PEOPLE,
    },
]
