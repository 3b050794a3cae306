"""The settings pages of people, collected by the desk."""

from django.utils.translation import gettext_lazy as _

from tingsu.people.access import Can

SECTIONS = [
    {
        "name": "members",
        "order": 10,
        "title": _("Members and posts"),
        "hint": _("Who works here, under which work identity, in which posts and levels."),
        "icon": "users",
        "url_name": "people:members",
        "group": "people",
        "needs": Can.PEOPLE,
    },
    {
        "name": "units",
        "order": 20,
        "title": _("Units"),
        "hint": _("Committee, complaint handling centre with its groups, departments and functions."),
        "icon": "sitemap",
        "url_name": "people:units",
        "group": "people",
        "needs": Can.PEOPLE,
    },
    {
        "name": "roles",
        "order": 30,
        "title": _("Roles"),
        "hint": _("Duties and rights of each role, and who holds it."),
        "icon": "certificate",
        "url_name": "people:roles",
        "group": "people",
        "needs": Can.SETTINGS,
    },
    {
        "name": "authority",
        "order": 40,
        "title": _("Authority matrix"),
        "hint": _(
            "What each role and level may decide alone, up to which amount; everything beyond asks for approval."
        ),
        "icon": "scale",
        "url_name": "people:authority",
        "group": "people",
        "needs": Can.SETTINGS,
    },
    {
        "name": "proposals",
        "order": 45,
        "title": _("Waiting for a second person"),
        "hint": _("Changes of rules and people that nobody makes alone: approve, return, or take back."),
        "icon": "users",
        "url_name": "people:proposals",
        "group": "people",
        "needs": None,
    },
    {
        "name": "sign_in",
        "order": 46,
        "title": _("Sign-in and sessions"),
        "hint": _("When sessions end by themselves, and which roles need a second factor."),
        "icon": "lock",
        "url_name": "people:sign_in_rules",
        "group": "people",
        "needs": Can.SETTINGS,
    },
    {
        "name": "signed_in",
        "order": 47,
        "title": _("Who is signed in"),
        "hint": _("Open sessions of everybody, with a way to end them."),
        "icon": "device-mobile",
        "url_name": "people:signed_in",
        "group": "people",
        "needs": Can.SESSIONS,
    },
    {
        "name": "mine",
        "order": 50,
        "title": _("My posts"),
        "hint": _("Confirm the posts you were given, go on or off duty, decide about your name."),
        "icon": "user",
        "url_name": "people:mine",
        "group": "people",
        "needs": None,
    },
]
