"""The events of the investigation room: releases on a case, and the connection to other systems."""

from django.utils.translation import pgettext_lazy

from tingsu.kernel.events import EventKind, Group, Personal, declare

declare(
    EventKind(
        name="complaint.release_asked",
        words=pgettext_lazy("event", "asked to look up what lies outside the case"),
        icon="lock",
        group=Group.INSIDE,
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.release_granted",
        words=pgettext_lazy("event", "released a query for a time"),
        icon="eye",
        group=Group.INSIDE,
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.release_refused",
        words=pgettext_lazy("event", "refused a query"),
        icon="eye-off",
        group=Group.INSIDE,
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.release_ended",
        words=pgettext_lazy("event", "ended a released query early"),
        icon="lock",
        group=Group.INSIDE,
    ),
    EventKind(
        name="connection.set",
        words=pgettext_lazy("event", "entered the address of the customer and order systems"),
        personal=Personal.TEXTS,
    ),
    EventKind(name="connection.approved", words=pgettext_lazy("event", "approved the connection as the second person")),
)
