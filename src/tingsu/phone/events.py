"""What is told of the telephone beside the steps of its registers."""

from django.utils.translation import pgettext_lazy

from tingsu.kernel.events import EventKind, Group, Personal, declare

MADE, TAKEN_AWAY = "channel.telephone_connected", "channel.telephone_disconnected"
LINKED, UNLINKED = "complaint.call_linked", "complaint.call_unlinked"

declare(
    EventKind(name=MADE, words=pgettext_lazy("event", "made a secret for its telephone system"), icon="lock"),
    EventKind(name=TAKEN_AWAY, words=pgettext_lazy("event", "took its telephone system off"), icon="lock"),
    EventKind(
        name=LINKED,
        words=pgettext_lazy("event", "linked the call in which it was told"),
        icon="phone-call",
        group=Group.INSIDE,
        personal=Personal.TEXTS,
    ),
    EventKind(
        name=UNLINKED,
        words=pgettext_lazy("event", "unlinked a call"),
        icon="phone",
        group=Group.INSIDE,
        personal=Personal.TEXTS,
    ),
)
