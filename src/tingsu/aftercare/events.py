"""The events of aftercare: notice, rating, callback, closing, file."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.events import Audience, EventKind, Group, Personal, Told, declare

BOTH = frozenset({Audience.STAFF, Audience.COMPLAINANT})


def score_line(values: Mapping[str, Any], texts: Mapping[str, str]) -> list[str]:
    """The overall score in words."""
    return [gettext("%(score)s of 5") % {"score": values["score"]}]


ASKED = {"review": _("You asked for a review"), "mediation": _("You asked for mediation")}
ANSWERED = {
    "stands": _("Result of your request: our result stands"),
    "changed": _("Result of your request: we change our result"),
    "mediation": _("Result of your request: a mediation takes place"),
    "no_mediation": _("Result of your request: no mediation by us, but other ways"),
}


def follow_up_line(values: Mapping[str, Any], texts: Mapping[str, str]) -> list[str]:
    """The complaint in which a changed result is carried out."""
    number = values.get("follow_up") or texts.get("follow_up")
    return [gettext("It is carried out under number %(number)s.") % {"number": number}] if number else []


declare(
    EventKind(
        name="complaint.review_asked",
        words=pgettext_lazy("event", "asked for review or mediation"),
        tone="soon",
        icon="help",
        group=Group.TALK,
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=lambda values: ASKED[values["kind"]], text="words", theirs=True),
    ),
    EventKind(
        name="complaint.review_answered",
        words=pgettext_lazy("event", "answered the request for review or mediation"),
        icon="help",
        group=Group.TALK,
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=lambda values: ANSWERED[values["result"]], text="answer", more=follow_up_line),
    ),
    EventKind(
        name="complaint.result_notified",
        group=Group.TALK,
        words=pgettext_lazy("event", "sent the formal notice"),
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=_("Formal notice of the result"), text="notice", note=_("We ask whether you are satisfied.")),
    ),
    EventKind(
        name="complaint.delivery_proved",
        words=pgettext_lazy("event", "recorded proof that the notice arrived"),
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.reply_published",
        group=Group.TALK,
        words=pgettext_lazy("event", "published the reply in the channel of the case"),
        icon="message-circle",
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=_("Our reply stands where you raised the matter"), text="place"),
    ),
    EventKind(name="complaint.rating_reminded", words=pgettext_lazy("event", "sent a reminder to rate")),
    EventKind(
        name="complaint.rated",
        group=Group.TALK,
        words=pgettext_lazy("event", "rated our handling"),
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(
            title=_("Your rating"),
            text="comment",
            theirs=True,
            more=score_line,
            note=_("We have your rating. A last check follows before the complaint is settled."),
        ),
    ),
    EventKind(
        name="complaint.called_back",
        group=Group.TALK,
        words=pgettext_lazy("event", "recorded a callback"),
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.closed",
        group=Group.TALK,
        words=pgettext_lazy("event", "closed the case"),
        tone="done",
        icon="archive",
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=_("The complaint is settled")),
    ),
    EventKind(
        name="complaint.result_rejected", words=pgettext_lazy("event", "refused the result"), personal=Personal.TEXTS
    ),
    EventKind(
        name="complaint.archived",
        words=pgettext_lazy("event", "archived the file"),
        tone="done",
        icon="archive",
        personal=Personal.TEXTS,
    ),
)
