"""The events of letters."""

from django.utils.translation import pgettext_lazy

from tingsu.kernel.events import EventKind, Group, declare

declare(
    EventKind(name="letter.queued", words=pgettext_lazy("event", "Letter prepared"), alone=True, icon="mail"),
    EventKind(
        name="letter.sent", group=Group.TALK, words=pgettext_lazy("event", "Letter sent"), alone=True, icon="mail"
    ),
    EventKind(name="letter.delivered", words=pgettext_lazy("event", "Letter delivered"), alone=True, icon="mail"),
    EventKind(
        name="letter.read", group=Group.TALK, words=pgettext_lazy("event", "Letter read"), alone=True, icon="mail"
    ),
    EventKind(
        name="letter.failed",
        group=Group.TALK,
        words=pgettext_lazy("event", "Letter could not be sent"),
        alone=True,
        tone="late",
        icon="alert-circle",
    ),
    EventKind(name="letter.sent_again", words=pgettext_lazy("event", "Letter sent again"), alone=True, icon="mail"),
    EventKind(
        name="letter.withdrawn",
        words=pgettext_lazy("event", "Letter taken back before sending"),
        alone=True,
        icon="mail",
    ),
)
