"""The event of improvement in the history of a complaint."""

from django.utils.translation import pgettext_lazy

from tingsu.kernel.events import EventKind, Group, Personal, declare

declare(
    EventKind(
        name="complaint.rectification_ordered",
        words=pgettext_lazy("event", "ordered a rectification of a department"),
        icon="adjustments",
        group=Group.INSIDE,
        personal=Personal.TEXTS,
    ),
)
