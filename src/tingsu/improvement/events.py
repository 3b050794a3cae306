"""The events of improvement in the history of a complaint."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel.events import Audience, EventKind, Group, Personal, Told, declare

declare(
    EventKind(
        name="complaint.rectification_ordered",
        words=pgettext_lazy("event", "ordered a rectification of a department"),
        icon="adjustments",
        group=Group.INSIDE,
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.change_told",
        words=pgettext_lazy("event", "told what has changed because of the complaint"),
        tone="ours",
        icon="repeat",
        group=Group.TALK,
        personal=Personal.TEXTS,
        audience=frozenset({Audience.STAFF, Audience.COMPLAINANT}),
        told=Told(title=_("What has changed because of your complaint"), text="content"),
    ),
)
