"""The settings pages of outgoing letters, collected by the desk."""

from django.utils.translation import gettext_lazy as _

from tingsu.people.access import Can

SECTIONS = [
    {
        "name": "outgoing_mail",
        "title": _("Outgoing mail"),
        "hint": _("By which server letters leave, whether it works, and what your domain should say."),
        "icon": "mail",
        "url_name": "letters:outgoing",
        "group": "system",
        "needs": Can.SETTINGS,
    },
    {
        "name": "text_messages",
        "title": _("Text messages"),
        "hint": _("By which provider text messages leave, whether it works, and where it reports."),
        "icon": "message-circle",
        "url_name": "letters:sms",
        "group": "system",
        "needs": Can.SETTINGS,
    },
    {
        "name": "group_robots",
        "title": _("Group robots"),
        "hint": _("Which groups of WeCom, DingTalk or Feishu hear of escalations and deadlines."),
        "icon": "bell",
        "url_name": "letters:robots",
        "group": "system",
        "needs": Can.SETTINGS,
    },
]
