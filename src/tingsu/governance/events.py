"""What governance records in a case."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.events import BOTH
from tingsu.kernel.events import EventKind, Group, Personal, Told, declare

declare(
    EventKind(
        name="complaint.data_asked",
        words=pgettext_lazy("event", "asked about the own personal data"),
        icon="forms",
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=_("You asked about your personal data"), text="words", theirs=True),
        group=Group.TALK,
    ),
)
