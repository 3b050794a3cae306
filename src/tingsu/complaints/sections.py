"""The settings pages of letters and of the ladder, collected by the desk."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.calming import CALMING
from tingsu.complaints.completeness import BY_MODE
from tingsu.complaints.editors import LETTERS, MEANS, SIGNATURES
from tingsu.complaints.ladder import LADDER
from tingsu.complaints.replies import REPLIES
from tingsu.complaints.scope import SCOPE
from tingsu.people.access import Can

SECTIONS: list[dict[str, Any]] = [
    {
        "name": "letters",
        "title": _("Letter templates"),
        "hint": _("What complainants read: acknowledgement, feedback, solution, notice, in both languages."),
        "icon": "mail",
        "url_name": LETTERS[0].url_name,
        "group": "rules",
        "needs": Can.RULEBOOKS,
    },
    {
        "name": "mail_signatures",
        "title": SIGNATURES.title,
        "hint": _("What stands below mails to the parties: the signature of the firm, or of a unit."),
        "icon": "mail",
        "url_name": SIGNATURES.url_name,
        "group": "rules",
        "needs": Can.RULEBOOKS,
    },
    {
        "name": "means",
        "title": MEANS.title,
        "hint": _("Quiet hours, tries of a call, and what may leave as a text message."),
        "icon": "bell",
        "url_name": MEANS.url_name,
        "group": "rules",
        "needs": Can.RULEBOOKS,
    },
    {
        "name": "replies",
        "title": REPLIES.title,
        "hint": _("Texts to start a reply from, by category and language, with values of the case."),
        "icon": "message-2",
        "url_name": REPLIES.url_name,
        "group": "rules",
        "needs": Can.RULEBOOKS,
    },
    {
        "name": "calming",
        "title": CALMING.title,
        "hint": CALMING.intro,
        "icon": "phone",
        "url_name": CALMING.url_name,
        "group": "rules",
        "needs": Can.RULEBOOKS,
    },
    {
        "name": "scope",
        "title": SCOPE.title,
        "hint": _("What is handled here as a complaint, what is not, and why."),
        "icon": "inbox",
        "url_name": SCOPE.url_name,
        "group": "rules",
        "needs": Can.RULEBOOKS,
    },
    {
        "name": "completeness",
        "title": BY_MODE.title,
        "hint": BY_MODE.intro,
        "icon": "checks",
        "url_name": BY_MODE.url_name,
        "group": "rules",
        "needs": Can.RULEBOOKS,
    },
    {
        "name": "escalation",
        "title": LADDER.title,
        "hint": _("Who is told when a limit is missed or nobody reacts, level by level."),
        "icon": "arrow-up-right",
        "url_name": LADDER.url_name,
        "group": "rules",
        "needs": Can.RULEBOOKS,
    },
]
